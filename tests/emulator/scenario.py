"""One long conversation with a fresh helpdesk, to see what a fault changes in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

Fields = Mapping[str, Any]

_TICKET = "fullname=Ann email=creator@x departmentid=1 ticketpriorityid=2 tickettypeid=3"
_LARGE = {"ticketid": 1, "ticketpostid": 1, "filename": "large", "contents": "AP+A" * 22_000}
_LONG = {"ticketid": 2, "subject": "s", "staffid": 1, "contents": "line\n<i>x</i> " * 40}


@dataclass(frozen=True)
class Step:
    """One request; `auth` changes the authentication fields (None takes one away)."""

    verb: str
    path: str
    fields: Fields = field(default_factory=dict)
    auth: Fields = field(default_factory=dict)
    form: str = "e"
    prefix: str = ""
    file: str = ""


def _step(line: str, **how: Any) -> Step:
    verb, path, *given = line.split()
    fields: dict[str, list[str]] = {}
    for item in given:
        name, _, text = item.partition("=")
        fields.setdefault(name, []).append(text.replace("_", " "))
    return replace(Step(verb, path, fields), **how)


def conversation() -> Iterator[Step]:
    """Yield the steps of `conversation.txt`, and at MORE those that a line cannot say."""
    for line in Path(__file__).with_name("conversation.txt").read_text("utf-8").splitlines():
        if line == "MORE":
            yield from _forms()
            yield from _authentication()
        elif line and not line.startswith("#"):
            yield _step(line.replace("TICKET", _TICKET))


def _forms() -> Iterator[Step]:
    yield Step("POST", "/Tickets/TicketPost", _LONG)
    yield Step("POST", "/Tickets/TicketAttachment", _LARGE)
    yield Step("GET", "/Tickets/TicketAttachment/1/3")
    yield _step("POST /Tickets/TicketCustomField/2", file="fl3xo2photog")
    yield _step("GET /Base/Department", form="bare")
    yield _step("GET /Base/Department", form="path", prefix="/sub")
    yield _step("GET /Base/Department/")
    yield _step("GET /Base//Department")


def _authentication() -> Iterator[Step]:
    none = {"apikey": None, "salt": None, "signature": None}
    for line in ("GET /Base/Department", "POST /Base/StaffGroup", "GET /Tickets/TicketCount"):
        for change in (*({name: None} for name in none), none, {"apikey": "x"}):
            yield _step(line, auth=change)
    organization = "POST /Base/UserOrganization name=n organizationtype=shared"
    yield _step(organization, auth={"salt": None})
    yield _step("GET /Base/User/Filter", auth={"signature": None})
    for line in ("GET /Tickets/TicketPost/ListAll/1", "DELETE /Tickets/Ticket/9999"):
        yield _step(line, auth={"signature": "x"})
    yield _step("POST /Base/Staff", auth={"signature": "x"})
    yield _step("PUT /Base/User/1", auth={"apikey": "x"})
    for salt in ("12", "12", "0F8FAD5B-D9CB-469F-A165-70867728950E", "ABCdef", "ünï"):
        yield _step("GET /Core/Test", auth={"salt": salt})
    yield _step("GET /Core/Test/1", auth={"salt": "12"})
    yield _step("PUT /Base/StaffGroup/3 title=q", form="query")
