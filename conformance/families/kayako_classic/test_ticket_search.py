"""Search for tickets: what each of the eleven flags searches and what it leaves out
(POST /Tickets/TicketSearch, page "REST - TicketSearch").

A fresh word stands in one place only; the flag of that place has to find the ticket, other flags
must not. Only the run's own ticket is looked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.matchers import equal_to, not_empty
from conformance.engine.shared import once
from conformance.families.kayako_classic.prerequisites import aimed, readable
from conformance.families.kayako_classic.ticketwork import as_shown, posts_of

#: Seconds a server gets to bring its index up to date.
PATIENCE = 15.0
#: Seconds for every other area, once the contents are found.
LAG = 1.0
FLAGS = (
    "ticketid", "contents", "author", "email", "creatoremail", "fullname", "notes", "usergroup",
    "userorganization", "user", "tags",
)  # fmt: skip
#: Flag, and the place of a word that it has to find.
FOUND = (
    ("ticketid", "number"), ("author", "creator name"), ("author", "creator address"),
    ("email", "creator address"), ("email", "post address"), ("creatoremail", "creator address"),
    ("fullname", "creator name"), ("notes", "note"), ("usergroup", "group"),
    ("userorganization", "organisation"), ("user", "user name"), ("user", "user address"),
)  # fmt: skip
#: Flags, and the place of a word that none of them must find. Tags cannot be given over the API.
PASSED_OVER = (
    (("ticketid", "author", "email", "notes", "tags"), "contents"),
    (("contents",), "note"),
    (("creatoremail",), "post address"),
    (("fullname",), "creator address"),
    (("usergroup",), "organisation"),
    (("userorganization", "user"), "group"),
)


@dataclass(frozen=True)
class Library:
    """A ticket, and the word that stands in each place around it."""

    helpdesk: Helpdesk
    ticket: Made
    words: Mapping[str, str]

    def search(
        self, place: str, on: Iterable[str], off: Iterable[str] = (), ending: str = ""
    ) -> Exchange:
        """Search for the word of a place with these flags. Raises PrerequisiteBroken where
        nothing could be written there."""
        if place not in self.words:
            raise PrerequisiteBroken(f"the helpdesk took no {place}")
        flags = {**dict.fromkeys(on, 1), **dict.fromkeys(off, 0)}
        query = self.words[place] + ending
        return aimed(self.helpdesk, "searchTickets", query=query, **flags)

    def by_flag(self, flag: str, place: str) -> Exchange:
        """The search for the word of a place with one flag, sent once. Raises as `search` does."""
        # Clients leave the other flags out or send 0: both mean off, so every second one sends it.
        others = [other for other in FLAGS if other != flag] if FLAGS.index(flag) % 2 else []
        search = partial(self.search, place, [flag], off=others, ending=ending(place))
        key = f"search for ticket {self.ticket.id}: {flag} {place}"
        return once(
            self.helpdesk, key, lambda: self.helpdesk.chance.poll(search, self.is_found, LAG)
        )

    @property
    def number(self) -> int | str:
        return as_shown(self.ticket.id)

    def is_found(self, exchange: Exchange) -> bool:
        return exchange.answer.find(id=self.number) is not None

    def needs(self, flag: str, place: str) -> None:
        """Raises PrerequisiteBroken where not even this flag alone finds the word."""
        if not self.is_found(self.by_flag(flag, place)):
            raise PrerequisiteBroken(f"the flag {flag} alone does not find the ticket either")


@pytest.fixture(scope="module")
def library(helpdesk: Helpdesk) -> Library:
    chance, mark = helpdesk.chance, helpdesk.chance.mark
    words = {place: chance.word() for _, place in (*FOUND, *PASSED_OVER) if place != "number"}
    user = helpdesk.make(
        "user",
        fullname=f"{mark} {words['user name']}",
        email=f"{words['user address']}@example.com",
        usergroupid=helpdesk.make("usergroup", title=f"{mark} {words['group']}").id,
        userorganizationid=helpdesk.make(
            "userorganization", name=f"{mark} {words['organisation']}"
        ).id,
    )
    replier = helpdesk.make("user", email=f"{words['post address']}@example.com")
    ticket = helpdesk.make(
        "ticket",
        userid=user.id,
        fullname=f"{mark} {words['creator name']}",
        email=f"{words['creator address']}@example.com",
        contents=f"{mark} wrote {words['contents']} in the ticket",
    )
    helpdesk.make("note", ticketid=ticket.id, contents=f"{mark} noted {words['note']} on it")
    post = helpdesk.draft("createTicketPost", ticketid=ticket.id, userid=replier.id)
    if not helpdesk.send(post.without("staffid"), "prerequisite").succeeded:
        del words["post address"]
    if str(user["userorganizationid"]) != user.exchange.sent["userorganizationid"]:
        del words["organisation"]  # a new user is in none
    words |= {
        "number": ticket.id,
        "mask": str(ticket.values.get("displayid", "")),
        "nowhere": chance.word(),
    }
    return Library(helpdesk, ticket, words)


@pytest.fixture(scope="module")
def first(library: Library) -> Exchange:
    """The first search, right after the ticket was made."""
    return served(library.search("contents", ["contents"]))


@pytest.fixture(scope="module")
def at_once(library: Library, first: Exchange) -> Exchange:
    """A search at that time that finds the ticket, in its contents or else by its id."""
    if library.is_found(first):
        return first
    by_id = library.search("number", ["ticketid"])
    return by_id if library.is_found(by_id) else first


@pytest.fixture(scope="module")
def by_contents(library: Library, first: Exchange, at_once: Exchange) -> Exchange:
    """The first search, after the server had time to bring its index up to date."""
    if library.is_found(at_once):
        return first
    search = partial(library.search, "contents", ["contents"])
    return library.helpdesk.chance.poll(search, library.is_found, PATIENCE)


@pytest.fixture(scope="module")
def hits(library: Library, by_contents: Exchange, at_once: Exchange) -> Exchange:
    """A search that found the ticket. Raises PrerequisiteBroken where none did."""
    for exchange in (by_contents, at_once):
        if library.is_found(exchange):
            return exchange
    raise PrerequisiteBroken("the ticket is not found, neither by its contents nor by its id")


@pytest.fixture(scope="module")
def indexed(library: Library, hits: Exchange) -> Library:
    """The library, when it can be searched as well as it ever will."""
    del hits
    return library


def ending(place: str) -> str:
    """What has to follow the word: no page says that a part of an address is found."""
    return "@example.com" if place.endswith("address") else ""


@covers("KC-TSE-012")
def test_a_ticket_is_found_right_after_it_was_created(library: Library, at_once: Exchange) -> None:
    expect(at_once).lists(id=library.number)


@covers("KC-TSE-006")
def test_a_ticket_is_found_by_its_mask(indexed: Library) -> None:
    if not indexed.words["mask"]:
        omit("the ticket shows no mask")
    expect(indexed.search("mask", ["ticketid"])).lists(id=indexed.number)


@covers("KC-TSE-009")
@pytest.mark.parametrize(("flag", "place"), FOUND)
def test_a_flag_finds_what_stands_in_its_area(indexed: Library, flag: str, place: str) -> None:
    expect(indexed.by_flag(flag, place)).lists(id=indexed.number)


@covers("KC-TSE-009")
def test_the_flag_contents_finds_what_a_post_says(indexed: Library, by_contents: Exchange) -> None:
    expect(by_contents).lists(id=indexed.number)


@covers("KC-TSE-009")
@pytest.mark.parametrize(("flags", "place"), PASSED_OVER, ids=[p for _, p in PASSED_OVER])
def test_flags_pass_over_what_stands_elsewhere(
    indexed: Library, flags: tuple[str, ...], place: str
) -> None:
    expect(readable(indexed.search(place, flags, ending=ending(place)))).lacks(id=indexed.number)


@covers("KC-TSE-003")
def test_a_flag_of_value_0_does_not_count(indexed: Library) -> None:
    by_notes = readable(indexed.search("contents", ["notes"], off=["contents"]))
    expect(by_notes).lacks(id=indexed.number)


@covers("KC-TSE-004")
def test_several_flags_search_several_areas(indexed: Library) -> None:
    # That the first of them counts shows when all are sent at once.
    indexed.needs("notes", "note")
    expect(indexed.search("note", ["contents", "notes"])).lists(id=indexed.number)


@covers("KC-TSE-010", "KC-TSE-004")
def test_all_flags_at_once_are_accepted(indexed: Library) -> None:
    everywhere = indexed.search("organisation", FLAGS)
    if expect(everywhere, "KC-TSE-010").success().kept:
        indexed.needs("userorganization", "organisation")
        expect(everywhere, "KC-TSE-004").lists(id=indexed.number)


@covers("KC-TSE-001", "KC-TSE-007", "KC-PROTO-021")
def test_no_hit_is_an_empty_root(indexed: Library) -> None:
    nothing = indexed.search("nowhere", ["contents", "notes"])
    if expect(nothing, "KC-TSE-001", "KC-TSE-007", "KC-PROTO-021").status(200).kept:
        expect(nothing, "KC-TSE-007", "KC-PROTO-021").count(equal_to(0))


@covers("KC-TSE-005")
@pytest.mark.parametrize("member", ["displayid", "departmentid", "subject", "email"])
def test_a_hit_is_the_ticket_with_its_members(
    library: Library, hits: Exchange, member: str
) -> None:
    written = library.ticket.values.get(member)
    if written is None:
        omit(f"the ticket shows no {member}")
    expect(hits).item_where(member, equal_to(written), id=library.number)


@covers("KC-TSE-011")
def test_a_hit_carries_the_posts_of_the_ticket(library: Library, hits: Exchange) -> None:
    expect(hits).item_where("posts", not_empty, id=library.number)
    hit = hits.answer.find(id=library.number)
    if hit is not None:
        texts = [str(post["contents"]) for post in posts_of(hit) if "contents" in post]
        if posts_of(hit) and not texts:
            raise PrerequisiteBroken("the posts of the hit show no contents")
        there = any(library.words["contents"] in text for text in texts)
        judge(there, equal_to(True), hit.where("posts"), got=f"{len(texts)} posts without the word")


@covers("KC-PROTO-044")
def test_the_organisation_a_ticket_names_can_be_read(library: Library, hits: Exchange) -> None:
    hit = hits.answer.find(id=library.number)
    named = hit.get("userorganizationid") if hit is not None else None
    if not named:
        omit("the ticket shows no organisation")
    read = aimed(library.helpdesk, "getUserOrganization", id=named)
    expect(read).item("id", equal_to(named))
