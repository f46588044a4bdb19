"""What a fresh helpdesk holds, and where a target file finds it again."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from typing import Any

from conformance.emulator.jitbit.authentication import Tokens, new_password
from conformance.emulator.store import Store
from conformance.emulator.tables import read_yaml

_USAGES = {1: "ticket", 2: "asset", 3: "user", 4: "company"}
_TYPES = {1: "text", 2: "date", 3: "selection", 4: "checkbox", 5: "multiline"}


@cache
def _file(name: str) -> dict[str, Any]:
    content: dict[str, Any] = read_yaml(Path(__file__).with_name(name))
    return content


def seed(store: Store) -> None:
    """Fill a new store, credentials included."""
    store.keep_setting("sharedsecret", secrets.token_urlsafe(32))
    for table, rows in _file("seed.yaml").items():
        for row in rows:
            store.insert(table, row)
    for role, account in _file("accounts.yaml").items():
        password = secrets.token_urlsafe(12)
        key = store.insert("users", {**account["user"], **new_password(password)})
        store.insert("accounts", {"role": role, "userid": key, "password": password})
        for category in account.get("techs", ()):
            store.insert("techs", {"userid": key, "categoryid": category})


def credentials(store: Store, tokens: Tokens) -> dict[str, dict[str, str]]:
    """Return the credentials of each role whose user is still there."""
    found = {}
    for account in store.all("accounts"):
        user = store.get("users", account["userid"])
        if user:
            domain = _file("accounts.yaml")[account["role"]].get("domain")
            name = user["username"]
            found[account["role"]] = {
                "username": f"{domain}\\{name}" if domain else name,
                "password": account["password"],
                "token": tokens.of(user),
            }
    return found


def known(store: Store) -> dict[str, Any]:
    """Return the ids of what the API cannot create."""
    fields: dict[str, dict[str, int]] = {name: {} for name in _USAGES.values()}
    for row in store.all("customfields"):
        if row["categoryid"] is None and not row["techsonly"]:
            fields[_USAGES[row["usage"]]].setdefault(_TYPES[row["type"]], row["id"])
    found = {"category": 1, "other_category": 2, "section": 1, "status": 4, "rule": 1}
    technicians = store.where("accounts", role="technician")
    if technicians:
        found["technician"] = technicians[0]["userid"]
    return {**found, "fields": fields}
