"""Calls by scripts of other origins (chapter "Using Javascript")."""

from collections.abc import Mapping

import pytest

from conformance.engine import Helpdesk, covers, judge, omit, violate
from conformance.engine.exchange import answered
from conformance.engine.matchers import one_of
from conformance.families.kayako_v1.asking import anonymous, taken

_ALLOWED = "Access-Control-Allow-Origin"
_WAYS: Mapping[str, dict[str, str]] = {
    "GET": {},
    "OPTIONS": {"Access_Control_Request_Method": "GET"},
}
_EACH_WAY = pytest.mark.parametrize("method", _WAYS)


@covers("KV-JS-001")
@_EACH_WAY
def test_an_allowed_origin_is_told_so(helpdesk: Helpdesk, method: str) -> None:
    origin = helpdesk.target.known.get("origin")
    if not origin:
        omit("needs an origin that the helpdesk allows: origin under [known] in the target file")
    draft = anonymous(helpdesk, "listTests").sent_by(method, "read")
    exchange = helpdesk.send(draft.with_headers(Origin=str(origin), **_WAYS[method]))
    if taken(exchange):
        allowed = one_of((str(origin), "*"))
        judge(answered(exchange).header(_ALLOWED), allowed, f"header {_ALLOWED}")


@covers("KV-JS-006")
@_EACH_WAY
def test_another_origin_is_not_allowed(helpdesk: Helpdesk, method: str) -> None:
    origin = f"https://{helpdesk.chance.word()}.invalid"
    draft = anonymous(helpdesk, "listTests").sent_by(method, "read")
    exchange = helpdesk.send(draft.with_headers(Origin=origin, **_WAYS[method]))
    found = answered(exchange).header(_ALLOWED)
    if found in ("*", origin):
        violate(f"header {_ALLOWED}", "not for this origin", str(found))
