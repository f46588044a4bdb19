"""Creating tickets: what a create writes and who it writes for (POST /Tickets/Ticket, page
"REST - Ticket")."""

from collections.abc import Iterator

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.matchers import (
    at_least,
    containing,
    different_from,
    empty,
    equal_to,
    not_empty,
)
from conformance.families.kayako_classic.prerequisites import accepted, aim, aimed, readable
from conformance.families.kayako_classic.ticketwork import (
    SECOND,
    choices,
    expect_text,
    holder,
    holding,
    posts_of,
    same_text,
)

#: Texts that damage shows on, each on a line of its own in a ticket's first post.
SPECIMENS = {
    "umlauts": "Grüße aus Ærøskøbing, čeština, Ελλάδα, Москва",
    "east-asian": "日本語のテスト 中文测试 한국어",
    "beyond-the-basic-plane": "🐧 𝒽𝑒𝓁𝓅 𠜎",
    "right-to-left": "שלום עולם, مرحبا بالعالم",
    "combining": "e\u0301 a\u0308 n\u0303 o\u0328\u0301",
    "markup": "<b>bold</b> & <br/> <script> </contents>",
    "quotes": "\"double\" 'single' `back` \\ backslash",
    "end-of-cdata": "before ]]> after <![CDATA[ inside ]]>",
    "written-entities": "&amp; &lt; &quot; &#169; %41 + %2B",
}
LAST_LINE = "the end"
SUBJECT_LENGTH = 200
SUBJECT = "Grüße 日本語 🐧 שלום e\u0301 <b>&amp;</b> ]]> \"quoted\" 'twice'"
#: What the create with every field writes, and the member that shows it.
WRITTEN = {
    "subject": "subject",
    "fullname": "fullname",
    "email": "email",
    "departmentid": "departmentid",
    "ticketstatusid": "statusid",
    "ticketpriorityid": "priorityid",
    "tickettypeid": "typeid",
    "userid": "userid",
    "ownerstaffid": "ownerstaffid",
}


@pytest.fixture(scope="module")
def written(helpdesk: Helpdesk) -> Exchange:
    """A create with every documented field, with values that differ from those of others."""
    return helpdesk.send(
        helpdesk.full_draft("createTicket").having(
            ticketstatusid=choices(helpdesk, "ticketstatus")[-1],
            ticketpriorityid=choices(helpdesk, "ticketpriority")[-1],
            tickettypeid=choices(helpdesk, "tickettype")[-1],
            userid=helpdesk.obtain("user", SECOND).id,
            ownerstaffid=helpdesk.obtain("staff", SECOND).id,
            type="phone",
        )
    )


@pytest.fixture(scope="module")
def read(helpdesk: Helpdesk, written: Exchange) -> Exchange:
    """The ticket with every field, read back."""
    return aimed(helpdesk, "getTicket", ticketid=helpdesk.made_by(written).id)


@pytest.fixture(scope="module")
def plain(helpdesk: Helpdesk) -> Exchange:
    """A ticket that the run made with the required fields alone, read back."""
    accepted(helpdesk.good("createTicket"))
    return helpdesk.good("getTicket")


@pytest.fixture(scope="module")
def hostile(helpdesk: Helpdesk) -> Made:
    """A ticket of texts that are easily damaged."""
    return helpdesk.make(
        "ticket",
        subject=f"{helpdesk.chance.mark} {SUBJECT}".ljust(SUBJECT_LENGTH, "."),
        contents="\r\n".join([helpdesk.chance.mark, *SPECIMENS.values(), LAST_LINE]),
    )


@pytest.fixture(scope="module")
def texts(helpdesk: Helpdesk, hostile: Made) -> Exchange:
    """Its posts, read back."""
    return aimed(helpdesk, "listTicketPosts", ticketid=hostile.id)


@pytest.fixture(scope="module")
def for_anybody(helpdesk: Helpdesk) -> Iterator[list[Exchange]]:
    """Two creates for one address that no user has; the user they make is removed at the end."""
    name, address = helpdesk.chance.fill("{mark} stranger {n}|{word}@example.com").split("|")
    draft = helpdesk.draft("createTicket", fullname=name, email=address, autouserid=1)
    draft = draft.without("userid")
    created = [helpdesk.send(draft), helpdesk.send(draft)]
    yield created
    items = [exchange.answer.item for exchange in created]
    for user in {item["userid"] for item in items if item is not None and item.get("userid")}:
        shown = helpdesk.send(aim(helpdesk, "getUser", id=user), "cleanup").answer.item
        if shown is not None and address in (shown.get("email") or ()):
            helpdesk.send(aim(helpdesk, "deleteUser", id=user), "cleanup")


