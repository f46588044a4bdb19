"""A server that is dreamt up from the catalogue: it answers every request with values that keep
the documented schema. It shows that good requests can be written, and that schemas can be kept."""

from collections.abc import Mapping
from itertools import count
from json import dumps
from typing import Any

from conformance.engine.exchange import Request, Response
from conformance.engine.spec import Operation, Schema, Spec

_PATTERNS = {
    "^\\d{4}-": "2017-04-27T20:01:16+00:00",
    "^https?://": "https://desk.invalid/api/v1/things/1",
    "^s:": "s:1",
    "^[a-z_]+": "users:read",
    "^[A-Z": "OPTION",
}
_PLAIN: Mapping[str, Any] = {"boolean": True, "number": 1.5, "null": None}


class Dream:
    """In place of a transport."""

    def __init__(self, spec: Spec, mark: str) -> None:
        self.spec = spec
        #: Stands in every text, so that every object is the run's own; it is base64, too.
        self.text = f"{mark}ab"
        self.numbers = count(1)
        self.requests: list[Request] = []
        #: The operation that the next request is of.
        self.operation: Operation | None = None

    def send(self, request: Request, *, repeatable: bool = False) -> Response:
        del repeatable
        self.requests.append(request)
        assert self.operation is not None
        payload = self.operation.payload
        assert payload is not None
        media, schema = payload
        value = self.value(schema)
        body = dumps(value).encode() if "json" in media else b"bytes"
        headers = (("Content-Type", media), ("X-API-Version", "1"))
        return Response(self.operation.success, "", headers, body)

    def close(self) -> None:
        """Nothing is open."""

    def value(self, schema: Schema, name: str = "") -> Any:
        """A value that keeps the schema."""
        parts = list(self._parts(schema))
        merged: dict[str, Any] = {}
        for part in reversed(parts):
            merged |= part
        if "const" in merged:
            return merged["const"]
        if "enum" in merged:
            return "STRING" if "STRING" in merged["enum"] else merged["enum"][0]
        kind = merged.get("type", "object" if "properties" in merged else "string")
        kind = kind if isinstance(kind, str) else kind[0]
        if kind == "object":
            return self._object(parts)
        if kind == "array":
            items = {"allOf": [part["items"] for part in parts if "items" in part]}
            return [self.value(items) for _ in range(5)] if items["allOf"] else []
        if kind == "integer":
            return max(next(self.numbers), merged.get("minimum", 0)) if name == "id" else 10
        return self._text(parts) if kind == "string" else _PLAIN[kind]

    def _object(self, parts: list[Schema]) -> dict[str, Any]:
        stated: dict[str, list[Schema]] = {}
        for part in parts:
            for name, inner in part.get("properties", {}).items():
                stated.setdefault(name, []).append(inner)
        forbidden = {name for part in parts for name in part.get("x-forbidden", ())}
        return {
            name: self.value({"allOf": inner}, name)
            for name, inner in stated.items()
            if name not in forbidden
        }

    def _text(self, parts: list[Schema]) -> str:
        found = [part["pattern"] for part in parts if "pattern" in part]
        bare = [pattern.removeprefix("^https?://.*") for pattern in found]
        ends = [pattern for pattern in bare if pattern.startswith("/api/v1/")]
        if ends:
            return "https://desk.invalid" + ends[0].replace("[0-9]+$", "1")
        starts = [v for start, v in _PATTERNS.items() for p in found if p.startswith(start)]
        return starts[0] if starts else self.text

    def _parts(self, schema: Schema) -> Any:
        """The schema, what it is built on and what is recommended."""
        while "$ref" in schema:
            behind = {key: value for key, value in schema.items() if key != "$ref"}
            if behind:
                yield behind
            schema = self.spec.resolve({"$ref": schema["$ref"]})
        yield schema
        advice = [schema["x-should-be"]] if "x-should-be" in schema else []
        for part in (*schema.get("allOf", ()), *advice):
            yield from self._parts(part)
