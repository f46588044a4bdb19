"""Effects that faults declare as data: which of them act on a call; a family says what they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Protocol


class Sent(Protocol):
    """What a call sends, by names."""

    def names(self) -> Any:
        """Return the names."""
        ...

    def all(self, name: str) -> list[Any]:
        """Return all values of a name."""
        ...

    def texts(self, name: str) -> list[str]:
        """Return the texts of a name."""
        ...

    def set(self, name: str, *values: Any) -> None:
        """Replace the values of a name; without any, it was not sent."""
        ...


@dataclass
class Place:
    """Where in an API a call is, and what is known of it by and by."""

    names: list[str]
    role: str | None = None
    sent: str = ""
    raw: Sent | None = None

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
        texts = self.texts(name)
        if texts is None or wanted is None:
            return texts == []
        return any(fnmatchcase(text.lower(), str(wanted).lower()) for text in texts)

    def texts(self, name: str) -> list[str] | None:
        """Return the texts that were sent under a name; None before these are read."""
        return None if self.raw is None else self.raw.texts(name)


def listed(effect: Mapping[str, Any], member: str) -> Sequence[str]:
    """Return a member that holds one text or several; everything (`*`) when it is missing."""
    value = effect.get(member, "*")
    return [value] if isinstance(value, str) else value


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
