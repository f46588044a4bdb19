"""The table of operations, and which of them a path and a verb ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote

from conformance.emulator.tables import read_yaml
from conformance.emulator.wire import Call, Refusal

ROOTS = ("/helpdesk", "")  # hosted helpdesks live in the folder and answer without it, too
ROLES = ("any", "tech", "admin")


@dataclass(frozen=True)
class Operation:
    """One documented operation: where it is, who may call it, what it takes."""

    name: str
    path: str
    verb: str
    least: str
    takes: Mapping[str, str] = field(default_factory=dict)
    rate: str = "general"


@dataclass(frozen=True)
class Address:
    """A path taken apart: the method's name and, behind it, an id."""

    method: str
    key: str | None
    page: bool
    """Whether it is a page of the application instead of a method of the API."""


@cache
def operations() -> tuple[Operation, ...]:
    """Return all operations in the order of the table."""
    table = read_yaml(Path(__file__).with_name("operations.yaml"))
    return tuple(
        Operation(name, **{**entry, "takes": MappingProxyType(entry.get("takes", {}))})
        for name, entry in table.items()
    )


def address_of(call: Call) -> Address | None:
    """Return what a path names, or None when it is outside of the helpdesk."""
    path = "/" + "/".join(part for part in unquote(call.path).split("/") if part)
    for root in ROOTS:
        rest = path[len(root) :].split("/")[1:]
        if not path.lower().startswith(f"{root}/"):
            continue
        if rest[0].lower() == "api":
            return _within_api(rest[1:])
        if [part.lower() for part in rest] == ["user", "token"]:
            return Address("User/Token", None, page=True)
    return None


def _within_api(segments: Sequence[str]) -> Address | None:
    if not 1 <= len(segments) <= 2:
        return None
    return Address(segments[0], segments[1] if len(segments) > 1 else None, page=False)


def find(address: Address | None, verb: str) -> Operation:
    """Return the operation; raises Refusal (404 or 405).

    The documentation names verbs for half of the operations and clients use both, so the verb
    only tells namesakes apart.
    """
    if address is None:
        raise Refusal(404, "There is nothing at this address.")
    here = [one for one in operations() if one.path.lower() == address.method.lower()]
    if address.key is not None:
        here = [one for one in here if "id" in one.takes]
    if not here:
        raise Refusal(404, f"There is no method {address.method} of this form.")
    if verb not in ("GET", "POST"):
        raise Refusal(405, f"{verb} is not supported; use GET or POST.", Allow="GET, POST")
    return next((one for one in here if one.verb == verb), here[0])
