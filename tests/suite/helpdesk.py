"""A few calls to a Kayako Classic helpdesk, to see from outside what a run has done to it."""

import base64
import hashlib
import hmac
import http.client
import itertools
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

_SALTS = itertools.count(1)
_LISTS = (
    "/Base/Department",
    "/Base/Staff",
    "/Base/StaffGroup",
    "/Base/UserGroup",
    "/Base/UserOrganization",
    "/Base/User/Filter/1/1000",
    "/Base/CustomField",
    "/Tickets/TicketStatus",
    "/Tickets/TicketPriority",
    "/Tickets/TicketType",
)


class Api:
    """Calls to one helpdesk, as its target file describes it."""

    def __init__(self, target: Mapping[str, Any]) -> None:
        self._address = urlsplit(target["url"])
        self._keys = target["credentials"]

    def call(self, verb: str, path: str, **fields: str) -> tuple[int, str]:
        """(status, body) of one signed call."""
        salt = f"outside{next(_SALTS)}"
        digest = hmac.new(self._keys["secret_key"].encode(), salt.encode(), hashlib.sha256).digest()
        signed = {
            "apikey": self._keys["api_key"],
            "salt": salt,
            "signature": base64.b64encode(digest).decode(),
        }
        writes = verb in ("POST", "PUT")
        query = {"e": path} if writes else {"e": path, **fields, **signed}
        body = urlencode({**fields, **signed}) if writes else None
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if writes else {}
        connection = http.client.HTTPConnection(self._address.netloc, timeout=30)
        try:
            connection.request(verb, f"{self._address.path}?{urlencode(query)}", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def dump(self) -> dict[str, str]:
        """Everything the helpdesk shows of what a run may make: lists and all tickets."""
        seen = {path: self._read(path) for path in _LISTS}
        departments = ",".join(re.findall(r"<id>\D*(\d+)", seen["/Base/Department"]))
        seen["tickets"] = self._read(f"/Tickets/Ticket/ListAll/{departments}")
        for ticket in re.findall(r'<ticket id="(\d+)"', seen["tickets"]):
            seen[f"ticket {ticket}"] = self._read(f"/Tickets/Ticket/{ticket}")
        return seen

    def _read(self, path: str) -> str:
        status, body = self.call("GET", path)
        assert status == 200, f"{path} answered {status}: {body[:300]}"
        return body
