"""Objects that nothing removes are merged into one, or put away."""

from dataclasses import replace
from typing import Any

import pytest

from conformance.engine.cleaning import clean_up
from conformance.engine.draft import Draft
from conformance.engine.exchange import Exchange, Request, Response
from conformance.engine.journal import Made
from conformance.engine.spec import Aim, Creation, Operation, Parameter, Spec


def parameter(name: str, *, always: bool = False) -> Parameter:
    extra = {"x-from": "shelf.id"} if not always else {"x-value": "true", "x-always": True}
    return Parameter(name, "query", not always, {}, extra)


class Desk:
    """A helpdesk that notes what is sent to it, and answers with a status."""

    def __init__(self, spec: Spec, safety: bool = True, status: int = 200) -> None:
        merging = replace(
            spec["getShelf"], id="mergeShelves", effect="delete", aim=Aim("shelf", "from"),
            parameters=(parameter("into"), parameter("from")),
        )  # fmt: skip
        closing = replace(
            spec["getShelf"], id="closeShelf", summary="Close a shelf", effect="update",
            aim=Aim("shelf", "id"), parameters=(parameter("id"), parameter("quiet", always=True)),
        )  # fmt: skip
        several = replace(
            spec["getShelf"], id="burnShelves", effect="delete", aim=Aim("shelf", "ids"),
            parameters=(parameter("ids"),),
        )  # fmt: skip
        self.spec = {
            "mergeShelves": merging,
            "closeShelf": closing,
            "burnShelf": replace(
                closing, id="burnShelf", effect="delete", parameters=(parameter("id"),)
            ),
            "burnShelves": several,
            "closeShelves": replace(several, id="closeShelves", effect="update"),
        }
        #: What a call for several says of how many it has reached, one after the other.
        self.counts: list[int | None] = []
        self.adapter = type("A", (), {"reached": lambda *_: self.counts.pop(0)})()
        self.catalogue, self.status = spec, status
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.seems_gone = False
        self.target = type("T", (), {"allows_effect": lambda *_: safety})()
        self.journal = type(
            "J", (), {"standing": lambda _: reversed(self.made), "left_behind": lambda _: self.left,
                      "mark_removed": lambda *named: self.gone.append(named[2])},
        )()  # fmt: skip
        self.undoing = type("U", (), {"pending": lambda _: []})()
        self.made: list[Made] = []
        self.left: list[Any] = []
        self.gone: list[str] = []

    def make(self, number: int, creation: Creation) -> None:
        operation = replace(self.catalogue["createShelf"], creates=creation)
        self.made.append(Made("shelf", {"id": number}, exchange(self.catalogue, operation, 200)))

    def identify(self, made: Made) -> None:
        """Every one has its number."""

    def send(self, draft: Draft, _purpose: str) -> Exchange:
        self.sent.append((draft.operation.id, draft.sent))
        return exchange(self.catalogue, draft.operation, self.status)


def exchange(spec: Spec, operation: Operation, status: int) -> Exchange:
    request, response = Request("POST", "http://library.invalid"), Response(status, "", (), b"")
    return Exchange("1", "cleanup", request, response, None, 0.1, spec, operation)


BURNT = Creation("shelf", "burnShelf", None, several="burnShelves")
SHUT = Creation("shelf", None, None, retire="closeShelf", several="closeShelves")
FOLDED = Creation("shelf", None, None, fold="mergeShelves", retire="closeShelf")
CLOSED = ("closeShelf", {"id": "3", "quiet": "true"})


def test_objects_are_merged_into_the_last_one_which_is_put_away(spec: Spec) -> None:
    desk: Any = Desk(spec)
    for number in (1, 2, 3):
        desk.make(number, FOLDED)
    clean_up(desk)
    merged = [("mergeShelves", {"into": "3", "from": number}) for number in ("2", "1")]
    assert desk.sent == [CLOSED, *merged]
    assert desk.gone == ["2", "1"]
    assert desk.made[2].failure == "close a shelf; the API offers no way to remove it"


