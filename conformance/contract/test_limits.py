"""The whole run: whether the server limits the rate of requests where no limit is documented."""

from collections.abc import Iterator

from conformance.engine import CheckCase, Helpdesk, each, violate
from conformance.engine.spec import Spec


def _once(spec: Spec) -> Iterator[CheckCase]:
    ids = spec.promises("rate-limit")
    if ids:
        yield CheckCase("run", None, ids, {"preflight": spec.preflight[0]})


@each(_once)
def test_no_request_is_put_off(helpdesk: Helpdesk, preflight: str) -> None:
    helpdesk.good(preflight)
    if helpdesk.limited:
        got = f"429, {helpdesk.limited} times"
        violate("status line", "no limit on the rate of requests", got)
