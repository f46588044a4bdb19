"""Answers as a call of a function (chapter "Using Javascript")."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, violate
from conformance.engine.exchange import answered, served
from conformance.engine.matchers import equal_to
from conformance.families.kayako_v1.asking import (
    anonymous,
    missing_test,
    remark,
    taken,
    with_arguments,
)

_CALLBACK = "callMeBack"
#: Servers may put a comment in front, which keeps old browsers from harm.
_CALL = re.compile(rf"\s*(?:/\*.*?\*/)?\s*{_CALLBACK}\s*\((.*)\)\s*;?\s*", re.DOTALL)


def _asked(helpdesk: Helpdesk, operation_id: str, /, **fields: Any) -> Exchange:
    draft = anonymous(helpdesk, operation_id, **fields)
    return helpdesk.send(with_arguments(draft, {"_jsonp_callback": _CALLBACK}))


def _argument(exchange: Exchange) -> Any:
    """What the function is called with; None where the body is no such call or no JSON is in it."""
    call = _CALL.fullmatch(answered(exchange).text)
    try:
        return json.loads(call.group(1)) if call else None
    except ValueError:
        return None


@covers("KV-JS-002", "KV-JS-004")
@pytest.mark.parametrize("operation_id", ["listTests", "getTest"])
def test_an_answer_can_be_a_call(helpdesk: Helpdesk, operation_id: str) -> None:
    exchange = _asked(helpdesk, operation_id)
    if not taken(exchange, "KV-JS-002"):
        return
    text = answered(exchange).text
    argument = _argument(exchange)
    if _CALLBACK not in text:
        violate("body", f"a call of {_CALLBACK}", text[:80], "KV-JS-002")
    elif not isinstance(argument, Mapping) or not argument:
        promised = f"one call of {_CALLBACK} with a JSON object"
        violate("body", promised, text[:80], "KV-JS-004")


@covers("KV-JS-004")
@pytest.mark.parametrize("name", ["first(1);second", "<b>", "a b"])
def test_what_is_no_name_is_not_called(helpdesk: Helpdesk, name: str) -> None:
    """Anything else than one call would come of it."""
    draft = with_arguments(anonymous(helpdesk, "getTest"), {"_jsonp_callback": name})
    exchange = served(helpdesk.send(draft, "negative"))
    if exchange.succeeded and answered(exchange).text.lstrip("/* ").startswith(name):
        violate("body", "a refusal or plain JSON", answered(exchange).text[:80])


@covers("KV-JS-003")
def test_the_status_of_a_call_is_in_its_body(helpdesk: Helpdesk) -> None:
    missing_test(helpdesk)
    exchange = _asked(helpdesk, "getTest", non_existent="true")
    if expect(served(exchange)).status(200).kept:
        argument = _argument(exchange)
        status = argument.get("status") if isinstance(argument, Mapping) else None
        judge(status, equal_to(404), "/status in the call")


@covers("KV-JS-005")
@pytest.mark.parametrize("operation_id", ["createTest", "updateTest", "deleteTest"])
def test_what_changes_something_is_no_call(helpdesk: Helpdesk, operation_id: str) -> None:
    exchange = served(_asked(helpdesk, operation_id))
    does = "answered in plain JSON" if exchange.succeeded else f"refused with {exchange.status}"
    remark(f"a change that asks for a call is {does}")
    if exchange.succeeded and not isinstance(exchange.answer.value, Mapping):
        violate("body", "a refusal or plain JSON", answered(exchange).text[:80])
