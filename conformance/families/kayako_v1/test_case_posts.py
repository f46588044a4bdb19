"""Posts of cases: replies, what they carry, and the pages of a list that has cursors (page
"Cases"; chapter "Pagination")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.matchers import at_most, containing, equal_to
from conformance.engine.shared import accepted, readable
from conformance.families.kayako_v1.asking import (
    envelope,
    errors_of,
    expect_refusal,
    item_of,
    taken,
    with_arguments,
)
from conformance.families.kayako_v1.cases import ids_of

_REPLIES = 4


def _reply(helpdesk: Helpdesk, case: Made, **fields: Any) -> Exchange:
    return helpdesk.send(_replying(helpdesk, case, **fields))


def _replying(helpdesk: Helpdesk, case: Made, **fields: Any) -> Draft:
    return helpdesk.draft("replyToCase", id=case.id, **fields)


def _posts(helpdesk: Helpdesk, case: Made, **arguments: Any) -> Exchange:
    """A list of posts, without what the good request would do before."""
    return helpdesk.send(Draft(helpdesk.spec["listCasePosts"]).having(id=case.id, **arguments))


def _post(helpdesk: Helpdesk, reply: Exchange, **arguments: Any) -> Exchange:
    """The post that a reply has made, read by its id."""
    post = helpdesk.made_by(reply).id
    return readable(helpdesk.call("getCasePost", id=post, **arguments))


@dataclass(frozen=True)
class Thread:
    """A case with several posts: what each reply has sent, and the ids of all in their order."""

    case: Made
    contents: tuple[str, ...]
    listed: Exchange

    @property
    def ids(self) -> list[str]:
        return ids_of(self.listed)


@pytest.fixture(scope="module")
def thread(helpdesk: Helpdesk) -> Thread:
    case = helpdesk.make("case")
    contents = tuple(helpdesk.chance.fill("{mark} {word}") for _ in range(_REPLIES))
    for text in contents:
        accepted(_reply(helpdesk, case, contents=text))
    return Thread(case, contents, readable(_posts(helpdesk, case, limit=50)))


@pytest.fixture(scope="module")
def long(thread: Thread) -> Thread:
    """The thread, for checks of pages; skips where it is too short for them."""
    if len(set(thread.ids)) < _REPLIES:
        skip(f"the list shows fewer than {_REPLIES} posts")
    return thread


# Replies ----------------------------------------------------------------------------------------


@covers("KV-REQ-001")
def test_replies_stand_in_the_list(thread: Thread) -> None:
    shown = [str(item.get("contents")) for item in thread.listed.answer.items]
    for text in thread.contents:
        if not any(text in contents for contents in shown):
            violate("/data/*/contents", f"the reply {text}", "it is not there")


@covers("KV-REQ-001")
def test_a_reply_is_read_by_its_id(helpdesk: Helpdesk) -> None:
    text = helpdesk.chance.fill("{mark} {word}")
    reply = accepted(_reply(helpdesk, helpdesk.make("case"), contents=text))
    expect(_post(helpdesk, reply)).item("contents", containing(text))


@covers("KV-ENV-011")
def test_the_address_of_a_post_is_that_of_posts(helpdesk: Helpdesk) -> None:
    read = _post(helpdesk, accepted(_reply(helpdesk, helpdesk.make("case"))))
    item = item_of(read)
    url = item.get("resource_url")
    if not isinstance(url, str):
        skip("the post shows no address")
    path = f"/api/v1/cases/posts/{item.get('id')}"
    judge(url[-len(path) :], equal_to(path), "/data/resource_url", got=url)


@covers("KV-PART-012")
def test_a_reply_shows_what_include_names(helpdesk: Helpdesk) -> None:
    text = helpdesk.chance.fill("{mark} {word}")
    draft = _replying(helpdesk, helpdesk.make("case"), contents=text)
    exchange = helpdesk.send(with_arguments(draft, {"include": "post,case"}))
    if not taken(exchange):
        return
    item = item_of(readable(exchange))
    posts = item.get("posts")
    shown = [p.get("contents") for p in posts if isinstance(p, Mapping)] if posts else []
    if not any(text in str(contents) for contents in shown):
        violate("/data/posts/*/contents", text, f"{shown}")
    case = item.get("case")
    if not isinstance(case, Mapping) or "subject" not in case:
        violate("/data/case/subject", "the case in full", "no such member")


@covers("KV-OPT-006")
def test_keys_of_metadata_keep_their_letters(helpdesk: Helpdesk) -> None:
    draft = _replying(helpdesk, helpdesk.make("case"))
    reply = accepted(helpdesk.send(draft.having({"metadata[user_agent]": helpdesk.chance.mark})))
    plain = item_of(_post(helpdesk, reply)).get("metadata")
    if not isinstance(plain, Mapping) or "user_agent" not in plain:
        omit("a post does not show the metadata it was given")
    camel = item_of(_post(helpdesk, reply, _case="camel")).get("metadata")
    judge(camel, equal_to(plain), "/data/metadata")


# Files ------------------------------------------------------------------------------------------


@covers("KV-FUP-004", "KV-FUP-007")
def test_a_stored_file_is_attached_to_two_replies(helpdesk: Helpdesk) -> None:
    file, case = helpdesk.make("file"), helpdesk.make("case")
    for requirement in ("KV-FUP-004", "KV-FUP-007"):
        exchange = _reply(helpdesk, case, attachment_file_ids=file.id)
        if not taken(exchange, requirement):
            return
        attached = item_of(_post(helpdesk, exchange)).get("attachments")
        names = [a.get("name") for a in attached or [] if isinstance(a, Mapping)]
        if not judge(names, containing(file["name"]), "/data/attachments/*/name", requirement):
            return


# Pages by cursor --------------------------------------------------------------------------------


@covers("KV-PAGE-008")
@pytest.mark.parametrize("limit", [1, 2])
def test_a_page_has_at_most_its_limit(helpdesk: Helpdesk, long: Thread, limit: int) -> None:
    exchange = _posts(helpdesk, long.case, limit=limit)
    if taken(exchange):
        judge(envelope(exchange).get("limit"), equal_to(limit), "/limit")
        expect(exchange).count(at_most(limit))


@covers("KV-PAGE-003")
@pytest.mark.parametrize("place", [1, 2])
@pytest.mark.parametrize("cursor", ["before_id", "after_id"])
def test_a_cursor_parts_the_list(helpdesk: Helpdesk, long: Thread, cursor: str, place: int) -> None:
    """Before and after follow the order of the list, which is that of its first page."""
    exchange = _posts(helpdesk, long.case, limit=50, **{cursor: long.ids[place]})
    if taken(exchange):
        wanted = long.ids[:place] if cursor == "before_id" else long.ids[place + 1 :]
        judge(ids_of(readable(exchange)), equal_to(wanted), "/data/*/id")


@covers("KV-PAGE-003")
@pytest.mark.parametrize("cursor", ["before_id", "after_id"])
def test_there_is_nothing_past_an_end(helpdesk: Helpdesk, long: Thread, cursor: str) -> None:
    end = long.ids[0] if cursor == "before_id" else long.ids[-1]
    exchange = _posts(helpdesk, long.case, **{cursor: end})
    if taken(exchange):
        judge(ids_of(readable(exchange)), equal_to([]), "/data/*/id")


@covers("KV-PAGE-011")
def test_pages_show_every_post_once(helpdesk: Helpdesk, long: Thread) -> None:
    page = ids_of(readable(_posts(helpdesk, long.case, limit=2)))
    shown = list(page)
    while page and len(shown) <= len(long.ids):
        page = ids_of(readable(_posts(helpdesk, long.case, limit=2, after_id=page[-1])))
        shown += page
    judge(shown, equal_to(long.ids), "/data/*/id of all pages")


@covers("KV-PAGE-012")
@pytest.mark.parametrize("cursor", ["before_id", "after_id"])
def test_a_cursor_may_be_an_id_of_no_post(helpdesk: Helpdesk, long: Thread, cursor: str) -> None:
    taken(_posts(helpdesk, long.case, **{cursor: helpdesk.chance.unissued_id()}))


@covers("KV-ERR-008")
def test_two_cursors_exclude_each_other(helpdesk: Helpdesk, long: Thread) -> None:
    """The page says they do not go together; not that both are refused."""
    both = {"after_id": long.ids[0], "before_id": long.ids[-1]}
    draft = Draft(helpdesk.spec["listCasePosts"]).having(id=long.case.id, **both)
    exchange = helpdesk.send(draft, "negative")
    if exchange.succeeded:
        omit("both cursors are accepted in one request")
    if expect_refusal(exchange, 400, "ONE_FIELD_EXPECTED"):
        named = [e.get("parameters") for e in errors_of(exchange) if "parameters" in e]
        told = {str(name) for names in named if isinstance(names, list) for name in names}
        judge(sorted(told & both.keys()), equal_to(sorted(both)), "/errors/*/parameters")
