"""What refusals say: status, codes, the parameter at fault (chapter "Response", error pages)."""

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.exchange import answered, served
from conformance.engine.matchers import equal_to
from conformance.engine.shared import accepted, readable
from conformance.families.kayako_v1.asking import (
    AJAX_WORDS,
    NOBODY,
    anonymous,
    any_code,
    codes_of,
    envelope,
    errors_of,
    expect_culprit,
    expect_refusal,
    item_of,
    remark,
    shown_codes,
)
from conformance.families.kayako_v1.people import make_user
from conformance.families.kayako_v1.refusals import (
    LABELLED,
    REFUSED,
    labelled_alike,
    nowhere,
    refused,
    unlabelled,
)

#: Every status that the documents list for an error.
_STATUSES = (400, 401, 403, 404, 405, 406, 412, 426, 429, 454, 500)
_EACH_REFUSAL = pytest.mark.parametrize("flaw", REFUSED)
_EACH_LABELLED = pytest.mark.parametrize("kind", LABELLED)


def _a_refusal(helpdesk: Helpdesk, flaw: str) -> Exchange:
    """The answer to a request with a flaw; skips the check where it is served."""
    exchange = refused(helpdesk, flaw)
    if answered(exchange).status < 400 and not errors_of(exchange):
        skip("the request is not refused")
    return exchange


# What all have in common ------------------------------------------------------------------------


@covers("KV-HDR-009")
@_EACH_REFUSAL
def test_a_refusal_names_the_version_of_the_api(helpdesk: Helpdesk, flaw: str) -> None:
    version = answered(_a_refusal(helpdesk, flaw)).header("X-API-Version")
    judge(version, equal_to("1"), "header X-API-Version")


@covers("KV-RSP-001")
@_EACH_REFUSAL
def test_a_refusal_is_one_object(helpdesk: Helpdesk, flaw: str) -> None:
    exchange = _a_refusal(helpdesk, flaw)
    if not envelope(exchange):
        problem = exchange.answer.problem or type(exchange.answer.value).__name__
        violate("body", "a JSON object", problem)


@covers("KV-RSP-002")
@_EACH_REFUSAL
def test_a_refusal_says_its_status_twice(helpdesk: Helpdesk, flaw: str) -> None:
    exchange = _a_refusal(helpdesk, flaw)
    if envelope(exchange):
        judge(envelope(exchange).get("status"), equal_to(exchange.status), "/status")


@covers("KV-RSP-004")
@_EACH_REFUSAL
def test_a_refusal_has_a_known_status(helpdesk: Helpdesk, flaw: str) -> None:
    expect(_a_refusal(helpdesk, flaw)).status(*_STATUSES)


@covers("KV-RSP-010")
@_EACH_REFUSAL
def test_a_refusal_is_no_success(helpdesk: Helpdesk, flaw: str) -> None:
    expect(_a_refusal(helpdesk, flaw)).status(*range(400, 600))


@covers("KV-RSP-010")
@pytest.mark.parametrize("operation_id", ["listTests", "getTest", "createTest", "getMe"])
def test_a_success_is_no_refusal(helpdesk: Helpdesk, operation_id: str) -> None:
    exchange = accepted(helpdesk.good(operation_id))
    judge(errors_of(exchange), equal_to([]), "/errors")


@covers("KV-ERR-003")
@_EACH_REFUSAL
def test_errors_speak_one_language(helpdesk: Helpdesk, flaw: str) -> None:
    _a_refusal(helpdesk, flaw)
    said = {lang: _messages(refused(helpdesk, flaw, lang)) for lang in ("en", "tr", "de")}
    for language in ("tr", "de"):
        judge(said[language], equal_to(said["en"]), f"/errors/*/message for {language}")


def _messages(exchange: Exchange) -> list[object]:
    return [error.get("message") for error in errors_of(exchange)]


# Paths and methods ------------------------------------------------------------------------------


@covers("KV-REQ-010", "KV-REQ-014")
def test_an_unknown_resource_is_refused(helpdesk: Helpdesk) -> None:
    exchange = refused(helpdesk, "unknown-resource")
    if expect(served(exchange), "KV-REQ-010").status(400).kept:
        judge(shown_codes(exchange), any_code("APP_NOT_FOUND"), "/errors/*/code", "KV-REQ-014")


@covers("KV-REQ-010")
def test_an_unknown_app_is_refused(helpdesk: Helpdesk) -> None:
    draft = nowhere(helpdesk)
    draft = draft.at_path(f"{draft.resource_path}/{helpdesk.chance.word()}")
    expect(served(helpdesk.send(draft, "negative"))).status(400)


@covers("KV-REQ-015")
@pytest.mark.parametrize("path", ["", "/"])
def test_nothing_behind_the_version_is_refused(helpdesk: Helpdesk, path: str) -> None:
    exchange = helpdesk.send(anonymous(helpdesk, "listTests").at_path(path), "negative")
    if expect(served(exchange)).status(400).kept:
        codes = shown_codes(exchange)
        if judge(codes, any_code("APP_NOT_FOUND", "URL_RESOURCE_MISSING"), "/errors/*/code"):
            remark(f"nothing behind the version is refused with {codes[0]}")


@covers("KV-ERR-009")
def test_a_misspelt_action_is_refused(helpdesk: Helpdesk) -> None:
    draft = anonymous(helpdesk, "getTest")
    draft = draft.at_path(f"{draft.resource_path}/{helpdesk.chance.word()}")
    exchange = helpdesk.send(draft, "negative")
    expect_refusal(exchange, 400, "RESOURCE_ACTION_NOT_AVAILABLE")


