"""What holds for every method: addresses, letter case, lists of values, words, compression."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered, served
from conformance.engine.matchers import equal_to
from conformance.families.jitbit.people import a_list, accepted, aim, aimed, item_of, name, readable

_HOSTED = ".desteksitesi.com"
#: More than a few kilobytes of JSON; also in the text of the ticket that is read.
_LARGE = 4096
_LETTERS = "Çağrı Şİğü Привет 日本 🐧"
_LINES = ("Birinci satır: ığüşöç", "Zweite Zeile: Grüße 🐧")
#: Lists that a word nobody wrote empties, and the parameter that takes it.
_BY_WORD = {"listTickets": "tagName", "searchTickets": "query"}
_LINE = "A line of a long text, as people write them into tickets. "


# Addresses --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def caller(helpdesk: Helpdesk) -> Exchange:
    """The simplest call at the target's own address."""
    return helpdesk.good("authorize")


@covers("JB-BASE-001", "JB-BASE-004")
def test_a_method_stands_behind_the_address_and_api(caller: Exchange) -> None:
    found(caller, "JB-BASE-001", "JB-BASE-004")


def found(caller: Exchange, *requirements: str) -> None:
    """Judge that there is a method at the address; what it answers is judged elsewhere."""
    if answered(caller).status == 404:
        violate("status line", "a method at this address", "404", *requirements)


@covers("JB-BASE-002")
def test_the_directory_of_the_helpdesk_is_part_of_the_address(
    helpdesk: Helpdesk, caller: Exchange
) -> None:
    if urlsplit(helpdesk.target.url).path.rstrip("/") == "/api":
        omit("the helpdesk does not live below a directory")
    found(caller, "JB-BASE-002")


@covers("JB-BASE-003")
def test_a_hosted_helpdesk_lives_below_helpdesk(helpdesk: Helpdesk, caller: Exchange) -> None:
    parts = urlsplit(helpdesk.target.url)
    if not (parts.hostname or "").endswith(_HOSTED):
        omit(f"the helpdesk has no address below {_HOSTED}")
    accepted(caller)
    judge(parts.path.rstrip("/"), equal_to("/helpdesk/api"), "path of the address")


@covers("JB-BASE-012")
def test_a_method_that_does_not_exist_is_not_found(helpdesk: Helpdesk) -> None:
    draft = Draft(helpdesk.spec["listCategories"]).at_path(f"/{helpdesk.chance.word()}")
    accepted(helpdesk.good("listCategories"))
    expect(helpdesk.send(draft)).status(404)


@covers("JB-BASE-013")
@pytest.mark.parametrize("path", ["/ticket", "/Ticket"])
def test_a_ticket_is_read_under_both_printed_spellings(helpdesk: Helpdesk, path: str) -> None:
    ticket = helpdesk.obtain("ticket")
    read = helpdesk.send(aim(helpdesk, "getTicket", id=ticket.id).at_path(path))
    if not read.succeeded and not helpdesk.good("getTicket").succeeded:
        raise PrerequisiteBroken(f"getTicket answered {read.status}")
    if expect(read).success().kept:
        expect(read).item("TicketID", equal_to(ticket.id))


# Without credentials ----------------------------------------------------------------------------


@covers("JB-AUTH-023")
@pytest.mark.parametrize("operation_id", ["authorize", "listCategories"])
def test_a_call_without_credentials_meets_no_login_page(
    helpdesk: Helpdesk, operation_id: str
) -> None:
    draft = Draft(helpdesk.spec[operation_id]).with_credential("no-credentials")
    response = answered(helpdesk.send(draft, "negative"))
    if 300 <= response.status < 400:
        violate("status line", "a refusal", f"{response.status}, a redirect")
    elif 'type="password"' in response.text.replace("'", '"'):
        violate("body", "a refusal", "a page to sign in on")


# Values -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """Two tickets of one tag, the second closed, and their statuses."""

    helpdesk: Helpdesk
    tag: str
    tickets: tuple[Made, Made]
    statuses: tuple[int, int]

    def listed(self, *statuses: int) -> Exchange:
        """Those with one of these statuses, or both without any."""
        narrowed = {"statusId": list(statuses)} if statuses else {}
        return aimed(self.helpdesk, "listTickets", tagName=self.tag, count=100, **narrowed)


