"""What the check modules of tickets share: own objects by label, texts, parts of answers."""

from collections.abc import Mapping
from typing import Any

from conformance.engine import Exchange, Helpdesk, Made, expect, judge
from conformance.engine.answer import Item
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import Matcher, at_least
from conformance.families.kayako_classic.prerequisites import accepted, identified, one_line_ends

#: Label of the ticket that posts, notes, files and time tracks are hung on.
HOLDER = "holder"
#: Label of the ticket that a conversation is held on; it has no posts but these.
TALK = "talk"
SECOND = "second"
_RESTRICTIONS = ("departmentid", "uservisibilitycustom", "staffvisibilitycustom")


def holder(helpdesk: Helpdesk) -> Made:
    """The ticket that children are hung on; nothing else about it is judged."""
    return helpdesk.obtain("ticket", HOLDER)


def choices(helpdesk: Helpdesk, kind: str, most: int = 2) -> list[Any]:
    """Ids of statuses, priorities or types that suit a ticket of any department.

    The first is that of the run's other tickets; there are fewer than `most` on a small helpdesk.
    """
    first = as_shown(helpdesk.obtain(kind).id)
    finder = helpdesk.spec.finder_of(kind)
    listed = helpdesk.good(finder.id).answer.items if finder else ()
    suiting = [item["id"] for item in listed if "id" in item and not _restricted(item)]
    return [first, *(entry for entry in suiting if entry != first)][:most]


def _restricted(item: Item) -> bool:
    """Whether it is for one department, or for some users or staff groups only."""
    return any(item.get(name) for name in _RESTRICTIONS)


def as_shown(object_id: str) -> int | str:
    """An id as answers show it: a number, or on a server that breaks this promise a text."""
    return int(object_id) if object_id.isdigit() else object_id


def made_id(created: Exchange) -> Any:
    """The id that an accepted create answered with. Raises PrerequisiteBroken without one."""
    item = accepted(created).answer.item
    if item is None or not item.get("id"):
        raise PrerequisiteBroken("the create answered without the new object's id")
    return item["id"]


def items_of(exchange: Exchange, *requirements: str) -> tuple[Item, ...] | None:
    """The objects of an answer; where there is no answer to read, the requirements are broken."""
    readable = expect(exchange, *requirements).count(at_least(0)).kept
    return exchange.answer.items if readable else None


def parts(exchange: Exchange, name: str) -> list[Mapping[str, Any]]:
    """What the answer's only object holds under a name that may occur several times."""
    item = exchange.answer.item
    held = item.get(name) if item is not None else None
    return [entry for entry in held or () if isinstance(entry, Mapping)]


def posts_of(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The posts a ticket of an answer carries."""
    return [post for post in item.get("posts") or () if isinstance(post, Mapping)]


def same_text(written: str) -> Matcher:
    """The written text; ends of lines and blanks around it may differ."""
    wanted = one_line_ends(written).strip()

    def match(value: Any) -> str | None:
        got = one_line_ends(value).strip() if isinstance(value, str) else value
        if got == wanted:
            return None
        return f'"{wanted}"' if len(wanted) < 200 else f"the {len(wanted)} characters written"

    return match


def expect_text(exchange: Exchange, member: str, written: str) -> None:
    """The answer's only object shows the text as it was written.

    Where nothing but letters outside ASCII is damaged it is the encoding of bodies that is broken
    (KC-PROTO-012), and in every case that what was written is returned (KC-PROTO-045); a text
    that is gone altogether is lost, not damaged.
    """
    item = exchange.answer.item
    if not expect(exchange, "KC-PROTO-045").has_item().kept or item is None:
        return
    value = item.get(member)
    shown = value.strip() if isinstance(value, str) else ""
    letters_only = shown and _ascii(shown) == _ascii(written)
    encoding = ("KC-PROTO-012",) if letters_only else ()
    judge(value, same_text(written), item.where(member), "KC-PROTO-045", *encoding)


def _ascii(text: str) -> str:
    """The text without letters outside ASCII, blanks, and what stands in the place of letters."""
    return "".join(char for char in text if char.isascii() and char not in "? \r\n")


def holding(written: str) -> Matcher:
    """A text with this part; ends of lines may differ."""
    wanted = one_line_ends(written)

    def match(value: Any) -> str | None:
        got = one_line_ends(value) if isinstance(value, str) else ""
        return None if wanted in got else f'a text with "{wanted}"'

    return match


def gone(exchange: Exchange, object_id: str, *requirements: str) -> None:
    """Expect that a read does not show the object: refused, or answered without it."""
    checked = expect(exchange, *requirements)
    if exchange.succeeded and exchange.answer.trouble is None:
        checked.lacks(id=as_shown(object_id))


def expect_left(
    before: Exchange, after: Exchange, object_id: str, deleting: str, *requirements: str
) -> None:
    """Expect that a list lost this object since it was read before, and no other.

    Where others are lost too it is the deleting call, by its requirement, that does too much.
    """
    gone_id = as_shown(object_id)
    remaining = [item.get("id") for item in before.answer.items if item.get("id") != gone_id]
    expect(identified(after), *requirements).lacks(id=gone_id)
    checked = expect(after, deleting)
    for entry in remaining:
        checked.lists(id=entry)


def shows(exchange: Exchange, member: str, **where: Any) -> bool:
    """Whether a member that is only recommended is there to be judged, in the answer's only object
    or in the one with these members; what is missing has statements of its own."""
    answer = exchange.answer
    item = answer.find(**where) if where else answer.item
    return item is None or member in item
