"""The registries: every promise of each family's documentation, once, and well told."""

import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance.engine.requirements import load_registry

SCHEMAS = Path(__file__).parents[2] / "schemas"
LEVELS = {"MUST", "SHOULD", "MAY"}
MEMBERS = {"id", "level", "stated", "text", "source", "class"}
MEMBERS |= {"since", "condition", "undecidable", "beyond"}

Requirement = dict[str, Any]


@dataclass(frozen=True)
class Family:
    """What sets the registry of one family apart from the others."""

    id: str
    prefix: str
    #: How many of its statements have each level, `suite` among them.
    levels: dict[str, int]
    #: How its reference sheets write a statement.
    statement: str
    #: Whether the sheets know no level `suite`, so that the registry has to tell the level there.
    states_levels: bool
    #: Areas that stand in more than one class.
    divided: frozenset[str] = frozenset()
    #: The letters of an area, in the middle of each id.
    area: str = r"[A-Z]{3,5}"
    #: Whether the documents tell the versions that brought something.
    tells_versions: bool = True
    #: Its reference sheets in their order, where there are several.
    sheets: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        return SCHEMAS / self.id / "requirements.yaml"

    @property
    def sheet_names(self) -> tuple[str, ...]:
        return self.sheets or (f"{self.id}.md",)


KAYAKO_CLASSIC = Family(
    id="kayako-classic",
    prefix="KC",
    levels={"MUST": 180, "SHOULD": 142, "MAY": 12, "suite": 16},
    statement=r"^- \*\*(?P<id>KC-[A-Z]+-\d{3})\*\* (?P<level>[A-Z]+):",
    states_levels=True,
)
JITBIT = Family(
    id="jitbit",
    prefix="JB",
    levels={"MUST": 352, "SHOULD": 138, "MAY": 24, "suite": 12},
    statement=r"^\| (?P<id>JB-[A-Z]+-\d{3}) \| (?P<level>\w+) \|",
    states_levels=False,
    divided=frozenset({"AUTH"}),
)
KAYAKO_V1 = Family(
    id="kayako-v1",
    prefix="KV",
    levels={"MUST": 337, "SHOULD": 167, "MAY": 15, "suite": 19},
    statement=r"^- (?P<id>KV-[A-Z0-9]+-\d{3}) \[(?P<level>[A-Z]+)\] ",
    states_levels=True,
    area=r"[A-Z][A-Z0-9]{1,6}",
    tells_versions=False,
    sheets=("kayako-v1-protocol.md", "kayako-v1-resources.md"),
)
FAMILIES = [KAYAKO_CLASSIC, JITBIT, KAYAKO_V1]


@pytest.fixture(scope="module", params=FAMILIES, ids=lambda family: family.id)
def family(request: pytest.FixtureRequest) -> Family:
    assert isinstance(request.param, Family)
    return request.param


