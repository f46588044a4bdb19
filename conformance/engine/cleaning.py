"""The end of a run: undo what was switched off, remove what was made, put away what cannot be
removed."""

from contextlib import suppress
from typing import TYPE_CHECKING

from conformance.engine.journal import LeftBehind, Made
from conformance.engine.objects import removing
from conformance.engine.spec import Creation, Operation

if TYPE_CHECKING:
    from conformance.engine.helpdesk import Helpdesk

_NO_WAY = "the API offers no way to remove it"


def clean_up(helpdesk: "Helpdesk") -> list[LeftBehind]:
    """Go through everything that stands, the latest first; never raises. Returns what remains."""
    for draft in helpdesk.undoing.pending():
        with suppress(Exception):
            helpdesk.send(draft, "cleanup")
    cleaner = _Cleaner(helpdesk)
    for made in list(helpdesk.journal.standing()):
        if helpdesk.seems_gone:
            made.failure = "the server no longer answers"
            continue
        try:
            cleaner.put_away(made)
        except Exception as error:  # whatever it is, the others still have to go
            made.failure = f"{type(error).__name__}: {error}"
    return helpdesk.journal.left_behind()


class _Cleaner:
    def __init__(self, helpdesk: "Helpdesk") -> None:
        self._helpdesk = helpdesk
        #: By kind, the one object into which the others of the run are folded.
        self._keepers: dict[str, Made] = {}

    def put_away(self, made: Made) -> None:
        """Remove an object, or do what comes nearest to it."""
        self._helpdesk.identify(made)
        operation = made.exchange.operation
        creation = operation.creates if operation else None
        if made.foreign:
            made.failure = "the answer to its creation shows another object; that is left alone"
        elif creation is None:
            made.failure = _NO_WAY
        elif creation.remove is not None:
            self._remove(made, creation.remove)
        elif not self._fold(made, creation):
            self._retire(made, creation)

    def _remove(self, made: Made, remover: str) -> None:
        draft, unknown = removing(self._helpdesk.spec[remover], made)
        if unknown:
            made.failure = f"its {' and '.join(unknown)} is not known"
            return
        exchange = self._helpdesk.send(draft, "cleanup")
        if exchange.succeeded or exchange.status == 404:
            self._helpdesk.journal.mark_removed(made.kind, made.id)
        else:
            made.failure = f"{remover} answered {exchange.status or exchange.error}"

    def _fold(self, made: Made, creation: Creation) -> bool:
        """Merge it into another own object of its kind, where the safety level allows that."""
        if creation.fold is None or not made.id:
            return False
        folder = self._helpdesk.spec[creation.fold]
        keeper = self._keepers.setdefault(made.kind, made)
        if keeper is made or not self._helpdesk.target.allows_effect(folder.effect):
            return False
        draft = removing(folder, made)[0].having({_other(folder): keeper.id})
        exchange = self._helpdesk.send(draft, "cleanup")
        if exchange.succeeded or exchange.status == 404:
            self._helpdesk.journal.mark_removed(made.kind, made.id)
            return True
        return False

    def _retire(self, made: Made, creation: Creation) -> None:
        made.failure = _NO_WAY
        if creation.retire is None or not made.id:
            return
        retiring = self._helpdesk.spec[creation.retire]
        always = {p.name: p.value for p in retiring.parameters if p.always}
        draft = removing(retiring, made)[0].having(always)
        exchange = self._helpdesk.send(draft, "cleanup")
        if exchange.succeeded:
            made.failure = f"{retiring.summary.lower()}; {_NO_WAY}"


def _other(folder: Operation) -> str:
    """The parameter that names the object which stays."""
    aim = folder.aim
    assert aim is not None
    return next(
        p.name
        for p in folder.parameters
        if p.required and p.name != aim.parameter and p.source and p.source[0] == aim.kind
    )
