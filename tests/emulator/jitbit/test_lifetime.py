"""A database across restarts, many clients at once, compression."""

from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conformance.emulator import Server, Settings, running
from tests.emulator.jitbit.client import ROLES, Client


def test_the_target_says_how_to_reach_the_server(jitbit: Server) -> None:
    target = jitbit.target
    assert target["url"] == jitbit.url
    assert target["url"].endswith("/helpdesk/api")
    assert (target["api"], target["safety"]) == ("jitbit", "disruptive")
    assert set(target["credentials"]) == set(ROLES)
    assert all(
        set(one) == {"username", "password", "token"} for one in target["credentials"].values()
    )
    known = {"category", "other_category", "technician", "status", "rule", "section", "fields"}
    assert set(target["known"]) == known
    kinds = {"text", "date", "selection", "checkbox", "multiline"}
    assert set(target["known"]["fields"]) == {"ticket", "user", "company", "asset"}
    assert all(set(fields) == kinds for fields in target["known"]["fields"].values())


def test_a_database_file_keeps_everything(tmp_path: Path) -> None:
    settings = Settings("jitbit", database=tmp_path / "desk.db")
    with running(settings) as server:
        first, client = server.target, Client(server.target, "administrator")
        key = client.ticket(subject="kept ☃", files={"uploadFile": ("a", bytes(range(256)))})
        client.post("UpdateUser", userId=3, password="changed")
        token = Client(first, "user", bearer=True)
        assert token.send("GET", "categories").status_code == 401
        client.close()
        token.close()
    with running(settings) as server:
        again = server.target["credentials"]
        for role in ROLES:
            client = Client(server.target, role, bearer=role == "user")
            assert (again[role] == first["credentials"][role]) == (role != "user")
            assert client.send("GET", "categories").status_code == 200
            client.close()
        assert again["user"]["password"] == "changed"
        client = Client(server.target, "administrator")
        assert client.read(key)["Subject"] == "kept ☃"
        file = client.read(key)["Attachments"][0]["FileID"]
        assert client.send("GET", f"attachment/{file}").content == bytes(range(256))
        assert client.ticket() == key + 1
        client.close()


def test_a_database_of_another_family_is_refused(tmp_path: Path) -> None:
    with running(Settings("kayako-classic", database=tmp_path / "desk.db")):
        pass
    with (
        pytest.raises(ValueError, match="belongs to kayako-classic"),
        running(Settings("jitbit", database=tmp_path / "desk.db")),
    ):
        pass


def test_many_clients_at_once_lose_nothing(jitbit: Server, admin: Client) -> None:
    shared = admin.ticket()

    def work(number: int) -> list[int]:
        client = Client(jitbit.target, ROLES[number % len(ROLES)], bearer=number % 2 == 0)
        own = [client.ticket(subject=f"{number}-{turn}") for turn in range(6)]
        writer = Client(jitbit.target, "technician")
        for turn in range(6):
            writer.post("comment", id=shared, body=f"{number}-{turn}")
            writer.post("TagTicket", ticketId=shared, name="one")
        client.close()
        writer.close()
        return own

    with ThreadPoolExecutor(8) as pool:
        ids = [key for part in pool.map(work, range(8)) for key in part]
    assert len(set(ids)) == 48
    assert set(ids) <= set(admin.listed())
    bodies = sorted(item["Body"] for item in admin.get("comments", id=shared))
    assert bodies == sorted(f"{number}-{turn}" for number in range(8) for turn in range(6))
    assert [tag["Name"] for tag in admin.read(shared)["Tags"]] == ["one"]


def test_one_company_for_many_clients_at_once(jitbit: Server, admin: Client) -> None:
    def create(_: int) -> int:
        client = Client(jitbit.target, "administrator")
        try:
            return int(client.post("Company", name="Only one"))
        finally:
            client.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(create, range(16)))) == 1
    names = [item["Name"] for item in admin.get("Companies")]
    assert names.count("Only one") == 1


def test_answers_are_compressed_when_asked(admin: Client) -> None:
    url = f"{admin.url}/CustomFields?type=1"
    plain = admin.raw("GET", url, headers={"Accept-Encoding": ""})
    assert "Content-Encoding" not in plain.headers
    packed = admin.raw("GET", url, headers={"Accept-Encoding": "gzip"}, stream=True)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.raw.read(decode_content=False)) == plain.content
