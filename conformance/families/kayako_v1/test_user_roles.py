"""Who may do what to whom: the role matrix of the page "Users". It says nothing about owners."""

import pytest

from conformance.engine import Helpdesk, covers, expect
from conformance.engine.draft import Draft
from conformance.engine.exchange import served
from conformance.families.kayako_v1.asking import taken
from conformance.families.kayako_v1.people import KINDS, make_user, user_of, values_for

FORBIDDEN = 403
#: The kinds of users that a caller reads, and the requirement that says so.
_READ = {
    "collaborator": ("KV-USER-002", KINDS[:1]),
    "agent": ("KV-USER-014", KINDS[:3]),
    "administrator": ("KV-USER-015", KINDS),
}
#: Those whom a caller adds, changes and deletes.
_CHANGED = {"agent": ("KV-USER-003", KINDS[:1]), "administrator": ("KV-USER-015", KINDS)}
_CHANGES = ("createUser", "updateUser", "setUserPassword", "deleteUser")


def _pairs(matrix: dict[str, tuple[str, tuple[str, ...]]], inside: bool) -> list[tuple[str, str]]:
    """Callers with the kinds of users within their reach, or beyond it."""
    reach = {caller: kinds for caller, (_, kinds) in matrix.items()}
    return [
        (caller, kind)
        for caller, kinds in reach.items()
        for kind in KINDS
        if (kind in kinds) == inside
    ]


def _to(helpdesk: Helpdesk, operation_id: str, kind: str, caller: str) -> Draft:
    """What a caller does to a user of this kind; who is deleted is nobody else's."""
    if operation_id == "createUser":
        draft = helpdesk.draft(operation_id, **values_for(helpdesk, kind))
    else:
        deleted = operation_id == "deleteUser"
        user = make_user(helpdesk, kind) if deleted else user_of(helpdesk, kind)
        draft = helpdesk.draft(operation_id, id=user.id)
    return draft.by(caller)


@covers("KV-USER-002", "KV-USER-014", "KV-USER-015")
@pytest.mark.parametrize(("caller", "kind"), [*_pairs(_READ, True)])
def test_users_within_reach_are_read(helpdesk: Helpdesk, caller: str, kind: str) -> None:
    taken(helpdesk.send(_to(helpdesk, "getUser", kind, caller)), _READ[caller][0])


@covers("KV-USER-002", "KV-USER-016")
@pytest.mark.parametrize(("caller", "kind"), [*_pairs(_READ, False)])
def test_users_beyond_reach_are_not_read(helpdesk: Helpdesk, caller: str, kind: str) -> None:
    """That an agent reads no administrators follows from the matrix alone."""
    exchange = helpdesk.send(_to(helpdesk, "getUser", kind, caller), "negative")
    must = _READ[caller][0] if caller == "collaborator" else "KV-USER-016"
    if expect(served(exchange), must).refused().kept:
        expect(exchange, "KV-USER-016").status(FORBIDDEN)


@covers("KV-USER-003", "KV-USER-015")
@pytest.mark.parametrize("operation_id", _CHANGES)
@pytest.mark.parametrize(("caller", "kind"), [*_pairs(_CHANGED, True)])
def test_users_within_reach_are_changed(
    helpdesk: Helpdesk, operation_id: str, caller: str, kind: str
) -> None:
    taken(helpdesk.send(_to(helpdesk, operation_id, kind, caller)), _CHANGED[caller][0])


@covers("KV-USER-003", "KV-USER-016")
@pytest.mark.parametrize("operation_id", _CHANGES)
@pytest.mark.parametrize(("caller", "kind"), [*_pairs(_CHANGED, False)])
def test_users_beyond_reach_are_not_changed(
    helpdesk: Helpdesk, operation_id: str, caller: str, kind: str
) -> None:
    exchange = helpdesk.send(_to(helpdesk, operation_id, kind, caller), "negative")
    if expect(served(exchange), "KV-USER-003").refused().kept:
        expect(exchange, "KV-USER-016").status(FORBIDDEN)


@covers("KV-USER-001")
@pytest.mark.parametrize("caller", ["collaborator", "agent", "administrator"])
def test_staff_lists_users(helpdesk: Helpdesk, caller: str) -> None:
    taken(helpdesk.good("listUsers", role=caller))
