"""The generated tests: open to all, any id, what was sent comes back (page "Tests")."""

from collections.abc import Mapping
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, omit, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.matchers import equal_to
from conformance.engine.shared import accepted, readable
from conformance.families.kayako_v1.asking import (
    anonymous,
    any_code,
    envelope,
    expect_culprit,
    in_any_form,
    item_of,
    nameless,
    showing,
    shown_codes,
    taken,
    with_arguments,
)
from conformance.families.kayako_v1.refusals import refused

_ALL = (
    *("listTests", "getTest", "createTest", "updateTest"),
    *("updateTests", "deleteTest", "deleteTests"),
)
_SINGLE = ("getTest", "updateTest", "deleteTest")
_SEVERAL = ("updateTests", "deleteTests")
#: What the creation of a test is sent, and what it shows of it.
_SENT: Mapping[str, tuple[Any, Any]] = {
    "array_items": ([1, 2, 3], [1, 2, 3]),
    "is_boolean": ("true", True),
    "float_number": ("2.5", 2.5),
    "integer_number": ("-42", -42),
    "option": ("BAR", "BAR"),
    "binary_data": ("aGVscA==", "aGVscA=="),
}
_MUST_ECHO = ("name", "array_items", "is_boolean")


def _plain(helpdesk: Helpdesk, operation_id: str, /, **path: Any) -> Draft:
    """The operation without a parameter that it does not need, for a test of this id."""
    draft = Draft(helpdesk.spec[operation_id]).with_credential("no-credentials")
    return draft.having(path)


# Who may ask ------------------------------------------------------------------------------------


@covers("KV-TST-001", "KV-TEST-001")
@pytest.mark.parametrize("operation_id", _ALL)
def test_everybody_is_served(helpdesk: Helpdesk, operation_id: str) -> None:
    exchange = helpdesk.send(anonymous(helpdesk, operation_id))
    expect(served(exchange), "KV-TST-001", "KV-TEST-001").success()


@covers("KV-TEST-029")
@pytest.mark.parametrize("operation_id", _ALL)
def test_a_login_is_taken_all_the_same(helpdesk: Helpdesk, operation_id: str) -> None:
    readable(helpdesk.good("getMe"))
    expect(helpdesk.good(operation_id)).success()


@covers("KV-TEST-030")
@pytest.mark.parametrize("operation_id", ["listTests", "getTest"])
def test_a_wrong_login_is_not_taken_for_none(helpdesk: Helpdesk, operation_id: str) -> None:
    draft = helpdesk.draft(operation_id).with_credential("unknown-login")
    exchange = helpdesk.send(draft, "negative")
    if expect(served(exchange)).status(401).kept:
        judge(shown_codes(exchange), any_code("AUTHENTICATION_FAILED"), "/errors/*/code")


@covers("KV-TEST-011")
def test_nobody_has_made_a_test_of_nobody(helpdesk: Helpdesk) -> None:
    exchange = readable(helpdesk.send(anonymous(helpdesk, "getTest")))
    if "user" not in item_of(exchange):
        omit("tests show no user")
    expect(exchange).item("user", equal_to(None))


@covers("KV-TEST-011")
def test_the_caller_has_made_a_test(helpdesk: Helpdesk) -> None:
    exchange = readable(helpdesk.good("getTest"))
    if "user" not in item_of(exchange):
        omit("tests show no user")
    me = helpdesk.send(Draft(helpdesk.spec["getMe"]).by(exchange.role))
    user = item_of(exchange)["user"]
    shown = {name: user.get(name) for name in ("id", "resource_type")} if user else user
    caller = item_of(readable(me)).get("id")
    if caller is None:
        raise PrerequisiteBroken("the caller is shown without an id")
    wanted = {"id": caller, "resource_type": "user"}
    judge(shown, equal_to(wanted), "/data/user")


# The list ---------------------------------------------------------------------------------------


