"""Locales: what is written in which language, and which way."""

from __future__ import annotations

from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import Collection, Item, Outcome, Single

_MARKS = ("is_public", "is_localized")


def _list(context: Context) -> Outcome:
    rows = context.store.all("locales")
    for name in _MARKS:
        wanted = context.asked.get(name)
        if wanted is not None:
            rows = [row for row in rows if bool(row[name]) == wanted]
    return Collection("locale", [row["id"] for row in rows])


def _read(context: Context) -> Outcome:
    return Single(Item("locale", context.find("locale", context.keys["id"])))


def _read_own(context: Context) -> Outcome:
    return Single(Item("locale", context.find("locale", context.user["locale_id"])))


HANDLERS = {"listLocales": _list, "readLocale": _read, "readOwnLocale": _read_own}
