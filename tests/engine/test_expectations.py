"""Matchers, the running check, and what checks say about exchanges."""

from collections.abc import Callable
from typing import Any

import pytest

from conformance.engine import matchers as m
from conformance.engine.case import Case, current, current_or_none, running
from conformance.engine.errors import ConnectionLost, Omitted, Skipped, SuiteError, omit, skip
from conformance.engine.exchange import Exchange, Request, Response
from conformance.engine.expectations import Expectation, covers, each, expect, judge, violate
from conformance.engine.spec import Spec
from conformance.engine.verdicts import Violation

# Matchers -----------------------------------------------------------------------------------------

#: matcher: (what it says, values that fit, values that do not)
MATCHERS: dict[str, tuple[m.Matcher, str, list[Any], list[Any]]] = {
    "equal to a number": (m.equal_to(5), "5", [5, "5", 5.0], [6, "05", None, True, [5], "5 "]),
    "equal to one": (m.equal_to(1), "1", [1, "1"], [True, 0, "01"]),
    "equal to none": (m.equal_to(0), "0", [0, "0"], [False, None, ""]),
    "equal to text": (m.equal_to("a"), '"a"', ["a"], ["A", "a ", None, ["a"]]),
    "equal to digits": (m.equal_to("5"), '"5"', ["5", 5], ["5.0", 6]),
    "equal to nothing": (m.equal_to(None), "None", [None], ["", 0, "None"]),
    "equal to true": (m.equal_to(True), "True", [True], [1, "True", False]),
    "equal to a list": (m.equal_to([1, 2]), "[1, 2]", [[1, 2]], [[2, 1], [1], "[1, 2]"]),
    "different": (m.different_from(5), "something other than 5", [6, None, True], [5, "5"]),
    "one of": (m.one_of([1, "b"]), 'one of 1, "b"', [1, "1", "b"], [2, "B", None]),
    "one of a generator": (m.one_of(n for n in (1, 2)), "one of 1, 2", [1, 2, 1, 2], [3]),
    "containing in text": (m.containing("el"), '"el" in it', ["hello", ["el"]], ["hallo", None, 5]),
    "containing a number": (m.containing(5), "5 in it", [[1, 5], ["5"], "15"], [[15], [], {}]),
    "lacking": (m.lacking("x"), '"x" not in it', ["abc", [], None], ["axb", ["x"]]),
    "matching": (m.matching("[a-c]+", "a to c"), "a to c", ["abc"], ["abcd", "", 5, None, "ab\n"]),
    "at least": (m.at_least(3), "at least 3", [3, 4, 3.5], [2, "4", None]),
    "at most": (m.at_most(3), "at most 3", [3, 2, -1], [4, "2", None]),
    "positive": (m.a_positive_integer, "a positive integer", [1, 2**40], [0, -1, 1.5, "1", True]),
    "empty": (m.empty, "nothing", [None, 0, "", "0", []], ["x", 1, [0], " "]),
    "not empty": (m.not_empty, "something", ["x", 1, [0], " "], [None, 0, "", "0", []]),
}  # fmt: skip


@pytest.mark.parametrize("name", MATCHERS)
def test_what_fits_a_matcher_is_no_mismatch(name: str) -> None:
    matcher, _, fitting, _ = MATCHERS[name]
    assert [matcher(value) for value in fitting] == [None] * len(fitting)


@pytest.mark.parametrize("name", MATCHERS)
def test_what_does_not_fit_is_told_what_was_promised(name: str) -> None:
    matcher, words, _, others = MATCHERS[name]
    assert [matcher(value) for value in others] == [words] * len(others)


# The running check --------------------------------------------------------------------------------


def test_the_running_check_is_known(case: Case) -> None:
    assert current() is case


def test_outside_of_a_check_there_is_none() -> None:
    assert current_or_none() is None


def test_expecting_outside_of_a_check_is_the_suites_mistake() -> None:
    with pytest.raises(SuiteError, match="belong into a running check"):
        violate("here", "this", "that")


def test_a_check_within_a_check_ends_by_itself(case: Case) -> None:
    with running(Case(())):
        pass
    assert current() is case


def test_a_check_ends_also_when_it_breaks_off() -> None:
    with pytest.raises(RuntimeError), running(Case(())):
        raise RuntimeError
    assert current_or_none() is None


def test_naming_an_uncovered_requirement_is_the_suites_mistake(case: Case) -> None:
    with pytest.raises(SuiteError, match="names LIB-002 without covering it"):
        violate("here", "this", "that", "LIB-002")
    assert case.violations == []


