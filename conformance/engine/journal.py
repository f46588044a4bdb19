"""What the run has made on the server, so that it can be removed in reverse."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.engine.exchange import Exchange
from conformance.engine.spec import Operation


@dataclass
class Made:
    """An object of the server: one the run made, or (at safety level read) one it found."""

    kind: str
    values: dict[str, Any]
    exchange: Exchange
    removed: bool = False
    within: tuple[str, str] | None = None  # (kind, id) of the object it goes away with
    failure: str | None = None
    last_call: str = ""  # the operation that changed it last
    foreign: bool = False  # the answer shows another object than the one that was sent

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def id(self) -> str:
        return str(self.values.get("id", ""))

    def shown(self, member: str) -> Any:
        """The value sent or shown under that name, in another letter case too; `role.id` leads into
        objects, `teams.0.id` into lists. None without one."""
        if member in self.values:
            return self.values[member]
        if "." in member:
            return value_within(self.values, member.split("."))
        same = (value for name, value in self.values.items() if name.lower() == member.lower())
        return next(same, None)


def value_within(value: Any, steps: list[str]) -> Any:
    """The member that these steps lead to, through objects and lists; None without one."""
    for step in steps:
        if isinstance(value, list):
            value = value[int(step)] if step.isdigit() and int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return value


@dataclass(frozen=True)
class LeftBehind:
    """An object the run could not remove."""

    kind: str
    id: str
    reason: str


@dataclass
class Journal:
    """Every object the run has made, in order."""

    entries: list[Made] = field(default_factory=list)

    def add(self, made: Made) -> Made:
        self.entries.append(made)
        return made

    def intend(self, operation: Operation, sent: Mapping[str, Any]) -> None:
        """Note that an object is about to be made: who is ended meanwhile has left it, or not."""

    def standing(self) -> Iterator[Made]:
        """What still has to be removed, the latest first; without what goes away with another."""
        alive = {(made.kind, made.id) for made in self.entries if not made.removed}
        for made in reversed(self.entries):
            if not made.removed and made.within not in alive:
                yield made

    def mark_removed(self, kind: str, object_id: str) -> None:
        """Note that an object is gone, and with it what goes away with it."""
        for made in self.entries:
            if (made.kind, made.id) == (kind, object_id) or made.within == (kind, object_id):
                made.removed = True

    def note_change(self, kind: str, ids: Collection[str], call: str) -> None:
        """Note what was done to objects last: whether they were put away."""
        for made in self.entries:
            if made.kind == kind and made.id in ids:
                made.last_call = call

    def empty(self, kind: str) -> None:
        """Note that what was put away is gone."""
        for made in list(self.entries):
            creation = made.exchange.operation.creates if made.exchange.operation else None
            away = (creation.retire, creation.several) if creation and creation.retire else ()
            if made.kind == kind and made.last_call in away:
                self.mark_removed(kind, made.id)

    def made(self) -> int:
        """How many objects the run has made."""
        return len(_distinct(self.entries))

    def removed(self) -> int:
        """How many of them are gone."""
        return len(_distinct(made for made in self.entries if made.removed))

    def left_behind(self) -> list[LeftBehind]:
        """What remains; an object that two calls have answered with is named once."""
        return [
            LeftBehind(made.kind, made.id, made.failure or "not removed")
            for made in _distinct(self.standing())
        ]


def _distinct(entries: Iterable[Made]) -> list[Made]:
    """The entries, each object once: creating may answer with one that is there already."""
    found: dict[tuple[str, str | int], Made] = {}
    for made in entries:
        found.setdefault((made.kind, made.id or id(made)), made)
    return list(found.values())