@pytest.fixture(scope="module")
def registry(family: Family) -> dict[str, Any]:
    loaded = yaml.safe_load(family.file.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(scope="module")
def requirements(registry: dict[str, Any]) -> list[Requirement]:
    listed = registry["requirements"]
    assert isinstance(listed, list)
    return listed


def area(requirement: Requirement) -> str:
    return str(requirement["id"].split("-")[1])


def stated_level(requirement: Requirement) -> str:
    """The level in the source, also where the registry says `suite`."""
    return str(requirement.get("stated", requirement["level"]))


def repeated(values: list[str]) -> list[str]:
    return sorted({value for value in values if values.count(value) > 1})


def plain(value: object) -> bool:
    return isinstance(value, str) and bool(value) and value == value.strip()


def test_the_registry_names_its_family(family: Family, registry: dict[str, Any]) -> None:
    assert registry["family"] == family.id


def test_every_statement_is_there(family: Family, requirements: list[Requirement]) -> None:
    assert Counter(r["level"] for r in requirements) == family.levels


def test_ids_are_well_formed(family: Family, requirements: list[Requirement]) -> None:
    form = re.compile(rf"{family.prefix}-{family.area}-\d{{3}}")
    assert [r["id"] for r in requirements if not form.fullmatch(r["id"])] == []


def test_ids_are_unique(requirements: list[Requirement]) -> None:
    assert repeated([r["id"] for r in requirements]) == []


def test_members_are_known_and_plain_text(requirements: list[Requirement]) -> None:
    odd = [
        (r["id"], name)
        for r in requirements
        for name, value in r.items()
        if name not in MEMBERS or (value is not True if name == "beyond" else not plain(value))
    ]
    assert odd == []


def test_levels_are_known(requirements: list[Requirement]) -> None:
    assert [r["id"] for r in requirements if r["level"] not in LEVELS | {"suite"}] == []


def test_a_level_is_stated_apart_only_where_the_suite_is_bound(
    family: Family, requirements: list[Requirement]
) -> None:
    apart = [r["id"] for r in requirements if "stated" in r]
    assert apart == [
        r["id"] for r in requirements if r["level"] == "suite" and family.states_levels
    ]
    assert [r["id"] for r in requirements if r.get("stated", "MUST") not in LEVELS] == []


def test_every_class_has_an_id_a_title_and_members(
    registry: dict[str, Any], requirements: list[Requirement]
) -> None:
    classes = registry["classes"]
    assert [c for c in classes if set(c) != {"id", "title"} or not c["title"]] == []
    assert repeated([c["id"] for c in classes]) == []
    assert {c["id"] for c in classes} == {r["class"] for r in requirements}


def test_an_area_stands_in_one_place_and_one_class(
    family: Family, requirements: list[Requirement]
) -> None:
    numbers: dict[str, list[str]] = {}
    for requirement in requirements:
        numbers.setdefault(area(requirement), []).append(requirement["id"])
    assert [a for a, seen in numbers.items() if seen != sorted(seen)] == []
    homes = {(area(r), r["class"]) for r in requirements}
    assert repeated([home for home, _ in homes]) == sorted(family.divided)


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


def test_versions_are_dotted_numbers(family: Family, requirements: list[Requirement]) -> None:
    versions = [r["since"] for r in requirements if "since" in r]
    assert bool(versions) == family.tells_versions
    assert [v for v in versions if not re.fullmatch(r"\d+(\.\d+)+", v)] == []


def test_at_most_five_in_a_hundred_are_undecidable(requirements: list[Requirement]) -> None:
    promises = [r for r in requirements if r["level"] != "suite"]
    undecidable = [r["id"] for r in promises if "undecidable" in r]
    assert len(undecidable) * 100 <= 5 * len(promises), undecidable


def test_what_binds_the_suite_needs_no_excuse(requirements: list[Requirement]) -> None:
    bound = [r for r in requirements if r["level"] == "suite"]
    excuses = {"undecidable", "condition", "beyond"}
    assert [r["id"] for r in bound if excuses & r.keys()] == []


def test_the_loader_reads_what_is_beyond(family: Family, requirements: list[Requirement]) -> None:
    marked = [r["id"] for r in requirements if "beyond" in r]
    assert [r.id for r in load_registry(family.file) if r.beyond] == marked


def test_no_must_is_beyond_the_seed(requirements: list[Requirement]) -> None:
    assert [r["id"] for r in requirements if "beyond" in r and r["level"] == "MUST"] == []


def test_what_is_beyond_the_seed_rests_on_no_section_of_it(
    requirements: list[Requirement],
) -> None:
    assert [r["id"] for r in requirements if "beyond" in r and "§" in r["source"]] == []


def test_lines_are_not_too_long_to_read(family: Family) -> None:
    lines = family.file.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 160] == []


def test_ids_order_and_levels_are_those_of_the_reference(
    family: Family, requirements: list[Requirement]
) -> None:
    folder = os.environ.get("HELPDESK_REFERENCE")
    if not folder:
        pytest.skip("HELPDESK_REFERENCE does not name the folder of the reference sheets")
    sheets = [Path(folder, name) for name in family.sheet_names]
    if missing := [sheet.name for sheet in sheets if not sheet.is_file()]:
        pytest.skip(f"HELPDESK_REFERENCE holds no {', '.join(missing)}")
    areas = {area(r) for r in requirements}
    text = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    stated = [
        (found["id"], found["level"])
        for found in re.finditer(family.statement, text, re.MULTILINE)
        if found["id"].split("-")[1] in areas
    ]
    assert [(r["id"], stated_level(r)) for r in requirements] == stated
