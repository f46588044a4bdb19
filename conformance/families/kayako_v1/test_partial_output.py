"""What of an object is shown: fields and nested objects (chapter "Partial Output"), on the
caller."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, covers, judge, omit, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import containing, equal_to
from conformance.engine.shared import once, readable
from conformance.families.kayako_v1.asking import item_of, taken, with_arguments
from conformance.families.kayako_v1.nested import judge_included
from conformance.families.kayako_v1.sessions import Session, working_session

_REFERENCE = ("id", "resource_type")
#: What stays when fields are picked.
_ALWAYS = ("id", "resource_type", "resource_url")
_HIDDEN = ("password", "password_hash")
#: What a case shows only where it is asked for.
_ON_DEMAND = "tags"


@dataclass(frozen=True)
class _Nesting:
    """A read that includes an object, which is shown in full, and two fields of it: one to name
    and one to leave out."""

    draft: Draft
    name: str
    full: Mapping[str, Any]
    kept: str
    dropped: str


@pytest.fixture(scope="module")
def session(helpdesk: Helpdesk) -> Session:
    """One session for all reads, so that they show the same."""
    return working_session(helpdesk)


def _me(helpdesk: Helpdesk, session: Session, **arguments: str) -> Exchange:
    """The caller, shown as the arguments say; asked for once."""

    def ask() -> Exchange:
        draft = session.sent_in(Draft(helpdesk.spec["getMe"]))
        return helpdesk.send(with_arguments(draft, arguments))

    return once(helpdesk, f"caller shown by {arguments}", ask)


def _shown(exchange: Exchange) -> Mapping[str, Any]:
    return item_of(readable(exchange))


@pytest.fixture(scope="module")
def plain(helpdesk: Helpdesk, session: Session) -> Mapping[str, Any]:
    """The caller as shown by default."""
    return _shown(_me(helpdesk, session))


def _references(shown: Mapping[str, Any]) -> dict[str, str]:
    """The members that are references, and the types of these."""
    return {
        name: str(value["resource_type"])
        for name, value in shown.items()
        if isinstance(value, Mapping) and sorted(value) == sorted(_REFERENCE)
    }


@pytest.fixture(scope="module")
def reference(plain: Mapping[str, Any]) -> tuple[str, str]:
    """A member that is a reference, and its type."""
    found = _references(plain)
    if not found:
        skip("the caller shows no reference")
    return next(iter(found.items()))


# Nested objects ---------------------------------------------------------------------------------


@covers("KV-PART-002")
@pytest.mark.parametrize("include", ["{type}", "team,{type}", "*"], ids=["one", "two", "all"])
def test_nested_objects_can_be_included(
    helpdesk: Helpdesk, session: Session, reference: tuple[str, str], include: str
) -> None:
    name, kind = reference
    exchange = _me(helpdesk, session, include=include.format(type=kind))
    if taken(exchange):
        judge_included(_shown(exchange).get(name), f"/data/{name}")


@covers("KV-PART-010")
def test_other_types_stay_references(
    helpdesk: Helpdesk, session: Session, plain: Mapping[str, Any], reference: tuple[str, str]
) -> None:
    kind = reference[1]
    others = {name: of for name, of in _references(plain).items() if of != kind}
    lists = {n: v for n, v in plain.items() if isinstance(v, list) and v}
    if not others and not lists:
        skip("the caller shows references of one type only")
    exchange = _me(helpdesk, session, include=kind)
    if taken(exchange):
        shown = _shown(exchange)
        for name in (*others, *(n for n, v in lists.items() if not _holds(v, kind))):
            judge(shown.get(name), equal_to(plain[name]), f"/data/{name}")


def _holds(entries: list[Any], kind: str) -> bool:
    return any(isinstance(e, Mapping) and e.get("resource_type") == kind for e in entries)


@covers("KV-PART-011")
@pytest.mark.parametrize(("argument", "sign"), [("include", ""), ("fields", "+"), ("fields", "-")])
def test_names_nobody_knows_change_nothing(
    helpdesk: Helpdesk, session: Session, plain: Mapping[str, Any], argument: str, sign: str
) -> None:
    word = helpdesk.chance.word()
    exchange = _me(helpdesk, session, **{argument: f"{sign}{word}"})
    if taken(exchange):
        judge(sorted(_shown(exchange)), equal_to(sorted(plain)), "names in /data")


@covers("KV-PART-012")
@pytest.mark.parametrize("operation_id", ["createTest", "updateTest"])
def test_a_change_shows_nested_objects_too(helpdesk: Helpdesk, operation_id: str) -> None:
    draft = helpdesk.draft(operation_id)
    if not isinstance(_shown(helpdesk.send(draft)).get("user"), Mapping):
        omit("tests show no caller")
    exchange = helpdesk.send(with_arguments(draft, {"include": "user"}))
    if taken(exchange):
        user = _shown(exchange).get("user")
        if not isinstance(user, Mapping) or "full_name" not in user:
            violate("/data/user", "the user with its fields", "a reference")


# Fields -----------------------------------------------------------------------------------------


@covers("KV-PART-003")
def test_a_minus_takes_a_field_away(
    helpdesk: Helpdesk, session: Session, plain: Mapping[str, Any]
) -> None:
    if "designation" not in plain:
        skip("the caller shows no designation")
    exchange = _me(helpdesk, session, fields="-designation")
    if taken(exchange):
        wanted = sorted(set(plain) - {"designation"})
        judge(sorted(_shown(exchange)), equal_to(wanted), "names in /data")


@covers("KV-PART-003", "KV-PART-005")
@pytest.mark.parametrize(("sign", "requirement"), [("+", "KV-PART-003"), ("", "KV-PART-005")])
def test_a_field_can_be_added(helpdesk: Helpdesk, sign: str, requirement: str) -> None:
    plain = _case_without(helpdesk, _ON_DEMAND)
    exchange = _case(helpdesk, fields=f"{sign}{_ON_DEMAND}")
    if taken(exchange, requirement):
        wanted = sorted({*plain, _ON_DEMAND})
        judge(sorted(_shown(exchange)), equal_to(wanted), "names in /data", requirement)


def _case(helpdesk: Helpdesk, **arguments: str) -> Exchange:
    """A case with a tag, shown as the arguments say; asked for once."""

    def ask() -> Exchange:
        tag = helpdesk.chance.fill("{mark}-{word}")
        case = once(helpdesk, "case with a tag", lambda: helpdesk.make("case", tags=tag))
        draft = Draft(helpdesk.spec["getCase"]).having(id=case.id)
        return helpdesk.send(with_arguments(draft, arguments))

    return once(helpdesk, f"case shown by {arguments}", ask)


def _case_without(helpdesk: Helpdesk, name: str) -> Mapping[str, Any]:
    """The case as shown by default; omits the check where that holds the field."""
    shown = _shown(_case(helpdesk))
    if name in shown:
        omit(f"a case shows its {name} by default")
    return shown


@covers("KV-PART-004", "KV-PART-013")
@pytest.mark.parametrize("fields", ["full_name", "full_name,designation"])
def test_a_default_field_can_be_picked(helpdesk: Helpdesk, session: Session, fields: str) -> None:
    exchange = _me(helpdesk, session, fields=fields)
    if not taken(exchange, "KV-PART-004"):
        return
    shown = _shown(exchange)
    picked = fields.split(",")
    for name in ("id", *picked):
        if name not in shown:
            violate(f"/data/{name}", "it stays", "no such member", "KV-PART-004")
    for name in sorted(set(shown) - {*_ALWAYS, *picked}):
        violate(f"/data/{name}", "only what was picked", "it is there", "KV-PART-004")
    for name in ("resource_type", "resource_url"):
        if name not in shown:
            violate(f"/data/{name}", "it stays", "no such member", "KV-PART-013")


def _including(helpdesk: Helpdesk, session: Session, reference: tuple[str, str]) -> _Nesting:
    """A test, which shows the caller as its user, or where it does not, the caller."""
    test = with_arguments(helpdesk.draft("getTest"), {"include": "user"})
    user = _shown(helpdesk.send(test)).get("user")
    if isinstance(user, Mapping) and "designation" in user:
        return _Nesting(test, "user", user, "full_name", "designation")
    name, kind = reference
    me = with_arguments(session.sent_in(Draft(helpdesk.spec["getMe"])), {"include": kind})
    nested = _shown(helpdesk.send(me)).get(name)
    members = sorted(set(nested) - set(_ALWAYS)) if isinstance(nested, Mapping) else []
    if not isinstance(nested, Mapping) or len(members) < 2:
        raise PrerequisiteBroken(f"no {name} is included")
    return _Nesting(me, name, nested, members[-1], members[0])


@covers("KV-PART-006")
@pytest.mark.parametrize(
    "rule", ["+{name}(-{dropped})", "+{name}(+{kept},-{dropped})"], ids=["minus", "both"]
)
def test_fields_of_a_nested_object_stand_in_brackets(
    helpdesk: Helpdesk, session: Session, reference: tuple[str, str], rule: str
) -> None:
    found = _including(helpdesk, session, reference)
    fields = rule.format(**vars(found))
    exchange = helpdesk.send(with_arguments(found.draft, {"fields": fields}))
    if taken(exchange):
        nested = _shown(exchange).get(found.name)
        members = sorted(nested) if isinstance(nested, Mapping) else None
        wanted = sorted(set(found.full) - {found.dropped})
        judge(members, equal_to(wanted), f"names in /data/{found.name}")


@covers("KV-PART-006")
def test_rules_in_brackets_include_nothing_by_themselves(helpdesk: Helpdesk) -> None:
    draft = helpdesk.draft("getTest")
    plain = _shown(helpdesk.send(draft)).get("user")
    if not isinstance(plain, Mapping) or "full_name" in plain:
        skip("tests show no caller as a reference")
    exchange = helpdesk.send(with_arguments(draft, {"fields": "+user(+full_name)"}))
    if taken(exchange):
        judge(_shown(exchange).get("user"), equal_to(plain), "/data/user")


@covers("KV-PART-007")
def test_a_star_shows_every_field(
    helpdesk: Helpdesk, session: Session, plain: Mapping[str, Any]
) -> None:
    exchange = _me(helpdesk, session, fields="*")
    if taken(exchange):
        missing = sorted(set(plain) - set(_shown(exchange)))
        judge(missing, equal_to([]), "default fields not in /data")
        for name in _references(plain):
            judge(_shown(exchange).get(name), equal_to(plain[name]), f"/data/{name}")


@covers("KV-PART-007")
def test_a_star_shows_what_is_not_shown_by_default(helpdesk: Helpdesk) -> None:
    _case_without(helpdesk, _ON_DEMAND)
    if taken(exchange := _case(helpdesk, fields="*")):
        judge(sorted(_shown(exchange)), containing(_ON_DEMAND), "names in /data")


@covers("KV-PART-007")
def test_stars_reach_every_level(
    helpdesk: Helpdesk, session: Session, reference: tuple[str, str]
) -> None:
    name = reference[0]
    usual = _shown(_me(helpdesk, session, include="*")).get(name)
    if not isinstance(usual, Mapping):
        raise PrerequisiteBroken(f"no {name} is included")
    exchange = _me(helpdesk, session, include="*", fields="*(*)")
    if taken(exchange):
        nested = _shown(exchange).get(name)
        missing = set(usual) - set(nested if isinstance(nested, Mapping) else ())
        judge(sorted(missing), equal_to([]), f"default fields not in /data/{name}")


@covers("KV-PART-008")
@pytest.mark.parametrize("fields", ["*", "*(*)", "+password"])
def test_a_password_is_never_shown(helpdesk: Helpdesk, session: Session, fields: str) -> None:
    shown = _shown(_me(helpdesk, session, include="*", fields=fields))
    for where, name in _names(shown, "/data"):
        if name in _HIDDEN:
            violate(where, "no such member", "it is there")


def _names(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Every name at any depth, and where it stands."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield f"{where}/{name}", name
            yield from _names(inner, f"{where}/{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _names(inner, f"{where}/{number}")


@covers("KV-PART-014")
@pytest.mark.parametrize("operation_id", ["listTests", "getTest"])
def test_all_fields_of_tests_can_be_asked_for(helpdesk: Helpdesk, operation_id: str) -> None:
    taken(helpdesk.send(with_arguments(helpdesk.draft(operation_id), {"fields": "*"})))
