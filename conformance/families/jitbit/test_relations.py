"""Tickets that belong together: merged, linked, below one another (sections "MergeTickets",
"LinkTickets", "UnlinkTickets", "LinkedTickets", "AddSubTicket", "RemoveSubTicket", "SubTickets",
"ParentTicket")."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, violate
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered, served
from conformance.engine.matchers import containing, equal_to
from conformance.families.jitbit.prerequisites import accepted, listing, number_of, taken
from conformance.families.jitbit.ticketwork import (
    fresh_tag,
    listed_by_tag,
    new_ticket,
    read_ticket,
)

# Merging ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Merge:
    """Two tickets, each with a comment, the second merged into the first."""

    kept: Made
    gone: Made
    comments: Sequence[Exchange]
    merged: Exchange
    after: Exchange
    after_gone: Exchange
    listed: Exchange


@pytest.fixture(scope="module")
def merge(helpdesk: Helpdesk) -> Merge:
    kept, gone = new_ticket(helpdesk), new_ticket(helpdesk)
    text = helpdesk.chance.fill
    comments = [
        helpdesk.call("createComment", id=ticket.id, body=text("{mark} comment {word}"))
        for ticket in (kept, gone)
    ]
    merged = helpdesk.call("mergeTickets", id=kept.id, id2=gone.id)
    after, after_gone = read_ticket(helpdesk, kept), read_ticket(helpdesk, gone)
    listed = helpdesk.call("listComments", id=kept.id)
    return Merge(kept, gone, comments, merged, after, after_gone, listed)


@covers("JB-RELA-001")
def test_a_ticket_that_was_merged_away_is_gone(merge: Merge) -> None:
    if taken(merge.merged):
        item = merge.after_gone.answer.item if merge.after_gone.succeeded else None
        if item is not None and item.get("TicketID") == number_of(merge.gone):
            violate("/TicketID", "another ticket, or a refusal", f"{merge.gone.id}, as before")


@covers("JB-RELA-003")
def test_a_ticket_that_was_merged_away_is_unknown(merge: Merge) -> None:
    accepted(merge.merged)
    expect(served(merge.after_gone)).status(404)


@covers("JB-RELA-002")
def test_the_ticket_merged_into_stays(merge: Merge) -> None:
    accepted(merge.merged)
    expect(merge.after).item("Subject", equal_to(merge.kept.exchange.sent["subject"]))


@covers("JB-RELA-004")
def test_the_comments_of_both_are_together(merge: Merge) -> None:
    accepted(merge.merged)
    listed = accepted(listing(merge.listed, "Body")).answer.items
    texts = "\n".join(str(item["Body"]) for item in listed)
    for comment in merge.comments:
        judge(texts, containing(accepted(comment).sent["body"]), "/*/Body")


@covers("JB-RELA-005")
def test_a_ticket_is_not_merged_with_itself(helpdesk: Helpdesk) -> None:
    ticket = new_ticket(helpdesk)
    merged = helpdesk.call("mergeTickets", id=ticket.id, id2=ticket.id)
    expect(served(merged)).status(400)
    subject = equal_to(ticket.exchange.sent["subject"])
    expect(read_ticket(helpdesk, ticket)).item("Subject", subject)


# Linking ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    """Two tickets linked, linked again and unlinked; what each lists after that."""

    tickets: tuple[int, int]
    calls: Mapping[str, Exchange]
    lists: Mapping[str, tuple[Exchange, Exchange]]


@pytest.fixture(scope="module")
def link(helpdesk: Helpdesk) -> Link:
    first, second = (number_of(new_ticket(helpdesk)) for _ in range(2))
    calls, lists = {}, {}
    steps = {"linked": "linkTickets", "again": "linkTickets", "unlinked": "unlinkTickets"}
    for name, operation in steps.items():
        calls[name] = helpdesk.call(operation, id=first, id2=second)
        lists[name] = (
            helpdesk.call("listLinkedTickets", id=first),
            helpdesk.call("listLinkedTickets", id=second),
        )
    return Link((first, second), calls, lists)


def by_id(listed: Exchange) -> Exchange:
    """A list of linked tickets that show their ids."""
    return listing(listed, "TicketID")


@covers("JB-RELA-006", "JB-RELA-008")
def test_a_linked_ticket_is_listed(link: Link) -> None:
    if taken(link.calls["linked"], "JB-RELA-006"):
        listed = expect(by_id(link.lists["linked"][0]), "JB-RELA-006", "JB-RELA-008")
        listed.lists(TicketID=link.tickets[1])


@covers("JB-RELA-011")
def test_the_other_ticket_lists_it_too(link: Link) -> None:
    accepted(link.calls["linked"])
    expect(by_id(link.lists["linked"][1])).lists(TicketID=link.tickets[0])


@covers("JB-RELA-012")
def test_tickets_linked_twice_list_each_other_once(link: Link) -> None:
    accepted(link.calls["linked"])
    for listed, other in zip(link.lists["again"], reversed(link.tickets), strict=True):
        times = [item.get("TicketID") for item in accepted(by_id(listed)).answer.items].count(other)
        if times > 1:
            violate("/*/TicketID", f"{other} once", f"{times} times")


@covers("JB-RELA-007")
def test_unlinked_tickets_list_each_other_no_more(link: Link) -> None:
    accepted(link.calls["linked"])
    if taken(link.calls["unlinked"]):
        for listed, other in zip(link.lists["unlinked"], reversed(link.tickets), strict=True):
            expect(by_id(listed)).lacks(TicketID=other)


# Below one another --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Family:
    """Three tickets below one another, and what they show then and when the middle one is out."""

    top: Made
    middle: Made
    bottom: Made
    tag: str
    added: tuple[Exchange, Exchange]
    reads: Mapping[str, Exchange]
    removed: Exchange
    reads_after: Mapping[str, Exchange]


@pytest.fixture(scope="module")
def family(helpdesk: Helpdesk) -> Family:
    tag = fresh_tag(helpdesk)
    top, middle, bottom = (new_ticket(helpdesk, tags=tag) for _ in range(3))

    def read() -> dict[str, Exchange]:
        return {
            "parent": helpdesk.call("getParentTicket", id=middle.id),
            "children": helpdesk.call("listSubTickets", id=top.id),
            "list": listed_by_tag(helpdesk, tag),
        }

    added = (
        helpdesk.call("addSubTicket", parentId=top.id, childId=middle.id),
        helpdesk.call("addSubTicket", parentId=middle.id, childId=bottom.id),
    )
    reads = read()
    reads["full"] = helpdesk.call("getParentTicket", id=middle.id, returnFullTicket="true")
    reads["no parent"] = helpdesk.call("getParentTicket", id=top.id)
    removed = helpdesk.call("removeSubTicket", childId=middle.id)
    return Family(top, middle, bottom, tag, added, reads, removed, read())


@covers("JB-RELA-013", "JB-RELA-018")
def test_a_sub_ticket_knows_its_parent(family: Family) -> None:
    if taken(family.added[0], "JB-RELA-013"):
        parent = equal_to(number_of(family.top))
        ids = ("JB-RELA-013", "JB-RELA-018")
        judge(parent_in(family.reads["parent"]), parent, "body", *ids)


def parent_in(exchange: Exchange) -> int:
    """The id of a parent, or 0. Raises PrerequisiteBroken where the answer is no number."""
    value = accepted(exchange).answer.value
    if not isinstance(value, int):
        raise PrerequisiteBroken("getParentTicket answers with no number")
    return value


def children_of(reads: Mapping[str, Exchange]) -> Exchange:
    """The list of sub-tickets that show their ids."""
    return listing(reads["children"], "IssueID")


@covers("JB-RELA-013", "JB-RELA-015")
def test_a_ticket_lists_its_sub_ticket(family: Family) -> None:
    if taken(family.added[0], "JB-RELA-013"):
        children = expect(children_of(family.reads), "JB-RELA-013", "JB-RELA-015")
        children.lists(IssueID=number_of(family.middle))


@covers("JB-RELA-015")
def test_a_ticket_does_not_list_the_sub_tickets_of_its_own(family: Family) -> None:
    for added in family.added:
        accepted(added)
    expect(children_of(family.reads)).lacks(IssueID=number_of(family.bottom))


@covers("JB-RELA-020")
def test_the_parent_comes_in_full(family: Family) -> None:
    accepted(family.added[0])
    full = family.reads["full"]
    if taken(full):
        members = _document(full)
        judge(members.get("TicketID"), equal_to(family.top.id), "/TicketID")
        subject = family.top.exchange.sent["subject"]
        judge(members.get("Subject"), equal_to(subject), "/Subject")


def _document(exchange: Exchange) -> Mapping[str, Any]:
    """The JSON object of an answer that may be a bare number too."""
    try:
        value = json.loads(answered(exchange).text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


@covers("JB-RELA-019")
def test_a_ticket_of_its_own_has_no_parent(family: Family) -> None:
    judge(parent_in(family.reads["no parent"]), equal_to(0), "body")


@covers("JB-RELA-021")
def test_a_parent_has_children_in_the_list(family: Family) -> None:
    accepted(family.added[0])
    _expect_children(family.reads["list"], family.top, True)


@covers("JB-RELA-021")
def test_a_ticket_without_children_has_none_in_the_list(family: Family) -> None:
    for added in family.added:
        accepted(added)
    _expect_children(family.reads["list"], family.bottom, False)
    accepted(family.removed)
    _expect_children(family.reads_after["list"], family.top, False)


def _expect_children(listed: Exchange, ticket: Made, children: bool) -> None:
    found = accepted(listing(listed, "IssueID"))
    item = found.answer.find(IssueID=number_of(ticket))
    if item is not None and "HasChildren" in item:  # its absence breaks JB-TLST-043
        judge(item["HasChildren"], equal_to(children), item.where("HasChildren"))


@covers("JB-RELA-014", "JB-RELA-019")
def test_a_sub_ticket_taken_out_has_no_parent(family: Family) -> None:
    accepted(family.added[0])
    if taken(family.removed, "JB-RELA-014"):
        ids = ("JB-RELA-014", "JB-RELA-019")
        judge(parent_in(family.reads_after["parent"]), equal_to(0), "body", *ids)


@covers("JB-RELA-014")
def test_a_sub_ticket_taken_out_is_not_listed(family: Family) -> None:
    accepted(family.added[0])
    accepted(family.removed)
    expect(children_of(family.reads_after)).lacks(IssueID=number_of(family.middle))
