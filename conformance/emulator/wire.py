"""HTTP as the families see it: a `Call` comes in, an `Answer` goes out."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_LOG = logging.getLogger("conformance.emulator")
_LOG.addHandler(logging.NullHandler())
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_WORTH_COMPRESSING = 256  # bytes; below that the coding costs more than it saves


@dataclass(frozen=True)
class Upload:
    """A file part of a multipart body."""

    filename: str
    contents: bytes
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """One request: path and query still encoded, body fields and files decoded.

    `body` holds the bytes of a body that is neither a form nor multipart, `form` those of a form.
    """

    verb: str
    path: str
    query: str
    fields: tuple[tuple[str, str | Upload], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    body: bytes = b""
    form: bytes = b""


@dataclass(frozen=True)
class Answer:
    """One response; `coding` says when it is compressed: when asked, always or never."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    coding: str = "asked"


class Refusal(Exception):
    """A request is refused: nothing it did is kept, and this is the answer."""

    def __init__(self, status: int, text: str = "", **headers: str) -> None:
        super().__init__(text)
        self.answer = Answer(status, text.encode(), headers=headers)

    @classmethod
    def answering(cls, answer: Answer) -> Refusal:
        """Return a refusal that is answered in a given way."""
        refusal = cls(answer.status)
        refusal.answer = answer
        return refusal


Handler = Callable[[Call], Answer]
Application = Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]


def read_call(environ: WSGIEnvironment) -> Call:
    """Read one request; raises Werkzeug's HTTPException for a body that cannot be read."""
    from werkzeug.wrappers import Request

    environ = dict(environ)
    if not environ.get("CONTENT_TYPE"):  # some clients rely on this being the default
        environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
    request = Request(environ)
    request.max_form_memory_size = None
    form = request.get_data() if request.mimetype == "application/x-www-form-urlencoded" else b""
    fields: list[tuple[str, str | Upload]] = list(request.form.items(multi=True))
    for name, upload in request.files.items(multi=True):
        kind = upload.content_type or ""
        headers = {key.lower(): value for key, value in upload.headers.items()}
        fields.append((name, Upload(upload.filename or "", upload.read(), kind, headers)))
    body = b"" if request.mimetype in _FORMS else request.get_data()
    request.close()
    uri = environ.get("REQUEST_URI") or quote(_path_in(environ), encoding="latin-1")
    return Call(
        verb=request.method,
        path=urlsplit(uri.partition("?")[0]).path,
        query=environ.get("QUERY_STRING", "").encode("latin-1").decode("utf-8", "replace"),
        fields=tuple(fields),
        headers={name.lower(): value for name, value in request.headers.items()},
        address=request.remote_addr or "",
        body=body,
        form=form,
    )


def _path_in(environ: WSGIEnvironment) -> str:
    """Return the whole path, the part that led to this application included."""
    return f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"


def load_request_parsing() -> None:
    """Import what reads a request; done late, because importing an emulator has to be light."""
    import werkzeug.exceptions
    import werkzeug.formparser
    import werkzeug.wrappers  # noqa: F401


def application(handler: Handler) -> Application:
    """Return the WSGI application that lets `handler` answer every request."""

    def respond(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = _answer(handler, environ)
        body, headers = answer.body, dict(answer.headers)
        if _compressed(answer, environ.get("HTTP_ACCEPT_ENCODING", "")):
            body = gzip.compress(body, compresslevel=1)
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        headers |= {"Content-Type": answer.content_type, "Content-Length": str(len(body))}
        start_response(_status_line(answer.status), list(headers.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    return respond


def _compressed(answer: Answer, accepted: str) -> bool:
    if answer.coding == "asked":
        return "gzip" in accepted and len(answer.body) >= _WORTH_COMPRESSING
    return answer.coding == "always"


def _answer(handler: Handler, environ: Mapping[str, Any]) -> Answer:
    from werkzeug.exceptions import HTTPException

    try:
        return handler(read_call(dict(environ)))
    except HTTPException as error:
        return Answer(error.code or 400, (error.description or "").encode())
    except Exception:
        _LOG.exception("the emulator could not answer %s", environ.get("REQUEST_METHOD"))
        return Answer(500, b"The emulator failed to answer; see its log.")


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"
