"""What is said about an organization: notes, the posts they are shown as, tags (page
"Organizations")."""

from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, skip
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import containing, equal_to
from conformance.engine.shared import accepted, readable
from conformance.families.kayako_v1.asking import envelope, taken
from conformance.families.kayako_v1.listings import (
    falling,
    ids_of,
    judge_choice,
    not_rising,
    texts_of,
)

#: Longer than the smallest step of a time in an answer.
_A_MOMENT = 1.1


def _text(helpdesk: Helpdesk) -> str:
    return helpdesk.chance.fill("{mark} {word}")


# Notes ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def notes(helpdesk: Helpdesk) -> list[Made]:
    """Three notes of an organization, in the order in which they were made; the first is pinned."""
    organization = helpdesk.make("organization")
    made = []
    for _ in range(3):
        made.append(helpdesk.make("organization_note", organization=organization.id))
        helpdesk.chance.sleep(_A_MOMENT)
    pinned = {"organization": organization.id, "note": made[0].id, "is_pinned": "true"}
    accepted(helpdesk.call("updateOrganizationNote", **pinned))
    return made


def _listed(helpdesk: Helpdesk, notes: list[Made], **arguments: Any) -> Exchange:
    organization = notes[0].exchange.sent["organization"]
    return helpdesk.call("listOrganizationNotes", organization=organization, **arguments)


@covers("KV-ORG-030")
def test_the_latest_note_comes_first(helpdesk: Helpdesk, notes: list[Made]) -> None:
    listed = readable(_listed(helpdesk, notes))
    judge(texts_of(listed, "created_at"), not_rising, "/data/*/created_at")
    wanted = [made.id for made in reversed(notes)]
    judge(list(map(str, ids_of(listed))), equal_to(wanted), "/data/*/id")


@covers("KV-ORG-030")
@pytest.mark.parametrize("pinned", [True, False])
def test_notes_are_chosen_by_being_pinned(
    helpdesk: Helpdesk, notes: list[Made], pinned: bool
) -> None:
    first = readable(_listed(helpdesk, notes)).answer.find(id=int(notes[0].id))
    if first is None or not first.get("is_pinned"):
        raise PrerequisiteBroken("a note is not pinned")
    chosen = notes[:1] if pinned else notes[1:]
    exchange = _listed(helpdesk, notes, is_pinned=str(pinned).lower())
    if taken(exchange):
        judge_choice(exchange, [made.id for made in chosen], "KV-ORG-030", "KV-ORG-030")


@covers("KV-REQ-001")
def test_a_pinned_note_is_shown_as_such(helpdesk: Helpdesk, notes: list[Made]) -> None:
    listed = readable(_listed(helpdesk, notes))
    for made, pinned in zip(notes[:2], (True, False), strict=True):
        expect(listed).item_where("is_pinned", equal_to(pinned), id=int(made.id))


@covers("KV-ORG-031", "KV-REQ-001")
def test_a_note_is_read_as_made(helpdesk: Helpdesk) -> None:
    organization, text = helpdesk.make("organization"), _text(helpdesk)
    exchange = helpdesk.call("createOrganizationNote", organization=organization.id, contents=text)
    if not taken(exchange, "KV-ORG-031"):
        return
    if expect(readable(exchange), "KV-ORG-031").item("body_text", containing(text)).kept:
        made = helpdesk.made_by(exchange)
        read = helpdesk.call("getOrganizationNote", organization=organization.id, note=made.id)
        expect(readable(read), "KV-REQ-001").item("body_text", containing(text))


@covers("KV-ORG-031")
def test_a_note_in_html_keeps_its_words(helpdesk: Helpdesk) -> None:
    organization, text = helpdesk.make("organization"), _text(helpdesk)
    contents = {"contents": f"<p><strong>{text}</strong></p>", "is_html": "true"}
    exchange = helpdesk.call("createOrganizationNote", organization=organization.id, **contents)
    if taken(exchange):
        expect(readable(exchange)).item("body_html", containing(text))


# Posts ------------------------------------------------------------------------------------------


def _posts(helpdesk: Helpdesk, notes: list[Made], **arguments: Any) -> Exchange:
    organization = notes[0].exchange.sent["organization"]
    return helpdesk.call("listOrganizationPosts", organization=organization, **arguments)


@covers("KV-ORG-032")
def test_the_latest_post_comes_first(helpdesk: Helpdesk, notes: list[Made]) -> None:
    listed = readable(_posts(helpdesk, notes))
    judge(ids_of(listed), falling, "/data/*/id")


