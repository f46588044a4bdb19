"""Files: brought in three ways, shown, downloaded, deleted (page "Files")."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit, skip, violate
from conformance.engine.draft import Draft, Upload
from conformance.engine.exchange import answered
from conformance.engine.matchers import equal_to
from conformance.engine.shared import accepted, once, readable
from conformance.families.kayako_v1.asking import envelope, item_of, taken, with_arguments
from conformance.families.kayako_v1.listings import judge_count
from conformance.families.kayako_v1.sessions import open_session

NOT_FOUND = 404
#: More files than a list has to show in one page.
_MANY = 100
#: Bytes of every value, none of which a text would keep.
_CONTENT = bytes(range(256)) + b"\r\n\r\n--\x00"
_MEDIA = "application/x-helpdesk"
_Way = Callable[[Helpdesk, str], Draft]


def _bare(helpdesk: Helpdesk) -> Draft:
    """A new file without its usual parameters."""
    return helpdesk.draft("createFile").without("name", "content")


def _as_parameters(helpdesk: Helpdesk, name: str) -> Draft:
    content = base64.b64encode(_CONTENT).decode()
    return helpdesk.draft("createFile", name=name, content=content)


def _as_part(helpdesk: Helpdesk, name: str) -> Draft:
    return _bare(helpdesk).with_upload(Upload("file", name, _CONTENT, _MEDIA))


def _as_body(helpdesk: Helpdesk, name: str) -> Draft:
    return _bare(helpdesk).with_options(raw=(_CONTENT, _MEDIA, name))


#: How the same file is brought.
_WAYS: Mapping[str, _Way] = {
    "parameters": _as_parameters,
    "part": _as_part,
    "body": _as_body,
}
_EACH_WAY = pytest.mark.parametrize("way", _WAYS)


def _name(helpdesk: Helpdesk) -> str:
    return helpdesk.chance.fill("{mark}-{word}.bin")


def _uploaded(helpdesk: Helpdesk, way: str) -> Exchange:
    """The file brought in one of the ways, once in a run."""

    def upload() -> Exchange:
        return readable(helpdesk.send(_WAYS[way](helpdesk, _name(helpdesk))))

    return once(helpdesk, f"file as {way}", upload)


# Upload -----------------------------------------------------------------------------------------


@covers("KV-FILE-005")
def test_a_file_is_made_of_parameters(helpdesk: Helpdesk) -> None:
    name = _name(helpdesk)
    if taken(exchange := helpdesk.send(_as_parameters(helpdesk, name))):
        expect(exchange).item("name", equal_to(name))


def _named_by_argument(helpdesk: Helpdesk, name: str) -> Draft:
    draft = _bare(helpdesk).with_options(raw=(_CONTENT, _MEDIA, ""))
    return with_arguments(draft, {"_filename": name})


@covers("KV-FILE-001", "KV-FUP-001")
@pytest.mark.parametrize("way", [_as_body, _named_by_argument], ids=["header", "argument"])
def test_a_body_is_a_file(helpdesk: Helpdesk, way: _Way) -> None:
    name = _name(helpdesk)
    exchange = helpdesk.send(way(helpdesk, name))
    if taken(exchange, "KV-FILE-001", "KV-FUP-001"):
        expect(exchange, "KV-FILE-001", "KV-FUP-001").item("name", equal_to(name))
        judge(envelope(exchange).get("status"), equal_to(201), "/status", "KV-FILE-001")


@pytest.fixture(scope="module")
def several(helpdesk: Helpdesk) -> tuple[Exchange, Mapping[str, bytes]]:
    """Two files of one upload, and what is in each."""
    files = {_name(helpdesk): content for content in (b"one", b"another")}
    draft = _bare(helpdesk).sent_by("POST", "update")  # what it makes is entered below
    for number, (name, content) in enumerate(files.items(), 1):
        draft = draft.with_upload(Upload(f"file{number}", name, content, "text/plain"))
    exchange = helpdesk.send(draft)
    for item in exchange.answer.items if exchange.succeeded else ():
        if item.get("name") in files:
            helpdesk.journal.add(Made("file", dict(item), exchange))
    return exchange, files


@covers("KV-FILE-006", "KV-FILE-007", "KV-FILE-010", "KV-FUP-005")
def test_several_files_come_in_one_upload(
    helpdesk: Helpdesk, several: tuple[Exchange, Mapping[str, bytes]]
) -> None:
    exchange, files = several
    if not taken(exchange, "KV-FILE-006", "KV-FUP-005"):
        return
    shown = {str(item.get("name")): item.get("id") for item in exchange.answer.items}
    if not judge(sorted(shown), equal_to(sorted(files)), "/data/*/name", "KV-FILE-007"):
        listed = readable(helpdesk.call("listFiles", limit=_MANY))
        if envelope(listed).get("total_count") == len(listed.answer.items):
            for name in files:
                expect(listed, "KV-FILE-006", "KV-FUP-005").lists(name=name)
        return
    for name, content in files.items():
        read = helpdesk.call("getFile", id=shown[name])
        expect(readable(read), "KV-FILE-006", "KV-FUP-005").item("name", equal_to(name))
        expect(read, "KV-FILE-010").item("size", equal_to(len(content)))


# What is shown ----------------------------------------------------------------------------------


@covers("KV-FILE-010")
@_EACH_WAY
def test_the_size_is_the_number_of_bytes(helpdesk: Helpdesk, way: str) -> None:
    expect(_uploaded(helpdesk, way)).item("size", equal_to(len(_CONTENT)))


@covers("KV-FILE-012")
@_EACH_WAY
def test_the_content_is_that_of_the_upload(helpdesk: Helpdesk, way: str) -> None:
    content = item_of(_uploaded(helpdesk, way)).get("content")
    if not isinstance(content, str):
        skip("the file shows no content")
    judge(content, equal_to(base64.b64encode(_CONTENT).decode()), "/data/content")


@covers("KV-FILE-013")
@pytest.mark.parametrize("way", ["part", "body"])
def test_the_type_is_that_of_the_upload(helpdesk: Helpdesk, way: str) -> None:
    expect(_uploaded(helpdesk, way)).item("content_type", equal_to(_MEDIA))


@covers("KV-FILE-014")
@_EACH_WAY
def test_the_content_stands_behind_the_file(helpdesk: Helpdesk, way: str) -> None:
    address = item_of(_uploaded(helpdesk, way)).get("resource_url")
    expect(_uploaded(helpdesk, way)).item("content_url", equal_to(f"{address}/content"))


@covers("KV-FILE-004")
@_EACH_WAY
def test_a_file_expires_after_it_was_made(helpdesk: Helpdesk, way: str) -> None:
    item = item_of(_uploaded(helpdesk, way))
    made, expiry = _moment(item.get("created_at")), _moment(item.get("expiry_at"))
    if made is None or expiry is None:
        omit("the file shows no time of both")
    if expiry <= made:
        violate("/data/expiry_at", f"after {made.isoformat()}", expiry.isoformat())


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


@covers("KV-FILE-003")
def test_a_file_is_grouped_by_its_session(helpdesk: Helpdesk) -> None:
    session = open_session(helpdesk)
    exchange = readable(helpdesk.send(session.sent_in(helpdesk.draft("createFile"))))
    expect(exchange).item("group_hash", equal_to(f"s:{session.id}"))


# Download ---------------------------------------------------------------------------------------


@covers("KV-FILE-002", "KV-FILE-012")
@_EACH_WAY
def test_a_download_is_byte_for_byte_the_upload(helpdesk: Helpdesk, way: str) -> None:
    exchange = helpdesk.call("downloadFile", id=item_of(_uploaded(helpdesk, way)).get("id"))
    if not taken(exchange, "KV-FILE-002"):
        return
    body = answered(exchange).body
    if _is_envelope(body):
        violate("body", "the bytes of the file", "an envelope", "KV-FILE-002")
    else:
        judge(body, equal_to(_CONTENT), "body", "KV-FILE-012")


def _is_envelope(body: bytes) -> bool:
    try:
        value = json.loads(body)
    except ValueError:
        return False
    return isinstance(value, dict) and "status" in value


@covers("KV-FILE-018")
@pytest.mark.parametrize("operation_id", ["listFiles", "getFile", "downloadFile", "createFile"])
def test_a_collaborator_works_with_files(helpdesk: Helpdesk, operation_id: str) -> None:
    taken(helpdesk.send(helpdesk.draft(operation_id).by("collaborator")))


# Deletion ---------------------------------------------------------------------------------------


@covers("KV-REQ-001")
def test_a_new_file_is_read(helpdesk: Helpdesk) -> None:
    made = helpdesk.make("file")
    read = readable(helpdesk.call("getFile", id=made.id))
    expect(read).item("name", equal_to(made["name"]))


@covers("KV-FILE-020")
@pytest.mark.parametrize("operation_id", ["getFile", "downloadFile", "deleteFile"])
def test_a_deleted_file_is_gone(helpdesk: Helpdesk, operation_id: str) -> None:
    made = helpdesk.make("file")
    accepted(helpdesk.call("deleteFile", id=made.id))
    expect(helpdesk.call(operation_id, id=made.id)).status(NOT_FOUND)


@covers("KV-FILE-017", "KV-FILE-020")
def test_several_are_deleted_in_one_call(helpdesk: Helpdesk) -> None:
    pair = [helpdesk.make("file") for _ in range(2)]
    exchange = helpdesk.call("deleteFiles", ids=[made.id for made in pair])
    if taken(exchange, "KV-FILE-017") and judge_count(exchange, 2, "KV-FILE-017"):
        for made in pair:
            expect(helpdesk.call("getFile", id=made.id), "KV-FILE-020").status(NOT_FOUND)
