"""Cases: opened, read, changed, thrown into the trash and taken out of it (page "Cases")."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from conformance.engine import (
    CheckCase,
    Exchange,
    Helpdesk,
    Made,
    covers,
    each,
    expect,
    judge,
    skip,
    violate,
)
from conformance.engine.draft import Draft
from conformance.engine.errors import Skipped
from conformance.engine.exchange import served
from conformance.engine.matchers import equal_to, lacking, not_empty
from conformance.engine.shared import accepted, readable
from conformance.engine.spec import Operation, Spec
from conformance.families.kayako_v1.asking import envelope, errors_of, item_of, taken
from conformance.families.kayako_v1.cases import (
    PARAMETERS,
    ids_of,
    reference_to,
    shows,
    tag_names,
    value_for,
)

#: States which operations are not for customers.
_NOT_FOR_CUSTOMERS = "KV-CASE-001"
#: What nobody changes by giving a case another subject.
_LASTING = (
    "requester",
    "creator",
    "priority",
    "type",
    "status",
    "legacy_id",
    "brand",
    "form",
    "source_channel",
    "state",
    "created_at",
)
#: Calls on no case in particular: the statement on their answer, and whether it counts.
_TOUCHING = {
    "updateCases": ("KV-CASE-011", True),
    "trashCases": ("KV-CASE-045", True),
    "emptyTrash": ("KV-CASE-046", False),
}
_COLLECTION = {"data", "resource", "total_count", "offset", "limit"}


def _read(helpdesk: Helpdesk, case: Made, **arguments: Any) -> Exchange:
    return readable(helpdesk.call("getCase", id=case.id, **arguments))


def _change(helpdesk: Helpdesk, case: Made, **fields: Any) -> Draft:
    """A change of these fields alone."""
    draft = helpdesk.draft("updateCase", id=case.id, **fields)
    return draft if "subject" in fields else draft.without("subject")


# New cases --------------------------------------------------------------------------------------


@covers("KV-CASE-009")
def test_a_note_needs_no_channel(helpdesk: Helpdesk) -> None:
    expect(helpdesk.send(helpdesk.draft("createCase").without("channel_id"))).success()


@covers("KV-CASE-052")
def test_a_case_is_opened_by_json(helpdesk: Helpdesk) -> None:
    subject = value_for(helpdesk, "subject")
    draft = helpdesk.draft("createCase", subject=subject).with_options(body="json")
    if taken(exchange := helpdesk.send(draft)):
        expect(readable(exchange)).item("subject", equal_to(subject))


@covers("KV-CASE-033")
@pytest.mark.parametrize("channel", ["MAIL", "TWITTER", "FACEBOOK"])
def test_other_channels_have_to_be_named(helpdesk: Helpdesk, channel: str) -> None:
    draft = helpdesk.draft("createCase", channel=channel).without("channel_id")
    expect(served(helpdesk.send(draft, "negative"))).status(400)


@covers("KV-CASE-034")
def test_a_case_of_nothing_is_refused(helpdesk: Helpdesk) -> None:
    draft = helpdesk.draft("createCase")
    known = {parameter.name for parameter in draft.operation.parameters}
    exchange = helpdesk.send(draft.without(*draft.sent), "negative")
    if expect(served(exchange)).status(400).kept:
        named = [error.get("parameter") for error in errors_of(exchange)]
        missing = [name for name in named if name in known]
        judge(missing, not_empty, "/errors/*/parameter", got=f"{named}")


@covers("KV-CASE-035")
@pytest.mark.parametrize("member", ["subject", "requester", "priority", "type"])
def test_a_new_case_has_what_it_was_given(helpdesk: Helpdesk, member: str) -> None:
    value = value_for(helpdesk, member)
    exchange = readable(helpdesk.call("createCase", **{PARAMETERS[member]: value}))
    if expect(exchange).item(member, shows(member, value)).kept:
        read = _read(helpdesk, helpdesk.made_by(exchange))
        expect(read).item(member, shows(member, value))


# What is shown only on demand -------------------------------------------------------------------


@pytest.fixture(scope="module")
def tagged(helpdesk: Helpdesk) -> tuple[str, Exchange]:
    """The name of a tag, and a case that carries it, read with everything that fields can add."""
    case, tag = helpdesk.make("case"), f"{helpdesk.chance.mark}-{helpdesk.chance.word()}"
    accepted(helpdesk.call("addCaseTags", id=case.id, tags=tag))
    return tag, _read(helpdesk, case, fields="+tags,+reply_channels")


@covers("KV-CASE-010")
@pytest.mark.parametrize("member", ["tags", "reply_channels"])
def test_a_plus_brings_what_is_hidden(tagged: tuple[str, Exchange], member: str) -> None:
    if member not in item_of(tagged[1]):
        violate(f"/data/{member}", f"{member}, for fields has +{member}", "no such member")


@covers("KV-CASE-054")
def test_tags_are_objects_or_names(tagged: tuple[str, Exchange]) -> None:
    tag, exchange = tagged
    tags = item_of(exchange).get("tags")
    if not isinstance(tags, list):
        violate("/data/tags", "an array", str(tags))
    else:
        judge(tag_names(tags), equal_to([tag]), "/data/tags")


# Changes ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def case(helpdesk: Helpdesk) -> Made:
    """A case for all changes of one member."""
    return helpdesk.make("case")


@covers("KV-CASE-042")
@pytest.mark.parametrize("member", PARAMETERS)
def test_a_change_shows_at_once_and_later(helpdesk: Helpdesk, case: Made, member: str) -> None:
    value = value_for(helpdesk, member)
    exchange = helpdesk.send(_change(helpdesk, case, **{PARAMETERS[member]: value}))
    if expect(readable(exchange)).item(member, shows(member, value)).kept:
        expect(_read(helpdesk, case)).item(member, shows(member, value))


@pytest.fixture(scope="module")
def renamed(helpdesk: Helpdesk) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """A case with many values, before and after a change of its subject alone."""
    values = {PARAMETERS[name]: value_for(helpdesk, name) for name in ("priority", "type")}
    case = helpdesk.make("case", legacy_id=helpdesk.chance.fill("{mark}-{n}"), **values)
    before = item_of(_read(helpdesk, case))
    subject = value_for(helpdesk, "subject")
    accepted(helpdesk.send(_change(helpdesk, case, subject=subject)))
    return before, item_of(_read(helpdesk, case))


@covers("KV-CASE-041")
@pytest.mark.parametrize("member", _LASTING)
def test_a_new_subject_changes_nothing_else(
    renamed: tuple[Mapping[str, Any], Mapping[str, Any]], member: str
) -> None:
    before, after = renamed
    judge(after.get(member), equal_to(before.get(member)), f"/data/{member}")


@covers("KV-CASE-041")
def test_a_new_priority_leaves_subject_and_tags(helpdesk: Helpdesk) -> None:
    tag = f"{helpdesk.chance.mark}-{helpdesk.chance.word()}"
    case = helpdesk.make("case", tags=tag)
    before = item_of(_read(helpdesk, case, fields="+tags"))
    priority = value_for(helpdesk, "priority")
    accepted(helpdesk.send(_change(helpdesk, case, priority_id=priority)))
    after = item_of(_read(helpdesk, case, fields="+tags"))
    judge(after.get("subject"), equal_to(before.get("subject")), "/data/subject")
    tags = [tag_names(shown.get("tags") or []) for shown in (before, after)]
    judge(tags[1], equal_to(tags[0]), "/data/tags")


@covers("KV-CASE-016")
def test_options_that_are_left_out_are_lost(helpdesk: Helpdesk) -> None:
    """The target file names a field of several options by key: `fields.case.several`."""
    field = f"field_values[{helpdesk.known('fields.case.several.key')}]"
    first, second, *_ = map(str, helpdesk.known("fields.case.several.options"))
    case = helpdesk.make("case")
    accepted(helpdesk.send(_change(helpdesk, case).having({field: f"{first},{second}"})))
    holders = [key for key, value in _values(_read(helpdesk, case)).items() if second in value]
    if not holders:
        skip("the case does not show the options that were chosen")
    accepted(helpdesk.send(_change(helpdesk, case).having({field: first})))
    left = _values(_read(helpdesk, case))
    for key in holders:
        judge(left.get(key, ""), lacking(second), "/data/custom_fields/*/value")


def _values(exchange: Exchange) -> dict[str, str]:
    """The values of the fields of a case as texts, by what they show of their field."""
    fields = item_of(exchange).get("custom_fields") or []
    return {str(entry.get("field")): str(entry.get("value")) for entry in fields}


@pytest.fixture(scope="module")
def several(helpdesk: Helpdesk) -> tuple[str, Exchange, list[Exchange]]:
    """A priority, the call that gave it to two cases, and both of them afterwards."""
    pair = [helpdesk.make("case") for _ in range(2)]
    priority = value_for(helpdesk, "priority")
    ids = [made.id for made in pair]
    draft = helpdesk.draft("updateCases", ids=ids, priority_id=priority).without("requester_id")
    exchange = accepted(helpdesk.send(draft))
    return priority, exchange, [_read(helpdesk, made) for made in pair]


@covers("KV-CASE-049")
def test_changed_cases_are_counted(several: tuple[str, Exchange, list[Exchange]]) -> None:
    judge(envelope(several[1]).get("total_count"), equal_to(2), "/total_count")


@covers("KV-ARG-006")
def test_one_call_changes_several_cases(several: tuple[str, Exchange, list[Exchange]]) -> None:
    for read in several[2]:
        expect(read).item("priority", reference_to(several[0]))


@covers("KV-CASE-011", "KV-CASE-045", "KV-CASE-046")
@pytest.mark.parametrize("operation", _TOUCHING)
def test_calls_on_many_show_none_of_them(helpdesk: Helpdesk, operation: str) -> None:
    requirement, counted = _TOUCHING[operation]
    exchange = readable(helpdesk.good(operation))
    wanted = {"total_count"} if counted else set()
    shown = sorted(_COLLECTION & set(envelope(exchange)))
    judge(shown, equal_to(sorted(wanted)), "/ beside status", requirement)


# Trash ------------------------------------------------------------------------------------------


@covers("KV-CASE-015", "KV-CASE-042")
def test_a_change_throws_a_case_away(helpdesk: Helpdesk) -> None:
    case = helpdesk.make("case")
    exchange = helpdesk.send(_change(helpdesk, case, state="TRASH"))
    if not taken(exchange, "KV-CASE-015"):
        return
    if expect(readable(exchange), "KV-CASE-042").item("state", equal_to("TRASH")).kept:
        expect(_read(helpdesk, case), "KV-CASE-042").item("state", equal_to("TRASH"))


@covers("KV-CASE-043")
def test_the_state_tells_what_lies_in_the_trash(helpdesk: Helpdesk) -> None:
    case = helpdesk.make("case")
    for operation, state in (("trashCase", "TRASH"), ("restoreCase", "ACTIVE")):
        exchange = readable(helpdesk.send(Draft(helpdesk.spec[operation]).having(id=case.id)))
        shown = item_of(exchange)  # another statement is on there being one
        if shown and not expect(exchange).item("state", equal_to(state)).kept:
            return
        if not expect(_read(helpdesk, case)).item("state", equal_to(state)).kept:
            return


@covers("KV-CASE-044")
def test_trashed_cases_are_not_listed(helpdesk: Helpdesk) -> None:
    case = helpdesk.make("case")
    if case.id not in ids_of(readable(helpdesk.call("listCases", limit=100))):
        skip("a new case is not on the first page")
    accepted(helpdesk.call("trashCase", id=case.id))
    expect(readable(helpdesk.call("listCases", limit=100))).lacks(id=case.id)


@covers("KV-CASE-049", "KV-CASE-043", "KV-ARG-006")
def test_several_cases_are_thrown_away_in_one_call(helpdesk: Helpdesk) -> None:
    pair = [helpdesk.make("case") for _ in range(2)]
    exchange = accepted(helpdesk.call("trashCases", ids=[made.id for made in pair]))
    judge(envelope(exchange).get("total_count"), equal_to(2), "/total_count", "KV-CASE-049")
    states = [item_of(_read(helpdesk, made)).get("state") for made in pair]
    broken = "KV-ARG-006" if "TRASH" in states else "KV-CASE-043"
    judge(states, equal_to(["TRASH", "TRASH"]), "/data/state of both", broken)


@covers("KV-CASE-048")
def test_an_emptied_trash_gives_nothing_back(helpdesk: Helpdesk) -> None:
    if not helpdesk.target.allows("disruptive"):
        raise Skipped("needs safety level disruptive: others may have cases in the trash")
    helpdesk.good("restoreCase")  # what the run wants back must be out before
    case = helpdesk.make("case")
    accepted(helpdesk.call("trashCase", id=case.id))
    if item_of(_read(helpdesk, case)).get("state") != "TRASH":
        skip("the case is not in the trash")
    accepted(helpdesk.call("emptyTrash"))
    expect(served(helpdesk.call("getCase", id=case.id))).status(404)


# Customers --------------------------------------------------------------------------------------


def _reads(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        need = operation.need
        if need and _NOT_FOR_CUSTOMERS in need.requirements and operation.only_reads:
            values = {"operation": operation}
            yield CheckCase(operation.id, operation.id, ("KV-CASE-053",), values)


@each(_reads)
def test_customers_are_forbidden(helpdesk: Helpdesk, operation: Operation) -> None:
    draft = helpdesk.draft(operation.id).by("customer")
    helpdesk.role_for(draft)  # skips at once where the target file has no customer
    expect(served(helpdesk.send(draft, "negative"))).status(403)
