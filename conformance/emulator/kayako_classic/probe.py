"""The test controller, under both of its names: plain text that shows a call got through."""

from __future__ import annotations

from conformance.emulator.kayako_classic.routing import Context, Handler, Outcome, Route

_CALLS = (
    ("GET", "", "list"),
    ("GET", "/GetData", "getdata"),
    ("GET", "/$id", "read"),
    ("POST", "", "create"),
    ("POST", "/PostData", "postdata"),
    ("PUT", "/$id", "update"),
    ("DELETE", "/$id", "delete"),
)


def _says(text: str) -> Handler:
    def handle(context: Context, *segments: str) -> Outcome:
        del context, segments
        return text

    return handle


ROUTES = tuple(
    Route(verb, f"Core/{controller}{rest}", f"test.{action}", _says(f"The API works: {action}."))
    for controller in ("Test", "TestAPI")
    for verb, rest, action in _CALLS
)
