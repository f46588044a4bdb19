"""What genuine servers of the Kayako API v1 answer, and look-alikes of our own, break no MUST.

They show resources that the catalogue does not have, so they are held against what it promises of
any answer: envelopes, pages, nested objects, names and the forms of values. The originals are read
where HELPDESK_RECORDINGS names the folder that holds `kayako-v1/`.
"""

import json
import os
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from conformance.engine.answer import pointer
from conformance.engine.case import Case, current, running
from conformance.engine.exchange import Response
from conformance.engine.judging import judge_value
from conformance.engine.spec import load_spec
from conformance.engine.verdicts import Violation
from conformance.families.kayako_v1.adapter import remarks_on
from conformance.families.kayako_v1.letter_case import in_snake, judge_names, snake
from conformance.families.kayako_v1.nested import judge_included, judge_reference
from conformance.families.kayako_v1.pages import (
    USUAL,
    arguments_of,
    judge_absolute,
    judge_ends,
    judge_limit,
    judge_offset,
    judge_past_the_end,
    judge_repeated,
    links_of,
)
from tests.families.look_alikes import LOOK_ALIKES, Recorded

SPEC = load_spec("kayako-v1")
SCHEMAS: Mapping[str, Any] = SPEC.document["components"]["schemas"]
#: Members that are one of several words. The direction of a locale is not upper case.
OPTIONS = ("channel", "score", "visibility", "article_order_by")
OPTIONS += ("message_status", "last_message_status")
#: Nested objects that the catalogue knows in full.
KNOWN = {"case_status": "CaseStatus", "case_priority": "CasePriority", "attachment": "Attachment"}


def broken(recorded: Recorded) -> list[Violation]:
    """The promises that an answer breaks."""
    body = recorded["body"]
    sent = arguments_of(recorded["request"]["path"])
    with running(Case(tuple(promise.id for promise in SPEC.registry))) as case:
        _judge_envelope(recorded)
        judge_names(body, sent.get("_case", "snake"), "KV-OPT-001")
        content = in_snake(body)
        if "limit" in content:
            _judge_page(content, sent)
        included = [snake(name) for name in sent.get("include", "").split(",")]
        for value, path in _inside(content.get("data"), ("data",)):
            _judge_member(value, path)
            if len([step for step in path if isinstance(step, str)]) > 1:
                _judge_nested(value, path, included)
    return case.violations


def _judge(name: str, value: Any, path: tuple[str | int, ...], *default: str) -> None:
    """Hold a value against a schema of the catalogue."""
    found = judge_value(SPEC, SCHEMAS[name], value, lambda inner: pointer((*path, *inner)), default)
    current().report(found)


def _judge_envelope(recorded: Recorded) -> None:
    content = in_snake(recorded["body"])
    headers = (("Content-Type", "application/json"), ("X-API-Version", "1"))
    response = Response(recorded["http_status"], "", headers, json.dumps(content).encode())
    for remark in remarks_on(response, content):
        for requirement in SPEC.promises(remark.aspect):
            current().report([Violation(requirement, remark.where, remark.promised, remark.got)])
    if "data" not in content:
        _judge("Done", content, ())
    elif isinstance(content["data"], list):
        _judge("Page" if "limit" in content else "WholeCollection", content, ())
    elif recorded["request"]["method"] == "POST":
        _judge("Created", content, (), "KV-RSP-012")
    else:
        _judge("Single", content, ())


def _judge_page(content: Mapping[str, Any], sent: Mapping[str, str]) -> None:
    total, offset = content["total_count"], int(sent.get("offset", 0))
    limit = int(sent.get("limit", 0)) or USUAL
    judge_limit(content, limit, "KV-PAGE-008" if sent.get("limit", "0") != "0" else "KV-PAGE-001")
    judge_offset(content, offset, "KV-PAGE-009")
    if offset >= total:
        judge_past_the_end(content, total, "KV-PAGE-010")
    judge_ends(content, offset, limit, total, "KV-PAGE-014")
    judge_repeated(content, sent, "KV-PAGE-015")
    for name in links_of(content):
        judge_absolute(content, name, "KV-PAGE-013")


def _inside(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[Any, tuple[str | int, ...]]]:
    """A value and everything in it, with the way there."""
    yield value, path
    inner = value.items() if isinstance(value, Mapping) else ()
    for step, part in inner or (enumerate(value) if isinstance(value, list) else ()):
        yield from _inside(part, (*path, step))


def _judge_member(value: Any, path: tuple[str | int, ...]) -> None:
    name = str(path[-1])
    if name.endswith("_at"):
        _judge("Time", value, path)
    elif name.startswith("is_"):
        _judge("Flag", value, path)
    elif name == "resource_url":
        _judge("Address", value, path)
    elif name in OPTIONS:
        _judge("Option", value, path)


def _judge_nested(value: Any, path: tuple[str | int, ...], included: list[str]) -> None:
    """Hold an object that could stand alone against what was asked for of its type."""
    if not isinstance(value, Mapping) or not {"id", "resource_type"} <= set(value):
        return
    kind = snake(str(value["resource_type"]))
    _judge("Reference", value, path)
    if kind not in included:
        judge_reference(value, pointer(path), "KV-PART-009")
    elif judge_included(value, pointer(path), "KV-PART-002") and kind in KNOWN:
        # the name of a type is written in another case, too
        _judge(KNOWN[kind], {**value, "resource_type": kind}, path)


def named(recorded: Recorded, level: str) -> set[str]:
    """The requirements of a level that an answer breaks."""
    found = {violation.requirement for violation in broken(recorded)}
    return {requirement for requirement in found if SPEC.registry.level(requirement) == level}


