"""The one judge of payloads: a value against its schema, each violation with place and promise.

JSON Schema 2020-12 with a few keywords of ours (docs/catalogue.md). Plain functions: callable
without pytest, thousands of times; validators are built once.
"""

import base64
import binascii
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from conformance.engine.answer import Answer
from conformance.engine.case import current_or_none
from conformance.engine.exchange import Exchange
from conformance.engine.quickcheck import QuickCheck
from conformance.engine.spec import Operation, Schema, Spec
from conformance.engine.verdicts import Violation
from conformance.engine.xmlmap import forms_of

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

Path = tuple[str | int, ...]
_DOCUMENT = "urn:catalogue"
_MOST_PLACES = 25
_MOST_ERRORS = 5000
#: Characters next to a cut that are looked at too: longer than a secret in any of its forms.
_SPARE = 4096
_ABSENT_KEYWORDS = ("x-forbidden",)
_ADVICE_KEYWORDS = ("x-should-be",)
_PRESENCE_KEYWORDS = ("required", "x-should", "anyOf", "minItems")


def judge_answer(spec: Spec, answer: Answer, default: tuple[str, ...] = ()) -> list[Violation]:
    """Every broken promise of the payload's schema; empty when the answer could not be read.

    What no member names ids for breaks those of `default`.
    """
    if answer.problem is not None or answer.media == "none":
        return []
    return judge_value(spec, answer.schema, answer.value, answer.locate, default)


def judge_members(exchange: Exchange) -> list[Violation]:
    """What `judge_answer` finds; an operation may name its own requirements for all of it."""
    operation = exchange.operation
    own = operation.requirements.get("members") if operation else None
    whole = _whole(exchange.spec, operation) if operation and exchange.succeeded else ()
    violations: dict[tuple[str, str], Violation] = {}
    for found in judge_answer(exchange.spec, exchange.answer, whole):
        for requirement in own if own is not None else (found.requirement,):
            named = Violation(requirement, found.where, found.promised, found.got)
            violations.setdefault((requirement, found.where), named)
    return list(violations.values())


def member_ids(spec: Spec, operation: Operation) -> tuple[str, ...]:
    """Ids broken when a member of the operation's answer is not as promised."""
    own = operation.requirements.get("members")
    if own is not None:
        return own
    payload = operation.payload
    if payload is None:
        return ()
    return tuple(dict.fromkeys([*_whole(spec, operation), *requirements_of(spec, payload[1])]))


def _whole(spec: Spec, operation: Operation) -> tuple[str, ...]:
    """Ids broken by what no member of an envelope names any for: envelopes are shared."""
    return operation.requirements.get("payload", ()) if spec.envelope else ()


def judge_value(
    spec: Spec,
    schema: Schema,
    value: Any,
    locate: Callable[[Sequence[str | int]], str],
    default: tuple[str, ...] = (),
) -> list[Violation]:
    """Judge a value; `locate` turns a path in it into the place to report.

    Of the places where one promise is broken, the first ones are reported: a list of thousands of
    flawed objects says no more than its beginning.
    """
    if _quick(spec).passes(value, schema):
        return []
    violations: dict[tuple[str, str], Violation] = {}
    places: Counter[str] = Counter()
    errors = _validator(spec).evolve(schema=_anchored(schema)).iter_errors(value)
    for error in islice(errors, _MOST_ERRORS):
        path = tuple(error.absolute_path)
        named = requirements_at(spec, schema, path, str(error.validator)) or default
        new = [requirement for requirement in named if places[requirement] < _MOST_PLACES]
        where = locate(path) if new else ""
        for requirement in new:
            violation = Violation(requirement, where, _promised(error), _got(error, path))
            if violations.setdefault((requirement, where), violation) is violation:
                places[requirement] += 1  # one word for each place
    return list(violations.values())


