"""What a call brings to say who sends it; the two places of one value have to agree."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable, Collection, Mapping
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
    headers: Mapping[str, str],
    asked: Raw,
    skips: Callable[[str], bool],
    deaf: Collection[str] = (),
) -> Credentials:
    """Return the credentials of a call; raises Problem for values that disagree.

    What stands in a place that is named in `deaf` has to agree, but says nothing.
    """

    def heard(place: str) -> str | None:
        return None if place in deaf else _at(headers, asked, place)

    def agreed(*places: str) -> str | None:
        given = [value for place in places if (value := _at(headers, asked, place))]
        differ = len(set(given)) > 1 and not skips("inconsistent")
        if differ or (len(given) > 1 and skips("agreeing")):
            raise inconsistent(f"The values of {' and '.join(places)} disagree.")
        return next((value for value in map(heard, places) if value), None)

    agreed("X-Portal", "_portal")
    return Credentials(
        basic=heard("Basic"),
        bearer=heard("Bearer") or heard("access_token") or heard("_jwt"),
        session=agreed("X-Session-ID", "_session_id", "session_id"),
        token=agreed("X-Token", "_token"),
        otp=agreed("X-OTP", "_otp"),
        csrf=headers.get("x-csrf-token"),
        remember=headers.get("x-rememberme"),
        fingerprint=heard("X-Fingerprint-ID") or heard("_fingerprint_id") or heard("X-Fingerprint"),
        timestamp=agreed("X-Timestamp", "_timestamp"),
    )


def _at(headers: Mapping[str, str], asked: Raw, place: str) -> str | None:
    """Return what stands in a header, an argument, the session cookie or behind a scheme."""
    if place in ("Basic", "Bearer"):
        scheme, _, rest = headers.get("authorization", "").strip().partition(" ")
        return rest.strip() if scheme.lower() == place.lower() else None
    if place == "session_id":
        return _cookie(headers)
    if place.startswith("X-"):
        return headers.get(place.lower())
    return asked.text(place)


def _cookie(headers: Mapping[str, str]) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get("session_id")
    except CookieError:
        return None
    return found.value if found else None
