"""Assets: what a new one shows, what an update changes (sections "Asset (POST)", "Asset (GET)",
"UpdateAsset"). No asset can be removed, only retired."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect
from conformance.engine.exchange import served
from conformance.engine.matchers import a_positive_integer, equal_to
from conformance.families.jitbit.people import accepted, aim, aimed, name

_NAMES: Mapping[str, str] = {
    "modelName": "ModelName",
    "manufacturer": "Manufacturer",
    "type": "Type",
    "supplier": "Supplier",
}
_DETAILS: Mapping[str, str] = {
    "serialNumber": "SerialNumber",
    "location": "Location",
    "comments": "Comments",
    "quantity": "Quantity",
    "companyId": "CompanyID",
}
_SHOWN: Mapping[str, str] = {**_NAMES, **_DETAILS}


@dataclass(frozen=True)
class Life:
    """An asset made with every documented value, changed in every one, then without quantity."""

    made: Made
    created: Exchange
    read: Exchange
    updated: Exchange
    changed: Exchange
    renamed: Exchange
    after: Exchange


def _names(helpdesk: Helpdesk) -> dict[str, object]:
    return {field: name(helpdesk, "{mark} {word} Ø & Co") for field in _NAMES}


def _values(helpdesk: Helpdesk, label: str, quantity: int) -> dict[str, object]:
    return _names(helpdesk) | {
        "serialNumber": f"SN-{helpdesk.chance.word()}",
        "location": f"Room {helpdesk.chance.word(4)}",
        "comments": name(helpdesk, "{mark} {word}"),
        "quantity": quantity,
        "companyId": helpdesk.obtain("company", label).id,
    }


@pytest.fixture(scope="module")
def life(helpdesk: Helpdesk) -> Life:
    created = helpdesk.send(aim(helpdesk, "createAsset").having(_values(helpdesk, "", 5)))
    made = helpdesk.made_by(created)
    read = aimed(helpdesk, "getAsset", id=made.id)
    values = _values(helpdesk, "second", 7)
    updated = aimed(helpdesk, "updateAsset", id=made.id, **values)
    changed = aimed(helpdesk, "getAsset", id=made.id)
    called = name(helpdesk, "{mark} {word}")
    renamed = aimed(helpdesk, "updateAsset", id=made.id, modelName=called)
    after = aimed(helpdesk, "getAsset", id=made.id)
    return Life(made, created, read, updated, changed, renamed, after)


@pytest.fixture(scope="module")
def least(helpdesk: Helpdesk) -> tuple[Exchange, Exchange]:
    """An asset made with what is required and nothing else, and read."""
    created = helpdesk.send(aim(helpdesk, "createAsset").having(_names(helpdesk)))
    return created, aimed(helpdesk, "getAsset", id=helpdesk.made_by(created).id)


# Creating ---------------------------------------------------------------------------------------


@covers("JB-ASST-018")
def test_creating_an_asset_answers_its_id(least: tuple[Exchange, Exchange]) -> None:
    expect(least[0]).success().item("id", a_positive_integer)


@covers("JB-ASST-016")
def test_the_asset_asked_for_is_shown(life: Life) -> None:
    expect(life.read).item("ItemID", equal_to(life.made.id))


@covers("JB-ASST-034")
@pytest.mark.parametrize("field", _NAMES)
@pytest.mark.parametrize("place", [0, 1], ids=["least", "full"])
def test_a_new_asset_shows_its_names(
    life: Life, least: tuple[Exchange, Exchange], field: str, place: int
) -> None:
    created, read = least if place == 0 else (life.created, life.read)
    expect(read).item(_NAMES[field], equal_to(accepted(created).sent[field]))


@covers("JB-ASST-020")
@pytest.mark.parametrize("field", _DETAILS)
def test_a_new_asset_shows_its_details(life: Life, field: str) -> None:
    expect(life.read).item(_DETAILS[field], equal_to(accepted(life.created).sent[field]))


@covers("JB-ASST-021")
def test_there_is_one_unless_said(least: tuple[Exchange, Exchange]) -> None:
    accepted(least[0])
    expect(least[1]).item("Quantity", equal_to(1))


# Updating ---------------------------------------------------------------------------------------


@covers("JB-ASST-023")
def test_an_update_answers_the_asset(life: Life) -> None:
    expect(life.updated).success().item("ItemID", equal_to(life.made.id))


@covers("JB-ASST-023")
def test_the_answer_to_an_update_shows_what_it_wrote(life: Life) -> None:
    wanted = accepted(life.updated).sent["modelName"]
    expect(life.updated).item("ModelName", equal_to(wanted))


@covers("JB-ASST-035")
@pytest.mark.parametrize("field", _SHOWN)
def test_an_update_changes_each_value(life: Life, field: str) -> None:
    expect(life.changed).item(_SHOWN[field], equal_to(accepted(life.updated).sent[field]))


@covers("JB-ASST-035")
def test_an_update_needs_no_more_than_the_model(life: Life) -> None:
    expect(served(life.renamed)).success()
    if life.renamed.succeeded:
        expect(life.after).item("ModelName", equal_to(life.renamed.sent["modelName"]))


@covers("JB-ASST-025")
def test_an_update_without_quantity_sets_it_to_one(life: Life) -> None:
    accepted(life.updated)
    accepted(life.renamed)
    expect(life.after).item("Quantity", equal_to(1))
