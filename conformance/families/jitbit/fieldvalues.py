"""Custom fields of users, companies and assets: values of each type, written and read back."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.engine import Exchange, Helpdesk, Made, expect, judge, omit, skip, violate
from conformance.engine.answer import Item
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered, served
from conformance.engine.shared import once
from conformance.families.jitbit.people import accepted, aimed, item_of, readable

#: (type, word for a check box) of values that have a form of their own.
SPECIAL = [("date", ""), ("selection", ""), ("checkbox", "true"), ("checkbox", "false")]
#: Those of all values.
CASES = [("text", ""), ("multiline", ""), *SPECIAL]
_DATE = "2030-06-15"
_CHECKED = ("true", "1", "on", "yes")
_USAGE = {"asset": 2, "user": 3, "company": 4}


@dataclass(frozen=True)
class Fields:
    """How the custom fields of one kind of object are written and read."""

    helpdesk: Helpdesk
    kind: str
    setter: str
    #: What is read back: the list of fields, or the object itself.
    reader: str
    member: str = ""

    @property
    def owner(self) -> Made:
        """An object of its own, so that no other check changes it."""
        return self.helpdesk.obtain(self.kind, "custom fields")

    def field(self, field_type: str) -> int:
        """The id of a field of this type. Raises Skipped where the target names none."""
        field: int = self.helpdesk.known(f"fields.{self.kind}.{field_type}")
        return field

    def write(self, field_type: str, value: str) -> Exchange:
        field = self.field(field_type)
        return aimed(self.helpdesk, self.setter, id=self.owner.id, fieldId=field, value=value)

    def read(self) -> Exchange:
        return aimed(self.helpdesk, self.reader, id=self.owner.id)


@dataclass(frozen=True)
class Written:
    """A value that was sent, the answer, and what was read after it."""

    value: str
    call: Exchange
    read: Exchange
    #: Other ways to show the value: the text of a chosen option.
    other: str = ""


def written(fields: Fields, field_type: str, word: str = "") -> Written:
    """A value of this type written and read, once for each helpdesk."""
    key = f"{fields.kind} field {field_type} {word}"
    return once(fields.helpdesk, key, lambda: _written(fields, field_type, word))


def _written(fields: Fields, field_type: str, word: str) -> Written:
    chance, other = fields.helpdesk.chance, ""
    if field_type == "selection":
        value, other = option_of(fields)
    else:
        values = {
            "text": f"{chance.mark} {chance.word()}",
            "multiline": f"{chance.mark}\r\n{chance.word()}",
            "date": _DATE,
            "checkbox": word,
        }
        value = values[field_type]
    call = fields.write(field_type, value)
    return Written(value, call, fields.read(), other)


def option_of(fields: Fields) -> tuple[str, str]:
    """Id and text of an option of the drop-down. Raises Skipped where the list shows none."""
    field = fields.field("selection")
    listed = readable(aimed(fields.helpdesk, "listCustomFields", type=_USAGE[fields.kind]))
    shown = listed.answer.find(FieldID=field)
    options = shown.get("SelectionComboOptions") if shown is not None else None
    for option in options or ():
        numbers = [v for k, v in option.items() if _is_id(k, v)]
        texts = [v for v in option.values() if isinstance(v, str) and v]
        if numbers and texts:
            return str(numbers[0]), texts[0]
    return skip("no option of the drop-down is shown with its id and text")


def _is_id(member: str, value: Any) -> bool:
    number = isinstance(value, int) and not isinstance(value, bool)
    called = member.casefold()
    return number and called.endswith("id") and not called.startswith("field")


# Judging ----------------------------------------------------------------------------------------


def expect_taken(entry: Written, *requirements: str) -> None:
    """Expect that the value was accepted with 200. Raises PrerequisiteBroken where none is."""
    expect(served(entry.call), *requirements).status(200)


def expect_shown(fields: Fields, field_type: str, entry: Written, *requirements: str) -> None:
    """Expect that the list of the object's fields shows the value that was written."""
    accepted(entry.call)
    field = fields.field(field_type)
    item = readable(entry.read).answer.find(FieldID=field)
    if item is None:
        if not _unchecked(entry):
            violate("/", f"the field {field} with its value", "no such field", *requirements)
        return
    if "Value" not in item:
        raise PrerequisiteBroken("the fields show no Value")
    matcher = _matcher(field_type, entry)
    judge(item.get("Value"), matcher, item.where("Value"), *requirements)


def expect_within(fields: Fields, entry: Written, *requirements: str) -> None:
    """Expect that the object shows the value somewhere among its fields."""
    accepted(entry.call)
    item: Item = item_of(entry.read)
    shown = json.dumps(item.get(fields.member), ensure_ascii=False)
    wanted = json.dumps(entry.value, ensure_ascii=False).strip('"')
    if wanted not in shown and wanted.replace("\\r\\n", "\\n") not in shown:
        where = item.where(fields.member)
        violate(where, f'"{entry.value}" in it', "fields without it", *requirements)


def _unchecked(entry: Written) -> bool:
    return entry.value == "false"


def _matcher(field_type: str, entry: Written) -> Callable[[Any], str | None]:
    def match(value: Any) -> str | None:
        return None if _FITS[field_type](value, entry) else f'"{entry.value}", as servers show it'

    return match


def _fits_text(value: Any, entry: Written) -> bool:
    return str(value).replace("\r\n", "\n") == entry.value.replace("\r\n", "\n")


def _fits_date(value: Any, _: Written) -> bool:
    """In any format, a day off for the zone."""
    text = str(value)
    return "30" in text and re.search(r"\b(14|15|16)(?!\d)", text) is not None


def _fits_option(value: Any, entry: Written) -> bool:
    return str(value) in (entry.value, entry.other)


def _fits_checkbox(value: Any, entry: Written) -> bool:
    return (str(value).casefold() in _CHECKED) == (entry.value == "true")


_FITS: Mapping[str, Callable[[Any, Written], bool]] = {
    "text": _fits_text,
    "multiline": _fits_text,
    "date": _fits_date,
    "selection": _fits_option,
    "checkbox": _fits_checkbox,
}


def expect_words_of_an_error(fields: Fields, *requirements: str) -> None:
    """Expect that a refused value is answered with words about the cause."""
    call = {"id": fields.owner.id, "fieldId": "no-number", "value": "1"}
    fields.field("text")
    refused = served(aimed(fields.helpdesk, fields.setter, **call))
    if refused.succeeded:
        omit("the server refuses nothing that could be sent")
    if not answered(refused).text.strip():
        violate("body", "words about the cause", "an empty body", *requirements)
