"""Kayako v1 servers that choose otherwise where the documents leave a choice (D and R: numbers of
the points on which the documents disagree or are silent)."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.harmless.envelopes import Envelope, envelope_of, on_envelopes, on_objects, plain
from tests.harmless.proxy import Answered, Asked, Change, Instead, Rewriting

_LINKS = ("first_url", "previous_url", "next_url", "last_url")


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


def no_inner_address(_asked: Asked, answered: Answered) -> Answered:
    """Nothing leads past the proxy; it would not work for a client that is somewhere else."""
    told = [answered.body, *(value.encode() for _, value in answered.headers)]
    return Answered(502, (), b"leaked") if any(b"//127.0.0.1" in one for one in told) else answered


def _other_words(_asked: Asked, content: Envelope) -> Envelope:
    for error in content.get("errors", ()):
        if "more_info" in error:
            error["message"] = f"Nope: {error['code']}"
            error["more_info"] = error["more_info"].replace("developer", "docs")
    if content.get("status") == 400 and "errors" in content:
        content["errors"].insert(0, _error("FIELD_REDUNDANT"))
    return content


other_words = on_envelopes(_other_words)


def _without_links(_asked: Asked, content: Envelope) -> Envelope:
    """Links are optional (D18)."""
    return {n: v for n, v in content.items() if plain(n) not in map(plain, _LINKS)}


without_links = on_envelopes(_without_links)


def _links_elsewhere(_asked: Asked, content: Envelope) -> Envelope:
    """Links lead to the pages by another name of the host and without .json (D17)."""
    for name, link in content.items():
        if plain(name) in map(plain, _LINKS):
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
        return {n: _snake(v) if plain(n) in _TYPES else walk(v) for n, v in value.items()}

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
    headers = (("Content-Type", "application/json"), ("X-API-Version", "1"))
    body = json.dumps({"status": status, "errors": [_error(code)]}).encode()
    return Answered(status, headers, body)


def _error(code: str) -> dict[str, str]:
    more = f"https://developer.kayako.com/api/v1/reference/errors/{code}"
    return {"code": code, "message": "No.", "more_info": more}


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
    unknown = {plain(name) for name in names} - {plain(name) for name in _KNOWN}
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