def test_a_check_of_several_requirements_has_to_name_one() -> None:
    with running(Case(("LIB-001", "LIB-002"))), pytest.raises(SuiteError, match="say which one"):
        violate("here", "this", "that")


def test_a_check_of_no_requirement_cannot_name_any() -> None:
    with running(Case(())), pytest.raises(SuiteError):
        violate("here", "this", "that")


def test_a_check_of_one_requirement_means_that_one(case: Case) -> None:
    violate("here", "this", "that")
    assert case.violations == [Violation("LIB-001", "here", "this", "that")]


def test_the_same_violation_is_kept_once(case: Case) -> None:
    violate("here", "this", "that")
    violate("here", "this", "that")
    assert len(case.violations) == 1


def test_a_violation_of_two_requirements_names_both() -> None:
    with running(Case(("LIB-001", "LIB-002"))) as case:
        violate("here", "this", "that", "LIB-001", "LIB-002")
    assert [v.requirement for v in case.violations] == ["LIB-001", "LIB-002"]


def test_notes_are_kept_once_and_in_order(case: Case) -> None:
    for text in ("b", "a", "b"):
        case.note(text)
    assert list(case.notes) == ["b", "a"]


def test_judging_a_value_that_fits_says_so(case: Case) -> None:
    assert (judge(5, m.equal_to(5), "here"), case.violations) == (True, [])


def test_judging_a_value_that_does_not_fit_reports_it(case: Case) -> None:
    assert not judge("x", m.equal_to(5), "here")
    assert case.violations == [Violation("LIB-001", "here", "5", '"x"')]


def test_what_was_got_may_be_told_in_words(case: Case) -> None:
    judge([], m.not_empty, "here", got="none of three")
    assert case.violations[0].got == "none of three"


def test_a_check_can_say_that_it_does_not_apply() -> None:
    with pytest.raises(Omitted, match="no such field"):
        omit("no such field")


def test_a_check_can_say_that_it_could_not_judge() -> None:
    with pytest.raises(Skipped, match="no such role"):
        skip("no such role")


def test_covering_and_repeating_mark_a_check() -> None:
    def check() -> None:
        raise AssertionError("marking runs no check")

    marked: Any = covers("A", "B")(each(lambda _: [])(check))
    assert (marked is check, marked.covers, list(marked.each(None))) == (True, ("A", "B"), [])


# Expectations about exchanges ---------------------------------------------------------------------

LIST = (
    b"<shelves><shelf><id>1</id><title>A</title></shelf>"
    b"<shelf><id>2</id><title>B</title></shelf></shelves>"
)
ONE = b"<shelves><shelf><id>1</id><title>A</title></shelf></shelves>"
Expect = Callable[..., Expectation]


@pytest.fixture
def about(spec: Spec, case: Case) -> Expect:
    """Start expectations about an answer of listShelves."""
    assert current() is case

    def start(body: bytes = LIST, status: int = 200, reason: str = "OK") -> Expectation:
        response = Response(status, reason, (), body)
        request = Request("GET", "http://library.invalid/Shelf")
        return expect(
            Exchange("7", "good", request, response, None, 0.1, spec, spec["listShelves"])
        )

    return start


