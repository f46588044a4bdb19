"""Who calls: Basic credentials, bearer tokens, and how passwords and tokens are made."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from conformance.emulator import passwords
from conformance.emulator.effects import Place
from conformance.emulator.jitbit.effects import Effects
from conformance.emulator.limiter import Lockout
from conformance.emulator.store import Row, Store
from conformance.emulator.wire import Refusal

_HEADER = urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=").decode()
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="Helpdesk", charset="UTF-8"'}


def new_password(password: str) -> Row:
    """Return the columns that keep a password; the stamp ends all tokens made before."""
    return {"password": passwords.kept(password), "stamp": secrets.token_hex(8)}


class Tokens:
    """Tokens: opaque texts that look like a JWT, signed with the helpdesk's shared secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def of(self, user: Row) -> str:
        """Return the token of a user; the same one until the password changes."""
        claims = json.dumps({"sub": user["id"], "stamp": user["stamp"]}, separators=(",", ":"))
        signed = f"{_HEADER}.{_written(claims.encode())}"
        return f"{signed}.{self._signature(signed)}"

    def owner(self, token: str) -> tuple[int, str] | None:
        """Return the user id and the stamp a token was made with, None for a forged one."""
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), self._expected(signed)):
            return None
        body = signed.partition(".")[2]
        claims: dict[str, Any] = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return int(claims["sub"]), str(claims["stamp"])

    def _expected(self, signed: str) -> bytes:
        return self._signature(signed).encode()

    def _signature(self, signed: str) -> str:
        message = signed.encode("utf-8", "replace")
        return _written(hmac.new(self._secret, message, hashlib.sha256).digest())


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Gate:
    """Tells who calls, or refuses the call with 401; a blocked address is refused with 403."""

    def __init__(self, store: Store, tokens: Tokens, lockout: Lockout, effects: Effects) -> None:
        self._store, self._tokens, self._lockout = store, tokens, lockout
        self._effects = effects

    def caller(self, place: Place, header: str, address: str) -> Row:
        """Return the user behind an Authorization header; raises Refusal for anyone else."""
        self._lockout.check(address)
        scheme, _, rest = header.strip().partition(" ")
        if not scheme:
            return self._refused(place, "absent", None)
        kind = scheme if self._effects.skips(place, "scheme-case") else scheme.capitalize()
        if kind == "Bearer" and not self._effects.skips(place, "bearer"):
            return self._bearer(place, rest.strip())
        if kind == "Basic":
            return self._basic(place, rest.strip(), address)
        return self._refused(place, "scheme", None)

    def _refused(self, place: Place, reason: str, row: Row | None) -> Row:
        """Refuse, unless a fault admits: then as the user named, or as the administrator."""
        if self._effects.admits(place, reason):
            return row or self._store.where("users", isadmin=1)[0]
        raise Refusal(401, f"Authentication failed: {_WORDS[reason]}", **_CHALLENGE)

    def _bearer(self, place: Place, token: str) -> Row:
        found = self._tokens.owner(token)
        row = self._store.get("users", found[0]) if found else None
        if found is None or row is None:
            return self._refused(place, "token", row)
        if row["stamp"] != found[1]:
            return self._refused(place, "dead-token", row)
        if self._effects.skips(place, "token-owner"):
            row = self._store.where("users", isadmin=1)[0]
        return self._enabled(place, row)

    def _basic(self, place: Place, encoded: str, address: str) -> Row:
        try:
            text = b64decode(encoded, validate=True).decode(self._encoding(place))
        except ValueError:
            return self._refused(place, "malformed", None)
        name, colon, password = text.partition(":")
        if self._effects.skips(place, "first-colon"):
            name, colon, password = text.rpartition(":")
        if not colon:
            return self._refused(place, "malformed", None)
        row = self._named(place, name)
        if row is None or not passwords.fits(str(row["password"]), password):
            self._lockout.failed(address)
            return self._refused(place, "unknown" if row is None else "password", row)
        if not self._effects.skips(place, "count-again"):
            self._lockout.succeeded(address)
        return self._enabled(place, row)

    def _encoding(self, place: Place) -> str:
        return "latin-1" if self._effects.skips(place, "utf-8-login") else "utf-8"

    def _named(self, place: Place, name: str) -> Row | None:
        """Return the user of a login name: a user name or e-mail, a domain before it or not."""
        sql = "SELECT * FROM users WHERE lower(username) = ? OR lower(email) = ? ORDER BY id"
        bare = name.rpartition("\\")[2]
        names = [name] if self._effects.skips(place, "domain") else [name, bare]
        for one in names:
            lowered = _ascii_lower(one)
            found = self._store.query(sql, lowered, lowered)
            if found:
                return next((r for r in found if _ascii_lower(r["username"]) == lowered), found[0])
        return None

    def _enabled(self, place: Place, row: Row) -> Row:
        return self._refused(place, "disabled", row) if row["disabled"] else row


def _ascii_lower(text: str) -> str:
    """Lower the letters that the store lowers, so that both sides compare alike."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


_WORDS = {
    "absent": "an Authorization header is needed.",
    "scheme": "use Basic or Bearer.",
    "malformed": "the Basic value cannot be read.",
    "unknown": "wrong user name or password.",
    "password": "wrong user name or password.",
    "token": "this is no valid token.",
    "dead-token": "the token has expired.",
    "disabled": "this user is disabled.",
}
