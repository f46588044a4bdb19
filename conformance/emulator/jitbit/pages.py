"""The one page of the application that belongs to the API: where a user finds the own token."""

from __future__ import annotations

from conformance.emulator.jitbit.context import Context, File, Handler, Outcome

_HTML = """<!DOCTYPE html>
<html><head><title>API token</title></head>
<body><h1>Your API token</h1><p><code>{token}</code></p></body></html>
"""


def _token(context: Context) -> Outcome:
    token = context.token(context.caller)
    if context.given.get("json"):
        return {"token": token}
    return File(_HTML.format(token=token).encode(), "text/html; charset=utf-8")


HANDLERS: dict[str, Handler] = {"getToken": _token}
