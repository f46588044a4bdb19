"""What holds for every upload: its field, its checksum, several files, stored ones (chapter "File
Upload")."""

import base64
import hashlib
from collections.abc import Callable, Mapping

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge
from conformance.engine.draft import Draft, Upload
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import containing, equal_to
from conformance.engine.shared import once, readable
from conformance.families.kayako_v1.asking import (
    expect_refusal,
    item_of,
    remark,
    taken,
    with_arguments,
)

_CONTENT = b"the quick brown fox"
_DIGEST = hashlib.md5(_CONTENT, usedforsecurity=False)
_OTHER = hashlib.md5(b"jumps over the lazy dog", usedforsecurity=False)
_BOUNDARY = "edge-of-parts"
_Digested = Callable[[Draft, str], Draft]


def _name(helpdesk: Helpdesk) -> str:
    return helpdesk.chance.fill("{mark}-{word}.txt")


def _body(helpdesk: Helpdesk, name: str) -> Draft:
    """A file that is the whole body. Raises PrerequisiteBroken where none is taken under its name,
    which is judged elsewhere."""
    bare = helpdesk.draft("createFile").without("name", "content")

    def ask() -> bool:
        name = _name(helpdesk)
        exchange = helpdesk.send(bare.with_options(raw=(_CONTENT, "text/plain", name)))
        return item_of(readable(exchange)).get("name") == name

    if not once(helpdesk, "file as a body", ask):
        raise PrerequisiteBroken("a file that is a body has another name than it was sent with")
    return bare.with_options(raw=(_CONTENT, "text/plain", name))


def _base64(digest: "hashlib._Hash") -> str:
    return base64.b64encode(digest.digest()).decode()


# The field --------------------------------------------------------------------------------------


@covers("KV-FUP-002")
def test_the_field_of_a_body_is_told_by_its_disposition(helpdesk: Helpdesk) -> None:
    name = _name(helpdesk)
    disposition = f'attachment; name="content"; filename="{name}"'
    draft = _body(helpdesk, name).with_headers(Content_Disposition=disposition)
    if taken(exchange := helpdesk.send(draft)):
        expect(exchange).item("name", equal_to(name))


@covers("KV-FUP-002")
def test_the_field_of_a_body_is_told_by_an_argument(helpdesk: Helpdesk) -> None:
    name = _name(helpdesk)
    arguments = {"_field": "content", "_filename": name}
    if taken(exchange := helpdesk.send(with_arguments(_body(helpdesk, ""), arguments))):
        expect(exchange).item("name", equal_to(name))


# Checksums --------------------------------------------------------------------------------------


def _in_header(draft: Draft, digest: str) -> Draft:
    return draft.with_headers(Content_MD5=digest)


def _in_argument(draft: Draft, digest: str) -> Draft:
    return with_arguments(draft, {"_md5": digest})


_PLACES: Mapping[str, _Digested] = {"header": _in_header, "argument": _in_argument}
_EACH_PLACE = pytest.mark.parametrize("place", _PLACES)


@covers("KV-FUP-003")
@_EACH_PLACE
def test_a_file_with_another_checksum_is_refused(helpdesk: Helpdesk, place: str) -> None:
    name = _name(helpdesk)
    draft = _PLACES[place](_body(helpdesk, name), _base64(_OTHER))
    if expect_refusal(helpdesk.send(draft, "negative"), 400, "CHECKSUM_MISMATCH"):
        expect(readable(helpdesk.call("listFiles", limit=100))).lacks(name=name)


@covers("KV-FUP-008")
@_EACH_PLACE
def test_a_true_checksum_is_accepted(helpdesk: Helpdesk, place: str) -> None:
    """One chapter shows hexadecimal digits, another asks for base64: either will do."""
    written = {"base64": _base64(_DIGEST), "hexadecimal digits": _DIGEST.hexdigest()}
    sent = {
        way: helpdesk.send(_PLACES[place](_body(helpdesk, _name(helpdesk)), digest))
        for way, digest in written.items()
    }
    read = [way for way, exchange in sent.items() if exchange.succeeded]
    if read:
        remark(f"checksums in the {place} are read as {' and as '.join(read)}")
    else:
        taken(sent["base64"])


def _part(helpdesk: Helpdesk, name: str, digest: str) -> Draft:
    """A file in a part that tells its checksum."""
    part = "\r\n".join(
        (
            f"--{_BOUNDARY}",
            f'Content-Disposition: form-data; name="file"; filename="{name}"',
            "Content-Type: text/plain",
            f"Content-MD5: {digest}",
            "",
            _CONTENT.decode(),
            f"--{_BOUNDARY}--",
            "",
        )
    )
    media = f"multipart/form-data; boundary={_BOUNDARY}"
    draft = helpdesk.draft("createFile").without("name", "content")
    return draft.with_options(raw=(part.encode(), media, ""))


@covers("KV-FUP-009")
def test_a_part_with_another_checksum_is_refused(helpdesk: Helpdesk) -> None:
    readable(helpdesk.send(_part(helpdesk, _name(helpdesk), _base64(_DIGEST))))
    draft = _part(helpdesk, _name(helpdesk), _base64(_OTHER))
    expect_refusal(helpdesk.send(draft, "negative"), 400, "CHECKSUM_MISMATCH")


# Files that belong to something -----------------------------------------------------------------


def _attached(exchange: Exchange) -> list[str]:
    attachments = item_of(exchange).get("attachments")
    entries = attachments if isinstance(attachments, list) else []
    return sorted(str(entry.get("name")) for entry in entries if isinstance(entry, dict))


@covers("KV-FUP-005")
def test_files_come_beside_parameters(helpdesk: Helpdesk) -> None:
    names = sorted(_name(helpdesk) for _ in range(2))
    text = helpdesk.chance.fill("{mark} {word}")
    draft = helpdesk.draft("createOrganizationNote", contents=text)
    for name in names:
        draft = draft.with_upload(Upload("files[]", name, _CONTENT, "text/plain"))
    if taken(exchange := helpdesk.send(draft)):
        expect(exchange).item("body_text", containing(text))
        judge(_attached(exchange), equal_to(names), "/data/attachments/*/name")


@covers("KV-FUP-004", "KV-FUP-007")
def test_a_stored_file_is_attached_more_than_once(helpdesk: Helpdesk) -> None:
    stored = helpdesk.make("file")
    where = "/data/attachments/*/name"
    for requirement in ("KV-FUP-004", "KV-FUP-007"):
        exchange = helpdesk.call("createOrganizationNote", attachment_file_ids=[stored.id])
        if not taken(exchange, requirement):
            return
        if not judge(_attached(exchange), equal_to([stored["name"]]), where, requirement):
            return
