"""A small client of the Kayako Classic API, for these tests only: every URL form, any signature."""

from __future__ import annotations

import hashlib
import hmac
import itertools
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import requests

Pairs = list[tuple[str, str]]
READ_FORMS = ("e", "encoded", "bare", "path", "ampersand")
WRITE_FORMS = (*READ_FORMS, "body")
_SALTS = itertools.count(1)


def sign(salt: str, secret: str) -> str:
    """Return the signature of a salt, as the documentation computes it."""
    return b64encode(hmac.new(secret.encode(), salt.encode(), hashlib.sha256).digest()).decode()


def pairs(fields: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> Pairs:
    """Return fields as a list of names and texts; a list of values repeats its name."""
    listed = fields.items() if isinstance(fields, Mapping) else fields
    return [
        (name, str(item))
        for name, value in listed
        for item in (value if isinstance(value, (list, tuple)) else (value,))
    ]


@dataclass(frozen=True)
class Reply:
    """A response, and the XML in it."""

    status: int
    text: str
    content: bytes
    headers: Mapping[str, str]

    @property
    def root(self) -> ElementTree.Element:
        """Return the root element."""
        return ElementTree.fromstring(self.content)

    @property
    def item(self) -> ElementTree.Element:
        """Return the only item of the list root."""
        (item,) = self.root
        return item

    @property
    def id(self) -> int:
        """Return the id of the only item, an element or an attribute."""
        return int(self.item.get("id") or self.value("id"))

    def value(self, name: str) -> str:
        """Return the text of a child of the only item."""
        element = self.item.find(name)
        assert element is not None, f"{name} is missing from {self.text}"
        return element.text or ""

    def values(self, name: str) -> list[str]:
        """Return the texts of a child of every item."""
        return [item.findtext(name) or "" for item in self.root]

    def ids(self) -> list[int]:
        """Return the ids of all items, elements or attributes."""
        return [int(item.get("id") or item.findtext("id") or 0) for item in self.root]


class Client:
    """Talks to one helpdesk."""

    def __init__(self, target: Mapping[str, Any]) -> None:
        self.url = str(target["url"])
        self.key = str(target["credentials"]["api_key"])
        self.secret = str(target["credentials"]["secret_key"])
        self.session = requests.Session()
        self.session.trust_env = False

    def auth(self, salt: str | None = None) -> dict[str, str]:
        """Return the three fields of authentication."""
        salt = salt or f"salt{next(_SALTS)}"
        return {"apikey": self.key, "salt": salt, "signature": sign(salt, self.secret)}

    def send(
        self,
        verb: str,
        path: str,
        fields: Mapping[str, Any] | Iterable[tuple[str, Any]] = (),
        *,
        form: str = "e",
        files: Any = None,
    ) -> Reply:
        """Send one request, authenticated the usual way, in one of the URL forms."""
        sent = [*pairs(self.auth()), *pairs(fields)]
        in_body = verb in ("POST", "PUT")
        url, query = self._address(path, form)
        if not in_body:
            query = "&".join(part for part in (query, urlencode(sent)) if part)
        elif form == "body":
            sent.insert(0, ("e", path))
        joint = "&" if form == "ampersand" else "?"
        return self.raw(
            verb, url + (joint + query if query else ""), sent if in_body else None, files=files
        )

    def _address(self, path: str, form: str) -> tuple[str, str]:
        rewritten = self.url.removesuffix("/index.php") + path
        return {
            "e": (self.url, f"e={path}"),
            "encoded": (self.url, f"e={quote(path, safe='')}"),
            "bare": (self.url, path),
            "body": (self.url, ""),
            "path": (rewritten, ""),
            "ampersand": (rewritten, ""),
        }[form]

    def raw(self, verb: str, url: str, data: Any = None, **more: Any) -> Reply:
        """Send a request as it is."""
        response = self.session.request(verb, url, data=data, timeout=10, **more)
        return Reply(response.status_code, response.text, response.content, response.headers)

    def get(self, path: str, form: str = "e") -> Reply:
        """Read, expecting 200."""
        return _good(self.send("GET", path, form=form))

    def post(self, path: str, form: Any = "e", **fields: Any) -> Reply:
        """Create, expecting 200."""
        return _good(self.send("POST", path, fields, form=form))

    def put(self, path: str, form: Any = "e", **fields: Any) -> Reply:
        """Update, expecting 200."""
        return _good(self.send("PUT", path, fields, form=form))

    def delete(self, path: str, form: str = "e") -> Reply:
        """Delete, expecting 200."""
        return _good(self.send("DELETE", path, form=form))

    def close(self) -> None:
        """Close all connections."""
        self.session.close()

    def user(self, **more: Any) -> Reply:
        """Create a user."""
        fields = {"fullname": "Ang Gary", "usergroupid": 1, "password": "easypass332"}
        return self.post("/Base/User", **{**fields, "email": "bar@example.com", **more})

    def ticket(self, **more: Any) -> Reply:
        """Create a ticket, for staff member 1 unless told otherwise."""
        fields: dict[str, Any] = {"subject": "A bug", "fullname": "Ang Gary", "departmentid": 1}
        fields |= {"email": "bar@example.com", "contents": "I am angry.", "ticketstatusid": 1}
        fields |= {"ticketpriorityid": 3, "tickettypeid": 3}
        if not {"userid", "staffid", "autouserid"} & set(more):
            fields["staffid"] = 1
        return self.post("/Tickets/Ticket", **(fields | more))


def _good(reply: Reply) -> Reply:
    assert reply.status == 200, f"{reply.status}: {reply.text}"
    return reply
