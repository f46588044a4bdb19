"""Channels of cases."""

from __future__ import annotations

from conformance.emulator.kayako_v1.cases import case_of_path, channels_used, writable_channels
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import Collection, Outcome
from conformance.emulator.kayako_v1.problems import invalid


def _for_new_ones(context: Context) -> Outcome:
    user = context.asked.get("user_id")
    if user is not None and not context.store.get("users", user):
        raise invalid("user_id", f"There is no user {user}.")
    return Collection("channel", writable_channels(context.store))


def _for_a_reply(context: Context) -> Outcome:
    case_of_path(context)
    return Collection("channel", writable_channels(context.store))


def _used(context: Context) -> Outcome:
    return Collection("channel", channels_used(context.store, case_of_path(context)["id"]))


HANDLERS = {
    "listNewChannels": _for_new_ones,
    "listReplyChannels": _for_a_reply,
    "listUsedChannels": _used,
}
