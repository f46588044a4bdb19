"""Searching users (POST /Base/UserSearch, known from client libraries)."""

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, violate
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.judging import judge_answer
from conformance.engine.matchers import equal_to
from conformance.engine.shared import once
from conformance.families.kayako_classic.prerequisites import aimed, readable

#: Seconds that a server may take to find what is new.
_PATIENCE = 5


@pytest.fixture(scope="module")
def sought(helpdesk: Helpdesk) -> Made:
    """A user with a word of its own in everything that can be searched."""
    chance = helpdesk.chance
    organization = helpdesk.make("userorganization", name=f"{chance.mark} {chance.word()}")
    group = helpdesk.make("usergroup", title=f"{chance.mark} {chance.word()}")
    made = helpdesk.make(
        "user",
        fullname=f"{chance.mark} {chance.word()}",
        email=f"{chance.word()}@{chance.word()}.example.com",
        phone=str(chance.number(10**10, 10**11)),
        salutation="Ms.",
        userorganizationid=organization.id,
        usergroupid=group.id,
    )
    made.values["organisation name"] = organization["name"]
    made.values["user group"] = group["title"]
    return made


def search(helpdesk: Helpdesk, query: str) -> Exchange:
    return aimed(helpdesk, "searchUsers", query=query)


def found_by(helpdesk: Helpdesk, sought: Made, field: str) -> Exchange:
    """The search for what the user alone has in that field, repeated while it finds nothing."""

    def patiently() -> Exchange:
        words = str(sought.exchange.sent.get(field, sought.values.get(field)))
        return helpdesk.chance.poll(
            lambda: search(helpdesk, words.split()[-1]),
            lambda exchange: exchange.answer.find(id=int(sought.id)) is not None,
            _PATIENCE,
        )

    return once(helpdesk, f"user {sought.id} by {field}", patiently)


@covers("KC-USE-001")
@pytest.mark.parametrize("field", ["email", "fullname", "phone", "organisation name", "user group"])
def test_a_user_is_found_by(helpdesk: Helpdesk, sought: Made, field: str) -> None:
    shown = {"organisation name": "userorganizationid", "user group": "usergroupid"}.get(
        field, field
    )
    if shown != "email" and str(sought[shown]) != str(sought.exchange.sent[shown]):
        raise PrerequisiteBroken(f"the user does not show the {shown} it was made with")
    expect(found_by(helpdesk, sought, field)).success().lists(id=int(sought.id))


@pytest.fixture(scope="module")
def vain(helpdesk: Helpdesk) -> Exchange:
    """A search for a word that nobody has."""
    return search(helpdesk, helpdesk.chance.word(20))


@covers("KC-USE-001", "KC-PROTO-021")
def test_a_search_in_vain_brings_a_bare_root(vain: Exchange) -> None:
    expect(vain, "KC-USE-001").success()
    expect(readable(vain), "KC-USE-001", "KC-PROTO-021").count(equal_to(0))


@covers("KC-USE-002")
def test_a_search_in_vain_answers_with_the_root_of_users(vain: Exchange) -> None:
    judge(readable(vain).answer.root, equal_to("users"), "root element")


@covers("KC-USE-002", "KC-USE-003")
def test_a_hit_has_the_shape_of_a_read(helpdesk: Helpdesk, sought: Made) -> None:
    """What a hit shows of a user is what the user's own resource shows."""
    found = readable(found_by(helpdesk, sought, "email"))
    read = aimed(helpdesk, "getUser", id=sought.id)
    hit, stored = found.answer.find(id=int(sought.id)), read.answer.item
    if hit is None or stored is None:
        raise PrerequisiteBroken("the search does not find the user, or the user cannot be read")
    for member in ("fullname", "email", "phone", "usergroupid", "userorganizationid"):
        if member in stored and member not in hit:
            place = hit.where(member)
            violate(place, "the member", "no such member", "KC-USE-002", "KC-USE-003")
        else:
            judge(hit.get(member), equal_to(stored.get(member)), hit.where(member), "KC-USE-003")
    for broken in judge_answer(helpdesk.spec, found.answer):
        violate(broken.where, broken.promised, broken.got, "KC-USE-002", "KC-USE-003")