def test_nothing_is_merged_where_the_safety_level_forbids_it(spec: Spec) -> None:
    desk: Any = Desk(spec, safety=False)
    for number in (2, 3):
        desk.make(number, FOLDED)
    clean_up(desk)
    assert [name for name, _ in desk.sent] == ["closeShelf", "closeShelf"]
    assert desk.gone == []


@pytest.mark.parametrize("status", [403, 500])
def test_what_cannot_be_merged_nor_put_away_is_left_and_named(spec: Spec, status: int) -> None:
    desk: Any = Desk(spec, status=status)
    desk.make(3, FOLDED)
    clean_up(desk)
    assert desk.sent == [CLOSED]
    assert desk.made[0].failure == "the API offers no way to remove it"


def _cleaned(spec: Spec, creation: Creation, *counts: int | None, status: int = 200) -> Any:
    desk: Any = Desk(spec, status=status)
    desk.counts = list(counts)
    for number in (1, 2, 3, 4):
        desk.make(number, creation)
    clean_up(desk)
    return desk


@pytest.mark.parametrize("count", [4, None])
def test_what_one_call_removes_goes_together(spec: Spec, count: int | None) -> None:
    desk = _cleaned(spec, BURNT, count)
    assert desk.sent == [("burnShelves", {"ids": ["4", "3", "2", "1"]})]
    assert all(made.removed for made in desk.made)


@pytest.mark.parametrize(("status", "count"), [(200, 3), (200, 5), (500, 4)])
def test_what_one_call_may_have_left_is_removed_alone(spec: Spec, status: int, count: int) -> None:
    desk = _cleaned(spec, BURNT, count, status=status)
    alone = [("burnShelf", {"id": number}) for number in ("4", "3", "2", "1")]
    assert desk.sent[1:] == alone


def test_what_one_call_did_not_put_away_is_put_away_in_halves(spec: Spec) -> None:
    desk = _cleaned(spec, SHUT, 3, 2, 1)
    assert [sent["ids"] for name, sent in desk.sent if name == "closeShelves"] == [
        ["4", "3", "2", "1"],
        ["4", "3"],
        ["2", "1"],
    ]
    assert [name for name, _ in desk.sent[3:]] == ["closeShelf", "closeShelf"]
    assert desk.made[3].failure == "close a shelf; the API offers no way to remove it"


def test_a_call_that_put_more_away_than_it_was_asked_for_is_not_repeated(spec: Spec) -> None:
    desk = _cleaned(spec, SHUT, 9)
    assert [name for name, _ in desk.sent] == ["closeShelves", *["closeShelf"] * 4]


def test_where_the_safety_level_forbids_the_call_for_several_each_goes_alone(spec: Spec) -> None:
    desk: Any = Desk(spec, safety=False)
    for number in (1, 2):
        desk.make(number, BURNT)
    clean_up(desk)
    assert desk.sent == [("burnShelf", {"id": "2"}), ("burnShelf", {"id": "1"})]


def test_objects_of_others_are_in_no_call(spec: Spec) -> None:
    desk: Any = Desk(spec)
    desk.counts = [2]
    for number in (1, 2, 3):
        desk.make(number, BURNT)
    desk.made[1].foreign = True
    clean_up(desk)
    assert desk.sent == [("burnShelves", {"ids": ["3", "1"]})]
    assert "left alone" in desk.made[1].failure


@pytest.mark.parametrize("number", ["", "4,5", [4, 5]])
def test_what_names_no_single_object_is_not_put_among_other_ids(spec: Spec, number: Any) -> None:
    desk: Any = Desk(spec)
    for one in (1, 2, number):
        desk.make(one, BURNT)
    clean_up(desk)
    assert "burnShelves" not in [name for name, _ in desk.sent]


def test_one_object_alone_needs_no_call_for_several(spec: Spec) -> None:
    desk: Any = Desk(spec)
    desk.make(1, BURNT)
    clean_up(desk)
    assert desk.sent == [("burnShelf", {"id": "1"})]
