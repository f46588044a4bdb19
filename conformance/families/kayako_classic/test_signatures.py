"""Signatures: what is signed, how it is written and where it travels (overview page "Kayako REST
API", "Code Snippets for Generating an API Signature", "Retrieving Ticket Posts Using API").

What is refused is judged for every operation by the generic checks; here stands what is accepted.
Every request aims at one staff group of the run.
"""

import uuid
from urllib.parse import parse_qs

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge
from conformance.engine.case import current
from conformance.engine.draft import Draft
from conformance.engine.exchange import answered
from conformance.engine.expectations import Expectation
from conformance.engine.matchers import equal_to, lacking
from conformance.families.kayako_classic.prerequisites import accepted, aim, readable
from conformance.families.kayako_classic.refusals import SIGNING, judge_signing


@pytest.fixture(scope="module")
def group(helpdesk: Helpdesk) -> Made:
    """A staff group that is read and renamed, here and by others."""
    return helpdesk.obtain("staffgroup", "renamed")


@pytest.fixture(scope="module")
def read(helpdesk: Helpdesk, group: Made) -> Exchange:
    """A read as every client writes it."""
    return helpdesk.send(aim(helpdesk, "getStaffGroup", id=group.id))


@pytest.fixture(scope="module")
def renamed(helpdesk: Helpdesk, group: Made) -> Exchange:
    """An update as every client writes it."""
    return helpdesk.send(rename(helpdesk, group))


@pytest.fixture(scope="module")
def reading(helpdesk: Helpdesk, group: Made, read: Exchange) -> Draft:
    """A read that is accepted, to be signed in other ways."""
    accepted(read)
    return aim(helpdesk, "getStaffGroup", id=group.id)


@pytest.fixture
def renaming(helpdesk: Helpdesk, group: Made, renamed: Exchange) -> Draft:
    """An update to a fresh title that is accepted, to be signed in other ways."""
    accepted(renamed)
    return rename(helpdesk, group)


def expect_taken(exchange: Exchange, *requirements: str) -> Expectation:
    """Expect that the signature is taken. A failure of another kind decides nothing about it."""
    if exchange.status not in (401, 403):
        readable(exchange)
    return expect(exchange, *requirements).success()


def rename(helpdesk: Helpdesk, group: Made) -> Draft:
    title = helpdesk.chance.fill("{mark} staff group {n}")
    return aim(helpdesk, "updateStaffGroup", id=group.id, title=title)


@covers(*SIGNING)
def test_a_signed_read_is_accepted(helpdesk: Helpdesk, read: Exchange) -> None:
    judge_signing(helpdesk, read)
    readable(read)


@covers(*SIGNING)
def test_a_signed_write_is_accepted(helpdesk: Helpdesk, renamed: Exchange) -> None:
    judge_signing(helpdesk, renamed)
    accepted(renamed)


@covers("KC-AUTH-001", "KC-AUTH-012", "KC-AUTH-013")
def test_a_read_without_any_of_the_three_fields_is_refused(
    helpdesk: Helpdesk, group: Made, reading: Draft
) -> None:
    unsigned = helpdesk.send(reading.with_options(auth_in="nowhere"))
    expect(unsigned, "KC-AUTH-001", "KC-AUTH-013").refused()
    judge(answered(unsigned).text, lacking(group["title"]), "body", "KC-AUTH-013")
    expect(unsigned, "KC-AUTH-012").status(401)


@covers(*SIGNING)
@pytest.mark.parametrize(
    "operation_id",
    ["listTicketTypes", "listTicketStatuses", "listTicketPriorities", "listCustomFields"],
)
def test_a_signed_lookup_is_not_refused_as_unsigned(helpdesk: Helpdesk, operation_id: str) -> None:
    judge_signing(helpdesk, helpdesk.good(operation_id))


# Salts ------------------------------------------------------------------------------------------


def salt_of(helpdesk: Helpdesk, kind: str) -> str:
    """A fresh salt of a kind that some client draws."""
    chance = helpdesk.chance
    if kind == "digits":
        return str(chance.number(10**9, 10**10))
    if kind == "letters and digits":
        return chance.salt()[:8] + "aB1" + chance.salt()[:8].upper()
    if kind == "uuid":
        return str(uuid.UUID(bytes=chance.bytes(16), version=4))
    if kind == "reserved characters":
        return f"{chance.word(6)}&a=b+c %41/\\<>[]?#;,\"'{chance.word(6)}"
    return f"{chance.word(6)}grüßeω塩🧂"


@covers("KC-AUTH-018", "KC-AUTH-022")
def test_a_salt_of_digits_is_accepted(helpdesk: Helpdesk, reading: Draft) -> None:
    exchange = helpdesk.send(reading.with_options(salt_from=lambda: salt_of(helpdesk, "digits")))
    expect_taken(exchange, "KC-AUTH-018", "KC-AUTH-022").has_item()


@covers("KC-AUTH-002", "KC-AUTH-018", "KC-AUTH-022")
def test_a_salt_of_letters_and_digits_is_accepted(helpdesk: Helpdesk, reading: Draft) -> None:
    """Small and capital letters: a signature over the salt in one case is one of another salt."""
    drawn = reading.with_options(salt_from=lambda: salt_of(helpdesk, "letters and digits"))
    ids = ("KC-AUTH-002", "KC-AUTH-018", "KC-AUTH-022")
    expect_taken(helpdesk.send(drawn), *ids).has_item()


