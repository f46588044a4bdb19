"""Tags of a ticket: new ones, old ones, one that is there already (section "TagTicket (POST)")."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from conformance.engine import Exchange, Helpdesk, covers, judge, violate
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import containing
from conformance.families.jitbit.prerequisites import accepted, taken
from conformance.families.jitbit.ticketwork import (
    fresh_tag,
    new_ticket,
    read_ticket,
    shown,
    tag_names,
)


@dataclass(frozen=True)
class Tagging:
    """A ticket with one tag that gets a new one, one of another ticket, and that again."""

    first: str
    new: str
    old: str
    calls: Mapping[str, Exchange]
    reads: Mapping[str, Exchange]

    def names(self, after: str) -> list[str]:
        """The tags of the ticket after a call. Raises PrerequisiteBroken where it was refused."""
        accepted(self.calls[after])
        return tag_names(shown(self.reads[after]))


@pytest.fixture(scope="module")
def tagging(helpdesk: Helpdesk) -> Tagging:
    first, new, old = (fresh_tag(helpdesk) for _ in range(3))
    new_ticket(helpdesk, tags=old)
    ticket = new_ticket(helpdesk, tags=first).id
    calls, reads = {}, {}
    for name, tag in (("new", new), ("old", old), ("again", old)):
        calls[name] = helpdesk.call("tagTicket", name=tag, ticketId=ticket)
        reads[name] = read_ticket(helpdesk, ticket)
    return Tagging(first, new, old, calls, reads)


@covers("JB-TAGS-001", "JB-TAGS-002")
@pytest.mark.parametrize("name", ["new", "old"])
def test_a_tag_is_added(tagging: Tagging, name: str) -> None:
    ids = ("JB-TAGS-001", "JB-TAGS-002")
    if taken(tagging.calls[name], *ids):
        tag = tagging.new if name == "new" else tagging.old
        judge(tagging.names(name), containing(tag), "/Tags/*/Name", *ids)


@covers("JB-TAGS-003")
def test_the_other_tags_stay(tagging: Tagging) -> None:
    judge(tagging.names("new"), containing(tagging.first), "/Tags/*/Name")
    added = [tag for tag in (tagging.first, tagging.new) if tag in tagging.names("new")]
    for tag in added:
        judge(tagging.names("old"), containing(tag), "/Tags/*/Name")


@covers("JB-TAGS-004")
def test_a_tag_added_twice_is_there_once(tagging: Tagging) -> None:
    if taken(tagging.calls["again"]):
        times = tagging.names("again").count(tagging.old)
        if not times:
            raise PrerequisiteBroken("a tag that is added is not there at all")
        if times != 1:
            violate("/Tags/*/Name", f"{tagging.old} once", f"{times} times")
