"""Which handler answers a verb on a path, and the refusals when none does."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from conformance.emulator.faults import Faults
from conformance.emulator.kayako_classic.fields import Fields
from conformance.emulator.kayako_classic.xml import Element
from conformance.emulator.store import Store
from conformance.emulator.wire import Refusal

Outcome = Element | str
"""XML, or plain text."""


@dataclass
class Context:
    """What a handler works with: the store, the request's fields, and the helpdesk's clock."""

    store: Store
    faults: Faults
    fields: Fields
    tolerant: bool
    address: str
    clock: Callable[[], float]
    chance: random.Random

    def now(self) -> int:
        """Return the current time in unix seconds."""
        return int(self.clock())


Handler = Callable[..., Outcome]


@dataclass(frozen=True)
class Route:
    """One operation: `Base/Department/$id`; a final `*` takes any number of segments."""

    verb: str
    path: str
    operation: str
    handler: Handler

    def match(self, segments: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the variable segments if the path fits, else None."""
        pattern = self.path.split("/")
        if pattern[-1] == "*":
            pattern.pop()
            if len(segments) < len(pattern):
                return None
        elif len(segments) != len(pattern):
            return None
        arguments = []
        for expected, segment in zip(pattern, segments, strict=False):
            if expected.startswith("$"):
                arguments.append(segment)
            elif expected != segment:
                return None
        return (*arguments, *segments[len(pattern) :])


class Router:
    """All operations of the API."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._controllers: dict[tuple[str, ...], list[Route]] = {}
        for route in routes:
            self._controllers.setdefault(tuple(route.path.split("/")[:2]), []).append(route)

    def find(self, verb: str, segments: tuple[str, ...]) -> tuple[Route, tuple[str, ...]]:
        """Return the route and its arguments; raises Refusal (404 or 405)."""
        routes = self._controllers.get(segments[:2])
        if routes is None:
            raise Refusal(404, f"There is no resource /{'/'.join(segments)}.")
        fitting = [(route, route.match(segments)) for route in routes]
        here = [(route, match) for route, match in fitting if match is not None]
        for route, match in here:
            if route.verb == verb:
                return route, match
        offered = {route.verb for route in routes}
        if here or verb not in offered:
            allowed = {route.verb for route, _ in here} or offered
            raise Refusal(405, f"{verb} is not supported here.", Allow=", ".join(sorted(allowed)))
        raise Refusal(404, f"There is no resource /{'/'.join(segments)}.")


def number_in(segment: str) -> int | None:
    """Return the id a path segment holds, or None if it is no number that could be one."""
    return int(segment) if segment.isascii() and segment.isdigit() and len(segment) < 19 else None
