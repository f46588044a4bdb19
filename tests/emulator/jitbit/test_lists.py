"""Lists: filters, modes, pages, search."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conformance.emulator import Settings, running
from tests.emulator.jitbit.client import Client


@pytest.fixture(scope="module")
def desk() -> Iterator[Client]:
    """An administrator of a helpdesk with fourteen tickets, some of them made different."""
    with running(Settings("jitbit")) as server:
        client = Client(server.target, "administrator")
        for number in range(1, 15):
            client.ticket(subject=f"Ticket {number:02} word{number}x", tags=f"t{number}")
        soon = datetime.now(UTC) + timedelta(days=3)
        changes: dict[int, dict[str, Any]] = {
            1: {"statusId": 3},
            2: {"categoryId": 2},
            3: {"userId": 3},
            4: {"assignedUserId": 2},
            5: {"assignedUserId": 1},
            6: {"dueDate": soon.strftime("%Y-%m-%d")},
            7: {"date": "2016-11-24T23:59:59Z"},
            8: {"statusId": 4},
            9: {"statusId": 2},
        }
        for key, fields in changes.items():
            client.post("UpdateTicket", id=key, **fields)
        client.post("AddSubscriber", id=10, userId=1)
        client.post("comment", id=11, body="Eine Lösung ist unterwegs")
        yield client
        client.close()


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"statusId": 3}, {1}),
        ({"statusId": [3, 4]}, {1, 8}),
        ({"mode": "unclosed", "statusId": [3, 4]}, {8}),
        ({"mode": "HandledByMe"}, {5}),
        ({"mode": "unanswered", "categoryId": 1, "statusId": [2, 3, 4]}, set()),
        ({"mode": "unanswered", "categoryId": 2}, {2}),
        ({"mode": "unanswered", "fromUserId": 1, "statusId": 4}, set()),
        ({"categoryId": 2}, {2}),
        ({"categoryId": [2, 1], "statusId": 3}, {1}),
        ({"fromUserId": 3}, {3}),
        ({"fromCompanyId": 1}, {3}),
        ({"handledByUserID": 2}, {4}),
        ({"handledbyuserid": 2}, {4}),
        ({"dueInDays": 3}, {6}),
        ({"dueInDays": 5}, {6}),
        ({"dueInDays": 2}, set()),
        ({"dateTo": "2016-11-24"}, {7}),
        ({"dateFrom": "2016-11-24", "dateTo": "2016-11-24"}, {7}),
        ({"dateTo": "2016-11-23"}, set()),
        ({"updatedTo": "2020-01-01"}, set()),
        ({"subscribedOnly": "true"}, {10}),
        ({"tagName": "T12"}, {12}),
        ({"tagName": "t12", "statusId": 3}, set()),
        ({"sectionId": 1, "fromUserId": 3}, {3}),
        ({"sectionId": 2}, set()),
    ],
)
def test_filters(desk: Client, params: dict[str, Any], found: set[int]) -> None:
    assert set(desk.listed(**params)) == found


def test_modes_and_pages(desk: Client) -> None:
    everything = list(range(14, 0, -1))
    assert desk.listed() == desk.listed(mode="all") == everything
    assert desk.listed(mode="unclosed") == everything[:-1]
    assert [item["IssueID"] for item in desk.get("Tickets")] == everything[:10]
    assert desk.listed(count=5, offset=5) == everything[5:10]
    assert desk.listed(offset=14) == []
    assert desk.listed(count=301) == everything
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    assert desk.listed(updatedFrom=today, updatedTo=today) == everything
    for wrong in ({"count": 0}, {"offset": -1}, {"mode": "some"}, {"dateFrom": "24.11.2016"}):
        assert desk.status("GET", "Tickets", **wrong) == 400


def test_custom_fields_come_with_the_list_when_asked_for(desk: Client) -> None:
    desk.post("SetCustomField", ticketId=12, fieldId=1, value="v")
    (item,) = desk.get("Tickets", tagName="t12", includeCustomFields="true")
    assert [(one["FieldID"], one["Value"]) for one in item["CustomFields"]] == [(1, "v")]
    assert "CustomFields" not in desk.get("Tickets", tagName="t12")[0]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"query": "WORD13X"}, [13]),
        ({"query": "ticket word13x"}, [13]),
        ({"query": "word13x word12x"}, []),
        ({"query": "lösung"}, [11]),
        ({"query": "word11x lösung"}, [11]),
        ({"query": "ticket", "statusId": [3, 4]}, [8, 1]),
        ({"query": "ticket", "categoryId": 2}, [2]),
        ({"query": "ticket", "fromUserId": 3}, [3]),
        ({"query": "ticket", "assignedToUserId": 2}, [4]),
        ({"query": "ticket", "dateTo": "2016-11-24"}, [7]),
        ({"query": "ticket", "dateTo": "2016-11-24T12:00:00"}, []),
        ({"query": "ticket", "dateFrom": "2016-11-24", "dateTo": "2020-12-12"}, [7]),
        ({"query": "ticket", "count": 1, "offset": 13}, [1]),
    ],
)
def test_search(desk: Client, params: dict[str, Any], found: list[int]) -> None:
    assert desk.listed("Search", **params) == found


def test_numbers_match_the_lists(desk: Client) -> None:
    overall = desk.get("Stats")
    assert overall == {
        **{"TotalTickets": 14, "Closed": 1, "InProcess": 2, "NewTickets": 11},
        **{"Unanswered": 11, "Unassigned": 11, "Unclosed": 13, "HandledByMe": 1},
    }
    mine = desk.get("Stats", forCurrentUser="true")
    assert (mine["SubmittedByMe"], "TotalTickets" in mine) == (13, False)


def test_assets_come_fifty_at_a_time() -> None:
    with running(Settings("jitbit")) as server:
        client = Client(server.target, "technician")
        words = {"manufacturer": "m", "type": "t", "supplier": "s"}
        for number in range(52):
            client.post("Asset", modelName=f"Macbook {number}", **words)
        pages = [client.get("Assets", page=page) for page in (1, 2, 3)]
        assert [len(page) for page in pages] == [50, 2, 0]
        assert len(client.get("Assets", nameprefix="macBOOK 5")) == 3
        assert client.status("GET", "Assets", nameprefix="ma") == 400
        assert client.status("GET", "Assets", page=0) == 400
        assert {item["Quantity"] for item in pages[0]} == {1}
        client.close()


def test_users_come_in_pages_by_kind(admin: Client) -> None:
    everyone = admin.get("Users")
    assert [item["UserID"] for item in everyone] == [1, 2, 3, 4, 5]
    two = [admin.get("Users", count=2, page=page) for page in (1, 2, 3)]
    assert [item for page in two for item in page] == everyone
    kinds = {
        "admins": [1],
        "TECHS": [1, 2],
        "regular": [3, 4, 5],
        "disabled": [],
    }
    for mode, ids in kinds.items():
        assert [item["UserID"] for item in admin.get("Users", listMode=mode)] == ids
    assert [item["UserID"] for item in admin.get("Users", companyId=1)] == [3, 4]
    assert [item["UserID"] for item in admin.get("Users", departmentId=1)] == [3]
    for wrong in ({"listMode": "some"}, {"page": 0}, {"count": 0}):
        assert admin.status("GET", "Users", **wrong) == 400