@covers("KV-TST-002", "KV-TEST-003")
@pytest.mark.parametrize("count", [2, 45])
def test_the_count_says_how_many_there_are(helpdesk: Helpdesk, count: int) -> None:
    ids = ("KV-TST-002", "KV-TEST-003")
    exchange = helpdesk.send(_plain(helpdesk, "listTests", count=count))
    if taken(exchange, *ids):
        judge(envelope(readable(exchange)).get("total_count"), equal_to(count), "/total_count",
              *ids)  # fmt: skip


@covers("KV-TEST-003")
def test_there_is_one_unless_told(helpdesk: Helpdesk) -> None:
    exchange = helpdesk.send(_plain(helpdesk, "listTests"))
    if expect(served(exchange)).success().count(equal_to(1)).kept:
        judge(envelope(exchange).get("total_count"), equal_to(1), "/total_count")


@covers("KV-TST-010")
@pytest.mark.parametrize("operation_id", ["listTests", "createTest"])
def test_the_list_and_a_creation_may_leave_out_what_is_empty(
    helpdesk: Helpdesk, operation_id: str
) -> None:
    taken(helpdesk.send(with_arguments(anonymous(helpdesk, operation_id), {"_empty": "false"})))


# One of any id ----------------------------------------------------------------------------------


@covers("KV-TEST-024", "KV-TEST-021")
@pytest.mark.parametrize("operation_id", ["getTest", "updateTest"])
@pytest.mark.parametrize("number", [1, 999])
def test_any_number_is_the_id_of_a_test(helpdesk: Helpdesk, operation_id: str, number: int) -> None:
    draft = _plain(helpdesk, operation_id, id=number)
    if operation_id == "updateTest":
        draft = draft.having(is_boolean="true")
    exchange = helpdesk.send(draft)
    if taken(exchange, "KV-TEST-024"):
        expect(showing(exchange), "KV-TEST-021").item("id", equal_to(number))


@covers("KV-TEST-024")
def test_any_test_can_be_deleted(helpdesk: Helpdesk) -> None:
    taken(helpdesk.send(_plain(helpdesk, "deleteTest", id=999)))


@covers("KV-TST-004", "KV-TEST-005", "KV-TEST-023")
@pytest.mark.parametrize("operation_id", _SINGLE)
def test_a_test_can_be_asked_not_to_exist(helpdesk: Helpdesk, operation_id: str) -> None:
    draft = with_arguments(anonymous(helpdesk, operation_id), {"non_existent": "true"})
    exchange = helpdesk.send(draft, "negative")
    if expect(served(exchange), "KV-TST-004", "KV-TEST-005").status(404).kept:
        allowed = any_code("RESOURCE_NOT_FOUND")
        judge(shown_codes(exchange), allowed, "/errors/*/code", "KV-TEST-023")


@covers("KV-TEST-008", "KV-TEST-010")
@pytest.mark.parametrize("operation_id", _SEVERAL)
def test_several_are_answered_by_a_number_alone(helpdesk: Helpdesk, operation_id: str) -> None:
    requirement = "KV-TEST-008" if operation_id == "updateTests" else "KV-TEST-010"
    found = envelope(accepted(helpdesk.good(operation_id)))
    judge("data" in found, equal_to(False), "whether there is /data", requirement)
    number = type(found.get("total_count")).__name__
    judge(number, equal_to("int"), "type of /total_count", requirement)


@covers("KV-TEST-016")
@pytest.mark.parametrize("operation_id", _SEVERAL)
@pytest.mark.parametrize("ids", ["1,2,3", "997,999"])
def test_each_id_is_counted(helpdesk: Helpdesk, operation_id: str, ids: str) -> None:
    draft = with_arguments(_plain(helpdesk, operation_id), {"ids": ids})
    if operation_id == "updateTests":
        draft = draft.having(option="BAR")
    exchange = readable(helpdesk.send(draft))
    judge(envelope(exchange).get("total_count"), equal_to(ids.count(",") + 1), "/total_count")


