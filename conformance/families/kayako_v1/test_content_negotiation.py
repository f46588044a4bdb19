"""What a request says about the answer it wants: Accept and Cache-Control (chapter "Request")."""

import pytest

from conformance.engine import Helpdesk, covers, expect, judge
from conformance.engine.exchange import served
from conformance.engine.matchers import equal_to
from conformance.engine.shared import readable
from conformance.families.kayako_v1.asking import anonymous, envelope, taken


@covers("KV-REQ-004")
@pytest.mark.parametrize(
    "accept",
    [
        "application/json",
        "*/*",
        "text/html, application/json",
        "text/html, application/json;q=0.9",
        "text/html, */*;q=0.1",
    ],
)
def test_who_takes_json_is_served(helpdesk: Helpdesk, accept: str) -> None:
    taken(helpdesk.send(anonymous(helpdesk, "listTests").with_headers(Accept=accept)))


@covers("KV-REQ-005")
@pytest.mark.parametrize("accept", ["", "text/xml", "text/html, image/png"])
def test_who_takes_no_json_is_told_so(helpdesk: Helpdesk, accept: str) -> None:
    draft = anonymous(helpdesk, "listTests").with_headers(Accept=accept)
    expect(served(helpdesk.send(draft, "negative"))).status(406)


@covers("KV-REQ-016")
@pytest.mark.parametrize("directive", ["no-cache", "max-age=0"])
def test_caches_between_may_be_told_what_they_like(helpdesk: Helpdesk, directive: str) -> None:
    draft = anonymous(helpdesk, "getTest")
    plain = readable(helpdesk.send(draft))
    exchange = helpdesk.send(draft.with_headers(Cache_Control=directive))
    if taken(exchange):
        judge(sorted(envelope(exchange)), equal_to(sorted(envelope(plain))), "/")
        shown = [sorted(item) for item in exchange.answer.items]
        judge(shown, equal_to([sorted(item) for item in plain.answer.items]), "/data")
