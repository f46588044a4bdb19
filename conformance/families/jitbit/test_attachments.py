"""Files of tickets: bytes, names, types, who may see and delete them (sections "Attachment",
"AttachFile (POST)", "DeleteFile (GET)", "Ticket (POST)")."""

import re
import unicodedata

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, violate
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered, served
from conformance.engine.matchers import containing, equal_to, lacking
from conformance.families.jitbit.prerequisites import TECHNICIAN, USER, accepted, caller_id, taken
from conformance.families.jitbit.ticketfiles import File, attach, names_in, with_file
from conformance.families.jitbit.ticketwork import new_ticket, owner, submitter, ticket_of_user

UNICODE_NAME = "Fatura Özeti ığş – 日本語 (1).txt"
#: The signature of a PNG picture and a little more.
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
_MEDIA = re.compile(r"[\w.+-]+/[\w.+-]+")


@pytest.fixture(scope="module")
def ticket(helpdesk: Helpdesk) -> Made:
    """A ticket to attach files to; the regular user has nothing to do with it."""
    return new_ticket(helpdesk)


@pytest.fixture(scope="module")
def every_byte(helpdesk: Helpdesk, ticket: Made) -> File:
    """A picture, by its name, that has every value of a byte in it."""
    return attach(helpdesk, ticket, f"{helpdesk.chance.mark}.png", PICTURE)


@pytest.fixture(scope="module")
def one_byte(helpdesk: Helpdesk, ticket: Made) -> File:
    """The smallest file with anything in it."""
    return attach(helpdesk, ticket, f"{helpdesk.chance.mark}-one.bin", b"\0")


@pytest.fixture(scope="module")
def large(helpdesk: Helpdesk, ticket: Made) -> File:
    """More than 64 KiB of noise."""
    name = f"{helpdesk.chance.mark}-noise.dat"
    return attach(helpdesk, ticket, name, helpdesk.chance.bytes(70_001))


@pytest.fixture(scope="module")
def foreign_letters(helpdesk: Helpdesk) -> File:
    """A file whose name has letters outside ASCII; it is alone in its ticket."""
    alone = new_ticket(helpdesk)
    return attach(helpdesk, alone, UNICODE_NAME, b"in three scripts\n")


@pytest.fixture(scope="module")
def of_new_ticket(helpdesk: Helpdesk) -> File:
    """A file that comes with the creation of its ticket."""
    name, content = f"{helpdesk.chance.mark}-new.txt", b"with the ticket\r\n\x00\xff"
    draft = helpdesk.draft("createTicket", **owner(helpdesk))
    created = helpdesk.send(with_file(draft, name, content))
    return File(helpdesk, helpdesk.made_by(created).id, name, content, created)


FILES = ["every_byte", "one_byte", "large"]


@pytest.fixture(scope="module")
def file(request: pytest.FixtureRequest) -> File:
    found: File = request.getfixturevalue(request.param)
    return found


@covers("JB-ATTA-006")
@pytest.mark.parametrize("file", FILES, indirect=True)
def test_a_file_is_accepted(file: File) -> None:
    taken(file.sent)


@covers("JB-ATTA-007")
@pytest.mark.parametrize("file", FILES, indirect=True)
def test_a_file_stands_in_its_ticket_under_its_name(file: File) -> None:
    accepted(file.sent)
    file.expect_listed()


@covers("JB-ATTA-008")
@pytest.mark.parametrize("file", FILES, indirect=True)
def test_the_bytes_come_down_as_they_went_up(file: File) -> None:
    file.expect_bytes()


@covers("JB-ATTA-002")
def test_the_type_of_a_file_is_said(every_byte: File) -> None:
    media = answered(accepted(every_byte.download)).header("Content-Type") or ""
    named = media.partition(";")[0].strip()
    if not _MEDIA.fullmatch(named) or named in ("application/json", "text/html"):
        violate("header Content-Type", "the type of a picture, or of any file", media or "none")


@covers("JB-ATTA-003")
@pytest.mark.parametrize("file", FILES, indirect=True)
def test_the_name_of_a_file_is_said(file: File) -> None:
    disposition = answered(accepted(file.download)).header("Content-Disposition") or ""
    got = disposition or "none"
    judge(names_in(disposition), containing(file.name), "header Content-Disposition", got=got)


@covers("JB-ATTA-017")
def test_a_name_outside_ascii_stands_in_the_ticket(foreign_letters: File) -> None:
    accepted(foreign_letters.sent)
    names = [str(file.get("FileName")) for file in foreign_letters.in_ticket()]
    shown = [unicodedata.normalize("NFC", name) for name in names]
    judge(shown, containing(UNICODE_NAME), "/Attachments/*/FileName")


