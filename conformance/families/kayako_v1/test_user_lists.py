"""Lists of users: their order, three filters, conditions, posts (page "Users")."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit, skip, violate
from conformance.engine.answer import Item
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import equal_to
from conformance.engine.shared import once, readable
from conformance.families.kayako_v1.asking import item_of, taken, with_arguments
from conformance.families.kayako_v1.listings import falling, ids_of, judge_choice
from conformance.families.kayako_v1.people import make_user, user_of

#: The largest page that a check asks for.
_MANY = 100
_CONTAINS = "string_contains_insensitive"
_ROLES = ("CUSTOMER", "COLLABORATOR", "AGENT", "ADMIN")


@pytest.fixture(scope="module")
def pair(helpdesk: Helpdesk) -> list[Made]:
    """Two users with ids of another system, made one after the other."""
    return [make_user(helpdesk, legacy_id=helpdesk.chance.fill("{mark}-{word}")) for _ in range(2)]


def _legacy_id(made: Made) -> str:
    """What a user was given. Raises PrerequisiteBroken where it was not kept, judged elsewhere."""
    given = str(made.exchange.sent["legacy_id"])
    if made.shown("legacy_id") != given:
        raise PrerequisiteBroken("a new user shows another legacy_id than it was given")
    return given


# Order ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("pair")
@covers("KV-USER-004")
@pytest.mark.parametrize("limit", [2, _MANY])
def test_the_latest_user_comes_first(helpdesk: Helpdesk, limit: int) -> None:
    listed = readable(helpdesk.call("listUsers", limit=limit))
    judge(ids_of(listed), falling, "/data/*/id")


@covers("KV-REQ-001")
def test_a_new_user_stands_in_the_list(helpdesk: Helpdesk) -> None:
    made = make_user(helpdesk)
    expect(readable(helpdesk.call("listUsers", limit=_MANY))).lists(id=int(made.id))


@covers("KV-REQ-001")
def test_a_deleted_user_is_not_listed(helpdesk: Helpdesk) -> None:
    made = make_user(helpdesk)
    if not helpdesk.call("deleteUser", id=made.id).succeeded:
        skip("the user is not deleted")
    expect(readable(helpdesk.call("listUsers", limit=_MANY))).lacks(id=int(made.id))


@covers("KV-REQ-001")
@pytest.mark.parametrize("name", ["full_name", "resource_url"])
def test_a_user_of_the_list_is_the_user(helpdesk: Helpdesk, name: str) -> None:
    made = user_of(helpdesk, "customer")
    read = item_of(readable(helpdesk.call("getUser", id=made.id)))
    listed = readable(helpdesk.call("listUsers", ids=[made.id]))
    expect(listed).item_where(name, equal_to(read.get(name)), id=int(made.id))


# Filters ----------------------------------------------------------------------------------------


@covers("KV-USER-005", "KV-USER-025")
def test_users_are_chosen_by_id(helpdesk: Helpdesk, pair: list[Made]) -> None:
    ids = [made.id for made in pair]
    for chosen in (ids, ids[:1]):
        if taken(exchange := helpdesk.call("listUsers", ids=chosen), "KV-USER-005", "KV-USER-025"):
            judge_choice(exchange, chosen, "KV-USER-025", "KV-USER-005")


@covers("KV-USER-005", "KV-USER-025")
def test_users_are_chosen_by_legacy_id(helpdesk: Helpdesk, pair: list[Made]) -> None:
    for chosen in (pair, pair[:1]):
        exchange = helpdesk.call("listUsers", legacy_ids=[_legacy_id(made) for made in chosen])
        if taken(exchange, "KV-USER-005", "KV-USER-025"):
            judge_choice(exchange, [made.id for made in chosen], "KV-USER-025", "KV-USER-005")


@covers("KV-USER-025")
@pytest.mark.parametrize("name", ["ids", "legacy_ids"])
def test_ids_of_nobody_list_nobody(helpdesk: Helpdesk, name: str) -> None:
    nobody = helpdesk.chance.unissued_id() if name == "ids" else helpdesk.chance.word()
    expect(readable(helpdesk.call("listUsers", **{name: [nobody]}))).count(equal_to(0))


@covers("KV-USER-005", "KV-USER-024")
@pytest.mark.parametrize("role", _ROLES)
def test_users_are_chosen_by_role(helpdesk: Helpdesk, role: str) -> None:
    draft = with_arguments(helpdesk.draft("listUsers"), {"role": role, "include": "*"})
    exchange = helpdesk.send(with_arguments(draft, {"limit": _MANY}))
    if not taken(exchange, "KV-USER-005", "KV-USER-024"):
        return
    items = readable(exchange).answer.items
    if items and all(_type_of(item) is None for item in items):
        skip("roles are shown as references alone")
    for item in items:
        if _type_of(item) not in (None, role):
            violate(item.where("role"), role, str(_type_of(item)), "KV-USER-024")


def _type_of(item: Item) -> Any:
    """The type of a user's role, where it is shown."""
    role = item.get("role")
    return role.get("type") if isinstance(role, Mapping) else None


@covers("KV-USER-005")
@pytest.mark.parametrize(("role", "kind"), [("CUSTOMER", "customer"), ("AGENT", "agent")])
def test_a_user_is_found_by_role(helpdesk: Helpdesk, role: str, kind: str) -> None:
    made = make_user(helpdesk, kind)
    exchange = helpdesk.call("listUsers", role=role, limit=_MANY)
    if taken(exchange):
        expect(exchange).lists(id=int(made.id))


