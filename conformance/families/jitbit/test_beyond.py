"""What the seed document does not promise: ways to call and methods that only current documentation
and client programs know, and JSON bodies.

What is not offered is a remark; most of it is judged with `--beyond` only.
"""

import json
from dataclasses import replace
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, violate
from conformance.engine.draft import Draft, Upload
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered, served
from conformance.engine.matchers import equal_to
from conformance.families.jitbit.people import (
    accepted,
    aim,
    aimed,
    item_of,
    name,
    readable,
)
from conformance.families.jitbit.ticketwork import entries

_PROTOCOL_QUESTION = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2024-11-05",
        "capabilities": {},
        "clientInfo": {"name": "helpdesk-conformance", "version": "1"},
    },
}


def _undocumented(helpdesk: Helpdesk, like: str, path: str, effect: str, **fields: Any) -> Draft:
    """A call of a method that the catalogue does not know, sent as a known one is."""
    draft = Draft(helpdesk.spec[like]).at_path(path)
    return replace(draft, effect=effect).having(fields)


def _in_json(helpdesk: Helpdesk, draft: Draft, content: Any) -> Exchange:
    """Send a draft that changes nothing but own objects with a JSON body in place of its fields."""
    draft = draft.by(helpdesk.role_for(draft))
    request = helpdesk.adapter.prepare(draft)
    headers = [(k, v) for k, v in request.headers if k != "Content-Type"]
    headers += [("Content-Type", "application/json"), ("Accept", "application/json")]
    helpdesk.wait_for_room(draft.operation.rate)
    body = json.dumps(content).encode()
    sent = replace(request, headers=tuple(headers), body=body)
    exchange = helpdesk.noted(draft, "behaviour", helpdesk.over_the_wire(sent))
    helpdesk.witness(exchange)
    return exchange


def _array(exchange: Exchange) -> list[Any] | None:
    """The objects of a JSON array, or None where the answer is none."""
    try:
        value = json.loads(answered(exchange).text) if exchange.succeeded else None
    except ValueError:
        return None
    return value if isinstance(value, list) else None


def _expect_array(exchange: Exchange) -> list[Any]:
    found = _array(exchange)
    if found is None:
        got = f"{exchange.status}, {len(answered(exchange).body)} bytes"
        violate("body", "a JSON array", got)
    return found or []


# Ways to call -----------------------------------------------------------------------------------


@covers("JB-BASE-011")
@pytest.mark.parametrize("operation_id", ["getTicket", "listComments", "listSubscribers"])
def test_an_id_may_be_the_last_segment(helpdesk: Helpdesk, operation_id: str) -> None:
    ticket = helpdesk.obtain("ticket")
    documented = accepted(aimed(helpdesk, operation_id, id=ticket.id))
    path = f"{helpdesk.spec[operation_id].path}/{ticket.id}"
    exchange = helpdesk.send(aim(helpdesk, operation_id).at_path(path))
    if expect(exchange).success().kept and operation_id == "getTicket":
        expect(exchange).item("TicketID", equal_to(item_of(documented).get("TicketID")))


@covers("JB-PARM-005")
def test_an_update_of_a_ticket_may_be_json(helpdesk: Helpdesk) -> None:
    ticket, subject = helpdesk.make("ticket"), name(helpdesk)
    draft = aim(helpdesk, "updateTicket")
    exchange = _in_json(helpdesk, draft, {"id": int(ticket.id), "subject": subject})
    if expect(served(exchange)).success().kept:
        expect(aimed(helpdesk, "getTicket", id=ticket.id)).item("Subject", equal_to(subject))


