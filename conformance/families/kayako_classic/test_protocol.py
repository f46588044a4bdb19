"""The protocol: addresses, verbs, unknown fields, ids that lead somewhere (overview page "Kayako
REST API"). What one request can show is judged for every operation by the generic checks.
"""

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit
from conformance.engine.draft import Draft
from conformance.engine.exchange import answered
from conformance.engine.matchers import different_from, equal_to
from conformance.families.kayako_classic.life import life_of
from conformance.families.kayako_classic.prerequisites import accepted, aim, aimed, readable


@pytest.fixture(scope="module")
def group(helpdesk: Helpdesk) -> Made:
    """A staff group that is read and renamed, here and by others."""
    return helpdesk.obtain("staffgroup", "renamed")


@pytest.fixture
def reading(helpdesk: Helpdesk, group: Made) -> Draft:
    """A read of a kind that is accepted."""
    accepted(helpdesk.good("getStaffGroup"))
    return aim(helpdesk, "getStaffGroup", id=group.id)


@pytest.fixture
def renaming(helpdesk: Helpdesk, group: Made, renamed: Exchange) -> Draft:
    """An update to a fresh title, of a kind that is accepted."""
    accepted(renamed)
    return rename(helpdesk, group)


@pytest.fixture(scope="module")
def renamed(helpdesk: Helpdesk, group: Made) -> Exchange:
    """An update as every client writes it."""
    return helpdesk.send(rename(helpdesk, group))


def rename(helpdesk: Helpdesk, group: Made) -> Draft:
    title = helpdesk.chance.fill("{mark} staff group {n}")
    return aim(helpdesk, "updateStaffGroup", id=group.id, title=title)


# Addresses --------------------------------------------------------------------------------------


@covers("KC-PROTO-001")
def test_the_api_answers_under_its_address(helpdesk: Helpdesk, group: Made, reading: Draft) -> None:
    """The address that the overview page gives ends in the folder, without the script's name."""
    exchange = helpdesk.send(reading.with_options(without_script=True))
    expect(exchange).success().item("id", equal_to(group.id))


@pytest.fixture(scope="module")
def other_form(helpdesk: Helpdesk) -> str:
    """The URL form that the target does not use: `e` or `bare`."""
    return helpdesk.adapter.other_addresses()[0]


@covers("KC-PROTO-002", "KC-PROTO-003")
def test_writes_are_taken_in_the_other_url_form(
    helpdesk: Helpdesk, renamed: Exchange, other_form: str
) -> None:
    accepted(renamed)
    promise = "KC-PROTO-002" if other_form == "e" else "KC-PROTO-003"
    create = helpdesk.draft("createStaffGroup").addressed(other_form)
    created = helpdesk.send(create)
    expect(created, promise).success().item("title", equal_to(create.sent["title"]))
    made = helpdesk.made_by(created)
    title = helpdesk.chance.fill("{mark} staff group {n}")
    update = aim(helpdesk, "updateStaffGroup", id=made.id, title=title)
    updated = helpdesk.send(update.addressed(other_form))
    expect(updated, promise).success().item("title", equal_to(title))
    delete = aim(helpdesk, "deleteStaffGroup", id=made.id)
    deleted = helpdesk.send(delete.addressed(other_form))
    if not deleted.succeeded:
        accepted(helpdesk.send(delete))
    expect(deleted, promise).success()


@covers("KC-PROTO-005")
def test_a_slash_at_the_end_makes_no_difference_to_writes(helpdesk: Helpdesk, group: Made) -> None:
    del group  # it shows that creates without the slash are accepted
    create = helpdesk.draft("createStaffGroup").addressed("trailing-slash")
    created = helpdesk.send(create)
    expect(created).success().item("title", equal_to(create.sent["title"]))
    made = helpdesk.made_by(created)
    delete = aim(helpdesk, "deleteStaffGroup", id=made.id)
    deleted = helpdesk.send(delete.addressed("trailing-slash"))
    if not deleted.succeeded:
        accepted(helpdesk.send(delete))
    expect(deleted).success()


@covers("KC-PROTO-046")
def test_empty_segments_are_dropped_from_the_path(
    helpdesk: Helpdesk, group: Made, reading: Draft
) -> None:
    doubled = reading.at_path(f"/Base//StaffGroup//{group.id}")
    expect(helpdesk.send(doubled)).success().item("id", equal_to(group.id))


