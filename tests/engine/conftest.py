"""A library of shelves and books: a small API family of the tests' own, and a server for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from conformance.engine.adapter import Adapter
from conformance.engine.answer import Item
from conformance.engine.case import Case, running
from conformance.engine.chance import Chance
from conformance.engine.draft import Draft
from conformance.engine.exchange import Exchange, Request, Response
from conformance.engine.helpdesk import Helpdesk
from conformance.engine.requirements import ConformanceClass, Registry, Requirement
from conformance.engine.secrets import Redactor
from conformance.engine.spec import Spec
from conformance.engine.target import Target
from conformance.engine.transport import NoAnswer, Transport
from tests.engine.tiny_servers import connect, serve

__all__ = ["connect", "serve"]

LEVELS = {"LIB-001": "MUST", "LIB-002": "SHOULD", "LIB-003": "MAY"}


def operation(name: str, effect: str, **more: Any) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{more.pop('root', 'shelves')}"}
    answered = {"description": "", "content": {"application/xml": {"schema": schema}}}
    return {
        "operationId": name,
        "x-effect": effect,
        "responses": {"200": answered, "404": {"description": ""}},
        **{f"x-{key.replace('_', '-')}" if key != "parameters" else key: value
           for key, value in more.items() if key not in ("form", "required")},
        **({"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {
            "type": "object",
            "required": more["required"],
            "properties": more["form"],
        }}}}} if "form" in more else {}),
    }  # fmt: skip


def in_path(name: str, source: str, **more: Any) -> dict[str, Any]:
    schema = {"type": "integer"}
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": schema,
        "x-from": source,
        **more,
    }


TITLE = {"type": "string", "x-value": "{mark} title {n}"}
PATHS: dict[str, Any] = {
    "/Shelf": {
        "get": operation("listShelves", "read", finds={"kind": "shelf"}),
        "post": operation(
            "createShelf",
            "create",
            creates={"kind": "shelf", "remove": "removeShelf"},
            required=["title"],
            form={
                "title": TITLE,
                "colour": {"type": "string", "x-value": "red"},
                "comment": {"type": "string"},
            },
        ),
    },
    "/Shelf/{id}": {
        "parameters": [in_path("id", "shelf.id")],
        "get": operation("getShelf", "read"),
        "put": operation("updateShelf", "update", required=["title"], form={"title": TITLE}),
        "delete": operation("removeShelf", "delete"),
    },
    "/Book": {
        "post": operation(
            "createBook",
            "create",
            root="books",
            creates={"kind": "book", "remove": "removeBook", "within": "shelf"},
            one_of=[{"names": ["author", "editor", "nobody"], "exclusive": True}],
            required=["shelfid", "tags", "name"],
            form={
                "shelfid": {"type": "integer", "x-from": "shelf.id"},
                "tags": {"type": "array", "items": {"type": "string"}, "x-value": ["{word}", "b"]},
                "name": {"type": "string", "x-value": "{mark}-{n}", "x-alias": "label"},
                "author": {"type": "string", "x-value": "Ann"},
                "editor": {"type": "string", "x-value": "Ed"},
                "nobody": {"type": "integer", "x-value": 1},
            },
        ),
    },
    "/Book/{shelfid}/{id}": {
        "parameters": [in_path("shelfid", "book.shelfid"), in_path("id", "book.id")],
        "get": operation("getBook", "read", root="books"),
        "delete": operation("removeBook", "delete", root="books"),
    },
    "/Search/{field}/{page}": {
        "parameters": [
            {"name": "field", "in": "path", "required": True, "schema": {}, "x-value": "title"},
            in_path("page", "shelf.id", **{"x-optional": True}),
        ],
        "post": operation("search", "read", required=["q"], form={"q": {"x-value": "{mark}"}}),
    },
    "/Seal": {
        "post": operation(
            "createSeal", "create", creates={"kind": "seal"}, required=[], form={"text": {}}
        ),
    },
    "/Pad": {
        "post": operation("createPad", "create", creates={"kind": "pad", "remove": "removeShelf"},
                          required=["sealid"], form={"sealid": {"x-from": "seal.weight"}}),
    },
    "/Stamp": {"get": operation("listStamps", "read", finds={"kind": "stamp"})},
    "/Probe/{id}": {
        "x-alias-path": "/Core/Probe",
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {}, "x-value": 5}],
        "get": operation("probe", "read"),
    },
}  # fmt: skip


def listed(root: str, child: str, more: dict[str, Any]) -> dict[str, Any]:
    item = {
        "type": "object",
        "xml": {"name": child},
        "properties": {"id": {"type": "integer"}, **more},
    }
    members = {child: {"type": "array", "items": item}}
    return {"type": "object", "xml": {"name": root}, "properties": members}


@pytest.fixture(scope="session")
def spec() -> Spec:
    """The catalogue of the library."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Library", "version": "1"},
        "x-family": "library",
        "x-contract": {"success": ["LIB-001"], "credentials": {"no-key": ["LIB-002"]}},
        "paths": PATHS,
        "components": {
            "schemas": {
                "shelves": listed("shelves", "shelf", {"title": {"type": "string"}}),
                "books": listed("books", "book", {"shelfid": {"type": "integer"}}),
            }
        },
    }
    entries = [Requirement(i, level, "text", "source", "all") for i, level in LEVELS.items()]
    return Spec(document, Registry(entries, [ConformanceClass("all", "All")]))


