"""Starting, stopping, keeping a database, and many clients at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conformance.emulator import Settings, families, running
from tests.emulator.client import Client


def test_a_server_starts_at_once_and_leaves_nothing_behind() -> None:
    threads = threading.active_count()
    begun = time.perf_counter()
    with running(Settings("kayako-classic")) as server:
        client = Client(server.target)
        assert client.get("/Base/Department").ids() == [1]
        stopping = time.perf_counter()
        server.close()
        server.close()
        stopped = time.perf_counter()
        client.close()
    assert threading.active_count() == threads
    assert stopped - stopping < 1
    assert stopped - begun < 3


def test_the_target_says_how_to_reach_the_server() -> None:
    with running(Settings("kayako-classic")) as server:
        target = server.target
    assert target["url"] == server.url
    assert server.url.startswith("http://127.0.0.1:")
    assert server.url.endswith("/api/index.php")
    assert (target["api"], target["safety"]) == (families()[0], "disruptive")
    assert target["limits"] == {"enabled": False}
    assert set(target["credentials"]) == {"api_key", "secret_key"}


def test_importing_the_package_loads_neither_server_nor_database() -> None:
    heavy = ("waitress", "sqlite3", "werkzeug", "yaml")
    code = f"import sys, conformance.emulator; print([m in sys.modules for m in {heavy}])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[False, False, False, False]"


def test_a_helpdesk_may_live_in_a_sub_folder(desk: Client) -> None:
    desk.url = desk.url.replace("/api/", "/sub/folder/api/")
    try:
        for form in ("e", "bare", "path"):
            assert desk.get("/Base/Department/1", form=form).ids() == [1]
    finally:
        desk.url = desk.url.replace("/sub/folder", "")


def test_a_database_file_keeps_everything(tmp_path: Path) -> None:
    settings = Settings("kayako-classic", database=tmp_path / "desk.db")
    with running(settings) as server:
        first, client = server.target["credentials"], Client(server.target)
        group = client.post("/Base/StaffGroup", title="Kept ☃", isadmin=1)
        client.delete(
            f"/Base/StaffGroup/{client.post('/Base/StaffGroup', title='x', isadmin=0).id}"
        )
        client.close()
    with running(settings) as server:
        assert server.target["credentials"] == first
        client = Client(server.target)
        assert client.get(f"/Base/StaffGroup/{group.id}").text == group.text
        assert client.post("/Base/StaffGroup", title="next", isadmin=0).id == group.id + 2
        client.close()


def test_a_file_that_is_no_database_of_this_family_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database, but long enough to be looked at\n" * 50)
    with (
        pytest.raises(ValueError, match="cannot be used"),
        running(Settings("kayako-classic", database=tmp_path / "text")),
    ):
        pass
    with (
        pytest.raises(ValueError, match="cannot be used"),
        running(Settings("kayako-classic", database=tmp_path / "no" / "folder.db")),
    ):
        pass
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
    other.execute("INSERT INTO settings VALUES ('family', 'elsewhere')")
    other.commit()
    other.close()
    with (
        pytest.raises(ValueError, match="belongs to elsewhere"),
        running(Settings("kayako-classic", database=tmp_path / "other.db")),
    ):
        pass


def test_many_clients_at_once_lose_nothing(desk: Client) -> None:
    ticket = desk.ticket().id
    target = {"url": desk.url, "credentials": {"api_key": desk.key, "secret_key": desk.secret}}

    def work(number: int) -> tuple[list[int], list[str]]:
        client = Client(target)
        ids, masks = [], []
        for turn in range(6):
            created = client.ticket(subject=f"{number}-{turn}", contents="x")
            ids.append(created.id)
            masks.append(created.value("displayid"))
            text = {"subject": "s", "contents": f"{number}-{turn}", "staffid": 1}
            client.post("/Tickets/TicketPost", ticketid=ticket, **text)
        client.close()
        return ids, masks

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(work, range(8)))
    ids = [key for part, _ in done for key in part]
    masks = [mask for _, part in done for mask in part]
    assert len(set(ids)) == len(set(masks)) == 48
    assert set(ids) <= set(desk.get("/Tickets/Ticket/ListAll/1").ids())
    posts = desk.get(f"/Tickets/Ticket/{ticket}").item.findall("posts/post")
    contents = [post.findtext("contents") for post in posts[1:]]
    assert sorted(map(str, contents)) == sorted(
        f"{n}-{turn}" for n in range(8) for turn in range(6)
    )


def test_a_hundred_connections_are_accepted_at_once(desk: Client) -> None:
    clients = [
        Client({"url": desk.url, "credentials": {"api_key": desk.key, "secret_key": desk.secret}})
        for _ in range(100)
    ]
    with ThreadPoolExecutor(25) as pool:
        statuses = list(pool.map(lambda client: client.get("/Core/Test").status, clients))
    for client in clients:
        client.close()
    assert statuses == [200] * 100