@covers("KV-REQ-009")
@pytest.mark.parametrize(
    ("operation_id", "method"),
    [("getTest", "POST"), ("getCaseStatus", "POST"), ("listOrganizationActivities", "DELETE")],
)
def test_a_method_that_is_not_there_is_refused(
    helpdesk: Helpdesk, operation_id: str, method: str
) -> None:
    """On tests and what the run has made, should the method be there after all."""
    draft = helpdesk.draft(operation_id).sent_by(method, "update")
    exchange = helpdesk.send(draft, "negative")
    if not expect(served(exchange)).status(400, 405).kept:
        return
    remark(f"a method that a path does not take is refused with {exchange.status}")
    if exchange.status == 400:
        allowed = any_code("RESOURCE_ACTION_NOT_AVAILABLE")
        judge(shown_codes(exchange), allowed, "/errors/*/code")


@covers("KV-RSP-009")
def test_what_is_not_there_is_not_found(helpdesk: Helpdesk) -> None:
    exchange = refused(helpdesk, "not-found")
    if exchange.status != 404:
        skip("the request is not answered with 404")
    judge(shown_codes(exchange), any_code("RESOURCE_NOT_FOUND"), "/errors/*/code")


@covers("KV-RSP-007")
def test_a_session_that_cannot_be_loaded_has_its_own_status(helpdesk: Helpdesk) -> None:
    exchange = refused(helpdesk, "unknown-session")
    if "SESSION_LOADING_FAILED" in codes_of(exchange) or exchange.status == 454:
        expect(exchange).status(454)
        judge(shown_codes(exchange), any_code("SESSION_LOADING_FAILED"), "/errors/*/code")
    else:
        skip("a session that nobody knows is refused in another way")


# Values -----------------------------------------------------------------------------------------


@covers("KV-ERR-006")
@pytest.mark.parametrize("operation_id", ["createTest", "updateTest"])
def test_an_unacceptable_value_is_named(helpdesk: Helpdesk, operation_id: str) -> None:
    draft = anonymous(helpdesk, operation_id, option="QUX")
    exchange = helpdesk.send(draft, "negative")
    if expect_refusal(exchange, 400, "FIELD_INVALID"):
        expect_culprit(exchange, "option")


@covers("KV-ERR-005", "KV-ERR-026")
@_EACH_LABELLED
def test_a_missing_value_is_named(helpdesk: Helpdesk, kind: str) -> None:
    """That a label has to be there is another statement."""
    exchange = unlabelled(helpdesk, kind)
    if exchange.succeeded:
        skip("a label need not be given")
    if expect_refusal(exchange, 400, "FIELD_REQUIRED", "KV-ERR-005"):
        expect_culprit(exchange, "label", "KV-ERR-005", "KV-ERR-026")


@covers("KV-ERR-007")
@_EACH_LABELLED
def test_a_value_that_is_taken_is_named(helpdesk: Helpdesk, kind: str) -> None:
    """That no two have the same label is another statement."""
    exchange = labelled_alike(helpdesk, kind)
    if exchange.succeeded:
        skip("a label may be given twice")
    if expect_refusal(exchange, 400, "FIELD_DUPLICATE"):
        expect_culprit(exchange, "label")


@covers("KV-ERR-014")
def test_a_weak_password_is_refused(helpdesk: Helpdesk) -> None:
    user = make_user(helpdesk)
    draft = helpdesk.draft("setUserPassword", id=user.id, new_password="a")
    exchange = helpdesk.send(draft, "negative")
    if expect(served(exchange)).status(400).kept:
        allowed = any_code("PASSWORD_POLICY_VIOLATION")
        judge(shown_codes(exchange), allowed, "/errors/*/code")


@pytest.fixture(scope="module")
def priority(helpdesk: Helpdesk) -> Made:
    """A priority that refused requests would change."""
    return helpdesk.make("case_priority")


@covers("KV-ERR-024")
def test_what_is_refused_changes_nothing(helpdesk: Helpdesk, priority: Made) -> None:
    before = readable(helpdesk.call("getCasePriority", id=priority.id))
    label = helpdesk.chance.fill("{mark} {word}")
    draft = helpdesk.draft("updateCasePriority", id=priority.id, label=label, level="abc")
    if helpdesk.send(draft, "negative").succeeded:
        skip("the request is not refused")
    after = helpdesk.call("getCasePriority", id=priority.id)
    for name in ("label", "level"):
        expect(after).item(name, equal_to(item_of(before).get(name)))


# Time and browsers ------------------------------------------------------------------------------


@covers("KV-ERR-015")
def test_a_clock_that_is_wrong_is_told(helpdesk: Helpdesk) -> None:
    """Servers that do not look at the time of a request have nothing to tell."""
    draft = Draft(helpdesk.spec["getMe"]).with_headers(X_Timestamp="0")
    exchange = helpdesk.send(draft, "negative")
    if exchange.succeeded:
        omit("the time of a request is not looked at")
    if expect_refusal(exchange, 400, "TIMESTAMP_MISMATCH") and not envelope(exchange).get(
        "timestamp"
    ):
        violate("/timestamp", "the time of the server", "no such member")


@covers("KV-ERR-023")
def test_a_script_is_not_asked_for_a_login(helpdesk: Helpdesk) -> None:
    """Documents and clients spell the word of scripts in two ways; either will do."""
    draft = Draft(helpdesk.spec["getMe"]).with_credential(NOBODY)
    found = {}
    for word in AJAX_WORDS:
        exchange = helpdesk.send(draft.with_headers(X_Requested_With=word), "negative")
        if answered(exchange).status != 401:
            skip("the request is not answered with 401")
        found[word] = answered(exchange).header("WWW-Authenticate")
    if None not in found.values():
        violate("header WWW-Authenticate", "none", str(found[AJAX_WORDS[0]]))
