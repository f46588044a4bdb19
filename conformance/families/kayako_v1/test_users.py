"""Users from their creation to their end, one at a time and several at once (page "Users")."""

import json
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit, skip
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered, served
from conformance.engine.matchers import (
    containing,
    different_from,
    equal_to,
    lacking,
    matching,
)
from conformance.engine.shared import accepted, readable
from conformance.families.kayako_v1.asking import (
    NOBODY,
    envelope,
    expect_culprit,
    expect_refusal,
    item_of,
    shown_codes,
    taken,
    with_arguments,
)
from conformance.families.kayako_v1.listings import judge_count_alone, texts_of
from conformance.families.kayako_v1.people import (
    KINDS,
    STAFF,
    make_user,
    new_address,
    role_of,
    teams,
    user_of,
    values_for,
)

NOT_FOUND = 404
_EACH_STAFF = pytest.mark.parametrize("kind", STAFF)


def _read(helpdesk: Helpdesk, made: Made) -> Exchange:
    return helpdesk.call("getUser", id=made.id)


def _name(helpdesk: Helpdesk) -> str:
    return helpdesk.chance.fill("{mark} {word}")


# New users --------------------------------------------------------------------------------------


@covers("KV-REQ-001")
def test_a_new_user_is_read_as_made(helpdesk: Helpdesk) -> None:
    sent = {"full_name": _name(helpdesk), "designation": _name(helpdesk)}
    made = make_user(helpdesk, **sent, legacy_id=helpdesk.chance.fill("{mark}-{n}"))
    for name in (*sent, "legacy_id"):
        expect(readable(_read(helpdesk, made))).item(name, equal_to(made.exchange.sent[name]))


@covers("KV-USER-006")
@_EACH_STAFF
@pytest.mark.parametrize("name", ["email", "team_ids"])
def test_staff_needs_an_address_and_teams(helpdesk: Helpdesk, kind: str, name: str) -> None:
    user_of(helpdesk, kind)  # with both there is a user
    draft = helpdesk.draft("createUser", **values_for(helpdesk, kind)).without(name)
    expect(served(helpdesk.send(draft, "negative"))).refused()


@covers("KV-USER-026")
@pytest.mark.parametrize("name", ["role_id", "full_name"])
def test_what_a_new_user_lacks_is_named(helpdesk: Helpdesk, name: str) -> None:
    exchange = helpdesk.send(helpdesk.draft("createUser").without(name), "negative")
    if expect(served(exchange)).status(400).kept:
        expect_culprit(exchange, name)


@covers("KV-USER-008")
def test_a_password_is_shown_nowhere(helpdesk: Helpdesk) -> None:
    password = helpdesk.chance.fill("{word}-A1-{word}!")
    made = make_user(helpdesk, password=password)
    draft = with_arguments(helpdesk.draft("getUser", id=made.id), {"fields": "*", "include": "*"})
    for exchange in (made.exchange, readable(helpdesk.send(draft))):
        shown = answered(exchange).text
        judge(shown, lacking(password), "body", got="the password is in it")


_ACCESS = ("agent_case_access", "organization_case_access")


@covers("KV-USER-021")
@pytest.mark.parametrize(
    ("kind", "access"),
    [("customer", (None, "REQUESTED")), *((kind, ("ALL", None)) for kind in STAFF)],
    ids=KINDS,
)
def test_access_to_cases_has_defaults(
    helpdesk: Helpdesk, kind: str, access: tuple[str | None, ...]
) -> None:
    read = readable(_read(helpdesk, make_user(helpdesk, kind)))
    for name, value in zip(_ACCESS, access, strict=True):
        expect(read).item(name, equal_to(value))


@covers("KV-USER-027")
def test_an_address_belongs_to_one_user(helpdesk: Helpdesk) -> None:
    address = new_address(helpdesk)
    make_user(helpdesk, email=address)
    exchange = helpdesk.send(helpdesk.draft("createUser", email=address), "negative")
    expect_refusal(exchange, 400, "FIELD_DUPLICATE")


@covers("KV-USER-028")
def test_the_address_is_among_the_emails(helpdesk: Helpdesk) -> None:
    address = new_address(helpdesk)
    made = make_user(helpdesk, email=address)
    draft = with_arguments(helpdesk.draft("getUser", id=made.id), {"include": "*"})
    emails = item_of(readable(helpdesk.send(draft))).get("emails")
    entries = emails if isinstance(emails, list) else []
    if entries and not any("email" in entry for entry in entries):
        skip("addresses are shown as references alone")
    judge([entry.get("email") for entry in entries], containing(address), "/data/emails/*/email")
    types = [entry.get("resource_type") for entry in entries]
    judge(types, containing("identity_email"), "/data/emails/*/resource_type")


