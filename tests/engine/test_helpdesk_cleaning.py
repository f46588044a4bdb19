"""The helpdesk: broken prerequisites, the journal, what it leaves behind."""

from dataclasses import replace
from typing import Any

import pytest

from conformance.engine.draft import Draft
from conformance.engine.errors import (
    ConnectionLost,
    PrerequisiteBroken,
    Skipped,
    SuiteError,
)
from conformance.engine.exchange import answered
from conformance.engine.spec import Aim
from tests.engine.library_answers import Open, failing, showing

# Broken prerequisites -----------------------------------------------------------------------------


def broken(desk: Any, kind: str) -> str:
    with pytest.raises(PrerequisiteBroken) as caught:
        desk.helpdesk.obtain(kind)
    return str(caught.value)


def test_a_refused_creation_is_named_as_the_cause(desk: Any) -> None:
    desk.library.instead = failing("/Shelf", 403)
    assert broken(desk, "shelf") == "createShelf answered 403"


def test_an_unanswered_creation_is_named_as_the_cause(desk: Any) -> None:
    desk.library.instead = failing("/Shelf", 0)
    assert broken(desk, "shelf") == "createShelf got no answer: it hung up"


@pytest.mark.parametrize(
    "body", [b"", b"<shelves/>", b"<shelves><shelf><title>x</title></shelf></shelves>", b"<<"]
)
def test_a_creation_that_shows_no_id_is_named_as_the_cause(desk: Any, body: bytes) -> None:
    desk.library.instead = showing("/Shelf", body)
    assert broken(desk, "shelf") == "createShelf answered without the new object's id"


def test_the_cause_of_a_broken_prerequisite_reaches_through_others(desk: Any) -> None:
    desk.library.instead = failing("/Shelf", 503)
    assert broken(desk, "book") == "createShelf answered 503"


def test_a_list_that_cannot_be_read_is_named_as_the_cause(desk: Any) -> None:
    desk.library.instead = failing("/Stamp", 500)
    assert broken(desk, "stamp") == "listStamps answered 500, so no stamp was found"


def test_a_kind_that_nobody_makes_or_lists_is_named(desk: Any) -> None:
    with pytest.raises(PrerequisiteBroken, match="the API offers no way to make a unicorn"):
        desk.helpdesk.make("unicorn")


def test_a_member_that_the_object_does_not_show_is_named(desk: Any) -> None:
    with pytest.raises(PrerequisiteBroken, match="the seal in use shows no weight"):
        desk.helpdesk.draft("createPad")


def test_a_member_that_a_found_object_does_not_show_is_no_error(open_desk: Open) -> None:
    desk = open_desk("read")
    desk.library.instead = showing("/Shelf", b"<shelves><shelf><title>x</title></shelf></shelves>")
    with pytest.raises(Skipped, match="no shelf with id was found; safety level write makes one"):
        desk.helpdesk.draft("updateShelf")


def test_a_broken_creation_is_an_exchange_and_raises_nothing(desk: Any) -> None:
    desk.library.instead = failing("/Shelf", 500)
    assert desk.helpdesk.good("createShelf").status == 500


def test_an_operation_that_is_not_in_the_catalogue_is_the_suites_mistake(desk: Any) -> None:
    with pytest.raises(SuiteError, match="no operation createUnicorn in the catalogue"):
        desk.helpdesk.call("createUnicorn")


def test_the_response_of_an_unanswered_request_is_a_lost_connection(desk: Any) -> None:
    desk.library.instead = failing("/Shelf", 0)
    with pytest.raises(ConnectionLost, match="listShelves got no answer: it hung up"):
        answered(desk.helpdesk.good("listShelves"))


# The journal --------------------------------------------------------------------------------------


def test_a_creation_that_was_to_be_refused_is_journaled(desk: Any) -> None:
    draft = desk.helpdesk.draft("createShelf").without("title").with_credential("forged")
    exchange = desk.helpdesk.send(draft, "negative")
    assert [made.exchange for made in desk.helpdesk.journal.entries] == [exchange]


def test_a_refused_creation_is_not_journaled(desk: Any) -> None:
    desk.library.instead = failing("/Shelf", 400)
    desk.helpdesk.call("createShelf")
    assert desk.helpdesk.journal.entries == []


def test_a_creation_without_answer_is_journaled_since_it_may_have_worked(desk: Any) -> None:
    desk.library.instead = failing("/Shelf", 0)
    desk.helpdesk.call("createShelf")
    assert [entry.reason for entry in desk.helpdesk.clean_up()] == ["its id is not known"]


def test_an_answer_to_another_method_is_not_taken_for_an_object_of_ours(desk: Any) -> None:
    desk.library.instead = showing("/Shelf", b"<shelves><shelf><id>7</id></shelf></shelves>")
    desk.helpdesk.send(desk.helpdesk.draft("createShelf").sent_by("PATCH", effect="create"))
    assert desk.helpdesk.journal.entries == []


def test_an_id_that_was_sent_is_not_taken_for_that_of_the_new_object(desk: Any) -> None:
    desk.library.instead = showing("/Shelf", b"<shelves><shelf><title>x</title></shelf></shelves>")
    desk.helpdesk.call("createShelf", id=7)
    assert desk.helpdesk.journal.entries[0].id == ""


# Cleaning up --------------------------------------------------------------------------------------


