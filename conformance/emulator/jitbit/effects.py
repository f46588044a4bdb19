"""What declared faults do: change a call before it is handled, or its answer afterwards.

An effect is a mapping (a fault's `does:`). Four members say where it acts; it acts where all of
them hold, everywhere without them:

| member | holds for |
|---|---|
| `at: [pattern]` | operations (`createTicket`, `list*`), or verb and method as sent (`GET Tick*`) |
| `by: [role]` | callers: `admin`, `tech` (a technician who is no administrator), `regular` |
| `sent: [how]` | bodies of that kind: `query` (none), `form`, `multipart`, `other` |
| `when: {parameter: pattern}` | calls whose parameter matches; `null`: is not given |

The others do something, in this order:

| member | does |
|---|---|
| `limits: {search: 90}` | changes a limit (see `limiter.Limits`), where limits are on |
| `admit: [reason]` | lets in who was refused for a reason (below), see `Gate` |
| `verbs: [GET]` | answers 405 to other verbs |
| `sources: [query]` | reads parameters only from `query` or `body` |
| `path_id: false` | takes no id from the path |
| `cased: true` | tells upper from lower case in names of parameters |
| `refuse: 500` | answers with that status and does nothing |
| `rename: {documented: other}` | takes a parameter by another name only |
| `ignore: [parameter]` | takes parameters away |
| `single: [parameter]` | keeps only the first value |
| `joined: [parameter]` | joins repeated values with commas |
| `assume: {parameter: value}` | sets parameters |
| `default: {parameter: value}` | sets parameters that were not given |
| `known: {parameter: [value]}` | replaces a value that is not listed by the first that is |
| `recode: [parameter]` | reads the UTF-8 of texts as Latin-1 |
| `lower: [parameter]`, `cut: {parameter: 20}` | lowers, shortens texts |
| `plus: {parameter: 1}` | adds to numbers |
| `require: [parameter]` | refuses (400) calls without them |
| `several: [parameter]` | refuses (400) calls that give them only one value |
| `open: any` | sets the least role: any, tech, admin |
| `takes: {parameter: type}` | changes the type of parameters (`operations.yaml`); `null`: unknown |
| `before: [SQL]`, `then: [SQL]` | runs statements before, after the handler, with named values |
| `skip: [step]` | leaves out steps that code asks for by name (`skips("...")`) |
| `turn: {404: 200}` | answers refusals of one status with another |
| `say: text` | changes the words of refusals, the empty text included |
| `shape: [[verb, path, value?]]` | changes JSON (`shapes`); `$name` is a parameter |
| `writing: [how]` | changes how the answer is written, see `shapes` |
| `status: 201`, `body: text`, `type: text/html` | changes a good answer |
| `headers: {name: value}` | sets headers of every answer; `null` takes one away |
| `coding: never` | compresses `never` or `always` |
| `if_empty: 404` | answers an empty list with that status |
| `forget: true` | answers as if all was well, but keeps nothing |

Reasons of refused logins: absent, scheme, malformed, unknown, password, token, dead-token,
disabled. The caller then is the user named, or the administrator where none is.

Statements see parameters by their names in lower case (`:subject`), the bare number that is
answered (`:answer`), the caller's user id (`:caller`) and the time in milliseconds (`:now`).

The steps that can be skipped are those of `steps.STEPS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from conformance.emulator.effects import Declared
from conformance.emulator.jitbit.parameters import Raw
from conformance.emulator.jitbit.shapes import reshape, rewritten
from conformance.emulator.store import Store
from conformance.emulator.wire import Answer, Refusal


class Place:
    """Where in the API a call is: verb and method, and what is known of it by and by."""

    def __init__(self, verb: str, path: str) -> None:
        self.names = [f"{verb} {path}"]
        self.role = ""
        self.sent = ""
        self.raw: Raw | None = None

    def suits(self, effect: Mapping[str, Any]) -> bool:
        """Tell whether an effect acts here; one that waits for more knowledge does not yet."""
        if not any(fnmatchcase(name, at) for name in self.names for at in listed(effect, "at")):
            return False
        if "by" in effect and self.role not in listed(effect, "by"):
            return False
        if "sent" in effect and self.sent not in listed(effect, "sent"):
            return False
        return all(self._given(name, wanted) for name, wanted in effect.get("when", {}).items())

    def _given(self, name: str, wanted: Any) -> bool:
        if self.raw is None:
            return False
        texts = self.raw.texts(name)
        if wanted is None:
            return not texts
        return any(fnmatchcase(text.lower(), str(wanted).lower()) for text in texts)


def listed(effect: Mapping[str, Any], member: str) -> Sequence[str]:
    """Return a member that holds one text or several; everything (`*`) when it is missing."""
    value = effect.get(member, "*")
    return [value] if isinstance(value, str) else value


def _texts(change: Callable[[str], str]) -> Callable[[Raw, Any], None]:
    def apply(raw: Raw, names: Sequence[str]) -> None:
        for name in names:
            values = raw.all(name)
            raw.set(name, *(change(one) if isinstance(one, str) else one for one in values))

    return apply


def _refuse(_: Raw, status: int) -> None:
    raise Refusal(status, "This does not work here.")


def _rename(raw: Raw, names: Mapping[str, str]) -> None:
    moved = {name: raw.all(other) for name, other in names.items()}
    for name, values in moved.items():
        raw.set(name, *values)


def _ignore(raw: Raw, names: Sequence[str]) -> None:
    for name in names:
        raw.set(name)


def _single(raw: Raw, names: Sequence[str]) -> None:
    for name in names:
        raw.set(name, *raw.all(name)[:1])


def _joined(raw: Raw, names: Sequence[str]) -> None:
    for name in names:
        if len(raw.texts(name)) > 1:
            raw.set(name, ",".join(raw.texts(name)))


def _assume(raw: Raw, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        raw.set(name, str(value))


def _default(raw: Raw, values: Mapping[str, Any]) -> None:
    _assume(raw, {name: value for name, value in values.items() if not raw.all(name)})


def _known(raw: Raw, values: Mapping[str, Sequence[Any]]) -> None:
    for name, known in values.items():
        words = [str(word) for word in known]
        if raw.texts(name) and raw.texts(name)[0] not in words:
            raw.set(name, words[0])


def _cut(raw: Raw, lengths: Mapping[str, int]) -> None:
    for name, length in lengths.items():
        _texts(lambda text, length=length: text[:length])(raw, [name])  # type: ignore[misc]


def _plus(raw: Raw, amounts: Mapping[str, int]) -> None:
    for name, amount in amounts.items():
        raw.set(name, *(str(int(text) + amount) for text in raw.texts(name)))


def _require(raw: Raw, names: Sequence[str]) -> None:
    for name in names:
        if not raw.all(name):
            raise Refusal(400, f"{name} is required.")


def _several(raw: Raw, names: Sequence[str]) -> None:
    for name in names:
        if len(raw.texts(name)) == 1:
            raise Refusal(400, f"{name}: several values are needed.")


_BEFORE: dict[str, Callable[[Raw, Any], None]] = {
    "refuse": _refuse,
    "rename": _rename,
    "ignore": _ignore,
    "single": _single,
    "joined": _joined,
    "assume": _assume,
    "default": _default,
    "known": _known,
    "recode": _texts(lambda text: text.encode().decode("latin-1")),
    "lower": _texts(str.lower),
    "cut": _cut,
    "plus": _plus,
    "require": _require,
    "several": _several,
}
MEMBERS = frozenset(
    (
        *_BEFORE,
        *("at", "by", "sent", "when"),
        *("limits", "admit", "verbs", "sources", "path_id", "cased", "open"),
        *("takes", "before", "then", "skip", "turn", "say", "shape", "writing", "status", "body"),
        *("type", "headers", "coding", "if_empty", "forget"),
    )
)


class Effects(Declared):
    """The declared effects of the faults that are on, and what they do."""

    def limits(self) -> dict[str, Any]:
        """Return the limits that are changed; these act everywhere."""
        return {
            name: value
            for effect in self._effects
            for name, value in effect.get("limits", {}).items()
        }

    def skips(self, place: Place, step: str) -> bool:
        """Tell whether a named step is left out here."""
        return any(step in steps for steps in self.values(place, "skip"))

    def before(self, place: Place, raw: Raw) -> None:
        """Change the parameters; raises Refusal where an effect refuses the call."""
        for member, change in _BEFORE.items():
            for value in list(self.values(place, member)):
                change(raw, value)

    def takes(self, place: Place, takes: Mapping[str, str]) -> Mapping[str, str]:
        """Return the types of the parameters."""
        for changes in self.values(place, "takes"):
            changed = {**takes, **changes}
            takes = {name: kind for name, kind in changed.items() if kind is not None}
        return takes

    def run(self, place: Place, member: str, store: Store, values: Mapping[str, Any]) -> None:
        """Run the statements of `before` or `then`."""
        for statements in self.values(place, member):
            bound = _Bound(place.raw, values)
            for sql in [statements] if isinstance(statements, str) else statements:
                store.execute_named(sql, bound)

    def refused(self, place: Place, refusal: Refusal) -> Refusal:
        """Return the refusal as it is answered."""
        answer = refusal.answer
        for turned in self.values(place, "turn"):
            answer = replace(answer, status=turned.get(answer.status, answer.status))
        for text in self.values(place, "say"):
            answer = replace(answer, body=text.encode())
        return Refusal.answering(self._dressed(place, answer))

    def reshaped(self, place: Place, outcome: Any) -> Any:
        """Return a JSON answer as it is written."""
        for changes in self.values(place, "shape"):
            for verb, path, *rest in changes:
                value = rest[0] if rest else None
                if isinstance(value, str) and value.startswith("$") and place.raw:
                    value = next(iter(place.raw.texts(value[1:])), "")
                outcome = reshape(outcome, verb, path, value)
        return outcome

    def finished(self, place: Place, answer: Answer, *, bare: bool) -> Answer:
        """Return a good answer as it is sent; raises Refusal where nothing is to be kept."""
        for ways in self.values(place, "writing"):
            answer = replace(answer, body=rewritten(answer.body, ways))
        for status in self.values(place, "status"):
            answer = replace(answer, status=status)
        for text in self.values(place, "body"):
            answer = replace(answer, body=text.encode())
        for kind in self.values(place, "type"):
            answer = replace(answer, content_type=kind)
        for status in self.values(place, "if_empty"):
            answer = replace(answer, status=status) if bare else answer
        answer = self._dressed(place, answer)
        if any(self.values(place, "forget")):
            raise Refusal.answering(answer)
        return answer

    def _dressed(self, place: Place, answer: Answer) -> Answer:
        for changes in self.values(place, "headers"):
            headers = {**answer.headers, **changes}
            kept = {name: text for name, text in headers.items() if text is not None}
            answer = replace(answer, headers=kept)
        for coding in self.values(place, "coding"):
            answer = replace(answer, coding=coding)
        return answer


class _Bound(dict[str, Any]):
    """The values that a statement may name; what was not given is NULL."""

    def __init__(self, raw: Raw | None, values: Mapping[str, Any]) -> None:
        given = {} if raw is None else {name: raw.texts(name) for name in raw.names()}
        super().__init__({name: texts[0] for name, texts in given.items() if texts} | dict(values))

    def __missing__(self, name: str) -> None:
        return None
