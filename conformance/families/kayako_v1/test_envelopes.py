"""What stands around the data: counts, headers, addresses of objects (chapter "Response")."""

from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, omit, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered, served
from conformance.engine.matchers import equal_to
from conformance.engine.shared import accepted, readable
from conformance.families.kayako_v1.asking import anonymous, envelope, item_of, remark

_READ = ("listTests", "getTest", "createTest", "updateTest", "getMe", "getSession")
#: Reads whose object is found again at its address, and the read that is there.
_ADDRESSED = {"getTest": "getTest", "createTest": "getTest", "getMe": "getUser"}


@covers("KV-RSP-001")
@pytest.mark.parametrize("operation_id", [*_READ, "deleteTest", "updateTests", "deleteTests"])
def test_an_answer_is_one_object(helpdesk: Helpdesk, operation_id: str) -> None:
    exchange = accepted(helpdesk.good(operation_id))
    if not envelope(exchange):
        problem = exchange.answer.problem or type(exchange.answer.value).__name__
        violate("body", "a JSON object", problem)


@covers("KV-REQ-002", "KV-ENV-013")
@pytest.mark.parametrize("count", [1, 3])
def test_a_collection_is_an_array(helpdesk: Helpdesk, count: int) -> None:
    exchange = helpdesk.send(anonymous(helpdesk, "listTests", count=count))
    requirement = "KV-ENV-013" if count == 1 else "KV-REQ-002"
    if expect(served(exchange), requirement).success().kept:
        data = envelope(exchange).get("data")
        if not isinstance(data, list):
            violate("/data", "an array", type(data).__name__, requirement)


@covers("KV-ENV-003")
@pytest.mark.parametrize("limit", [5, 10])
def test_the_count_is_that_of_the_collection(helpdesk: Helpdesk, limit: int) -> None:
    exchange = readable(helpdesk.send(anonymous(helpdesk, "listTests", count=45, limit=limit)))
    if len(exchange.answer.items) < limit:
        raise PrerequisiteBroken("listTests shows fewer tests than were asked for")
    judge(envelope(exchange).get("total_count"), equal_to(45), "/total_count")


@covers("KV-ENV-010")
def test_an_empty_collection_is_an_empty_array(helpdesk: Helpdesk) -> None:
    word = helpdesk.chance.fill("{mark}{word}")
    exchange = helpdesk.send(helpdesk.draft("listCases", legacy_ids=word))
    if exchange.answer.items or served(exchange).status == 400:
        raise PrerequisiteBroken("listCases does not filter by legacy_ids")
    if expect(exchange).success().kept:
        judge(envelope(exchange).get("data"), equal_to([]), "/data")
        judge(envelope(exchange).get("total_count"), equal_to(0), "/total_count")


# Addresses --------------------------------------------------------------------------------------


def _address(exchange: Exchange) -> str:
    address = item_of(readable(exchange)).get("resource_url")
    if not isinstance(address, str):
        raise PrerequisiteBroken("the object shows no resource_url")
    return address


@covers("KV-ENV-011")
@pytest.mark.parametrize("operation_id", _ADDRESSED)
def test_an_object_stands_at_its_address(helpdesk: Helpdesk, operation_id: str) -> None:
    first = helpdesk.good(operation_id)
    parts, own = urlsplit(_address(first)), urlsplit(helpdesk.target.url)
    judge((parts.scheme, parts.netloc), equal_to((own.scheme, own.netloc)), "host of resource_url")
    base = own.path.rstrip("/") + "/"
    if not parts.path.startswith(base) or parts.path.endswith(".json"):
        violate("/data/resource_url", f"a path below {base} without .json", parts.path)
        return
    draft = Draft(helpdesk.spec[_ADDRESSED[operation_id]]).at_path(parts.path[len(base) - 1 :])
    again = helpdesk.send(draft)
    if again.succeeded:
        readable(again)
    for name in ("id", "resource_type"):
        expect(again).item(name, equal_to(item_of(first).get(name)))


@covers("KV-HDR-007")
@pytest.mark.parametrize("operation_id", ["createTest", "createOauthClient"])
def test_a_creation_tells_where_the_new_object_is(helpdesk: Helpdesk, operation_id: str) -> None:
    exchange = accepted(helpdesk.good(operation_id))
    location = answered(exchange).header("Content-Location")
    if location is None:
        omit("there is no header Content-Location")
    judge(location, equal_to(_address(exchange)), "header Content-Location")


@covers("KV-HDR-008")
@pytest.mark.parametrize("name", ["Last-Modified", "Expires"])
@pytest.mark.parametrize("operation_id", ["getTest", "createTest", "getMe"])
def test_dates_among_the_headers_can_be_read(
    helpdesk: Helpdesk, operation_id: str, name: str
) -> None:
    """Their zone may be +0000, as samples have it, or GMT."""
    date = answered(accepted(helpdesk.good(operation_id))).header(name)
    if date is None:
        omit(f"there is no header {name}")
    try:
        parsedate_to_datetime(date)
    except ValueError:
        violate(f"header {name}", "a date", date)
    else:
        remark(f"the zone of {name} is written as {date.split()[-1]}")


@covers("KV-ENV-006")
def test_what_is_not_set_stays_in_the_answer(helpdesk: Helpdesk) -> None:
    """A test shows its user to everybody, who is nobody to anonymous callers."""
    shown = item_of(readable(helpdesk.send(helpdesk.draft("getTest"))))
    if "user" not in shown:
        omit("tests show no user")
    exchange = readable(helpdesk.send(anonymous(helpdesk, "getTest")))
    if "user" not in item_of(exchange):
        violate("/data/user", "null", "no such member")
