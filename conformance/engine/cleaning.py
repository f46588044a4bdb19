"""The end of a run: undo what was switched off, remove what was made, put away what cannot be
removed."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from conformance.engine.draft import Draft
from conformance.engine.journal import LeftBehind, Made
from conformance.engine.objects import removing
from conformance.engine.spec import Creation, Operation

if TYPE_CHECKING:
    from conformance.engine.helpdesk import Helpdesk

_NO_WAY = "the API offers no way to remove it"
#: Objects put away in one call: their ids stand in its address.
_MOST = 50
#: What names one object only, in a list of ids too.
_ONE_ID = re.compile(r"[\w-]+")


def clean_up(helpdesk: "Helpdesk") -> list[LeftBehind]:
    """Go through everything that stands, the latest first; never raises. Returns what remains."""
    for draft in helpdesk.undoing.pending():
        with suppress(Exception):
            helpdesk.send(draft, "cleanup")
    cleaner = _Cleaner(helpdesk)
    for group in _groups(list(helpdesk.journal.standing())):
        cleaner.put_away_together(group)
    return helpdesk.journal.left_behind()


def _groups(standing: Sequence[Made]) -> Iterator[Sequence[Made]]:
    """Each object alone, but those together that one call puts away, in place of the first made:
    what was made since may rest on any of them."""
    expected = Counter(_several(made) for made in standing)
    waiting: dict[str, list[Made]] = {}
    for made in standing:
        call = _several(made)
        if call is None:
            yield [made]
            continue
        group = waiting.setdefault(call, [])
        group.append(made)
        if len(group) == expected[call]:
            yield from (group[start : start + _MOST] for start in range(0, len(group), _MOST))


def _several(made: Made) -> str | None:
    """The call that puts several objects like this one away."""
    creation = _creation(made)
    return creation.several if creation and not made.foreign else None


def _creation(made: Made) -> Creation | None:
    operation = made.exchange.operation
    return operation.creates if operation else None


class _Cleaner:
    def __init__(self, helpdesk: "Helpdesk") -> None:
        self._helpdesk = helpdesk
        #: By kind, the one object into which the others of the run are folded.
        self._keepers: dict[str, Made] = {}

    def put_away_together(self, group: Sequence[Made]) -> None:
        """Put objects away, in one call where there is one that the safety level allows; never
        raises. Those of a call that was refused, or did something else than it was asked for, are
        tried alone, or again in halves where less was put away."""
        group = [made for made in group if not made.removed]
        name = _several(group[0]) if len(group) > 1 else None
        operation = self._helpdesk.spec[name] if name else None
        if operation is None or not self._helpdesk.target.allows_effect(operation.effect):
            for made in group:
                self.put_away(made)
            return
        reached, wanted = self._call_for(operation, group)
        if reached == wanted:
            for made in group:
                made.removed = operation.effect == "delete"
                made.failure = None if made.removed else self._retired(made)
            return
        again = 0 < reached < wanted and operation.effect != "delete"
        half = len(group) // 2 if again else 1
        for start in range(0, len(group), half):
            self.put_away_together(group[start : start + half])

    def _call_for(self, operation: Operation, group: Sequence[Made]) -> tuple[int, int]:
        """How many of these objects a call has reached, and how many there are."""
        aim = operation.aim
        assert aim is not None
        try:
            for made in group:
                self._helpdesk.identify(made)
            ids = list(dict.fromkeys(made.id for made in group))
            if not all(map(_ONE_ID.fullmatch, ids)):
                return 0, len(ids)
            draft = Draft(operation).having({aim.parameter: ids})
            exchange = self._helpdesk.send(draft, "cleanup")
        except Exception:  # whatever it is, each object is tried alone
            return 0, len(group)
        counted = self._helpdesk.adapter.reached(exchange)
        reached = len(ids) if counted is None else counted
        return (reached if exchange.succeeded else 0), len(ids)

    def put_away(self, made: Made) -> None:
        """Remove an object, or do what comes nearest to it; never raises."""
        if made.removed:
            return  # it was answered to two calls
        if self._helpdesk.seems_gone:
            made.failure = "the server no longer answers"
            return
        try:
            self._put_away(made)
        except Exception as error:  # whatever it is, the others still have to go
            made.failure = f"{type(error).__name__}: {error}"

    def _put_away(self, made: Made) -> None:
        self._helpdesk.identify(made)
        creation = _creation(made)
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
            made.failure = self._retired(made)

    def _retired(self, made: Made) -> str:
        """What is said of an object that was put away."""
        creation = _creation(made)
        how = (
            self._helpdesk.spec[creation.retire].summary.lower()
            if creation and creation.retire
            else ""
        )
        return f"{how}; {_NO_WAY}"


def _other(folder: Operation) -> str:
    """The parameter that names the object which stays."""
    aim = folder.aim
    assert aim is not None
    return next(
        p.name
        for p in folder.parameters
        if p.required and p.name != aim.parameter and p.source and p.source[0] == aim.kind
    )
