"""Judging a server that differs harmlessly, and helpdesks whose ids begin high."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from conformance.emulator import Settings, running
from conformance.serving import write_target
from tests.running import SuiteRun, run_suite

FIRST_ID = 10_000_000


def judged(folder: Path, target: Mapping[str, Any], *options: str) -> SuiteRun:
    """A run of everything against this server."""
    file = folder / "target.toml"
    write_target(file, target)
    return run_suite(folder, "--target", str(file), "--safety", "disruptive", *options)


def found_nothing(run: SuiteRun, family: str, *allowed: str) -> dict[str, Any]:
    """The results of a run whose checks passed, do not apply or ended in an allowed way;
    AssertionError for others."""
    content = run.results(family)
    told = {
        check["id"]: check["message"]
        for check in content["checks"]
        if check["verdict"] not in ("pass", "omit", "info", *allowed)
    }
    assert told == {}, run.output[-3000:]
    assert run.code == 0
    return content


@contextmanager
def with_high_ids(family: str, database: Path) -> Iterator[sqlite3.Connection]:
    """The store of a fresh helpdesk in which the next id of everything is a high one."""
    with running(Settings(family, database=database)):
        pass  # makes the tables and what every helpdesk has
    with closing(sqlite3.connect(database)) as store, store:
        kept = "SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"
        for (table,) in store.execute(kept).fetchall():
            store.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            store.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, FIRST_ID))
        yield store


def insert(store: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> None:
    """Add a row."""
    marks = ", ".join("?" * len(row))
    store.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))


def inside_out(change: Callable[[dict[str, Any]], Any]) -> Callable[[Any], Any]:
    """A change of every object of a JSON value, the inner ones first."""

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(entry) for entry in value]
        if isinstance(value, dict):
            return change({name: walk(inner) for name, inner in value.items()})
        return value

    return walk
