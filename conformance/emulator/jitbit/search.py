"""Search: tickets in whose texts every word of the query occurs."""

from __future__ import annotations

from conformance.emulator.jitbit.context import Context, Handler, Outcome
from conformance.emulator.jitbit.rights import sees_techs_only
from conformance.emulator.jitbit.ticketlist import conditions, page
from conformance.emulator.jitbit.ticketviews import joined, summaries, tags_of
from conformance.emulator.store import Row


def _search(context: Context) -> Outcome:
    words = context.given["query"].casefold().split()
    parts, values = conditions(context)
    rows = joined(context, " AND ".join(parts), values)
    found = [row for row in rows if _holds(context, row, words)]
    return summaries(context, found[page(context, 300)])


def _holds(context: Context, ticket: Row, words: list[str]) -> bool:
    """Tell whether a ticket holds all words, in what the caller may read of it."""
    plain = f"{ticket['subject']}\n{ticket['body']}".casefold()
    missing = [word for word in words if word not in plain]
    if not missing:
        return True
    techs = sees_techs_only(context, ticket)
    comments = context.store.where("comments", ticketid=ticket["id"])
    texts = [row["body"] for row in comments if techs or not row["techsonly"]]
    texts += [tag["Name"] for tag in tags_of(context, ticket["id"])]
    rest = "\n".join(texts).casefold()
    return all(word in rest or word == str(ticket["id"]) for word in missing)


HANDLERS: dict[str, Handler] = {"searchTickets": _search}
