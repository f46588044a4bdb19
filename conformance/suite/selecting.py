"""Whether a run was a selection of the checks, and which."""

from pathlib import Path
from typing import Any

import pytest

from conformance.locate import package_folder


def selection_of(config: pytest.Config, deselected: int) -> dict[str, Any] | None:
    """The selection as results.json has it, or None when every check of the family ran."""
    keyword = config.getoption("keyword", "") or None
    markers = config.getoption("markexpr", "") or None
    nodes = [argument for argument in config.args if not _is_whole(config, argument)]
    if not (deselected or keyword or markers or nodes):
        return None
    return {
        "api": None,
        "keyword": keyword,
        "markers": markers,
        "node_ids": [_portable(node) for node in nodes],
        "deselected": deselected,
    }


def _is_whole(config: pytest.Config, argument: str) -> bool:
    """Whether an argument names all checks: the package or what holds it."""
    package = package_folder()
    if argument == package.name and config.getoption("pyargs", False):
        return True
    place = Path(config.invocation_params.dir, argument).resolve()
    return "::" not in argument and place in (package, package.parent)


def _portable(node: str) -> str:
    """A node id without the folders it happens to stand in."""
    path, separator, rest = node.partition("::")
    name = package_folder().name
    parts = Path(path).parts
    if name in parts:
        path = Path(*parts[len(parts) - parts[::-1].index(name) - 1 :]).as_posix()
    return f"{path}{separator}{rest}"
