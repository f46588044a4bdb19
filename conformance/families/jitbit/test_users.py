"""Users: what a new one shows, how one is found, deleted and merged (sections "CreateUser",
"User", "UserByEmail", "UserByUsername", "DeleteUser", "MergeUsers")."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, violate
from conformance.engine.exchange import answered, served
from conformance.engine.matchers import a_positive_integer, equal_to
from conformance.engine.shared import once
from conformance.families.jitbit.people import (
    SHOWN_AS,
    a_list,
    accepted,
    address,
    aim,
    aimed,
    department_member,
    department_of,
    item_of,
    look_up,
    name,
    password,
    readable,
    user_with_password,
)

_WRITTEN = ("firstName", "lastName", "phone", "location")
_LOOK_UPS = ("getUser", "getUserByEmail", "getUserByUsername")


@dataclass(frozen=True)
class Newcomer:
    """A create, and the user found by name after it."""

    created: Exchange
    found: Exchange


@pytest.fixture(scope="module")
def full(helpdesk: Helpdesk) -> Newcomer:
    """A user with every documented text, in a company and a department that did not exist."""
    return once(helpdesk, "full user", lambda: _full(helpdesk))


def _full(helpdesk: Helpdesk) -> Newcomer:
    word = helpdesk.chance.word(6)
    draft = aim(
        helpdesk,
        "createUser",
        email=address(helpdesk),
        username=name(helpdesk),
        password=password(helpdesk),
        firstName=f"Ada{word}",
        lastName="O'Hara-Smith",
        phone="+1 (555) 010-0199",
        location=f"Room {word}",
        company=name(helpdesk, "{mark} {word} Ltd"),
        department=name(helpdesk, "{mark} {word} desk"),
        sendWelcomeEmail="false",
    )
    created = helpdesk.send(draft)
    return Newcomer(created, look_up(helpdesk, draft.sent["username"]))


@pytest.fixture(scope="module")
def created_bare(helpdesk: Helpdesk) -> Exchange:
    """A user created with an address and nothing else but the wish for no mail."""
    return aimed(helpdesk, "createUser", email=address(helpdesk), sendWelcomeEmail="false")


@pytest.fixture(scope="module")
def bare(helpdesk: Helpdesk, created_bare: Exchange) -> Newcomer:
    """The same user, looked up."""
    found = aimed(helpdesk, "getUserByEmail", email=created_bare.sent["email"])
    return Newcomer(created_bare, found)


# Creating ---------------------------------------------------------------------------------------


@covers("JB-USER-001")
def test_creating_a_user_answers_the_id_that_the_user_is_found_by(
    helpdesk: Helpdesk, full: Newcomer
) -> None:
    expect(full.created).success().value(a_positive_integer)
    by_id = aimed(helpdesk, "getUser", userId=helpdesk.made_by(full.created).id)
    expect(readable(by_id)).item("Username", equal_to(full.created.sent["username"]))


@covers("JB-USER-010")
@pytest.mark.parametrize("field", _WRITTEN)
def test_a_new_user_shows_what_was_written(full: Newcomer, field: str) -> None:
    accepted(full.created)
    expect(full.found).item(SHOWN_AS[field], equal_to(full.created.sent[field]))


@covers("JB-USER-007")
def test_a_user_without_user_name_is_called_by_the_address(bare: Newcomer) -> None:
    accepted(bare.created)
    expect(bare.found).item("Username", equal_to(bare.created.sent["email"]))


@covers("JB-USER-008")
def test_a_user_needs_no_password(helpdesk: Helpdesk, created_bare: Exchange) -> None:
    if not created_bare.succeeded:  # for want of a password, or as any other
        fields = {"email": address(helpdesk), "password": f"Pa-{helpdesk.chance.word()}-7"}
        accepted(aimed(helpdesk, "createUser", **fields, sendWelcomeEmail="false"))
    expect(created_bare).success()


@covers("JB-USER-009")
def test_no_password_is_answered(bare: Newcomer) -> None:
    body = answered(accepted(bare.created)).text.strip()
    if a_positive_integer(bare.created.answer.value) is not None:
        violate("body", "the new id and nothing else", f"{len(body)} characters")


@covers("JB-USER-011")
def test_a_new_user_is_in_the_company_named(helpdesk: Helpdesk, full: Newcomer) -> None:
    company = accepted(full.created).sent["company"]
    expect(full.found).item("CompanyName", equal_to(company))
    expect(a_list(aimed(helpdesk, "listCompanies"))).lists(Name=company)


@covers("JB-USER-012")
def test_a_new_user_is_in_the_department_named(helpdesk: Helpdesk, full: Newcomer) -> None:
    department = accepted(full.created).sent["department"]
    shown = item_of(full.found)
    where = shown.where(department_member(shown))
    judge(department_of(shown), equal_to(department), where)
    expect(a_list(aimed(helpdesk, "listDepartments"))).lists(Name=department)


@covers("JB-USER-063")
@pytest.mark.parametrize(
    ("field", "lister"), [("company", "listCompanies"), ("department", "listDepartments")]
)
def test_a_name_that_exists_is_not_made_a_second_time(
    helpdesk: Helpdesk, full: Newcomer, field: str, lister: str
) -> None:
    wanted = accepted(full.created).sent[field]
    once(helpdesk, "second of the company", lambda: _colleague(helpdesk, full))
    listed = a_list(aimed(helpdesk, lister))
    names = [item.get("Name") for item in listed.answer.items]
    judge(names.count(wanted), equal_to(1), f'objects called "{wanted}"')


def _colleague(helpdesk: Helpdesk, full: Newcomer) -> Made:
    sent = full.created.sent
    return helpdesk.make("user", company=sent["company"], department=sent["department"])


# Taken and impossible names ---------------------------------------------------------------------


@dataclass(frozen=True)
class Rejected:
    """A create that must fail, and the look-up of who may not have come from it."""

    refused: Exchange
    found: Exchange


@pytest.fixture(scope="module")
def taken_email(helpdesk: Helpdesk, full: Newcomer) -> Rejected:
    return _with_taken(helpdesk, full, "email")


@pytest.fixture(scope="module")
def taken_name(helpdesk: Helpdesk, full: Newcomer) -> Rejected:
    return _with_taken(helpdesk, full, "username")


def _with_taken(helpdesk: Helpdesk, full: Newcomer, field: str) -> Rejected:
    """A create with one value of the full user, and a look-up by the other, fresh one."""
    fresh = {"email": address(helpdesk), "username": name(helpdesk)}
    fields = {**fresh, field: accepted(full.created).sent[field], "sendWelcomeEmail": "false"}
    refused = aimed(helpdesk, "createUser", **fields)
    if field == "email":
        return Rejected(refused, look_up(helpdesk, fresh["username"]))
    return Rejected(refused, aimed(helpdesk, "getUserByEmail", email=fresh["email"]))


def _judge_refusal(rejected: Rejected, requirement: str) -> None:
    """The create is refused with words, and nobody has come from it."""
    status = served(rejected.refused).status or 0
    if rejected.refused.succeeded:
        expect(rejected.refused, requirement, "JB-USER-006").refused()
        return
    if rejected.found.succeeded and rejected.found.answer.item is not None:
        violate("answer of the look-up", "no such user", "a user is there", requirement)
    if status != 400:
        violate("status line", "status 400", str(status), "JB-USER-006")
    if status < 500 and not answered(rejected.refused).text.strip():
        where = "JB-RESP-005" if status in (400, 404, 429) else "JB-RESP-022"
        violate("body", "words about the cause", "an empty body", where)


@covers("JB-USER-004", "JB-USER-006", "JB-RESP-005", "JB-RESP-022")
def test_a_taken_address_is_refused(taken_email: Rejected) -> None:
    _judge_refusal(taken_email, "JB-USER-004")


@covers("JB-USER-005", "JB-USER-006", "JB-RESP-005", "JB-RESP-022")
def test_a_taken_user_name_is_refused(taken_name: Rejected) -> None:
    _judge_refusal(taken_name, "JB-USER-005")


@covers("JB-USER-014")
def test_an_address_that_is_none_is_refused(helpdesk: Helpdesk) -> None:
    email = name(helpdesk, "{mark} no address {word}")
    refused = aimed(helpdesk, "createUser", email=email, sendWelcomeEmail="false")
    expect(served(refused)).status(400)


# Looking up -------------------------------------------------------------------------------------


@covers("JB-USER-033", "JB-USER-036", "JB-USER-042")
def test_both_look_ups_show_the_same_user(helpdesk: Helpdesk, full: Newcomer) -> None:
    made = helpdesk.made_by(full.created)
    by_email = aimed(helpdesk, "getUserByEmail", email=full.created.sent["email"])
    expect(by_email, "JB-USER-033").item("Email", equal_to(full.created.sent["email"]))
    expect(full.found, "JB-USER-036").item("Username", equal_to(full.created.sent["username"]))
    ids = [item_of(exchange).get("UserID") for exchange in (by_email, full.found)]
    judge(ids[0], equal_to(ids[1]), "/UserID of both look-ups", "JB-USER-042")
    judge(str(ids[1]), equal_to(made.id), "/UserID and the id of the create", "JB-USER-036")


@covers("JB-USER-030")
def test_a_user_is_read_by_id(helpdesk: Helpdesk, full: Newcomer) -> None:
    made = helpdesk.made_by(full.created)
    expect(aimed(helpdesk, "getUser", userId=made.id)).item("UserID", equal_to(made.id))


@covers("JB-USER-038", "JB-RESP-002")
def test_an_unknown_user_name_is_not_found(helpdesk: Helpdesk) -> None:
    unknown = look_up(helpdesk, name(helpdesk))
    expect(served(unknown), "JB-USER-038", "JB-RESP-002").status(404)


@covers("JB-USER-035")
def test_an_unknown_address_is_not_found(helpdesk: Helpdesk) -> None:
    expect(served(aimed(helpdesk, "getUserByEmail", email=address(helpdesk)))).status(404)


# Deleting ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Departure:
    """A user deleted, or merged into another, and the look-ups after it."""

    user: Made
    call: Exchange
    after: Mapping[str, Exchange]


def _after(helpdesk: Helpdesk, user: Made) -> Mapping[str, Exchange]:
    return {
        "getUser": aimed(helpdesk, "getUser", userId=user.id),
        "getUserByEmail": aimed(helpdesk, "getUserByEmail", email=user["email"]),
        "getUserByUsername": look_up(helpdesk, user["username"]),
    }


@pytest.fixture(scope="module")
def deleted(helpdesk: Helpdesk) -> Departure:
    user = user_with_password(helpdesk)
    item_of(look_up(helpdesk, user["username"]))
    call = aimed(helpdesk, "deleteUser", userId=user.id)
    return Departure(user, call, _after(helpdesk, user))


@covers("JB-USER-026")
def test_deleting_a_user_removes_the_user(deleted: Departure) -> None:
    expect(deleted.call).success()
    for exchange in deleted.after.values():
        if _shows(exchange, deleted.user):
            violate("answer of the look-up", "no such user", "the deleted user")


@covers("JB-USER-028", "JB-USER-038")
@pytest.mark.parametrize("operation_id", _LOOK_UPS)
def test_a_deleted_user_is_not_found(deleted: Departure, operation_id: str) -> None:
    accepted(deleted.call)
    after = served(deleted.after[operation_id])
    by_name = operation_id == "getUserByUsername"
    expect(after, "JB-USER-038" if by_name else "JB-USER-028").status(404)
    if by_name and _shows(after, deleted.user):
        violate("answer of the look-up", "no such user", "the deleted user", "JB-USER-028")


def _shows(exchange: Exchange, user: Made) -> bool:
    item = exchange.answer.item if exchange.succeeded else None
    return item is not None and str(item.get("UserID")) == user.id


# Merging ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Merger:
    """One user merged into another, and the ticket of the first read after it."""

    kept: Made
    gone: Departure
    found: Exchange
    ticket: Exchange


@pytest.fixture(scope="module")
def merged(helpdesk: Helpdesk) -> Merger:
    gone, kept = user_with_password(helpdesk), user_with_password(helpdesk)
    ticket = helpdesk.make("ticket", userId=gone.id)
    call = aimed(helpdesk, "mergeUsers", fromUserId=gone.id, toUserId=kept.id)
    departure = Departure(gone, call, _after(helpdesk, gone))
    found = look_up(helpdesk, kept["username"])
    return Merger(kept, departure, found, aimed(helpdesk, "getTicket", id=ticket.id))


@covers("JB-USER-043")
def test_merging_users_keeps_the_second(merged: Merger) -> None:
    expect(merged.gone.call).success()
    expect(merged.found).item("UserID", equal_to(merged.kept.id))


@covers("JB-USER-045")
def test_a_user_merged_away_is_not_found(merged: Merger) -> None:
    accepted(merged.gone.call)
    after = merged.gone.after
    expect(served(after["getUser"])).status(404)
    for exchange in after.values():
        if _shows(exchange, merged.gone.user):
            violate("answer of the look-up", "no such user", "the user merged away")


@covers("JB-USER-045")
def test_the_tickets_of_a_merged_user_belong_to_the_other(merged: Merger) -> None:
    accepted(merged.gone.call)
    expect(merged.ticket).item("UserID", equal_to(merged.kept.id))