# Changes ----------------------------------------------------------------------------------------


@covers("KV-USER-029", "KV-REQ-001")
@pytest.mark.parametrize("name", ["full_name", "designation"])
def test_a_change_comes_back_and_stays(helpdesk: Helpdesk, name: str) -> None:
    made, value = make_user(helpdesk), _name(helpdesk)
    exchange = helpdesk.call("updateUser", id=made.id, **{name: value})
    if taken(exchange, "KV-USER-029"):
        read = readable(_read(helpdesk, made))
        if expect(read, "KV-REQ-001").item(name, equal_to(value)).kept:
            expect(readable(exchange), "KV-USER-029").item(name, equal_to(value))


@covers("KV-REQ-001")
def test_a_user_is_disabled_and_enabled(helpdesk: Helpdesk) -> None:
    made = make_user(helpdesk)
    for value in (False, True):
        sent = str(value).lower()
        accepted(helpdesk.call("updateUser", id=made.id, is_enabled=sent))
        expect(readable(_read(helpdesk, made))).item("is_enabled", equal_to(value))


@covers("KV-REQ-001")
def test_a_customer_is_put_into_an_organization(helpdesk: Helpdesk) -> None:
    made, organization = make_user(helpdesk), helpdesk.obtain("organization")
    accepted(helpdesk.call("updateUser", id=made.id, organization_id=organization.id))
    shown = item_of(readable(_read(helpdesk, made))).get("organization")
    number = shown.get("id") if isinstance(shown, dict) else shown
    judge(number, equal_to(organization.id), "/data/organization/id")


@covers("KV-USER-009")
@pytest.mark.parametrize("operation_id", ["updateUser", "updateUsers"])
def test_new_tags_replace_the_old_ones(helpdesk: Helpdesk, operation_id: str) -> None:
    made = make_user(helpdesk)
    first, second, third = (f"{helpdesk.chance.mark}{helpdesk.chance.word()}" for _ in range(3))
    aim = {"id": made.id} if operation_id == "updateUser" else {"ids": [made.id]}
    for tags in ([first, second], [second, third]):
        accepted(helpdesk.call(operation_id, **aim, tags=",".join(tags)))
        judge(_tags_of(helpdesk, made), equal_to(sorted(tags)), "/data/*/name")


def _tags_of(helpdesk: Helpdesk, made: Made) -> list[str]:
    """The tags of a user, who does not show them: the answer to one more does. Omits the check
    where that page is not served."""
    more = f"{helpdesk.chance.mark}{helpdesk.chance.word()}"
    draft = Draft(helpdesk.spec["addOrganizationTags"]).at_path(f"/users/{made.id}/tags")
    exchange = helpdesk.send(draft.having(tags=more))
    names = texts_of(exchange, "name") if exchange.succeeded else []
    if more not in names:
        omit("users get no tags")
    return sorted(name for name in names if name != more)


@covers("KV-USER-013")
def test_new_teams_replace_the_old_ones(helpdesk: Helpdesk) -> None:
    known = teams(helpdesk)
    if len(known) < 2:
        skip("callers are in one team only")
    made = make_user(helpdesk, "agent", team_ids=known[:1])
    for chosen in (known[1:2], known[:2], known[:1]):
        accepted(helpdesk.call("updateUser", id=made.id, team_ids=chosen))
        shown = item_of(readable(_read(helpdesk, made))).get("teams")
        numbers = [entry.get("id") for entry in shown] if isinstance(shown, list) else shown
        judge(numbers and sorted(numbers), equal_to(sorted(chosen)), "/data/teams/*/id")


@covers("KV-USER-037")
@pytest.mark.parametrize("name", ["signature", "greeting", "status_message"])
def test_a_customer_has_no_words_of_staff(helpdesk: Helpdesk, name: str) -> None:
    made, words = make_user(helpdesk), _name(helpdesk)
    exchange = helpdesk.send(helpdesk.draft("updateUser", id=made.id, **{name: words}))
    if exchange.succeeded:
        expect(readable(_read(helpdesk, made))).item(name, different_from(words))
    else:
        expect(served(exchange)).refused()