# Conditions -------------------------------------------------------------------------------------


def _name_field(helpdesk: Helpdesk) -> str:
    """The field of the full name in conditions; omits the check where there is none."""
    items = readable(helpdesk.good("listUserDefinitions")).answer.items
    for item in items:
        field = str(item.get("field"))
        plain = "".join(filter(str.isalpha, field)).lower()
        operators = item.get("operators")
        if plain.endswith("fullname") and isinstance(operators, list) and _CONTAINS in operators:
            return field
    return omit("there is no condition on a part of the full name")


def _conditions(field: str, joined: str, words: list[list[str]], inner: str = "AND") -> str:
    """Collections of propositions that names contain these words."""
    collections = [
        {
            "proposition_operator": inner,
            "propositions": [{"field": field, "operator": _CONTAINS, "value": w} for w in each],
        }
        for each in words
    ]
    return json.dumps({"collection_operator": joined, "collections": collections})


@pytest.fixture(scope="module")
def named(helpdesk: Helpdesk) -> dict[str, Made]:
    """Three users, by the words in their names."""
    one, two = helpdesk.chance.word(), helpdesk.chance.word()
    names = {one: f"{{mark}} {one.title()}", two: f"{{mark}} {two}", "": f"{{mark}} {two} {one}"}
    return {
        word: make_user(helpdesk, full_name=helpdesk.chance.fill(name))
        for word, name in names.items()
    }


def _found(helpdesk: Helpdesk, predicates: str, body: str = "form") -> Exchange:
    """Who fits; what is new may take a moment to be found."""
    draft = helpdesk.draft("filterUsers", predicates=predicates).with_options(body=body)
    draft = with_arguments(draft, {"limit": _MANY})

    def is_there(exchange: Exchange) -> bool:
        return not exchange.succeeded or bool(exchange.answer.items)

    return helpdesk.chance.poll(lambda: helpdesk.send(draft), is_there, 5)


@covers("KV-USER-040", "KV-USER-041")
@pytest.mark.parametrize("body", ["form", "json", "multipart"])
@pytest.mark.parametrize("letters", [str.lower, str.upper], ids=["small", "capital"])
def test_who_fits_is_found_in_any_letter_case(
    helpdesk: Helpdesk, named: dict[str, Made], letters: Any, body: str
) -> None:
    word = next(iter(named))
    predicates = _conditions(_name_field(helpdesk), "AND", [[letters(word)]])
    exchange = _found(helpdesk, predicates, body)
    if taken(exchange, "KV-USER-040"):
        wanted = [named[word].id, named[""].id]
        judge_choice(exchange, wanted, "KV-USER-041", "KV-USER-041")


@covers("KV-USER-040", "KV-USER-041")
@pytest.mark.parametrize(
    ("joined", "inner", "together", "found"),
    [
        ("OR", "AND", False, 3),
        ("AND", "OR", False, 1),
        ("AND", "AND", True, 1),
        ("AND", "OR", True, 3),
    ],
)
def test_conditions_are_joined(
    helpdesk: Helpdesk, named: dict[str, Made], joined: str, inner: str, together: bool, found: int
) -> None:
    one, two, _ = named
    words = [[one, two]] if together else [[one], [two]]
    exchange = _found(helpdesk, _conditions(_name_field(helpdesk), joined, words, inner))
    if taken(exchange, "KV-USER-040"):
        both = named[""].id
        wanted = [both] if found == 1 else [made.id for made in named.values()]
        judge_choice(exchange, wanted, "KV-USER-041", "KV-USER-041")


@covers("KV-USER-041")
def test_who_fits_nothing_is_not_found(helpdesk: Helpdesk) -> None:
    predicates = _conditions(_name_field(helpdesk), "AND", [[helpdesk.chance.word(20)]])
    draft = helpdesk.draft("filterUsers", predicates=predicates)
    expect(readable(helpdesk.send(draft))).count(equal_to(0))


# Posts ------------------------------------------------------------------------------------------


def _posts(helpdesk: Helpdesk, **arguments: Any) -> Exchange:
    """The posts of a user. They are notes, which have a page of their own."""

    def make_notes() -> Made:
        made = make_user(helpdesk)
        for _ in range(3):
            text = helpdesk.chance.fill("{mark} note {n}")
            draft = Draft(helpdesk.spec["createOrganizationNote"]).having(contents=text)
            draft = draft.at_path(f"/users/{made.id}/notes").sent_by("POST", "update")
            if not helpdesk.send(draft).succeeded:
                omit("users get no notes")
        return made

    made = once(helpdesk, "user with notes", make_notes)
    return helpdesk.call("listUserPosts", id=made.id, **arguments)


@covers("KV-USER-042")
def test_the_latest_post_comes_first(helpdesk: Helpdesk) -> None:
    listed = readable(_posts(helpdesk))
    judge(ids_of(listed), falling, "/data/*/id")
    expect(listed).count(equal_to(3))


@covers("KV-USER-042")
@pytest.mark.parametrize(("name", "start", "end"), [("after_id", 2, 3), ("before_id", 0, 1)])
def test_a_cursor_stands_beside_its_page_of_posts(
    helpdesk: Helpdesk, name: str, start: int, end: int
) -> None:
    ids = ids_of(readable(_posts(helpdesk)))
    if len(ids) < 3:
        skip("the user has fewer than three posts")
    if taken(exchange := _posts(helpdesk, **{name: ids[1]})):
        judge(ids_of(exchange), equal_to(ids[start:end]), "/data/*/id")