@covers("KC-TKT-036")
def test_a_ticket_of_a_user_is_created_with_id_and_mask(helpdesk: Helpdesk) -> None:
    created = helpdesk.good("createTicket")
    expect(created).success().item("id", not_empty).item("displayid", not_empty)


@covers("KC-TKT-003")
def test_a_create_takes_every_documented_field(written: Exchange) -> None:
    expect(written).success()


@covers("KC-PROTO-045")
@pytest.mark.parametrize("field", WRITTEN)
def test_the_next_read_shows_what_a_create_wrote(
    written: Exchange, read: Exchange, field: str
) -> None:
    expect(read).item(WRITTEN[field], equal_to(written.sent[field]))


@covers("KC-PROTO-019")
@pytest.mark.parametrize("field", WRITTEN)
def test_the_answer_to_a_create_shows_the_new_ticket(written: Exchange, field: str) -> None:
    expect(accepted(written)).item(WRITTEN[field], equal_to(written.sent[field]))


@covers("KC-PROTO-045")
def test_the_mask_stays_the_same(written: Exchange, read: Exchange) -> None:
    created = written.answer.item
    if created is None or not created.get("displayid"):
        omit("the answer to the create shows no mask")
    else:
        expect(read).item("displayid", equal_to(created["displayid"]))


@covers("KC-TKT-028")
def test_the_contents_become_the_first_post(written: Exchange, read: Exchange) -> None:
    item = readable(read).answer.item
    posts = posts_of(item) if item is not None else []
    if item is None or not posts:
        raise PrerequisiteBroken("the ticket shows no posts")
    where = f"{item.where('posts')}/post[1]/contents"
    judge(posts[0].get("contents"), same_text(str(written.sent["contents"])), where)


@covers("KC-TKT-018")
def test_watchers_workflows_and_notes_stand_directly_in_their_ticket(plain: Exchange) -> None:
    document = readable(plain).answer.document
    for element in document.root.iter("watcher", "workflow", "note") if document else ():
        parent = element.getparent()
        holder = parent.tag if parent is not None else None
        judge(holder, equal_to("ticket"), f"parent of {element.tag}")


@covers("KC-TKT-024")
def test_a_ticket_by_phone_shows_as_such(read: Exchange) -> None:
    expect(read).item("creationtype", equal_to(2))


@covers("KC-TKT-024")
def test_a_ticket_is_no_phone_ticket_unless_said(plain: Exchange) -> None:
    expect(plain).item("creationtype", equal_to(1))


@covers("KC-TKT-025")
def test_a_ticket_shows_that_the_api_made_it(read: Exchange) -> None:
    expect(read).item("creationmode", equal_to(4))


@covers("KC-TKT-034")
def test_a_ticket_without_owner_shows_no_owner(plain: Exchange) -> None:
    ticket = readable(plain).answer.item
    if ticket is not None and ticket.get("ownerstaffid"):
        omit("the helpdesk gives tickets an owner of its own accord")
    expect(plain).item("ownerstaffid", equal_to(0)).item("ownerstaffname", empty)


@covers("KC-TKT-034")
def test_a_ticket_with_an_owner_shows_a_name(read: Exchange) -> None:
    expect(read).item("ownerstaffid", different_from(0)).item("ownerstaffname", not_empty)


@covers("KC-TKT-032")
def test_a_mask_serves_as_id(helpdesk: Helpdesk) -> None:
    ticket = helpdesk.obtain("ticket")
    mask = ticket.values.get("displayid")
    if not mask:
        omit("the ticket shows no mask")
    by_mask = served(aimed(helpdesk, "getTicket", ticketid=mask))
    expect(by_mask).success().item("id", equal_to(ticket.id))


@covers("KC-PROTO-021")
@pytest.mark.parametrize(
    "lister", ["listTicketAttachments", "listTicketNotes", "listTicketTimeTracks"]
)
def test_what_a_ticket_has_none_of_is_an_empty_list(
    helpdesk: Helpdesk, hostile: Made, lister: str
) -> None:
    nothing = served(aimed(helpdesk, lister, ticketid=hostile.id))
    expect(nothing).status(200).count(equal_to(0))


