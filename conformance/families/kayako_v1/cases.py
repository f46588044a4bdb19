"""What the check modules about cases share: values for their members, and what members show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conformance.engine import Exchange, Helpdesk, Made, judge, omit, skip
from conformance.engine.answer import Item
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import Matcher, equal_to, same
from conformance.engine.shared import accepted, once, readable

#: Members of a case, and the parameters that set them.
PARAMETERS = {
    "subject": "subject",
    "requester": "requester_id",
    "priority": "priority_id",
    "type": "type_id",
    "status": "status_id",
}
#: Seconds for a change to show another moment.
_PATIENCE = 3
_LISTS = {
    "case_status": "listCaseStatuses",
    "case_priority": "listCasePriorities",
    "case_type": "listCaseTypes",
}


def value_for(helpdesk: Helpdesk, member: str) -> str:
    """A value for the parameter that sets a member, other than a new case has by itself."""
    if member == "subject":
        return helpdesk.chance.fill("{mark} {word}")
    if member == "requester":
        return requester(helpdesk)
    if member == "status":
        return status_of_type(helpdesk, "PENDING")
    return helpdesk.obtain(f"case_{member}", "on cases").id


def shows(member: str, value: str) -> Matcher:
    """A member with the value that its parameter was given."""
    return equal_to(value) if member == "subject" else reference_to(value)


def reference_to(object_id: Any) -> Matcher:
    """An object, in full or not, of this id."""

    def match(value: Any) -> str | None:
        return None if same(id_in(value), object_id) else f"a reference to {object_id}"

    return match


def id_in(value: Any) -> Any:
    """The id of the object that a member shows; None without one."""
    return value.get("id") if isinstance(value, Mapping) else None


def ids_of(exchange: Exchange) -> list[str]:
    """The ids of the objects of an answer, as texts."""
    return [str(item.get("id")) for item in exchange.answer.items]


def requester(helpdesk: Helpdesk) -> str:
    """Somebody other than the caller who may request cases: the customer of the target."""
    return helpdesk.obtain("customer").id


def status_of_type(helpdesk: Helpdesk, wanted: str) -> str:
    """A status of this type; omits the check where there is none."""
    found = [status for status, type_ in types_of_statuses(helpdesk).items() if type_ == wanted]
    if not found:
        omit(f"the helpdesk has no status of type {wanted}")
    return found[0]


def types_of_statuses(helpdesk: Helpdesk) -> dict[str, str]:
    """The type of each status, by its id."""
    return {str(s["id"]): str(s.get("type")) for s in _lasting(helpdesk, "case_status")}


def levels_of_priorities(helpdesk: Helpdesk) -> dict[str, int]:
    """The level of each priority now, by its id: another order gives other levels."""
    shown = readable(helpdesk.call("listCasePriorities")).answer.items
    return {str(p["id"]): p["level"] for p in shown if isinstance(p.get("level"), int)}


def _lasting(helpdesk: Helpdesk, kind: str) -> list[Item]:
    """The statuses, priorities or types of the helpdesk, without what the run has made, since it
    may go."""

    def look() -> list[Item]:
        items = readable(helpdesk.call(_LISTS[kind])).answer.items
        found = [i for i in items if helpdesk.chance.mark not in str(i.get("label")) and "id" in i]
        if not found:
            skip(f"the helpdesk shows no {kind}")
        return found

    return once(helpdesk, f"lasting {kind}", look)


def tag_names(tags: Iterable[Any]) -> list[Any]:
    """The names of tags, which come as texts or as objects, in the order of the alphabet."""
    names = [tag.get("name") if isinstance(tag, Mapping) else tag for tag in tags]
    return sorted(names, key=str)


@dataclass(frozen=True)
class Pair:
    """Two cases with a tag of their own: one open and of a low priority, one pending and of a high
    priority; and the id of the low one."""

    tag: str
    low: Made
    high: Made
    priority: str

    def level(self, helpdesk: Helpdesk) -> int:
        """The level of the low priority now. Raises PrerequisiteBroken where it is not listed."""
        level = levels_of_priorities(helpdesk).get(self.priority)
        if level is None:
            raise PrerequisiteBroken(f"priority {self.priority} is not listed any more")
        return level


def make_pair(helpdesk: Helpdesk, **fields: Any) -> Pair:
    """A new pair, with these fields too; skips where a new case does not take its values."""
    lasting = {str(item["id"]) for item in _lasting(helpdesk, "case_priority")}
    now = levels_of_priorities(helpdesk)
    levels = sorted((level, id_) for id_, level in now.items() if id_ in lasting)
    if not levels or levels[0][0] == levels[-1][0]:
        skip("the helpdesk has no priorities of two levels")
    tag = f"{helpdesk.chance.mark}-{helpdesk.chance.word()}"
    made = []
    for type_, (_, priority) in (("OPEN", levels[0]), ("PENDING", levels[-1])):
        values = {"status_id": status_of_type(helpdesk, type_), "priority_id": priority}
        case = helpdesk.make("case", tags=tag, **values, **fields)
        for member, value in (("status.id", values["status_id"]), ("priority.id", priority)):
            if str(case.shown(member)) != str(value):
                skip(f"a new case shows another {member} than it was given")
        made.append(case)
    return Pair(tag, made[0], made[1], levels[0][1])


def change_last(helpdesk: Helpdesk, case: Made, other: Made) -> None:
    """Change a case until it shows a later moment than another one: moments are shown in seconds,
    and what shares one stands in any order. Skips where no change moves it on."""
    bound = _moment(readable(helpdesk.call("getCase", id=other.id)))

    def change() -> bool:
        moment = _moment(accepted(helpdesk.call("updateCase", id=case.id)))
        return bool(bound and moment and moment > bound)

    if not helpdesk.chance.poll(change, bool, _PATIENCE):
        skip("a changed case shows no later updated_at than one that was not")


def judge_order(exchange: Exchange, cases: Sequence[Made], requirement: str) -> None:
    """Judge whether these cases stand in their order: those of others may change meanwhile."""
    wanted = [case.id for case in cases]
    shown = [id_ for id_ in ids_of(exchange) if id_ in wanted]
    judge(shown, equal_to(wanted), "/data/*/id", requirement)


def _moment(exchange: Exchange) -> datetime | None:
    """When a case was changed, as it shows itself."""
    item = exchange.answer.item
    try:
        moment = datetime.fromisoformat(str(item.get("updated_at") if item else None))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
