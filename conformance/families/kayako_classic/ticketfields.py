"""Custom fields of a ticket: which the helpdesk has, and values that suit them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.engine import Exchange, Helpdesk
from conformance.engine.answer import Item
from conformance.families.kayako_classic.prerequisites import aimed

TEXT, TEXT_AREA, CHECKBOX, RADIO, SELECT, MULTI_SELECT = 1, 2, 4, 5, 6, 7
LINKED_SELECT, DATE, FILE = 9, 10, 11
#: A day that shows which of its numbers is the month.
A_DAY = "12/31/2027"
_SEPARATOR = re.compile(r"(?<!\\),\s*")


@dataclass(frozen=True)
class Field:
    """One custom field of a ticket."""

    number: int
    kind: int
    name: str
    required: bool = False
    pattern: str = ""

    @property
    def takes_any_text(self) -> bool:
        return self.kind in (TEXT, TEXT_AREA) and not self.pattern


@dataclass(frozen=True)
class Value:
    """A value for a field: the form fields that send it, and what a read then shows."""

    sent: Mapping[str, Any]
    shown: str


def shown_fields(exchange: Exchange) -> dict[str, Mapping[str, Any]]:
    """The fields of an answer by name, whatever group they stand in."""
    fields: dict[str, Mapping[str, Any]] = {}
    for group in exchange.answer.items if exchange.succeeded else ():
        for field in group.get("field") or ():
            if isinstance(field, Mapping) and "name" in field:
                fields[str(field["name"])] = field
    return fields


def fields_of(helpdesk: Helpdesk, fresh: Exchange) -> list[Field]:
    """The fields a fresh ticket shows; where it shows none, all text fields that are defined.

    Definitions do not say whether they belong to tickets, so the latter are candidates only.
    """
    defined = {
        item.get("fieldname"): item for item in helpdesk.good("listCustomFields").answer.items
    }
    shown = shown_fields(fresh)
    if not shown:
        every = [_field(name, item.get("customfieldid"), item.get("fieldtype"), item)
                 for name, item in defined.items()]  # fmt: skip
        return [field for field in every if field.takes_any_text]
    return [_field(n, e.get("id"), e.get("type"), defined.get(n)) for n, e in shown.items()]


def _field(name: Any, number: Any, kind: Any, definition: Item | None) -> Field:
    return Field(
        number=number if isinstance(number, int) else 0,
        kind=kind if isinstance(kind, int) else 0,
        name=str(name),
        required=bool(definition and definition.get("isrequired")),
        pattern=str(definition.get("regexpvalidate") or "") if definition else "",
    )


def values_for(helpdesk: Helpdesk, fields: Iterable[Field]) -> dict[str, Value]:
    """A fresh value for every required field, every text, and one field of each other kind."""
    values: dict[str, Value] = {}
    written: set[int] = {CHECKBOX}  # nothing is promised about how its value is shown
    for field in fields:
        if field.kind in written and not field.required and not field.takes_any_text:
            continue
        value = value_for(helpdesk, field)
        if value is not None:
            values[field.name] = value
            written |= {SELECT, RADIO} if field.kind in (SELECT, RADIO) else {field.kind}
    return values


def value_for(helpdesk: Helpdesk, field: Field) -> Value | None:
    """A fresh value of the field, or None where the suite knows none (files travel apart)."""
    if field.kind in (TEXT, TEXT_AREA):
        word = helpdesk.chance.word()
        return Value({field.name: word}, word) if field.takes_any_text else None
    if field.kind == DATE:
        return Value({field.name: A_DAY}, A_DAY)
    if field.kind in (RADIO, SELECT, CHECKBOX, MULTI_SELECT, LINKED_SELECT):
        options = aimed(helpdesk, "listCustomFieldOptions", customfieldid=field.number)
        return _choice(field, options.answer.items if options.succeeded else ())
    return None


def _choice(field: Field, options: Iterable[Item]) -> Value | None:
    known = [o for o in options if "customfieldoptionid" in o and o.get("optionvalue")]
    top = [option for option in known if not option.get("parentcustomfieldoptionid")]
    if not top:
        return None
    if field.kind in (RADIO, SELECT):
        chosen = top[-1]
        return Value({field.name: chosen["customfieldoptionid"]}, str(chosen["optionvalue"]))
    if field.kind == LINKED_SELECT:
        return _linked(field, top, known)
    commas_first = sorted(top, key=lambda option: "," not in option["optionvalue"])[:2]
    sent = [option["customfieldoptionid"] for option in commas_first]
    texts = [str(option["optionvalue"]) for option in commas_first]
    return Value({f"{field.name}[]": sent}, ", ".join(text.replace(",", "\\,") for text in texts))


def _linked(field: Field, top: list[Item], known: list[Item]) -> Value | None:
    for parent in top:
        number = parent["customfieldoptionid"]
        for child in known:
            if child.get("parentcustomfieldoptionid") == number:
                sent = {
                    f"{field.name}[0]": number,
                    f"{field.name}[1][{number}]": child["customfieldoptionid"],
                }
                return Value(sent, f"{parent['optionvalue']} > {child['optionvalue']}")
    return None


def several(text: Any) -> list[str]:
    """The values of a multi select, in alphabetical order, with escaped commas restored."""
    if not isinstance(text, str) or not text.strip():
        return []
    return sorted(part.strip().replace("\\,", ",") for part in _SEPARATOR.split(text))
