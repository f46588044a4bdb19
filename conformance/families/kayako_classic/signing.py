"""Signatures of the Kayako Classic API (REST API overview page, "Generating the signature")."""

import base64
import hmac
from collections.abc import Callable

#: Salts tried for a signature of a wanted form; one in a handful fits.
_TRIES = 10_000


def signature(salt: str, secret: str) -> str:
    """Base64 of the raw HMAC-SHA256 digest of the salt, keyed with the secret key."""
    return base64.b64encode(_digest(salt, secret)).decode()


def hex_signature(salt: str, secret: str) -> str:
    """The wrong variant that the sample on the overview page shows: base64 of the hex text."""
    return base64.b64encode(_digest(salt, secret).hex().encode()).decode()


def _digest(salt: str, secret: str) -> bytes:
    return hmac.digest(secret.encode(), salt.encode(), "sha256")


def salt_for(secret: str, draw: Callable[[], str], holding: str = "", lacking: str = "") -> str:
    """A salt whose signature holds each of these characters and none of those.

    Raises LookupError when none of many drawn salts has such a signature.
    """
    for _ in range(_TRIES):
        salt = draw()
        signed = signature(salt, secret)
        if all(c in signed for c in holding) and not any(c in signed for c in lacking):
            return salt
    raise LookupError(f"no salt found whose signature holds {holding!r} and lacks {lacking!r}")
