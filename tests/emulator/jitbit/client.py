"""A small client of the Jitbit API, for these tests only: any verb, any way of sending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

ROLES = ("administrator", "technician", "user", "manager", "other_user")


class Client:
    """Talks to one helpdesk as one user; `called` are the methods it has used."""

    def __init__(self, target: Mapping[str, Any], role: str, *, bearer: bool = False) -> None:
        self.url = str(target["url"])
        self.home = self.url.removesuffix("/api")
        self.known = target["known"]
        self.login = dict(target["credentials"][role])
        self.bearer = bearer
        self.called: set[str] = set()
        self.session = requests.Session()
        self.session.trust_env = False

    def send(self, verb: str, method: str, **how: Any) -> requests.Response:
        """Send one request to a method; `how` are arguments of requests."""
        self.called.add(f"{verb} {method.partition('/')[0]}")
        return self.raw(verb, f"{self.url}/{method}", **how)

    def raw(self, verb: str, url: str, **how: Any) -> requests.Response:
        """Send one request to any address, authenticated unless told otherwise."""
        headers = dict(how.pop("headers", {}))
        if self.bearer:
            headers.setdefault("Authorization", f"Bearer {self.login['token']}")
        else:
            how.setdefault("auth", (self.login["username"], self.login["password"]))
        return self.session.request(verb, url, headers=headers, timeout=10, **how)

    def get(self, method: str, **params: Any) -> Any:
        """Read, expecting 200; returns the JSON, or the text of anything else."""
        return _content(self.send("GET", method, params=params))

    def post(self, method: str, **fields: Any) -> Any:
        """Send a form, expecting 200; returns the JSON, a bare number, or the text."""
        files = fields.pop("files", None)
        return _content(self.send("POST", method, data=fields, files=files))

    def ticket(self, **more: Any) -> int:
        """Create a ticket."""
        fields = {"categoryId": self.known["category"], "subject": "Printer", "body": "On fire."}
        return int(self.post("ticket", **{**fields, "priorityId": 0, **more}))

    def read(self, ticket: int) -> dict[str, Any]:
        """Read a ticket."""
        content: dict[str, Any] = self.get("ticket", id=ticket)
        return content

    def status(self, verb: str, method: str, **params: Any) -> int:
        """Return the status of a call; a refusal has to come with words."""
        name = "params" if verb == "GET" else "data"
        response = self.send(verb, method, **{name: params})
        assert response.status_code == 200 or response.text.strip(), f"{method} says nothing"
        return response.status_code

    def listed(self, method: str = "Tickets", **params: Any) -> list[int]:
        """Return the ids of a list of tickets."""
        return [item["IssueID"] for item in self.get(method, **{"count": 300, **params})]

    def close(self) -> None:
        """Close all connections."""
        self.session.close()


def _content(response: requests.Response) -> Any:
    assert response.status_code == 200, f"{response.status_code}: {response.text}"
    if response.headers["Content-Type"].startswith("application/json"):
        return response.json()
    return int(response.text) if response.text.isdecimal() else response.text
