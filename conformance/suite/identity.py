"""Which check a pytest item is: its id, family, operation and the requirements it can decide.

Ids depend on nothing but the suite: `family/module::function[parameters from the catalogue]`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conformance.engine.cases import CheckCase
from conformance.engine.errors import SuiteError
from conformance.engine.spec import Spec, load_spec
from conformance.families import family_of_folder
from conformance.locate import package_folder


@dataclass(frozen=True)
class CheckIdentity:
    """One check of one family."""

    id: str
    family: str
    module: str
    operation: str | None
    covers: tuple[str, ...]


def family_of(path: Path) -> str | None:
    """The family whose folder a check module stands in; None for the generic checks."""
    folder = path.parent
    if folder.parent == package_folder() / "families":
        return family_of_folder(folder.name)
    return None


def is_elsewhere(folder: Path, families: tuple[str, ...]) -> bool:
    """Whether a folder holds the checks of a family that is none of these."""
    within = folder.parent == package_folder() / "families"
    return within and family_of_folder(folder.name) not in families


def is_check(path: Path) -> bool:
    """Whether a module holds checks of the suite."""
    return family_of(path) is not None or path.parent == package_folder() / "contract"


def parametrize(metafunc: pytest.Metafunc, families: tuple[str, ...]) -> None:
    """Expand a generic check over the catalogue of every family of the run."""
    cases_of = getattr(metafunc.function, "each", None)
    if cases_of is None:
        return
    own = family_of(Path(metafunc.definition.path))
    wanted = [own] if own else list(families)
    parameters: list[Any] = []
    names: tuple[str, ...] = ()
    for family in wanted:
        for case in cases_of(load_spec(family)):
            names = tuple(case.values)
            values = [(family, case), *case.values.values()]
            parameters.append(pytest.param(*values, id=f"{family}-{case.id}"))
    if parameters:
        metafunc.parametrize(("helpdesk", *names), parameters, indirect=["helpdesk"])


def identify(item: pytest.Item) -> CheckIdentity | None:
    """The check an item is, or None when it is none of ours."""
    if not isinstance(item, pytest.Function) or not is_check(item.path):
        return None
    callspec = getattr(item, "callspec", None)
    if callspec is None and hasattr(item.function, "each"):
        return None  # a generic check that no family of the run has a case for
    about = case_of(item)
    function = item.originalname
    family = family_of(item.path)
    parameters = callspec.id if callspec else ""
    case = None
    if about is not None:
        family, case = about
        parameters = case.id
    if family is None:
        raise SuiteError(f"{item.nodeid} belongs to no family: give it cases with `each`")
    covers = tuple(getattr(item.function, "covers", ())) or (case.covers if case else ())
    module = item.path.stem
    suffix = f"[{parameters}]" if parameters else ""
    return CheckIdentity(
        id=f"{family}/{module}::{function}{suffix}",
        family=family,
        module=module,
        operation=case.operation if case else None,
        covers=covers,
    )


def case_of(item: pytest.Item) -> tuple[str, CheckCase] | None:
    """What a generic check is about: the family and its case; None for every other item."""
    callspec = getattr(item, "callspec", None)
    about: tuple[str, CheckCase] | None = callspec.params.get("helpdesk") if callspec else None
    return about


def rank_of(item: pytest.Item) -> int:
    """When a check runs: 0 with all others; those of modules that set RUNS_LAST at the end, in its
    order, while no other worker is at work."""
    return int(getattr(getattr(item, "module", None), "RUNS_LAST", 0))


def in_turn(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The checks in the order they run in: generic ones by operation, so that requests with good
    and with wrong credentials take turns, then all others; those that run last at the end."""
    groups: dict[str, int] = {}

    def place(item: pytest.Item) -> tuple[int, int]:
        generic = _is_generic(item.nodeid)
        group = group_of(item.nodeid) if generic else ""
        return rank_of(item), groups.setdefault(group, len(groups)) if generic else len(items)

    return sorted(items, key=place)


def _is_generic(nodeid: str) -> bool:
    path, _, rest = nodeid.partition("::")
    return "/contract/" in f"/{path}".replace("\\", "/") and "[" in rest


def group_of(nodeid: str) -> str:
    """What runs on one worker together: the checks of one operation, or of one module."""
    path, _, rest = nodeid.partition("::")
    if _is_generic(nodeid):
        parts = rest.partition("[")[2].rstrip("]").rpartition(".")[0] or rest.partition("[")[2]
        return parts.rstrip("]")
    return path


def spec_of(identity: CheckIdentity) -> Spec:
    return load_spec(identity.family)
