"""Attachments of a ticket: bytes, names, lists, the ticket they belong to
(/Tickets/TicketAttachment, page "REST - TicketAttachment")."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge
from conformance.engine.exchange import served
from conformance.engine.matchers import at_least, equal_to
from conformance.families.kayako_classic.prerequisites import accepted, aimed
from conformance.families.kayako_classic.ticketwork import (
    as_shown,
    expect_left,
    expect_text,
    gone,
    holder,
)

UNICODE_NAME = "Größe Übersicht 日本語 🐧 (1).bin"


@dataclass(frozen=True)
class File:
    """A file as it was attached."""

    helpdesk: Helpdesk
    content: bytes
    created: Exchange

    @property
    def number(self) -> int | str:
        """The attachment's id; raises PrerequisiteBroken where there is none."""
        return as_shown(self.helpdesk.made_by(self.created).id)

    @cached_property
    def read(self) -> Exchange:
        """The attachment, read back."""
        ticket = self.created.sent["ticketid"]
        return aimed(self.helpdesk, "getTicketAttachment", ticketid=ticket, id=self.number)


@pytest.fixture(scope="module")
def post(helpdesk: Helpdesk) -> Made:
    """A post to attach files to."""
    return helpdesk.make("post", ticketid=holder(helpdesk).id)


def attach(helpdesk: Helpdesk, post: Made, content: bytes, **fields: Any) -> File:
    created = helpdesk.call(
        "createTicketAttachment",
        ticketid=holder(helpdesk).id,
        ticketpostid=post.id,
        contents=base64.b64encode(content).decode(),
        **fields,
    )
    return File(helpdesk, content, created)


@pytest.fixture(scope="module")
def every_byte(helpdesk: Helpdesk, post: Made) -> File:
    """A file with each value a byte can have, under a name in several scripts."""
    return attach(helpdesk, post, bytes(range(256)), filename=UNICODE_NAME)


@pytest.fixture(scope="module")
def one_byte(helpdesk: Helpdesk, post: Made) -> File:
    """The smallest file with anything in it, sent with a type."""
    return attach(helpdesk, post, b"\0", filetype="application/octet-stream")


@pytest.fixture(scope="module")
def large(helpdesk: Helpdesk, post: Made) -> File:
    """More than 64 KiB of noise."""
    return attach(helpdesk, post, helpdesk.chance.bytes(70_001), filename="noise.dat")


@pytest.fixture(scope="module", params=["every_byte", "one_byte", "large"])
def file(request: pytest.FixtureRequest) -> File:
    found: File = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def listed(helpdesk: Helpdesk, every_byte: File, one_byte: File, large: File) -> Exchange:
    """The list of the ticket with all three files."""
    del every_byte, one_byte, large
    return aimed(helpdesk, "listTicketAttachments", ticketid=holder(helpdesk).id)


@covers("KC-ATT-010", "KC-PROTO-045")
def test_the_bytes_come_back_as_they_were_sent(file: File) -> None:
    broken = ("KC-ATT-010", "KC-PROTO-045")
    checked = expect(file.read, *broken).has_item()
    item = file.read.answer.item
    if checked.kept and item is not None:
        got = decoded(item)
        shown = "no base64" if got is None else difference(file.content, got)
        promised = the_bytes(file.content, f"the {len(file.content)} bytes sent")
        judge(got, promised, item.where("contents"), *broken, got=shown)


