"""Users: addresses, roles, expiry, organisation and password (page "REST - User")."""

from collections.abc import Mapping
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit, violate
from conformance.engine.exchange import answered
from conformance.engine.matchers import containing, empty, equal_to, not_empty
from conformance.families.kayako_classic.life import Life, life_of
from conformance.families.kayako_classic.prerequisites import accepted, aim, aimed, readable

_DAY = 24 * 3600


@pytest.fixture(scope="module")
def life(helpdesk: Helpdesk) -> Life:
    """A user with every documented field, later with every one changed."""
    return life_of(helpdesk, "user")


@pytest.fixture(scope="module")
def example(helpdesk: Helpdesk) -> Exchange:
    """The create that the documentation prints."""
    draft = helpdesk.draft("createUser", sendwelcomeemail="0", userexpiry="0")
    return helpdesk.send(draft.having(phone="1-800-555-5555"))


@pytest.fixture(scope="module")
def stored(helpdesk: Helpdesk, example: Exchange) -> Exchange:
    """The printed example's user, read."""
    return readable(aimed(helpdesk, "getUser", id=helpdesk.made_by(example).id))


@covers("KC-USR-025")
def test_the_printed_example_makes_a_user(example: Exchange) -> None:
    expect(example).success().item("fullname", equal_to(example.sent["fullname"]))


@covers("KC-USR-024")
def test_a_create_keeps_every_documented_field(life: Life) -> None:
    shown: Mapping[str, Any] = readable(life.read).answer.item or {}
    for member in life.written(life.first):
        if life.first.sent[member] not in ("0", "") and member in shown:
            expect(life.read).item(member, not_empty)


@covers("KC-USR-015")
def test_a_user_without_a_given_role_is_a_user(stored: Exchange) -> None:
    expect(stored).item("userrole", equal_to("user"))


@covers("KC-USR-015")
@pytest.mark.parametrize(("stage", "role"), [("read", "manager"), ("changed", "user")])
def test_a_role_is_kept_as_given(life: Life, stage: str, role: str) -> None:
    accepted(life.created if stage == "read" else life.updated)
    expect(readable(getattr(life, stage))).item("userrole", equal_to(role))


@covers("KC-USR-016")
@pytest.mark.parametrize(("stage", "salutation"), [("read", "Ms."), ("changed", "Mrs.")])
def test_a_salutation_is_kept_as_given(life: Life, stage: str, salutation: str) -> None:
    accepted(life.created if stage == "read" else life.updated)
    expect(readable(getattr(life, stage))).item("salutation", equal_to(salutation))


@covers("KC-USR-016")
def test_a_create_takes_a_doctor(helpdesk: Helpdesk, example: Exchange) -> None:
    accepted(example)
    created = helpdesk.send(helpdesk.draft("createUser", salutation="Dr."))
    expect(created).success().item("salutation", equal_to("Dr."))


@covers("KC-USR-016")
def test_an_update_takes_a_man(
    helpdesk: Helpdesk, life: Life, example: Exchange, stored: Exchange
) -> None:
    accepted(life.least_updated)
    del stored  # it shows the user without salutation
    made = helpdesk.made_by(example)
    update = aim(helpdesk, "updateUser", id=made.id, fullname=made["fullname"])
    changed = helpdesk.send(update.having(salutation="Mr."))
    expect(changed).success().item("salutation", equal_to("Mr."))


@covers("KC-USR-016")
def test_a_user_without_salutation_shows_none(stored: Exchange) -> None:
    expect(stored).item("salutation", empty)


@covers("KC-USR-017")
def test_a_user_that_never_expires_shows_0(stored: Exchange) -> None:
    expect(stored).item("userexpiry", equal_to(0))


@covers("KC-USR-017")
@pytest.mark.parametrize("member", ["userexpiry", "slaplanexpiry"])
def test_an_expiry_changed_to_0_shows_0(life: Life, member: str) -> None:
    accepted(life.updated)
    expect(readable(life.changed)).item(member, equal_to(0))


@covers("KC-USR-021")
def test_a_user_without_organisation_names_none(stored: Exchange) -> None:
    expect(stored).item("userorganizationid", empty)


# Moments and flags ------------------------------------------------------------------------------


@covers("KC-PROTO-016")
def test_moments_are_read_and_written_in_unix_seconds(life: Life) -> None:
    now = int(life.helpdesk.chance.now())
    expect(readable(life.read)).item("userexpiry", equal_to(life.first.sent["userexpiry"]))
    expect(readable(life.read)).item("dateline", close_to(now))


@covers("KC-PROTO-016")
def test_a_user_who_never_came_has_no_last_visit(stored: Exchange) -> None:
    item = stored.answer.item
    if item is None or "lastvisit" not in item:
        omit("the user shows no last visit")
    expect(stored).item("lastvisit", equal_to(0))


@covers("KC-PROTO-015")
@pytest.mark.parametrize(
    ("stage", "member", "flag"),
    [
        ("read", "isenabled", 0),
        ("read", "enabledst", 1),
        ("changed", "isenabled", 1),
        ("changed", "enabledst", 0),
    ],
)
def test_flags_are_read_and_written_as_0_and_1(
    life: Life, stage: str, member: str, flag: int
) -> None:
    accepted(life.created if stage == "read" else life.updated)
    expect(readable(getattr(life, stage))).item(member, equal_to(flag))


