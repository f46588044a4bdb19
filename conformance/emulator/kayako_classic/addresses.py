"""Where a request's resource path and fields stand: the URL forms clients use.

`/api/index.php?e=/Base/Department/1&..`, the same with `e` encoded or in the body,
`/api/index.php?/Base/Department/1&..`, `/api/Base/Department/1?..` and
`/api/Base/Department/1&..`, each under any prefix.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote

from conformance.emulator.faults import Faults
from conformance.emulator.wire import Call, Refusal, Upload

Pairs = list[tuple[str, str | Upload]]

_BELOW_API = re.compile(r"/api(?=/|$)(?:/index\.php(?=/|$))?(?P<rest>.*)$")


def resource_path(call: Call, faults: Faults) -> tuple[tuple[str, ...], Pairs]:
    """Return the path segments (empty ones dropped) and all fields, those of the query first.

    Raises Refusal (404) for an address outside the API.
    """
    address, _, appended = call.path.partition("&")
    inside = _BELOW_API.search(address)
    if inside is None:
        raise Refusal(404, "The API is served below /api/.")
    if faults.on("script-name-needed") and "/index.php" not in address:
        raise Refusal(404, "There is nothing here.")
    query = "&".join(part for part in (appended, call.query) if part)
    bare, query = _bare_path(query)
    pairs: Pairs = [*parse_qsl(query, keep_blank_values=True), *call.fields]
    named = [value for name, value in pairs if name == "e" and isinstance(value, str)]
    listing = call.verb == "GET" and [part.strip("/") for part in named] == ["Base/UserGroup"]
    if listing and faults.on("field-e-not-read"):
        named = []
    if bare and faults.on("bare-path-not-found"):
        raise Refusal(404, "The resource path is expected in field e.")
    path = named[-1] if named else bare or unquote(inside["rest"])
    if "//" in path and faults.on("empty-segment-not-found"):
        raise Refusal(404, f"There is no resource {path}.")
    if path.endswith("/") and faults.on("trailing-slash-not-found"):
        raise Refusal(404, f"There is no resource {path}.")
    return tuple(segment for segment in path.strip().split("/") if segment), pairs


def _bare_path(query: str) -> tuple[str, str]:
    first, _, rest = query.lstrip("&").partition("&")
    path = unquote(first)
    return (path, rest) if path.startswith("/") and "=" not in first else ("", query)
