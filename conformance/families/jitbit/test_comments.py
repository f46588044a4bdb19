"""Comments: texts, flags, authors, files, and who sees them (sections "Comment (POST)" and
"Comments")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, violate
from conformance.engine.answer import Item
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.matchers import a_positive_integer, different_from, equal_to
from conformance.families.jitbit.prerequisites import (
    ADMINISTRATOR,
    TECHNICIAN,
    USER,
    accepted,
    caller_id,
    listing,
    number_of,
    taken,
)
from conformance.families.jitbit.ticketfiles import File, with_file
from conformance.families.jitbit.ticketwork import (
    CLOSED,
    close_quietly,
    fresh_tag,
    holding,
    listed_by_tag,
    moment,
    new_ticket,
    read_ticket,
    shown,
    submitter,
    ticket_of_user,
)


@dataclass(frozen=True)
class Talk:
    """A ticket with comments by name, and their list as the administrator reads it."""

    ticket: int
    posted: Mapping[str, Exchange]
    listed: Exchange = field(repr=False)

    @property
    def items(self) -> Sequence[Item]:
        """Every listed comment. Raises PrerequisiteBroken where they show no text."""
        return accepted(listing(self.listed, "Body")).answer.items

    def all(self, name: str) -> list[Item]:
        """Every listed comment with the text of one. Raises PrerequisiteBroken where it was
        refused, or nothing is listed."""
        text = str(accepted(self.posted[name]).sent["body"])
        return [item for item in self.items if text in str(item["Body"])]

    def one(self, name: str) -> Item:
        """The listed comment. Raises PrerequisiteBroken where it is not listed."""
        found = self.all(name)
        if not found:
            raise PrerequisiteBroken("the comment is not listed")
        return found[0]


def post(helpdesk: Helpdesk, ticket: int, by: str = "", **fields: Any) -> Exchange:
    """Comment with a text that is part of no other."""
    body = helpdesk.chance.fill("{mark} comment {word}")
    return helpdesk.send(helpdesk.draft("createComment", id=ticket, body=body, **fields).by(by))


@pytest.fixture(scope="module")
def talk(helpdesk: Helpdesk) -> Talk:
    """Comments on the ticket of a user of the run, by the administrator where one is given."""
    ticket = number_of(new_ticket(helpdesk))
    posted = {"plain": post(helpdesk, ticket)}
    if ADMINISTRATOR in helpdesk.target.credentials:
        words = {
            "for technicians": {"forTechsOnly": "true"},
            "of the system": {"isSystem": "true"},
            "for another": {"fromUserId": submitter(helpdesk).id},
        }
        for name, fields in words.items():
            posted[name] = post(helpdesk, ticket, ADMINISTRATOR, **fields)
    return Talk(ticket, posted, helpdesk.call("listComments", id=ticket))


def _needs_administrator(helpdesk: Helpdesk, unless: bool = False) -> None:
    if not unless:
        caller_id(helpdesk, ADMINISTRATOR)


@covers("JB-CMNT-001")
def test_a_comment_is_accepted(talk: Talk) -> None:
    taken(talk.posted["plain"])


@covers("JB-CMNT-014")
@pytest.mark.parametrize("name", ["plain", "for technicians", "of the system"])
def test_a_comment_is_listed_once(helpdesk: Helpdesk, talk: Talk, name: str) -> None:
    _needs_administrator(helpdesk, unless=name == "plain")
    times = len(talk.all(name))
    if times != 1:
        violate("/*", "the comment once", f"{times} times")


@covers("JB-CMNT-021")
def test_a_comment_has_the_text_sent(talk: Talk) -> None:
    accepted(talk.posted["plain"])
    texts = "\n".join(str(item["Body"]) for item in talk.items)
    judge(texts, holding(talk.posted["plain"].sent["body"]), "/*/Body")


@covers("JB-CMNT-012")
def test_every_comment_is_of_the_ticket(talk: Talk) -> None:
    for item in talk.items:
        if "IssueID" in item:  # its absence breaks JB-CMNT-011
            judge(item["IssueID"], equal_to(talk.ticket), item.where("IssueID"))


@covers("JB-CMNT-022")
def test_a_comment_is_the_callers(helpdesk: Helpdesk, talk: Talk) -> None:
    item = talk.one("plain")
    me = caller_id(helpdesk, talk.posted["plain"].role)
    judge(item.get("UserID"), equal_to(me), item.where("UserID"))


@covers("JB-CMNT-003", "JB-CMNT-004", "JB-CMNT-005", "JB-CMNT-020")
@pytest.mark.parametrize(
    ("name", "member", "value", "requirement"),
    [
        ("plain", "ForTechsOnly", False, "JB-CMNT-003"),
        ("plain", "IsSystem", False, "JB-CMNT-020"),
        ("for technicians", "ForTechsOnly", True, "JB-CMNT-004"),
        ("of the system", "IsSystem", True, "JB-CMNT-005"),
    ],
)
def test_the_flags_are_those_sent_or_false(
    helpdesk: Helpdesk, talk: Talk, name: str, member: str, value: bool, requirement: str
) -> None:
    _needs_administrator(helpdesk, unless=name == "plain")
    if taken(talk.posted[name], requirement):
        item = talk.one(name)
        judge(item.get(member), equal_to(value), item.where(member), requirement)


@covers("JB-CMNT-007")
def test_an_administrator_comments_for_another(helpdesk: Helpdesk, talk: Talk) -> None:
    _needs_administrator(helpdesk)
    if taken(talk.posted["for another"]):
        item = talk.one("for another")
        judge(item.get("UserID"), equal_to(submitter(helpdesk).id), item.where("UserID"))


@covers("JB-CMNT-018")
def test_a_comment_is_answered_with_a_number(talk: Talk) -> None:
    text = accepted(talk.posted["plain"]).response
    body = text.text.strip().strip('"') if text is not None else ""
    number = int(body) if body.isdecimal() else None
    judge(number, a_positive_integer, "body", got=body or "nothing")


# Files and the ticket itself ----------------------------------------------------------------------


@covers("JB-CMNT-009", "JB-ATTA-008")
def test_a_file_of_a_comment_is_attached_to_the_ticket(helpdesk: Helpdesk, talk: Talk) -> None:
    name, content = f"{helpdesk.chance.mark}-comment.txt", b"with a comment\r\n\x00\xff"
    draft = with_file(helpdesk.draft("createComment", id=talk.ticket), name, content)
    file = File(helpdesk, talk.ticket, name, content, helpdesk.send(draft))
    if taken(file.sent, "JB-CMNT-009"):
        file.expect_listed("JB-CMNT-009")
        file.expect_bytes("JB-ATTA-008")


@covers("JB-CMNT-016")
def test_a_comment_does_not_set_the_last_update_back(helpdesk: Helpdesk) -> None:
    tag = fresh_tag(helpdesk)
    ticket = number_of(new_ticket(helpdesk, tags=tag))
    before = _last_update(helpdesk, ticket, tag)
    accepted(post(helpdesk, ticket))
    after = _last_update(helpdesk, ticket, tag)
    if after < before:
        violate("/*/LastUpdated", f"{before} or later", str(after))


def _last_update(helpdesk: Helpdesk, ticket: int, tag: str) -> datetime:
    listed = accepted(listing(listed_by_tag(helpdesk, tag), "IssueID"))
    item = listed.answer.find(IssueID=ticket)
    date = moment(item.get("LastUpdated")) if item is not None else None
    if date is None:
        raise PrerequisiteBroken("the list does not show when the ticket was updated")
    return date


@covers("JB-CMNT-017")
def test_a_comment_opens_a_closed_ticket_again(helpdesk: Helpdesk) -> None:
    ticket = new_ticket(helpdesk)
    close_quietly(helpdesk, ticket)
    accepted(post(helpdesk, number_of(ticket), fromUserId=submitter(helpdesk).id))
    read = read_ticket(helpdesk, ticket)
    judge(shown(read).get("StatusID"), different_from(CLOSED), "/StatusID")


# Other callers ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def of_user(helpdesk: Helpdesk) -> Made:
    return ticket_of_user(helpdesk, "with comments")


@covers("JB-CMNT-001", "JB-CMNT-022")
def test_a_user_comments_on_an_own_ticket(helpdesk: Helpdesk, of_user: Made) -> None:
    ticket = number_of(of_user)
    posted = {"own": post(helpdesk, ticket, USER)}
    if taken(posted["own"], "JB-CMNT-001"):
        item = Talk(ticket, posted, helpdesk.call("listComments", id=ticket)).one("own")
        me = equal_to(caller_id(helpdesk, USER))
        judge(item.get("UserID"), me, item.where("UserID"), "JB-CMNT-022")


@covers("JB-CMNT-015")
def test_a_user_does_not_see_what_is_for_technicians(helpdesk: Helpdesk, of_user: Made) -> None:
    ticket = number_of(of_user)
    able = ADMINISTRATOR if ADMINISTRATOR in helpdesk.target.credentials else TECHNICIAN
    posted = {
        "hidden": post(helpdesk, ticket, able, forTechsOnly="true"),
        "open": post(helpdesk, ticket, able),
    }
    listing = helpdesk.draft("listComments", id=ticket)
    seen = helpdesk.send(listing.by(USER))
    if Talk(ticket, posted, helpdesk.send(listing.by(able))).one("hidden"):
        talk = Talk(ticket, posted, seen)
        talk.one("open")
        if talk.all("hidden"):
            violate("/*", "no comment for technicians only", "it is there")


@covers("JB-CMNT-008")
@pytest.mark.parametrize("role", [USER, TECHNICIAN])
def test_nobody_else_comments_for_another(helpdesk: Helpdesk, of_user: Made, role: str) -> None:
    """Refused, or posted as if nobody had been named."""
    me, other = caller_id(helpdesk, role), number_of(submitter(helpdesk))
    ticket = number_of(of_user)
    posted = {"attempt": post(helpdesk, ticket, role, fromUserId=other)}
    if not posted["attempt"].succeeded:
        expect(served(posted["attempt"])).refused()
        return
    item = Talk(ticket, posted, helpdesk.call("listComments", id=ticket)).one("attempt")
    judge(item.get("UserID"), equal_to(me), item.where("UserID"))
