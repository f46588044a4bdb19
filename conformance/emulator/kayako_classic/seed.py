"""What a fresh helpdesk holds. No ticket, no user, no organisation."""

from __future__ import annotations

import secrets
import uuid
from functools import cache
from pathlib import Path
from typing import Any

from conformance.emulator.kayako_classic.organization import password
from conformance.emulator.store import Store
from conformance.emulator.tables import read_yaml

_ADMINISTRATOR = {
    "staffgroupid": 1,
    "firstname": "Ada",
    "lastname": "Administrator",
    "username": "admin",
    "email": "admin@helpdesk.example",
    "timezone": "GMT",
}


@cache
def _tables() -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = read_yaml(Path(__file__).with_name("seed.yaml"))
    return tables


def seed(store: Store) -> None:
    """Fill a new store, credentials included."""
    store.keep_setting("apikey", str(uuid.uuid4()))
    store.keep_setting("secretkey", secrets.token_urlsafe(48))
    for table, rows in _tables().items():
        for row in rows:
            store.insert(table, row)
    secret = password(secrets.token_urlsafe(16), store)
    store.insert("staff", {**_ADMINISTRATOR, "password": secret})
