"""`list`: what the suite knows, as a table or as JSON. No server is needed."""

import argparse
import contextlib
import io
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from conformance.emulator import catalogue_of_faults
from conformance.emulator import families as emulated
from conformance.engine.spec import available_families, load_spec
from conformance.families import adapters, resolve_family
from conformance.locate import package_folder
from conformance.suite.identity import CheckIdentity, identify

USAGE = 2
Row = dict[str, Any]


def show(options: argparse.Namespace) -> int:
    """Print what was asked for; returns the exit code."""
    families: dict[str, None] = {}
    for name in options.api:
        family = resolve_family(name)
        if family is None:
            known = ", ".join(adapters())
            print(f"--api {name}: no such API family; known are {known}", file=sys.stderr)
            return USAGE
        families[family] = None
    chosen = tuple(families) or tuple(f for f in available_families() if f in adapters())
    rows = list(_LISTS[options.what](chosen))
    if options.format == "json":
        json.dump(rows, sys.stdout, indent=1, ensure_ascii=False)
        print()
    else:
        _print_table(rows)
    return 0


def operations(families: Sequence[str]) -> Iterable[Row]:
    """Every documented operation."""
    for family in families:
        for operation in load_spec(family):
            yield {
                "id": operation.id,
                "api": family,
                "method": operation.method,
                "path": operation.path,
                "effect": operation.effect,
                "summary": operation.summary,
            }


def requirements(families: Sequence[str]) -> Iterable[Row]:
    """Every promise."""
    for family in families:
        for requirement in load_spec(family).registry:
            yield {
                "id": requirement.id,
                "api": family,
                "level": requirement.level,
                "class": requirement.conformance_class,
                "text": requirement.text,
                "source": requirement.source,
            }


def checks(families: Sequence[str]) -> Iterable[Row]:
    """Every check, with the requirements it can decide."""
    collected = _Collected()
    arguments = [f"--api={family}" for family in families]
    configuration = ["-c", str(package_folder() / "pytest.ini"), "-p", "conformance.plugin"]
    collecting = ["--collect-only", "-q", *configuration, "-p", "no:cacheprovider"]
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        code = pytest.main([str(package_folder()), *collecting, *arguments], [collected])
    if code != pytest.ExitCode.OK:
        sys.stderr.write(output.getvalue())
    for identity in collected.identities:
        yield {
            "id": identity.id,
            "api": identity.family,
            "operation": identity.operation,
            "requirements": list(identity.covers),
        }


class _Collected:
    """Takes the checks from pytest's own collection."""

    def __init__(self) -> None:
        self.identities: list[CheckIdentity] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        found = (identify(item) for item in session.items)
        self.identities = [identity for identity in found if identity is not None]


def faults(families: Sequence[str]) -> Iterable[Row]:
    """Every deviation of the emulators that can be switched on."""
    for family in families:
        if family not in emulated():
            continue
        for fault in catalogue_of_faults(family):
            yield {
                "id": fault.id,
                "api": family,
                "kind": fault.kind,
                "title": fault.title,
                "breaks": list(fault.breaks),
            }


_LISTS: dict[str, Callable[[Sequence[str]], Iterable[Row]]] = {
    "operations": operations,
    "requirements": requirements,
    "checks": checks,
    "faults": faults,
}


def _print_table(rows: Sequence[Row]) -> None:
    if not rows:
        return
    names = list(rows[0])
    cells = [[_cell(row[name]) for name in names] for row in rows]
    widths = [max(len(name), *(len(row[i]) for row in cells)) for i, name in enumerate(names)]
    widths[-1] = 0
    for line in ([name.upper() for name in names], *cells):
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)))


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else str(value)
