"""What a fresh helpdesk holds, and where a target file finds it again."""

from __future__ import annotations

import json
import secrets
import time
import uuid
from base64 import b32encode
from functools import cache
from pathlib import Path
from typing import Any

from conformance.emulator import passwords
from conformance.emulator.kayako_v1.admission import ORIGINS
from conformance.emulator.kayako_v1.declared import pages
from conformance.emulator.kayako_v1.oauth import SCOPES
from conformance.emulator.store import Row, Store
from conformance.emulator.tables import read_yaml

_CALLBACK = "https://client.example/callback"
_WITHOUT_TOKEN = ("expired",)
_SIGNED_ON = ("owner", "administrator", "agent", "customer")


@cache
def _accounts() -> dict[str, Row]:
    content: dict[str, Row] = read_yaml(Path(__file__).with_name("accounts.yaml"))
    return content


def seed(store: Store) -> None:
    """Fill a new store, credentials included."""
    now = int(time.time())
    store.keep_setting("secret", secrets.token_urlsafe(32))
    store.keep_setting("jwt_secret", secrets.token_urlsafe(32))
    store.keep_setting("seeded_at", str(now))
    client = _client(store, now)
    for role, account in _accounts().items():
        _account(store, role, dict(account), client, now)
    for table, row in pages().seeds:
        store.insert(table, {**_moments(store, table, now), **row})


def _moments(store: Store, table: str, now: int) -> Row:
    columns = {row["name"] for row in store.query(f"PRAGMA table_info({table})")}
    return {name: now for name in ("created_at", "updated_at") if name in columns}


def _client(store: Store, now: int) -> int:
    row = {
        "name": "Conformance",
        "url": "https://client.example",
        "key": str(uuid.uuid4()),
        "secret": secrets.token_hex(24),
        "scopes": json.dumps(SCOPES),
        "callback_url": _CALLBACK,
        "creator_id": 1,
        "created_at": now,
    }
    return store.insert("oauth_clients", row)


def _account(store: Store, role: str, row: Row, client: int, now: int) -> None:
    email, password = row.pop("email"), secrets.token_urlsafe(12)
    row |= {"uuid": str(uuid.uuid4()), "password": passwords.kept(password)}
    if role == "otp":
        row["otp_secret"] = b32encode(secrets.token_bytes(20)).decode()
    teams = row.pop("teams", ())
    key = store.insert("users", {**_moments(store, "users", now), **row})
    mail = {"user_id": key, "email": email, "is_primary": 1, "is_validated": 1}
    store.insert("identity_emails", {**_moments(store, "identity_emails", now), **mail})
    for team in teams:
        store.insert("team_members", {"team_id": team, "user_id": key})
    token = None if role in _WITHOUT_TOKEN else secrets.token_hex(24)
    if token:
        grant = {"user_id": key, "client_id": client, "scopes": json.dumps(SCOPES)}
        store.insert("oauth_grants", {**grant, "access_token": token, "created_at": now})
    account = {"role": role, "user_id": key, "password": password, "token": token}
    store.insert("accounts", account)


def credentials(store: Store) -> dict[str, dict[str, str]]:
    """Return the credentials of each role whose user is still there."""
    found = {}
    for account in store.all("accounts"):
        user = store.get("users", account["user_id"])
        mails = store.where("identity_emails", user_id=account["user_id"], is_primary=1)
        if user and mails and account["role"] != "other_customer":
            shown = {"username": mails[0]["email"], "password": account["password"]}
            shown |= {"token": account["token"]} if account["token"] else {}
            shown |= {"otp_secret": user["otp_secret"]} if user["otp_secret"] else {}
            if account["role"] in _SIGNED_ON:
                shown["sso_secret"] = store.setting("jwt_secret") or ""
            found[account["role"]] = shown
    return found


def expire(store: Store) -> None:
    """Let the password of the account kept for that expire again: who gave a new one used it up."""
    for account in store.where("accounts", role="expired"):
        old = {"password": passwords.kept(account["password"]), "password_expired": 1}
        store.update("users", account["user_id"], old)


def oauth_client(store: Store) -> dict[str, str]:
    """Return the client that is registered for the suite."""
    row = store.get("oauth_clients", 1) or {}
    names = {"client_id": "key", "client_secret": "secret", "redirect_uri": "callback_url"}
    return {name: str(row.get(column)) for name, column in names.items()}


def known(store: Store) -> dict[str, Any]:
    """Return the ids that no client can make: grants that may be withdrawn, a post of a mail."""
    owner, other = (
        store.where("accounts", role=role)[0]["user_id"] for role in ("owner", "customer")
    )
    own, others = ([_grant(store, user) for _ in range(3)] for user in (owner, other))
    return {
        "grant": others[0],
        "grants": others[1:],
        "own_grant": own[0],
        "own_grants": own[1:],
        "email_post": _mail(store),
        "origin": ORIGINS[0],
        "fields": {"case": {"several": {"key": "areas", "options": ["network", "printing"]}}},
    }


def _grant(store: Store, user: int) -> int:
    row = {"user_id": user, "client_id": 1, "scopes": json.dumps(SCOPES)}
    return store.insert("oauth_grants", {**row, "access_token": secrets.token_hex(24), **_now()})


def _now() -> dict[str, int]:
    return {"created_at": int(time.time())}


def _mail(store: Store) -> int:
    """Return the post of the mail that a customer has written, which comes when it is asked for."""
    channel = store.where("channels", type="MAIL")[0]["uuid"]
    posts = store.where("posts", source_channel_id=channel)
    if posts:
        return int(posts[0]["id"])
    customer = store.where("accounts", role="customer")[0]["user_id"]
    sender = store.where("identity_emails", user_id=customer, is_primary=1)[0]["id"]
    beginning = {"subject": "Printer on the second floor", "identity_id": sender}
    beginning |= {"creator_id": customer, "source_channel_id": channel}
    case = {
        **beginning,
        "portal": "MAIL",
        "last_public_channel_id": channel,
        "requester_id": customer,
        "status_id": store.where("case_statuses", type="NEW")[0]["id"],
        "realtime_channel": f"presence-{secrets.token_hex(16)}",
    }
    now = int(time.time())
    key = store.insert("cases", {**_moments(store, "cases", now), **case})
    post = {
        **beginning,
        "case_id": key,
        "uuid": str(uuid.uuid4()),
        "contents": "It does not print.",
    }
    post |= {"source": "MAIL", "post_status_updated_at": now}
    return store.insert("posts", {**_moments(store, "posts", now), **post})