@pytest.fixture(scope="module")
def pair(helpdesk: Helpdesk) -> Pair:
    tag = helpdesk.chance.fill("{mark}{word}")
    tickets = (helpdesk.make("ticket", tags=tag), helpdesk.make("ticket", tags=tag))
    closing = aimed(helpdesk, "closeTicket", id=tickets[1].id, suppressNotification="true")
    accepted(closing)
    shown = [item_of(aimed(helpdesk, "getTicket", id=ticket.id)) for ticket in tickets]
    first, second = (int(item.get("StatusID", 0)) for item in shown)
    pair = Pair(helpdesk, tag, tickets, (first, second))
    listed = a_list(pair.listed()).answer
    if first == second or not all(listed.find(IssueID=ticket.id) for ticket in tickets):
        raise PrerequisiteBroken("no list shows an open and a closed ticket of one tag")
    return pair


@covers("JB-PARM-006")
def test_a_repeated_parameter_gives_several_values(pair: Pair) -> None:
    listed = pair.listed(*pair.statuses)
    if expect(listed).success().kept:
        for ticket in pair.tickets:
            expect(a_list(listed)).lists(IssueID=ticket.id)


@covers("JB-PARM-007")
@pytest.mark.parametrize("place", [0, 1], ids=["open", "closed"])
def test_one_value_is_enough_where_several_may_be_given(pair: Pair, place: int) -> None:
    listed = pair.listed(pair.statuses[place])
    if expect(listed).success().kept:
        expect(a_list(listed)).lists(IssueID=pair.tickets[place].id)


@covers("JB-PARM-013")
@pytest.mark.parametrize("word", ["true", "false"])
@pytest.mark.parametrize(
    ("operation_id", "parameter"),
    [("listAssets", "includeDisabled"), ("getStats", "forCurrentUser")],
)
def test_a_boolean_takes_its_word_in_a_query(
    helpdesk: Helpdesk, operation_id: str, parameter: str, word: str
) -> None:
    accepted(helpdesk.good(operation_id))
    draft = Draft(helpdesk.spec[operation_id]).having({parameter: word})
    expect(helpdesk.send(draft)).status(200)


@covers("JB-PARM-014")
def test_a_query_may_hold_what_nobody_knows(helpdesk: Helpdesk) -> None:
    accepted(helpdesk.good("listCategories"))
    known = a_list(aimed(helpdesk, "listCategories")).answer.items
    draft = aim(helpdesk, "listCategories").having({helpdesk.chance.word(): "1"})
    exchange = helpdesk.send(draft)
    if expect(exchange).success().kept and known:
        expect(exchange).lists(CategoryID=known[0].get("CategoryID"))


@covers("JB-PARM-012")
def test_letters_outside_ascii_reach_a_read(helpdesk: Helpdesk) -> None:
    username = name(helpdesk, "{mark}-Çağrı-{word}")
    created = helpdesk.call("createUser", username=username)
    if not created.succeeded:
        skip("a user name outside ASCII is refused")
    made = helpdesk.made_by(created)
    found = aimed(helpdesk, "getUserByUsername", username=username)
    if expect(found).success().kept:
        expect(readable(found)).item("UserID", equal_to(made.id)).item(
            "Username", equal_to(username)
        )


@pytest.fixture(scope="module")
def foreign(helpdesk: Helpdesk) -> tuple[Made, Exchange]:
    """A ticket in letters of several languages, on two lines, and read."""
    subject = f"{helpdesk.chance.mark} {_LETTERS}"
    ticket = helpdesk.make("ticket", subject=subject, body="\r\n".join(_LINES))
    return ticket, aimed(helpdesk, "getTicket", id=ticket.id)


@covers("JB-PARM-012")
def test_a_subject_survives_in_any_letters(foreign: tuple[Made, Exchange]) -> None:
    expect(foreign[1]).item("Subject", equal_to(foreign[0].exchange.sent["subject"]))


