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

from dataclasses import replace

from conformance.emulator.alterations import CHANGES, Alterations
from conformance.emulator.effects import Place
from conformance.emulator.shapes import rewritten
from conformance.emulator.wire import Answer, Refusal

MEMBERS = frozenset(
    (
        *CHANGES,
        *("at", "by", "sent", "when"),
        *("limits", "admit", "verbs", "sources", "path_id", "cased", "open"),
        *("takes", "before", "then", "skip", "turn", "say", "shape", "writing", "status", "body"),
        *("type", "headers", "coding", "if_empty", "forget"),
    )
)


class Effects(Alterations):
    """The declared effects of the faults that are on, and what they do."""

    def refused(self, place: Place, refusal: Refusal) -> Refusal:
        """Return the refusal as it is answered."""
        answer = refusal.answer
        for turned in self.values(place, "turn"):
            answer = replace(answer, status=turned.get(answer.status, answer.status))
        for text in self.values(place, "say"):
            answer = replace(answer, body=text.encode())
        return Refusal.answering(self.dressed(place, answer))

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
        answer = self.dressed(place, answer)
        if any(self.values(place, "forget")):
            raise Refusal.answering(answer)
        return answer
