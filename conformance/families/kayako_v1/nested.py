"""Objects that stand in other ones, as references or in full (chapter "Partial Output")."""

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.engine import violate

#: What a reference of any type may hold, and what those of some types hold besides.
_HELD = {"id", "resource_type"}
_BESIDES = {
    "channel": {"uuid"},
    "team": {"legacy_id"},
    "organization_field": {"title", "key", "resource_url"},
}
#: What tells an object apart; only other members are fields of its own.
_NAMING = {"uuid", "legacy_id", "resource_url"}


def objects_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """The objects that a member shows: one, or those of a list."""
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, Mapping):
            yield entry


def judge_reference(entry: Mapping[str, Any], where: str, *requirements: str) -> bool:
    """Hold an object that was not asked for in full against what a reference may hold. One with its
    address and a field of its own is there in full."""
    more = _beyond_reference(entry)
    if more:
        full = "resource_url" in more and set(more) - _NAMING
        in_full = ("KV-PART-001",) if full else ()
        ids = requirements or ("KV-PART-009", *in_full)
        violate(where, "id and resource_type", ", ".join(more), *ids)
    return not more


def judge_included(value: Any, where: str, *requirements: str) -> bool:
    """Hold what stands where an object was asked for in full against one: it has fields of its own
    and its address."""
    fields = _beyond_reference(value) if isinstance(value, Mapping) else []
    full = "resource_url" in fields and len(fields) > 1
    if not full:
        names = ", ".join(sorted(value)) if isinstance(value, Mapping) else type(value).__name__
        violate(where, "an object with its fields", names, *requirements)
    return full


def _beyond_reference(entry: Mapping[str, Any]) -> list[str]:
    kind = str(entry.get("resource_type"))
    return sorted(set(entry) - _HELD - _BESIDES.get(kind, set()))
