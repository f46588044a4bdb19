"""The judge of payloads: every keyword, the requirement it names, place, promise and finding."""

from collections.abc import Sequence
from typing import Any

import pytest

from conformance.engine.answer import pointer
from conformance.engine.case import Case, running
from conformance.engine.judging import (
    decoded_base64,
    is_of_kind,
    judge_value,
    requirements_of,
    shorten,
)
from conformance.engine.requirements import Registry
from conformance.engine.secrets import Redactor
from conformance.engine.spec import Schema, Spec


def catalogue(**schemas: Schema) -> Spec:
    """A catalogue of schemas alone."""
    document = {
        "info": {"title": ""},
        "x-family": "any",
        "paths": {},
        "components": {"schemas": schemas},
    }
    return Spec(document, Registry((), ()))


def judged(schema: Schema, value: Any, spec: Spec | None = None) -> list[tuple[str, str, str, str]]:
    found = judge_value(catalogue() if spec is None else spec, schema, value, pointer)
    return [(v.requirement, v.where, v.promised, v.got) for v in found]


def named(schema: Schema, value: Any) -> list[str]:
    return [requirement for requirement, *_ in judged(schema, value)]


def member(name: str, **schema: Any) -> Schema:
    return {"type": "object", "x-requirements": ["OUTER"], "properties": {name: schema}}


# Keywords -----------------------------------------------------------------------------------------

#: keyword: (schema of the member m, a good value, a bad value, promised, got)
KEYWORDS: dict[str, tuple[dict[str, Any], Any, Any, str, str]] = {
    "type": ({"type": "integer"}, 5, "five", "an integer", '"five"'),
    "types": ({"type": ["integer", "null"]}, None, "x", "an integer or nothing", '"x"'),
    "true for a number": ({"type": "integer"}, 1, True, "an integer", "True"),
    "several for one": ({"type": "string"}, "a", ["a", "b"], "text, once", "['a', 'b']"),
    "enum": ({"enum": ["a", "b"]}, "b", "c", "one of a, b", '"c"'),
    "const": ({"const": 7}, 7, 8, "7", "8"),
    "minimum": ({"minimum": 0}, 0, -1, "at least 0", "-1"),
    "maximum": ({"maximum": 6}, 6, 7, "at most 6", "7"),
    "pattern": (
        {"pattern": "^[A-Z]+$", "description": "Capital letters."},
        "AB",
        "ab",
        "Capital letters.",
        '"ab"',
    ),
    "boolean01": ({"x-kind": "boolean01"}, 1, 2, "0 or 1", "2"),
    "boolean01 as a word": ({"x-kind": "boolean01"}, 0, "false", "0 or 1", '"false"'),
    "unixtime": ({"x-kind": "unixtime"}, 0, -1, "unix seconds (0 = never)", "-1"),
    "unixtime as a date": (
        {"x-kind": "unixtime"},
        1297840147,
        "2011-02-16",
        "unix seconds (0 = never)",
        '"2011-02-16"',
    ),
    "base64": ({"x-kind": "base64"}, "aGk=", "a?", "base64 text", '"a?"'),
}


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_what_keeps_a_keyword_is_no_violation(keyword: str) -> None:
    schema, good, _, _, _ = KEYWORDS[keyword]
    assert judged(member("m", **schema), {"m": good}) == []


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_what_breaks_a_keyword_is_told_with_place_promise_and_finding(keyword: str) -> None:
    schema, _, bad, promised, got = KEYWORDS[keyword]
    assert judged(member("m", **schema), {"m": bad}) == [("OUTER", "/m", promised, got)]


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_a_member_that_is_absent_keeps_every_promise_on_its_value(keyword: str) -> None:
    assert judged(member("m", **KEYWORDS[keyword][0]), {}) == []


@pytest.mark.parametrize("keyword", ["required", "x-should"])
def test_a_missing_member_is_told_at_its_own_place(keyword: str) -> None:
    schema = {**member("m"), keyword: ["m"]}
    assert judged(schema, {}) == [("OUTER", "/m", "the member m", "no such member")]


