"""Schemas and documents for the tests of XML reading."""

from typing import Any

from conformance.engine.spec import Schema
from conformance.engine.xmlmap import XmlMap, parse_xml

INTEGER: Schema = {"type": "integer"}
TEXT: Schema = {"type": "string"}
BOOK: Schema = {
    "type": "object",
    "properties": {
        "id": {**INTEGER, "xml": {"attribute": True}},
        "kind": {**TEXT, "xml": {"attribute": True}},
        "title": TEXT,
        "pages": INTEGER,
        "shelf": {"type": ["integer", "null"]},
        "price": {"type": "number"},
        "lent": {"type": "boolean"},
        "author": {"type": "array", "items": TEXT},
        "tags": {
            "type": "array",
            "xml": {"wrapped": True},
            "items": {**INTEGER, "xml": {"name": "tag"}},
        },
        "note": {
            "type": "object",
            "properties": {
                "by": {**TEXT, "xml": {"attribute": True}},
                "words": {**TEXT, "x-text": True},
            },
        },
        "place": {"type": "object", "properties": {"row": INTEGER}},
    },
}  # fmt: skip


def mapping() -> XmlMap:
    return XmlMap(lambda schema: schema)


def read(body: str | bytes, schema: Schema = BOOK) -> Any:
    document = parse_xml(body.encode() if isinstance(body, str) else body)
    return mapping().value(document.root, schema)


def unknown(body: str) -> list[str]:
    return list(mapping().unknown_members(read(body), BOOK))
