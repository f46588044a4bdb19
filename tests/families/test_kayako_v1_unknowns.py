"""What the documents of the Kayako API v1 leave open never breaks a MUST: whether a member may be
null, whether it is there at all, what else an object has, who may call what.

The tables are read where HELPDESK_REFERENCE names the folder with the reference sheets.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.families.test_kayako_v1_answers import SPEC, broken, value_of

#: The read that shows an object, by the area and the title of the table of its members.
SHOWN = {
    ("TEST", "Fields, main object:"): "getTest",
    ("CASE", "Fields, main object:"): "getCase",
    ("CASE", "Exact shape of post:"): "getCasePost",
    ("USER", "Fields, Users:"): "getUser",
    ("ORG", "Fields, main object:"): "getOrganization",
    ("CTAG", "Fields, main object:"): "replaceCaseTags",
    ("STATUS", "Fields, main object:"): "getCaseStatus",
    ("PRIO", "Fields, main object:"): "getCasePriority",
    ("TYPE", "Fields, main object:"): "getCaseType",
    ("ME", "Fields: the user object of users/users"): "getMe",
    ("FILE", "Fields, main object:"): "getFile",
    ("SESSION", "Fields, main object:"): "getSession",
    ("OAUTH", "Fields, Clients:"): "getOauthClient",
    ("OAUTH", "Fields, User grants:"): "getOauthGrant",
    ("OAUTH", "Fields, Own grants:"): "getOwnOauthGrant",
}
#: Members of which a statement says in words what they are, which null is not; the statement about
#: all members of the object is broken with it.
SAID = {
    "KV-CASE-018": {"subject"},
    "KV-CASE-020": {"state"},
    "KV-CASE-022": {"rating_status"},
    "KV-CTAG-005": {"name"},
    "KV-ME-004": {"full_name"},
    "KV-OAUTH-001": {"scopes"},
    "KV-OAUTH-011": {"scopes"},
    "KV-OAUTH-012": {"scopes"},
    "KV-OAUTH-014": {"scopes"},
    "KV-ORG-009": {"name"},
    "KV-ORG-011": {"is_shared"},
    "KV-ORG-013": {"domains", "phone", "addresses", "websites", "custom_fields"},
    "KV-PRIO-001": {"level"},
    "KV-PRIO-011": {"label"},
    "KV-PRIO-017": {"level"},
    "KV-STATUS-001": {"type"},
    "KV-STATUS-012": {"label"},
    "KV-STATUS-018": {"sort_order", "is_sla_active", "is_deleted"},
    "KV-TYPE-009": {"label"},
    "KV-TYPE-015": {"type"},
    "KV-USER-017": {"full_name"},
    "KV-USER-022": {"teams", "emails", "phones", "external_identifiers", "custom_fields"},
}
#: Members that are null in a sample or for an unknown reason, by the read that shows them.
MAYBE_NULL = {
    "getTest": "name user array_items is_boolean float_number option binary_data updated_at",
    "getCase": "legacy_id source_channel requester status priority type rating last_post_status",
    "getUser": "legacy_id designation is_enabled role avatar agent_case_access organization",
    "getOrganization": "legacy_id is_validated pinned_notes_count created_at",
    "getFile": "name size content_type content content_url hash created_at expiry_at",
    "getSession": "portal ip_address user_agent instance_id instance_name user status",
    "getOauthClient": "name url key logo author creator last_used_at updated_at",
    "getOwnOauthGrant": "client created_at last_activity_at expiry_at",
}


class Row(NamedTuple):
    """A line of a table of members."""

    operation: str
    member: str
    null: str


def failures(operation: str, value: Any) -> set[str]:
    """The MUSTs that an answer breaks."""
    found = {requirement for requirement, _ in broken(operation, value)}
    return {requirement for requirement in found if SPEC.registry.level(requirement) == "MUST"}


def changed(operation: str, **members: Any) -> Any:
    """A sound answer whose object, or the first of them, has these members too."""
    value = value_of(operation)
    data = value["data"]
    (data[0] if isinstance(data, list) else data).update(members)
    return value


def without(operation: str, member: str) -> Any:
    """A sound answer whose object, or the first of them, lacks a member."""
    value = changed(operation)
    data = value["data"]
    (data[0] if isinstance(data, list) else data).pop(member, None)
    return value


@pytest.mark.parametrize("operation", MAYBE_NULL)
def test_null_is_no_failure_where_nothing_is_said(operation: str) -> None:
    nothing = dict.fromkeys(MAYBE_NULL[operation].split())
    assert failures(operation, changed(operation, **nothing)) <= {"KV-SESSION-007"}


@pytest.mark.parametrize("operation", sorted(set(SHOWN.values())))
def test_an_object_may_have_more(operation: str) -> None:
    more = {"hue": "red", "is_completed": True, "resource_count": 3, "legacy": {"id": None}}
    assert broken(operation, changed(operation, **more)) == []


def test_a_case_may_have_less() -> None:
    value = value_of("getCase")
    kept = {"id", "subject", "resource_type", "resource_url"}
    value["data"] = {name: value["data"][name] for name in kept}
    assert failures("getCase", value) == set()


@pytest.mark.parametrize(("status", "verdict"), [(200, set()), (201, {"KV-RSP-012"})])
def test_a_smart_list_of_users_may_say_that_it_was_made(status: int, verdict: set[str]) -> None:
    value = {**value_of("filterUsers"), "status": status}
    assert {requirement for requirement, _ in broken("filterUsers", value)} == verdict
    assert failures("filterUsers", value) == set()


# The sheet --------------------------------------------------------------------------------------


def sheet() -> str:
    folder = os.environ.get("HELPDESK_REFERENCE")
    file = Path(folder, "kayako-v1-resources.md") if folder else None
    return file.read_text(encoding="utf-8") if file and file.exists() else ""


SHEET = sheet()
needs_sheet = pytest.mark.skipif(
    not SHEET, reason="HELPDESK_REFERENCE does not name the folder of the reference sheets"
)


def rows() -> Iterator[Row]:
    """The lines of all tables in scope."""
    area = title = ""
    for line in SHEET.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("### "):
            area = line.rpartition("(area ")[2].rstrip(")")
        elif not line.startswith("|"):
            title = line.partition(" (")[0] or title
        elif (area, title) in SHOWN and len(cells) == 6 and re.fullmatch(r"[a-z_]+", cells[0]):
            yield Row(SHOWN[area, title], cells[0], cells[2])


def statements() -> Mapping[str, str]:
    """The words of each statement of the sheet."""
    return dict(re.findall(r"^- (KV-[A-Z0-9]+-\d{3}) \[[A-Z]+\] (.*) \(", SHEET, re.MULTILINE))


@needs_sheet
def test_every_table_in_scope_is_read() -> None:
    assert {row.operation for row in rows()} == set(SHOWN.values())


@needs_sheet
def test_a_member_of_unknown_value_may_be_null() -> None:
    for row in rows():
        if row.null not in ("never", "-"):
            found = failures(row.operation, changed(row.operation, **{row.member: None}))
            said = {name for name, members in SAID.items() if row.member in members}
            assert found <= said, row


@needs_sheet
def test_a_member_is_missed_by_statements_that_name_it() -> None:
    words = statements()
    for row in rows():
        for requirement in failures(row.operation, without(row.operation, row.member)):
            assert re.search(rf"\b{row.member}\b", words.get(requirement, "")), (row, requirement)


@needs_sheet
def test_inferred_callers_are_advice() -> None:
    """A star marks what was inferred, a question mark what is unknown."""
    line = r"^\| KV-[A-Z]+-A\d+ \| (\w+) \| /api/v1(\S+?)(?:\.json)? \| (?:[^|]*[*?(][^|]*) \|"
    marked = {
        (method, re.sub(r":\w+", "{}", path)) for method, path in re.findall(line, SHEET, re.M)
    }
    judged = [
        (operation.id, requirement)
        for operation in SPEC
        if operation.need and (operation.method, re.sub(r"{\w+}", "{}", operation.path)) in marked
        for requirement in operation.need.requirements
    ]
    assert len(judged) > 10
    assert [entry for entry in judged if SPEC.registry.level(entry[1]) == "MUST"] == []