@pytest.mark.parametrize("keyword", ["required", "x-should"])
def test_a_member_that_is_there_and_empty_is_not_missing(keyword: str) -> None:
    assert judged({**member("m"), keyword: ["m"]}, {"m": ""}) == []


@pytest.mark.parametrize("keyword", ["required", "x-should", "x-forbidden"])
def test_members_are_looked_for_in_objects_only(keyword: str) -> None:
    assert judged({"x-requirements": ["R"], keyword: ["m"]}, "m") == []


def test_every_missing_member_is_told() -> None:
    schema = {"x-requirements": ["R"], "required": ["a", "b", "c"]}
    assert [where for _, where, _, _ in judged(schema, {"b": 1})] == ["/a", "/c"]


@pytest.mark.parametrize("form", ["m", "@m", "./m"])
def test_a_forbidden_member_is_told_in_whatever_form_it_comes(form: str) -> None:
    schema = {**member("m", **{"x-requirements": {"absence": ["GONE"]}}), "x-forbidden": ["m"]}
    assert [found[::2] for found in judged(schema, {form: "x"})] == [("GONE", "no such member")]


def test_a_forbidden_member_that_is_absent_is_no_violation() -> None:
    assert judged({**member("m"), "x-forbidden": ["m"]}, {"other": 1}) == []


EITHER: Schema = {
    "x-requirements": ["R"],
    "anyOf": [{"required": ["app"]}, {"required": ["module"]}],
}


@pytest.mark.parametrize("value", [{"app": 1}, {"module": 1}, {"app": 1, "module": 1}])
def test_one_of_several_members_is_enough(value: Any) -> None:
    assert judged(EITHER, value) == []


def test_none_of_several_members_is_one_violation() -> None:
    promised = "one of: the member app; the member module"
    assert judged(EITHER, {}) == [("R", "/", promised, "none of them")]


CONDITIONAL: Schema = {
    "x-requirements": ["R"],
    "if": {"required": ["type"], "properties": {"type": {"const": "track"}}},
    "then": {"required": ["worked"]},
    "else": {"x-should": ["dated"], "x-forbidden": ["worked"]},
}


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"type": "track", "worked": 1}, []),
        ({"type": "track"}, ["/worked"]),
        ({"type": "track", "dated": 1}, ["/worked"]),
        ({"type": "note", "dated": 1}, []),
        ({"type": "note"}, ["/dated"]),
        ({"dated": 1, "worked": 1}, ["/worked"]),
        ({}, ["/dated"]),
    ],
)
def test_a_condition_decides_which_promises_hold(value: Any, where: list[str]) -> None:
    assert [place for _, place, _, _ in judged(CONDITIONAL, value)] == where


def test_all_parts_of_a_schema_hold() -> None:
    schema: Schema = {
        "x-requirements": ["R"],
        "allOf": [{"required": ["a"]}, {"required": ["b"]}],
        "required": ["c"],
    }
    assert sorted(where for _, where, _, _ in judged(schema, {})) == ["/a", "/b", "/c"]


def test_items_are_judged_one_by_one() -> None:
    schema: Schema = {"x-requirements": ["R"], "items": {"type": "integer"}}
    assert [where for _, where, _, _ in judged(schema, [1, "x", 2, "y"])] == ["/1", "/3"]


def test_unknown_members_are_no_violation() -> None:
    assert judged(member("m", type="integer"), {"other": "x", "@m": "y"}) == []


def test_an_unlimited_schema_takes_anything() -> None:
    assert judged({}, {"a": [1, None, "x"]}) == []


def test_several_keywords_broken_at_one_place_are_one_violation() -> None:
    schema = member("m", **{"type": "integer", "enum": [0, 1], "x-kind": "boolean01"})
    assert judged(schema, {"m": "false"}) == [("OUTER", "/m", "an integer", '"false"')]


def test_references_are_followed_within_the_catalogue() -> None:
    spec = catalogue(
        shelf={"properties": {"book": {"items": {"$ref": "#/components/schemas/book"}}}},
        book={"x-requirements": ["R"], "properties": {"id": {"type": "integer"}}},
    )
    found = judged({"$ref": "#/components/schemas/shelf"}, {"book": [{"id": "x"}]}, spec)
    assert found == [("R", "/book/0/id", "an integer", '"x"')]


