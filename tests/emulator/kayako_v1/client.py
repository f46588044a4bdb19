"""A small client of the API, for these tests only, in the process of the emulator."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from werkzeug.test import Client as Browser
from werkzeug.test import TestResponse

from conformance.emulator import Server


class Client:
    """Talks to one helpdesk as one role of its target file, or as nobody."""

    def __init__(self, server: Server, role: str = "") -> None:
        self.server = server
        self.login: dict[str, str] = dict(server.target["credentials"].get(role, {}))
        self._browser = Browser(server.application, use_cookies=False)

    def send(self, verb: str, path: str, **how: Any) -> TestResponse:
        """Send one request, to a path below the API or, with a slash before it, to any path."""
        headers: dict[str, str] = {"Accept": "*/*", **how.pop("headers", {})}
        if self.login:
            headers.setdefault("Authorization", basic(self.login))
        sent = {name: value for name, value in headers.items() if value}
        where = path if path.startswith("/") else f"/api/v1/{path}"
        return self._browser.open(where, method=verb, headers=sent, **how)

    def get(self, path: str, **how: Any) -> dict[str, Any]:
        """Read, expecting 200; returns the body."""
        return body(self.send("GET", path, **how), 200)

    def error(self, verb: str, path: str, **how: Any) -> tuple[int, str]:
        """Return the status and the code of a refusal."""
        response = self.send(verb, path, **how)
        content = body(response, response.status_code)
        return response.status_code, content["errors"][0]["code"]

    def session(self, **headers: str) -> dict[str, str]:
        """Log in; returns the headers of the session."""
        response = self.send("GET", "session", headers=headers)
        found = {"X-Session-ID": body(response, 200)["session_id"], "Authorization": ""}
        if "X-CSRF-Token" in response.headers:
            found["X-CSRF-Token"] = response.headers["X-CSRF-Token"]
        return found


def basic(login: Mapping[str, str]) -> str:
    """Return the header of a login."""
    text = f"{login['username']}:{login['password']}"
    return f"Basic {b64encode(text.encode()).decode()}"


def body(response: TestResponse, status: int) -> dict[str, Any]:
    """Return the envelope of an answer of that status."""
    assert response.status_code == status, response.text
    content: dict[str, Any] = response.get_json()
    assert response.headers["X-API-Version"] == "1"
    assert content["status"] == status
    return content