@covers("KC-PROTO-046")
def test_the_path_is_taken_from_the_body_of_an_update(helpdesk: Helpdesk, renaming: Draft) -> None:
    updated = helpdesk.send(renaming.with_options(path_in_body=True))
    expect(updated).success().item("title", equal_to(renaming.sent["title"]))


# Verbs ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shadowed(helpdesk: Helpdesk) -> Made:
    """A staff group at which creating requests aim in vain."""
    return helpdesk.make("staffgroup")


@pytest.fixture(scope="module")
def namesake(helpdesk: Helpdesk, shadowed: Made) -> Exchange:
    """A create with fields that it does not know, among them the id of an existing object."""
    draft = helpdesk.draft("createStaffGroup", conformance="unknown")
    return helpdesk.send(draft.having({"id": shadowed.id}))


@covers("KC-PROTO-049")
def test_a_create_passes_over_unknown_fields(namesake: Exchange) -> None:
    expect(namesake).success().item("title", equal_to(namesake.sent["title"]))


@covers("KC-PROTO-007")
def test_a_create_that_names_an_existing_id_changes_nothing_there(
    helpdesk: Helpdesk, shadowed: Made, namesake: Exchange
) -> None:
    if namesake.succeeded:
        expect(namesake).item("id", different_from(shadowed.id))
    read = readable(aimed(helpdesk, "getStaffGroup", id=shadowed.id))
    expect(read).item("title", equal_to(shadowed["title"]))


@covers("KC-PROTO-007")
def test_a_create_at_the_address_of_an_object_does_not_change_it(helpdesk: Helpdesk) -> None:
    aimed_at = helpdesk.make("staffgroup")
    create = helpdesk.draft("createStaffGroup")
    helpdesk.send(create.at_path(f"/Base/StaffGroup/{aimed_at.id}"))
    read = readable(aimed(helpdesk, "getStaffGroup", id=aimed_at.id))
    expect(read).item("title", equal_to(aimed_at["title"]))


# Unknown fields ---------------------------------------------------------------------------------


@covers("KC-PROTO-049")
def test_a_read_passes_over_unknown_fields(helpdesk: Helpdesk, group: Made, reading: Draft) -> None:
    read = helpdesk.send(reading.having(conformance="unknown"))
    expect(read).success().item("id", equal_to(group.id))


@covers("KC-PROTO-049")
def test_an_update_passes_over_unknown_fields(helpdesk: Helpdesk, renaming: Draft) -> None:
    updated = helpdesk.send(renaming.having(conformance="unknown"))
    expect(updated).success().item("title", equal_to(renaming.sent["title"]))


# Ids in answers ---------------------------------------------------------------------------------

_REFERENCES = {
    ("department", "parentdepartmentid"): "getDepartment",
    ("staff", "staffgroupid"): "getStaffGroup",
    ("user", "usergroupid"): "getUserGroup",
    ("user", "userorganizationid"): "getUserOrganization",
}


@covers("KC-PROTO-044")
@pytest.mark.parametrize(("kind", "member"), _REFERENCES)
def test_an_id_in_an_answer_leads_to_something_readable(
    helpdesk: Helpdesk, kind: str, member: str
) -> None:
    item = accepted(life_of(helpdesk, kind).read).answer.item
    named = item.get(member) if item is not None else None
    if not isinstance(named, int) or not named:
        omit(f"the {kind} shows no {member}")
    accepted(helpdesk.good(_REFERENCES[kind, member]))
    read = aimed(helpdesk, _REFERENCES[kind, member], id=named)
    expect(read).success().item("id", equal_to(named))


# Compression ------------------------------------------------------------------------------------


@covers("KC-PROTO-035")
def test_answers_are_compressed_for_clients_that_offer_it(helpdesk: Helpdesk) -> None:
    """Asked of a list that is never empty, since a server may leave short answers as they are."""
    draft = helpdesk.draft("listTicketStatuses")
    exchange = helpdesk.send(draft.with_headers(Accept_Encoding="gzip"))
    coding = answered(accepted(exchange)).header("Content-Encoding")
    judge(coding, equal_to("gzip"), "header Content-Encoding")
    expect(exchange).success()
