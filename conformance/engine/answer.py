"""An answer's body, read by the schema the catalogue promises for it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from lxml import etree

from conformance.engine.matchers import same
from conformance.engine.spec import Operation, Schema, Spec
from conformance.engine.xmlmap import NotXml, XmlDocument, XmlMap, parse_xml, without_encoding

if TYPE_CHECKING:
    from conformance.engine.exchange import Response

Path = Sequence[str | int]
#: Shapes of answers whose JSON object is the one object itself, not an envelope around a list.
_ONE_OBJECT = ("item", "created", "updated", "object")


@dataclass(frozen=True)
class Item(Mapping[str, Any]):
    """One object of an answer: its members, and where it stands."""

    members: Mapping[str, Any]
    path: tuple[str | int, ...]
    _locate: Callable[[Path], str] = field(repr=False)

    def __getitem__(self, name: str) -> Any:
        return self.members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    def where(self, name: str | None = None) -> str:
        """XPath or JSON pointer of the object, or of one of its members."""
        return self._locate(self.path if name is None else (*self.path, name))


@dataclass(frozen=True)
class Answer:
    """What the body says. Nothing here raises: what could not be read is in `problem`."""

    media: str  # xml, json, text or none
    schema: Schema
    value: Any = None
    root: str | None = None
    problem: str | None = None
    notes: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    document: XmlDocument | None = field(default=None, repr=False)
    locate: Callable[[Path], str] = field(default=lambda path: pointer(path), repr=False)

    @property
    def item(self) -> Item | None:
        """The only object of the answer, or None when there is none or more than one."""
        return self.items[0] if len(self.items) == 1 else None

    @property
    def trouble(self) -> str | None:
        """Why nothing can be read from the answer: no such document, or another root."""
        promised = self.schema.get("xml", {}).get("name")
        if self.problem is None and promised and self.root not in (None, promised):
            return f"the root {self.root} instead of {promised}"
        return self.problem

    def find(self, **members: Any) -> Item | None:
        """The first object whose members have these values; a number and its text are the same."""
        wanted = members.items()
        return next((i for i in self.items if all(same(i.get(k), v) for k, v in wanted)), None)

    @property
    def names(self) -> set[str]:
        """Every element and attribute name of an XML answer."""
        if self.document is None:
            return set()
        found: set[str] = set()
        for element in self.document.root.iter(etree.Element):
            found.add(str(element.tag))
            found.update(str(name) for name in element.attrib)
        return found


def pointer(path: Path) -> str:
    """The JSON pointer of a path; the empty path is `/`."""
    return "/" + "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in path)


def read_answer(spec: Spec, operation: Operation | None, response: "Response | None") -> Answer:
    """Read a response by the operation's documented payload; an error answer is plain text unless
    one is documented for its status."""
    payload = operation.payload if operation else None
    if operation is not None and response is not None and not 200 <= response.status < 300:
        refusal = operation.refusal(response.status)
        if refusal is None and payload is not None:
            return Answer("text", {}, value=response.text)
        payload, operation = refusal, None
    if response is None or payload is None:
        return Answer("none", {})
    media, schema = payload
    if response.truncated:
        return Answer("none", schema, problem="the body is longer than the suite reads")
    if "xml" in media:
        return _read_xml(spec, schema, response.body)
    if "json" in media:
        return _read_json(spec, schema, response.body, operation)
    if "text" in media and spec.resolve(schema).get("type") == "integer":
        return _read_number(schema, response.text)
    return Answer("text", schema, value=response.text)


_NUMBER = re.compile(r"""\s*("?)([+-]?\d{1,18})\1\s*""")


def _read_number(schema: Schema, text: str) -> Answer:
    """A number that stands alone; servers send it as text, as JSON, or as JSON text."""
    found = _NUMBER.fullmatch(text)
    return Answer("text", schema, value=int(found.group(2)) if found else text)


def _read_xml(spec: Spec, schema: Schema, body: bytes) -> Answer:
    if spec.resolve(schema).get("x-declared-encoding") == "ignored":
        body = without_encoding(body)
    try:
        document = parse_xml(body)
    except NotXml as error:
        reason = f"not well-formed XML: {error}" if body.strip() else "an empty body"
        return Answer("xml", schema, problem=reason)
    mapping = _xml_map(spec)
    schema = spec.resolve(schema)
    value = mapping.value(document.root, schema)

    def locate(path: Path) -> str:
        return mapping.locate(document.root, schema, path)

    notes = [f"undocumented member {name}" for name in mapping.unknown_members(value, schema)]
    if document.leading.strip():
        notes.append("text stands before the XML prolog")
    return Answer(
        "xml",
        schema,
        value=value,
        root=str(document.root.tag),
        notes=tuple(dict.fromkeys(notes)),
        items=tuple(_items(spec, schema, value, locate)),
        document=document,
        locate=locate,
    )


def _read_json(spec: Spec, schema: Schema, body: bytes, operation: Operation | None) -> Answer:
    try:
        value = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        reason = f"not JSON: {error}" if body.strip() else "an empty body"
        return Answer("json", schema, problem=reason)
    schema = spec.resolve(schema)
    if spec.envelope is not None:
        held = value.get(spec.envelope) if isinstance(value, dict) else None
        items = tuple(_enveloped(held, spec.envelope))
        return Answer("json", schema, value=value, items=items)
    if isinstance(value, dict) and operation is not None and operation.answer in _ONE_OBJECT:
        return Answer("json", schema, value=value, items=(Item(value, (), pointer),))
    return Answer("json", schema, value=value, items=tuple(_items(spec, schema, value, pointer)))


def _enveloped(held: Any, name: str) -> Iterator[Item]:
    """The objects that the envelope holds under this name: one, or a list of them."""
    if isinstance(held, dict):
        yield Item(held, (name,), pointer)
    for index, entry in enumerate(held if isinstance(held, list) else ()):
        if isinstance(entry, dict):
            yield Item(entry, (name, index), pointer)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def _items(spec: Spec, schema: Schema, value: Any, locate: Callable[[Path], str]) -> Iterator[Item]:
    """The objects a list root holds, whatever its only array is called."""
    if isinstance(value, list):
        for index, entry in enumerate(value):
            if isinstance(entry, dict):
                yield Item(entry, (index,), locate)
        return
    for name, raw in schema.get("properties", {}).items():
        if spec.resolve(raw).get("type") != "array":
            continue
        entries = value.get(name, ()) if isinstance(value, dict) else ()
        for index, entry in enumerate(entries):
            if isinstance(entry, dict):
                yield Item(entry, (name, index), locate)
        return


@cache
def _xml_map(spec: Spec) -> XmlMap:
    """One mapping for each catalogue, so that its schemas are analysed once."""
    return XmlMap(spec.resolve)
