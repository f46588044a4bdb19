"""The caller's own password."""

from __future__ import annotations

from conformance.emulator import passwords
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import Done, Outcome
from conformance.emulator.kayako_v1.problems import Problem, invalid, required

_SHORTEST = 8


def usable_password(password: str) -> str:
    """Return a new password; raises Problem for one below the policy."""
    if len(password) < _SHORTEST:
        text = f"A password has at least {_SHORTEST} letters."
        raise Problem(400, "PASSWORD_POLICY_VIOLATION", text)
    return password


def set_password(context: Context, user: int, password: str) -> None:
    """Give a user a new password."""
    values = {"password": passwords.kept(usable_password(password)), "password_expired": 0}
    context.store.update("users", user, {**values, "password_updated_at": context.now()})


def _change(context: Context) -> Outcome:
    user = context.user
    if not context.caller.step:
        old = context.given.get("password")
        if old is None:
            raise required("password")
        if not passwords.fits(user["password"] or "", old):
            raise invalid("password", "The old password is wrong.")
    set_password(context, user["id"], context.given["new_password"])
    return Done()


HANDLERS = {"changePassword": _change}
