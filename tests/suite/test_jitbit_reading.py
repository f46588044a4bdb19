"""At safety level read a run judges what it can of a helpdesk in use, and changes nothing."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from conformance.engine.spec import load_spec
from tests.emulator.jitbit.client import Client
from tests.running import run_suite
from tests.suite.processes import serving

FAMILY = "jitbit"
#: Where the emulator notes who has called, which no client can avoid.
CALLERS = ("lastseen", "ipaddress", "hostname", "useragent")


def kept(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, without the notes on callers."""
    with sqlite3.connect(database) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master"
                                                        " WHERE type = 'table'")]  # fmt: skip
        content = {}
        for name in names:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            shown = ", ".join(c for c in columns if c not in CALLERS)
            content[name] = connection.execute(f"SELECT {shown} FROM {name}").fetchall()
    return content


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], bool]:
    """(results, whether nothing has changed) of a run that only reads."""
    folder = tmp_path_factory.mktemp("reading")
    with serving(folder, "--database", "desk.db", family=FAMILY) as emulator:
        client = Client(emulator.target, "administrator")
        ticket = client.ticket(tags="theirs", files={"uploadFile": ("a.txt", b"abc")})
        client.post("comment", id=ticket, body="Theirs")
        fields = {"modelName": "M", "manufacturer": "F", "type": "T", "supplier": "S"}
        client.post("Asset", **fields)
        client.close()
        before = kept(folder / "desk.db")
        run = run_suite(folder, "--target", str(emulator.file), "--safety", "read", "--beyond")
        return run.results(FAMILY), kept(folder / "desk.db") == before


def test_nothing_is_changed(reading: tuple[dict[str, Any], bool]) -> None:
    assert reading[1]


def test_only_operations_without_effect_are_sent(reading: tuple[dict[str, Any], bool]) -> None:
    spec = load_spec(FAMILY)
    sent = {exchange["operation"] for exchange in reading[0]["exchanges"]}
    assert [name for name in sent if spec[name].effect not in ("none", "read")] == []


def test_nothing_ends_as_an_error(reading: tuple[dict[str, Any], bool]) -> None:
    checks = reading[0]["checks"]
    assert [(c["id"], c["reason"]) for c in checks if c["verdict"] == "error"] == []


def test_what_is_found_is_judged(reading: tuple[dict[str, Any], bool]) -> None:
    judged = {c["operation"] for c in reading[0]["checks"] if c["verdict"] == "pass"}
    readers = {o.id for o in load_spec(FAMILY) if o.effect in ("none", "read")}
    assert reading[0]["summary"]["fail"] == 0
    assert readers - judged == {"getAttachment"}, "no list shows files"
