"""What a process of the run has made, written down as it happens: when it is killed before it
could clean up, another one reads its lines and removes what still stands."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from conformance.engine.exchange import Exchange, Request
from conformance.engine.helpdesk import Helpdesk
from conformance.engine.journal import Journal, Made
from conformance.engine.spec import Operation, Spec
from conformance.suite.recording import Recorder


class WrittenJournal(Journal):
    """A journal that also stands in the worker's file."""

    def __init__(self, spec: Spec, recorder: Recorder) -> None:
        super().__init__()
        self._spec = spec
        self._recorder = recorder

    def intend(self, operation: Operation, sent: Mapping[str, Any]) -> None:
        values = {name: value for name, value in sent.items() if isinstance(value, str | int)}
        self._recorder.line({"type": "intended", "operation": operation.id, "sent": values})

    def add(self, made: Made) -> Made:
        operation = made.exchange.operation
        if operation is not None:
            needed = _needed(self._spec, operation)
            self._recorder.line(
                {
                    "type": "made",
                    "kind": made.kind,
                    "operation": operation.id,
                    "values": {name: made.values.get(name) for name in needed},
                    "within": list(made.within) if made.within else None,
                    "foreign": made.foreign,
                }
            )
        return super().add(made)

    def mark_removed(self, kind: str, object_id: str) -> None:
        self._recorder.line({"type": "removed", "kind": kind, "id": object_id})
        super().mark_removed(kind, object_id)


def _needed(spec: Spec, operation: Operation) -> set[str]:
    """The members by which an object is found again and removed."""
    creation = operation.creates
    if creation is None or creation.remove is None:
        return {"id"}
    placed = spec[creation.remove].placed("path")
    return {"id", *(parameter.source[1] for parameter in placed if parameter.source)}


def read_journal(spec: Spec, lines: Iterable[dict[str, Any]]) -> Journal:
    """The journal of a process that did not reach its end, from the lines it has written."""
    journal = Journal()
    for line in lines:
        if line["type"] == "made":
            values = {name: value for name, value in line["values"].items() if value is not None}
            within = tuple(line["within"]) if line["within"] else None
            exchange = _stands_for(spec, spec[line["operation"]])
            foreign = line["foreign"]
            journal.add(Made(line["kind"], values, exchange, within=within, foreign=foreign))
        elif line["type"] == "removed":
            journal.mark_removed(line["kind"], line["id"])
    return journal


def lost(helpdesk: Helpdesk, lines: Sequence[Mapping[str, Any]], mark: str) -> Made | None:
    """What a process was making when it was killed, where the server shows it by the run's mark.

    None where it was making nothing, or what goes away with another object.
    """
    steps = [line for line in lines if line["type"] in ("intended", "made")]
    if not steps or steps[-1]["type"] == "made":
        return None
    operation, sent = helpdesk.spec[steps[-1]["operation"]], steps[-1]["sent"]
    creation = operation.creates
    finder = helpdesk.spec.finder_of(creation.kind) if creation else None
    if creation is None or finder is None or creation.within is not None:
        return None
    known = {p.name: sent[p.name] for p in finder.parameters if p.name in sent}
    marked = [value for value in sent.values() if mark in str(value)]
    for item in helpdesk.call(finder.id, **known).answer.items:
        if any(value in marked for value in item.values()):
            values = {**item, "id": item.get(finder.finds_id)}
            return Made(creation.kind, values, _stands_for(helpdesk.spec, operation))
    return None


def _stands_for(spec: Spec, operation: Operation) -> Exchange:
    """The creating exchange, of which only the operation is known here."""
    request = Request(operation.method, "")
    return Exchange("", "prerequisite", request, None, None, 0.0, spec, operation)
