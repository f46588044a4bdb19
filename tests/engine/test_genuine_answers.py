"""What genuine Kayako Classic servers send is judged without a failure.

The answers here are made up, in the shapes of recorded ones. The recordings themselves are judged
where HELPDESK_RECORDINGS names the folder that holds `kayako-classic/`.
"""

import os
from pathlib import Path

import pytest

from conformance.engine.answer import read_answer
from conformance.engine.exchange import Response
from conformance.engine.judging import judge_answer, judge_value
from conformance.engine.spec import Schema, Spec, load_spec
from conformance.engine.verdicts import Violation
from conformance.engine.xmlmap import XmlMap, parse_xml

SPEC = load_spec("kayako-classic")
SCHEMAS: dict[str, Schema] = SPEC.document["components"]["schemas"]
PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'


def judged(body: str | bytes, name: str, spec: Spec = SPEC) -> list[Violation]:
    """The broken promises of a document, by one schema of the catalogue."""
    root = parse_xml(body.encode() if isinstance(body, str) else body).root
    mapping = XmlMap(spec.resolve)
    value = mapping.value(root, SCHEMAS[name])
    return judge_value(
        spec, SCHEMAS[name], value, lambda path: mapping.locate(root, SCHEMAS[name], path)
    )


def of_level(violations: list[Violation], *levels: str) -> list[Violation]:
    return [v for v in violations if SPEC.registry.level(v.requirement) in levels]


def elements(**members: object) -> str:
    return "".join(f"<{name}>{value}</{name}>" for name, value in members.items())


def quoted(**members: object) -> str:
    return "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in members.items())


DEPARTMENT = {
    "id": 2, "title": "Sales", "type": "public", "module": "tickets", "displayorder": 30,
    "parentdepartmentid": 0, "uservisibilitycustom": 0,
}  # fmt: skip
TICKET = {
    "displayid": "ABC-123-45678", "departmentid": 2, "statusid": 3, "priorityid": 4, "typeid": 5,
    "userid": 6, "userorganization": "Acme", "userorganizationid": 7, "ownerstaffid": 0,
    "ownerstaffname": "", "fullname": "Ann", "email": "a@example.com", "lastreplier": "Ann",
    "subject": "Help", "creationtime": 1297840147, "lastactivity": 1297840147,
    "laststaffreply": 0, "lastuserreply": 1297840147, "slaplanid": 0, "nextreplydue": 0,
    "resolutiondue": 0, "replies": 0, "ipaddress": "127.0.0.1", "creator": 12,
    "creationmode": 13, "creationtype": 14, "isescalated": 0, "escalationruleid": 0,
    "templategroupid": 1, "templategroupname": "default", "tags": "",
}  # fmt: skip
POST = {
    "id": 2, "dateline": 1297840147, "userid": 1, "fullname": "Ann", "email": "a@example.com",
    "emailto": "", "ipaddress": "127.0.0.1", "hasattachments": 4, "creator": 5,
    "isthirdparty": 0, "ishtml": 1, "isemailed": 0, "staffid": 6, "issurveycomment": 0,
    "contents": "It hurts",
}  # fmt: skip
ATTACHMENT = {
    "id": 1, "ticketid": 1, "ticketpostid": 1, "filename": "a.iso", "filesize": 2**31 + 5,
    "filetype": "application/octet-stream", "dateline": 1296645496,
}  # fmt: skip
USER = {
    "id": 1, "usergroupid": 2, "userrole": "user", "userorganizationid": "", "salutation": "",
    "userexpiry": 0, "fullname": "Ann", "email": "a@example.com", "designation": "", "phone": "",
    "dateline": 1296645496, "lastvisit": 0, "isenabled": 1, "timezone": "", "enabledst": 0,
    "slaplanid": 0, "slaplanexpiry": 0,
}  # fmt: skip
NOTE = 'notecolor="1" creatorstaffid="1" forstaffid="0" creatorstaffname="Bo" creationdate="5"'
TRACK = (
    'timeworked="1800" timebillable="0" billdate="5" workdate="5" workerstaffid="1" '
    'workerstaffname="Bo" creatorstaffid="1" creatorstaffname="Bo" notecolor="1"'
)
TICKET_ITEM = f'<ticket id="2" flagtype="0">{elements(**TICKET)}</ticket>'


def custom_field(kind: int, text: str, filename: str = "") -> str:
    """A document with one custom field of a type."""
    named = f' filename="{filename}"' if filename else ""
    field = f'<field id="2" type="{kind}" name="ab" title="T"{named}>{text}</field>'
    return f'<customfields><group id="1" title="Test">{field}</group></customfields>'