def test_a_schema_that_refers_to_itself_is_followed() -> None:
    tree: Schema = {
        "x-requirements": ["R"],
        "properties": {
            "id": {"type": "integer"},
            "child": {"$ref": "#/components/schemas/tree"},
        },
    }
    value = {"child": {"child": {"child": {"id": "x"}}}}
    schema = {"properties": {"root": {"$ref": "#/components/schemas/tree"}}}
    found = judged(schema, {"root": value}, catalogue(tree=tree))
    assert [where for _, where, _, _ in found] == ["/root/child/child/child/id"]


# Which requirement is named -----------------------------------------------------------------------

NESTED: Schema = {
    "type": "object",
    "x-requirements": ["ROOT"],
    "required": ["shelf"],
    "properties": {
        "shelf": {
            "type": "object",
            "required": ["id", "kind", "plain", "title"],
            "x-forbidden": ["kind", "secret"],
            "properties": {
                "id": {"type": "integer", "x-requirements": ["ID"]},
                "kind": {
                    "type": "integer",
                    "x-requirements": {"presence": ["THERE"], "value": ["FITS", "TOO"]},
                },
                "plain": {"type": "integer"},
                "title": {"type": "string", "x-requirements": {"value": ["TITLE"]}},
                "secret": {"x-requirements": {"absence": ["SECRET"]}},
            },
        }
    },
}
SOUND = {"id": 1, "plain": 1, "title": "x"}


@pytest.mark.parametrize(
    ("shelf", "names"),
    [
        ({**SOUND, "kind": 1, "id": "x"}, {"ID", "ROOT"}),
        ({**SOUND, "kind": "x"}, {"FITS", "TOO", "ROOT"}),
        (SOUND, {"THERE"}),
        ({**SOUND, "kind": 1, "plain": "x"}, {"ROOT"}),
        ({**SOUND, "kind": 1, "secret": "x"}, {"ROOT", "SECRET"}),
    ],
)
def test_the_nearest_member_that_names_the_case_counts(shelf: Any, names: set[str]) -> None:
    # `kind` is forbidden as well, and names no absence, so that the root is named for it
    assert set(named(NESTED, {"shelf": shelf})) == names


def test_a_list_of_ids_counts_for_every_case() -> None:
    schema = {**member("m", **{"type": "integer", "x-requirements": ["ALL"]}), "required": ["m"]}
    assert (named(schema, {}), named(schema, {"m": "x"})) == (["ALL"], ["ALL"])


def test_a_map_that_does_not_name_the_case_is_passed_over() -> None:
    shelf = {key: value for key, value in SOUND.items() if key != "title"} | {"kind": 1}
    found = judged(NESTED, {"shelf": shelf})
    assert ("ROOT", "/shelf/title", "the member title", "no such member") in found


def test_what_is_promised_by_nobody_is_no_violation() -> None:
    assert judged({"properties": {"m": {"type": "integer"}}}, {"m": "x"}) == []


def test_an_item_names_what_its_schema_names() -> None:
    schema: Schema = {
        "x-requirements": ["LIST"],
        "properties": {
            "m": {"type": "array", "items": {"type": "integer", "x-requirements": ["ENTRY"]}}
        },
    }
    assert judged(schema, {"m": [1, "x"]}) == [("ENTRY", "/m/1", "an integer", '"x"')]


def test_an_addition_to_a_shared_item_names_what_holds_the_addition() -> None:
    spec = catalogue(
        ticket={
            "x-requirements": ["TICKET"],
            "properties": {"posts": {"type": "array", "x-requirements": {"value": ["POSTS"]}}},
        }
    )
    schema: Schema = {
        "allOf": [{"$ref": "#/components/schemas/ticket"}, {"x-should": ["posts"]}],
        "x-requirements": {"presence": ["WITH-POSTS"]},
    }
    found = [judged(schema, value, spec)[0][0] for value in ({}, {"posts": "x"})]
    assert found == ["WITH-POSTS", "POSTS"]