@covers("KC-AUTH-018")
def test_a_salt_in_the_form_of_a_uuid_is_accepted(helpdesk: Helpdesk, reading: Draft) -> None:
    exchange = helpdesk.send(reading.with_options(salt_from=lambda: salt_of(helpdesk, "uuid")))
    expect_taken(exchange).has_item()


@covers("KC-AUTH-005")
@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("reserved characters", "query"),
        ("reserved characters", "body"),
        ("letters beyond ASCII", "body"),
    ],
)
def test_a_salt_is_signed_as_the_bytes_of_its_text(
    request: pytest.FixtureRequest, helpdesk: Helpdesk, kind: str, place: str
) -> None:
    draft: Draft = request.getfixturevalue("reading" if place == "query" else "renaming")
    exchange = helpdesk.send(draft.with_options(salt_from=lambda: salt_of(helpdesk, kind)))
    expect_taken(exchange).has_item()


@pytest.fixture(scope="module")
def salt(read: Exchange) -> str:
    """The salt that has served to read the staff group."""
    return parse_qs(accepted(read).request.url.partition("?")[2])["salt"][0]


@pytest.fixture(scope="module")
def again(helpdesk: Helpdesk, reading: Draft, salt: str) -> Exchange:
    """The same read with the same salt."""
    return helpdesk.send(reading.with_options(salt=salt))


@covers("KC-AUTH-023")
def test_a_salt_is_accepted_a_second_time(again: Exchange) -> None:
    expect_taken(again).has_item()


@covers("KC-AUTH-020")
def test_path_and_body_have_no_part_in_the_signature(
    helpdesk: Helpdesk, read: Exchange, renaming: Draft, salt: str, again: Exchange
) -> None:
    """One salt serves for other calls too, unless no salt serves twice: then fresh ones must do."""
    accepted(read)
    accepted(helpdesk.good("listStaffGroups"))
    reused = {"salt": salt} if again.succeeded else {}
    expect_taken(helpdesk.send(aim(helpdesk, "listStaffGroups").with_options(**reused)))
    expect_taken(helpdesk.send(renaming.with_options(**reused))).has_item()


# Plus signs and slashes -------------------------------------------------------------------------


@covers("KC-AUTH-021")
@pytest.mark.parametrize("place", ["query", "body"])
def test_an_encoded_signature_with_plus_and_slash_is_accepted(
    request: pytest.FixtureRequest, helpdesk: Helpdesk, place: str
) -> None:
    draft: Draft = request.getfixturevalue("reading" if place == "query" else "renaming")
    exchange = helpdesk.send(draft.with_options(signature_holding="+/"))
    expect_taken(exchange).has_item()


@covers("KC-AUTH-016")
def test_unescaped_slashes_and_equals_signs_are_accepted(
    helpdesk: Helpdesk, reading: Draft
) -> None:
    raw = reading.with_options(raw_signature=True, signature_holding="/=")
    expect_taken(helpdesk.send(raw)).has_item()


@covers("KC-AUTH-016")
def test_a_plus_sign_that_became_a_blank_is_repaired_or_refused(
    helpdesk: Helpdesk, reading: Draft
) -> None:
    exchange = helpdesk.send(reading.with_options(raw_signature=True, signature_holding="+"))
    if exchange.succeeded:
        current().note("a plus sign in a signature that arrives as a blank is repaired")
        expect(exchange).has_item()
    else:
        current().note("a signature whose plus sign arrives as a blank is refused")
        expect(exchange).refused()


@covers("KC-AUTH-017")
def test_the_signature_of_the_hex_digest_is_taken_or_refused(
    helpdesk: Helpdesk, reading: Draft
) -> None:
    exchange = helpdesk.send(reading.with_credential("signature-of-hex"))
    if exchange.succeeded:
        current().note("the base64 form of the hex digest is taken as a signature too")
    else:
        current().note("the base64 form of the hex digest is no signature")
        expect(exchange).refused()


# Where the fields stand -------------------------------------------------------------------------


@covers("KC-AUTH-011")
@pytest.mark.parametrize("place", ["query", "both"])
def test_an_update_may_be_signed_in_its_query(
    helpdesk: Helpdesk, renaming: Draft, place: str
) -> None:
    exchange = helpdesk.send(renaming.with_options(auth_in=place))
    expect_taken(exchange).item("title", equal_to(renaming.sent["title"]))


@covers("KC-AUTH-011")
def test_a_create_may_be_signed_in_its_query(helpdesk: Helpdesk, group: Made) -> None:
    del group  # it shows that creates signed in the body are accepted
    draft = helpdesk.draft("createStaffGroup").with_options(auth_in="query")
    expect_taken(helpdesk.send(draft)).has_item()


@covers("KC-AUTH-019")
def test_the_key_sees_what_is_private(helpdesk: Helpdesk) -> None:
    """Closed to the public and open to one user group only: no permission binds the key."""
    hidden = helpdesk.make(
        "department",
        type="private",
        uservisibilitycustom="1",
        **{"usergroupid[]": [helpdesk.obtain("usergroup").id]},
    )
    read = helpdesk.send(aim(helpdesk, "getDepartment", id=hidden.id))
    open_to_all = helpdesk.make("department")
    listed = readable(helpdesk.send(aim(helpdesk, "listDepartments")))
    expect_taken(read).item("id", equal_to(hidden.id))
    if listed.answer.find(id=int(open_to_all.id)) is not None:
        expect(listed).lists(id=int(hidden.id))
