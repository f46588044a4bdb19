"""Files: three ways to bring them, checksums, and how they go."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from io import BytesIO
from typing import Any

import pytest

from tests.emulator.kayako_v1.client import Client, body

CONTENTS = b"\x00caf\xc3\xa9\xff"
DIGEST = hashlib.md5(CONTENTS, usedforsecurity=False)
RAW = {"Content-Type": "image/png", "Content-Disposition": 'attachment; filename="a.png"'}


def upload(agent: Client, **how: Any) -> dict[str, Any]:
    """Add a file; returns the object."""
    data: dict[str, Any] = body(agent.send("POST", "files", **how), 201)["data"]
    return data


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ({"json": {"name": "a.png", "content": b64encode(CONTENTS).decode()}}, "image/png"),
        ({"data": CONTENTS, "headers": RAW}, "image/png"),
        (
            {
                "data": CONTENTS,
                "headers": {"Content-Type": "text/x-odd"},
                "query_string": "_filename=a.png",
            },
            "text/x-odd",
        ),
    ],
    ids=["parameters", "raw", "raw by name"],
)
def test_a_file_comes_and_goes(agent: Client, how: dict[str, Any], kind: str) -> None:
    made = upload(agent, **how)
    assert (made["name"], made["content_type"], made["size"]) == ("a.png", kind, len(CONTENTS))
    assert b64decode(made["content"]) == CONTENTS
    assert made["hash"] == DIGEST.hexdigest()
    assert made["group_hash"].startswith("s:")
    assert made["content_url"] == f"{made['resource_url']}/content"
    where = f"files/{made['id']}"
    download = agent.send("GET", f"{where}/content")
    assert (download.data, download.content_type) == (CONTENTS, kind)
    body(agent.send("DELETE", where), 200)
    assert agent.error("GET", where)[0] == 404


def test_a_form_brings_several(agent: Client) -> None:
    parts = {"file[]": [(BytesIO(CONTENTS), "one.bin"), (BytesIO(b"two"), "two.txt")]}
    found = body(agent.send("POST", "files", data=parts), 201)
    assert [one["name"] for one in found["data"]] == ["one.bin", "two.txt"]
    ids = ",".join(str(one["id"]) for one in found["data"])
    assert body(agent.send("DELETE", f"files?ids={ids}"), 200)["total_count"] == 2


@pytest.mark.parametrize("digest", [DIGEST.hexdigest(), b64encode(DIGEST.digest()).decode()])
def test_a_right_checksum_is_taken(agent: Client, digest: str) -> None:
    upload(agent, data=CONTENTS, headers={**RAW, "Content-MD5": digest})
    upload(agent, data=CONTENTS, headers=RAW, query_string={"_md5": digest})


def test_a_wrong_checksum_keeps_nothing(agent: Client) -> None:
    before = agent.get("files")["total_count"]
    headers = {**RAW, "Content-MD5": "0" * 32}
    problem = agent.error("POST", "files", data=CONTENTS, headers=headers)
    assert problem == (400, "CHECKSUM_MISMATCH")
    assert agent.get("files")["total_count"] == before
    assert agent.error("POST", "files", data={}) == (400, "FIELD_REQUIRED")