@covers("KV-ORG-032")
@pytest.mark.parametrize(("name", "start", "end"), [("after_id", 2, 3), ("before_id", 0, 1)])
def test_a_cursor_stands_beside_its_page_of_posts(
    helpdesk: Helpdesk, notes: list[Made], name: str, start: int, end: int
) -> None:
    """The place of the cursor counts: what comes after a post in the list is older than it."""
    ids = ids_of(readable(_posts(helpdesk, notes)))
    if len(ids) != len(notes):
        skip("the notes of the organization are not its posts")
    if taken(exchange := _posts(helpdesk, notes, **{name: ids[1]})):
        judge(ids_of(exchange), equal_to(ids[start:end]), "/data/*/id")


# Tags -------------------------------------------------------------------------------------------


def _tags(helpdesk: Helpdesk, count: int) -> list[str]:
    return sorted(f"{helpdesk.chance.mark}{helpdesk.chance.word()}" for _ in range(count))


def _names(exchange: Exchange) -> list[str]:
    return sorted(texts_of(readable(exchange), "name"))


def _judge_tags(exchange: Exchange, tags: list[str], requirement: str) -> None:
    """Hold the tags in an answer and their count against those that there are."""
    judge(_names(exchange), equal_to(tags), "/data/*/name", requirement)
    count = envelope(exchange).get("total_count")
    judge(count, equal_to(len(exchange.answer.items)), "/total_count", requirement)


def _judge_gone(helpdesk: Helpdesk, organization: Made, gone: list[str]) -> None:
    """Look at all tags once more, which the answer to another one shows."""
    (more,) = _tags(helpdesk, 1)
    exchange = helpdesk.call("addOrganizationTags", id=organization.id, tags=more)
    left = sorted(set(gone) & set(_names(accepted(exchange))))
    judge(left, equal_to([]), "tags in /data that were taken away", "KV-ORG-025")


@covers("KV-ORG-024")
def test_tags_are_added(helpdesk: Helpdesk) -> None:
    organization, tags = helpdesk.make("organization"), _tags(helpdesk, 2)
    exchange = helpdesk.call("addOrganizationTags", id=organization.id, tags=",".join(tags))
    if taken(exchange):
        _judge_tags(exchange, tags, "KV-ORG-024")


@covers("KV-ORG-024", "KV-ORG-025")
def test_added_tags_stand_beside_the_old_ones(helpdesk: Helpdesk) -> None:
    """What is left after the removal of the new tag shows whether the old ones had stayed."""
    organization = helpdesk.make("organization")
    *old, new = _tags(helpdesk, 3)
    accepted(helpdesk.call("addOrganizationTags", id=organization.id, tags=",".join(old)))
    accepted(helpdesk.call("addOrganizationTags", id=organization.id, tags=new))
    draft = helpdesk.draft("removeOrganizationTags", id=organization.id, tags=new)
    if taken(exchange := helpdesk.send(draft), "KV-ORG-025"):
        judge(_names(exchange), equal_to(old), "/data/*/name", "KV-ORG-024")


@covers("KV-ORG-025")
def test_tags_are_replaced(helpdesk: Helpdesk) -> None:
    organization = helpdesk.make("organization")
    old, new = _tags(helpdesk, 2), _tags(helpdesk, 2)
    accepted(helpdesk.call("addOrganizationTags", id=organization.id, tags=",".join(old)))
    for tags in (new, [*old[:1], *new[:1]]):
        sent = ",".join(tags)
        exchange = helpdesk.call("replaceOrganizationTags", id=organization.id, tags=sent)
        if taken(exchange):
            _judge_tags(exchange, sorted(tags), "KV-ORG-025")
    _judge_gone(helpdesk, organization, [old[1], new[1]])


@covers("KV-ORG-025")
def test_tags_are_removed(helpdesk: Helpdesk) -> None:
    organization = helpdesk.make("organization")
    *gone, left = _tags(helpdesk, 3)
    sent = ",".join((*gone, left))
    accepted(helpdesk.call("replaceOrganizationTags", id=organization.id, tags=sent))
    draft = helpdesk.draft("removeOrganizationTags", id=organization.id, tags=",".join(gone))
    if taken(exchange := helpdesk.send(draft)):
        _judge_tags(exchange, [left], "KV-ORG-025")
        _judge_gone(helpdesk, organization, gone)
