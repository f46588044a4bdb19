"""What the check modules of tickets share: people, own tickets, texts, dates, parts of answers."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from conformance.engine import Exchange, Helpdesk, Made
from conformance.engine.errors import PrerequisiteBroken, Skipped
from conformance.engine.matchers import Matcher
from conformance.families.jitbit.prerequisites import (
    ADMINISTRATOR,
    TECHNICIAN,
    USER,
    accepted,
    caller_id,
    number_of,
    readable,
)

NEW, IN_PROCESS, CLOSED = 1, 2, 3
DAY = timedelta(days=1)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,7}))?(Z|[+-]\d{2}:\d{2})?")


# People -------------------------------------------------------------------------------------------


def submitter(helpdesk: Helpdesk, label: str = "submitter") -> Made:
    """A user of the run, who has tickets and reads no mail."""
    return helpdesk.obtain("user", label)


def new_ticket(helpdesk: Helpdesk, **fields: Any) -> Made:
    """A new ticket of a user of the run, or of the caller where no administrator is given, who
    alone makes users. Raises as `make` does."""
    return helpdesk.make("ticket", **{**owner(helpdesk), **fields})


def owner(helpdesk: Helpdesk) -> dict[str, Any]:
    """The field that gives a ticket to a user of the run, where somebody is given who makes one."""
    if ADMINISTRATOR not in helpdesk.target.credentials:
        return {}
    return {"userId": submitter(helpdesk).id}


def assignee(helpdesk: Helpdesk) -> int:
    """The UserID of `a_technician`, for callers who may assign tickets. Raises Skipped where none
    is given."""
    if not {TECHNICIAN, ADMINISTRATOR} & helpdesk.target.credentials.keys():
        raise Skipped(f"needs the role {TECHNICIAN}: [credentials.{TECHNICIAN}] in the target file")
    return a_technician(helpdesk)


def a_technician(helpdesk: Helpdesk) -> int:
    """The UserID of a technician who takes tickets: the caller of that role, or else the one whom
    the target file names."""
    if TECHNICIAN in helpdesk.target.credentials:
        return caller_id(helpdesk, TECHNICIAN)
    return int(helpdesk.known("technician"))


# Tickets ------------------------------------------------------------------------------------------


def ticket_of_user(helpdesk: Helpdesk, label: str = "of the user") -> Made:
    """A ticket that the regular user has made. Raises Skipped without credentials of one."""
    if USER not in helpdesk.target.credentials:
        raise Skipped("needs the role user: [credentials.user] in the target file")
    return helpdesk.obtain("ticket", label, by=USER)


def read_ticket(helpdesk: Helpdesk, ticket: Made | str | int, by: str = "") -> Exchange:
    """A ticket as a caller of this role sees it."""
    number = ticket.id if isinstance(ticket, Made) else ticket
    return helpdesk.send(helpdesk.draft("getTicket", id=number).by(by))


def shown(exchange: Exchange) -> Mapping[str, Any]:
    """The members of the ticket that was read. Raises PrerequisiteBroken where it is not shown."""
    item = readable(exchange).answer.item
    if item is None:
        raise PrerequisiteBroken("getTicket shows no ticket")
    return item


def tag_names(members: Mapping[str, Any]) -> list[str]:
    """The names of a ticket's tags, in the order of their letters."""
    return sorted(str(tag.get("Name")) for tag in entries(members, "Tags"))


def entries(members: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects of an array that is a member; null counts as none. Raises PrerequisiteBroken
    where it is no array."""
    held = members.get(name)
    if held is not None and not isinstance(held, list):
        raise PrerequisiteBroken(f"the ticket shows no array of {name}")
    return [entry for entry in held or () if isinstance(entry, Mapping)]


def listed_by_tag(helpdesk: Helpdesk, tag: str, **filters: Any) -> Exchange:
    """The list of the tickets with a tag of the run."""
    return helpdesk.call("listTickets", tagName=tag, count=300, **filters)


def fresh_tag(helpdesk: Helpdesk) -> str:
    """A tag that nothing else on the server has."""
    return f"{helpdesk.chance.mark}{helpdesk.chance.word(8)}"


def close_quietly(helpdesk: Helpdesk, ticket: Made) -> Exchange:
    """Close a ticket without mails; the exchange is accepted."""
    return accepted(helpdesk.call("closeTicket", id=number_of(ticket)))


# Texts and dates ----------------------------------------------------------------------------------


def holding(written: str) -> Matcher:
    """A text with this part; what stands around it and the ends of lines are the server's."""
    wanted = _one_line_ends(written)

    def match(value: Any) -> str | None:
        fits = isinstance(value, str) and wanted in _one_line_ends(value)
        return None if fits else f'a text with "{written}"'

    return match


def _one_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def moment(value: Any) -> datetime | None:
    """A date-time member as a moment; without a zone it is UTC. None where it is no such text."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        base = datetime.fromisoformat(found.group(1) + (found.group(3) or "Z"))
    except ValueError:
        return None
    return base.astimezone(UTC)


def near(wanted: datetime, within: timedelta) -> Matcher:
    """A date-time member not farther than this from a moment."""

    def match(value: Any) -> str | None:
        got = moment(value)
        fits = got is not None and abs(got - wanted) <= within
        return None if fits else f"a moment near {wanted:%Y-%m-%dT%H:%M:%SZ}"

    return match


def now(helpdesk: Helpdesk) -> datetime:
    """The moment, by the clock of the run."""
    return datetime.fromtimestamp(helpdesk.chance.now(), UTC)
