"""The helpdesk: what it sends, what it makes and finds."""

from typing import Any

import pytest

from conformance.engine.case import Case, running
from conformance.engine.errors import (
    Skipped,
)
from tests.engine.library_answers import Open, failing, showing

# The bank -----------------------------------------------------------------------------------------


def test_a_good_request_is_sent_once(open_desk: Open) -> None:
    desk = open_desk("read")
    first = desk.helpdesk.good("listShelves")
    assert desk.helpdesk.good("listShelves") is first
    assert desk.sent == ["GET /Shelf"]


def test_a_list_is_asked_for_when_something_of_the_run_stands_in_it(desk: Any) -> None:
    desk.helpdesk.good("listShelves")
    assert desk.sent == ["POST /Shelf", "GET /Shelf"]


def test_a_full_good_request_is_another_one(desk: Any) -> None:
    desk.helpdesk.good("createShelf")
    desk.helpdesk.good("createShelf", variant="full")
    assert [body.count("colour=red") for body in desk.library.bodies] == [0, 1]


def test_a_good_request_that_got_no_answer_is_not_sent_again(open_desk: Open) -> None:
    desk = open_desk("read")
    desk.library.instead = failing("/Shelf", status=0)
    desk.helpdesk.good("listShelves")
    assert desk.helpdesk.good("listShelves").error == "it hung up"
    assert len(desk.sent) == 1


def test_a_banked_exchange_is_evidence_for_each_check_that_uses_it(desk: Any) -> None:
    exchange = desk.helpdesk.good("listShelves")
    with running(Case(())) as case:
        desk.helpdesk.good("listShelves")
    assert list(case.exchanges) == [exchange.id]


def test_every_exchange_is_recorded_once(desk: Any) -> None:
    desk.helpdesk.good("getShelf")
    desk.helpdesk.good("getShelf")
    assert [exchange.operation.id for exchange in desk.recorded] == ["createShelf", "getShelf"]


def test_ids_of_exchanges_tell_workers_apart(open_desk: Open) -> None:
    ids = {
        open_desk("read", worker=worker).helpdesk.good("listShelves").id
        for worker in ("gw0", "gw1")
    }
    assert ids == {"gw0-00001", "gw1-00001"}


def test_an_exchange_knows_what_was_sent(desk: Any) -> None:
    exchange = desk.helpdesk.call("getShelf", id=3)
    assert exchange.sent == {"id": "3"}


def test_only_reads_may_be_repeated_by_the_transport(desk: Any) -> None:
    desk.helpdesk.good("createShelf")
    desk.helpdesk.good("listShelves")
    desk.helpdesk.good("search")
    assert desk.library.repeatable == [False, True, True]


# Safety -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "operation", "needed"),
    [
        ("read", "createShelf", "write"),
        ("read", "updateShelf", "write"),
        ("read", "removeShelf", "irreversible"),
        ("write", "removeShelf", "irreversible"),
    ],
)
def test_a_call_beyond_the_safety_level_is_skipped_unsent(
    open_desk: Open, level: str, operation: str, needed: str
) -> None:
    desk = open_desk(level)
    draft = open_desk().helpdesk.draft(operation)
    with pytest.raises(Skipped, match=f"needs safety level {needed}, the target has {level}"):
        desk.helpdesk.send(draft)
    assert desk.sent == []


def test_a_post_that_only_reads_is_allowed_at_level_read(open_desk: Open) -> None:
    desk = open_desk("read")
    desk.helpdesk.good("search")
    assert desk.sent == ["POST /Search/title"]


def test_a_get_with_an_effect_is_refused_at_level_read(open_desk: Open) -> None:
    desk = open_desk("read")
    with pytest.raises(Skipped):
        desk.helpdesk.send(desk.helpdesk.draft("listShelves").sent_by("GET", effect="delete"))
    assert desk.sent == []


@pytest.mark.parametrize("flaw", ["no-key", "forged"])
def test_a_wrong_credential_makes_a_call_no_safer(open_desk: Open, flaw: str) -> None:
    desk = open_desk("read")
    with pytest.raises(Skipped):
        desk.helpdesk.send(desk.helpdesk.draft("createShelf").with_credential(flaw))


# Objects ------------------------------------------------------------------------------------------


def test_an_obtained_object_is_made_once_and_shared(desk: Any) -> None:
    first, second = desk.helpdesk.obtain("shelf"), desk.helpdesk.obtain("shelf")
    assert first is second
    assert desk.sent == ["POST /Shelf"]


def test_an_object_of_another_label_is_another_one(desk: Any) -> None:
    assert desk.helpdesk.obtain("shelf").id != desk.helpdesk.obtain("shelf", "expendable").id


def test_the_shared_object_is_the_one_the_good_request_made(desk: Any) -> None:
    exchange = desk.helpdesk.good("createShelf")
    assert desk.helpdesk.obtain("shelf").exchange is exchange