@covers("JB-PARM-012")
def test_a_text_survives_with_its_lines(foreign: tuple[Made, Exchange]) -> None:
    """Servers may keep a text as HTML."""
    item = item_of(foreign[1])
    if not isinstance(item.get("Body"), str):
        raise PrerequisiteBroken("the ticket shows no text")
    text = str(item["Body"])
    between = text.partition(_LINES[0])[2].partition(_LINES[1])
    if not between[1]:
        violate(item.where("Body"), " and ".join(_LINES), text)
    elif "\n" not in between[0] and "<" not in between[0]:
        violate(item.where("Body"), "a line break between the lines", text)


# Lists with nothing in them ----------------------------------------------------------------------


@covers("JB-RESP-020")
@pytest.mark.parametrize(
    "operation_id",
    ["listTickets", "searchTickets", "listComments", "listLinkedTickets", "listSubTickets"],
)
def test_a_list_with_nothing_in_it_is_an_empty_array(helpdesk: Helpdesk, operation_id: str) -> None:
    if operation_id in _BY_WORD:
        draft = aim(helpdesk, operation_id, **{_BY_WORD[operation_id]: helpdesk.chance.word()})
    else:
        draft = aim(helpdesk, operation_id, id=helpdesk.obtain("ticket", "lonely").id)
    exchange = helpdesk.send(draft)
    if exchange.answer.items:
        skip("there is something in the list")
    expect(served(exchange)).status(200).count(equal_to(0))


# Compression ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Packed:
    """One large ticket, read without and with the wish for gzip."""

    plain: Exchange
    packed: Exchange


@pytest.fixture(scope="module")
def large(helpdesk: Helpdesk) -> Packed:
    ticket = helpdesk.make("ticket", body=_LINE * (2 * _LARGE // len(_LINE)))
    return _packed(helpdesk, aim(helpdesk, "getTicket", id=ticket.id))


@pytest.fixture(scope="module")
def listed(helpdesk: Helpdesk) -> Packed:
    return _packed(helpdesk, aim(helpdesk, "listCategories"))


def _packed(helpdesk: Helpdesk, draft: Draft) -> Packed:
    packed = draft.with_headers(Accept_Encoding="gzip")
    return Packed(helpdesk.send(draft), helpdesk.send(packed))


#: What does not change from one moment to the next, of one object and of each in a list.
_STEADY = {"large": ("TicketID", "Subject", "Body"), "listed": ("CategoryID", "Name")}


@covers("JB-RESP-011")
@pytest.mark.parametrize("answers", _STEADY)
def test_a_packed_answer_holds_the_same_document(
    request: pytest.FixtureRequest, answers: str
) -> None:
    both: Packed = request.getfixturevalue(answers)
    if _cannot_be_unpacked(both.packed):
        violate("body", "an answer that can be unpacked", both.packed.error or "")
        return
    plain, packed = readable(both.plain), both.packed
    if packed.answer.problem is not None:
        violate("body", "the same document", packed.answer.problem)
    elif expect(packed).success().kept:
        for member in _STEADY[answers]:
            wanted = [item.get(member) for item in plain.answer.items]
            expect(packed).values(member, equal_to(wanted))


@covers("JB-RESP-019")
def test_a_large_answer_is_packed_for_who_asks(large: Packed) -> None:
    if len(answered(accepted(large.plain)).body) < _LARGE:
        skip("the ticket is read with less than its long text")
    judge(_coding(accepted(large.packed)), equal_to("gzip"), "header Content-Encoding")


@covers("JB-RESP-012")
def test_an_answer_is_not_packed_for_who_does_not_ask(large: Packed) -> None:
    coding = _coding(accepted(large.plain))
    if coding not in ("", "identity"):
        violate("header Content-Encoding", "none", coding)


def _coding(exchange: Exchange) -> str:
    return (answered(exchange).header("Content-Encoding") or "").strip().lower()


def _cannot_be_unpacked(exchange: Exchange) -> bool:
    """Whether there is no answer because it is named packed and is not."""
    return exchange.response is None and "decompress" in (exchange.error or "")
