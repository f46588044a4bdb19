"""What a worker writes down while it runs: every exchange in full, what it made, how it ended.

One JSON object a line, secrets replaced; the controller puts the workers' files together.
"""

import base64
import contextlib
import json
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from conformance.engine.exchange import Exchange, Headers
from conformance.engine.secrets import Redactor

_encoder = json.JSONEncoder(ensure_ascii=True, check_circular=False)
#: Bytes that are written in less time than a server takes for its answer.
_SHORT = 1 << 13


class Recorder:
    """Appends lines to a file of its own, each when it is known.

    Only a short exchange waits a little: until the next one is on its way, when there is time for
    it. Who is killed meanwhile loses that piece of evidence, never what was made.
    """

    def __init__(self, file: Path, redactor: Redactor) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._stream: IO[str] = file.open("w", encoding="utf-8")
        self._redactor = redactor
        self._waiting: deque[Exchange] = deque()
        self._writing = threading.RLock()

    def exchange(self, exchange: Exchange) -> None:
        """Write one exchange, or keep it until there is time."""
        self._waiting.append(exchange)
        response = exchange.response
        size = len(exchange.request.body) + (len(response.body) if response else 0)
        if size > _SHORT or len(self._waiting) > 1:
            self.catch_up()

    def catch_up(self) -> None:
        """Write what waits. Threads that send at the same time leave it to one of them."""
        if not self._waiting or not self._writing.acquire(blocking=False):
            return
        try:
            while self._waiting:
                record = exchange_record(self._waiting[0], self._redactor)
                self.line({"type": "exchange", **record})
                self._waiting.popleft()
        finally:
            self._writing.release()

    def in_passing(self) -> None:
        """Write what waits; what cannot be written now is a matter of the next exchange: here it
        would look like one of the connection."""
        with contextlib.suppress(OSError):
            self.catch_up()

    def line(self, content: dict[str, Any]) -> None:
        with self._writing:
            self._stream.write(_encoder.encode(content) + "\n")
            self._stream.flush()

    def close(self) -> None:
        self.catch_up()
        self._stream.close()


def exchange_record(exchange: Exchange, redactor: Redactor) -> dict[str, Any]:
    """An exchange as results.json has it, bodies whole."""
    request, response = exchange.request, exchange.response
    record: dict[str, Any] = {
        "id": exchange.id,
        "operation": exchange.operation.id if exchange.operation else None,
        "purpose": exchange.purpose,
        "request": {
            "method": request.method,
            "url": redactor.redact(request.url),
            "headers": _headers(request.headers, redactor),
            **_body(request.body, redactor),
        },
        "response": None,
        "seconds": round(exchange.seconds, 6),
    }
    if response is None:
        record["error"] = redactor.redact(exchange.error or "no answer")
        return record
    record["response"] = {
        "status": response.status,
        "reason": redactor.redact(response.reason),
        "headers": _headers(response.headers, redactor),
        **_body(response.body, redactor),
        "truncated": response.truncated,
    }
    return record


def _headers(headers: Headers, redactor: Redactor) -> list[list[str]]:
    return [[redactor.redact(name), redactor.redact(value)] for name, value in headers]


def _body(body: bytes, redactor: Redactor) -> dict[str, Any]:
    """The body as text, or in base64 where it is none; an encoding the text form cannot keep."""
    if not body:
        return {"body": None, "size": 0}
    try:
        return {"body": redactor.redact(body.decode("utf-8")), "size": len(body)}
    except UnicodeDecodeError:
        text = redactor.redact(body.decode("utf-8", "backslashreplace"))
        clean = redactor.redact(body.decode("latin-1")).encode("latin-1")
        return {"body": text, "size": len(body), "base64": base64.b64encode(clean).decode()}


def read_lines(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The lines of a worker's file as (text, content); a last one cut short by a kill is left
    out."""
    with file.open(encoding="utf-8") as stream:
        for line in stream:
            try:
                yield line, json.loads(line)
            except ValueError:
                return