class LibraryAdapter(Adapter):
    """Writes requests so that a test can read them."""

    family = "library"

    @classmethod
    def check(cls, target: Target) -> None:
        del target

    def prepare(self, draft: Draft) -> Request:
        body = "&".join(f"{name}={value}" for name, value in draft.form)
        return Request(draft.method, f"{self.target.url}{draft.resource_path}", body=body.encode())

    def recognises(self, exchange: Exchange) -> bool:
        return exchange.succeeded

    def choose(self, kind: str, items: Any) -> Item | None:
        del kind
        return next((item for item in items if item.get("title") != "locked"), None)

    def defaults(self, kind: str) -> dict[str, Any]:
        return {"colour": "blue"} if kind == "shelf" else {}


Answering = Callable[[Request], "Response | str | None"]


class Library(Transport):
    """Answers from memory, in place of a server. A test may answer some requests itself."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.bodies: list[str] = []
        self.repeatable: list[bool] = []
        self.standing: dict[str, str] = {}
        self.instead: Answering = lambda _: None

    def send(self, request: Request, *, repeatable: bool = False) -> Response:
        path = request.url.removeprefix("http://library.invalid")
        self.sent.append(f"{request.method} {path}")
        self.bodies.append(request.body.decode())
        self.repeatable.append(repeatable)
        other = self.instead(request)
        if isinstance(other, str):
            raise NoAnswer(other)
        return other if other is not None else self._answer(request, path)

    def _answer(self, request: Request, path: str) -> Response:
        _, kind, *rest = path.split("/")
        if request.method == "POST" and kind != "Search":
            number = str(len(self.sent) + 100)
            self.standing[f"/{kind}/{number}"] = kind
            fields = dict(part.split("=", 1) for part in request.body.decode().split("&") if part)
            return Response(200, "OK", (), shown(kind, {**fields, "id": number}))
        if request.method == "DELETE":
            gone = self.standing.pop(f"/{kind}/{rest[-1]}", None)
            return Response(200 if gone else 404, "", (), b"")
        return Response(200, "OK", (), shown(kind, {"id": "7", "title": "old"}))

    def close(self) -> None:
        self.sent.append("closed")


def shown(kind: str, members: dict[str, str]) -> bytes:
    root, child = ("books", "book") if kind == "Book" else ("shelves", "shelf")
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in members.items())
    return f"<{root}><{child}>{inner}</{child}></{root}>".encode()


@dataclass
class Desk:
    """A helpdesk over the library, and what it has sent."""

    helpdesk: Helpdesk
    library: Library
    recorded: list[Exchange] = field(default_factory=list)

    @property
    def sent(self) -> list[str]:
        return self.library.sent


Open = Callable[..., Desk]


@pytest.fixture
def open_desk(spec: Spec) -> Open:
    """Open a helpdesk over a fresh library, at a safety level."""

    def opened(safety: str = "irreversible", worker: str = "", seed: int = 1) -> Desk:
        target = Target("library", "http://library.invalid", "a library", safety=safety)
        chance = Chance(seed, worker, clock=lambda: 1_000.0, sleep=lambda _: None)
        adapter = LibraryAdapter(target, chance, Redactor())
        library = Library()
        recorded: list[Exchange] = []
        helpdesk = Helpdesk(spec, target, adapter, chance, library, recorded.append, worker)
        return Desk(helpdesk, library, recorded)

    return opened


@pytest.fixture
def desk(open_desk: Open) -> Desk:
    """A helpdesk that may make and remove its own objects."""
    return open_desk()


@pytest.fixture
def case() -> Iterator[Case]:
    """A check that is running."""
    with running(Case(("LIB-001",))) as running_case:
        yield running_case
