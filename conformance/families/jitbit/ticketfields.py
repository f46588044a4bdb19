"""Custom fields of tickets: two values for each of the five types, and how servers show them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.engine import Exchange, Helpdesk, Made
from conformance.engine.errors import Skipped
from conformance.engine.matchers import Matcher
from conformance.engine.shared import once
from conformance.families.jitbit.prerequisites import readable
from conformance.families.jitbit.ticketwork import new_ticket

TYPES = ("text", "date", "selection", "checkbox", "multiline")
#: A day of June in different years, in several formats.
DATES = {
    "2031-06-15": 31,
    "15 June 2032": 32,
    "2033/06/15": 33,
    "2034-06-15T12:00:00Z": 34,
    "06/15/2035": 35,
}
_CHECKED = ("true", "1", "on", "yes")


@dataclass(frozen=True)
class Value:
    """What is sent, and how it may be shown."""

    sent: str
    shown: Matcher


@dataclass(frozen=True)
class Fields:
    """The custom fields of one ticket."""

    helpdesk: Helpdesk
    ticket: Made

    @staticmethod
    def number(helpdesk: Helpdesk, kind: str) -> int:
        """The id of a field of this type. Raises Skipped where the target file names none."""
        return int(helpdesk.known(f"fields.ticket.{kind}"))

    def set(self, kind: str, value: str) -> Exchange:
        """Set one field by the call for one."""
        named = {"ticketId": self.ticket.id, "fieldId": self.number(self.helpdesk, kind)}
        return self.helpdesk.call("setTicketCustomField", **named, value=value)

    def set_all(self, values: Mapping[str, str]) -> Exchange:
        """Set several fields by one call; the catalogue's own example is left out."""
        named = {f"cf{self.number(self.helpdesk, kind)}": value for kind, value in values.items()}
        draft = self.helpdesk.draft("setTicketCustomFields", ticketId=self.ticket.id)
        example = [name for name, _ in draft.form if name.startswith("cf")]
        return self.helpdesk.send(draft.without(*example).having(named))

    def read(self, **options: str) -> Exchange:
        return self.helpdesk.call("listTicketCustomFields", id=self.ticket.id, **options)


def fields_of_new_ticket(helpdesk: Helpdesk) -> Fields:
    return Fields(helpdesk, new_ticket(helpdesk))


def given_types(helpdesk: Helpdesk) -> list[str]:
    """The types of which the target file names a field."""
    fields = helpdesk.target.known.get("fields")
    named = fields.get("ticket") if isinstance(fields, Mapping) else None
    return [kind for kind in TYPES if isinstance(named, Mapping) and kind in named]


def value_of(helpdesk: Helpdesk, kind: str, second: bool = False) -> Value:
    """A value for a field of this type, or another one."""
    fill = helpdesk.chance.fill
    if kind == "checkbox":
        return checkbox("false" if second else "true")
    if kind == "date":
        sent = list(DATES)[1 if second else 0]
        return Value(sent, day(DATES[sent]))
    if kind == "selection":
        options = options_of(helpdesk)
        number, text = options[min(int(second), len(options) - 1)]
        return Value(number, _text(number, text))
    sent = fill("{mark} {word}") if kind == "text" else fill("{mark}\r\n{word}")
    return Value(sent, _text(sent))


def options_of(helpdesk: Helpdesk) -> list[tuple[str, str]]:
    """Ids and texts of the options of the drop-down. Raises Skipped where none are shown so."""
    field, category = Fields.number(helpdesk, "selection"), helpdesk.known("category")
    call = "listCustomFieldsForCategory"
    listed = once(helpdesk, "options", lambda: helpdesk.call(call, categoryId=category))
    item = readable(listed).answer.find(FieldID=field)
    options = item.get("SelectionComboOptions") if item is not None else None
    found = [_option(o) for o in options or () if isinstance(o, Mapping)]
    known = [option for option in found if option is not None]
    if not known:
        raise Skipped("no option of the drop-down is shown with its id and text")
    return known


def _option(members: Mapping[str, Any]) -> tuple[str, str] | None:
    """Id and text of an option, under whatever names: they are not documented."""
    numbers = [v for k, v in members.items() if k.casefold() in ("optionid", "id", "valueid")]
    texts = [v for v in members.values() if isinstance(v, str) and v and not v.isdigit()]
    return (str(numbers[0]), texts[0]) if numbers and texts else None


def _text(*texts: str) -> Matcher:
    """One of these texts, whatever its ends of lines are."""
    wanted = [text.replace("\r\n", "\n") for text in texts]

    def match(value: Any) -> str | None:
        fits = isinstance(value, str) and value.replace("\r\n", "\n").strip() in wanted
        return None if fits else " or ".join(f'"{text}"' for text in texts)

    return match


def checkbox(word: str) -> Value:
    def match(value: Any) -> str | None:
        fits = (str(value).casefold() in _CHECKED) == (word == "true")
        return None if fits else f"{word}, in one of its spellings"

    return Value(word, match)


def day(year: int) -> Matcher:
    """The middle of June of a year, in any format; a day off where a zone shifts it."""

    def match(value: Any) -> str | None:
        text = str(value)
        in_year = re.search(rf"(?<!\d)(20)?{year}(?!\d)", text)
        fits = in_year and re.search(r"(?<!\d)(14|15|16)(?!\d)", text)
        return None if fits else f"15 June 20{year}"

    return match
