"""How a Jitbit request is written: addresses, credentials by role, queries and forms; what every
answer has in common."""

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from urllib3.filepost import encode_multipart_formdata

from conformance.engine.adapter import Adapter, Remark
from conformance.engine.answer import Item
from conformance.engine.draft import Draft, Fields
from conformance.engine.errors import ConfigurationError, SuiteError
from conformance.engine.exchange import Exchange, Request
from conformance.engine.journal import Made
from conformance.engine.target import Target
from conformance.families.jitbit.ticketwork import entries

_FORM = "application/x-www-form-urlencoded"
_AGENT = "helpdesk-conformance"
#: Flaws of a credential that a server may count towards its lockout.
_WRONG_LOGINS = ("wrong-password", "unknown-token", "malformed-header", "other-login")


class Jitbit(Adapter):
    """Writes requests as a role. Draft options: `bearer` (the role's token in place of its
    password), `multipart` (also without a file), `login` (another user name and password),
    `token` (another token). The address `path-case` or `parameter-case` of a draft changes the
    letter case, `in-query` sends the form's fields in the query."""

    family = "jitbit"
    aliases = ("desteksitesi",)
    envelope_aspects = ("media", "utf-8")

    @classmethod
    def check(cls, target: Target) -> None:
        if not target.url.rstrip("/").endswith("/api"):
            raise ConfigurationError(f"url {target.url!r}: for jitbit it ends in /api")
        if not any(role for role in target.credentials):
            raise ConfigurationError("[credentials] has no role: add [credentials.user] or another")

    def prepare(self, draft: Draft) -> Request:
        query, form = list(draft.query), list(draft.form)
        if draft.address == "in-query":
            query, form = query + form, []
        if draft.address == "parameter-case":
            query, form = _other_case(query), _other_case(form)
        in_body = draft.method == "POST"
        if not in_body:
            query, form = query + form, []
        url = self._address(draft)
        if query:
            url += ("&" if "?" in url else "?") + urlencode(query)
        headers = [("User-Agent", _AGENT), ("Accept", "*/*"), *self.target.headers.items()]
        headers += self._authorization(draft)
        body = b""
        if in_body:
            body, media = _body(draft, form)
            headers.append(("Content-Type", media))
        return Request(draft.method, url, (*headers, *draft.headers), body)

    def _address(self, draft: Draft) -> str:
        base = self.target.url.rstrip("/")
        if draft.operation.extra.get("x-beside-api"):
            base = base.removesuffix("/api")
        path = draft.resource_path
        if draft.address == "path-case":
            path = path.swapcase()
        return f"{base}{quote(path, safe='/')}"

    # Credentials --------------------------------------------------------------------------------

    def _authorization(self, draft: Draft) -> Fields:
        """The header, wrong in the one way that the draft names."""
        flaw = draft.credential
        if flaw == "no-credentials":
            return ()
        if flaw == "malformed-header":
            return (("Authorization", "Basic %%%not-base64%%%"),)
        if flaw == "unknown-token":
            return (("Authorization", f"Bearer {self.chance.salt()}"),)
        name, password = self._login(draft)
        if flaw == "wrong-password":
            return (self._basic(name, self._secret(self.chance.salt())),)
        if flaw not in ("valid", "other-login"):
            raise SuiteError(f"the adapter knows no credential flaw {flaw!r}")
        token = draft.options.get("token") or self._token(draft)
        if token:
            return (("Authorization", f"Bearer {self._secret(token, 'token')}"),)
        return (self._basic(name, self._secret(password)),)

    def _token(self, draft: Draft) -> str:
        given = self.target.credentials.get(draft.role, {})
        only_token = "token" in given and "password" not in given
        if (draft.options.get("bearer") or only_token) and "login" not in draft.options:
            return given["token"].reveal() if "token" in given else ""
        return ""

    def _login(self, draft: Draft) -> tuple[str, str]:
        if "login" in draft.options:
            name, password = draft.options["login"]
            return str(name), str(password)
        given = self.target.credentials.get(draft.role, {})
        return tuple(given[k].reveal() if k in given else "" for k in ("username", "password"))  # type: ignore[return-value]

    def _basic(self, name: str, password: str) -> tuple[str, str]:
        pair = base64.b64encode(f"{name}:{password}".encode()).decode()
        return "Authorization", f"Basic {self._secret(pair, 'authorization')}"

    def _secret(self, text: str, kind: str = "password") -> str:
        self.redactor.add(text, kind)
        return text

    def is_wrong_login(self, draft: Draft) -> bool:
        return draft.credential in _WRONG_LOGINS

    def is_right_login(self, draft: Draft) -> bool:
        others = ("token", "bearer", "login")
        plain = draft.credential == "valid" and not any(name in draft.options for name in others)
        given = self.target.credentials.get(draft.role, {})
        return plain and not draft.headers and "password" in given

    # Answers ------------------------------------------------------------------------------------

    def recognises(self, exchange: Exchange) -> bool:
        value = exchange.answer.value
        return exchange.succeeded and isinstance(value, Mapping) and "UserID" in value

    def other_addresses(self) -> Sequence[str]:
        return ("path-case", "parameter-case")

    def envelope(self, exchange: Exchange) -> Iterable[Remark]:
        response = exchange.response
        if response is None or exchange.answer.media != "json":
            return
        media = (response.header("Content-Type") or "none").partition(";")[0].strip().lower()
        if media != "application/json":
            yield Remark("media", "header Content-Type", "application/json", media)
        try:
            json.loads(response.body.decode("utf-8-sig"))
        except UnicodeDecodeError:
            yield Remark("utf-8", "body", "UTF-8 throughout", "bytes that are not UTF-8")
        except ValueError:
            return

    def find_made(self, made: Made, ask: Callable[..., Exchange]) -> Mapping[str, Any]:
        """Files stand in their ticket under their name, comments in its list under their text."""
        sent = made.exchange
        ticket = sent.sent.get("id", "")
        if made.kind == "attachment":
            item = ask("getTicket", id=ticket).answer.item
            files = entries(item or {}, "Attachments")
            name = made.values.get("uploadFile")
            found = (f for f in files if f.get("FileName") == name)
            return next((_as_made(f, "FileID") for f in found), {})
        if made.kind == "comment":
            text = str(sent.sent.get("body", ""))
            comments = ask("listComments", id=ticket).answer.items
            own = (c for c in comments if text and text in str(c.get("Body")))
            return next((_as_made(c, "CommentID") for c in own), {})
        return {}

    def choose(self, kind: str, items: Sequence[Item]) -> Item | None:
        """Prefer the category that the target file names."""
        wanted = self.target.known.get(kind)
        named = (i for i in items if wanted is not None and wanted in i.values())
        return next(named, None) or super().choose(kind, items)


def _as_made(members: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {**members, "id": members.get(name)}


def _other_case(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name.swapcase(), value) for name, value in fields]


def _body(draft: Draft, form: Sequence[tuple[str, str]]) -> tuple[bytes, str]:
    if not draft.uploads and not draft.options.get("multipart"):
        return urlencode(form).encode(), _FORM
    parts: list[Any] = list(form)
    parts += [(u.name, (u.filename, u.content, u.media)) for u in draft.uploads]
    return encode_multipart_formdata(parts)
