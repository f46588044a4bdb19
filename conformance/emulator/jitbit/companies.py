"""Companies and departments."""

from __future__ import annotations

from conformance.emulator.jitbit.context import Context, Handler, Outcome
from conformance.emulator.store import Row
from conformance.emulator.wire import Refusal


def named(context: Context, table: str, name: str) -> Row | None:
    """Return the company or department of a name, whatever its letter case."""
    rows = context.store.all(table)
    return next((row for row in rows if row["name"].casefold() == name.casefold()), None)


def named_id(context: Context, table: str, name: str) -> int:
    """Return the id of the company or department of a name, created when there is none."""
    row = None if context.skips(f"known-{table}") else named(context, table, name)
    return row["id"] if row else context.store.insert(table, {"name": name})


def _domains(text: str) -> str | None:
    return ";".join(part.strip() for part in text.split(";") if part.strip()) or None


def _companies(context: Context) -> Outcome:
    return [
        {
            "CompanyID": row["id"],
            "Name": row["name"],
            "EmailDomain": row["emaildomain"],
            "Notes": row["notes"],
        }
        for row in context.store.all("companies")
    ]


def _create(context: Context) -> Outcome:
    name = context.given["name"].strip()
    known = None if context.skips("known-companies") else named(context, "companies", name)
    if known:
        return known["id"]
    domain = _domains(context.given.get("emailDomains", ""))
    return context.store.insert("companies", {"name": name, "emaildomain": domain})


def _update(context: Context) -> None:
    given, key = context.given, context.given["id"]
    context.find("companies", key, "company")
    changes: Row = {name: given[name].strip() for name in ("name", "notes") if name in given}
    if "emailDomains" in given:
        changes["emaildomain"] = _domains(given["emailDomains"])
    other = named(context, "companies", changes["name"]) if "name" in changes else None
    if other and other["id"] != key:
        raise Refusal(400, f"name: {changes['name']} is taken by another company.")
    context.store.update("companies", key, changes)


def _departments(context: Context) -> Outcome:
    rows = context.store.all("departments")
    return [{"DepartmentID": row["id"], "Name": row["name"]} for row in rows]


HANDLERS: dict[str, Handler] = {
    "listCompanies": _companies,
    "createCompany": _create,
    "updateCompany": _update,
    "listDepartments": _departments,
}
