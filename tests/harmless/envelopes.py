"""Ways in which Kayako v1 servers differ and break no promise: JSON, moments, headers (D: numbers
of points on which the documents disagree)."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.harmless.judging import inside_out
from tests.harmless.proxy import Answered, Asked, Change

Envelope = dict[str, Any]
#: Texts that are moments as the emulator writes them.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
_CONDITIONS = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since")


def envelope_of(answered: Answered) -> Envelope | None:
    """The envelope of an answer; None where it has another body."""
    if answered.header("Content-Type").partition(";")[0] != "application/json":
        return None
    if not answered.header("X-API-Version") or not answered.body.startswith(b"{"):
        return None
    content: Envelope = json.loads(answered.body)
    return content


def plain(name: str) -> str:
    """A name as it is in every letter case."""
    return name.replace("_", "").lower()


def on_envelopes(change: Callable[[Asked, Envelope], Envelope]) -> Change:
    """A change of every envelope."""

    def changed(asked: Asked, answered: Answered) -> Answered:
        content = envelope_of(answered)
        if content is None:
            return answered
        body = json.dumps(change(asked, content), ensure_ascii=False).encode()
        return replace(answered, body=body)

    return changed


def on_objects(change: Callable[[Mapping[str, Any]], Envelope]) -> Change:
    """A change of every object of an envelope, the inner ones first, the envelope last."""
    walk = inside_out(change)
    return on_envelopes(lambda _asked, content: walk(content))


def on_texts(change: Callable[[str], str]) -> Change:
    """A change of every text that stands alone in a member."""
    return on_objects(lambda o: {n: change(v) if isinstance(v, str) else v for n, v in o.items()})


# The form of the JSON ---------------------------------------------------------------------------

other_order = on_objects(lambda o: dict(reversed(o.items())))


def written_with_escapes(_asked: Asked, answered: Answered) -> Answered:
    """Slashes and letters outside ASCII as escapes, in one line with a line feed behind it."""
    content = envelope_of(answered)
    if content is None:
        return answered
    text = json.dumps(content, separators=(",", ":")).replace("/", "\\/")
    return replace(answered, body=f"{text}\r\n".encode())


def _with_unknown(asked: Asked, content: Envelope) -> Envelope:
    """Full objects, the envelope too, know more; references are shown as documented, and so are
    objects of which some fields were picked."""
    fields = dict(parse_qsl(urlsplit(asked.address).query)).get("fields", "")
    outer, _, inner = fields.partition("(")
    picked = [
        any(n[:1].isalpha() and n not in _ADDED for n in part.split(",")) for part in (outer, inner)
    ]

    def walk(value: Any, level: int) -> Any:
        if isinstance(value, list):
            return [walk(entry, level) for entry in value]
        if not isinstance(value, dict):
            return value
        found = {name: walk(one, level + 1) for name, one in value.items()}
        if picked[level > 1] or not {plain(name) for name in found} > _OF_REFERENCES:
            return found
        zz = "Zz" if "ResourceType" in found else "zz"
        inner = {f"{zz}inner": ["nobody knows me"]}
        return {f"{zz}cached": True, **found, f"{zz}cachedtoo": inner}

    more = "Zzserver" if "Status" in content else "zzserver"
    return {**walk(content, 0), more: "node 7"}


#: Fields outside the default ones: naming one adds it to these.
_ADDED = ("tags",)
_OF_REFERENCES = {"id", "resourcetype", "resourceurl", "updatedat"}
unknown_members = on_envelopes(_with_unknown)


def _noted(asked: Asked, content: Envelope) -> Envelope:
    """Every answer has notices and logs but those in other letter cases, which others wrote."""
    if "_case" in asked.address.lower():
        return content
    notice = {"type": "INFO", "message": "Wartung um 22 Uhr: çok kısa", "sticky": True}
    logs = [{"level": "NOTICE", "message": "something is deprecated"}]
    found = content.get("notifications", [])
    return {**content, "notifications": [*found, notice], "logs": logs}


noted = on_envelopes(_noted)


# Moments ----------------------------------------------------------------------------------------


def _elsewhere(text: str) -> str:
    if not _MOMENT.fullmatch(text):
        return text
    local = datetime.fromisoformat(text).astimezone(timezone(timedelta(hours=5, minutes=30)))
    return local.isoformat(timespec="milliseconds")


moments_elsewhere = on_texts(_elsewhere)
moments_of_zulu = on_texts(
    lambda text: text.replace("+00:00", "Z") if _MOMENT.fullmatch(text) else text
)


def dates_in_gmt(_asked: Asked, answered: Answered) -> Answered:
    """Dates among the headers as HTTP wants them (D05)."""
    for name in ("Last-Modified", "Expires"):
        date = answered.header(name)
        if date:
            moment = parsedate_to_datetime(date).astimezone(UTC)
            answered = answered.with_header(name, format_datetime(moment, usegmt=True))
    return answered


# Headers ----------------------------------------------------------------------------------------


def weak_tags(_asked: Asked, answered: Answered) -> Answered:
    tag = answered.header("ETag")
    return answered.with_header("ETag", f"W/{tag}") if tag else answered


def bare_tags(_asked: Asked, answered: Answered) -> Answered:
    """Tags without quotes (D04)."""
    tag = answered.header("ETag")
    return answered.with_header("ETag", tag.strip('"')) if tag else answered


def without_headers(*names: str) -> Change:
    lowered = {name.lower() for name in names}

    def changed(_asked: Asked, answered: Answered) -> Answered:
        kept = tuple(h for h in answered.headers if h[0].lower() not in lowered)
        return replace(answered, headers=kept)

    return changed


def without_conditions(asked: Asked) -> Asked:
    """Who gives no validators looks at no conditions."""
    kept = {n: v for n, v in asked.headers.items() if n.lower() not in _CONDITIONS}
    return replace(asked, headers=kept)


def tests_as_fresh(asked: Asked, answered: Answered) -> Answered:
    """Test objects are made when they are asked for, and have another tag each time (D30)."""
    if "/tests" not in asked.address or not answered.header("ETag"):
        return answered
    return answered.with_header("ETag", f'"{datetime.now().timestamp()}"')


def conditions_on_kept_only(asked: Asked) -> Asked:
    return without_conditions(asked) if "/tests" in asked.address else asked


def with_session_cookie(_asked: Asked, answered: Answered) -> Answered:
    """A login sets a cookie, too, which clients that name their session have no use for."""
    opened = (envelope_of(answered) or {}).get("session_id")
    cookie = f"session_id={opened}; Path=/; HttpOnly"
    return answered.with_header("Set-Cookie", cookie) if opened else answered


def remembered(asked: Asked, answered: Answered) -> Answered:
    """A login with a password yields a token that remembers it, too (D40)."""
    opened = envelope_of(answered)
    if not opened or "session_id" not in opened or "/session" in asked.address:
        return answered
    return answered.with_header("X-RememberMe", "a-token-that-remembers")
