"""OAuth clients and grants."""

from __future__ import annotations

import json
import secrets
import uuid
from typing import Any

from conformance.emulator.kayako_v1 import moments, pictures, uploads
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import (
    Collection,
    Contents,
    Done,
    Item,
    Outcome,
    Single,
    created,
)
from conformance.emulator.kayako_v1.oauth import SCOPES
from conformance.emulator.kayako_v1.pages.files import named
from conformance.emulator.kayako_v1.problems import empty, invalid, not_found
from conformance.emulator.store import Row
from conformance.emulator.wire import Upload

_SIDE = 100
_SHOWN_TO_USERS = ("name", "url", "description", "author", "author_url")


def _client(context: Context) -> Row:
    return context.find("oauth_client", context.keys["id"])


def _list(context: Context) -> Outcome:
    return Collection("oauth_client", [row["id"] for row in context.store.all("oauth_clients")])


def _read(context: Context) -> Outcome:
    return Single(Item("oauth_client", _client(context)))


def _create(context: Context) -> Outcome:
    values, logo = _values(context), _logo_sent(context)
    secret = secrets.token_hex(24)
    values |= {"key": str(uuid.uuid4()), "secret": secret, "creator_id": context.user["id"]}
    key = context.store.insert("oauth_clients", {**values, "created_at": context.now()})
    _keep_logo(context, key, logo)
    return created("oauth_client", {**context.find("oauth_client", key), "new_secret": secret})


def _update(context: Context) -> Outcome:
    row, values, logo = _client(context), _values(context), _logo_sent(context)
    _keep_logo(context, row["id"], logo)
    return Single(Item("oauth_client", context.change("oauth_client", row, values)))


def _values(context: Context) -> dict[str, Any]:
    values = {n: v for n, v in context.given.items() if n not in ("logo", "logo_file_id")}
    if "name" in values and not values["name"]:
        raise empty("name")
    if "scopes" in values:
        for scope in values["scopes"]:
            name, colon, level = scope.partition(":")
            if name not in SCOPES or (colon and level not in ("read", "write")):
                raise invalid("scopes", f"There is no scope {scope}.")
        values["scopes"] = json.dumps(values["scopes"])
    return values


def _logo_sent(context: Context) -> tuple[str, Upload] | None:
    sent = [upload for field, upload in uploads.sent(context) if field == "logo"]
    name = "logo" if sent else "logo_file_id"
    found = sent or named(context, name)
    for image in found:
        kind = pictures.kind_of(image.contents)
        if kind is None:
            raise invalid(name, "A logo has to be a PNG, a JPEG or a GIF.")
        return kind, image
    return None


def _keep_logo(context: Context, client: int, logo: tuple[str, Upload] | None) -> None:
    if logo:
        kind, image = logo
        contents = image.contents
        if not context.skips("small-logos"):
            contents = pictures.fitted(contents, _SIDE)
        row = {"client_id": client, "content_type": kind, "contents": contents}
        context.store.delete("oauth_logos", client_id=client)
        context.store.insert("oauth_logos", {**row, "created_at": context.now()})


def _delete(context: Context) -> Outcome:
    client = _client(context)["id"]
    for grant in context.store.where("oauth_grants", client_id=client):
        _end(context, grant)
    context.store.delete("oauth_logos", client_id=client)
    context.store.delete("oauth_clients", id=client)
    return Done()


def _download_logo(context: Context) -> Outcome:
    found = context.store.where("oauth_logos", client_id=context.keys["id"])
    if not found:
        raise not_found("logo")
    return Contents(found[0]["contents"], found[0]["content_type"])


def _logo(context: Context, client: Row) -> dict[str, Any] | None:
    found = context.store.where("oauth_logos", client_id=client["id"])
    if not found:
        return None
    url = f"{context.base}/oauth/clients/{client['id']}/logo"
    return {"url": url, "created_at": moments.iso(found[0]["created_at"])}


def _end(context: Context, grant: Row) -> None:
    """Take a grant back, with the sessions that were opened by it."""
    context.store.delete("sessions", grant_id=grant["id"])
    context.store.delete("oauth_grants", id=grant["id"])


def _list_grants(context: Context) -> Outcome:
    wanted = {name: value for name, value in context.asked.items() if value is not None}
    wanted = {name: wanted[name] for name in ("user_id", "client_id") if name in wanted}
    store = context.store
    rows = store.where("oauth_grants", **wanted) if wanted else store.all("oauth_grants")
    return Collection("oauth_grant", [row["id"] for row in rows])


def _grant(context: Context) -> Row:
    return context.find("oauth_grant", context.keys["id"])


def _delete_grant(context: Context) -> Outcome:
    _end(context, _grant(context))
    return Done()


def _list_my_grants(context: Context) -> Outcome:
    rows = context.store.all("oauth_grants")
    if not context.skips("own-grants"):
        rows = [row for row in rows if row["user_id"] == context.user["id"]]
    return Collection("my_oauth_grant", [row["id"] for row in rows])


def _my_grant(context: Context) -> Row:
    row = _grant(context)
    if row["user_id"] != context.user["id"] and not context.skips("own-grants"):
        raise not_found("grant")
    return row


def _delete_my_grant(context: Context) -> Outcome:
    _end(context, _my_grant(context))
    return Done()


def _client_of(context: Context, grant: Row) -> dict[str, Any]:
    client = context.find("oauth_client", grant["client_id"])
    content = {name: client[name] for name in _SHOWN_TO_USERS}
    content["logo"] = _logo(context, client)
    for name in ("created_at", "updated_at"):
        content[name] = None if client[name] is None else moments.iso(client[name])
    return content


def _active(_: Context, grant: Row) -> str:
    return moments.iso(grant["last_activity_at"] or grant["created_at"])


FIELDS = {
    "oauth_client": {"secret": lambda _, row: row.get("new_secret"), "logo": _logo},
    "oauth_grant": {"last_activity_at": _active},
    "my_oauth_grant": {"client": _client_of, "last_activity_at": _active},
}
HANDLERS = {
    "listClients": _list,
    "readClient": _read,
    "createClient": _create,
    "updateClient": _update,
    "deleteClient": _delete,
    "downloadLogo": _download_logo,
    "listGrants": _list_grants,
    "readGrant": lambda context: Single(Item("oauth_grant", _grant(context))),
    "deleteGrant": _delete_grant,
    "listMyGrants": _list_my_grants,
    "readMyGrant": lambda context: Single(Item("my_oauth_grant", _my_grant(context))),
    "deleteMyGrant": _delete_my_grant,
}
