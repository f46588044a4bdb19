"""Effects that faults declare as data: which of them act on a call; a family says what they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol


class Place(Protocol):
    """Where in an API a call is, as far as that is known yet."""

    def suits(self, effect: Mapping[str, Any]) -> bool:
        """Tell whether an effect acts here."""
        ...


class Declared:
    """The declared effects of the faults that are on."""

    def __init__(self, effects: Sequence[Mapping[str, Any]]) -> None:
        self._effects = effects

    def values(self, place: Place, member: str) -> Iterator[Any]:
        """Return the values of a member, of every effect that has it and acts here."""
        for effect in self._effects:
            if member in effect and place.suits(effect):
                yield effect[member]

    def first(self, place: Place, member: str) -> Any:
        """Return the first of these values, or None."""
        return next(self.values(place, member), None)

    def admits(self, place: Place, reason: str) -> bool:
        """Tell whether a call is let in although authentication refused it."""
        return any(reason in reasons for reasons in self.values(place, "admit"))
