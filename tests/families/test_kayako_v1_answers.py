"""Kayako API v1: how answers in an envelope are read, and what their flaws are named by."""

import json
from typing import Any

import pytest

from conformance.engine.answer import read_answer
from conformance.engine.exchange import Exchange, Request, Response
from conformance.engine.judging import judge_answer, judge_members
from conformance.engine.spec import load_spec
from tests.families.dreams import Dream

SPEC = load_spec("kayako-v1")
DREAM = Dream(SPEC, "hc00000000")


def value_of(operation: str) -> Any:
    payload = SPEC[operation].payload
    assert payload is not None
    return DREAM.value(payload[1])


def answered(operation: str, value: Any, status: int = 200) -> Exchange:
    response = Response(status, "", (), json.dumps(value).encode())
    request = Request("GET", "https://desk.invalid/api/v1")
    return Exchange("1", "good", request, response, None, 0.1, SPEC, SPEC[operation])


def broken(operation: str, value: Any) -> list[tuple[str, str]]:
    return sorted((v.requirement, v.where) for v in judge_members(answered(operation, value)))


def test_the_objects_of_an_answer_stand_in_the_envelope() -> None:
    one = answered("getTest", value_of("getTest")).answer
    assert one.item is not None
    assert one.item.where("name") == "/data/name"
    many = answered("listTests", value_of("listTests")).answer
    assert [item.where() for item in many.items] == [f"/data/{place}" for place in range(5)]


@pytest.mark.parametrize("data", [None, "text", 5, []])
def test_what_is_no_object_is_none(data: Any) -> None:
    assert answered("getTest", {"status": 200, "data": data}).answer.items == ()


def test_the_status_is_what_the_page_promises() -> None:
    value = {**value_of("createTest"), "status": 200}
    assert broken("createTest", value) == [("KV-TEST-006", "/status"), ("KV-TST-005", "/status")]


def test_a_page_may_only_recommend_the_status() -> None:
    value = {**value_of("createOrganizationField"), "status": 200}
    assert broken("createOrganizationField", value) == [("KV-RSP-012", "/status")]


def test_a_missing_list_is_missed_by_the_envelope() -> None:
    value = value_of("listTests")
    del value["data"]
    assert broken("listTests", value) == [("KV-RSP-011", "/data")]


def test_another_resource_is_advice() -> None:
    value = {**value_of("listTests"), "resource": "exam"}
    assert broken("listTests", value) == [("KV-ENV-008", "/resource")]


def test_a_recommended_member_breaks_no_must() -> None:
    value = value_of("getTest")
    del value["data"]["float_number"]
    assert broken("getTest", value) == [("KV-TEST-015", "/data/float_number")]


def test_a_reference_lacks_its_id() -> None:
    value = value_of("getTest")
    del value["data"]["user"]["id"]
    assert ("KV-PART-001", "/data/user/id") in broken("getTest", value)


def test_a_list_that_comes_whole_has_no_limit() -> None:
    value = {**value_of("listCaseStatuses"), "limit": 10}
    assert broken("listCaseStatuses", value) == [("KV-STATUS-006", "/limit")]


def test_a_secret_is_shown_once() -> None:
    value = value_of("getOauthClient")
    value["data"]["secret"] = "shown"
    named = broken("getOauthClient", value)
    assert ("KV-OAUTH-002", "/data/secret") in named


def test_data_is_too_much_where_only_a_status_is_promised() -> None:
    named = broken("deleteTest", {"status": 200, "data": {}})
    assert ("KV-TST-009", "/data") in named


def test_an_error_is_read_by_its_schema() -> None:
    body = {"status": 404, "errors": [{"code": "not found", "message": "No", "more_info": "x"}]}
    response = Response(404, "", (), json.dumps(body).encode())
    answer = read_answer(SPEC, SPEC["getTest"], response)
    named = {(v.requirement, v.where) for v in judge_answer(SPEC, answer)}
    assert ("KV-ERR-019", "/errors/0/code") in named
    assert ("KV-ERR-017", "/errors/0/more_info") in named


def test_an_error_without_errors_is_none() -> None:
    response = Response(404, "", (), b'{"status": 404}')
    answer = read_answer(SPEC, SPEC["getTest"], response)
    assert [v.requirement for v in judge_answer(SPEC, answer)] == ["KV-ERR-018"]


def test_times_have_a_zone() -> None:
    value = value_of("getTest")
    value["data"]["updated_at"] = "2017-04-27 20:01:16"
    assert broken("getTest", value) == [
        ("KV-DT-001", "/data/updated_at"),
        ("KV-TEST-015", "/data/updated_at"),
    ]
