"""The mail domains of organizations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import (
    Collection,
    Done,
    Item,
    Link,
    Outcome,
    Single,
    created,
)
from conformance.emulator.kayako_v1.problems import duplicate, invalid
from conformance.emulator.store import Row

_DOMAIN = re.compile(r"(?i)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


def links(context: Context, organization: Row) -> list[Link]:
    """Return the domains of an organization."""
    rows = context.store.where("identity_domains", organization_id=organization["id"])
    return [Link("identity_domain", row["id"]) for row in rows]


def check(context: Context, name: str, domains: Sequence[str], owner: int | None) -> None:
    """Raise Problem for what is no domain, or that of another organization than the owner."""
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            raise invalid(name, f"{domain} is no domain.")
        sql = "SELECT organization_id FROM identity_domains WHERE lower(domain) = lower(?)"
        found = context.store.first(sql, domain)
        if found and found["organization_id"] != owner and not context.skips("unique-domain"):
            raise duplicate(name, f"{domain} belongs to another organization.")


def replace(context: Context, organization: int, domains: Sequence[str]) -> None:
    """Give an organization these domains and no others."""
    wanted = {domain.lower(): domain for domain in domains}
    for row in context.store.where("identity_domains", organization_id=organization):
        if wanted.pop(row["domain"].lower(), None) is None:
            context.store.delete("identity_domains", id=row["id"])
    for domain in wanted.values():
        context.add("identity_domain", {"organization_id": organization, "domain": domain})


def _list(context: Context) -> Outcome:
    owner = context.asked.get("organization_id")
    rows = context.store.all("identity_domains")
    chosen = [row for row in rows if owner is None or row["organization_id"] == owner]
    return Collection("identity_domain", [row["id"] for row in chosen])


def _read(context: Context) -> Outcome:
    return Single(Item("identity_domain", context.find("identity_domain", context.keys["id"])))


def _marks(context: Context) -> Row:
    """Return the marks that were sent; collaborators validate nothing."""
    names = ["is_primary"]
    if context.caller.role != "COLLABORATOR":
        names.append("is_validated")
    given = context.given
    return {name: int(given[name]) for name in names if given.get(name) is not None}


def _one_primary(context: Context, values: Row, organization: int) -> None:
    if values.get("is_primary"):
        sql = "UPDATE identity_domains SET is_primary = 0 WHERE organization_id = ?"
        context.store.execute(sql, organization)


def _create(context: Context) -> Outcome:
    owner, domain = context.given["organization_id"], context.given["domain"].strip()
    if not context.store.get("organizations", owner):
        raise invalid("organization_id", "There is no such organization.")
    check(context, "domain", [domain], None)
    values = _marks(context)
    _one_primary(context, values, owner)
    row = {"organization_id": owner, "domain": domain, **values}
    return created("identity_domain", context.add("identity_domain", row))


def _update(context: Context) -> Outcome:
    row, values = context.find("identity_domain", context.keys["id"]), _marks(context)
    _one_primary(context, values, row["organization_id"])
    return Single(Item("identity_domain", context.change("identity_domain", row, values)))


def _delete(context: Context) -> Outcome:
    row = context.find("identity_domain", context.keys["id"])
    context.store.delete("identity_domains", id=row["id"])
    return Done()


HANDLERS = {
    "listDomains": _list,
    "readDomain": _read,
    "createDomain": _create,
    "updateDomain": _update,
    "deleteDomain": _delete,
}
