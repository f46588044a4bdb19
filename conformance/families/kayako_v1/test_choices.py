"""What the documents leave to a server. An offer that is not made is named as such; of two ways
either will do, and the report notes which it is."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, omit, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered, served
from conformance.engine.matchers import equal_to, one_of
from conformance.engine.shared import accepted, readable
from conformance.families.kayako_v1.asking import (
    NOBODY,
    envelope,
    errors_of,
    item_of,
    remark,
    taken,
    with_arguments,
)
from conformance.families.kayako_v1.letter_case import CASES, snake
from conformance.families.kayako_v1.listings import ids_of
from conformance.families.kayako_v1.pages import links_of
from conformance.families.kayako_v1.refusals import refused

#: What adds Expires need not be the program that adds Date.
_TICK = timedelta(seconds=1)


# Offers among the headers -----------------------------------------------------------------------


@covers("KV-HDR-003")
@pytest.mark.parametrize("name", ["ETag", "Last-Modified"])
def test_an_answer_may_tell_its_state(helpdesk: Helpdesk, name: str) -> None:
    """On a status of cases, which is kept; tests are made anew."""
    _expect_header(helpdesk.good("getCaseStatus"), name)


@covers("KV-HDR-004")
def test_a_creation_may_tell_where_its_object_is(helpdesk: Helpdesk) -> None:
    _expect_header(helpdesk.good("createTest"), "Content-Location")


@covers("KV-HDR-005")
def test_an_answer_may_expire_at_once(helpdesk: Helpdesk) -> None:
    exchange = helpdesk.good("getTest")
    if not _expect_header(exchange, "Expires"):
        return
    dates = [answered(exchange).header(name) or "" for name in ("Date", "Expires")]
    try:
        now, expiry = map(_instant, dates)
    except ValueError:
        skip("Date and Expires are not both dates")
    if abs(expiry - now) > _TICK:
        violate("header Expires", f"the moment of Date, {dates[0]}", dates[1])


def _instant(date: str) -> datetime:
    moment = parsedate_to_datetime(date)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _expect_header(exchange: Exchange, name: str) -> bool:
    if answered(accepted(exchange)).header(name) is None:
        violate(f"header {name}", "it may be there", "it is not offered")
        return False
    return True


@covers("KV-ERR-012")
def test_a_browser_may_be_asked_for_a_login(helpdesk: Helpdesk) -> None:
    exchange = refused(helpdesk, "anonymous")
    if answered(exchange).status != 401:
        skip("the request is not answered with 401")
    challenge = answered(exchange).header("WWW-Authenticate") or "none"
    judge(challenge.partition(" ")[0].lower(), equal_to("basic"), "header WWW-Authenticate")


# Offers in bodies -------------------------------------------------------------------------------


@covers("KV-ENV-007")
def test_a_page_may_lead_to_others(helpdesk: Helpdesk) -> None:
    draft = Draft(helpdesk.spec["listTests"]).with_credential(NOBODY).having(count=30, offset=10)
    found = envelope(readable(helpdesk.send(draft)))
    links = links_of(found)
    remark(f"a page in the middle leads to others by {', '.join(links) or 'nothing'}")
    if "limit" not in found and "offset" not in found and not links:
        violate("/", "limit, offset or a link", "none is offered")


@covers("KV-ERR-004")
def test_an_error_may_point_at_its_cause(helpdesk: Helpdesk) -> None:
    exchange = refused(helpdesk, "invalid")
    if not errors_of(exchange):
        skip("the request is not refused with an error")
    names = {name for error in errors_of(exchange) for name in error}
    found = sorted(names & {"parameter", "parameters", "pointer"})
    if found:
        remark(f"an unacceptable value is pointed at by {', '.join(found)}")
    else:
        violate("/errors/*", "parameter, parameters or pointer", "none is offered")


# Either way: what is answered -------------------------------------------------------------------


@covers("KV-RSP-002")
@pytest.mark.parametrize("operation_id", ["createTest", "createCaseType"])
def test_a_creation_has_one_status_or_two(helpdesk: Helpdesk, operation_id: str) -> None:
    """One sample has 200 in HTTP and 201 in the body, a chapter says that both are the same."""
    exchange = accepted(helpdesk.good(operation_id))
    said = envelope(exchange).get("status")
    remark(f"a creation has status {exchange.status} in HTTP and {said} in the body")
    expect(exchange).status(200, 201)


@covers("KV-RSP-005")
def test_a_bulk_creation_may_run_later(helpdesk: Helpdesk) -> None:
    exchange = accepted(helpdesk.good("createManyOrganizations"))
    status = item_of(exchange).get("status")
    remark(f"a bulk creation is answered with {exchange.status} while its job is {status}")


@covers("KV-SESSION-012")
def test_a_session_has_an_address_or_none(helpdesk: Helpdesk) -> None:
    shown = item_of(readable(helpdesk.good("getSession")))
    does = "have" if "resource_url" in shown else "lack"
    remark(f"sessions {does} resource_url")


@covers("KV-OPT-007")
@pytest.mark.parametrize("case", ["camel", "pascal"])
def test_names_of_types_have_any_case(helpdesk: Helpdesk, case: str) -> None:
    """Recordings show them in the case asked for and, of one type, as they were."""
    draft = with_arguments(helpdesk.draft("listCaseStatuses"), {"_case": case})
    exchange = helpdesk.send(draft)
    if taken(exchange):
        found = envelope(exchange)
        kind = found.get("resource", found.get("Resource"))
        if kind is None:
            raise PrerequisiteBroken("a list does not tell what it is of")
        known = one_of(("case_status", CASES[case]("case_status")))
        if judge(kind, known, "/resource"):
            remark(f"the type of a status is called {kind} in the case {case}")


@covers("KV-OPT-001")
def test_an_error_has_its_names_in_either_case(helpdesk: Helpdesk) -> None:
    """Client code shows moreInfo, all else more_info."""
    draft = Draft(helpdesk.spec["getTest"]).with_credential(NOBODY).having(id=1)
    asked = with_arguments(draft, {"non_existent": "true", "_case": "camel"})
    names = {name for error in errors_of(helpdesk.send(asked, "negative")) for name in error}
    found = sorted(name for name in names if snake(name) == "more_info")
    if not found:
        omit("errors have no more_info")
    if judge(found[0], one_of(("moreInfo", "more_info")), "names in /errors/*"):
        remark(f"an error has {found[0]} in the case camel")


@covers("KV-PAGE-006")
def test_a_page_by_date_may_be_longer(helpdesk: Helpdesk) -> None:
    made = helpdesk.make("organization")
    for _ in range(2):
        name = helpdesk.chance.fill("{mark} {word}")
        accepted(helpdesk.call("updateOrganization", id=made.id, name=name))
    exchange = readable(helpdesk.call("listOrganizationActivities", id=made.id, limit=1))
    items = exchange.answer.items
    does = "holds more" if len(items) > 1 else "holds no more"
    remark(f"a page by date {does} than its limit where dates may be equal")
    dates = sorted({str(item.get("created_at")) for item in items})
    if len(dates) > 1:
        violate("/data/*/created_at", "one date beyond the limit of 1", ", ".join(dates))


# Either way: what is taken ----------------------------------------------------------------------


@covers("KV-ARG-003")
def test_the_channel_of_posts_may_be_included(helpdesk: Helpdesk) -> None:
    exchange = helpdesk.send(with_arguments(_posts(helpdesk), {"include": "channel"}))
    if taken(exchange):
        channels = [item.get("source_channel") for item in readable(exchange).answer.items]
        shown = any(isinstance(one, Mapping) and "type" in one for one in channels)
        remark(f"include=channel on posts {'shows channels' if shown else 'changes nothing'}")


@covers("KV-PAGE-002")
def test_posts_may_have_an_offset(helpdesk: Helpdesk) -> None:
    """Integrators say that it does nothing: posts are paged by cursor."""
    plain = ids_of(readable(helpdesk.send(_posts(helpdesk))))
    exchange = helpdesk.send(with_arguments(_posts(helpdesk), {"offset": 1}))
    if not exchange.succeeded:
        does = f"is refused with {served(exchange).status}"
    elif ids_of(exchange) == plain[1:]:
        does = "skips posts"
    elif judge(sorted(ids_of(exchange)), equal_to(sorted(plain)), "/data/*/id"):
        does = "does nothing"
    else:
        does = "brings other posts"
    remark(f"an offset on posts {does}")


def _posts(helpdesk: Helpdesk) -> Draft:
    return Draft(helpdesk.spec["listCasePosts"]).having(id=helpdesk.obtain("case").id, limit=100)


@covers("KV-CASE-010")
def test_a_plus_may_be_written_as_an_escape(helpdesk: Helpdesk) -> None:
    """An integrator saw that it was not recognised."""
    draft = with_arguments(helpdesk.draft("getCase"), {"fields": "+tags"})
    plain = item_of(readable(helpdesk.send(draft)))
    escaped = item_of(readable(helpdesk.send(draft.with_options(escaped=True))))
    if "tags" not in plain:
        skip("fields=+tags shows no tags")
    does = "adds a field" if "tags" in escaped else "is not understood"
    remark(f"fields=%2Btags {does}")


@covers("KV-ENV-009")
def test_fields_of_organizations_are_deleted_at_one_of_two_paths(helpdesk: Helpdesk) -> None:
    exchange = accepted(helpdesk.good("deleteOrganizationFields"))
    path = urlsplit(exchange.request.url).path.partition("/api/v1")[2]
    remark(f"several fields of organizations are deleted at {path}")
