"""Where the API is found (chapter "Introduction")."""

import ipaddress
from urllib.parse import urlsplit

import pytest

from conformance.engine import Helpdesk, covers, judge, omit, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.exchange import answered
from conformance.engine.matchers import equal_to
from conformance.families.kayako_v1.asking import codes_of

#: Reads that need no object, one of each area.
_READS = ("listTests", "getSession", "getMe", "listUsers", "listCases", "listCaseStatuses")
_EACH_READ = pytest.mark.parametrize("operation_id", [*_READS, "listFiles", "listOrganizations"])
#: What an address brings behind which there is nothing.
_NOWHERE = ("APP_NOT_FOUND", "URL_RESOURCE_MISSING", "RESOURCE_ACTION_NOT_AVAILABLE")


@covers("KV-REQ-003")
@_EACH_READ
def test_a_resource_is_below_the_version(helpdesk: Helpdesk, operation_id: str) -> None:
    exchange = helpdesk.good(operation_id)
    answered(exchange)
    codes = [code for code in codes_of(exchange) if code in _NOWHERE]
    if codes or (exchange.status == 404 and not exchange.succeeded):
        violate("status line", "a resource", " ".join([str(exchange.status), *codes]))


@covers("KV-REQ-012")
@_EACH_READ
def test_a_path_needs_no_suffix(helpdesk: Helpdesk, operation_id: str) -> None:
    bare = helpdesk.good(operation_id)
    answered(bare)
    if bare.succeeded:
        return
    draft = Draft(helpdesk.spec[operation_id])
    if not helpdesk.send(draft.addressed("json-suffix")).succeeded:
        skip("the resource is served neither with .json nor without")
    violate("status line", "success without .json as with it", str(bare.status))


@covers("KV-REQ-017")
def test_the_api_is_reached_by_https(helpdesk: Helpdesk) -> None:
    parts = urlsplit(helpdesk.target.url)
    if _is_loopback(parts.hostname or ""):
        omit("the address of the API is a loopback address")
    judge(parts.scheme, equal_to("https"), "scheme of the address")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
