"""How a Kayako API v1 request is written: addresses, credentials by role, arguments and bodies;
what every answer has in common."""

import base64
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from conformance.engine.adapter import Adapter, Remark
from conformance.engine.answer import Item
from conformance.engine.draft import Draft, Fields
from conformance.engine.errors import ConfigurationError, SuiteError
from conformance.engine.exchange import Exchange, Request, Response
from conformance.engine.journal import Made
from conformance.engine.target import Target
from conformance.families.kayako_v1.bodies import body_of, written_lists

_AGENT = "helpdesk-conformance"
#: Flaws of a credential that a server may count towards locking somebody out.
_WRONG_LOGINS = ("wrong-password", "unknown-login", "unknown-token")
_WITH_BODY = ("POST", "PUT")
#: Codes of a 400 where nothing is at a path, or not for the method.
_ABSENT = ("RESOURCE_ACTION_NOT_AVAILABLE", "APP_NOT_FOUND", "URL_RESOURCE_MISSING")
#: Headers of an answer that let others act as the caller.
_SECRET_HEADERS = {
    "X-CSRF-Token": "csrf",
    "X-RememberMe": "remember-me",
    "X-Request-Token": "request-token",
}
#: Members of an answer that do the same.
_SECRET_MEMBERS = {
    "session_id": "session",
    "sessionId": "session",
    "auth_token": "step-token",
    "access_token": "token",
    "refresh_token": "token",
    "secret": "secret",
}
#: Objects that their creation does not show: the list that does, and the member with the mark.
_SOUGHT = {
    "user": ("listUsers", "full_name"),
    "organization": ("listOrganizations", "name"),
    "case": ("listCases", "subject"),
}


class KayakoV1(Adapter):
    """Writes requests as a role, with its e-mail address and password.

    Draft options: `body` (`form`, `json` or `multipart`), `lists` (`commas` or `brackets`), `raw`
    (content, media type and name of a file that is the whole body), `escaped` (escapes for commas
    and brackets of the query too); in place of the login `session` (id and CSRF token, which may be
    empty), `token` (a bearer token; True is the role's own) or `login` (another address and
    password). Headers of a draft replace those of the same name; an empty one takes its header
    away. The address `json-suffix` writes the path with `.json`, `host` counts it from the host.
    """

    family = "kayako-v1"
    envelope_aspects = ("media", "version", "status", "success-status", "same-status")

    @classmethod
    def check(cls, target: Target) -> None:
        if not target.url.rstrip("/").endswith("/api/v1"):
            raise ConfigurationError(f"url {target.url!r}: for kayako-v1 it ends in /api/v1")
        if not any(role for role in target.credentials):
            raise ConfigurationError("[credentials] has no role: add [credentials.owner]")

    def prepare(self, draft: Draft) -> Request:
        query, form = list(draft.query), list(draft.form)
        if draft.method not in _WITH_BODY:
            query, form = query + form, []
        url = self._address(draft)
        if query:
            plain = "" if "escaped" in draft.options else ",+*()"
            url += f"?{urlencode(written_lists(draft, query), safe=plain)}"
        headers = [("User-Agent", _AGENT), ("Accept", "application/json")]
        headers += [*self.target.headers.items(), *self._authorization(draft)]
        body = b""
        if "raw" in draft.options:
            body, media, name = draft.options["raw"]
            headers.append(("Content-Type", media))
            if name:
                headers.append(("Content-Disposition", f'attachment; filename="{name}"'))
        elif draft.method in _WITH_BODY and (form or draft.uploads or draft.operation.has_body):
            body, media = body_of(draft, form)
            headers.append(("Content-Type", media))
        return Request(draft.method, url, _replaced(headers, draft.headers), body)

    def _address(self, draft: Draft) -> str:
        suffix = ".json" if draft.address == "json-suffix" else ""
        base = self.target.url.rstrip("/")
        if draft.address == "host":
            base = base.removesuffix("/api/v1")
        return f"{base}{quote(draft.resource_path, safe='/')}{suffix}"

    # Credentials --------------------------------------------------------------------------------

    def _authorization(self, draft: Draft) -> Fields:
        """The credentials, wrong in the one way that the draft names."""
        flaw = draft.credential
        if flaw == "no-credentials":
            return ()
        if flaw == "unknown-token":
            return (("Authorization", f"Bearer {self.chance.salt()}"),)
        if flaw == "unknown-session":
            return (("X-Session-ID", self.chance.salt()),)
        if flaw == "unknown-login":
            return (_basic(f"{self.chance.word()}@example.invalid", self.chance.salt()),)
        if flaw == "wrong-password":
            return (self._login(draft, self.chance.salt()),)
        if flaw == "fingerprint":
            return (("X-Fingerprint-ID", str(uuid.UUID(bytes=self.chance.bytes(16), version=4))),)
        if flaw != "valid":
            raise SuiteError(f"the adapter knows no credential flaw {flaw!r}")
        return self._valid(draft)

    def _valid(self, draft: Draft) -> Fields:
        if "session" in draft.options:
            session, csrf = draft.options["session"]
            fields = (("X-Session-ID", self._secret(str(session), "session")),)
            return (*fields, ("X-CSRF-Token", self._secret(str(csrf), "csrf"))) if csrf else fields
        given = self.target.credentials.get(draft.role, {})
        token = draft.options.get("token")
        if "token" in given and (token is True or "password" not in given):
            token = given["token"].reveal()
        if isinstance(token, str):
            return (("Authorization", f"Bearer {self._secret(token, 'token')}"),)
        return (self._login(draft),)

    def _login(self, draft: Draft, password: str | None = None) -> tuple[str, str]:
        """Basic credentials: the draft's own or the role's, perhaps with another password."""
        given = self.target.credentials.get(draft.role, {})
        known = [given[key].reveal() if key in given else "" for key in ("username", "password")]
        name, own = draft.options.get("login", known)
        header = _basic(name, self._secret(own if password is None else password))
        self.redactor.add(header[1].partition(" ")[2], "authorization")
        return header

    def _secret(self, text: str, kind: str = "password") -> str:
        self.redactor.add(text, kind)
        return text

    def is_absent(self, exchange: Exchange) -> bool:
        response = exchange.response
        if response is None or response.status != 400:
            return super().is_absent(exchange)
        return any(f'"{code}"' in response.text for code in _ABSENT)

    def is_wrong_login(self, draft: Draft) -> bool:
        return draft.credential in _WRONG_LOGINS

    def is_right_login(self, draft: Draft) -> bool:
        others = ("session", "token", "login")
        plain = draft.credential == "valid" and not any(name in draft.options for name in others)
        given = self.target.credentials.get(draft.role, {})
        return plain and not draft.headers and "password" in given

    def secrets_in(self, response: Response) -> Iterable[tuple[str, str]]:
        for name, kind in _SECRET_HEADERS.items():
            yield response.header(name) or "", kind
        for member, kind in _SECRET_MEMBERS.items():
            yield _text_of(response.text, member), kind

    # Answers ------------------------------------------------------------------------------------

    def recognises(self, exchange: Exchange) -> bool:
        value = exchange.answer.value
        return exchange.succeeded and isinstance(value, Mapping) and "status" in value

    def other_addresses(self) -> Sequence[str]:
        return ("json-suffix",)

    def envelope(self, exchange: Exchange) -> Iterable[Remark]:
        if exchange.response is None or exchange.answer.media != "json":
            return
        creates = exchange.operation is not None and 201 in exchange.operation.successes
        yield from remarks_on(exchange.response, exchange.answer.value, creates=creates)

    def choose(self, kind: str, items: Sequence[Item]) -> Item | None:
        """A condition of a smart list is one on text, since every operator takes one there."""
        if kind.endswith("_definition"):
            return next((i for i in items if i.get("type") == "STRING"), None)
        return super().choose(kind, items)

    def reached(self, exchange: Exchange) -> int | None:
        value = exchange.answer.value
        count = value.get("total_count") if isinstance(value, Mapping) else None
        return count if isinstance(count, int) else 0

    def find_made(self, made: Made, ask: Callable[..., Exchange]) -> Mapping[str, Any]:
        """What a bulk call or an invitation has made stands in its list, under its own name."""
        if made.kind not in _SOUGHT:
            return {}
        lister, member = _SOUGHT[made.kind]
        sent = " ".join(map(str, made.exchange.sent.values()))
        for item in ask(lister, limit=100).answer.items:
            name = str(item.get(member))
            if self.chance.mark in name and name in sent:
                return dict(item)
        return {}