def close_to(moment: int) -> Any:
    """Within two days, so that no clock or time zone has to be right."""

    def match(value: Any) -> str | None:
        near = isinstance(value, int) and abs(value - moment) <= 2 * _DAY
        return None if near else f"a moment close to {moment}"

    return match


# Updating ---------------------------------------------------------------------------------------


@covers("KC-USR-018")
def test_an_update_moves_a_user_to_another_user_group(life: Life) -> None:
    expect(life.updated).success()
    expect(readable(life.changed)).item("usergroupid", equal_to(life.then.sent["usergroupid"]))


@covers("KC-USR-019", "KC-USR-020", "KC-PROTO-049")
def test_an_update_passes_over_what_only_a_create_takes(
    helpdesk: Helpdesk, example: Exchange
) -> None:
    accepted(life_of(helpdesk, "user").least_updated)
    made = helpdesk.made_by(example)
    update = aim(helpdesk, "updateUser", id=made.id, fullname=made["fullname"])
    password = f"Other-{helpdesk.chance.word()}-2"
    exchange = helpdesk.send(update.having(password=password, sendwelcomeemail="0"))
    taken = expect(exchange, "KC-USR-019", "KC-PROTO-049")
    taken.success().item("id", equal_to(made.id))
    if password in answered(exchange).text:
        violate("body", "no password", "the password that was sent", "KC-USR-019", "KC-USR-020")


@covers("KC-USR-020")
def test_no_answer_holds_the_password(life: Life) -> None:
    password = life.first.sent["password"]
    for exchange in (life.created, life.read, life.listed, life.updated):
        if password in answered(expect(exchange).exchange).text:
            violate("body", "no password", "the password that was sent")


@covers("KC-USR-027")
def test_id_0_brings_the_user_list(helpdesk: Helpdesk, stored: Exchange) -> None:
    del stored
    zero = aimed(helpdesk, "getUser", id=0)
    expect(zero).success().values("id", not_empty)


# Several addresses ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reachable(helpdesk: Helpdesk, example: Exchange) -> Exchange:
    """A create with three addresses."""
    accepted(example)
    draft = helpdesk.draft("createUser").without("email")
    return helpdesk.send(draft.having({"email[]": addresses(helpdesk, 3)}))


@pytest.fixture(scope="module")
def owner(helpdesk: Helpdesk, reachable: Exchange) -> Made:
    return helpdesk.made_by(reachable)


@pytest.fixture(scope="module")
def addressed(helpdesk: Helpdesk, owner: Made) -> Exchange:
    """The user with three addresses, read before anything changes them."""
    return readable(aimed(helpdesk, "getUser", id=owner.id))


@pytest.fixture(scope="module")
def moved(helpdesk: Helpdesk, owner: Made, addressed: Exchange) -> Exchange:
    """An update to two other addresses."""
    del addressed
    update = aim(helpdesk, "updateUser", id=owner.id, fullname=owner["fullname"])
    return helpdesk.send(update.having({"email[]": addresses(helpdesk, 2)}))


def addresses(helpdesk: Helpdesk, count: int) -> list[str]:
    """So many fresh addresses."""
    return [helpdesk.chance.fill("{mark}-{n}@example.com") for _ in range(count)]


def everything_said(exchange: Exchange) -> str:
    """The texts of an XML answer in one, as a reader sees them; another body as it is."""
    body = answered(exchange).text
    document = exchange.answer.document
    if document is None:
        return body
    return "\n".join(str(text) for text in document.root.itertext())


@covers("KC-USR-013", "KC-PROTO-014", "KC-PROTO-045")
def test_every_address_of_the_repeated_field_is_taken(
    reachable: Exchange, addressed: Exchange
) -> None:
    ids = ("KC-USR-013", "KC-PROTO-014", "KC-PROTO-045")
    expect(addressed, *ids).has_item()
    for address in reachable.sent["email[]"]:
        judge(everything_said(addressed), containing(address), "body", *ids)


@covers("KC-USR-013")
def test_a_create_with_several_addresses_succeeds(reachable: Exchange) -> None:
    expect(reachable).success().has_item()


@covers("KC-USR-007", "KC-USR-014")
def test_every_address_has_an_element_of_its_own(reachable: Exchange, addressed: Exchange) -> None:
    for address in reachable.sent["email[]"]:
        if address in everything_said(addressed):
            expect(addressed, "KC-USR-007", "KC-USR-014").item("email", containing(address))


@covers("KC-PROTO-045")
@pytest.mark.parametrize("stage", ["read", "after_least", "after_update"])
def test_the_only_address_is_read_as_written(life: Life, stage: str) -> None:
    accepted(life.updated if stage == "after_update" else life.created)
    draft = life.then if stage == "after_update" else life.first
    exchange = readable(getattr(life, stage))
    judge(everything_said(exchange), containing(draft.sent["email"]), "body")


@covers("KC-USR-013")
def test_an_update_takes_every_address_too(life: Life, moved: Exchange) -> None:
    accepted(life.least_updated)
    expect(moved).has_item()
    for address in moved.sent["email[]"]:
        judge(everything_said(moved), containing(address), "body")
