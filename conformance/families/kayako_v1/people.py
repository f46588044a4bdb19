"""Users of each kind: what they are made of, and those that checks look at."""

from typing import Any

from conformance.engine import Helpdesk, Made
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.shared import once, readable
from conformance.families.kayako_v1.asking import item_of

#: By what they may do. The role matrix does not tell about owners.
STAFF = ("collaborator", "agent", "administrator")
KINDS = ("customer", *STAFF)


def role_of(helpdesk: Helpdesk, kind: str) -> Any:
    """The id of a role of this kind, which is that of the caller who has it. Raises Skipped where
    no such caller is given."""
    role = item_of(readable(helpdesk.good("getMe", role=kind))).get("role")
    if not isinstance(role, dict) or "id" not in role:
        raise PrerequisiteBroken(f"the {kind} is shown without a role")
    return role["id"]


def teams(helpdesk: Helpdesk) -> list[Any]:
    """The ids of the teams that callers are in."""
    found: dict[Any, None] = {}
    for kind in STAFF:
        if kind in helpdesk.target.credentials:
            entries = item_of(readable(helpdesk.good("getMe", role=kind))).get("teams")
            for entry in entries if isinstance(entries, list) else []:
                found[entry.get("id")] = None
    if not found:
        raise PrerequisiteBroken("no caller is shown with a team")
    return list(found)


def values_for(helpdesk: Helpdesk, kind: str) -> dict[str, Any]:
    """What makes a new user one of this kind."""
    values: dict[str, Any] = {"role_id": role_of(helpdesk, kind)}
    if kind != "customer":
        values["team_ids"] = teams(helpdesk)[:1]
    return values


def new_address(helpdesk: Helpdesk) -> str:
    return helpdesk.chance.fill("{mark}-{word}@example.invalid")


def make_user(helpdesk: Helpdesk, kind: str = "customer", **fields: Any) -> Made:
    """A new user of this kind. Raises as `Helpdesk.make` does."""
    return helpdesk.make("user", **{**values_for(helpdesk, kind), **fields})


def user_of(helpdesk: Helpdesk, kind: str) -> Made:
    """The user of this kind that the checks of a run share, and that none of them deletes."""
    return once(helpdesk, f"user of kind {kind}", lambda: make_user(helpdesk, kind))