def decoded(item: Mapping[str, Any]) -> bytes | None:
    try:
        return base64.b64decode("".join(str(item.get("contents", "")).split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def the_bytes(content: bytes, promised: str) -> Any:
    return lambda value: None if value == content else promised


def difference(sent: bytes, got: bytes) -> str:
    """Where two byte strings begin to differ."""
    same = next((n for n, (a, b) in enumerate(zip(sent, got, strict=False)) if a != b), None)
    at = min(len(sent), len(got)) if same is None else same
    return f"{len(got)} bytes, the first {at} alike"


@covers("KC-ATT-010")
def test_the_size_is_that_of_the_bytes(file: File) -> None:
    expect(file.read).item("filesize", equal_to(len(file.content)))


@covers("KC-ATT-013", "KC-PROTO-042")
def test_an_attachment_is_accepted_and_listed(large: File, listed: Exchange) -> None:
    if expect(large.created, "KC-ATT-013").success().kept:
        expect(listed, "KC-ATT-013", "KC-PROTO-042").lists(id=large.number)


@covers("KC-ATT-002")
def test_a_single_read_shows_the_asked_attachment(file: File) -> None:
    expect(file.read).item("id", equal_to(file.number))


@covers("KC-PROTO-045", "KC-PROTO-012")
def test_a_file_name_in_any_script_survives(every_byte: File) -> None:
    expect_text(every_byte.read, "filename", UNICODE_NAME)


@covers("KC-PROTO-045")
@pytest.mark.parametrize("field", ["ticketid", "ticketpostid", "filename"])
def test_the_next_read_shows_what_a_create_wrote(large: File, field: str) -> None:
    expect(large.read).item(field, equal_to(large.created.sent[field]))


@covers("KC-ATT-003")
@pytest.mark.parametrize("field", ["ticketid", "ticketpostid", "filename"])
def test_the_answer_to_a_create_shows_the_new_attachment(large: File, field: str) -> None:
    expect(accepted(large.created)).item(field, equal_to(large.created.sent[field]))


@covers("KC-PROTO-045")
@pytest.mark.parametrize("field", ["ticketpostid", "filename"])
def test_the_list_shows_what_a_create_wrote(large: File, listed: Exchange, field: str) -> None:
    if expect(served(listed)).success().kept and listed.answer.find(id=large.number) is not None:
        written = equal_to(large.created.sent[field])
        expect(listed).item_where(field, written, id=large.number)


@covers("KC-ATT-014")
def test_a_file_type_that_is_sent_does_no_harm(one_byte: File) -> None:
    expect(one_byte.created).success().has_item()


@covers("KC-PST-005")
def test_a_post_shows_that_it_has_attachments(helpdesk: Helpdesk, post: Made, large: File) -> None:
    accepted(large.created)
    read = aimed(helpdesk, "getTicketPost", ticketid=holder(helpdesk).id, id=post.id)
    expect(read).item("hasattachments", at_least(1))


@covers("KC-ATT-012")
def test_another_tickets_id_does_not_lead_to_an_attachment(helpdesk: Helpdesk, large: File) -> None:
    other = helpdesk.obtain("ticket").id
    crossed = aimed(helpdesk, "getTicketAttachment", ticketid=other, id=large.number)
    expect(served(crossed)).status(404)


# Removing -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def deleted(helpdesk: Helpdesk, one_byte: File, listed: Exchange) -> Exchange:
    """The smallest file, removed."""
    del listed  # only so that it comes first, as does the file's read
    ticket, number = one_byte.read.sent["ticketid"], one_byte.number
    return aimed(helpdesk, "deleteTicketAttachment", ticketid=ticket, id=number)


@covers("KC-PROTO-040", "KC-PROTO-006")
def test_a_deleted_attachment_is_gone(helpdesk: Helpdesk, deleted: Exchange) -> None:
    sent = accepted(deleted).sent
    read = aimed(helpdesk, "getTicketAttachment", ticketid=sent["ticketid"], id=sent["id"])
    gone(read, sent["id"], "KC-PROTO-040", "KC-PROTO-006")


@covers("KC-PROTO-040", "KC-ATT-004")
def test_a_deleted_attachment_alone_leaves_the_list(
    helpdesk: Helpdesk, listed: Exchange, deleted: Exchange
) -> None:
    sent = accepted(deleted).sent
    after = aimed(helpdesk, "listTicketAttachments", ticketid=sent["ticketid"])
    expect_left(listed, after, sent["id"], "KC-ATT-004", "KC-PROTO-040")
