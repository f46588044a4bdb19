"""One long conversation with a fresh helpdesk, to see what a fault changes in it."""

from __future__ import annotations

import itertools
import json
import secrets
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from conformance.emulator import Fault
from conformance.emulator.faults import Faults
from conformance.emulator.jitbit import TABLES, seed
from conformance.emulator.jitbit.helpdesk import Jitbit
from conformance.emulator.store import Store
from conformance.emulator.wire import Answer, Call, Refusal, Upload

_BEGIN = 1_700_000_000  # 2023-11-14T22:13:20Z
_FILE = Upload("Ünlü dosya 日本.bin", bytes(range(256)) * 4, "application/x-test")


class _Clock:
    def __init__(self) -> None:
        self.now = float(_BEGIN)

    def __call__(self) -> float:
        return self.now


def _lines() -> Iterator[str]:
    text = Path(__file__).with_name("conversation.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("# "):
            yield line


def _login(who: str, logins: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of a caller."""
    if who == "-":
        return {}
    if who.startswith("%"):
        return {"authorization": who[1:].replace("_", " ")}
    if ":" in who:
        text = who
    else:
        domain, _, bare = who.rpartition("\\")
        login = logins[bare.rstrip("!~^").lower()]
        if who.endswith("~"):
            return {"authorization": f"Bearer {login['token']}"}
        name = login["username"].upper() if bare.isupper() else login["username"]
        password = "wrong" if who.endswith("!") else login["password"]
        text = f"{domain}\\{name}:{password}" if domain else f"{name}:{password}"
    scheme = "basic" if who.endswith("^") else "Basic"
    return {"authorization": f"{scheme} {b64encode(text.encode()).decode()}"}


def _call(line: str, logins: Mapping[str, Any]) -> Call:
    who, verb, method, *given = line.split(" ")
    pairs: list[tuple[str, str]] = []
    files: list[tuple[str, str | Upload]] = []
    for item in given:
        name, _, text = item.partition("=")
        if name.startswith("@"):
            files.append((name[1:], _FILE))
        else:
            text = text.replace("_", " ").replace("\\r", "\r").replace("\\n", "\n")
            pairs.append((name, text))
    in_query = verb.rstrip("{}") in ("GET", "POST?", "PUT")
    headers = {**_login(who, logins), "host": "helpdesk.example", "user-agent": "test"}
    if files:
        headers["content-type"] = "multipart/form-data; boundary=x"
    page = method == "User/Token"
    return Call(
        verb=verb.rstrip("?{}"),
        path=f"/helpdesk/{method}" if page else f"/helpdesk/api/{method}",
        query=urlencode(pairs) if in_query else "",
        fields=() if in_query or "{" in verb else (*pairs, *files),
        headers=headers,
        address="192.0.2.1",
        body=json.dumps(dict(pairs)).encode() if "{" in verb else b"",
    )


def _answered(store: Store, helpdesk: Jitbit, call: Call) -> Answer:
    try:
        with store.transaction():
            return helpdesk.answer(call)
    except Refusal as refusal:
        return refusal.answer


def answers(fault: Fault | None = None) -> Iterator[tuple[str, Answer]]:
    """Yield every line of the conversation with its (last) answer."""
    store, numbers, clock = Store(None, TABLES), itertools.count(1), _Clock()
    with (
        patch.object(secrets, "token_hex", lambda _: f"hex{next(numbers)}"),
        patch.object(secrets, "token_urlsafe", lambda _: f"url{next(numbers)}"),
    ):
        try:
            store.prepare("jitbit", seed)
            on = Faults([fault] if fault else [])
            helpdesk = Jitbit(store, on, False, "documented", clock=clock, ticking=clock)
            logins = helpdesk.target("http://helpdesk.example", "documented")["credentials"]
            for line in _lines():
                if line.startswith("wait "):
                    clock.now += float(line.removeprefix("wait "))
                    continue
                head, _, last = line.rpartition(" x")
                times = int(last) if head and last.isdecimal() else 1
                call = _call(head if times > 1 else line, logins)
                for _ in range(times):
                    answer = _answered(store, helpdesk, call)
                clock.now += 2
                yield line, answer
        finally:
            store.close()