#: expectation: (chain, body, status)
KEPT: dict[str, tuple[Callable[[Expectation], Any], bytes, int]] = {
    "a status": (lambda e: e.status(200), LIST, 200),
    "one of two statuses": (lambda e: e.status(200, 404), b"", 404),
    "success": (lambda e: e.success(), b"", 204),
    "a refusal": (lambda e: e.refused(), b"", 401),
    "one object": (lambda e: e.has_item(), ONE, 200),
    "a member": (lambda e: e.item("title", m.equal_to("A")), ONE, 200),
    "a member of one in a list": (
        lambda e: e.item_where("title", m.equal_to("B"), id=2), LIST, 200,
    ),
    "a member of one named by text": (
        lambda e: e.item_where("title", m.equal_to("B"), id="2"), LIST, 200,
    ),
    "an object in a list": (lambda e: e.lists(id=2).lists(id="1"), LIST, 200),
    "no such object": (lambda e: e.lacks(id=3), LIST, 200),
    "values": (lambda e: e.values("id", m.equal_to([1, 2])), LIST, 200),
    "a count": (lambda e: e.count(m.equal_to(2)), LIST, 200),
    "no objects": (lambda e: e.count(m.equal_to(0)), b"<shelves/>", 200),
    "the whole value": (lambda e: e.value(m.not_empty), b"words", 400),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_what_is_as_expected_is_no_violation(about: Expect, case: Case, name: str) -> None:
    chain, body, status = KEPT[name]
    assert (chain(about(body, status)).kept, case.violations) == (True, [])


#: expectation: (chain, body, status, where, promised, got)
BROKEN: dict[str, tuple[Callable[[Expectation], Any], bytes, int, str, str, str]] = {
    "a status": (
        lambda e: e.status(200, 201), LIST, 404, "status line", "status 200 or 201", "404 OK",
    ),
    "success": (lambda e: e.success(), LIST, 302, "status line", "success", "302 OK"),
    "a refusal": (lambda e: e.refused(), LIST, 200, "status line", "a refusal (4xx)", "200 OK"),
    "a refusal by an error": (
        lambda e: e.refused(), LIST, 500, "status line", "a refusal (4xx)", "500 OK",
    ),
    "one object": (
        lambda e: e.has_item(), LIST, 200, "/shelves", "exactly one object", "2 objects",
    ),
    "an object": (
        lambda e: e.item("id", m.equal_to(1)), b"<shelves/>", 200,
        "/shelves", "exactly one object", "0 objects",
    ),
    "a member": (
        lambda e: e.item("title", m.equal_to("X")), ONE, 200,
        "/shelves/shelf[1]/title", '"X"', '"A"',
    ),
    "a member that is absent": (
        lambda e: e.item("colour", m.equal_to("red")), ONE, 200,
        "/shelves/shelf[1]/colour", '"red"', "no such member",
    ),
    "a member of one in a list": (
        lambda e: e.item_where("title", m.equal_to("A"), id=2), LIST, 200,
        "/shelves/shelf[2]/title", '"A"', '"B"',
    ),
    "a member of one not in the list": (
        lambda e: e.item_where("title", m.equal_to("A"), id=3), LIST, 200,
        "/shelves", "an object with id = 3", "none in the list",
    ),
    "an object in a list": (
        lambda e: e.lists(id=3, title="C"), LIST, 200,
        "/shelves", "an object with id = 3, title = C", "none among 2",
    ),
    "no such object": (
        lambda e: e.lacks(id=2), LIST, 200,
        "/shelves/shelf[2]", "no object with id = 2", "it is there",
    ),
    "no such object named by text": (
        lambda e: e.lacks(id="2"), LIST, 200,
        "/shelves/shelf[2]", "no object with id = 2", "it is there",
    ),
    "values": (
        lambda e: e.values("id", m.containing(3)), LIST, 200, "/shelves/*/id", "3 in it", "[1, 2]",
    ),
    "a count": (
        lambda e: e.count(m.at_most(1)), LIST, 200, "count of /shelves/*", "at most 1", "2",
    ),
    "the whole value": (lambda e: e.value(m.empty), b"words", 400, "body", "nothing", '"words"'),
    "an object of a failed call": (
        lambda e: e.lacks(id=2), LIST, 500, "status line", "success", "500 OK",
    ),
    "an object of an unreadable answer": (
        lambda e: e.lacks(id=2), b" ", 200, "body", "a readable answer", "an empty body",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_as_expected_is_told(about: Expect, case: Case, name: str) -> None:
    chain, body, status, where, promised, got = BROKEN[name]
    chain(about(body, status))
    assert case.violations == [Violation("LIB-001", where, promised, got)]


def test_a_chain_ends_at_its_first_mismatch(about: Expect, case: Case) -> None:
    about(b"", 500).success().has_item().item("id", m.equal_to(1)).lists(id=1).count(m.empty)
    assert [violation.where for violation in case.violations] == ["status line"]


@pytest.mark.parametrize("name", [n for n in BROKEN if n != "a refusal"])
def test_nothing_is_told_after_a_mismatch(about: Expect, case: Case, name: str) -> None:
    chain, body, status, *_ = BROKEN[name]
    chain(about(body, status).status(299))
    assert [violation.promised for violation in case.violations] == ["status 299"]


def test_another_chain_about_the_same_exchange_goes_on(about: Expect, case: Case) -> None:
    about(ONE).count(m.equal_to(5))
    about(ONE).item("title", m.equal_to("X"))
    assert len(case.violations) == 2


def test_an_exchange_with_expectations_is_evidence(about: Expect, case: Case) -> None:
    about()
    assert list(case.exchanges) == ["7"]


def test_expecting_of_no_answer_is_a_lost_connection(spec: Spec, case: Case) -> None:
    lost = Exchange("8", "good", Request("GET", "u"), None, "hung up", 0.1, spec, spec["getShelf"])
    with pytest.raises(ConnectionLost, match="getShelf got no answer: hung up"):
        expect(lost)
    assert list(case.exchanges) == ["8"]
