"""Tags of cases, people and organizations: kept by name, whatever the letter case."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.emulator.store import Row, Store


def rows_of(store: Store, kind: str, owner: int) -> list[Row]:
    """Return the tags of an object."""
    return store.query(
        "SELECT tags.* FROM tags JOIN object_tags ON tag_id = tags.id"
        " WHERE kind = ? AND owner_id = ? ORDER BY tags.id",
        kind,
        owner,
    )


def tags_of(store: Store, kind: str, owner: int) -> list[str]:
    """Return the names of the tags of an object."""
    return [row["name"] for row in rows_of(store, kind, owner)]


def has_any(store: Store, kind: str, owner: int, names: Iterable[str]) -> bool:
    """Tell whether an object carries one of these tags."""
    carried = {name.lower() for name in tags_of(store, kind, owner)}
    return any(name.lower() in carried for name in names)


def add(store: Store, kind: str, owner: int, names: Iterable[str]) -> None:
    """Give an object more tags; new names become tags."""
    for name in names:
        found = store.first("SELECT id FROM tags WHERE lower(name) = lower(?)", name)
        key = found["id"] if found else store.insert("tags", {"name": name})
        row = {"kind": kind, "owner_id": owner, "tag_id": key}
        if not store.where("object_tags", **row):
            store.insert("object_tags", row)


def remove(store: Store, kind: str, owner: int, names: Iterable[str]) -> None:
    """Take tags from an object."""
    unwanted = {name.lower() for name in names}
    for row in rows_of(store, kind, owner):
        if row["name"].lower() in unwanted:
            store.delete("object_tags", kind=kind, owner_id=owner, tag_id=row["id"])


def replace(store: Store, kind: str, owner: int, names: Iterable[str]) -> None:
    """Give an object these tags and no others."""
    clear(store, kind, owner)
    add(store, kind, owner, names)


def clear(store: Store, kind: str, owner: int) -> None:
    """Take all tags from an object."""
    store.delete("object_tags", kind=kind, owner_id=owner)
