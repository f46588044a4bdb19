"""Values that do not go together (error pages ONE_FIELD_EXPECTED and FIELD_DUPLICATE)."""

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.exchange import answered, served
from conformance.families.kayako_v1.asking import any_code, errors_of, expect_culprit, shown_codes
from conformance.families.kayako_v1.people import teams, values_for


@pytest.fixture(scope="module")
def both(helpdesk: Helpdesk) -> Exchange:
    """Posts of a case before and after two others at once, which the page says not to ask for."""
    case = helpdesk.obtain("case")
    draft = Draft(helpdesk.spec["listCasePosts"]).having(id=case.id, after_id=1, before_id=9)
    return helpdesk.send(draft, "negative")


@covers("KV-ERR-008")
def test_one_of_an_exclusive_set_is_expected(both: Exchange) -> None:
    """That it is refused is no promise of the error's page: only what a refusal says is."""
    answered(both)
    if both.succeeded:
        skip("both are taken")
    if not expect(served(both)).status(400).kept:
        return
    if judge(shown_codes(both), any_code("ONE_FIELD_EXPECTED"), "/errors/*/code"):
        named = [error.get("parameters") for error in errors_of(both)]
        if not any(named):
            violate("/errors/*/parameters", "the names of both", "no such member")


def _repeating(helpdesk: Helpdesk, operation_id: str) -> tuple[Draft, str]:
    """A request with one item twice in an array, and the name of its parameter."""
    if operation_id == "createUser":
        team = teams(helpdesk)[0]
        values = {**values_for(helpdesk, "agent"), "team_ids": [team, team]}
        return helpdesk.draft("createUser", **values), "team_ids"
    status = helpdesk.make("case_status")
    draft = helpdesk.draft("reorderCaseStatuses", status_ids=[status.id, status.id])
    return draft, "status_ids"


@covers("KV-ERR-022")
@pytest.mark.parametrize("operation_id", ["createUser", "reorderCaseStatuses"])
def test_a_repeated_item_is_refused(helpdesk: Helpdesk, operation_id: str) -> None:
    """The code that repeated ids of several objects bring is fine too."""
    draft, name = _repeating(helpdesk, operation_id)
    exchange = helpdesk.send(draft, "negative")
    if not expect(served(exchange)).status(400).kept:
        return
    allowed = any_code("FIELD_DUPLICATE", "PARAMETERS_INCONSISTENT")
    known = judge(shown_codes(exchange), allowed, "/errors/*/code")
    if known and "FIELD_DUPLICATE" in shown_codes(exchange):
        expect_culprit(exchange, name)
