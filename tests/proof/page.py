"""docs/proof.md: which faults turn which requirement red, and which are still unproven.

`python -m tests.proof.page` writes it; a test holds it against what it would write.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from conformance.emulator import catalogue_of_faults, families
from conformance.engine.requirements import Requirement
from conformance.engine.spec import load_spec

PAGE = Path(__file__).resolve().parents[2] / "docs" / "proof.md"
_HEAD = """# Proof

Every check can fail. The emulators have named faults (`helpdesk-conformance list faults`), single
deviations from the documentation; `tests/proof` runs the suite against each and shows that exactly
the requirements listed here turn red, and none without a fault. (Checks that never come by a fault,
which a run of each check alone shows, are spared; `python -m tests.proof.prover FAMILY OUT.json
--whole` runs them too.) A requirement that no fault turns red is *unproven*, and listed as such.

This page is written by `python -m tests.proof.page`.
"""


def render() -> str:
    """The whole page."""
    return _HEAD + "".join(_family(family) for family in families())


def proving(family: str) -> dict[str, list[str]]:
    """Requirement id → ids of the faults that turn it red."""
    found: dict[str, list[str]] = defaultdict(list)
    for fault in catalogue_of_faults(family):
        for requirement in fault.breaks:
            found[requirement].append(fault.id)
    return dict(found)


def unproven(family: str) -> list[Requirement]:
    """Promises of the server that no fault turns red."""
    proven = proving(family)
    registry = load_spec(family).registry
    return [r for r in registry if r.binds_the_server and r.id not in proven]


def _family(family: str) -> str:
    spec, proven = load_spec(family), proving(family)
    promises = [r for r in spec.registry if r.binds_the_server]
    missing = unproven(family)
    count = len(promises) - len(missing)
    lines = [
        f"\n## {spec.title}\n",
        f"{len(catalogue_of_faults(family))} faults prove {count} of {len(promises)} promises.\n",
        "### Unproven\n",
        "| requirement | level | why |",
        "|---|---|---|",
        *_unproven_rows(missing),
        "\n### Proven\n",
        "| requirement | level | faults |",
        "|---|---|---|",
        *(f"| {r.id} | {r.level} | {_faults(proven[r.id])} |" for r in promises if r.id in proven),
    ]
    return "\n".join(lines) + "\n"


def _unproven_rows(missing: list[Requirement]) -> Iterator[str]:
    for requirement in missing:
        why = requirement.undecidable or "no fault shows it yet"
        yield f"| {requirement.id} | {requirement.level} | {requirement.text} *{why}* |"


def _faults(ids: list[str], shown: int = 6) -> str:
    more = f" and {len(ids) - shown} more" if len(ids) > shown else ""
    return ", ".join(f"`{fault}`" for fault in ids[:shown]) + more


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
