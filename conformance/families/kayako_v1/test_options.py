"""Letter case of names, dropping what is empty, flat answers (chapter "Special Options")."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, omit, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.judging import shorten
from conformance.engine.matchers import equal_to, not_empty
from conformance.engine.shared import once, readable
from conformance.families.kayako_v1.asking import (
    anonymous,
    envelope,
    item_of,
    missing_test,
    nameless,
    taken,
    with_arguments,
    with_texts,
)
from conformance.families.kayako_v1.letter_case import CASES, judge_names

#: What a reference may hold.
_REFERENCE = {"id", "uuid", "legacy_id", "resource_type"}
#: What the envelope of any answer may have.
_NOW_AND_THEN = ("notifications", "logs")
_Way = Callable[[Draft], Draft]
_NO_EMPTY: Mapping[str, _Way] = {
    "argument": lambda draft: with_arguments(draft, {"_empty": "false"}),
    "header": lambda draft: draft.with_headers(X_Options="no_empty"),
}
_FLAT: Mapping[str, _Way] = {
    "argument": lambda draft: with_arguments(draft, {"_flat": "true"}),
    "header": lambda draft: draft.with_headers(X_Options="flat"),
}


_EACH_CASE = pytest.mark.parametrize("case", CASES)


# Letter case ------------------------------------------------------------------------------------


@covers("KV-OPT-001")
@pytest.mark.parametrize("operation_id", ["listTests", "getTest"])
@_EACH_CASE
def test_names_come_in_the_case_asked_for(helpdesk: Helpdesk, operation_id: str, case: str) -> None:
    draft = anonymous(helpdesk, operation_id)
    plain = _names(readable(helpdesk.send(draft)), "data")
    exchange = helpdesk.send(with_arguments(draft, {"_case": case}))
    if taken(exchange):
        shown = _names(exchange, CASES[case]("data"))
        for where, names in plain.items():
            wanted = sorted(map(CASES[case], names))
            judge(shown.get(where), equal_to(wanted), f"names in {where}")
        judge_names(envelope(exchange), case)


def _names(exchange: Exchange, data: str) -> dict[str, list[str]]:
    """The names in the envelope and in the first object of the data; any answer may have notices
    and logs, and the next one none."""
    held = envelope(exchange).get(data)
    first = held[0] if isinstance(held, list) and held else held
    members = sorted(first) if isinstance(first, Mapping) else []
    names = [name for name in envelope(exchange) if name.lower() not in _NOW_AND_THEN]
    return {"/": sorted(names), "/data": members}


@covers("KV-OPT-002")
@pytest.mark.parametrize("case", ["camel", "pascal"])
def test_a_parameter_is_known_in_each_case(helpdesk: Helpdesk, case: str) -> None:
    if not once(helpdesk, "arrays of new tests", lambda: _shows_its_array(helpdesk)):
        raise PrerequisiteBroken("createTest does not show the array that it was sent")
    exchange = _with_array(helpdesk, CASES[case]("array_items"))
    if taken(exchange):
        expect(exchange).item("array_items", with_texts([8, 9]))


def _with_array(helpdesk: Helpdesk, name: str) -> Exchange:
    """A new test with an array under this name."""
    draft = nameless(helpdesk, name=helpdesk.chance.fill("{mark} {word}"))
    return helpdesk.send(draft.having({name: "8,9"}))


def _shows_its_array(helpdesk: Helpdesk) -> bool:
    shown = item_of(_with_array(helpdesk, "array_items")).get("array_items")
    return with_texts([8, 9])(shown) is None


@covers("KV-OPT-002")
@pytest.mark.parametrize("case", ["camel", "pascal"])
def test_an_argument_is_known_in_each_case(helpdesk: Helpdesk, case: str) -> None:
    draft = missing_test(helpdesk)
    argument = {CASES[case]("non_existent"): "true"}
    expect(helpdesk.send(with_arguments(draft, argument), "negative")).status(404)


@covers("KV-OPT-002")
@pytest.mark.parametrize("name", ["_case", "_Case"])
def test_an_argument_of_the_server_is_known_in_each_case(helpdesk: Helpdesk, name: str) -> None:
    draft = with_arguments(anonymous(helpdesk, "getTest"), {name: "camel"})
    if taken(exchange := helpdesk.send(draft)):
        spelled = {"resourcetype": "resourceType", "resourceurl": "resourceUrl"}
        shown = {n.lower().replace("_", ""): n for n in item_of(exchange)}
        known = [name for name in spelled if name in shown]
        if not known:
            raise PrerequisiteBroken("getTest shows no test")
        judge(shown[known[0]], equal_to(spelled[known[0]]), "names in /data")


@covers("KV-OPT-007")
@pytest.mark.parametrize("case", ["camel", "pascal"])
def test_enumerations_keep_their_case(helpdesk: Helpdesk, case: str) -> None:
    draft = anonymous(helpdesk, "updateTest", option="ANY")
    usual = item_of(readable(helpdesk.send(draft))).get("option")
    exchange = readable(helpdesk.send(with_arguments(draft, {"_case": case})))
    held = envelope(exchange).get(CASES[case]("data"))
    if not isinstance(held, Mapping):
        raise PrerequisiteBroken("the case asked for is not the case of the answer")
    judge(held.get(CASES[case]("option")), equal_to(usual), "/data/option")


# Empty members ----------------------------------------------------------------------------------


def _asked(helpdesk: Helpdesk, operation_id: str) -> Draft:
    if operation_id == "getMe":
        return helpdesk.draft("getMe")
    if operation_id == "createTest":
        return nameless(helpdesk, name=helpdesk.chance.fill("{mark} {word}"))
    return anonymous(helpdesk, operation_id)


def _judge_no_empty(helpdesk: Helpdesk, draft: Draft, short: Draft, *requirements: str) -> None:
    """Hold an answer against the same with everything empty, name what it dropped or kept."""
    plain = readable(helpdesk.send(draft)).answer.items
    if not any(_is_empty(value) for item in plain for value in item.values()):
        omit("nothing in the answer is empty")
    exchange = helpdesk.send(short)
    if not taken(exchange, *requirements):
        return
    for item, dropped in zip(plain, readable(exchange).answer.items, strict=False):
        for where, value, is_there in _differences(item, dropped, item.where()):
            if is_there:
                violate(where, "no empty member", shorten(value), *requirements)
            elif value in (False, 0, "") and value is not None:
                violate(where, shorten(value), "no such member", "KV-OPT-009")
            else:
                violate(where, shorten(value), "no such member", *requirements)


def _is_empty(value: Any) -> bool:
    return value is None or value == []


def _holds_something(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_something(inner) for inner in value.values())
    return not _is_empty(value)


def _differences(plain: Any, short: Any, where: str) -> Iterator[tuple[str, Any, bool]]:
    """Where something empty is still there (True) or something else is gone (False)."""
    if isinstance(plain, Mapping) and isinstance(short, Mapping):
        for name, value in plain.items():
            place = f"{where}/{name}"
            if name in short and _is_empty(short[name]):
                yield place, short[name], True
            elif name not in short and _holds_something(value):
                yield place, value, False
            elif name in short:
                yield from _differences(value, short[name], place)
    elif isinstance(plain, list) and isinstance(short, list) and len(plain) == len(short):
        for number, pair in enumerate(zip(plain, short, strict=True)):
            yield from _differences(*pair, f"{where}/{number}")


@covers("KV-OPT-003", "KV-OPT-009")
@pytest.mark.parametrize("way", _NO_EMPTY)
@pytest.mark.parametrize("operation_id", ["getTest", "getMe"])
def test_what_is_empty_can_be_left_out(helpdesk: Helpdesk, operation_id: str, way: str) -> None:
    draft = _asked(helpdesk, operation_id)
    _judge_no_empty(helpdesk, draft, _NO_EMPTY[way](draft), "KV-OPT-003")


@covers("KV-OPT-008", "KV-OPT-009")
@pytest.mark.parametrize("operation_id", ["listTests", "createTest", "updateTest"])
def test_it_can_be_left_out_of_any_answer(helpdesk: Helpdesk, operation_id: str) -> None:
    draft = _asked(helpdesk, operation_id)
    _judge_no_empty(helpdesk, draft, _NO_EMPTY["argument"](draft), "KV-OPT-008")


@covers("KV-OPT-009")
@pytest.mark.parametrize(
    ("name", "value"), [("is_boolean", "false"), ("integer_number", "0"), ("float_number", "0.0")]
)
def test_false_and_zero_are_not_empty(helpdesk: Helpdesk, name: str, value: str) -> None:
    draft = nameless(helpdesk, name=helpdesk.chance.fill("{mark} {word}")).having({name: value})
    exchange = readable(helpdesk.send(_NO_EMPTY["argument"](draft)))
    if name not in item_of(exchange):
        violate(f"/data/{name}", value, "no such member")


# Flat answers -----------------------------------------------------------------------------------


def _with_all(helpdesk: Helpdesk, operation_id: str) -> Draft:
    """The operation asked for by a caller who is shown in full."""
    return with_arguments(helpdesk.draft(operation_id), {"include": "*"})


def _flattened(exchange: Exchange) -> Mapping[str, Any]:
    resources = envelope(exchange).get("resources")
    return resources if isinstance(resources, Mapping) else {}


def _user_of(exchange: Exchange) -> Mapping[str, Any]:
    """The caller in a test, shown in full."""
    user = item_of(readable(exchange)).get("user")
    if not isinstance(user, Mapping) or set(user) <= _REFERENCE:
        omit("tests show no caller in full")
    return user


@covers("KV-OPT-004")
@pytest.mark.parametrize("way", _FLAT)
def test_what_is_nested_can_be_put_aside(helpdesk: Helpdesk, way: str) -> None:
    draft = _with_all(helpdesk, "getTest")
    user = _user_of(helpdesk.send(draft))
    exchange = helpdesk.send(_FLAT[way](draft))
    if not taken(exchange):
        return
    left = item_of(exchange).get("user")
    names = sorted(left) if isinstance(left, Mapping) else left
    judge(names, equal_to(["id", "resource_type"]), "names in /data/user")
    aside = _found(_flattened(exchange), {"id": user["id"], "resource_type": "user"})
    where = f"names in /resources/user/{user['id']}"
    judge(sorted(aside) if aside else None, equal_to(sorted(user)), where)


@covers("KV-OPT-010")
@pytest.mark.parametrize("operation_id", ["getTest", "getMe"])
def test_every_reference_has_its_object_aside(helpdesk: Helpdesk, operation_id: str) -> None:
    exchange = readable(helpdesk.send(_FLAT["argument"](_with_all(helpdesk, operation_id))))
    resources = _flattened(exchange)
    if not resources:
        raise PrerequisiteBroken("the answer is not flat")
    for where, reference in _references(dict(envelope(exchange)), ""):
        if _found(resources, reference) is None:
            violate(where, "an object in resources for it", shorten(dict(reference)))


def _found(resources: Mapping[str, Any], reference: Mapping[str, Any]) -> Any:
    kind = resources.get(str(reference["resource_type"]))
    return kind.get(str(reference["id"])) if isinstance(kind, Mapping) else None


def _references(value: Any, where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        if {"id", "resource_type"} <= set(value) <= _REFERENCE:
            yield where, value
        for name, inner in value.items():
            yield from _references(inner, f"{where}/{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _references(inner, f"{where}/{number}")


@covers("KV-OPT-005")
@pytest.mark.parametrize("options", ["no_empty, flat", "flat,no_empty"])
def test_several_options_stand_in_one_header(helpdesk: Helpdesk, options: str) -> None:
    draft = _with_all(helpdesk, "getMe")
    alone = [
        readable(helpdesk.send(draft.with_headers(X_Options=one))) for one in ("no_empty", "flat")
    ]
    if not _flattened(alone[1]):
        raise PrerequisiteBroken("the option flat has no effect")
    exchange = helpdesk.send(draft.with_headers(X_Options=options))
    if taken(exchange):
        judge(_flattened(exchange), not_empty, "/resources")
        wanted = sorted(item_of(alone[0]))
        judge(sorted(item_of(exchange)), equal_to(wanted), "names in /data")