def test_a_value_promised_under_a_condition_names_the_members_own_ids() -> None:
    schema: Schema = {
        "x-requirements": ["OUTER"],
        "properties": {"text": {"x-requirements": {"value": ["TEXT"]}}},
        "if": {"required": ["file"]},
        "then": {"properties": {"text": {"x-kind": "base64"}}},
    }
    assert named(schema, {"file": "x", "text": "??"}) == ["TEXT"]


def test_every_id_a_schema_can_name_is_known() -> None:
    spec = catalogue(part={"x-requirements": ["REF"]})
    schema: Schema = {
        "x-requirements": ["ROOT"],
        "properties": {
            "a": {"x-requirements": {"presence": ["P"], "value": ["V"], "absence": ["A"]}},
            "b": {"items": {"$ref": "#/components/schemas/part"}},
        },
        "allOf": [{"x-requirements": ["ALL"]}],
        "anyOf": [{"x-requirements": ["ANY"]}],
        "if": {"x-requirements": ["IF"]},
        "then": {"x-requirements": ["THEN"]},
        "else": {"x-requirements": ["ELSE"]},
    }
    assert set(requirements_of(spec, schema)) == {
        "ROOT", "P", "V", "A", "REF", "ALL", "ANY", "THEN", "ELSE",
    }  # fmt: skip


# Kinds and words ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("boolean01", [0, 1, None], [2, -1, "1", "true", True, False, [1]]),
        ("unixtime", [0, 1, 2**33, None], [-1, "0", "", "2011-02-16", 1.5]),
        ("base64", ["", "aGk=", "aG\nk=", " aGk= ", "+/+/", None], ["a", "a?==", "-_-_", 5, "é"]),
        ("unheard of", ["anything"], []),
    ],
)
def test_values_of_a_kind_are_told_from_others(
    kind: str, good: Sequence[Any], bad: Sequence[Any]
) -> None:
    assert [is_of_kind(kind, v) for v in (*good, *bad)] == [True] * len(good) + [False] * len(bad)


def test_base64_is_decoded_across_lines() -> None:
    assert decoded_base64("aGVs\r\n bG8=") == b"hello"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("abc", '"abc"'),
        (5, "5"),
        (None, "None"),
        ("x" * 198, '"' + "x" * 198 + '"'),
        ("a" * 150 + "b" * 150, '"' + "a" * 99 + " … " + "b" * 99 + '" (302 characters)'),
    ],
)
def test_a_value_is_shown_and_cut_in_its_middle(value: Any, text: str) -> None:
    assert shorten(value) == text


@pytest.mark.parametrize("place", [80, 95, 110, 480, 500])
def test_a_secret_at_the_cut_of_a_long_value_goes_before_it_is_cut(place: int) -> None:
    redactor = Redactor()
    secret = "uTTer-ly_hidden~door.of.forty-one.mouldy.rugs!"
    redactor.add(secret, "secret-key")
    value = "a" * place + secret + "b" * (600 - place)
    with running(Case((), redactor.redact)):
        shown = shorten(value)
    assert not [n for n in range(len(secret) - 3) if secret[n : n + 4] in shown]


def test_what_was_found_is_cut_in_a_violation() -> None:
    found = judged(member("m", type="integer"), {"m": "x" * 100_000})
    assert len(found[0][3]) < 300


# Advice -------------------------------------------------------------------------------------------

ADVISED = member(
    "m",
    type=["string", "null"],
    **{
        "x-should-be": {"pattern": "Z$", "description": "a moment that ends in Z"},
        "x-requirements": {"value": ["TYPE"], "advice": ["ZONE"]},
    },
)


def test_advice_that_is_not_taken_names_its_own_requirement() -> None:
    assert judged(ADVISED, {"m": "12:00"}) == [("ZONE", "/m", "a moment that ends in Z", '"12:00"')]


@pytest.mark.parametrize("value", ["12:00Z", None])
def test_advice_that_is_taken_or_does_not_apply_breaks_nothing(value: Any) -> None:
    assert judged(ADVISED, {"m": value}) == []


def test_advice_is_given_beside_the_promise() -> None:
    assert named(ADVISED, {"m": 5}) == ["TYPE"]
