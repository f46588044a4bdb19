"""Posts of a ticket: by staff and by users, in order, read, listed, removed
(/Tickets/TicketPost; what a ticket shows of them is on page "REST - Ticket")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import equal_to
from conformance.families.kayako_classic.prerequisites import accepted, aimed, readable
from conformance.families.kayako_classic.ticketwork import (
    TALK,
    expect_left,
    gone,
    items_of,
    made_id,
    parts,
    same_text,
    shows,
)

#: A text longer than what databases cut short and forms buffer.
LENGTH = 20_000


@dataclass(frozen=True)
class Conversation:
    """A ticket with a post by staff and a post by a user, and what is then read."""

    ticket: Made
    before: Exchange
    by_staff: Exchange
    by_user: Exchange
    listed: Exchange
    in_ticket: Exchange


@pytest.fixture(scope="module")
def conversation(helpdesk: Helpdesk) -> Conversation:
    ticket = helpdesk.obtain("ticket", TALK)
    before = aimed(helpdesk, "listTicketPosts", ticketid=ticket.id)
    user = helpdesk.draft("createTicketPost", ticketid=ticket.id, userid=helpdesk.obtain("user").id)
    by_staff = helpdesk.call(
        "createTicketPost", ticketid=ticket.id, contents=long_text(helpdesk), isprivate=1
    )
    by_user = helpdesk.send(user.without("staffid"))
    return Conversation(
        ticket,
        before,
        by_staff,
        by_user,
        listed=aimed(helpdesk, "listTicketPosts", ticketid=ticket.id),
        in_ticket=aimed(helpdesk, "getTicket", ticketid=ticket.id),
    )


@pytest.fixture(scope="module")
def read(helpdesk: Helpdesk, conversation: Conversation) -> Exchange:
    """The post by staff, read back."""
    number = helpdesk.made_by(conversation.by_staff).id
    return aimed(helpdesk, "getTicketPost", ticketid=conversation.ticket.id, id=number)


def long_text(helpdesk: Helpdesk) -> str:
    """Many different words, in lines."""
    lines = [helpdesk.chance.mark]
    while sum(map(len, lines)) + 2 * len(lines) < LENGTH:
        lines.append(" ".join(helpdesk.chance.word(9) for _ in range(10)))
    return "\r\n".join(lines)


@covers("KC-PST-014")
def test_a_post_by_staff_makes_one_post_more(conversation: Conversation) -> None:
    expect(conversation.by_staff).success()
    if items_of(conversation.before) is None or items_of(conversation.listed) is None:
        return
    earlier = {item.get("id") for item in conversation.before.answer.items}
    created = conversation.by_user.answer.item
    later = [item.get("id") for item in conversation.listed.answer.items]
    ours = [i for i in later if i not in earlier and (created is None or i != created.get("id"))]
    judge(len(ours), equal_to(1), "posts more after the post by staff")


@covers("KC-PST-003", "KC-PST-007")
def test_a_user_posts_as_well(conversation: Conversation) -> None:
    # Where staff cannot post either, it is not the author that is refused.
    promise = "KC-PST-007" if conversation.by_staff.succeeded else "KC-PST-003"
    expect(conversation.by_user, promise).success()


@covers("KC-PST-008")
def test_a_post_shows_whether_staff_or_a_user_wrote_it(
    conversation: Conversation, read: Exchange
) -> None:
    expect(read).item("creator", equal_to(1))
    number = made_id(conversation.by_user)
    expect(conversation.listed).item_where("creator", equal_to(2), id=number)


@covers("KC-PROTO-045")
def test_a_post_shows_its_author(conversation: Conversation, read: Exchange) -> None:
    sent = conversation.by_staff.sent
    if shows(read, "staffid"):
        expect(read).item("staffid", equal_to(sent["staffid"]))
    number, user = made_id(conversation.by_user), conversation.by_user.sent["userid"]
    if shows(conversation.listed, "userid", id=number):
        expect(conversation.listed).item_where("userid", equal_to(user), id=number)


@covers("KC-PROTO-045")
def test_a_long_text_survives_unchanged(conversation: Conversation, read: Exchange) -> None:
    written = str(conversation.by_staff.sent["contents"])
    expect(read).item("contents", same_text(written))


@covers("KC-PROTO-019")
def test_the_answer_to_a_create_shows_the_new_post(conversation: Conversation) -> None:
    sent = conversation.by_staff.sent
    created = accepted(conversation.by_staff)
    if shows(created, "staffid"):
        expect(created).item("staffid", equal_to(sent["staffid"]))


@covers("KC-PROTO-045")
def test_a_private_post_shows_that_it_is(read: Exchange) -> None:
    checked = expect(read).has_item()
    item = read.answer.item
    if checked.kept and item is not None and "isprivate" in item:  # older servers leave it out
        checked.item("isprivate", equal_to(1))


@covers("KC-PST-002")
def test_a_single_read_shows_the_asked_post(conversation: Conversation, read: Exchange) -> None:
    created = conversation.by_staff.answer.item
    expect(read).item("id", equal_to(created.get("id") if created else None))


@covers("KC-PST-015")
def test_both_names_of_a_posts_id_show_one_number(conversation: Conversation) -> None:
    for item in items_of(conversation.listed) or ():
        if "ticketpostid" in item:
            judge(item["ticketpostid"], equal_to(item.get("id")), item.where("ticketpostid"))


# In the ticket ------------------------------------------------------------------------------------


@covers("KC-TKT-019")
def test_a_ticket_holds_every_one_of_its_posts(conversation: Conversation) -> None:
    listed = sorted(ids(readable(conversation.listed).answer.items))
    shown = sorted(ids(parts(readable(conversation.in_ticket), "posts")))
    judge(shown, equal_to(listed), "/tickets/ticket/posts/post/id")


@covers("KC-TKT-040")
def test_posts_come_in_ascending_order_the_contents_first(conversation: Conversation) -> None:
    shown = posts_in(conversation)
    judge(shown, equal_to(sorted(shown)), "/tickets/ticket/posts/post/id")
    for post in parts(conversation.in_ticket, "posts")[:1]:
        if "contents" not in post:
            raise PrerequisiteBroken("the posts in the ticket show no contents")
        written = str(conversation.ticket.exchange.sent["contents"])
        where = "/tickets/ticket/posts/post[1]/contents"
        judge(post.get("contents"), same_text(written), where)


def posts_in(conversation: Conversation) -> list[int]:
    """Ids of the posts in the ticket. Raises PrerequisiteBroken where it shows none."""
    if not parts(readable(conversation.in_ticket), "posts"):
        raise PrerequisiteBroken("the ticket shows no posts")
    return ids(parts(conversation.in_ticket, "posts"))


def ids(posts: "tuple[Mapping[str, Any], ...] | list[Mapping[str, Any]]") -> list[int]:
    return [post["id"] for post in posts if isinstance(post.get("id"), int)]


# Removing -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def deleted(helpdesk: Helpdesk, conversation: Conversation, read: Exchange) -> Exchange:
    """The post by staff, removed."""
    del read  # only so that it comes first
    post = helpdesk.made_by(conversation.by_staff)
    return aimed(helpdesk, "deleteTicketPost", ticketid=conversation.ticket.id, id=post.id)


@covers("KC-PST-013", "KC-PROTO-040", "KC-PROTO-006")
def test_a_deleted_post_is_gone(
    helpdesk: Helpdesk, conversation: Conversation, deleted: Exchange
) -> None:
    number = accepted(deleted).sent["id"]
    read = aimed(helpdesk, "getTicketPost", ticketid=conversation.ticket.id, id=number)
    gone(read, number, "KC-PROTO-040", "KC-PROTO-006")
    expect(read, "KC-PST-013").status(404)


@covers("KC-PROTO-040", "KC-PST-004")
def test_a_deleted_post_alone_leaves_the_list(
    helpdesk: Helpdesk, conversation: Conversation, deleted: Exchange
) -> None:
    number = accepted(deleted).sent["id"]
    after = aimed(helpdesk, "listTicketPosts", ticketid=conversation.ticket.id)
    expect_left(conversation.listed, after, number, "KC-PST-004", "KC-PROTO-040")