# For whom ----------------------------------------------------------------------------------------


@covers("KC-TKT-042")
def test_a_user_and_a_staff_member_may_be_named_together(helpdesk: Helpdesk) -> None:
    both = helpdesk.call("createTicket", staffid=helpdesk.obtain("staff").id)
    expect(both).success().item("id", not_empty)


@covers("KC-TKT-020")
def test_a_staff_member_alone_is_enough(helpdesk: Helpdesk) -> None:
    staff = helpdesk.obtain("staff").id
    draft = helpdesk.draft("createTicket", staffid=staff).without("userid")
    expect(served(helpdesk.send(draft))).success().item("id", not_empty)


@covers("KC-TKT-023", "KC-PROTO-044")
def test_a_user_is_made_for_an_unknown_address(
    helpdesk: Helpdesk, for_anybody: list[Exchange]
) -> None:
    first = served(for_anybody[0])
    checked = expect(first, "KC-TKT-023").success().item("userid", not_empty)
    ticket = first.answer.item
    if checked.kept and ticket is not None:
        user = aimed(helpdesk, "getUser", id=ticket["userid"])
        expect(user, "KC-PROTO-044").item("id", equal_to(ticket["userid"]))
        if user.answer.item is None or "email" not in user.answer.item:
            raise PrerequisiteBroken("the user shows no address")
        expect(user, "KC-TKT-023").item("email", containing(first.sent["email"]))


@covers("KC-TKT-023")
def test_the_same_user_is_found_by_a_known_address(for_anybody: list[Exchange]) -> None:
    first = served(for_anybody[0]).answer.item
    made = first.get("userid") if first is not None else None
    if made:
        expect(for_anybody[1]).success().item("userid", equal_to(made))
    else:
        expect(for_anybody[0]).success().item("userid", not_empty)


@covers("KC-TKT-027")
def test_a_template_group_is_taken_by_name_and_by_id(helpdesk: Helpdesk, plain: Exchange) -> None:
    shown = readable(plain).answer.item
    group, name = (
        (shown.get("templategroupid"), shown.get("templategroupname")) if shown else (None, None)
    )
    if not group or not name:
        omit("tickets of the helpdesk show no template group")
    by_name = served(helpdesk.call("createTicket", templategroup=name))
    expect(by_name).success().item("templategroupid", equal_to(group))
    by_id = aimed(helpdesk, "updateTicket", ticketid=holder(helpdesk).id, templategroup=group)
    expect(served(by_id)).success().item("templategroupid", equal_to(group))


# Texts -------------------------------------------------------------------------------------------


@covers("KC-PROTO-045", "KC-PROTO-012")
@pytest.mark.parametrize("specimen", SPECIMENS)
def test_a_text_survives_unchanged(texts: Exchange, specimen: str) -> None:
    written, post = SPECIMENS[specimen], next(iter(texts.answer.items), None)
    whole = post is not None and LAST_LINE in str(post.get("contents"))
    letters_only = whole and not written.isascii()
    encoding = ("KC-PROTO-012",) if letters_only else ()
    expect_in_the_post(texts, written, "KC-PROTO-045", *encoding)


@covers("KC-PROTO-045")
def test_line_breaks_survive(texts: Exchange) -> None:
    expect_in_the_post(
        texts, SPECIMENS["quotes"] + "\n" + SPECIMENS["end-of-cdata"], "KC-PROTO-045"
    )


def expect_in_the_post(texts: Exchange, written: str, *requirements: str) -> None:
    """The ticket's first post holds this part of what was written; rules may have added others."""
    checked = expect(texts, *requirements).count(at_least(1))
    post = next(iter(texts.answer.items), None)
    if checked.kept and post is not None:
        contents, start = str(post.get("contents", "")), written[:4]
        nearest = next((line for line in contents.splitlines() if start in line), contents)
        judge(contents, holding(written), post.where("contents"), *requirements, got=nearest)


@covers("KC-PROTO-045", "KC-PROTO-012")
def test_a_subject_survives_unchanged(helpdesk: Helpdesk, hostile: Made) -> None:
    read = aimed(helpdesk, "getTicket", ticketid=hostile.id)
    expect_text(read, "subject", str(hostile.exchange.sent["subject"]))
