"""Rate limits of callers, and the lockout of addresses after wrong logins.

Both live in memory only: what is refused leaves no trace in the store.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from conformance.emulator.wire import Refusal


@dataclass(frozen=True)
class Limits:
    """The limits in force; windows and lockout in seconds."""

    enabled: bool = False
    window: float = 60
    requests: int = 90
    search: int = 60
    lockout_failures: int = 3
    lockout: float = 300

    @classmethod
    def named(cls, name: str, changes: Mapping[str, Any]) -> Limits:
        """Return the limits of a setting (see `settings.LIMITS`), changed as a fault says."""
        fast = {"window": 2, "lockout": 2} if name == "fast" else {}
        return cls(**{"enabled": name != "off", **fast, **changes})

    def target(self) -> dict[str, Any]:
        """Return the `[limits]` of a target file."""
        if not self.enabled:
            return {"enabled": False}
        names = ("window", "requests", "search", "lockout_failures", "lockout")
        return {"enabled": True} | {name: getattr(self, name) for name in names}


class Enforced:
    """The limits of one helpdesk: what it tells of them, and what it does, which faults change."""

    def __init__(
        self,
        setting: str,
        usual: Mapping[str, Any],
        changes: Mapping[str, Any],
        clock: Callable[[], float],
    ) -> None:
        """Take a setting of `settings.LIMITS`, and the limits of the family that are its own."""
        in_force = Limits.named(setting, {**usual, **changes})
        self.told = Limits.named(setting, usual).target()
        self.limiter, self.lockout = Limiter(in_force, clock), Lockout(in_force, clock)


class Limiter:
    """Counts the calls of each caller in the window that ends now.

    `Search` and `UserByEmail` have counts of their own; refused calls do not count.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits, self._clock = limits, clock
        self._calls: dict[tuple[str, int | str], deque[float]] = {}

    def count(self, rate: str, caller: int | str) -> None:
        """Count one call; raises Refusal (429) when it is one too many."""
        if not self._limits.enabled:
            return
        now = self._clock()
        calls = self._calls.setdefault((rate, caller), deque())
        while calls and calls[0] <= now - self._limits.window:
            calls.popleft()
        allowed = self._limits.requests if rate == "general" else self._limits.search
        if len(calls) >= allowed:
            wait = ceil(calls[0] + self._limits.window - now)
            text = f"More than {allowed} calls in {self._limits.window:g} s; wait {wait} s."
            raise Refusal(429, text, **{"Retry-After": str(wait)})
        calls.append(now)


class Lockout:
    """Blocks an address after some wrong logins in a row."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits, self._clock = limits, clock
        self._failures: dict[str, int] = {}
        self._until: dict[str, float] = {}

    def check(self, address: str) -> None:
        """Raise Refusal (403) while the address is blocked."""
        until = self._until.get(address)
        if until is None:
            return
        wait = ceil(until - self._clock())
        if wait > 0:
            text = f"This address is blocked after too many wrong logins; wait {wait} s."
            raise Refusal(403, text, **{"Retry-After": str(wait)})
        del self._until[address]

    def failed(self, address: str) -> None:
        """Count a wrong login."""
        if not self._limits.enabled:
            return
        count = self._failures.pop(address, 0) + 1
        if count >= self._limits.lockout_failures:
            self._until[address] = self._clock() + self._limits.lockout
        else:
            self._failures[address] = count

    def succeeded(self, address: str) -> None:
        """Begin the count anew."""
        self._failures.pop(address, None)
