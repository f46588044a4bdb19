"""One request and its response, as immutable values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from conformance.engine.answer import Answer, read_answer
from conformance.engine.errors import ConnectionLost, PrerequisiteBroken, Skipped
from conformance.engine.spec import Operation, Spec

_FORBIDDEN = 403
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """What goes over the wire. Its text form shows no query: that is where credentials travel."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""

    def __repr__(self) -> str:
        return f"<{self.method} {self.url.partition('?')[0]}>"


@dataclass(frozen=True)
class Response:
    """What came back, decoded from transfer and content coding, cut at the size limit."""

    status: int
    reason: str
    headers: Headers
    body: bytes
    truncated: bool = False

    def header(self, name: str) -> str | None:
        """The first header of that name, in any letter case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def __repr__(self) -> str:
        return f"<{self.status}, {len(self.body)} bytes>"


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Exchange:
    """One recorded request and its response (or why there is none)."""

    id: str
    purpose: str
    request: Request
    response: Response | None
    error: str | None
    seconds: float
    spec: Spec = field(repr=False)
    operation: Operation | None = field(default=None, repr=False)
    sent: Mapping[str, Any] = field(default_factory=dict, repr=False)
    #: Whether the operation serves its good request (sent when first asked for).
    works: Callable[[], bool] = field(default=_always, repr=False, compare=False)
    #: Who asked, in families that have roles.
    role: str = ""
    #: Whether that role was found for a request that names none.
    stands_in: bool = False

    @property
    def status(self) -> int | None:
        return self.response.status if self.response else None

    @property
    def succeeded(self) -> bool:
        """Whether the server says that it did what was asked."""
        return self.response is not None and 200 <= self.response.status < 300

    @property
    def denied(self) -> bool:
        """Whether a caller who stands in for a greater one was refused for want of a right of
        which the documents say nothing."""
        lesser = self.stands_in and self.role not in ("", *self.spec.roles[-1:])
        silent = self.operation is not None and self.operation.need is None
        return self.status == _FORBIDDEN and lesser and silent

    @cached_property
    def answer(self) -> Answer:
        """The body read by the documented schema; never raises, see `Answer.problem`."""
        return read_answer(self.spec, self.operation, self.response)


def answered(exchange: Exchange) -> Response:
    """The response. Raises ConnectionLost when there is none, or more than the suite reads, and
    Skipped where a greater role would have to ask."""
    name = exchange.operation.id if exchange.operation else "the request"
    if exchange.response is None:
        raise ConnectionLost(f"{name} got no answer: {exchange.error}")
    if exchange.response.truncated:
        raise ConnectionLost(f"{name} got an answer of more bytes than the suite reads")
    if exchange.denied:
        raise Skipped(f"needs a greater role: {name} is refused to a {exchange.role}")
    return exchange.response


def served(exchange: Exchange) -> Exchange:
    """The exchange itself, answered or refused for what this request asks.

    Raises PrerequisiteBroken where the operation refuses its good request too: then a refusal says
    nothing about this one.
    """
    answered(exchange)
    if not exchange.succeeded and not exchange.works():
        name = exchange.operation.id if exchange.operation else "the request"
        raise PrerequisiteBroken(f"{name} answered {exchange.status}")
    return exchange