def ticket_with(more: str) -> str:
    return TICKET_ITEM.replace("</ticket>", f"{more}</ticket>")


#: what: (schema, document)
ACCEPTED: dict[str, tuple[str, str]] = {
    "a bare department": ("department", f"<department>{elements(**DEPARTMENT)}</department>"),
    "CDATA everywhere": (
        "departments",
        f"<departments><department>{quoted(**DEPARTMENT)}</department></departments>",
    ),
    "old and new name of the application": (
        "department",
        f"<department>{elements(**DEPARTMENT, app='tickets')}</department>",
    ),
    "no user groups in spite of the flag": (
        "department",
        f"<department>{elements(**{**DEPARTMENT, 'uservisibilitycustom': 1})}<usergroups/>"
        "</department>",
    ),
    "user groups without the flag": (
        "department",
        f"<department>{elements(**DEPARTMENT)}<usergroups><id>123</id><id>0</id></usergroups>"
        "</department>",
    ),
    "members in another order": (
        "department",
        f"<department>{elements(**dict(reversed(DEPARTMENT.items())))}</department>",
    ),
    "members nobody has documented": (
        "department",
        f"<department>{elements(**DEPARTMENT, hue='red')}<more><a b='c'/></more></department>",
    ),
    "an empty list": ("departments", "<departments></departments>"),
    "an empty list in short": ("departments", "<departments/>"),
    "a bare ticket": ("ticket", TICKET_ITEM),
    "a creator beyond the documented ones": ("tickets", f"<tickets>{TICKET_ITEM}</tickets>"),
    "no organisation": (
        "ticket",
        f'<ticket id="2" flagtype="0">{elements(**{**TICKET, "userorganizationid": ""})}</ticket>',
    ),
    "an organisation of number 0": (
        "ticket",
        f'<ticket id="2" flagtype="0">{elements(**{**TICKET, "userorganizationid": 0})}</ticket>',
    ),
    "posts in a list": (
        "ticket",
        ticket_with(f"<posts><post>{elements(**POST)}</post></posts>"),
    ),
    "watchers, workflows and notes": (
        "ticket",
        ticket_with(
            '<watcher staffid="1" name="Bo"/><workflow id="1" title="Close"/><watcher '
            f'staffid="2" name="Cy"></watcher><note type="ticket" id="1" ticketid="2" {NOTE}/>'
            f'<note type="user" id="1" userid="1" {NOTE}>x</note>'
            f'<note type="userorganization" id="1" userorganizationid="1" {NOTE}/>'
            f'<note type="timetrack" id="1" ticketid="2" {TRACK}>half an hour</note>',
        ),
    ),
    "a time track without type": (
        "ticket",
        ticket_with(f'<note id="1" ticketid="2" {TRACK}>x</note>'),
    ),
    "comments between members": (
        "ticket",
        TICKET_ITEM.replace("<departmentid>", "<!-- more --><departmentid>"),
    ),
    "a post with many attachments": ("post", f"<post>{elements(**POST)}</post>"),
    "a post that knows its ticket": (
        "posts",
        f"<posts><post>{elements(**POST, ticketpostid=2, ticketid=1, isprivate=0)}</post></posts>",
    ),
    "a file of more than two gigabytes": (
        "attachments",
        f"<attachments><attachment>{elements(**ATTACHMENT)}</attachment></attachments>",
    ),
    "contents of an attachment in several lines": (
        "attachmentWithContents",
        f"<attachments><attachment>{elements(**ATTACHMENT)}<contents>aGVs\nbG8=</contents>"
        "</attachment></attachments>",
    ),
    "empty contents of an attachment": (
        "attachmentWithContents",
        f"<attachments><attachment>{elements(**ATTACHMENT)}<contents/></attachment></attachments>",
    ),
    "a bare note": ("note", f'<note type="ticket" id="1" ticketid="2" {NOTE}>x</note>'),
    "a user without organisation": ("users", f"<users><user>{elements(**USER)}</user></users>"),
    "a user of several addresses": (
        "users",
        f"<users><user>{elements(**USER)}<email>b@example.com</email></user></users>",
    ),
    "a file name on any custom field": (
        "ticketcustomfields",
        custom_field(1, "words", "x"),
    ),
    "a file as a custom field": (
        "ticketcustomfields",
        custom_field(11, "aGk=", "a.txt"),
    ),
    "a custom field of type file without a file": (
        "ticketcustomfields",
        custom_field(11, ""),
    ),
    "no custom fields": ("ticketcustomfields", "<customfields/>"),
    "comments and CDATA in the counters": (
        "ticketcount",
        "<ticketcount><!-- Departments --><departments><department id='1'>"
        + quoted(totalitems=2, lastactivity=5, totalunresolveditems=1)
        + "<ticketstatus id='1' lastactivity='5' totalitems='2'/><tickettype id='0' "
        "lastactivity='5' totalitems='2' totalunresolveditems='1'/><ownerstaff id='0' "
        "lastactivity='5' totalitems='2' totalunresolveditems='1'/></department></departments>"
        "<!-- Statuses --><statuses><ticketstatus id='1' lastactivity='5' totalitems='2'/>"
        "</statuses><!-- Owners --><owners><ownerstaff id='1' lastactivity='5' totalitems='2' "
        "totalunresolveditems='1'/></owners><!-- Unassigned --><unassigned><department id='1' "
        "lastactivity='5' totalitems='1' totalunresolveditems='1'/></unassigned></ticketcount>",
    ),
    "a raw macro in an icon": (
        "ticketstatuses",
        "<ticketstatuses><ticketstatus>"
        + elements(
            id=1, title="Open", displayorder=1, departmentid=0, displayicon="{$themepath}x.png",
            type="public", displayinmainlist=1, markasresolved=0, displaycount=1,
            statuscolor="#8BB467", statusbgcolor="#8BB467", resetduetime=0, triggersurvey=0,
            staffvisibilitycustom=1, staffgroupid=4,
        )
        + "<staffgroupid>5</staffgroupid></ticketstatus></ticketstatuses>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ACCEPTED)
def test_it_is_accepted_without_a_word(what: str) -> None:
    name, body = ACCEPTED[what]
    assert judged(PROLOG + body, name) == []


def test_contents_in_a_list_of_attachments_are_a_warning() -> None:
    body = elements(**ATTACHMENT, contents="aGk=")
    found = judged(f"<attachments><attachment>{body}</attachment></attachments>", "attachmentList")
    assert [(v.requirement, v.where) for v in found] == [
        ("KC-ATT-008", "/attachments/attachment[1]/contents")
    ]
    assert of_level(found, "MUST") == []


#: what: (schema, document, requirement, place)
REFUSED: dict[str, tuple[str, str, str, str]] = {
    "a member left out": (
        "departments",
        f"<departments><department>{elements(**DEPARTMENT)}</department>"
        "<department><id>3</id></department></departments>",
        "KC-DEP-006",
        "/departments/department[2]/title",
    ),
    "a word for a flag": (
        "department",
        f"<department>{elements(**{**DEPARTMENT, 'uservisibilitycustom': 'false'})}</department>",
        "KC-DEP-006",
        "/department/uservisibilitycustom",
    ),
    "a mask for the number of a ticket": (
        "tickets",
        "<tickets>" + TICKET_ITEM.replace('id="2"', 'id="ABC-123-45678"', 1) + "</tickets>",
        "KC-TKT-014",
        "/tickets/ticket[1]/@id",
    ),
    "the number of a ticket as an element": (
        "tickets",
        "<tickets>" + ticket_with("<id>2</id>").replace(' id="2"', "") + "</tickets>",
        "KC-TKT-014",
        "/tickets/ticket[1]/@id",
    ),
    "two subjects": (
        "ticket",
        ticket_with("<subject>Twice</subject>"),
        "KC-TKT-015",
        "/ticket/subject",
    ),
    "a date in words": (
        "ticket",
        TICKET_ITEM.replace("<lastactivity>1297840147", "<lastactivity>2011-02-16"),
        "KC-TKT-015",
        "/ticket/lastactivity",
    ),
    "an application nobody knows": (
        "department",
        f"<department>{elements(**{**DEPARTMENT, 'module': 'news'})}</department>",
        "KC-DEP-010",
        "/department/module",
    ),
    "a department without application": (
        "department",
        f"<department>{elements(**{k: v for k, v in DEPARTMENT.items() if k != 'module'})}"
        "</department>",
        "KC-DEP-006",
        "/department",
    ),
    "a count of the unresolved where there is none": (
        "ticketcount",
        "<ticketcount><statuses><ticketstatus id='1' lastactivity='5' totalitems='2' "
        "totalunresolveditems='1'/></statuses></ticketcount>",
        "KC-CNT-007",
        "/ticketcount/statuses/ticketstatus[1]/@totalunresolveditems",
    ),
    "a file that is no base64": (
        "ticketcustomfields",
        custom_field(11, "a file!", "a.txt"),
        "KC-TCF-006",
        "/customfields/group[1]/field[1]/text()",
    ),
    "a file without name": (
        "ticketcustomfields",
        custom_field(11, "aGk="),
        "KC-TCF-006",
        "/customfields/group[1]/field[1]/@filename",
    ),
    "a password": (
        "users",
        f"<users><user>{elements(**USER, password='x')}</user></users>",
        "KC-USR-020",
        "/users/user[1]/password",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_by_the_requirement_at_its_place(what: str) -> None:
    name, body, requirement, where = REFUSED[what]
    assert (requirement, where) in [(v.requirement, v.where) for v in judged(body, name)]


# The way through a response -----------------------------------------------------------------------


def answered(body: bytes, status: int = 200, operation: str = "listDepartments") -> list[Violation]:
    response = Response(status, "", (), body)
    return judge_answer(SPEC, read_answer(SPEC, SPEC[operation], response))


def test_an_answer_is_judged_by_the_schema_of_its_operation() -> None:
    body = b"<departments><department><id>x</id></department></departments>"
    assert {v.requirement for v in answered(body)} == {"KC-DEP-006"}


def test_a_refusal_is_not_judged_by_the_schema_of_success() -> None:
    assert answered(b"<departments><department/></departments>", 404) == []


def test_what_cannot_be_read_is_not_judged_by_members() -> None:
    assert answered(b"<html><br>") == []


# Recordings ---------------------------------------------------------------------------------------

#: Schemas by the root of a recording, for lists and for items that stand alone.
ROOTS = {
    "attachment": ("attachment",),
    "attachments": ("attachments", "attachmentList", "attachmentWithContents"),
    "customfields": ("customfields", "ticketcustomfields"),
    "department": ("department",),
    "departments": ("departments",),
    "field": ("customfieldvalue",),
    "group": ("customfieldgroup",),
    "note": ("note",),
    "notes": ("notes",),
    "post": ("post",),
    "posts": ("posts",),
    "ticket": ("ticket",),
    "tickets": ("tickets", "ticketWithPosts", "ticketsFound"),
    "ticketpriorities": ("ticketpriorities",),
    "ticketpriority": ("ticketpriority",),
    "ticketstatus": ("ticketstatus",),
    "ticketstatuses": ("ticketstatuses",),
    "tickettype": ("tickettype",),
    "tickettypes": ("tickettypes",),
}
#: Made up by hand, or of resources that the catalogue does not hold.
NOT_GENUINE = ("DepartmentCollection", "Knowledgebase", "News", "Troubleshooter")
#: Warnings that recordings are known for: contents in lists, lists of tickets without posts.
WARNED = {"KC-ATT-008", "KC-TKT-006", "KC-TKT-019", "KC-TSE-011"}


def recordings() -> list[Path]:
    """The genuine recordings within the catalogue; none where no folder is named."""
    folder = os.environ.get("HELPDESK_RECORDINGS")
    files = sorted(Path(folder, "kayako-classic").glob("*.xml")) if folder else []
    return [file for file in files if not any(word in file.name for word in NOT_GENUINE)]


needs_recordings = pytest.mark.skipif(
    "HELPDESK_RECORDINGS" not in os.environ,
    reason="HELPDESK_RECORDINGS names no folder with recorded answers",
)
each_recording = pytest.mark.parametrize(
    "file", recordings() or [Path("no recording")], ids=lambda file: file.stem
)


def of_recording(file: Path) -> list[Violation]:
    body = file.read_bytes()
    found = [v for name in ROOTS[str(parse_xml(body).root.tag)] for v in judged(body, name)]
    if file.name == "phpsdk_ticket.xml":  # its id was edited by hand
        found = [v for v in found if v.where != "/tickets/ticket[1]/@id"]
    return found


@needs_recordings
@each_recording
def test_a_recording_breaks_no_must(file: Path) -> None:
    assert of_level(of_recording(file), "MUST") == []


@needs_recordings
@each_recording
def test_a_recording_is_warned_of_known_variations_only(file: Path) -> None:
    warned = {violation.requirement for violation in of_level(of_recording(file), "SHOULD", "MAY")}
    assert warned <= WARNED


@needs_recordings
def test_the_recordings_are_all_there() -> None:
    names = [file.name for file in recordings()]
    starts = [sum(name.startswith(start) for name in names) for start in ("penguin_", "dotnet_")]
    assert (starts, "phpsdk_ticket.xml" in names) == ([31, 2], True)