# Look-alikes ------------------------------------------------------------------------------------

#: A rating that was made says 200, where creations say 201.
WARNED = {"a rating that was made": {"KV-RSP-012"}, "PostRating": {"KV-RSP-012"}}


@pytest.mark.parametrize("what", LOOK_ALIKES)
def test_a_look_alike_breaks_no_must(what: str) -> None:
    assert named(LOOK_ALIKES[what], "MUST") == set()
    assert named(LOOK_ALIKES[what], "SHOULD") == WARNED.get(what, set())


#: What is wrong: an answer, the way to a member of its body, another value, the promise broken.
FLAWS: Mapping[str, tuple[str, str, Any, str]] = {
    "the status as a text": ("a conversation", "status", "200", "KV-RSP-008"),
    "a status of failure": ("a conversation", "status", 400, "KV-RSP-003"),
    "another status than in HTTP": ("a conversation", "status", 201, "KV-RSP-002"),
    "no type beside the data": ("a conversation", "resource", None, "KV-ENV-002"),
    "a count of one object": ("a conversation", "totalCount", 1, "KV-ENV-014"),
    "a count as a text": ("locales", "totalCount", "12", "KV-ENV-003"),
    "a name in another case": ("a conversation", "data.is_odd", False, "KV-OPT-001"),
    "a deep name in another case": (
        "a first page",
        "data.0.status.is_deleted",
        False,
        "KV-OPT-001",
    ),
    "another limit than asked for": ("a first page", "limit", 10, "KV-PAGE-008"),
    "another limit than the usual": ("a list of nothing", "limit", 20, "KV-PAGE-001"),
    "another offset than asked for": ("a middle page", "offset", 0, "KV-PAGE-009"),
    "items past the end": ("a page past the end", "data", [{}], "KV-PAGE-010"),
    "a way back from the first page": (
        "a first page",
        "previousUrl",
        "https://desk.example.com/",
        "KV-PAGE-014",
    ),
    "a way on from the last page": (
        "a last page",
        "nextUrl",
        "https://desk.example.com/",
        "KV-PAGE-014",
    ),
    "a way from the only page": (
        "a page that holds everything",
        "lastUrl",
        "https://desk.example.com/",
        "KV-PAGE-014",
    ),
    "a link that forgets what was asked for": (
        "a search",
        "nextUrl",
        "https://desk.example.com/api/v1/helpcenter/search.json?_case=camel&offset=10",
        "KV-PAGE-015",
    ),
    "a link that is no address": ("a first page", "nextUrl", "/conversations", "KV-PAGE-013"),
    "a reference without a type": (
        "ratings without a type",
        "data.0.conversation.resourceType",
        7,
        "KV-PART-001",
    ),
    "a reference with more": ("ratings without a type", "data.0.creator.age", 1, "KV-PART-009"),
    "a reference where more was asked for": (
        "a conversation",
        "data.requester",
        {"id": 9, "resourceType": "userMinimal"},
        "KV-PART-002",
    ),
    "a moment without a zone": (
        "a conversation",
        "data.createdAt",
        "2024-02-29T06:07:08",
        "KV-DT-001",
    ),
    "a word in lower case": ("a conversation", "data.channel", "helpcenter", "KV-DT-006"),
    "a flag as a number": ("locales", "data.0.isPublic", 1, "KV-DT-003"),
    "a path in the place of an address": (
        "a conversation",
        "data.resourceUrl",
        "/conversations/31",
        "KV-ENV-011",
    ),
    "a status without a label": ("a conversation", "data.status.label", None, "KV-STATUS-012"),
}


def changed(recorded: Recorded, way: str, value: Any) -> Recorded:
    """The answer with another value at one place; without it where there is none."""
    copy = deepcopy(dict(recorded))
    place: Any = copy["body"]
    *steps, last = [int(step) if step.isdecimal() else step for step in way.split(".")]
    for step in steps:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return copy


@pytest.mark.parametrize("what", FLAWS)
def test_a_flaw_is_named_by_its_promise(what: str) -> None:
    name, way, value, requirement = FLAWS[what]
    found = {violation.requirement for violation in broken(changed(LOOK_ALIKES[name], way, value))}
    assert requirement in found - {v.requirement for v in broken(LOOK_ALIKES[name])}


# Recordings -------------------------------------------------------------------------------------

#: Not as the server has sent them: moments were damaged on the way, one was written by hand.
DAMAGED = {
    "GetArticles": "KV-DT-001",
    "GetSearchArticles": "KV-DT-001",
    "GetConversationListWithEmptyResponse": "KV-OPT-001",
}


def recordings() -> list[Path]:
    """The recorded answers; none where no folder is named."""
    folder = os.environ.get("HELPDESK_RECORDINGS")
    return sorted(Path(folder, "kayako-v1").glob("*.json")) if folder else []


needs_recordings = pytest.mark.skipif(
    "HELPDESK_RECORDINGS" not in os.environ,
    reason="HELPDESK_RECORDINGS names no folder with recorded answers",
)
each_recording = pytest.mark.parametrize(
    "file", recordings() or [Path("no recording")], ids=lambda file: file.stem
)


@needs_recordings
@each_recording
def test_a_recording_breaks_no_must(file: Path) -> None:
    answer = json.loads(file.read_text(encoding="utf-8"))
    assert named(answer, "MUST") - {DAMAGED.get(file.stem)} == set()
    assert named(answer, "SHOULD") == WARNED.get(file.stem, set())


@needs_recordings
def test_the_recordings_are_all_there() -> None:
    names = [file.stem for file in recordings()]
    assert (len(names), set(DAMAGED) <= set(names)) == (28, True)
