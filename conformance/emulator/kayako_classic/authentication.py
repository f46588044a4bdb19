"""API key, salt and signature (overview page, "Authentication")."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode

from conformance.emulator.effects import Place
from conformance.emulator.faults import Faults
from conformance.emulator.kayako_classic.effects import Effects
from conformance.emulator.kayako_classic.fields import Fields
from conformance.emulator.wire import Refusal


def _digest(message: bytes, key: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


class Gate:
    """Lets a call in, or refuses it with 401."""

    def __init__(
        self, key: str, secret: str, tolerant: bool, faults: Faults, effects: Effects
    ) -> None:
        self._key, self._secret = key, secret
        self._tolerant, self._faults, self._effects = tolerant, faults, effects
        self._used: dict[str, str] = {}

    def check(self, place: Place, fields: Fields) -> None:
        """Raise Refusal (401) unless the three fields are there and right."""
        reason = self._reason(place, fields)
        if reason and not self._effects.admits(place, reason):
            raise Refusal(401, f"Authentication failed: {reason}.")

    def _reason(self, place: Place, fields: Fields) -> str | None:
        """Return why a call is refused, or None."""
        given = {name: fields.text(name) for name in ("apikey", "salt", "signature")}
        for name, value in given.items():
            if not value:
                return f"no {name}"
        key, salt, signature = (value or "" for value in given.values())
        if not _same(key, self._key):
            return "unknown apikey"
        signature = signature.rstrip()
        if self._tolerant:
            signature = signature.replace(" ", "+")
        if not _same(signature, self._expected(place, salt)):
            return "wrong signature"
        return self._dislikes(place, salt, signature)

    def _expected(self, place: Place, salt: str) -> str:
        on = self._faults.on
        message, key = _bytes(salt), self._secret.encode()
        if on("salt-read-as-latin"):
            message = salt.encode("latin-1", "replace")
        if on("salt-lowered"):
            message = _bytes(salt.lower())
        way = self._effects.first(place, "digest")
        digest = _digest(key, message) if way == "swapped" else _digest(message, key)
        return b64encode(digest.hex().encode() if way == "hex" else digest).decode()

    def _dislikes(self, place: Place, salt: str, signature: str) -> str | None:
        """Return why a rightly signed call is refused: only ever because of a fault."""
        on = self._faults.on
        path, seen = place.names[0], salt in self._used
        if on("salt-used-once") or on("salt-bound-to-path"):
            self._used.setdefault(salt, path)
        refused = {
            "salt-used-once": seen,
            "salt-bound-to-path": self._used.get(salt, path) != path,
            "salt-of-digits-refused": salt.isdigit(),
            "salt-with-dashes-refused": "-" in salt,
            "signature-with-plus-refused": "+" in signature,
        }
        return next((fault for fault, hit in refused.items() if hit and on(fault)), None)


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(_bytes(given), expected.encode())
