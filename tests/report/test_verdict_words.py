"""The outcome in words, and the summary in a terminal."""

import pytest

from conformance.report.terminal import SHOWN, lines
from conformance.report.verdicts import statement, tally, worst


@pytest.fixture
def judged(make_results):
    """A run with this verdict whose MUSTs have these verdicts."""

    def make(verdict, *musts, should="pass", **changed):
        results = make_results([], [], verdict, **changed)
        template = results["requirements"][0]
        entries = [("MUST", must) for must in musts] + [("SHOULD", should)]
        results["requirements"] = [
            {**template, "level": level, "verdict": word, "reason": "no role"}
            for level, word in entries
        ]
        return results

    return make


@pytest.mark.parametrize(
    ("verdict", "musts", "headline"),
    [
        ("nonconformant", ["fail", "pass"], "Not conformant: 1 MUST promise is broken"),
        ("nonconformant", ["fail", "fail"], "Not conformant: 2 MUST promises are broken"),
        ("inconclusive", ["error"], "Inconclusive: 1 MUST promise could not be decided"),
        (
            "partial",
            ["skip", "skip", "pass"],
            "Partial: nothing broken was found, but 2 MUST promises were not judged",
        ),
        (
            "partial",
            ["pass"],
            "Partial: nothing broken was found, but the run was a selection",
        ),
        ("conformant", ["pass", "omit"], "Conformant: every MUST promise was kept"),
    ],
)
def test_the_headline_says_what_it_came_to(judged, verdict, musts, headline):
    assert statement(judged(verdict, *musts)).headline == headline


@pytest.mark.parametrize("verdict", ["nonconformant", "inconclusive", "partial", "conformant"])
def test_broken_recommendations_are_told_with_every_verdict(judged, verdict):
    meaning = statement(judged(verdict, "pass", should="warn")).meaning
    assert "1 recommendation (SHOULD) is not followed" in meaning


def test_a_partial_run_says_how_to_judge_more(judged):
    results = judged("partial", "skip", safety="read", selection={"keyword": "x", "node_ids": []})
    advice = statement(results).next_step
    assert "Run again without a selection." in advice
    assert "1 promise not judged: no role." in advice
    assert "--safety write" in advice


def test_worst_and_tally_put_failures_first():
    assert worst(["pass", "warn", "error", "fail"]) == "fail"
    assert worst([]) == "skip"
    assert tally(["pass", "fail", "pass"]) == [("fail", 1), ("pass", 2)]


def test_the_terminal_ends_with_the_verdict(rich, green):
    assert lines(green)[-1] == "CONFORMANT  Conformant: every MUST promise was kept"
    assert lines(rich)[-1] == "NONCONFORMANT  Not conformant: 3 MUST promises are broken"


def test_a_failure_is_promised_got_source(rich):
    text = lines(rich)
    start = text.index(
        "FAIL  KC-DEP-007  MUST  A new department answers with the title that was sent."
    )
    assert text[start + 1 : start + 5] == [
        "  promised  status  200",
        "  got       status  500 Internal Server Error",
        "  source    REST - Department, section “POST”",
        "  check     kayako_classic/test_department::test_creating_answers_with_the_new_item",
    ]


def test_the_same_failure_at_many_operations_is_printed_once(rich):
    text = lines(rich)
    assert sum("KC-AUTH-004" in line for line in text) == 1
    assert any(line.endswith("and 5 others") for line in text)


def test_failures_stand_before_warnings_and_counts_are_given(rich):
    text = lines(rich)
    words = [line.split("  ")[0] for line in text]
    assert words.index("FAIL") < words.index("WARN")
    assert "kayako-classic: 8 fail, 4 error, 1 warn, 1 info, 1 skip, 1 pass" in text
    assert "9 requests to https://desk.example.com/api/index.php, 1.5 for each operation" in text
    assert "ERROR  3 checks: prerequisite broken: a department could not be created (500)" in text
    assert "  ticket 31: the server refused to delete it (403)" in text


def test_control_characters_stay_out_of_the_terminal(rich):
    for check in rich["checks"]:
        check["message"] += "\x1b[2J\r\n\x07"
        for violation in check["violations"]:
            violation["got"] += "\x1b]0;title\x07\nnext\ud800"
    for entry in rich["left_behind"]:
        entry["reason"] = "\x1b[31mred"
    text = "\n".join(lines(rich))
    assert "\x1b" not in text
    assert "\\x1b]0;title\\x07\\nnext\\ud800" in text
    text.encode("utf-8")


def test_a_flood_of_failures_is_cut(make_check, make_violation, make_results):
    checks = [
        make_check(f"a::b[{n}]", None, "fail", violations=[make_violation("X", "", "a", f"b{n}")])
        for n in range(SHOWN + 5)
    ]
    text = lines(make_results(checks, [], "nonconformant"))
    assert sum(line.startswith("FAIL") for line in text) == SHOWN
    assert "and 5 more broken promises: see the page" in text