@covers("KV-USER-043")
@pytest.mark.parametrize("new", [True, False], ids=["new", "changed"])
def test_a_locale_is_set_by_id_and_shown_by_code(helpdesk: Helpdesk, new: bool) -> None:
    """Locales have a page of their own: where they are not served, no id is known."""
    made = make_user(helpdesk)
    now = item_of(readable(_read(helpdesk, made))).get("locale")
    listed = helpdesk.send(Draft(helpdesk.spec["listTests"]).at_path("/locales"))
    known = [item for item in listed.answer.items if item.get("is_public") is not False]
    others = [item for item in known if item.get("locale") not in (None, now)]
    if not listed.succeeded or not others:
        omit("there is no other locale to set")
    chosen = others[0]
    if new:
        made = make_user(helpdesk, locale_id=chosen.get("id"))
    else:
        accepted(helpdesk.call("updateUser", id=made.id, locale_id=chosen.get("id")))
    expect(readable(_read(helpdesk, made))).item("locale", equal_to(chosen.get("locale")))


# Several ----------------------------------------------------------------------------------------


@covers("KV-USER-030", "KV-REQ-001")
@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [("time_zone", "Europe/Paris", "Europe/Paris"), ("is_enabled", "false", False)],
    ids=["time_zone", "is_enabled"],
)
def test_several_are_changed_in_one_call(
    helpdesk: Helpdesk, name: str, value: str, shown: Any
) -> None:
    pair = [make_user(helpdesk) for _ in range(2)]
    exchange = helpdesk.call("updateUsers", ids=[made.id for made in pair], **{name: value})
    if taken(exchange, "KV-USER-030") and judge_count_alone(exchange, 2, "KV-USER-030"):
        for made in pair:
            expect(readable(_read(helpdesk, made)), "KV-REQ-001").item(name, equal_to(shown))


@covers("KV-USER-033", "KV-USER-034")
def test_several_are_deleted_in_one_call(helpdesk: Helpdesk) -> None:
    pair = [make_user(helpdesk) for _ in range(2)]
    exchange = helpdesk.call("deleteUsers", ids=[made.id for made in pair])
    if taken(exchange, "KV-USER-033") and judge_count_alone(exchange, 2, "KV-USER-033"):
        for made in pair:
            expect(served(_read(helpdesk, made)), "KV-USER-034").status(NOT_FOUND)


@covers("KV-USER-034")
@pytest.mark.parametrize("operation_id", ["getUser", "updateUser", "setUserPassword", "deleteUser"])
def test_a_deleted_user_is_gone(helpdesk: Helpdesk, operation_id: str) -> None:
    made = make_user(helpdesk)
    accepted(helpdesk.call("deleteUser", id=made.id))
    expect(served(helpdesk.call(operation_id, id=made.id))).status(NOT_FOUND)


# Invitations and passwords ----------------------------------------------------------------------


@covers("KV-USER-010")
def test_an_administrator_invites_users(helpdesk: Helpdesk) -> None:
    taken(helpdesk.send(helpdesk.draft("inviteUsers").by("administrator")))


@covers("KV-USER-036")
def test_a_customer_is_not_invited(helpdesk: Helpdesk) -> None:
    invited = {
        "fullname": _name(helpdesk),
        "email": new_address(helpdesk),
        "role_id": role_of(helpdesk, "customer"),
    }
    draft = helpdesk.draft("inviteUsers", users=[json.dumps(invited)])
    expect(served(helpdesk.send(draft, "negative"))).refused()


@covers("KV-USER-011")
def test_anybody_asks_for_a_new_password(helpdesk: Helpdesk) -> None:
    made = make_user(helpdesk, email=new_address(helpdesk))
    draft = helpdesk.draft("resetPassword", email=made.exchange.sent["email"])
    exchange = helpdesk.send(draft.with_credential(NOBODY))
    if expect(served(exchange)).status(200).kept:
        judge("data" in envelope(exchange), equal_to(False), "data in the envelope")


@covers("KV-USER-035")
def test_an_unknown_address_has_no_password(helpdesk: Helpdesk) -> None:
    draft = helpdesk.draft("resetPassword", email=new_address(helpdesk))
    exchange = served(helpdesk.send(draft, "negative"))
    codes = [] if exchange.succeeded else shown_codes(exchange)
    if judge(codes, containing("ASSOCIATE_NOT_FOUND"), "/errors/*/code"):
        expect_culprit(exchange, "email")


@covers("KV-USER-017")
def test_a_user_stands_at_its_own_address(helpdesk: Helpdesk) -> None:
    made = user_of(helpdesk, "customer")
    if "resource_url" not in made.values:
        raise PrerequisiteBroken("the user shows no resource_url")
    ending = matching(rf".*/users/{made.id}", f".../users/{made.id}")
    judge(made["resource_url"], ending, "/data/resource_url")
