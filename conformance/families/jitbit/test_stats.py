"""Statistics: both forms, sums, and what one more ticket adds (section "Stats")."""

from collections.abc import Mapping
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, covers, judge, omit, violate
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import equal_to
from conformance.families.jitbit.prerequisites import ADMINISTRATOR, TECHNICIAN, readable, taken
from conformance.families.jitbit.ticketwork import NEW, read_ticket, shown

#: How often numbers are compared: other people's tickets come and go in between.
TRIES = 3
#: Seconds that the numbers get to follow.
LAG = 10.0
OVERALL, OWN = "TotalTickets", "SubmittedByMe"


@pytest.fixture(scope="module")
def overall(helpdesk: Helpdesk) -> Exchange:
    return ask_overall(helpdesk)


def ask_overall(helpdesk: Helpdesk) -> Exchange:
    """The numbers of all, which are promised to technicians and administrators. Raises Skipped
    where neither is given."""
    draft = helpdesk.draft("getStats", forCurrentUser="false")
    able = ADMINISTRATOR if ADMINISTRATOR in helpdesk.target.credentials else TECHNICIAN
    return helpdesk.send(draft.by(able))


def numbers(exchange: Exchange, *names: str) -> list[int]:
    """These numbers of an answer. Raises PrerequisiteBroken where one of them is not shown."""
    value: Mapping[str, Any] = readable(exchange).answer.value
    found = [value.get(name) if isinstance(value, Mapping) else None for name in names]
    if not all(isinstance(number, int) for number in found):
        raise PrerequisiteBroken(f"the statistics do not show {' and '.join(names)}")
    return [int(number) for number in found if number is not None]


def shows(exchange: Exchange, name: str) -> bool:
    """Whether the statistics have this member. Raises PrerequisiteBroken where they are none."""
    value = readable(exchange).answer.value
    if not isinstance(value, Mapping):
        raise PrerequisiteBroken("the statistics are no object")
    return name in value


@covers("JB-STAT-004")
def test_the_callers_numbers_show_the_own_tickets(helpdesk: Helpdesk) -> None:
    own = helpdesk.call("getStats", forCurrentUser="true")
    if taken(own) and not shows(own, OWN):
        violate(f"/{OWN}", "a number", "no such member")


@covers("JB-STAT-005")
def test_all_numbers_show_the_total(overall: Exchange) -> None:
    if taken(overall) and shows(overall, OWN) and not shows(overall, OVERALL):
        violate(f"/{OVERALL}", "a number", "the caller's numbers")


@covers("JB-STAT-006")
def test_the_total_is_closed_and_unclosed_together(overall: Exchange) -> None:
    total, closed, unclosed = numbers(overall, OVERALL, "Closed", "Unclosed")
    judge(total, equal_to(closed + unclosed), f"/{OVERALL}")


@covers("JB-STAT-007")
def test_unclosed_is_new_and_in_process_together(helpdesk: Helpdesk, overall: Exchange) -> None:
    if helpdesk.target.known.get("status") is not None:
        omit("the helpdesk has a status of its own")
    unclosed, new, in_process = numbers(overall, "Unclosed", "NewTickets", "InProcess")
    judge(unclosed, equal_to(new + in_process), "/Unclosed")


@covers("JB-STAT-010")
def test_a_new_ticket_adds_one(helpdesk: Helpdesk) -> None:
    names = [OVERALL, "NewTickets"]
    for _ in range(TRIES):
        before = numbers(ask_overall(helpdesk), *names)
        wanted = [number + 1 for number in before]
        ticket = helpdesk.make("ticket")
        if shown(read_ticket(helpdesk, ticket)).get("StatusID") != NEW:
            omit("new tickets do not stay new")
        after = helpdesk.chance.poll(
            lambda: numbers(ask_overall(helpdesk), *names),
            wanted.__eq__,
            LAG,
        )
        if after == wanted:
            return
    for name, number, one_more in zip(names, after, wanted, strict=True):
        judge(number, equal_to(one_more), f"/{name}")