def test_made_objects_are_new_each_time(desk: Any) -> None:
    assert desk.helpdesk.make("shelf").id != desk.helpdesk.make("shelf").id


def test_an_object_is_made_with_the_familys_and_then_the_checks_values(desk: Any) -> None:
    desk.helpdesk.make("shelf")
    desk.helpdesk.make("shelf", colour="green")
    assert [body.partition("colour=")[2] for body in desk.library.bodies] == ["blue", "green"]


def test_an_object_shows_what_was_sent_and_what_came(desk: Any) -> None:
    made = desk.helpdesk.make("shelf", title="Top")
    assert (made["title"], made["colour"], made.id) == ("Top", "blue", "101")


def test_prerequisites_are_made_first(desk: Any) -> None:
    desk.helpdesk.good("getBook")
    assert desk.sent == ["POST /Shelf", "POST /Book", "GET /Book/101/102"]


@pytest.mark.parametrize("operation", ["updateShelf", "removeShelf"])
def test_a_call_that_changes_aims_at_an_object_of_its_own(desk: Any, operation: str) -> None:
    shared = desk.helpdesk.obtain("shelf")
    draft = desk.helpdesk.draft(operation)
    assert draft.path["id"] not in ("", shared.id)


def test_at_level_read_an_existing_object_is_found_instead(open_desk: Open) -> None:
    desk = open_desk("read")
    assert desk.helpdesk.obtain("shelf").id == "7"
    assert desk.sent == ["GET /Shelf"]


def test_at_level_read_the_family_chooses_the_object(open_desk: Open) -> None:
    desk = open_desk("read")
    locked = b"<shelf><id>1</id><title>locked</title></shelf>"
    body = b"<shelves>" + locked + b"<shelf><id>2</id></shelf></shelves>"
    desk.library.instead = showing("/Shelf", body)
    assert desk.helpdesk.obtain("shelf").id == "2"


def test_at_level_read_a_found_object_is_not_journaled(open_desk: Open) -> None:
    desk = open_desk("read")
    desk.helpdesk.obtain("shelf")
    assert desk.helpdesk.journal.entries == []


def test_at_level_read_an_empty_helpdesk_is_a_reason_to_skip(open_desk: Open) -> None:
    desk = open_desk("read")
    desk.library.instead = showing("/Shelf", b"<shelves/>")
    with pytest.raises(Skipped, match="the helpdesk shows no shelf to work on"):
        desk.helpdesk.obtain("shelf")


def test_at_level_read_what_cannot_be_found_is_a_reason_to_skip(open_desk: Open) -> None:
    with pytest.raises(Skipped, match="no list shows a usable book; safety level write makes one"):
        open_desk("read").helpdesk.obtain("book")


def test_what_cannot_be_made_is_found_at_any_level(desk: Any) -> None:
    assert desk.helpdesk.obtain("stamp").id == "7"


def test_a_shared_object_that_a_check_removed_is_made_anew(desk: Any) -> None:
    shared = desk.helpdesk.obtain("shelf")
    desk.helpdesk.call("removeShelf", id=shared.id)
    assert desk.helpdesk.obtain("shelf").id != shared.id


def test_no_prerequisite_is_made_for_a_value_that_the_check_gives(desk: Any) -> None:
    desk.helpdesk.call("getBook", shelfid=1, id=2)
    desk.helpdesk.make("book", shelfid=1)
    assert desk.sent == ["GET /Book/1/2", "POST /Book"]


# Another path of the same -------------------------------------------------------------------------


def test_the_other_path_is_tried_where_the_first_is_not_there(desk: Any) -> None:
    desk.library.instead = failing("invalid/Probe/5", 404)
    assert desk.helpdesk.good("probe").succeeded
    assert desk.sent == ["GET /Probe/5", "GET /Core/Probe/5"]


def test_later_requests_go_to_the_path_that_is_there(desk: Any) -> None:
    desk.library.instead = failing("invalid/Probe/5", 404)
    desk.helpdesk.call("probe", id=9)
    assert desk.sent[-1] == "GET /Core/Probe/5"


def test_the_first_failure_counts_where_neither_path_is_there(desk: Any) -> None:
    desk.library.instead = failing("/Probe/5", 404)
    assert desk.helpdesk.good("probe").request.url.endswith("invalid/Probe/5")


def test_the_other_path_is_not_tried_where_the_first_fails_otherwise(desk: Any) -> None:
    desk.library.instead = failing("/Probe/5", 500)
    desk.helpdesk.good("probe")
    assert desk.sent == ["GET /Probe/5"]


def test_closing_closes_the_connections(desk: Any) -> None:
    desk.helpdesk.close()
    assert desk.sent == ["closed"]
