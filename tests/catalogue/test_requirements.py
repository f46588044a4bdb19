"""The registry of Kayako Classic: every promise of the documentation, once, and well told."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

REGISTRY = Path(__file__).parents[2] / "schemas" / "kayako-classic" / "requirements.yaml"
LEVELS = {"MUST", "SHOULD", "MAY"}
MEMBERS = {"id", "level", "stated", "text", "source", "class"}
MEMBERS |= {"since", "condition", "undecidable"}
ID = re.compile(r"KC-(?P<area>[A-Z]{3,5})-\d{3}")
STATEMENT = re.compile(r"^- \*\*(?P<id>KC-[A-Z]+-\d{3})\*\* (?P<level>[A-Z]+):", re.MULTILINE)

Requirement = dict[str, Any]


@pytest.fixture(scope="module")
def registry() -> dict[str, Any]:
    loaded = yaml.safe_load(REGISTRY.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(scope="module")
def requirements(registry: dict[str, Any]) -> list[Requirement]:
    listed = registry["requirements"]
    assert isinstance(listed, list)
    return listed


def stated_level(requirement: Requirement) -> str:
    """The level in the source, also where the registry says `suite`."""
    return str(requirement.get("stated", requirement["level"]))


def repeated(values: list[str]) -> list[str]:
    return sorted({value for value in values if values.count(value) > 1})


def test_the_registry_names_its_family(registry: dict[str, Any]) -> None:
    assert registry["family"] == REGISTRY.parent.name


def test_every_statement_up_to_ticket_types_is_there(requirements: list[Requirement]) -> None:
    assert len(requirements) == 350


def test_ids_are_well_formed(requirements: list[Requirement]) -> None:
    assert [r["id"] for r in requirements if not ID.fullmatch(r["id"])] == []


def test_ids_are_unique(requirements: list[Requirement]) -> None:
    assert repeated([r["id"] for r in requirements]) == []


def test_members_are_known_and_plain_text(requirements: list[Requirement]) -> None:
    odd = [
        (r["id"], name)
        for r in requirements
        for name, value in r.items()
        if name not in MEMBERS or not isinstance(value, str) or value != value.strip() or not value
    ]
    assert odd == []


def test_levels_are_known(requirements: list[Requirement]) -> None:
    assert [r["id"] for r in requirements if r["level"] not in LEVELS | {"suite"}] == []


def test_a_level_is_stated_apart_exactly_where_the_suite_is_bound(
    requirements: list[Requirement],
) -> None:
    assert [r["id"] for r in requirements if (r["level"] == "suite") != ("stated" in r)] == []
    assert [r["id"] for r in requirements if stated_level(r) not in LEVELS] == []


def test_every_class_has_an_id_a_title_and_members(
    registry: dict[str, Any], requirements: list[Requirement]
) -> None:
    classes = registry["classes"]
    assert [c for c in classes if set(c) != {"id", "title"} or not c["title"]] == []
    assert repeated([c["id"] for c in classes]) == []
    assert {c["id"] for c in classes} == {r["class"] for r in requirements}


def test_an_area_stands_in_one_place_and_one_class(requirements: list[Requirement]) -> None:
    numbers: dict[str, list[str]] = {}
    for requirement in requirements:
        area, number = requirement["id"].split("-")[1:]
        numbers.setdefault(area, []).append(number)
    assert [a for a, seen in numbers.items() if seen != sorted(seen)] == []
    homes = {(r["id"].split("-")[1], r["class"]) for r in requirements}
    assert repeated([area for area, _ in homes]) == []


def test_every_text_is_one_sentence_of_one_line(requirements: list[Requirement]) -> None:
    odd = [
        r["text"]
        for r in requirements
        if "\n" in r["text"] or not r["text"].endswith(".") or not r["text"][0].isupper()
    ]
    assert odd == []


def test_no_text_is_told_twice(requirements: list[Requirement]) -> None:
    assert repeated([r["text"] for r in requirements]) == []


def test_every_requirement_names_its_source(requirements: list[Requirement]) -> None:
    assert [r["id"] for r in requirements if "source" not in r] == []
    assert [r["id"] for r in requirements if r["source"].startswith(("/", "http"))] == []


def test_versions_are_dotted_numbers(requirements: list[Requirement]) -> None:
    versions = [r["since"] for r in requirements if "since" in r]
    assert versions
    assert [v for v in versions if not re.fullmatch(r"\d+(\.\d+)+", v)] == []


def test_at_most_five_in_a_hundred_are_undecidable(requirements: list[Requirement]) -> None:
    undecidable = [r["id"] for r in requirements if "undecidable" in r]
    assert len(undecidable) * 100 <= 5 * len(requirements), undecidable


def test_what_binds_the_suite_needs_no_excuse(requirements: list[Requirement]) -> None:
    bound = [r for r in requirements if r["level"] == "suite"]
    assert [r["id"] for r in bound if "undecidable" in r or "condition" in r] == []


def test_lines_are_not_too_long_to_read() -> None:
    lines = REGISTRY.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 160] == []


def test_ids_order_and_levels_are_those_of_the_reference(requirements: list[Requirement]) -> None:
    folder = os.environ.get("HELPDESK_REFERENCE")
    if not folder:
        pytest.skip("HELPDESK_REFERENCE does not name the folder of the reference sheets")
    sheet = Path(folder, "kayako-classic.md")
    if not sheet.is_file():
        pytest.skip(f"HELPDESK_REFERENCE holds no {sheet.name}")
    areas = {r["id"].split("-")[1] for r in requirements}
    stated = [
        (found["id"], found["level"])
        for found in STATEMENT.finditer(sheet.read_text(encoding="utf-8"))
        if found["id"].split("-")[1] in areas
    ]
    assert [(r["id"], stated_level(r)) for r in requirements] == stated