def requirements_at(spec: Spec, schema: Schema, path: Path, keyword: str) -> tuple[str, ...]:
    """Ids named by a violation of a keyword at a place: those of the nearest member going out.

    The statement about the whole object that a member belongs to is broken with it, unless it is
    the stricter one: what is only recommended of a member never breaks a MUST.
    """
    aspect = "value"
    if keyword in _PRESENCE_KEYWORDS:
        aspect = "presence"
    elif keyword in _ABSENT_KEYWORDS:
        aspect = "absence"
    elif keyword in _ADVICE_KEYWORDS:
        aspect = "advice"
    outwards = list(reversed(list(_chain(spec, schema, path))))
    for index, member in enumerate(outwards):
        own = _cited(member, aspect, around=index > 0)
        if own:
            holders = (m for m in outwards[index + 1 :] if m.get("type") != "array")
            whole = _cited(next(holders, {}), aspect, around=True) if index == 0 and path else ()
            strictest = min(map(spec.registry.rank, own))
            known = (i for i in whole if i in spec.registry)
            added = (i for i in known if spec.registry.rank(i) >= strictest)
            return tuple(dict.fromkeys([*own, *added]))
    return ()


def _cited(member: Schema, aspect: str, around: bool) -> tuple[str, ...]:
    """The ids that a schema names; `around`: for what is wrong with a member of its own."""
    cited = member.get("x-requirements", ())
    if not isinstance(cited, Mapping):
        return tuple(cited)
    return tuple(cited.get(aspect) or (cited.get("members", ()) if around else ()))


def requirements_of(spec: Spec, schema: Schema) -> tuple[str, ...]:
    """Every id that a violation of this schema can name."""
    found: dict[str, None] = {}
    for member in _walk(spec, schema, set()):
        cited = member.get("x-requirements", ())
        groups = cited.values() if isinstance(cited, Mapping) else [cited]
        for group in groups:
            found.update(dict.fromkeys(group))
    return tuple(found)


def _walk(spec: Spec, schema: Schema, seen: set[int]) -> Iterator[Schema]:
    schema = spec.resolve(schema)
    if id(schema) in seen:
        return
    seen.add(id(schema))
    yield schema
    inner: list[Schema] = [*schema.get("properties", {}).values()]
    inner += [schema[key] for key in ("items", "then", "else") if key in schema]
    inner += [part for key in ("allOf", "anyOf", "oneOf") for part in schema.get(key, ())]
    for part in inner:
        yield from _walk(spec, part, seen)


def _chain(spec: Spec, schema: Schema, path: Path) -> Iterator[Schema]:
    """The schemas from the root to the member at the path."""
    schema = spec.resolve(schema)
    yield schema
    for step in path:
        if isinstance(step, int):
            schema = spec.resolve(schema.get("items", {}))
        else:
            schema = _property(spec, schema, step)
        yield schema


def _property(spec: Spec, schema: Schema, name: str) -> Schema:
    """What the schema says of a property: its own words, and where they are not whole (without a
    type), the words of what it is built on as well."""
    name = name.removeprefix("@").removeprefix("./")
    found: Schema = {}
    for part in _stating(spec, schema):
        stated = part.get("properties", {}).get(name)
        if stated is not None:
            found = {**spec.resolve(stated), **found}
            if "type" in found:
                break
    return found


def _stating(spec: Spec, schema: Schema) -> Iterator[Schema]:
    """The schema, then what it is built on, the nearest first."""
    resolved = spec.resolve(schema)
    yield resolved
    then = [resolved["then"]] if "then" in resolved else []
    for part in (*resolved.get("allOf", ()), *then):
        yield from _stating(spec, part)


# Our keywords -----------------------------------------------------------------------------------


def _broken(message: str, *, instance: Any, path: Sequence[str | int] = ()) -> "ValidationError":
    from jsonschema.exceptions import ValidationError  # costly, and sound answers never need it

    return ValidationError(message, path=path, instance=instance)


def _required(_: Any, names: Any, value: Any, __: Any) -> Iterator["ValidationError"]:
    """As in the standard, with the missing member as the place."""
    if isinstance(value, dict):
        for name in names:
            if name not in value:
                yield _broken(f"the member {name}", path=[name], instance=value)


def _forbidden(_: Any, names: Any, value: Any, __: Any) -> Iterator["ValidationError"]:
    if isinstance(value, dict):
        for member in (form for name in names for form in forms_of(name) if form in value):
            yield _broken("no such member", path=[member], instance=value[member])


