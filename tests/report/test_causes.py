"""Root causes: grouping failures by what they most likely share."""

import pytest

from conformance.report.causes import kind, root_causes, title


@pytest.fixture
def run(make_results):
    """The causes of a run that consists of these checks."""
    return lambda *checks: root_causes(make_results(list(checks), []))


@pytest.fixture
def failing(make_check, make_violation):
    def make(name, operation, requirement, got, *, verdict="fail", exchange="x", promised="200"):
        broken = make_violation(requirement, "status", promised, got)
        return make_check(name, operation, verdict, violations=[broken], exchanges=[exchange])

    return make


@pytest.fixture
def erroneous(make_check):
    def make(name, operation, message, exchange="y"):
        return make_check(
            name,
            operation,
            "error",
            message=message,
            requirements=["KC-DEP-011"],
            exchanges=[exchange],
        )

    return make


def test_a_green_run_has_none(green):
    assert root_causes(green) == []


def test_one_operation_with_one_kind_of_answer_is_one_cause(run, failing):
    (cause,) = run(
        failing("a::a", "createDepartment", "KC-DEP-007", "500 Internal Server Error"),
        failing("a::b", "createDepartment", "KC-PROTO-008", "500 Server Error", promised="2xx"),
    )
    assert cause.operations == ("createDepartment",)
    assert cause.requirements == ("KC-DEP-007", "KC-PROTO-008")
    assert len(cause.checks) == 2


def test_different_answers_of_one_operation_stay_apart(run, failing):
    causes = run(
        failing("a::a", "createDepartment", "KC-DEP-007", "500 Internal Server Error"),
        failing("a::b", "createDepartment", "KC-PROTO-008", "404 Not Found"),
    )
    assert len(causes) == 2


def test_success_says_nothing_so_the_promise_tells_causes_apart(run, failing):
    causes = run(
        failing("a::a", "createDepartment", "KC-AUTH-004", "200 OK", promised="401"),
        failing("a::b", "createDepartment", "KC-DEP-007", "200 OK", promised="400"),
    )
    assert len(causes) == 2


def test_one_promise_broken_alike_everywhere_is_one_cause(run, failing):
    names = ("getDepartments", "getStaffGroups", "getUserGroups", "deleteTicket")
    (cause,) = run(
        *(failing(f"a::{n}", n, "KC-AUTH-004", "200 OK", promised="401", exchange=n) for n in names)
    )
    assert cause.operations == names
    assert title(cause) == "4 operations: 200 OK instead of 401"


def test_a_wide_cause_takes_in_what_the_same_exchange_shows(run, failing):
    names = ("getDepartments", "getStaffGroups", "getUserGroups")
    wide = [failing(f"a::{n}", n, "KC-PROTO-008", "503 Busy", exchange=n) for n in names]
    same = failing("b::x", "getDepartments", "KC-DEP-001", "503 Busy", exchange="getDepartments")
    other = failing("b::y", "getDepartments", "KC-DEP-001", "503 Busy", exchange="another")
    assert [len(cause.checks) for cause in run(*wide, same)] == [4]
    assert [len(cause.checks) for cause in run(*wide, other)] == [3, 1]


def test_a_broken_prerequisite_is_one_cause_for_all_its_dependants(run, erroneous):
    (cause,) = run(
        *(erroneous(f"a::{n}", "updateDepartment", f"no department {n}: HTTP 500") for n in "123")
    )
    assert cause.level == "error"
    assert len(cause.blocked) == 3
    assert cause.checks == ()


def test_errors_join_the_failure_they_come_from(run, failing, erroneous):
    (cause,) = run(
        failing("a::a", "createDepartment", "KC-DEP-007", "500", exchange="create"),
        erroneous("a::b", "updateDepartment", "no department", exchange="create"),
    )
    assert cause.level == "MUST"
    assert len(cause.checks) == 1
    assert len(cause.blocked) == 1
    assert cause.reach == (2, 1)


def test_a_warning_is_no_origin_of_errors(run, failing, erroneous):
    causes = run(
        failing("a::a", "getDepartments", "KC-PROTO-010", "none", verdict="warn", exchange="x"),
        erroneous("a::b", "updateDepartment", "no department", exchange="x"),
    )
    assert [cause.level for cause in causes] == ["error", "SHOULD"]


def test_the_worst_and_the_widest_come_first(run, failing, erroneous):
    causes = run(
        failing("a::warn", "getStaffGroups", "KC-PROTO-010", "none", verdict="warn"),
        erroneous("a::error", "updateDepartment", "lost"),
        failing("a::narrow", "getDepartments", "KC-DEP-001", "404"),
        failing("a::wide1", "createDepartment", "KC-DEP-007", "500"),
        failing("a::wide2", "createDepartment", "KC-PROTO-008", "500"),
    )
    assert [cause.level for cause in causes] == ["MUST", "MUST", "error", "SHOULD"]
    assert [cause.reach[0] for cause in causes] == [2, 1, 1, 1]


def test_the_order_of_checks_does_not_change_the_causes(rich):
    forward = root_causes(rich)
    rich["checks"].reverse()
    backward = root_causes(rich)
    assert [set(c.checks + c.blocked) for c in forward] == [
        set(c.checks + c.blocked) for c in backward
    ]


def test_nothing_is_dropped(rich):
    touched = {name for cause in root_causes(rich) for name in cause.checks + cause.blocked}
    assert touched == {
        check["id"] for check in rich["checks"] if check["verdict"] in ("fail", "warn", "error")
    }


def test_a_failure_that_names_no_promise_is_a_cause_too(run, make_check):
    (cause,) = run(make_check("a::a", None, "fail", message="the answer never ended"))
    assert cause.level == "MUST"
    assert cause.got == "the answer never ended"
    assert title(cause).startswith("The run: the answer never ended")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the id 17", "the id 4711"),
        ('the text "Hello"', 'the text "Good bye"'),
        ("«a»", "«b»"),
        ("Missing", "missing"),
    ],
)
def test_values_do_not_change_the_kind(one, other):
    assert kind(one, "/department/id") == kind(other, "/department/id")


def test_a_status_keeps_its_number():
    assert kind("500 Internal Server Error") == kind("HTTP 500")
    assert kind("500 Internal Server Error") != kind("404 Not Found")
