"""The store: one embedded SQLite database, in memory or in a file, shared by all families."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Row = dict[str, Any]

_SETTINGS_TABLE = "CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)"


class Store:
    """Tables with ascending ids that are never used again, and transactions one at a time."""

    def __init__(self, database: str | Path | None, tables: str) -> None:
        """Open the database; ValueError if it is not one. `prepare` makes it usable."""
        self._lock, self._tables = threading.RLock(), tables
        try:
            self._connection = sqlite3.connect(
                ":memory:" if database is None else str(database),
                check_same_thread=False,
                isolation_level=None,
                timeout=10,
            )
        except sqlite3.Error as error:
            raise ValueError(f"The database {str(database)!r} cannot be used: {error}.") from error
        self._connection.row_factory = _as_dict
        try:
            if database is not None:
                self._connection.execute("PRAGMA journal_mode=WAL")
                self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute(_SETTINGS_TABLE)
        except sqlite3.Error as error:
            self._connection.close()
            raise ValueError(f"The database {str(database)!r} cannot be used: {error}.") from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens at once, or not at all when an exception leaves it."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def prepare(self, family: str, seed: Callable[[Store], None]) -> None:
        """Create what is missing, seed a new database; ValueError for another family's."""
        owner = self.setting("family")
        if owner not in (None, family):
            raise ValueError(f"The database belongs to {owner}, not to {family}.")
        try:
            self._connection.executescript(self._tables)
        except sqlite3.Error as error:
            raise ValueError(f"The tables of {family} cannot be made: {error}.") from error
        if owner is None:
            with self.transaction():
                self.keep_setting("family", family)
                seed(self)

    def setting(self, name: str) -> str | None:
        """Return a value kept with the database, such as a credential."""
        row = self.first("SELECT value FROM settings WHERE name = ?", name)
        return None if row is None else str(row["value"])

    def keep_setting(self, name: str, value: str) -> None:
        """Keep a value with the database."""
        self._connection.execute("INSERT INTO settings VALUES (?, ?)", (name, value))

    def query(self, sql: str, *values: Any) -> list[Row]:
        """Return the rows a SELECT finds."""
        rows: list[Row] = self._connection.execute(sql, values).fetchall()
        return rows

    def first(self, sql: str, *values: Any) -> Row | None:
        """Return the first row a SELECT finds, or None."""
        row: Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def execute(self, sql: str, *values: Any) -> None:
        """Run a statement that changes rows."""
        self._connection.execute(sql, values)

    def execute_named(self, sql: str, values: Mapping[str, Any]) -> None:
        """Run a statement whose values are named (`:name`)."""
        self._connection.execute(sql, values)

    def get(self, table: str, key: int) -> Row | None:
        """Return the row with that id, or None."""
        return self.first(f"SELECT * FROM {table} WHERE id = ?", key)

    def all(self, table: str) -> list[Row]:
        """Return all rows in the order of their ids."""
        return self.query(f"SELECT * FROM {table} ORDER BY id")

    def where(self, table: str, **values: Any) -> list[Row]:
        """Return the rows whose columns equal the values, in the order of their ids."""
        condition = " AND ".join(f"{name} = ?" for name in values)
        return self.query(f"SELECT * FROM {table} WHERE {condition} ORDER BY id", *values.values())

    def insert(self, table: str, values: Row) -> int:
        """Add a row and return its id."""
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        cursor = self._connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values())
        )
        return int(cursor.lastrowid or 0)

    def update(self, table: str, key: int, values: Row) -> None:
        """Change the given columns of one row; the others keep their values."""
        if values:
            changes = ", ".join(f"{name} = ?" for name in values)
            self.execute(f"UPDATE {table} SET {changes} WHERE id = ?", *values.values(), key)

    def delete(self, table: str, **values: Any) -> None:
        """Remove the rows whose columns equal the values."""
        condition = " AND ".join(f"{name} = ?" for name in values)
        self.execute(f"DELETE FROM {table} WHERE {condition}", *values.values())

    def close(self) -> None:
        """Close the database; a file keeps what was committed."""
        with self._lock:
            self._connection.close()


def _as_dict(cursor: sqlite3.Cursor, values: Sequence[Any]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, values, strict=True)}
