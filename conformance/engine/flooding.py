"""Many requests at once, to see what a server does beyond its limits."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median

from conformance.engine.draft import Draft
from conformance.engine.exchange import Exchange
from conformance.engine.helpdesk import TOO_MANY_REQUESTS, Helpdesk

_AT_ONCE = 8
#: A server slows down when the last answers take this many times as long as the first ones did,
#: and at least this many seconds.
_TIMES, _SECONDS = 5.0, 0.5


@dataclass(frozen=True)
class Flood:
    """What came of a burst of equal requests, in the order in which they were sent."""

    exchanges: Sequence[Exchange]
    seconds: float

    @property
    def served(self) -> int:
        return sum(exchange.succeeded for exchange in self.exchanges)

    @property
    def refused(self) -> list[Exchange]:
        """Those that were answered, and not with success."""
        return [e for e in self.exchanges if e.response is not None and not e.succeeded]

    @property
    def limited(self) -> list[Exchange]:
        return [e for e in self.exchanges if e.status == TOO_MANY_REQUESTS]

    @property
    def slowed(self) -> bool:
        """Whether the end of the burst was answered clearly more slowly than its beginning."""
        part = max(1, len(self.exchanges) // 10)
        first = median(e.seconds for e in self.exchanges[:part])
        last = median(e.seconds for e in self.exchanges[-part:])
        return last >= _SECONDS and last >= first * _TIMES


def flood(helpdesk: Helpdesk, draft: Draft, count: int) -> Flood:
    """Send a draft that has no effect so many times, several at a time, without regard to any
    limit. Raises Skipped where no role may send it."""
    draft = draft.by(helpdesk.role_for(draft))
    requests = [helpdesk.adapter.prepare(draft) for _ in range(count)]
    started = time.monotonic()
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        answers = list(threads.map(helpdesk.over_the_wire, requests))
    seconds = time.monotonic() - started
    exchanges = [helpdesk.noted(draft, "limit", answer) for answer in answers]
    for exchange in exchanges:
        helpdesk.witness(exchange)
    return Flood(exchanges, seconds)
