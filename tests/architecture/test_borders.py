"""Who may know whom (docs/architecture.md), and what the rooms must not hold."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "conformance"

#: Room, and the rooms of ours that it may import from.
MAY_IMPORT = {
    "engine": {"engine", "locate"},
    "emulator": {"emulator"},
    "report": {"report", "locate"},
    "families": {"engine", "families"},
    "contract": {"engine", "families", "contract", "suite"},
    "suite": {"engine", "families", "emulator", "report", "suite", "locate", ""},
}


def modules(room: str) -> list[Path]:
    return sorted((PACKAGE / room).rglob("*.py"))


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_it_may_know(room):
    strangers = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in modules(room)
        for name in imports(file)
        if name.split(".")[0] == "conformance" and [*name.split("."), ""][1] not in MAY_IMPORT[room]
    ]
    assert strangers == []


def test_the_generic_checks_take_only_the_run_itself_from_the_suite():
    taken = {name for f in modules("contract") for name in imports(f) if ".suite" in name}
    assert taken == {"conformance.suite.session"}


@pytest.mark.parametrize("room", ["engine", "report", "emulator"])
def test_a_room_below_the_checks_knows_no_pytest(room):
    assert [f for f in modules(room) if any(n.split(".")[0] == "pytest" for n in imports(f))] == []


def test_a_family_imports_no_other_family():
    for folder in sorted((PACKAGE / "families").iterdir()):
        for file in folder.glob("*.py"):
            names = (n for n in imports(file) if n.startswith("conformance.families."))
            assert {n.split(".")[2] for n in names} <= {folder.name}, file


@pytest.mark.parametrize("room", ["engine", "contract", "suite"])
def test_no_api_is_named_in_what_serves_all(room):
    named = re.compile(r"kayako|jitbit|destek", re.IGNORECASE)
    assert [f.name for f in modules(room) if named.search(f.read_text(encoding="utf-8"))] == []


def test_only_hooks_stand_in_the_plugin():
    tree = ast.parse((PACKAGE / "plugin.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    fixtures = {
        f.name for f in functions if any("fixture" in ast.dump(d) for d in f.decorator_list)
    }
    others = [f.name for f in functions if not f.name.startswith("pytest_")]
    assert set(others) == fixtures


def test_no_file_is_longer_than_a_person_reads():
    long = {
        str(file.relative_to(ROOT)): count
        for file in [*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
        if (count := len(file.read_text(encoding="utf-8").splitlines())) > 420
    }
    assert long == {}


def test_the_parts_of_a_release_name_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (PACKAGE / "__init__.py").read_text(encoding="utf-8")
    assert f'__version__ = "{project["version"]}"' in text


def test_every_page_that_a_page_points_to_is_there():
    missing = []
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if not link.startswith("http") and not (page.parent / link).exists():
                missing.append(f"{page.name}: {link}")
    assert missing == []
