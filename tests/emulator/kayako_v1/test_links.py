"""Links follow the address that the client used, whatever proxies stand in between."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client as Browser
from werkzeug.wrappers import Response

from conformance.emulator import Server
from tests.emulator.kayako_v1.client import Client, body

PUBLIC = "https://desk.example.com/helpdesk/sub"
PROXY = {
    "Host": "127.0.0.1:9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "desk.example.com",
    "X-Forwarded-Prefix": "/helpdesk/sub",
}


@pytest.mark.parametrize(
    ("path", "headers", "home"),
    [
        ("/api/v1", {"Host": "desk.example.com:81"}, "http://desk.example.com:81"),
        ("/api/v1", {"Host": "[::1]:81"}, "http://[::1]:81"),
        ("/api/v1", {"Host": "a/b"}, "http://localhost"),
        ("/api/v1", PROXY, PUBLIC),
        ("/api/v1", PROXY | {"X-Forwarded-Prefix": "helpdesk/sub/"}, PUBLIC),
        ("/api/v1", PROXY | {"X-Forwarded-Host": "desk.example.com, inner"}, PUBLIC),
        ("/api/v1", PROXY | {"X-Forwarded-Port": "443"}, PUBLIC),
        ("/api/v1", PROXY | {"X-Forwarded-Port": "8443"}, PUBLIC.replace(".com", ".com:8443")),
        ("/api/v1", {"Host": "x:81", "X-Forwarded-Port": "82"}, "http://x:81"),
        ("/api/v1", {"X-Forwarded-Host": "[", "Host": "x"}, "http://x"),
        ("/api/v1", {"X-Forwarded-Proto": "gopher", "Host": "x"}, "http://x"),
        ("/helpdesk/sub/api/v1", PROXY, PUBLIC),
        ("/helpdesk/sub/api/v1", {**PROXY, "X-Forwarded-Prefix": ""}, PUBLIC),
        ("/sub/api/v1", PROXY | {"X-Forwarded-Prefix": "/helpdesk"}, PUBLIC),
        ("/my%20desk/api/v1", {"Host": "x"}, "http://x/my%20desk"),
        (
            "/helpdesk/sub/api/v1",
            {"Host": "x", "Forwarded": 'for=_a;Proto=https;host="desk.example.com", host=y'},
            PUBLIC,
        ),
    ],
)
def test_links_follow_the_address_of_the_client(
    nobody: Client, path: str, headers: dict[str, str], home: str
) -> None:
    found = nobody.get(f"{path}/tests?count=21&offset=10", headers=headers)
    assert found["data"][0]["resource_url"] == f"{home}/api/v1/tests/11"
    page = f"{home}/api/v1/tests.json?count=21"
    assert [found[f"{name}_url"] for name in ("first", "previous", "next", "last")] == [
        page, page, f"{page}&offset=20", f"{page}&offset=20",
    ]  # fmt: skip


def test_the_place_of_a_new_object_follows_too(nobody: Client) -> None:
    response = nobody.send("POST", "tests", data={"name": "x"}, headers=PROXY)
    assert response.headers["Content-Location"] == f"{PUBLIC}/api/v1/tests/99"


def test_links_within_objects_follow_too(owner: Client) -> None:
    assert owner.get("me", headers=PROXY)["data"]["avatar"].startswith(f"{PUBLIC}/avatar/")
    assert owner.get("session", headers=PROXY)["data"]["instance_name"] == "desk.example.com"
    sent = {"data": {"name": "a.txt", "content": "YQ=="}, "headers": PROXY}
    file = body(owner.send("POST", "files", **sent), 201)["data"]
    assert file["content_url"] == f"{PUBLIC}/api/v1/files/{file['id']}/content"
    assert _addresses(owner.get("cases?include=*&fields=*(*)", headers=PROXY)) != []


def _addresses(value: Any) -> list[str]:
    """The links to the helpdesk; AssertionError for one that leads elsewhere."""
    if isinstance(value, dict):
        named = [v for n, v in value.items() if n.endswith("resource_url") and v is not None]
        assert all(one.startswith(f"{PUBLIC}/api/v1/") for one in named), named
        return named + [one for inner in value.values() for one in _addresses(inner)]
    return [one for inner in value for one in _addresses(inner)] if isinstance(value, list) else []


def test_a_browser_is_sent_back_to_the_client_from_any_address(owner: Client) -> None:
    client = owner.server.target["oauth"]
    query = {"client_id": client["client_id"], "response_type": "code"}
    path = "/helpdesk/sub/oauth/token/authorize"
    response = owner.send("GET", path, query_string=query, headers=PROXY)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(f"{client['redirect_uri']}?code=")


def test_links_know_the_folder_that_an_application_is_mounted_in(server: Server) -> None:
    mounted = DispatcherMiddleware(Response(status=404), {"/helpdesk/sub": server.application})
    browser = Browser(_without_request_uri(mounted))
    found = browser.get("/helpdesk/sub/api/v1/tests/1", headers={"Accept": "*/*"}).get_json()
    assert found["data"]["resource_url"] == "http://localhost/helpdesk/sub/api/v1/tests/1"


def _without_request_uri(served: Any) -> Any:
    """Not every WSGI server tells it."""

    def respond(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        return served({k: v for k, v in environ.items() if k != "REQUEST_URI"}, start_response)

    return respond


def test_what_proxies_say_arrives_over_a_connection(server: Server) -> None:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    connection.request("GET", "/api/v1/tests/1", headers={**PROXY, "Accept": "*/*"})
    found = json.loads(connection.getresponse().read())
    connection.close()
    assert found["data"]["resource_url"] == f"{PUBLIC}/api/v1/tests/1"
