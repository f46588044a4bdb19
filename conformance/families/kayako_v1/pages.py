"""What a page says of itself and of its neighbours (chapter "Pagination"), whatever is listed on
it: rules about envelopes of lists, with names in snake case."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance.engine import judge, violate
from conformance.engine.matchers import at_most, equal_to, matching
from conformance.families.kayako_v1.letter_case import snake

#: How many items stand on a page unless told.
USUAL = 10
LINKS = ("first_url", "previous_url", "next_url", "last_url")
#: Arguments that choose the page, so that links have others.
_MOVING = ("limit", "offset", "before_id", "after_id", "since", "until")


def links_of(content: Mapping[str, Any]) -> dict[str, str]:
    """The links of a page by their names."""
    return {name: str(content[name]) for name in LINKS if content.get(name) is not None}


def arguments_of(link: str) -> dict[str, str]:
    """The arguments in a link, by their names in snake case."""
    pairs = parse_qsl(urlsplit(link).query, keep_blank_values=True)
    return {snake(name): value for name, value in pairs}


def judge_limit(content: Mapping[str, Any], limit: int, *requirements: str) -> None:
    """Hold a page against its limit: it says it, and has at most so many items."""
    judge(content.get("limit"), equal_to(limit), "/limit", *requirements)
    data = content.get("data")
    if isinstance(data, list):
        judge(len(data), at_most(limit), "count of /data/*", *requirements)


def judge_offset(content: Mapping[str, Any], offset: int, *requirements: str) -> None:
    """Hold what a page says about its offset, if it says anything, against the one asked for."""
    judge(content.get("offset", offset), equal_to(offset), "/offset", *requirements)


def judge_past_the_end(content: Mapping[str, Any], total: int, *requirements: str) -> None:
    """Hold a page at or past the end of so many items against what it is to show."""
    judge(content.get("data"), equal_to([]), "/data", *requirements)
    judge(content.get("total_count"), equal_to(total), "/total_count", *requirements)


def judge_ends(
    content: Mapping[str, Any], offset: int, limit: int, total: int, *requirements: str
) -> None:
    """No link of a page leads past an end of the collection, none at all from a single page."""
    links = links_of(content)
    for name in _leading_nowhere(offset, limit, total):
        if name in links:
            violate(f"/{name}", "no such link", links[name], *requirements)


def _leading_nowhere(offset: int, limit: int, total: int) -> list[str]:
    first, last = offset == 0, offset + limit >= total
    if first and last:
        return list(LINKS)
    return [*(("first_url", "previous_url") if first else ()), *(("next_url",) if last else ())]


def judge_absolute(content: Mapping[str, Any], name: str, *requirements: str) -> None:
    """A link is a whole address."""
    absolute = matching(r"https?://[^/]+/.*", "an absolute address")
    judge(content.get(name), absolute, f"/{name}", *requirements)


def judge_repeated(content: Mapping[str, Any], sent: Mapping[str, Any], *requirements: str) -> None:
    """The links of a page repeat these arguments of its request, which do not choose the page."""
    for name, link in links_of(content).items():
        repeated = arguments_of(link)
        for argument in (one for one in sent if one not in _MOVING):
            where = f"{argument} in /{name}"
            judge(repeated.get(argument), equal_to(str(sent[argument])), where, *requirements)
