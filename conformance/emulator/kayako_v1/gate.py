"""Who calls: logins and their further steps, sessions, tokens; and what a caller may do."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from conformance.emulator import passwords
from conformance.emulator.kayako_v1 import sign_on, tokens
from conformance.emulator.kayako_v1.credentials import Credentials
from conformance.emulator.kayako_v1.effects import Effects, Place
from conformance.emulator.kayako_v1.problems import Problem, denied
from conformance.emulator.kayako_v1.routing import Action
from conformance.emulator.limiter import Lockout
from conformance.emulator.store import Row, Store
from conformance.emulator.wire import Call, Refusal

_STEP = 900  # seconds in which a further step of a login has to be taken
_SEEN = 60  # seconds between two notes of when a session was last used


@dataclass(frozen=True)
class Caller:
    """Who calls: a user or nobody; `opened`: whether this call opened the session."""

    user: Row | None = None
    role: str = ""
    session: Row | None = None
    opened: bool = False
    scopes: tuple[str, ...] | None = None
    fingerprint: str | None = None
    step: str = ""
    """The step of a login that this call takes."""


class Gate:
    """Tells who calls, or refuses the call."""

    def __init__(
        self, store: Store, lockout: Lockout, effects: Effects, clock: Callable[[], float]
    ) -> None:
        self._store, self._lockout, self._effects = store, lockout, effects
        self._clock = clock

    def caller(self, place: Place, call: Call, sent: Credentials, action: Action) -> Caller:
        """Return the caller; raises Problem for credentials that do not do."""
        if sent.basic is not None:
            return self._basic(place, call, sent)
        if sent.bearer is not None:
            return self._bearer(place, call, sent)
        if sent.session is not None:
            return self._session(place, call, sent.session, None)
        if sent.token is not None:
            return self._step(place, call, sent, action)
        if sent.remember is not None:
            return self._remembered(place, call, sent)
        if sent.fingerprint is not None and self._effects.skips(place, "fingerprint"):
            self._refused(place, "fingerprint")
        if not action.public and self._effects.admits(place, "absent"):
            return self._open(place, call, self._store.all("users")[0])
        return Caller(fingerprint=sent.fingerprint)

    def _refused(self, place: Place, reason: str, user: Row | None = None) -> Row:
        """Refuse, unless a fault admits: then as the user named, or as the owner."""
        if self._effects.admits(place, reason):
            return user or self._store.all("users")[0]
        text = "Used authentication credentials are invalid."
        if reason == "unknown" and self._effects.skips(place, "alike"):
            text = "Nobody has this address."
        raise Problem(401, "AUTHENTICATION_FAILED", text)

    def _unusable(self, place: Place, reason: str, user: Row | None = None) -> Row:
        if self._effects.admits(place, reason):
            return user or self._store.all("users")[0]
        raise Problem(454, "SESSION_LOADING_FAILED", "The session cannot be loaded.")

    def _basic(self, place: Place, call: Call, sent: Credentials) -> Caller:
        login = sent.login
        if login is None:
            return self._open(place, call, self._refused(place, "malformed"))
        attempt = f"{call.address} {login[0].lower()}"
        self._unlocked(attempt)
        user = self._named(login[0])
        if user is None or not passwords.fits(user["password"] or "", login[1]):
            self._lockout.failed(attempt)
            user = self._refused(place, "password" if user else "unknown", user)
        elif not user["is_enabled"]:
            user = self._refused(place, "disabled", user)
        if sent.session is not None:
            return self._session(place, call, sent.session, user)
        if user["otp_secret"] and not self._effects.skips(place, "one-time-password"):
            if sent.otp is None:
                raise self._otp_expected(user)
            self._check_otp(place, user, sent.otp, attempt)
        self._lockout.succeeded(attempt)
        return self._open(place, call, self._current(place, user))

    def _unlocked(self, attempt: str) -> None:
        try:
            self._lockout.check(attempt)
        except Refusal as refusal:
            text = "Too many failed logins; try again later."
            found = refusal.answer.headers
            raise Problem(429, "AUTHENTICATION_LOCKED", text, headers=found) from None

    def _named(self, email: str) -> Row | None:
        return self._store.first(
            "SELECT users.* FROM users JOIN identity_emails ON user_id = users.id"
            " WHERE lower(email) = lower(?)",
            email,
        )

    def _check_otp(self, place: Place, user: Row, otp: str, attempt: str) -> None:
        if not tokens.is_one_time(user["otp_secret"], otp, self._clock()):
            self._lockout.failed(attempt)
            self._refused(place, "otp", user)

    def _current(self, place: Place, user: Row) -> Row:
        """Return a user whose password has not expired; raises Problem for another."""
        if user["password_expired"] and not self._effects.skips(place, "expired-password"):
            beside = {"auth_token": self._step_token(user, "password")}
            text = "The password has expired and has to be changed."
            raise Problem(403, "CREDENTIAL_EXPIRED", text, beside=beside)
        return user

    def _otp_expected(self, user: Row) -> Problem:
        notice = {"type": "INFO", "message": "Please enter the one-time password.", "sticky": False}
        return Problem(
            403,
            "OTP_EXPECTED",
            "A one-time password is needed to log in.",
            beside={"auth_token": self._step_token(user, "otp"), "notifications": [notice]},
        )

    def _step_token(self, user: Row, step: str) -> str:
        claims = {"sub": user["id"], "step": step, "exp": int(self._clock()) + _STEP}
        return tokens.signed(self._secret(user), claims)

    def _secret(self, user: Row) -> str:
        """A new password ends the tokens that were made before."""
        return f"{self._store.setting('secret')}{user['password']}"

    def _step(self, place: Place, call: Call, sent: Credentials, action: Action) -> Caller:
        """Go on with a login of several steps."""
        user, step = self._begun(sent.token or "")
        if action.step and user is not None:
            if step == action.step:
                return replace(self._open(place, call, user), step=step)
            return self._open(place, call, self._refused(place, "step", user))
        if sent.otp is None:
            return self._open(place, call, self._unusable(place, "session"))
        if user is None or (step != "otp" and not self._effects.skips(place, "step")):
            return self._open(place, call, self._refused(place, "step", user))
        attempt = f"{call.address} {user['id']}"
        self._unlocked(attempt)
        self._check_otp(place, user, sent.otp, attempt)
        return self._open(place, call, self._current(place, user))

    def _begun(self, token: str) -> tuple[Row | None, str]:
        """Return whose login a step token goes on with, and at which step."""
        user = self._store.get("users", tokens.subject(token))
        claims = tokens.claims_of(self._secret(user), token) if user else None
        if not claims or claims["exp"] <= self._clock():
            return None, ""
        return user, str(claims["step"])

    def _bearer(self, place: Place, call: Call, sent: Credentials) -> Caller:
        token = sent.bearer or ""
        grant = self._store.first("SELECT * FROM oauth_grants WHERE access_token = ?", token)
        if grant is None:
            user = self._signed_on(place, token)
        else:
            expired = grant["expiry_at"] is not None and grant["expiry_at"] <= self._clock()
            found = None if expired else self._store.get("users", grant["user_id"])
            user = found or self._refused(place, "token")
            now = int(self._clock())
            self._store.update("oauth_grants", grant["id"], {"last_activity_at": now})
            self._store.update("oauth_clients", grant["client_id"], {"last_used_at": now})
        if not user["is_enabled"]:
            user = self._refused(place, "disabled", user)
        if user["otp_secret"] and self._effects.skips(place, "steps-of-basic"):
            raise self._otp_expected(user)
        if sent.session is not None:
            return self._session(place, call, sent.session, user)
        return self._open(place, call, user, grant)

    def _signed_on(self, place: Place, token: str) -> Row:
        """Return the user of a single sign-on token."""
        now = int(self._clock())
        if self._effects.skips(place, "sign-on"):
            return self._refused(place, "token")
        one = self._effects.skips(place, "sign-on-digests")
        known = ("HS256",) if one else tuple(tokens.DIGESTS)
        claims = tokens.claims_of(self._store.setting("jwt_secret") or "", token, known)
        unproved = tokens.unproved(token)
        address = sign_on.address_in(unproved or {})
        user = self._named(address)
        if claims is None:
            return self._refused(place, "token" if unproved is None else "signature", user)
        usable = address and not sign_on.is_over(claims, now)
        if not usable or not self._may_claim(place, user, claims.get("role")):
            return self._refused(place, "claims", user)
        return sign_on.welcomed(self._store, claims, user, now)

    def _may_claim(self, place: Place, user: Row | None, role: Any) -> bool:
        """Tell whether the claim `role` is that of the user; customers may leave it out."""
        skips = partial(self._effects.skips, place)
        if skips("sign-on-customer" if role is None else "sign-on-role"):
            return True
        if role is None and skips("sign-on-default"):
            return False
        wanted = sign_on.ROLES.get(sign_on.CUSTOMER if role is None else str(role))
        return wanted is not None and (user is None or self._role(user) == wanted)

    def _remembered(self, place: Place, call: Call, sent: Credentials) -> Caller:
        row = self._store.first("SELECT * FROM remembered WHERE token = ?", sent.remember)
        proved = row is not None and self._is_proved(place, row, sent.fingerprint)
        user = self._store.get("users", row["user_id"]) if row and proved else None
        return self._open(place, call, user or self._refused(place, "remember"))

    def _is_proved(self, place: Place, row: Row, fingerprint: str | None) -> bool:
        """Tell whether the fingerprint that a value is remembered with comes along."""
        if self._effects.skips(place, "remember-fingerprint"):
            return True
        return bool(fingerprint) and row["fingerprint"] in (None, "", fingerprint)

    def _session(self, place: Place, call: Call, key: str, user: Row | None) -> Caller:
        found = self._store.where("sessions", id=key)
        owner = self._store.get("users", found[0]["user_id"]) if found else None
        other = user is not None and owner is not None and user["id"] != owner["id"]
        if owner is None or not owner["is_enabled"] or other:
            reason = "foreign-session" if other else "session"
            return self._open(place, call, self._unusable(place, reason, user))
        if self._effects.skips(place, "session-kept"):
            return self._open(place, call, owner)
        now = int(self._clock())
        if now - found[0]["last_activity_at"] >= _SEEN:
            sql = "UPDATE sessions SET last_activity_at = ? WHERE id = ?"
            self._store.execute(sql, now, key)
        grant = found[0]["grant_id"]
        row = self._store.get("oauth_grants", grant) if grant else None
        return self._as(owner, found[0], row, opened=False)

    def _open(self, place: Place, call: Call, user: Row, grant: Row | None = None) -> Caller:
        """Open a session."""
        unprotected = call.headers.get("x-csrf", "").strip().lower() == "false"
        if unprotected and self._effects.skips(place, "csrf-offer"):
            unprotected = False
        now = int(self._clock())
        row = {
            "id": secrets.token_hex(20),
            "user_id": user["id"],
            "grant_id": grant["id"] if grant else None,
            "csrf": None if unprotected else secrets.token_urlsafe(32),
            "ip_address": call.address,
            "user_agent": call.headers.get("user-agent", ""),
            "last_activity_at": now,
            "created_at": now,
        }
        if self._effects.skips(place, "new-session"):
            old = self._store.where("sessions", user_id=user["id"])
            if old:
                return self._as(user, old[0], grant, opened=True)
        self._store.insert("sessions", row)
        return self._as(user, row, grant, opened=True)

    def _as(self, user: Row, session: Row, grant: Row | None, *, opened: bool) -> Caller:
        scopes = tuple(json.loads(grant["scopes"])) if grant else None
        return Caller(user, self._role(user), session, opened, scopes)

    def _role(self, user: Row) -> str:
        row = self._store.get("roles", user["role_id"])
        return str(row["type"]) if row else ""

    def check(self, place: Place, caller: Caller, sent: Credentials, action: Action) -> None:
        """Raise Problem for a caller who may not do this."""
        if caller.user is None:
            if not action.public and not (action.fingerprint and caller.fingerprint):
                text = "This action needs an authenticated caller."
                raise Problem(401, "AUTHORIZATION_REQUIRED", text)
            return
        roles = self._effects.first(place, "roles") or action.roles
        if not action.public and caller.role not in roles:
            raise denied()
        if caller.scopes is not None and not action.public:
            self._check_scope(place, caller.scopes, action)
        self._check_csrf(place, caller, sent.csrf, action)

    def _check_scope(self, place: Place, scopes: tuple[str, ...], action: Action) -> None:
        if self._effects.skips(place, "scope"):
            return
        writes = action.verb != "GET" and not self._effects.skips(place, "scope-level")
        wanted = {f"{action.scope}:write"} | (set() if writes else {f"{action.scope}:read"})
        if not self._effects.skips(place, "scope-alone"):
            wanted.add(action.scope)
        if not action.scope or not wanted & set(scopes):
            raise denied("The access token does not cover this action.")

    def _check_csrf(self, place: Place, caller: Caller, given: str | None, action: Action) -> None:
        """Raise Problem for a change in a protected session without the token of the session."""
        skips, session = partial(self._effects.skips, place), caller.session
        if session is None or (caller.opened and not skips("login-without-csrf")):
            return
        if action.verb == "GET" and not skips("reading-without-csrf"):
            return
        wanted, given = session["csrf"] or "", given or ""
        if skips("csrf") or not (wanted or skips("csrf-declined")):
            return
        same = secrets.compare_digest(wanted.encode(), given.encode()) or skips("csrf-value")
        if not given or not same or skips("csrf-token"):
            raise Problem(403, "CSRF_FAILED", "X-CSRF-Token is missing or wrong.")

    def describe(self, caller: Caller) -> dict[str, Any]:
        """Return what the answer to a login says of its session."""
        return {"session_id": caller.session["id"]} if caller.opened and caller.session else {}