def _kind(_: Any, kind: Any, value: Any, __: Any) -> Iterator["ValidationError"]:
    if not is_of_kind(kind, value):
        yield _broken(_KINDS[kind], instance=value)


def _should_be(validator: Any, advice: Any, value: Any, __: Any) -> Iterator["ValidationError"]:
    for error in validator.descend(value, advice):
        yield _broken(_promised(error), instance=value)


_KINDS = {
    "boolean01": "0 or 1",
    "unixtime": "unix seconds (0 = never)",
    "base64": "base64 text",
}


def is_of_kind(kind: str, value: Any) -> bool:
    """Whether a value has one of the text forms with rules of their own; null always has."""
    if value is None:
        return True
    if kind == "boolean01":
        return value in (0, 1) and not isinstance(value, bool)
    if kind == "unixtime":
        return isinstance(value, int) and value >= 0
    if kind == "base64":
        return isinstance(value, str) and decoded_base64(value) is not None
    return True


def decoded_base64(text: str) -> bytes | None:
    """The bytes, line breaks and blanks ignored; None when the text is no base64."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


@cache
def _validator(spec: Spec) -> Any:
    import jsonschema
    from referencing import Registry as References
    from referencing.jsonschema import DRAFT202012

    ours = {
        "required": _required,
        "x-should": _required,
        "x-should-be": _should_be,
        "x-forbidden": _forbidden,
        "x-kind": _kind,
    }
    kind = jsonschema.validators.extend(jsonschema.Draft202012Validator, ours)  # type: ignore[no-untyped-call]
    document = DRAFT202012.create_resource(spec.document)
    references = References().with_resource(_DOCUMENT, document)
    return kind({}, registry=references)


@cache
def _quick(spec: Spec) -> QuickCheck:
    return QuickCheck(spec.resolve, is_of_kind)


def _anchored(schema: Schema) -> Schema:
    """The schema with its inner references read against the catalogue document."""
    return {"$id": f"{_DOCUMENT}-{id(schema)}", **_absolute(schema)}


def _absolute(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {
            key: _DOCUMENT + value if key == "$ref" else _absolute(value)
            for key, value in part.items()
        }
    if isinstance(part, list):
        return [_absolute(entry) for entry in part]
    return part


# Words ------------------------------------------------------------------------------------------


def _promised(error: "ValidationError") -> str:
    keyword, schema = str(error.validator), error.schema
    wanted: Any = error.validator_value
    if keyword in ("required", "x-should", "x-should-be", "x-forbidden", "x-kind"):
        return error.message
    if keyword == "type":
        names = wanted
        names = [names] if isinstance(names, str) else names
        return " or ".join(_TYPES.get(name, name) for name in names)
    if keyword == "enum":
        return "one of " + ", ".join(str(entry) for entry in wanted)
    if keyword == "const":
        return str(error.validator_value)
    if keyword == "minimum":
        return f"at least {error.validator_value}"
    if keyword == "maximum":
        return f"at most {error.validator_value}"
    if keyword == "pattern" and isinstance(schema, Mapping) and schema.get("description"):
        return str(schema["description"])
    if keyword == "anyOf":
        return "one of: " + "; ".join(_branch(part) for part in wanted)
    return error.message


_TYPES = {
    "integer": "an integer",
    "number": "a number",
    "string": "text, once",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "nothing",
}


def _branch(part: Any) -> str:
    if isinstance(part, Mapping) and "required" in part:
        return "the member " + ", ".join(part["required"])
    return str(part)


def _got(error: "ValidationError", path: Path) -> str:
    if error.validator in ("required", "x-should"):
        return "no such member"
    if error.validator == "anyOf":
        return "none of them"
    return shorten(error.instance) if path else shorten(error.instance, 80)


def shorten(value: Any, length: int = 200) -> str:
    """A value as text for a report, cut in the middle when it is long."""
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    if len(text) <= length:
        return text
    half = length // 2
    # A secret is known only while it is whole, so it goes before the cut.
    start, end = (_redacted(part) for part in (text[: half + _SPARE], text[-half - _SPARE :]))
    return f"{start[:half]} … {end[-half:]} ({len(text)} characters)"


def _redacted(text: str) -> str:
    case = current_or_none()
    return case.redact(text) if case else text
