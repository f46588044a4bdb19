"""How a Kayako Classic request is written: URL forms, signature, form bodies; what every XML
answer has in common."""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, quote_plus

from urllib3.filepost import encode_multipart_formdata

from conformance.engine.adapter import Adapter, Remark
from conformance.engine.answer import Item
from conformance.engine.draft import Draft, Fields
from conformance.engine.errors import ConfigurationError, SuiteError
from conformance.engine.exchange import Exchange, Request
from conformance.engine.target import Target
from conformance.families.kayako_classic.signing import hex_signature, salt_for, signature

_PROLOG = re.compile(rb"""<\?xml\s+version=(["'])1\.0\1\s+encoding=(["'])utf-8\2""", re.IGNORECASE)
_FORM = "application/x-www-form-urlencoded"
_AGENT = "helpdesk-conformance"


class KayakoClassic(Adapter):
    """Writes requests in the target's URL form; the address `bare`, `e` or `trailing-slash`
    of a draft replaces it. Draft options: `salt`, or `salt_from` (draws one) and
    `signature_holding` (characters; salts are drawn until one suits), `auth_in` (query, body,
    both or nowhere), `path_in_body`, `raw_signature` (not URL-encoded), `without_script` (asked of
    the folder `/api/`).

    Drawn salts give signatures without plus and slash unless asked otherwise: a server that trips
    over these is found by the checks that ask for them, not by chance in any other.
    """

    family = "kayako-classic"
    envelope_aspects = ("document", "well-formed", "prolog", "member-names")

    @classmethod
    def check(cls, target: Target) -> None:
        if not target.url.endswith("/api/index.php"):
            raise ConfigurationError(
                f"url {target.url!r}: for kayako-classic it ends in /api/index.php"
            )
        missing = [k for k in ("api_key", "secret_key") if k not in target.credentials.get("", {})]
        if missing:
            raise ConfigurationError(
                f"[credentials] lacks {' and '.join(missing)} (admin panel, REST API, information)"
            )

    def prepare(self, draft: Draft) -> Request:
        placed = draft.options.get("auth_in")
        in_body = draft.method in ("POST", "PUT") or placed == "body"
        placed = placed or ("body" if in_body else "query")
        fields = self._credential_fields(draft)
        query, form = list(draft.query), list(draft.form)
        if placed in ("query", "both"):
            query += fields
        if placed in ("body", "both"):
            form += fields
        path = draft.resource_path + ("/" if draft.address == "trailing-slash" else "")
        if draft.options.get("path_in_body"):
            form.insert(0, ("e", path))
            path = ""
        raw = bool(draft.options.get("raw_signature"))
        url = self._url(draft, path, _encode(query, raw))
        if draft.uploads:
            body, media = _multipart(draft, form)
        else:
            body, media = _encode(form, raw).encode() if in_body else b"", _FORM
        headers = [("User-Agent", _AGENT), ("Accept", "*/*"), *self.target.headers.items()]
        if in_body:
            headers.append(("Content-Type", media))
        return Request(draft.method, url, (*headers, *draft.headers), body)

    def _url(self, draft: Draft, path: str, query: str) -> str:
        form = draft.address or self.target.options.get("url_type", "e")
        if form == "trailing-slash":
            form = self.target.options.get("url_type", "e")
        written = quote(path, safe="/,@:-._~")
        first = f"e={written}" if form == "e" else written
        parts = [part for part in (first if path else "", query) if part]
        script = self.target.url
        if draft.options.get("without_script"):
            script = script.removesuffix("index.php")
        return f"{script}?{'&'.join(parts)}" if parts else script

    def _credential_fields(self, draft: Draft) -> Fields:
        keys = self.target.credentials[""]
        api_key, secret = keys["api_key"].reveal(), keys["secret_key"].reveal()
        self.redactor.add(api_key, "api-key")
        self.redactor.add(secret, "secret-key")
        salt = self._salt(draft, secret)
        fields = {"apikey": api_key, "salt": salt, "signature": signature(salt, secret)}
        self._spoil(draft.credential, fields, secret)
        if "signature" in fields:
            self.redactor.add(fields["signature"], "signature")
        return tuple(fields.items())

    def _salt(self, draft: Draft, secret: str) -> str:
        wanted = draft.options
        if "salt" in wanted:
            return str(wanted["salt"])
        holding = str(wanted.get("signature_holding", ""))
        lacking = "".join(c for c in "+/" if c not in holding)
        return salt_for(secret, wanted.get("salt_from", self.chance.salt), holding, lacking)

    def _spoil(self, flaw: str, fields: dict[str, str], secret: str) -> None:
        """Make the credentials wrong in exactly the one named way."""
        if flaw == "valid":
            return
        if flaw.startswith("no-"):
            del fields[flaw.removeprefix("no-")]
        elif flaw == "unknown-apikey":
            fields["apikey"] = self._unknown_key(fields["apikey"])
        elif flaw == "forged-signature":
            fields["signature"] = base64.b64encode(self.chance.bytes(32)).decode()
        elif flaw == "signature-of-another-salt":
            fields["signature"] = signature(self.chance.salt(), secret)
        elif flaw == "signature-by-another-secret":
            fields["signature"] = signature(fields["salt"], secret[::-1] + "x")
        elif flaw == "signature-of-hex":
            fields["signature"] = hex_signature(fields["salt"], secret)
        else:
            raise SuiteError(f"the adapter knows no credential flaw {flaw!r}")

    def _unknown_key(self, key: str) -> str:
        """A key of the same shape that is not the real one."""
        drawn = self.chance.salt() * 4
        shaped = [new if old.isalnum() else old for old, new in zip(key, drawn, strict=False)]
        return "".join(shaped) if "".join(shaped) != key else key + "x"

    def recognises(self, exchange: Exchange) -> bool:
        document = exchange.answer.document
        return exchange.succeeded and document is not None and exchange.answer.root != "html"

    def other_addresses(self) -> Sequence[str]:
        own = self.target.options.get("url_type", "e")
        return ("bare" if own == "e" else "e", "trailing-slash")

    def envelope(self, exchange: Exchange) -> Iterable[Remark]:
        answer, response = exchange.answer, exchange.response
        if response is None or not response.body.strip() or answer.media != "xml":
            return
        if answer.document is None:
            problem = answer.problem or "no XML"
            yield Remark("document", "body", "an XML document", problem)
            yield Remark("well-formed", "body", "well-formed XML", problem)
            return
        if not _is_utf8(response.body):
            yield Remark("well-formed", "body", "UTF-8 throughout", "bytes that are not UTF-8")
        start = response.body[len(answer.document.leading) :].lstrip(b"\xef\xbb\xbf \t\r\n")
        if not _PROLOG.match(start):
            got = start[:60].decode("utf-8", "replace")
            promised = '<?xml version="1.0" encoding="UTF-8"?>'
            yield Remark("prolog", "start of the body", promised, got)
        underscored = sorted(name for name in answer.names if "_" in name)
        if underscored:
            got = ", ".join(underscored)
            yield Remark("member-names", f"/{answer.root}", "names without underscore", got)

    def choose(self, kind: str, items: Sequence[Item]) -> Item | None:
        """Prefer what serves a ticket of any department: for all departments, then unrestricted
        and open; and of custom fields one that has options."""
        for wanted in _PREFERRED.get(kind, ()):
            for item in items:
                if all(item.get(name) in values for name, values in wanted.items()):
                    return item
        return None if kind == "customfield" else super().choose(kind, items)


