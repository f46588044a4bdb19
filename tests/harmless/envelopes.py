"""Ways in which Kayako v1 servers differ and break no promise (D and R: numbers of the points on
which the documents leave a choice)."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.harmless.proxy import Answered, Asked, Change, Instead, Rewriting

Envelope = dict[str, Any]
#: Texts that are moments as the emulator writes them.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
_LINKS = ("first_url", "previous_url", "next_url", "last_url")
_CONDITIONS = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since")


def envelope_of(answered: Answered) -> Envelope | None:
    """The envelope of an answer; None where it has another body."""
    if answered.header("Content-Type").partition(";")[0] != "application/json":
        return None
    if not answered.header("X-API-Version") or not answered.body.startswith(b"{"):
        return None
    content: Envelope = json.loads(answered.body)
    return content


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

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(entry) for entry in value]
        if isinstance(value, dict):
            return change({name: walk(inner) for name, inner in value.items()})
        return value

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
    picked = [any(n[:1].isalpha() for n in part.split(",")) for part in (outer, inner)]

    def walk(value: Any, level: int) -> Any:
        if isinstance(value, list):
            return [walk(entry, level) for entry in value]
        if not isinstance(value, dict):
            return value
        found = {name: walk(one, level + 1) for name, one in value.items()}
        if picked[level > 1] or not {_plain(name) for name in found} > _OF_REFERENCES:
            return found
        name = "Zzcached" if "ResourceType" in found else "zzcached"
        return {name: True, **found, f"{name}too": {"zzinner": ["nobody knows me"]}}

    more = "Zzserver" if "Status" in content else "zzserver"
    return {**walk(content, 0), more: "node 7"}


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


def remembered(asked: Asked, answered: Answered) -> Answered:
    """A login with a password yields a token that remembers it, too (D40)."""
    opened = envelope_of(answered)
    if not opened or "session_id" not in opened or "/session" in asked.address:
        return answered
    return answered.with_header("X-RememberMe", "a-token-that-remembers")


# Choices of the answer --------------------------------------------------------------------------


def created_as_ok(_asked: Asked, answered: Answered) -> Answered:
    """A creation has 200 in HTTP and 201 in the body (D01)."""
    return replace(answered, status=200) if answered.status == 201 else answered


def refused_with(code: str, status: int, other: str) -> Change:
    """Refusals of this code have another status and code."""

    def change(_asked: Asked, answered: Answered) -> Answered:
        content = envelope_of(answered)
        if content is None or _codes(content) != [code]:
            return answered
        content["status"], content["errors"][0]["code"] = status, other
        body = json.dumps(content).replace(f"/{code}", f"/{other}").encode()
        return replace(answered, status=status, body=body)

    return change


def _codes(content: Envelope) -> list[str]:
    return [error.get("code") for error in content.get("errors", [])]


def _other_words(_asked: Asked, content: Envelope) -> Envelope:
    for error in content.get("errors", ()):
        if "more_info" in error:
            error["message"] = f"Nope: {error['code']}"
            error["more_info"] = error["more_info"].replace("developer", "docs")
    return content


other_words = on_envelopes(_other_words)


def _without_links(_asked: Asked, content: Envelope) -> Envelope:
    """Links are optional (D18)."""
    return {n: v for n, v in content.items() if _plain(n) not in map(_plain, _LINKS)}


without_links = on_envelopes(_without_links)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _links_elsewhere(_asked: Asked, content: Envelope) -> Envelope:
    """Links lead to the pages by another name of the host and without .json (D17)."""
    for name, link in content.items():
        if _plain(name) in map(_plain, _LINKS):
            parts = urlsplit(link)
            path = parts.path.removesuffix(".json")
            content[name] = parts._replace(netloc="node7.internal", path=path).geturl()
    return content


links_elsewhere = on_envelopes(_links_elsewhere)


def _without_offset(asked: Asked, content: Envelope) -> Envelope:
    """Lists of tests say no offset (D15, R29)."""
    if "/tests" in asked.address:
        content.pop("offset", None)
    return content


tests_without_offset = on_envelopes(_without_offset)


def _types_kept(asked: Asked, content: Envelope) -> Envelope:
    """Names of types stay in snake case under _case (D22), and so does more_info (D32)."""

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(entry) for entry in value]
        if not isinstance(value, dict):
            return value
        value = {"more_info" if n == "moreInfo" else n: v for n, v in value.items()}
        return {n: _snake(v) if _plain(n) in _TYPES else walk(v) for n, v in value.items()}

    return walk(content) if "_case" in asked.address.lower() else content


_TYPES = ("resource", "resourcetype")


def _snake(text: Any) -> Any:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", text).lower() if isinstance(text, str) else text


types_kept = on_envelopes(_types_kept)


def without_members(kind: str, *names: str) -> Change:
    """Objects of a type without some members that only some samples show."""

    def change(members: Mapping[str, Any]) -> Envelope:
        if members.get("resource_type") != kind:
            return dict(members)
        return {n: v for n, v in members.items() if n not in names}

    return on_objects(change)


def nothing_found(asked: Asked, answered: Answered) -> Answered:
    """A path without a resource has the other of two codes."""
    if not re.search(r"/api/v1/?(\?|$)", asked.address):
        return answered
    return refused_with("APP_NOT_FOUND", 400, "URL_RESOURCE_MISSING")(asked, answered)


def unknown_addresses_as_others(_asked: Asked, answered: Answered) -> Answered:
    """Whoever asks for a new password does not learn who is known."""
    content = envelope_of(answered)
    if content is None or _codes(content) != ["ASSOCIATE_NOT_FOUND"]:
        return answered
    return replace(answered, status=200, body=b'{"status": 200}')


def _sessions_with_address(_asked: Asked, content: Envelope) -> Envelope:
    data = content.get("data")
    if isinstance(data, dict) and data.get("resource_type") == "session":
        data["resource_url"] = "http://127.0.0.1/api/v1/session"
    return content


sessions_with_address = on_envelopes(_sessions_with_address)


def _dates_cut(asked: Asked, content: Envelope) -> Envelope:
    """Pages by date hold no more than their limit."""
    limit = dict(parse_qsl(urlsplit(asked.address).query)).get("limit")
    if "/activities" in asked.address and limit == "1":
        content["data"] = content["data"][:1]
    return content


dates_cut = on_envelopes(_dates_cut)


# Choices of what is taken -----------------------------------------------------------------------


def _refusal(status: int, code: str) -> Answered:
    more = f"https://developer.kayako.com/api/v1/reference/errors/{code}"
    error = {"code": code, "message": "No.", "more_info": more}
    headers = (("Content-Type", "application/json"), ("X-API-Version", "1"))
    body = json.dumps({"status": status, "errors": [error]}).encode()
    return Answered(status, headers, body)


def without_hex_digests(asked: Asked) -> Answered | None:
    """Checksums are read as base64 alone (D06)."""
    given = {n.lower(): v for n, v in asked.headers.items()}.get("content-md5", "")
    given = given or dict(parse_qsl(urlsplit(asked.address).query)).get("_md5", "")
    return _refusal(400, "CHECKSUM_MISMATCH") if re.fullmatch("[0-9a-f]{32}", given) else None


def without_base64_digests(asked: Asked) -> Answered | None:
    """Checksums are read as hexadecimal digits alone (D06)."""
    given = {n.lower(): v for n, v in asked.headers.items()}.get("content-md5", "")
    given = given or dict(parse_qsl(urlsplit(asked.address).query)).get("_md5", "")
    return _refusal(400, "CHECKSUM_MISMATCH") if given.endswith("=") else None


#: Arguments of the tests, and those of every request.
_KNOWN = (
    "count", "limit", "offset", "before_id", "after_id", "since", "until", "non_existent", "ids",
    "fields", "include", "access_token",
)  # fmt: skip


def refusing_unknown_arguments(asked: Asked) -> Answered | None:
    """Arguments of the tests that nobody knows are refused (D25)."""
    parts = urlsplit(asked.address)
    if "/tests" not in parts.path or asked.verb != "GET":
        return None
    names = [n for n, _ in parse_qsl(parts.query, keep_blank_values=True) if n[0] != "_"]
    unknown = {_plain(name) for name in names} - {_plain(name) for name in _KNOWN}
    return _refusal(400, "FIELD_REDUNDANT") if unknown else None


def refusing_a_limit_of_nothing(asked: Asked) -> Answered | None:
    """limit=0 is no limit (D41, R44)."""
    found = dict(parse_qsl(urlsplit(asked.address).query)).get("limit")
    return _refusal(400, "FIELD_INVALID") if found == "0" else None


def refusing_changes_as_calls(asked: Asked) -> Answered | None:
    """Only reads are answered as calls of a function."""
    called = "_jsonp_callback=" in asked.address and asked.verb != "GET"
    return _refusal(400, "FIELD_INVALID") if called else None


def without_path(pattern: str) -> Instead:
    """Nothing is at such addresses: one of two spellings is served."""

    def instead(asked: Asked) -> Answered | None:
        found = re.search(pattern, f"{asked.verb} {urlsplit(asked.address).path}")
        return _refusal(400, "RESOURCE_ACTION_NOT_AVAILABLE") if found else None

    return instead


def with_header(name: str, change: Callable[[str], str]) -> Rewriting:
    """The helpdesk reads another value of a header; an empty one is not there."""

    def rewrite(asked: Asked) -> Asked:
        headers = {n: change(v) if n.lower() == name else v for n, v in asked.headers.items()}
        return replace(asked, headers={n: v for n, v in headers.items() if v})

    return rewrite


def with_address(pattern: str, replacement: str) -> Rewriting:
    return lambda asked: replace(asked, address=re.sub(pattern, replacement, asked.address))
