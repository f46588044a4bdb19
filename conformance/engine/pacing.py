"""Keeping below the documented request rates, together with every other worker of the run.

The moments of the last requests stand in a file that the workers share; before a request each looks
whether the window has room for one more of its class, and waits when it has none.
"""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from conformance.engine.exchange import Exchange
from conformance.engine.target import Target

#: The part of a limit that a run uses up: others work on the helpdesk too.
SHARE = 0.85
#: Waits longer than this, in seconds, are told to the user.
WORTH_TELLING = 5.0
GENERAL = "requests"
_LONGEST_PAUSE = 600.0
_WINDOW = 60.0  # seconds, where the target names no other


class Pacer:
    """One budget of requests for each rate class."""

    def __init__(
        self,
        limits: Mapping[str, Any],
        file: Path,
        sleep: Callable[[float], None],
        announce: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        from filelock import FileLock  # costly, and many runs keep to no limits

        self._window = float(limits["window"])
        self._allowed = {
            name: max(1, int(limits[name] * SHARE))
            for name in (GENERAL, "search")
            if name in limits
        }
        self._file = file
        self._lock = FileLock(f"{file}.lock")
        self._sleep, self._announce, self._clock = sleep, announce, clock

    def wait_for_room(self, rate_class: str) -> None:
        """Return when a request of this class may be sent; it is counted from then on."""
        told = False
        while (pause := self._take(rate_class)) > 0:
            if pause > WORTH_TELLING and not told:
                self._announce(f"keeping below the rate limit: waiting {pause:.0f} s")
                told = True
            self._sleep(pause)

    def least_duration(self, requests: int) -> float:
        """Seconds that so many requests take at least."""
        allowed = self._allowed.get(GENERAL)
        return 0.0 if not allowed else max(0, requests // allowed) * self._window

    def _take(self, rate_class: str) -> float:
        """Count a request, or the seconds after which there may be room for it."""
        with self._lock:
            now = self._clock()
            moments = {
                name: [m for m in entries if m > now - self._window]
                for name, entries in self._read().items()
            }
            for name in dict.fromkeys((GENERAL, rate_class)):
                entries = moments.setdefault(name, [])
                allowed = self._allowed.get(name)
                if allowed and len(entries) >= allowed:
                    return max(entries[-allowed] + self._window - now, 0.01)
            for name in dict.fromkeys((GENERAL, rate_class)):
                moments[name].append(now)
            self._file.write_text(json.dumps(moments), encoding="utf-8")
        return 0.0

    def _read(self) -> dict[str, list[float]]:
        try:
            content: dict[str, list[float]] = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content


def pause_asked_for(exchange: Exchange, target: Target) -> float:
    """Seconds to wait after a 429: its `Retry-After`, or else two windows of the limit."""
    asked = (exchange.response.header("Retry-After") or "") if exchange.response else ""
    if asked.isascii() and asked.isdigit():
        return min(float(asked), _LONGEST_PAUSE)
    return 2 * float(target.limits.get("window", _WINDOW))
