"""Texts on their way in and out: form bodies in UTF-8, answers well formed (overview page;
"REST - UserOrganization" for the fields, of which an organisation has four for free text).
"""

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, violate
from conformance.engine.matchers import equal_to
from conformance.families.kayako_classic.prerequisites import accepted, aim, aimed, readable
from conformance.families.kayako_classic.ticketwork import expect_text

#: Fields of an organisation and a text for each that is more than letters and digits.
LETTERS = {
    "address": "Straße der Öfen 5, Łódź, e\u0301 A\u030a o\u0308 क्षि",
    "city": "Αθήνα Київ 👩🏽‍💻🧂 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "state": "東京都 서울",
    "country": "ירושלים العربية",
}
MARKUP = {
    "address": "<b>bold</b> & <br/> <!-- not a comment -->",
    "city": "R&D &amp; &lt; &#65; &copy;",
    "state": "]]> <![CDATA[ not a section ]]>",
    "country": "\"double\" 'single' `back` \\ / | ~ ^ a=1&b=2+3%204;#x",
}
#: As long as a name may well be, in words.
LONG = " ".join(["long"] * 36)


@pytest.fixture(scope="module")
def foreign(helpdesk: Helpdesk) -> Exchange:
    """A create whose values hold letters of many scripts."""
    accepted(helpdesk.good("createUserOrganization"))
    return helpdesk.send(helpdesk.draft("createUserOrganization", **LETTERS))


@pytest.fixture(scope="module")
def owner(helpdesk: Helpdesk, foreign: Exchange) -> Made:
    return helpdesk.made_by(foreign)


@pytest.fixture(scope="module")
def fetched(helpdesk: Helpdesk, owner: Made) -> Exchange:
    """That organisation, read before anything changes it."""
    return accepted(aimed(helpdesk, "getUserOrganization", id=owner.id))


@pytest.fixture(scope="module")
def stored(fetched: Exchange) -> Exchange:
    return readable(fetched)


@pytest.fixture(scope="module")
def rewritten(helpdesk: Helpdesk, owner: Made, stored: Exchange) -> Exchange:
    """An update of its name, read."""
    del stored
    name = f"{helpdesk.chance.mark} Ünïcode Łódź 東京 🧂"
    update = aim(helpdesk, "updateUserOrganization", id=owner.id, name=name)
    owner.values["wanted name"] = accepted(helpdesk.send(update)).sent["name"]
    return aimed(helpdesk, "getUserOrganization", id=owner.id)


@pytest.fixture(scope="module")
def plain(helpdesk: Helpdesk) -> Made:
    """An organisation that gets values which mean something to XML, HTML or a form."""
    return helpdesk.make("userorganization")


@pytest.fixture(scope="module")
def marking_up(helpdesk: Helpdesk, plain: Made) -> Exchange:
    name = f"{helpdesk.chance.mark} {LONG}"
    return helpdesk.send(aim(helpdesk, "updateUserOrganization", id=plain.id, name=name, **MARKUP))


@pytest.fixture(scope="module")
def marked_up(helpdesk: Helpdesk, plain: Made, marking_up: Exchange) -> Exchange:
    """That organisation, read."""
    accepted(marking_up)
    return accepted(aimed(helpdesk, "getUserOrganization", id=plain.id))


@covers("KC-PROTO-012")
def test_letters_of_every_script_are_accepted(foreign: Exchange) -> None:
    expect(foreign).success()


@covers("KC-PROTO-012", "KC-PROTO-045")
@pytest.mark.parametrize("member", LETTERS)
def test_letters_of_every_script_survive_a_create(stored: Exchange, member: str) -> None:
    expect_text(stored, member, LETTERS[member])


@covers("KC-PROTO-012", "KC-PROTO-045")
@pytest.mark.parametrize(
    "operation_id", ["createDepartment", "createStaffGroup", "createUserGroup"]
)
def test_letters_of_every_script_survive_in_titles(helpdesk: Helpdesk, operation_id: str) -> None:
    accepted(helpdesk.good(operation_id))
    title = f"{helpdesk.chance.mark} Ærø Łódź 東京 ירושלים"
    created = helpdesk.call(operation_id, title=title)
    expect(created, "KC-PROTO-012").success()
    shown = readable(created).answer.item
    if shown is not None and shown.get("title") != title:
        made = helpdesk.made_by(created)
        read = aimed(helpdesk, operation_id.replace("create", "get"), id=made.id)
        expect_text(readable(read), "title", title)


@covers("KC-PROTO-012", "KC-PROTO-045")
def test_letters_of_every_script_survive_an_update(owner: Made, rewritten: Exchange) -> None:
    expect_text(readable(rewritten), "name", owner["wanted name"])


@covers("KC-PROTO-012", "KC-PROTO-045")
@pytest.mark.parametrize("member", LETTERS)
def test_an_update_leaves_letters_elsewhere_alone(rewritten: Exchange, member: str) -> None:
    expect_text(readable(rewritten), member, LETTERS[member])


@covers("KC-PROTO-009", "KC-PROTO-011")
@pytest.mark.parametrize("texts", ["fetched", "marking_up", "marked_up"])
def test_texts_of_every_kind_leave_answers_well_formed(
    request: pytest.FixtureRequest, helpdesk: Helpdesk, texts: str
) -> None:
    exchange: Exchange = request.getfixturevalue(texts)
    for remark in helpdesk.adapter.envelope(accepted(exchange)):
        if remark.aspect in ("document", "well-formed"):
            ids = helpdesk.spec.promises(remark.aspect)
            violate(remark.where, remark.promised, remark.got, *ids)


@covers("KC-PROTO-045")
@pytest.mark.parametrize("member", MARKUP)
def test_values_that_look_like_markup_are_read_as_written(marked_up: Exchange, member: str) -> None:
    expect(readable(marked_up)).item(member, equal_to(MARKUP[member]))


@covers("KC-PROTO-045")
def test_a_long_name_is_read_as_written(helpdesk: Helpdesk, marked_up: Exchange) -> None:
    name = f"{helpdesk.chance.mark} {LONG}"
    expect(readable(marked_up)).item("name", equal_to(name))
