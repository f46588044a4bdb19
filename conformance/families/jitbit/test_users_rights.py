"""Users and companies: a caller without the right changes nothing, whatever the answer is."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, skip, violate
from conformance.engine.matchers import equal_to
from conformance.families.jitbit.people import (
    accepted,
    address,
    aim,
    aimed,
    item_of,
    look_up,
    name,
    readable,
    user_with_password,
    who,
)

_ROLES = ("user", "technician")


@dataclass(frozen=True)
class Attempts:
    """What a caller without the right tried, by operation, and what is there after it."""

    victim: Made
    tries: Mapping[str, Exchange]
    victim_after: Exchange
    newcomer: Exchange
    companies: Exchange


@pytest.fixture(scope="module", params=_ROLES)
def attempts(request: pytest.FixtureRequest, helpdesk: Helpdesk) -> Attempts:
    role = str(request.param)
    accepted(who(helpdesk, role))
    victim = user_with_password(helpdesk, firstName="Before")
    drafts = {
        "createUser": aim(
            helpdesk, "createUser", email=address(helpdesk), username=name(helpdesk),
            sendWelcomeEmail="false",
        ),
        "updateUser": aim(helpdesk, "updateUser", userId=victim.id, firstName="After"),
        "createCompany": aim(helpdesk, "createCompany", name=name(helpdesk, "{mark} {word} Inc")),
    }  # fmt: skip
    if helpdesk.target.allows_effect("delete"):
        drafts["deleteUser"] = aim(helpdesk, "deleteUser", userId=victim.id)
    tries = {
        operation_id: helpdesk.send(draft.by(role), "negative")
        for operation_id, draft in drafts.items()
    }
    newcomer = look_up(helpdesk, drafts["createUser"].sent["username"])
    victim_after = aimed(helpdesk, "getUser", userId=victim.id)
    return Attempts(victim, tries, victim_after, newcomer, aimed(helpdesk, "listCompanies"))


@covers("JB-RESP-008", "JB-USER-016")
def test_nobody_is_changed_by_a_caller_without_the_right(attempts: Attempts) -> None:
    delete = attempts.tries.get("deleteUser")
    if delete is not None and delete.succeeded and not attempts.victim_after.succeeded:
        return  # gone altogether: that is the promise about deleting
    ids = ("JB-RESP-008", "JB-USER-016")
    expect(attempts.victim_after, *ids).item("FirstName", equal_to("Before"))


@covers("JB-RESP-008", "JB-USER-027")
def test_nobody_is_deleted_by_a_caller_without_the_right(attempts: Attempts) -> None:
    if "deleteUser" not in attempts.tries:
        skip("needs safety level irreversible")
    ids = ("JB-RESP-008", "JB-USER-027")
    expect(attempts.victim_after, *ids).item("UserID", equal_to(attempts.victim.id))


@covers("JB-RESP-008", "JB-USER-002")
def test_nobody_is_made_by_a_caller_without_the_right(attempts: Attempts) -> None:
    if attempts.newcomer.succeeded and attempts.newcomer.answer.item is not None:
        ids = ("JB-RESP-008", "JB-USER-002")
        violate("answer of the look-up", "no such user", "a user is there", *ids)


@covers("JB-RESP-008", "JB-COMP-005")
def test_no_company_is_made_by_a_caller_without_the_right(attempts: Attempts) -> None:
    wanted = attempts.tries["createCompany"].sent["name"]
    expect(readable(attempts.companies), "JB-RESP-008", "JB-COMP-005").lacks(Name=wanted)


# Whose rights count -----------------------------------------------------------------------------


@covers("JB-AUTH-008")
def test_a_new_ticket_belongs_to_its_caller(helpdesk: Helpdesk) -> None:
    caller = item_of(who(helpdesk, "user")).get("UserID")
    ticket = helpdesk.make_by("user", "ticket")
    expect(aimed(helpdesk, "getTicket", id=ticket.id)).item("UserID", equal_to(caller))
