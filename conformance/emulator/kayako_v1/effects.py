"""What declared faults do: change a call before it is handled, or its answer afterwards.

An effect is a mapping (a fault's `does:`). It acts where all of these hold:

| member | holds for |
|---|---|
| `at: [pattern]` | actions (`createUser`, `list*`), or method and path as sent (`GET tests*`) |
| `by: [role]` | callers: CUSTOMER, COLLABORATOR, AGENT, ADMIN, OWNER, or "" for anonymous ones |
| `sent: [how]` | bodies of that kind: `none`, `form`, `json`, `multipart`, `raw` |
| `when: {name: pattern}` | calls whose parameter or argument matches; `null`: is not given |
| `options: [name]` | answers in flat mode (`flat`), without empty fields (`no_empty`), `ajax` |

Options (`include`, `_case`, ...) are arguments, too. The OAuth endpoints have no action: they are
`POST oauth/token`, where the fields are parameters, and `GET oauth/token/authorize`.

What it does, in this order (`alterations.CHANGES` explain themselves in Jitbit's table):

| member | does |
|---|---|
| `limits: {requests: 90}` | changes a limit (see `limiter.Limits`), where limits are on |
| `admit: [reason]` | lets in who was refused for a reason, see `gate` |
| `deaf: [place]` | credentials that are not heard (`X-Token`, `_token`, `Basic`, ...) |
| `roles: [role]` | the roles that may do it |
| those of `alterations.CHANGES` | change parameters, and arguments where these are sent |
| `takes: {parameter: kind}` | changes the kind of parameters and arguments; `null`: unknown |
| `before: [SQL]`, `then: [SQL]` | runs statements before, after the handler, with named values |
| `skip: [step]` | leaves out steps that code asks for by name (`skips("...")`) |
| `turn: {404: 200}` | answers refusals of a status or code with another status, body and all |
| `recoded: {FIELD_INVALID: OTHER}` | gives the errors of a refusal another code |
| `shape: [[verb, path, value?]]` | changes the JSON of good answers, see `shapes` |
| `refusal: [[verb, path, value?]]` | changes the JSON of refusals, and never their HTTP status |
| `writing: [how]` | changes how a good answer is written, see `shapes` |
| `status: 201`, `type: text/html` | changes a good answer |
| `headers: {name: value}` | sets headers of every answer; `null` takes one away |
| `forget: true` | answers as if all was well, but keeps nothing |

Statements see parameters by their names (`:label`), ids of the path (`:id`), the id that is
answered (`:answer`), the caller's user id (`:caller`) and the time (`:now`).

The steps that can be skipped are those of `steps.STEPS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from conformance.emulator import effects
from conformance.emulator.alterations import CHANGES, Alterations
from conformance.emulator.kayako_v1.parameters import Raw
from conformance.emulator.kayako_v1.problems import Problem
from conformance.emulator.shapes import reshape, rewritten
from conformance.emulator.wire import Answer, Refusal

MEMBERS = frozenset(
    (
        *CHANGES,
        *("at", "by", "sent", "when", "options"),
        *("limits", "admit", "deaf", "roles", "takes", "before", "then", "skip", "turn", "recoded"),
        *("shape", "refusal", "writing", "status", "type", "headers", "forget"),
    )
)


@dataclass
class Place(effects.Place):
    """Where in the API a call is: it sends arguments beside parameters, and options."""

    asked: effects.Sent | None = None
    options: set[str] = field(default_factory=set)

    def suits(self, effect: Mapping[str, Any]) -> bool:
        """Tell whether an effect acts here; one that waits for more knowledge does not yet."""
        if "options" in effect and not self.options & set(effects.listed(effect, "options")):
            return False
        return super().suits(effect)

    def texts(self, name: str) -> list[str] | None:
        """Return the texts of a parameter and of the argument of that name."""
        if self.raw is None or self.asked is None:
            return None
        return [*self.raw.texts(name), *self.asked.texts(name)]


class Effects(Alterations):
    """The declared effects of the faults that are on, and what they do."""

    def alter(self, place: Place, raw: Raw, asked: Raw, verb: str) -> None:
        """Change parameters and arguments; raises Problem where an effect refuses the call."""
        try:
            self.before(place, _Both(raw, asked, verb))
        except Refusal as refusal:
            text = str(refusal) or "This does not work here."
            raise Problem(refusal.answer.status, "ACTION_FAILED", text) from None

    def turned(self, place: Place, status: int, code: str) -> int:
        """Return the status of a refusal with a code."""
        for turned in self.values(place, "turn"):
            status = turned.get(code, turned.get(status, status))
        return status

    def refused(self, place: Place, envelope: dict[str, Any]) -> Any:
        """Return the body of a refusal."""
        for codes in self.values(place, "recoded"):
            for error in envelope.get("errors", ()):
                error["code"] = codes.get(error["code"], error["code"])
        for changes in self.values(place, "refusal"):
            for verb, path, *rest in changes:
                envelope = reshape(envelope, verb, path, rest[0] if rest else None)
        return envelope

    def finished(self, place: Place, answer: Answer) -> Answer:
        """Return a good answer as it is sent; raises Refusal where nothing is to be kept."""
        for ways in self.values(place, "writing"):
            answer = replace(answer, body=rewritten(answer.body, ways))
        for status in self.values(place, "status"):
            answer = replace(answer, status=status)
        for kind in self.values(place, "type"):
            answer = replace(answer, content_type=kind)
        answer = self.dressed(place, answer)
        if any(self.values(place, "forget")):
            raise Refusal.answering(answer)
        return answer


class _Both:
    """Parameters and arguments as one, for effects: a name that is in both means the parameter, one
    that is in neither the argument of a call without parameters."""

    def __init__(self, raw: Raw, asked: Raw, verb: str) -> None:
        """Take what is in neither for a parameter where the method has a body."""
        self._raw, self._asked = raw, asked
        self._has_body = verb in ("POST", "PUT")

    def names(self) -> list[str]:
        return [*self._asked.names(), *self._raw.names()]

    def _of(self, name: str) -> Raw:
        if name in self._raw or (self._has_body and name not in self._asked):
            return self._raw
        return self._asked

    def all(self, name: str) -> list[Any]:
        return self._of(name).all(name)

    def texts(self, name: str) -> list[str]:
        return self._of(name).texts(name)

    def set(self, name: str, *values: Any) -> None:
        self._of(name).set(name, *values)
