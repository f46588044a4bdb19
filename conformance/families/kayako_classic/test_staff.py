"""Staff: names, signature text and password (page "REST - Staff")."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, omit, violate
from conformance.engine.exchange import answered
from conformance.engine.matchers import containing, different_from, equal_to
from conformance.families.kayako_classic.life import Life, life_of
from conformance.families.kayako_classic.prerequisites import (
    accepted,
    aimed,
    one_line_ends,
    readable,
)


@pytest.fixture(scope="module")
def life(helpdesk: Helpdesk) -> Life:
    """A staff member with every documented field, later with every one changed."""
    return life_of(helpdesk, "staff")


@pytest.fixture(scope="module")
def plain(helpdesk: Helpdesk) -> Exchange:
    """A create with the six required fields."""
    return helpdesk.good("createStaff")


@covers("KC-STF-017")
def test_six_fields_make_a_staff_member(plain: Exchange) -> None:
    expect(plain).success().item("username", equal_to(plain.sent["username"]))


@covers("KC-SGR-010")
def test_staff_can_be_put_into_a_new_staff_group_at_once(
    helpdesk: Helpdesk, plain: Exchange
) -> None:
    older = helpdesk.obtain("staffgroup")
    group = helpdesk.make("staffgroup", isadmin="0")
    put = helpdesk.send(helpdesk.draft("createStaff", staffgroupid=group.id))
    if not put.succeeded and not plain.succeeded:  # is it the group, or does no create work?
        accepted(helpdesk.call("createStaff", staffgroupid=older.id))
    expect(put).success()


@covers("KC-STF-014")
@pytest.mark.parametrize("stage", ["read", "after_least"])
def test_the_full_name_is_made_of_first_and_last_name(life: Life, stage: str) -> None:
    sent = life.first.sent if stage == "read" else accepted(life.least_updated).sent
    for part in ("firstname", "lastname"):
        expect(readable(getattr(life, stage))).item("fullname", containing(sent[part]))


# The signature text -----------------------------------------------------------------------------


@covers("KC-STF-013")
def test_the_signature_text_is_shown(life: Life) -> None:
    expect(readable(life.read)).item("signature", containing(life.helpdesk.chance.mark))


@covers("KC-STF-012", "KC-PROTO-045")
@pytest.mark.parametrize("stage", ["read", "after_update"])
def test_staffsignature_sets_the_signature_text(life: Life, stage: str) -> None:
    if stage == "after_update":
        accepted(life.updated)
    draft = life.then if stage == "after_update" else life.first
    shown = signature_text(getattr(life, stage))
    wanted = draft.sent["staffsignature"].rstrip("\n")
    judge(shown, equal_to(wanted), "signature text", "KC-STF-012", "KC-PROTO-045")


@covers("KC-PROTO-019")
def test_the_answer_to_a_create_shows_the_signature_text(life: Life) -> None:
    stored = signature_text(life.read)
    judge(signature_text(life.created), equal_to(stored), "signature text")


def signature_text(exchange: Exchange) -> str:
    """The signature text that a staff member shows; it may be left out of an answer."""
    item: Mapping[str, Any] = readable(exchange).answer.item or {}
    if "signature" not in item:
        omit("the helpdesk shows no signature text")
    return str(one_line_ends(item["signature"])).rstrip("\n")


@covers("KC-STF-016")
def test_the_request_signature_is_no_signature_text(plain: Exchange) -> None:
    signed = parse_qs(accepted(plain).request.body.decode())["signature"][0]
    item = plain.answer.item
    if item is not None:
        shown = str(item.get("signature") or "").strip()
        got = "the signature of the request"
        judge(shown, different_from(signed), item.where("signature"), got=got)


# The password -----------------------------------------------------------------------------------


@covers("KC-STF-011")
def test_no_answer_holds_the_password(life: Life) -> None:
    passwords = (life.first.sent["password"], life.then.sent["password"])
    stages = ("created", "read", "listed", "updated", "after_update")
    for exchange in (getattr(life, stage) for stage in stages):
        body = answered(expect(exchange).exchange).text
        if any(password in body for password in passwords):
            violate("body", "no password", "the password that was sent")


@covers("KC-STF-018")
def test_id_0_brings_the_staff_list(helpdesk: Helpdesk, plain: Exchange) -> None:
    readable(helpdesk.good("getStaff"))
    zero = aimed(helpdesk, "getStaff", id=0)
    expect(zero).success().lists(id=int(helpdesk.made_by(plain).id))