_FOR_ALL = {"departmentid": (0, None)}
_UNRESTRICTED = {"uservisibilitycustom": (0, None), "staffvisibilitycustom": (0, None)}
#: What an object of a kind should be like, the best first.
_PREFERRED: Mapping[str, Sequence[Mapping[str, tuple[Any, ...]]]] = {
    "department": [{"module": ("tickets", None), "app": ("tickets", None)}],
    "ticketstatus": [{**_FOR_ALL, **_UNRESTRICTED, "markasresolved": (0,)}, _FOR_ALL],
    "tickettype": [{**_FOR_ALL, **_UNRESTRICTED}, _FOR_ALL],
    "ticketpriority": [{**_UNRESTRICTED, "type": ("public",)}, _UNRESTRICTED],
    "usergroup": [{"grouptype": ("registered",)}],
    "customfield": [{"fieldtype": (4, 5, 6, 7, 9)}],
}


def _encode(fields: Iterable[tuple[str, str]], raw_signature: bool = False) -> str:
    parts: list[str] = []
    for name, value in fields:
        key = quote(name, safe="[]")
        written = value if raw_signature and name == "signature" else quote_plus(value)
        parts.append(f"{key}={written}")
    return "&".join(parts)


def _multipart(draft: Draft, form: Iterable[tuple[str, str]]) -> tuple[bytes, str]:
    parts: list[Any] = list(form)
    parts += [(u.name, (u.filename, u.content, u.media)) for u in draft.uploads]
    return encode_multipart_formdata(parts)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
