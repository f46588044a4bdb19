"""Tokens that are checked without being kept: those of login steps, JWTs, one-time passwords."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from base64 import b32decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from typing import Any

DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
_PERIOD = 30


def signed(secret: str, claims: dict[str, Any], algorithm: str = "HS256") -> str:
    """Return claims as a JWT."""
    header = {"alg": algorithm, "typ": "JWT"}
    text = f"{_packed(header)}.{_packed(claims)}"
    return f"{text}.{_signature(secret, text, algorithm)}"


def claims_of(
    secret: str, token: str, algorithms: Collection[str] = tuple(DIGESTS)
) -> dict[str, Any] | None:
    """Return the claims of a JWT, None for a forged or unreadable one."""
    text, _, signature = token.rpartition(".")
    header, _, body = text.partition(".")
    found = _unpacked(header)
    algorithm = found.get("alg") if found else None
    if not isinstance(algorithm, str) or algorithm not in algorithms:
        return None
    expected = _signature(secret, text, algorithm)
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        return None
    return _unpacked(body)


def subject(token: str) -> int:
    """Return the id that a token claims, unproved; 0 for none."""
    found = unproved(token) or {}
    return found["sub"] if isinstance(found.get("sub"), int) else 0


def unproved(token: str) -> dict[str, Any] | None:
    """Return the claims of a JWT, forged or not; None for what is no JWT."""
    return _unpacked(token.partition(".")[2].partition(".")[0])


def _packed(content: dict[str, Any]) -> str:
    return _text(json.dumps(content, separators=(",", ":")).encode())


def _unpacked(text: str) -> dict[str, Any] | None:
    try:
        content = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _signature(secret: str, text: str, algorithm: str) -> str:
    message = text.encode("utf-8", "replace")
    return _text(hmac.new(secret.encode(), message, DIGESTS[algorithm]).digest())


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def one_time(secret: str, now: float) -> str:
    """Return the one-time password of a moment (TOTP, six digits of thirty seconds)."""
    key = b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    digest = hmac.new(key, struct.pack(">Q", int(now) // _PERIOD), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def is_one_time(secret: str, password: str, now: float) -> bool:
    """Tell whether a one-time password is right now, or was or will be for a moment."""
    moments = (now, now - _PERIOD, now + _PERIOD)
    return any(hmac.compare_digest(one_time(secret, one), password) for one in moments)
