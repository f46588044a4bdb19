"""How the emulators keep passwords."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def kept(password: str) -> str:
    """Return what is stored of a password."""
    salt = secrets.token_hex(8)
    return f"{salt}:{_hashed(salt, password)}"


def fits(stored: str, password: str) -> bool:
    """Tell whether a password is the stored one."""
    salt, _, expected = stored.partition(":")
    return hmac.compare_digest(_hashed(salt, password), expected)


def _hashed(salt: str, password: str) -> str:
    # A single fast hash: this server holds no one's real password and hashes on every call.
    return hashlib.sha256(f"{salt}:{password}".encode("utf-8", "surrogatepass")).hexdigest()
