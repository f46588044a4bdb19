"""Knowledge base: articles made, read and listed (sections "Articles", "Article",
"Article (POST)"). No article can be removed, so few are made."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, violate
from conformance.engine.answer import Item
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.matchers import a_positive_integer, containing, equal_to
from conformance.engine.shared import once
from conformance.families.jitbit.people import accepted, aim, aimed, item_of, new_id, readable, who


@dataclass(frozen=True)
class Published:
    """An article made, and read alone."""

    created: Exchange
    read: Exchange

    @property
    def id(self) -> int:
        return new_id(self.created)


def _published(helpdesk: Helpdesk, created: Exchange) -> Published:
    return Published(created, aimed(helpdesk, "getArticle", id=new_id(created)))


@pytest.fixture(scope="module")
def article(helpdesk: Helpdesk) -> Published:
    """The article of the good request."""
    return once(helpdesk, "article", lambda: _published(helpdesk, helpdesk.good("createArticle")))


@pytest.fixture(scope="module")
def hidden(helpdesk: Helpdesk) -> Published:
    """An article for technicians only."""
    return _published(helpdesk, helpdesk.call("createArticle", forTechsOnly="true"))


@pytest.fixture(scope="module")
def listed(helpdesk: Helpdesk, article: Published, hidden: Published) -> Exchange:
    """The whole list, with both articles in it."""
    del article, hidden
    return aimed(helpdesk, "listArticles")


def _entry(exchange: Exchange, article: Published) -> Item:
    """The article in a list. Raises PrerequisiteBroken where it is not listed."""
    found = readable(exchange).answer.find(ArticleId=article.id)
    if found is None:
        raise PrerequisiteBroken("the list of articles lacks the article of the run")
    return found


# Creating and reading ---------------------------------------------------------------------------


@covers("JB-KBAS-009")
def test_creating_an_article_answers_its_id(article: Published) -> None:
    expect(article.created).success().value(a_positive_integer)


@covers("JB-KBAS-007")
def test_the_article_asked_for_is_shown(article: Published) -> None:
    expect(article.read).item("ArticleId", equal_to(article.id))


@covers("JB-KBAS-010")
def test_a_new_article_is_read_as_written(article: Published) -> None:
    sent = accepted(article.created).sent
    expect(served(article.read)).success()
    expect(article.read).item("Subject", equal_to(sent["subject"]))
    expect(article.read).item("Body", containing(sent["body"]))


@covers("JB-KBAS-006")
def test_an_article_is_read_with_its_text(article: Published) -> None:
    if not isinstance(item_of(article.read).get("Body"), str):
        violate("/Body", "the text of the article", "no text")


@covers("JB-KBAS-011")
def test_an_article_for_technicians_is_kept_as_such(article: Published, hidden: Published) -> None:
    accepted(article.created)
    if expect(hidden.created).success().kept:
        expect(hidden.read).item("ForTechsOnly", equal_to(True))
    expect(article.read).item("ForTechsOnly", equal_to(False))


@covers("JB-KBAS-019")
def test_an_article_is_taken_as_parts_without_a_file(
    helpdesk: Helpdesk, article: Published
) -> None:
    accepted(article.created)
    draft = helpdesk.draft("createArticle").with_options(multipart=True)
    created = helpdesk.send(draft)
    if expect(created).success().kept:
        read = _published(helpdesk, created).read
        expect(read).item("Subject", equal_to(draft.sent["subject"]))


@covers("JB-KBAS-014")
def test_an_article_read_alone_has_no_url_id(article: Published) -> None:
    expect(article.read).item("UrlId", equal_to(None))


@covers("JB-RESP-015")
def test_the_moments_of_an_article_have_no_zone(article: Published) -> None:
    item = item_of(article.read)
    moment = str(item.get("DateCreated"))
    if moment.endswith("Z") or "+" in moment[10:] or "-" in moment[10:]:
        violate(item.where("DateCreated"), "a moment without zone", moment)


# The list ---------------------------------------------------------------------------------------


@covers("JB-KBAS-002")
def test_the_list_shows_no_text(listed: Exchange, article: Published) -> None:
    item = _entry(listed, article)
    judge(item.get("Body"), equal_to(None), item.where("Body"))


@covers("JB-KBAS-003")
def test_the_list_shows_the_new_article(listed: Exchange, article: Published) -> None:
    subject = accepted(article.created).sent["subject"]
    shown = expect(readable(listed))
    shown.item_where("Subject", equal_to(subject), ArticleId=article.id)


@covers("JB-KBAS-015")
def test_the_url_of_an_article_is_absolute(listed: Exchange, article: Published) -> None:
    item = _entry(listed, article)
    parts = urlsplit(str(item.get("Url")))
    if parts.scheme not in ("http", "https") or not parts.netloc:
        violate(item.where("Url"), "an absolute address", str(item.get("Url")))


@covers("JB-KBAS-005")
def test_the_filter_by_category_shows_its_articles_only(
    helpdesk: Helpdesk, article: Published
) -> None:
    category = int(accepted(article.created).sent["categoryId"])
    filtered = readable(aimed(helpdesk, "listArticles", categoryId=category))
    for item in filtered.answer.items:
        judge(item.get("CategoryID"), equal_to(category), item.where("CategoryID"))
    expect(filtered).lists(ArticleId=article.id)


@covers("JB-KBAS-005")
def test_the_filter_by_another_category_leaves_the_article_out(
    helpdesk: Helpdesk, article: Published
) -> None:
    other = helpdesk.known("other_category")
    filtered = readable(aimed(helpdesk, "listArticles", categoryId=other))
    expect(filtered).lacks(ArticleId=article.id)


@covers("JB-KBAS-013")
def test_a_regular_user_sees_no_article_for_technicians(
    helpdesk: Helpdesk, hidden: Published
) -> None:
    accepted(who(helpdesk, "user"))
    accepted(hidden.created)
    if item_of(hidden.read).get("ForTechsOnly") is not True:
        raise PrerequisiteBroken("no article for technicians only could be made")
    seen = helpdesk.send(aim(helpdesk, "listArticles").by("user"))
    if seen.succeeded:
        expect(readable(seen)).lacks(ArticleId=hidden.id)
    read = helpdesk.send(aim(helpdesk, "getArticle", id=hidden.id).by("user"), "negative")
    shown: Any = read.answer.item if read.succeeded else None
    if shown is not None and shown.get("ArticleId") == hidden.id:
        violate("answer", "no article for technicians", "the article")