def remarks_on(response: Response, value: Any, *, creates: bool = False) -> Iterator[Remark]:
    """What is wrong with the envelope of a good answer, whatever it holds."""
    media = (response.header("Content-Type") or "none").partition(";")[0].strip().lower()
    if media != "application/json":
        yield Remark("media", "header Content-Type", "application/json", media)
    version = response.header("X-API-Version") or "none"
    if version.strip() != "1":
        yield Remark("version", "header X-API-Version", "1", version)
    status = value.get("status") if isinstance(value, Mapping) else None
    if not isinstance(status, int):
        yield Remark("status", "/status", "an integer", str(status))
        return
    if status not in (200, 201, 202):
        yield Remark("success-status", "/status", "200, 201 or 202", str(status))
    # The sample of a creation has 200 in HTTP and 201 in the body.
    as_in_sample = creates and (response.status, status) == (200, 201)
    if status != response.status and not as_in_sample:
        yield Remark("same-status", "/status", str(response.status), str(status))


def _basic(name: str, password: str) -> tuple[str, str]:
    return "Authorization", f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"


def _replaced(headers: Iterable[tuple[str, str]], own: Fields) -> Fields:
    """The headers, with those of a draft in the place of others of the same name."""
    names = {name.lower() for name, _ in own}
    kept = (pair for pair in headers if pair[0].lower() not in names)
    return (*kept, *(pair for pair in own if pair[1]))


def _text_of(body: str, member: str) -> str:
    """A text member of a JSON body, found without reading the whole of it."""
    _, found, rest = body.partition(f'"{member}"')
    parts = rest.split('"', 2) if found and rest.lstrip().startswith(":") else []
    return parts[1] if len(parts) == 3 and parts[0].strip(" \t\r\n:") == "" else ""