@covers("JB-ATTA-017")
def test_a_name_outside_ascii_comes_down(foreign_letters: File) -> None:
    disposition = answered(accepted(foreign_letters.download)).header("Content-Disposition") or ""
    got = disposition or "none"
    judge(names_in(disposition), containing(UNICODE_NAME), "header Content-Disposition", got=got)


@covers("JB-ATTA-008")
def test_the_bytes_of_a_file_with_such_a_name_come_down(foreign_letters: File) -> None:
    foreign_letters.expect_bytes()


@covers("JB-TKT-036", "JB-ATTA-008")
def test_a_file_comes_with_a_new_ticket(of_new_ticket: File) -> None:
    of_new_ticket.expect_listed("JB-TKT-036")
    of_new_ticket.expect_bytes("JB-ATTA-008")


# Who may ------------------------------------------------------------------------------------------


@covers("JB-ATTA-005")
def test_a_file_of_a_ticket_of_others_is_not_served(helpdesk: Helpdesk, every_byte: File) -> None:
    caller_id(helpdesk, USER)
    submitter(helpdesk)  # without one the ticket is the caller's own
    accepted(every_byte.download)
    expect(served(every_byte.fetched(by=USER))).refused()


@pytest.fixture(scope="module")
def of_user(helpdesk: Helpdesk) -> File:
    """A file that the regular user has attached to an own ticket."""
    ticket = ticket_of_user(helpdesk, "with a file")
    return attach(helpdesk, ticket, f"{helpdesk.chance.mark}-own.txt", b"of the user", by=USER)


@covers("JB-ATTA-006", "JB-ATTA-008")
def test_a_user_attaches_a_file_to_an_own_ticket(of_user: File) -> None:
    if taken(of_user.sent, "JB-ATTA-006"):
        own = of_user.fetched(by=USER)
        if taken(own, "JB-ATTA-008"):
            judge(answered(own).body, equal_to(of_user.content), "body", "JB-ATTA-008")


@covers("JB-ATTA-012")
@pytest.mark.parametrize("role", [USER, TECHNICIAN])
def test_only_administrators_delete_files(helpdesk: Helpdesk, of_user: File, role: str) -> None:
    caller_id(helpdesk, role)
    accepted(of_user.sent)
    attempt = helpdesk.send(helpdesk.draft("deleteFile", id=of_user.number).by(role))
    expect(served(attempt)).refused()
    taken(of_user.fetched())


# Deleting -----------------------------------------------------------------------------------------


def deleted(helpdesk: Helpdesk, file: File, in_path: bool) -> Exchange:
    number = file.number
    draft = helpdesk.draft("deleteFile", id=number)
    if in_path:
        draft = draft.without("id").at_path(f"/DeleteFile/{number}")
    return helpdesk.send(draft)


@pytest.fixture(scope="module")
def removed(helpdesk: Helpdesk, ticket: Made) -> tuple[File, Exchange]:
    """A file that is deleted."""
    file = attach(helpdesk, ticket, f"{helpdesk.chance.mark}-gone.txt", b"to be deleted")
    return file, deleted(helpdesk, file, in_path=False)


@covers("JB-ATTA-011")
def test_an_administrator_deletes_a_file(removed: tuple[File, Exchange]) -> None:
    taken(removed[1])


@covers("JB-ATTA-011", "JB-ATTA-013")
def test_a_deleted_file_is_gone(removed: tuple[File, Exchange]) -> None:
    file, deletion = removed
    accepted(deletion)
    ids = ("JB-ATTA-011", "JB-ATTA-013")
    if serves(file):
        violate("body", "a refusal", "the bytes of the file", *ids)
    numbers = [entry.get("FileID") for entry in file.in_ticket()]
    judge(numbers, lacking(file.number), "/Attachments/*/FileID", *ids)


@covers("JB-ATTA-004")
def test_a_deleted_file_is_unknown(removed: tuple[File, Exchange]) -> None:
    file, deletion = removed
    accepted(deletion)
    if not serves(file):
        expect(served(file.fetched())).status(404)


def serves(file: File) -> bool:
    """Whether the server still gives the bytes of a file."""
    again = file.fetched()
    return again.succeeded and answered(again).body == file.content


@covers("JB-ATTA-014")
def test_the_file_to_delete_may_stand_in_the_path(
    helpdesk: Helpdesk, ticket: Made, removed: tuple[File, Exchange]
) -> None:
    if not removed[1].succeeded or serves(removed[0]):
        raise PrerequisiteBroken("deleteFile does not delete")
    file = attach(helpdesk, ticket, f"{helpdesk.chance.mark}-path.txt", b"to be deleted")
    if taken(deleted(helpdesk, file, in_path=True)) and serves(file):
        violate("body", "a refusal", "the bytes of the file")
