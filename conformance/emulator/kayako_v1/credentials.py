"""What a call brings to say who sends it; the two places of one value have to agree."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from conformance.emulator.kayako_v1.parameters import Raw
from conformance.emulator.kayako_v1.problems import inconsistent


@dataclass(frozen=True)
class Credentials:
    """Everything about the sender; None is what was not sent."""

    basic: str | None
    bearer: str | None
    session: str | None
    token: str | None
    otp: str | None
    csrf: str | None
    remember: str | None
    fingerprint: str | None
    timestamp: str | None

    @property
    def login(self) -> tuple[str, str] | None:
        """The e-mail address and the password of Basic, None where these cannot be read."""
        try:
            text = b64decode(self.basic or "", validate=True).decode()
        except (binascii.Error, ValueError):
            return None
        name, colon, password = text.partition(":")
        return (name, password) if colon else None


def read(
    headers: Mapping[str, str], asked: Raw, *, check: bool = True, twice: bool = True
) -> Credentials:
    """Return the credentials of a call; raises Problem for values that disagree (`check`), or that
    are given more than once at all (unless `twice`)."""

    def agreed(name: str, *found: str | None) -> str | None:
        given = [one for one in found if one]
        if (check and len(set(given)) > 1) or (not twice and len(given) > 1):
            raise inconsistent(f"The values of {name} disagree.")
        return given[0] if given else None

    scheme, _, rest = headers.get("authorization", "").strip().partition(" ")
    kind, rest = scheme.lower(), rest.strip()
    agreed("portal", headers.get("x-portal"), asked.text("_portal"))
    return Credentials(
        basic=rest if kind == "basic" else None,
        bearer=(rest if kind == "bearer" else None)
        or asked.text("access_token")
        or asked.text("_jwt"),
        session=agreed(
            "session", headers.get("x-session-id"), asked.text("_session_id"), _cookie(headers)
        ),
        token=agreed("token", headers.get("x-token"), asked.text("_token")),
        otp=agreed("otp", headers.get("x-otp"), asked.text("_otp")),
        csrf=headers.get("x-csrf-token"),
        remember=headers.get("x-rememberme"),
        fingerprint=headers.get("x-fingerprint-id")
        or asked.text("_fingerprint_id")
        or headers.get("x-fingerprint"),
        timestamp=agreed("timestamp", headers.get("x-timestamp"), asked.text("_timestamp")),
    )


def _cookie(headers: Mapping[str, str]) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get("session_id")
    except CookieError:
        return None
    return found.value if found else None
