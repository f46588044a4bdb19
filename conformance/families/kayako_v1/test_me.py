"""The caller (page "Me")."""

import pytest

from conformance.engine import Helpdesk, covers, expect, judge, skip, violate
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import equal_to
from conformance.engine.shared import readable
from conformance.families.kayako_v1.asking import item_of, taken
from conformance.families.kayako_v1.people import KINDS

_ROLES = (*KINDS, "owner")


@covers("KV-ME-002")
@pytest.mark.parametrize("role", _ROLES)
def test_every_role_reads_itself(helpdesk: Helpdesk, role: str) -> None:
    taken(helpdesk.good("getMe", role=role))


@covers("KV-ME-004")
@pytest.mark.parametrize("role", _ROLES)
def test_the_caller_stands_among_the_users(helpdesk: Helpdesk, role: str) -> None:
    caller = item_of(readable(helpdesk.good("getMe", role=role)))
    if not {"id", "resource_url"} <= set(caller):
        raise PrerequisiteBroken("the caller is shown without id or address")
    address = str(caller["resource_url"])
    if not address.endswith(f"/users/{caller.get('id')}"):
        violate("/data/resource_url", f".../users/{caller.get('id')}", address)


@covers("KV-ME-006")
@pytest.mark.parametrize("role", _ROLES)
def test_the_caller_has_one_id(helpdesk: Helpdesk, role: str) -> None:
    caller = item_of(readable(helpdesk.good("getMe", role=role)))
    if not {"id", "full_name"} <= set(caller):
        raise PrerequisiteBroken("the caller is shown without id or name")
    listed = readable(helpdesk.call("listUsers", ids=[caller["id"]]))
    expect(listed).item_where("full_name", equal_to(caller["full_name"]), id=caller["id"])


@covers("KV-ME-006")
def test_two_callers_have_two_ids(helpdesk: Helpdesk) -> None:
    if not {"agent", "customer"} <= set(helpdesk.target.credentials):
        skip("needs an agent and a customer")
    roles = ("agent", "customer")
    pair = [item_of(readable(helpdesk.good("getMe", role=role))).get("id") for role in roles]
    if None in pair:
        raise PrerequisiteBroken("the caller is shown without an id")
    judge(len(set(pair)), equal_to(2), "/data/id of an agent and of a customer")
