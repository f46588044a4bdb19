"""What a run switches off on the server, so that it is switched on again whatever happens."""

from collections.abc import Iterator

from conformance.engine.draft import Draft
from conformance.engine.exchange import Exchange
from conformance.engine.spec import Operation, Spec


class Undoing:
    """The calls that are still to be undone, the latest first."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._pending: dict[tuple[str, str], Draft] = {}

    def note(self, exchange: Exchange, draft: Draft) -> None:
        """Remember a call that has to be undone, or that one has been."""
        operation = draft.operation
        may_have = exchange.succeeded or exchange.response is None
        if operation.undone_by is not None and may_have:
            undo = Draft(self._spec[operation.undone_by]).having(draft.sent)
            self._pending[self._key(undo.operation, draft)] = undo
        elif exchange.succeeded:
            self._pending.pop(self._key(operation, draft), None)

    def pending(self) -> Iterator[Draft]:
        yield from reversed(list(self._pending.values()))

    @staticmethod
    def _key(undo: Operation, draft: Draft) -> tuple[str, str]:
        return undo.id, repr(sorted(draft.sent.items()))
