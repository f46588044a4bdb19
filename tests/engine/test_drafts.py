"""Chance, drafts, the good request built from the catalogue, and the journal."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from conformance.engine.chance import Chance
from conformance.engine.draft import Draft, Upload
from conformance.engine.drafting import alias_path
from conformance.engine.errors import SuiteError
from conformance.engine.exchange import Exchange, Request
from conformance.engine.journal import Journal, Made
from conformance.engine.spec import Spec

# Chance -------------------------------------------------------------------------------------------


def drawn(chance: Chance) -> list[Any]:
    return [
        chance.mark, chance.unused(), chance.word(), chance.salt(), chance.unissued_id(),
        chance.number(0, 10**9), chance.bytes(8), chance.fill("{mark}{n}{word}"),
    ]  # fmt: skip


def test_the_same_seed_gives_the_same_values() -> None:
    assert drawn(Chance(5, "gw1", clock=lambda: 0.0)) == drawn(Chance(5, "gw1", clock=lambda: 0.0))


def test_another_seed_gives_other_values() -> None:
    pairs = list(zip(drawn(Chance(5)), drawn(Chance(6)), strict=True))
    assert [one == other for one, other in pairs] == [False, True, *[False] * 6]


def test_the_random_numbers_of_others_have_no_say() -> None:
    random.seed(1)
    first = drawn(Chance(5))
    random.seed(2)
    assert drawn(Chance(5)) == first


def test_all_workers_of_a_run_share_its_mark() -> None:
    assert len({Chance(5, worker).mark for worker in ("", "gw0", "gw1", "gw11")}) == 1


def test_the_mark_is_letters_and_digits() -> None:
    assert all(Chance(seed).mark.isalnum() and len(Chance(seed).mark) == 10 for seed in range(50))


def test_no_two_workers_return_the_same_unused_value() -> None:
    workers = ["", *(f"gw{number}" for number in range(120))]
    values = [chance.unused() for chance in map(Chance, [5] * 121, workers) for _ in range(150)]
    assert len(set(values)) == len(values)


def test_unused_values_are_short_letters_and_digits() -> None:
    values = [Chance(5, worker).unused() for worker in ("", "gw0", "gw-1")]
    assert all(value.isalnum() and len(value) < 8 for value in values)


def test_words_and_salts_differ_between_workers() -> None:
    chances = [Chance(5, worker) for worker in ("", "gw0", "gw1")]
    assert len({(chance.word(), chance.salt()) for chance in chances}) == 3


def test_words_are_small_letters() -> None:
    word = Chance(5).word(20)
    assert (len(word), word.isalpha(), word.islower()) == (20, True, True)


def test_ids_that_nobody_has_issued_fit_into_31_bits() -> None:
    chance = Chance(5)
    assert all(2 * 10**9 <= chance.unissued_id() < 2**31 for _ in range(100))


def test_a_template_is_filled() -> None:
    chance = Chance(5, clock=lambda: 1234.9)
    assert chance.fill("{mark}/{now}/{n}/{n}") == f"{chance.mark}/1234/1/1"


def test_a_fresh_number_is_drawn_for_each_template() -> None:
    chance = Chance(5)
    assert [chance.fill("{n}"), chance.fill("{n}")] == ["1", "2"]


@pytest.mark.parametrize("template", ["plain", "{other}", "{", "{}"])
def test_what_is_no_template_stays(template: str) -> None:
    assert Chance(5).fill(template) == template


class Clock:
    """Time that passes only while waiting."""

    def __init__(self) -> None:
        self.time = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += seconds


def polled(results: list[int], seconds: float) -> tuple[int, list[float], int]:
    clock, left = Clock(), list(results)
    chance = Chance(5, clock=lambda: clock.time, sleep=clock.sleep)
    found = chance.poll(lambda: left.pop(0), lambda result: result == 1, seconds)
    return found, clock.pauses, len(left)


def test_polling_ends_when_it_is_done() -> None:
    assert polled([0, 0, 1, 1], 60) == (1, [0.1, 0.2], 1)


def test_polling_does_not_wait_when_it_is_done_at_once() -> None:
    assert polled([1], 60) == (1, [], 0)


def test_polling_ends_with_the_last_result_when_the_time_is_over() -> None:
    assert polled([0] * 9, 1.0) == (0, [0.1, 0.2, 0.4, 0.8], 4)


def test_polling_waits_longer_and_longer_up_to_two_seconds() -> None:
    assert polled([0] * 20, 9)[1] == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0]


# Drafts -------------------------------------------------------------------------------------------


@pytest.fixture
def book(spec: Spec) -> Draft:
    return Draft(spec["createBook"]).having(shelfid=1, tags=["a", "b"], name="N")


CHANGES: dict[str, Callable[[Draft], Draft]] = {
    "without": lambda draft: draft.without("tags"),
    "having": lambda draft: draft.having(name="M", extra=1),
    "sent by": lambda draft: draft.sent_by("PUT", effect="update"),
    "with credential": lambda draft: draft.with_credential("forged"),
    "addressed": lambda draft: draft.addressed("bare"),
    "at path": lambda draft: draft.at_path("/Other"),
    "with upload": lambda draft: draft.with_upload(Upload("f", "a.txt", b"x")),
    "with headers": lambda draft: draft.with_headers(X_One="1"),
    "with options": lambda draft: draft.with_options(salt="x"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_leaves_the_draft_as_it_was(book: Draft, change: str) -> None:
    before = repr(book)
    changed = CHANGES[change](book)
    assert (repr(book) == before, changed != book) == (True, True)


def test_a_draft_takes_method_and_effect_of_its_operation(spec: Spec) -> None:
    draft = Draft(spec["updateShelf"])
    assert (draft.method, draft.effect, draft.credential) == ("PUT", "update", "valid")


def test_a_parameter_is_left_out_wherever_it_stands(spec: Spec) -> None:
    draft = Draft(spec["updateShelf"]).having(id=5, title="T").without("id", "title")
    assert (draft.path, draft.form) == ({}, ())


def test_leaving_out_what_is_not_there_changes_nothing(book: Draft) -> None:
    assert book.without("nothing") == book


def test_a_list_repeats_its_field(book: Draft) -> None:
    assert [value for name, value in book.form if name == "tags"] == ["a", "b"]


def test_an_empty_list_leaves_no_field(book: Draft) -> None:
    assert book.having(tags=[]) == book.without("tags")


def test_a_value_replaces_the_one_before(book: Draft) -> None:
    assert [pair for pair in book.having(name="M").form if pair[0] == "name"] == [("name", "M")]


def test_a_value_replaces_all_of_a_repeated_field(book: Draft) -> None:
    assert book.having(tags="c").sent["tags"] == "c"


def test_names_with_brackets_are_given_as_a_mapping(book: Draft) -> None:
    assert book.having({"email[]": ["a", "b"]}).sent["email[]"] == ["a", "b"]


@pytest.mark.parametrize(
    ("operation", "place"),
    [("createShelf", "form"), ("updateShelf", "form"), ("getShelf", "query")],
)
def test_an_unknown_field_goes_where_the_operations_own_go(
    spec: Spec, operation: str, place: str
) -> None:
    assert getattr(Draft(spec[operation]).having(extra=5), place) == (("extra", "5"),)


def test_what_was_sent_is_known_by_name(spec: Spec) -> None:
    draft = Draft(spec["updateShelf"]).having(id=5, title="T")
    assert draft.sent == {"id": "5", "title": "T"}


def test_options_add_up(book: Draft) -> None:
    assert book.with_options(a=1).with_options(b=2, a=3).options == {"a": 3, "b": 2}


def test_headers_add_up(book: Draft) -> None:
    draft = book.with_headers(X_One="1").with_headers(X_Two="2")
    assert draft.headers == (("X-One", "1"), ("X-Two", "2"))


@pytest.mark.parametrize(
    ("operation", "values", "path"),
    [
        ("getBook", {"shelfid": 1, "id": 2}, "/Book/1/2"),
        ("getBook", {"shelfid": 1}, "/Book/1"),
        ("getBook", {"id": 2}, "/Book"),
        ("getBook", {}, "/Book"),
        ("listShelves", {}, "/Shelf"),
    ],
)
def test_a_path_is_cut_at_its_first_missing_argument(
    spec: Spec, operation: str, values: dict[str, int], path: str
) -> None:
    assert Draft(spec[operation]).having(values).resource_path == path


def test_another_path_replaces_the_operations(book: Draft) -> None:
    assert book.at_path("/Any/Where").resource_path == "/Any/Where"


def test_the_other_name_of_a_path_keeps_the_arguments(spec: Spec) -> None:
    draft = Draft(spec["probe"]).having(id=9)
    assert alias_path(spec["probe"], draft) == "/Core/Probe/9"


# The good request ---------------------------------------------------------------------------------


def test_a_good_request_has_the_required_fields_and_the_first_of_each_choice(desk: Any) -> None:
    names = {name for name, _ in desk.helpdesk.draft("createBook").form}
    assert names == {"shelfid", "tags", "name", "label", "author"}


def test_a_full_request_has_every_field_with_a_value_but_no_second_choice(desk: Any) -> None:
    shelf, book = (desk.helpdesk.full_draft(name) for name in ("createShelf", "createBook"))
    assert {name for name, _ in shelf.form} == {"title", "colour"}
    assert {name for name, _ in book.form} == {"shelfid", "tags", "name", "label", "author"}


def test_a_field_of_two_names_is_sent_under_both_with_one_value(desk: Any) -> None:
    sent = desk.helpdesk.draft("createBook").sent
    assert sent["name"] == sent["label"]


def test_templates_are_filled_in_lists_too(desk: Any) -> None:
    tags = desk.helpdesk.draft("createBook").sent["tags"]
    assert (len(tags[0]), tags[1]) == (12, "b")


def test_a_value_is_taken_from_an_object_of_the_run(desk: Any) -> None:
    draft = desk.helpdesk.draft("createBook")
    assert draft.sent["shelfid"] == desk.helpdesk.obtain("shelf").id


def test_an_optional_argument_of_a_path_is_left_out(desk: Any) -> None:
    assert desk.helpdesk.draft("search").resource_path == "/Search/title"


def test_fields_of_the_check_replace_the_catalogues(desk: Any) -> None:
    draft = desk.helpdesk.draft("createShelf", title="Mine", odd=1)
    assert draft.sent == {"title": "Mine", "odd": "1"}


def test_every_good_request_has_values_of_its_own(desk: Any) -> None:
    titles = {desk.helpdesk.draft("createShelf").sent["title"] for _ in range(3)}
    assert len(titles) == 3


def test_a_required_field_without_value_is_the_suites_mistake(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = desk.helpdesk.spec["createShelf"].parameter("title")
    monkeypatch.delitem(title.extra, "x-value")
    with pytest.raises(SuiteError, match="createShelf: the catalogue has no value for title"):
        desk.helpdesk.draft("createShelf")


def test_a_parameter_that_is_not_there_is_the_suites_mistake(spec: Spec) -> None:
    with pytest.raises(SuiteError, match="createShelf has no parameter 'weight'"):
        spec["createShelf"].parameter("weight")


# The catalogue ------------------------------------------------------------------------------------


def test_promises_behind_an_aspect_are_known(spec: Spec) -> None:
    found = [spec.promises("success"), spec.promises("credentials", "no-key"), spec.promises("no")]
    assert found == [("LIB-001",), ("LIB-002",), ()]


def test_an_aspect_of_several_cases_promises_nothing_as_a_whole(spec: Spec) -> None:
    assert (spec.promises("credentials"), spec.cases("credentials")) == ((), ("no-key",))


def test_makers_and_finders_of_a_kind_are_known(spec: Spec) -> None:
    maker, finder = spec.maker_of("shelf"), spec.finder_of("shelf")
    assert (maker and maker.id, finder and finder.id) == ("createShelf", "listShelves")


def test_nobody_makes_what_the_catalogue_does_not_know(spec: Spec) -> None:
    assert (spec.maker_of("unicorn"), spec.finder_of("unicorn")) == (None, None)


def test_references_in_a_circle_are_the_suites_mistake(spec: Spec) -> None:
    document = {**spec.document, "loop": {"$ref": "#/loop"}}
    with pytest.raises(SuiteError, match="turns in a circle"):
        Spec(document, spec.registry).resolve({"$ref": "#/loop"})


# The journal --------------------------------------------------------------------------------------


@pytest.fixture
def add(spec: Spec) -> Callable[..., Made]:
    """Add an object to the journal that the function keeps as `journal`."""

    def to(journal: Journal, kind: str, number: str, within: tuple[str, str] | None = None) -> Made:
        exchange = Exchange(number, "", Request("POST", "u"), None, None, 0.0, spec)
        return journal.add(Made(kind, {"id": number} if number else {}, exchange, within=within))

    return to


def standing(journal: Journal) -> list[tuple[str, str]]:
    return [(made.kind, made.id) for made in journal.standing()]


def test_objects_stand_in_reverse_order(add: Callable[..., Made]) -> None:
    journal = Journal()
    for number in "123":
        add(journal, "shelf", number)
    assert standing(journal) == [("shelf", "3"), ("shelf", "2"), ("shelf", "1")]


def test_what_goes_away_with_another_does_not_stand_by_itself(add: Callable[..., Made]) -> None:
    journal = Journal()
    add(journal, "shelf", "1")
    add(journal, "book", "2", ("shelf", "1"))
    assert standing(journal) == [("shelf", "1")]


def test_what_is_within_an_object_of_others_stands_by_itself(add: Callable[..., Made]) -> None:
    journal = Journal()
    add(journal, "book", "2", ("shelf", "99"))
    assert standing(journal) == [("book", "2")]


def test_with_an_object_goes_what_is_within_it(add: Callable[..., Made]) -> None:
    journal = Journal()
    shelf = add(journal, "shelf", "1")
    book = add(journal, "book", "1", ("shelf", "1"))
    other = add(journal, "seal", "1")
    journal.mark_removed("shelf", "1")
    assert [made.removed for made in (shelf, book, other)] == [True, True, False]


def test_what_remains_is_told_with_its_reason(add: Callable[..., Made]) -> None:
    journal = Journal()
    add(journal, "shelf", "1").failure = "it is nailed down"
    add(journal, "seal", "")
    assert [(entry.kind, entry.id, entry.reason) for entry in journal.left_behind()] == [
        ("seal", "", "not removed"),
        ("shelf", "1", "it is nailed down"),
    ]


def test_an_object_that_two_calls_answer_with_is_counted_once(add: Callable[..., Made]) -> None:
    journal = Journal()
    add(journal, "shelf", "1")
    add(journal, "shelf", "1")
    assert journal.made() == len(journal.left_behind()) == 1
    journal.mark_removed("shelf", "1")
    assert (journal.made(), journal.removed(), journal.left_behind()) == (1, 1, [])