@covers("JB-PARM-010")
def test_several_files_may_be_sent_at_once(helpdesk: Helpdesk) -> None:
    names = [name(helpdesk, f"{{mark}}-{number}.txt") for number in (1, 2)]
    draft = helpdesk.draft("createTicket")
    for filename in names:
        draft = draft.with_upload(Upload("uploadFile", filename, b"text", "text/plain"))
    created = helpdesk.send(draft)
    if not expect(served(created)).success().kept:
        return
    item = item_of(aimed(helpdesk, "getTicket", id=helpdesk.made_by(created).id))
    attached = {str(entry.get("FileName")) for entry in entries(item, "Attachments")}
    if not attached & set(names):
        raise PrerequisiteBroken("not one file is attached")
    missing = [filename for filename in names if filename not in attached]
    judge(missing, equal_to([]), f"files not in {item.where('Attachments')}")


# Other methods ----------------------------------------------------------------------------------


@covers("JB-BYND-001")
def test_priorities_are_listed(helpdesk: Helpdesk) -> None:
    listed = helpdesk.send(_undocumented(helpdesk, "listCategories", "/Priorities", "read"))
    _expect_array(listed)


@covers("JB-BYND-002")
def test_the_files_of_a_ticket_are_listed(helpdesk: Helpdesk) -> None:
    file = helpdesk.obtain("attachment")
    ticket = file.within[1] if file.within else ""
    draft = _undocumented(helpdesk, "getTicket", "/Attachments", "read", id=ticket)
    files = [str(f.get("FileID")) for f in _expect_array(helpdesk.send(draft))]
    if files and file.id not in files:
        violate("/*/FileID", f"the file {file.id}", "other files")


@pytest.fixture(scope="module")
def timed(helpdesk: Helpdesk) -> tuple[Made, Exchange]:
    """A ticket, and the entry of ten minutes spent on it."""
    ticket = helpdesk.make("ticket")
    fields = {"ticketId": ticket.id, "timeSpentInSeconds": 600}
    draft = _undocumented(helpdesk, "updateTicket", "/AddTimeSpent", "update", **fields)
    return ticket, helpdesk.send(draft)


@covers("JB-BYND-004")
def test_time_spent_can_be_entered(timed: tuple[Made, Exchange]) -> None:
    expect(timed[1]).success()


@covers("JB-BYND-003")
def test_times_spent_are_listed(helpdesk: Helpdesk, timed: tuple[Made, Exchange]) -> None:
    fields = {"ticketId": timed[0].id}
    draft = _undocumented(helpdesk, "getTicket", "/TimeSpentLog", "read", **fields)
    _expect_array(helpdesk.send(draft))


@covers("JB-BYND-005")
def test_a_ticket_can_be_deleted(helpdesk: Helpdesk) -> None:
    ticket = helpdesk.make("ticket")
    draft = _undocumented(helpdesk, "updateTicket", "/deleteTicket", "delete", id=ticket.id)
    if expect(helpdesk.send(draft)).success().kept:
        read = aimed(helpdesk, "getTicket", id=ticket.id)
        if read.succeeded:
            violate("status line", "no such ticket after it", f"{read.status}")


@covers("JB-BYND-006")
def test_the_model_context_protocol_is_spoken(helpdesk: Helpdesk) -> None:
    draft = _undocumented(helpdesk, "authorize", "/mcp", "read")
    exchange = _in_json(helpdesk, draft, _PROTOCOL_QUESTION)
    if expect(exchange).success().kept and '"jsonrpc"' not in answered(exchange).text:
        violate("body", "an answer of the protocol", f"{len(answered(exchange).body)} bytes")


@covers("JB-BYND-007")
@pytest.mark.parametrize("side", ["tech", "cust"])
def test_tickets_are_narrowed_by_who_updated_them(helpdesk: Helpdesk, side: str) -> None:
    tag = name(helpdesk, "{mark}{word}")
    own = helpdesk.make("ticket", tags=tag)
    accepted(aimed(helpdesk, "createComment", id=own.id, body=name(helpdesk)))
    draft = aim(helpdesk, "listTickets", tagName=tag)
    readable(helpdesk.send(draft))
    listed = helpdesk.send(draft.having(updatedByType=side))
    if expect(listed).success().kept:
        shown = listed.answer.find(IssueID=own.id) is not None
        judge(shown, equal_to(side == "tech"), "whether a ticket that staff updated is listed")