def test_what_was_made_is_removed_the_latest_first(desk: Any) -> None:
    first, second = desk.helpdesk.make("shelf"), desk.helpdesk.make("shelf")
    desk.sent.clear()
    assert desk.helpdesk.clean_up() == []
    assert desk.sent == [f"DELETE /Shelf/{second.id}", f"DELETE /Shelf/{first.id}"]


def test_what_goes_away_with_another_is_not_removed_by_itself(desk: Any) -> None:
    desk.helpdesk.make("book")
    desk.sent.clear()
    desk.helpdesk.clean_up()
    assert desk.sent == ["DELETE /Shelf/101"]


def test_what_a_check_removed_is_not_removed_again(desk: Any) -> None:
    made = desk.helpdesk.make("shelf")
    desk.helpdesk.call("removeShelf", id=made.id)
    desk.sent.clear()
    assert (desk.helpdesk.clean_up(), desk.sent) == ([], [])


def test_a_removal_that_was_refused_leaves_the_object_to_the_end(desk: Any) -> None:
    made = desk.helpdesk.make("shelf")
    desk.library.instead = failing(f"/Shelf/{made.id}", 403)
    desk.helpdesk.call("removeShelf", id=made.id)
    desk.library.instead = lambda _: None
    desk.helpdesk.clean_up()
    assert desk.sent[-1] == f"DELETE /Shelf/{made.id}"


def test_own_objects_are_removed_also_where_checks_may_not_delete(open_desk: Open) -> None:
    desk = open_desk("write")
    desk.helpdesk.make("shelf")
    assert (desk.helpdesk.clean_up(), desk.library.standing) == ([], {})


def test_what_is_already_gone_counts_as_removed(desk: Any) -> None:
    desk.helpdesk.make("shelf")
    desk.library.standing.clear()
    assert desk.helpdesk.clean_up() == []


def test_what_cannot_be_removed_is_left_with_the_reason(desk: Any) -> None:
    made = desk.helpdesk.make("shelf")
    desk.library.instead = failing(f"/Shelf/{made.id}", 500)
    left = desk.helpdesk.clean_up()
    assert [(entry.kind, entry.id, entry.reason) for entry in left] == [
        ("shelf", made.id, "removeShelf answered 500")
    ]


def test_what_the_api_offers_no_removal_for_is_left_with_the_reason(desk: Any) -> None:
    desk.helpdesk.make("seal")
    left = desk.helpdesk.clean_up()
    assert [entry.reason for entry in left] == ["the API offers no way to remove it"]


def test_an_object_whose_address_is_not_known_in_full_is_not_removed(desk: Any) -> None:
    desk.helpdesk.send(desk.helpdesk.draft("createBook").without("shelfid"))
    desk.sent.clear()
    left = desk.helpdesk.clean_up()
    assert ("book", "its shelfid is not known") in [(e.kind, e.reason) for e in left]
    assert not [line for line in desk.sent if "/Book" in line]


def test_cleaning_up_goes_on_after_an_error_of_the_suite(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = desk.helpdesk.make("shelf"), desk.helpdesk.make("shelf")
    prepare = desk.helpdesk.adapter.prepare

    def breaking(draft: Any) -> Any:
        if draft.path.get("id") == second.id:
            raise RuntimeError("no ink")
        return prepare(draft)

    monkeypatch.setattr(desk.helpdesk.adapter, "prepare", breaking)
    left = [(entry.id, entry.reason) for entry in desk.helpdesk.clean_up()]
    assert left == [(second.id, "RuntimeError: no ink")]
    assert desk.sent[-1] == f"DELETE /Shelf/{first.id}"


def test_cleaning_up_stops_asking_a_server_that_is_gone(desk: Any) -> None:
    for _ in range(8):
        desk.helpdesk.make("shelf")
    desk.sent.clear()
    desk.library.instead = lambda _: "gone"
    left = desk.helpdesk.clean_up()
    assert (len(left), len(desk.sent)) == (8, 5)


def test_a_server_seems_gone_after_five_requests_in_a_row(desk: Any) -> None:
    desk.library.instead = lambda _: "gone"
    seen = []
    for _ in range(5):
        seen.append(desk.helpdesk.seems_gone)
        desk.helpdesk.call("listShelves")
    assert (seen, desk.helpdesk.seems_gone) == ([False] * 5, True)


def test_one_answer_shows_that_the_server_is_there(desk: Any) -> None:
    desk.library.instead = lambda _: "gone"
    for _ in range(5):
        desk.helpdesk.call("listShelves")
    desk.library.instead = failing("/Shelf", 500)
    desk.helpdesk.call("listShelves")
    assert not desk.helpdesk.seems_gone


@pytest.mark.parametrize(
    ("reached", "tried_again"), [(2, []), (None, []), (1, ["2", "1"]), (3, ["2", "1"])]
)
def test_what_a_call_for_several_may_have_left_is_removed_at_the_end(
    desk: Any, monkeypatch: pytest.MonkeyPatch, reached: int | None, tried_again: list[str]
) -> None:
    monkeypatch.setattr(desk.helpdesk.adapter, "reached", lambda _: reached)
    made = [desk.helpdesk.make("shelf") for _ in range(2)]
    remover = desk.helpdesk.spec["removeShelf"]
    several = replace(remover, aim=Aim("shelf", "ids"), method="GET")
    desk.helpdesk.send(Draft(several).having({"ids": [one.id for one in made]}))
    desk.sent.clear()
    desk.helpdesk.clean_up()
    numbers = {"1": made[0].id, "2": made[1].id}
    assert desk.sent == [f"DELETE /Shelf/{numbers[n]}" for n in tried_again]
