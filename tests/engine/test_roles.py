"""Who sends a request."""

from dataclasses import replace

import pytest

from conformance.engine.draft import Draft
from conformance.engine.errors import Skipped
from conformance.engine.roles import role_for
from conformance.engine.spec import Need, Operation, Spec

ROLES = ("user", "technician", "administrator")


@pytest.fixture
def operation(spec: Spec) -> Operation:
    return replace(spec["listShelves"], extra={})


def test_families_without_roles_have_none(operation: Operation) -> None:
    assert role_for(Draft(operation), (), {""}) == ""


def test_whoever_may_do_most_sends_what_anybody_may(operation: Operation) -> None:
    assert role_for(Draft(operation), ROLES, {"user", "technician"}) == "technician"


def test_a_role_of_its_own_choice_comes_first(operation: Operation) -> None:
    chosen = replace(operation, extra={"x-as": "technician"})
    assert role_for(Draft(chosen), ROLES, ROLES) == "technician"
    assert role_for(Draft(chosen), ROLES, {"administrator"}) == "administrator"


def test_a_named_role_is_the_only_one(operation: Operation) -> None:
    assert role_for(Draft(operation).by("user"), ROLES, ROLES) == "user"
    with pytest.raises(Skipped, match=r"needs the role user: \[credentials.user\]"):
        role_for(Draft(operation).by("user"), ROLES, {"administrator"})


def test_what_needs_more_than_is_given_is_skipped(operation: Operation) -> None:
    guarded = replace(operation, need=Need("technician", ("LIB-001",)))
    assert role_for(Draft(guarded), ROLES, {"technician", "user"}) == "technician"
    with pytest.raises(Skipped, match="needs the role administrator"):
        role_for(Draft(guarded), ROLES, {"user"})


def test_a_login_that_fails_needs_no_rights(operation: Operation) -> None:
    guarded = replace(operation, need=Need("technician", ("LIB-001",)))
    assert role_for(Draft(guarded).with_credential("wrong"), ROLES, {"user"}) == "user"
