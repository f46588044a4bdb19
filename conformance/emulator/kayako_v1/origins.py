"""The address that a client used for the instance, in front of whatever proxies there are.

A proxy says it in `X-Forwarded-Proto`, `-Host`, `-Port` and `-Prefix`, or in `Forwarded` (RFC
7239); of several proxies the first one counts, which is the one that the client talks to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from conformance.emulator.wire import Call

_HOST = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_PAIR = re.compile(r'\s*(\w+)\s*=\s*("[^"]*"|[^;,\s]*)\s*')
_USUAL = {"http": "80", "https": "443"}


def home_of(call: Call, folder: str) -> str:
    """Return the address of the instance, which the call found in this folder of the host."""
    headers, folder = call.headers, quote(folder, safe="/-._~!$&'()*+,;=:@")
    told = _forwarded(headers)
    scheme = "https" if told.get("proto", "").lower() == "https" else "http"
    names = (told.get("host", ""), headers.get("host", ""))
    host = next((name for name in names if _HOST.fullmatch(name)), "localhost")
    port = _first(headers, "x-forwarded-port")
    if told.get("host") == host and port.isdecimal() and not _has_port(host):
        host = host if port == _USUAL[scheme] else f"{host}:{port}"
    prefix = "/".join(["", *(part for part in told.get("prefix", "").split("/") if part)])
    # Some proxies name their folder and hand it on as well.
    beyond = "" if f"{folder}/".startswith(f"{prefix}/") else prefix
    return f"{scheme}://{host}{beyond}{folder}"


def _forwarded(headers: Mapping[str, str]) -> dict[str, str]:
    """Return what proxies say of the request that they were sent."""
    first = headers.get("forwarded", "").split(",")[0]
    told = {name.lower(): value.strip('"') for name, value in _PAIR.findall(first)}
    for name in ("proto", "host", "prefix"):
        told[name] = _first(headers, f"x-forwarded-{name}") or told.get(name, "")
    return told


def _first(headers: Mapping[str, str], name: str) -> str:
    return headers.get(name, "").split(",")[0].strip()


def _has_port(host: str) -> bool:
    return ":" in host.rpartition("]")[2]
