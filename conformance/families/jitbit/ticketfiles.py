"""Files of tickets: attached, found again in their ticket, downloaded; their names in headers."""

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from email.utils import collapse_rfc2231_value
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from conformance.engine import Exchange, Helpdesk, Made, judge
from conformance.engine.draft import Draft, Upload
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered
from conformance.families.jitbit.prerequisites import taken
from conformance.families.jitbit.ticketwork import entries, read_ticket, shown

PART = "uploadFile"


def with_file(draft: Draft, name: str, content: bytes, media: str = "") -> Draft:
    """A draft with this file in place of the catalogue's."""
    upload = Upload(PART, name, content, media or "application/octet-stream")
    return draft.without(PART).with_upload(upload)


@dataclass(frozen=True)
class File:
    """A file as it was sent with some request, and the ticket it belongs to."""

    helpdesk: Helpdesk
    ticket: int | str
    name: str
    content: bytes
    sent: Exchange

    @cached_property
    def listed(self) -> Mapping[str, Any] | None:
        """The file in its ticket: by its name, or as the only one there."""
        files = self.in_ticket()
        named = next((file for file in files if file.get("FileName") == self.name), None)
        return named or (files[0] if len(files) == 1 else None)

    def in_ticket(self) -> list[Mapping[str, Any]]:
        """The files of the ticket, read now."""
        return entries(shown(read_ticket(self.helpdesk, self.ticket)), "Attachments")

    @property
    def number(self) -> int:
        """The id of the file. Raises PrerequisiteBroken where the ticket shows none."""
        number = self.listed.get("FileID") if self.listed is not None else None
        if not isinstance(number, int):
            raise PrerequisiteBroken("the ticket does not show the file")
        return number

    @cached_property
    def download(self) -> Exchange:
        return self.fetched()

    def fetched(self, by: str = "") -> Exchange:
        """The file, downloaded now by a caller of this role."""
        return self.helpdesk.send(self.helpdesk.draft("getAttachment", id=self.number).by(by))

    def expect_listed(self, *requirements: str) -> None:
        """Expect that the ticket shows the file under its name."""
        names = [file.get("FileName") for file in self.in_ticket()]
        promised = f'"{self.name}" in it'
        judge(names, lambda got: None if self.name in got else promised, "/Attachments/*/FileName",
              *requirements)  # fmt: skip

    def expect_bytes(self, *requirements: str) -> None:
        """Expect that the download brings the bytes that were sent."""
        if taken(self.download, *requirements):
            got = answered(self.download).body
            promised = f"the {len(self.content)} bytes sent"
            judge(got, lambda body: None if body == self.content else promised, "body",
                  *requirements, got=difference(self.content, got))  # fmt: skip


def attach(helpdesk: Helpdesk, ticket: Made, name: str, content: bytes, by: str = "") -> File:
    draft = with_file(helpdesk.draft("attachFile", id=ticket.id), name, content)
    return File(helpdesk, ticket.id, name, content, helpdesk.send(draft.by(by)))


def difference(sent: bytes, got: bytes) -> str:
    """Where two byte strings begin to differ."""
    same = next((n for n, (a, b) in enumerate(zip(sent, got, strict=False)) if a != b), None)
    at = min(len(sent), len(got)) if same is None else same
    return f"{len(got)} bytes, the first {at} alike"


# Names in headers ---------------------------------------------------------------------------------


def names_in(disposition: str) -> set[str]:
    """What a Content-Disposition may mean as the name of the file, in any of the ways that servers
    write letters outside ASCII."""
    message = Message()
    message["Content-Disposition"] = disposition
    parameters = message.get_params(failobj=[], header="content-disposition")
    found = {collapse_rfc2231_value(value) for key, value in parameters if key == "filename"}
    for name in list(found):
        found.update(_readings(name))
    return {unicodedata.normalize("NFC", name) for name in found}


def _readings(name: str) -> Iterator[str]:
    yield unquote(name)
    with suppress(UnicodeError):
        yield name.encode("latin-1").decode("utf-8")
    with suppress(ValueError, LookupError):
        yield str(make_header(decode_header(name)))