# What comes back --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def created(helpdesk: Helpdesk) -> Exchange:
    """A test made with every parameter."""
    values = {name: sent for name, (sent, _) in _SENT.items()}
    return helpdesk.send(nameless(helpdesk, name=f"{helpdesk.chance.mark} test", **values))


@covers("KV-TST-007")
def test_all_parameters_of_a_creation_come_together(helpdesk: Helpdesk) -> None:
    names = ("array_items", "is_boolean", "option", "binary_data")
    values = {name: _SENT[name][0] for name in names}
    taken(helpdesk.send(nameless(helpdesk, name=f"{helpdesk.chance.mark} all", **values)))


@covers("KV-TST-005", "KV-TEST-019")
@pytest.mark.parametrize("name", ["name", *_SENT])
def test_what_is_sent_comes_back(helpdesk: Helpdesk, created: Exchange, name: str) -> None:
    requirement = "KV-TST-005" if name in _MUST_ECHO else "KV-TEST-019"
    wanted = f"{helpdesk.chance.mark} test" if name == "name" else _SENT[name][1]
    same = in_any_form(wanted) if name == "option" else equal_to(wanted)
    expect(readable(created), requirement).item(name, same)


@covers("KV-TEST-017")
def test_an_array_sent_as_text_holds_integers(created: Exchange) -> None:
    shown = item_of(showing(created)).get("array_items")
    if not isinstance(shown, list):
        raise PrerequisiteBroken("the new test shows no array")
    judge({type(one).__name__ for one in shown}, equal_to({"int"}), "types in /data/array_items")


@covers("KV-TST-008", "KV-TEST-031")
@pytest.mark.parametrize(("option", "word"), [("BAR", "false"), ("NONE", "true")])
def test_an_update_shows_what_it_was_sent(helpdesk: Helpdesk, option: str, word: str) -> None:
    draft = _plain(helpdesk, "updateTest", id=1).having(option=option, is_boolean=word)
    exchange = helpdesk.send(draft)
    if taken(exchange, "KV-TST-008"):
        found = expect(showing(exchange), "KV-TEST-031").item("option", in_any_form(option))
        found.item("is_boolean", in_any_form(word))


@covers("KV-TST-008")
def test_an_update_of_several_takes_an_option_alone(helpdesk: Helpdesk) -> None:
    draft = with_arguments(_plain(helpdesk, "updateTests"), {"ids": "1,2,3"})
    taken(helpdesk.send(draft.having(option="BAR")))


@covers("KV-TEST-032", "KV-DT-006")
@pytest.mark.parametrize("word", ["bar", "Any", "none"])
def test_an_option_comes_back_in_upper_case(helpdesk: Helpdesk, word: str) -> None:
    exchange = helpdesk.send(anonymous(helpdesk, "createTest", option=word))
    if not taken(exchange, "KV-TEST-032"):
        return
    expect(showing(exchange), "KV-TEST-032").item("option", equal_to(word.upper()))
    shown = item_of(exchange).get("option")
    if isinstance(shown, str):
        judge(shown, equal_to(shown.upper()), "/data/option", "KV-DT-006")


@covers("KV-TEST-020")
def test_there_are_four_options(helpdesk: Helpdesk) -> None:
    exchange = refused(helpdesk, "invalid")
    if expect(served(exchange)).status(400).kept:
        expect_culprit(exchange, "option")


@covers("KV-TEST-028")
def test_what_was_not_sent_can_be_left_out(helpdesk: Helpdesk) -> None:
    draft = nameless(helpdesk, name=f"{helpdesk.chance.mark} alone")
    exchange = readable(helpdesk.send(with_arguments(draft, {"_empty": "false"})))
    for name in _SENT:
        if name in item_of(exchange):
            violate(f"/data/{name}", "no such member", str(item_of(exchange)[name]))
