"""The registry of promises: what each requirement id means and how binding it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.engine.errors import SuiteError
from conformance.engine.yamlfile import load_yaml

LEVELS = ("MUST", "SHOULD", "MAY", "suite")


@dataclass(frozen=True)
class Requirement:
    """One promise of the documentation, in our own words."""

    id: str
    level: str
    text: str
    source: str
    conformance_class: str
    since: str | None = None
    condition: str | None = None
    undecidable: str | None = None
    #: Nothing in the seed documents stands behind it: judged on request only.
    beyond: bool = False

    @property
    def binds_the_server(self) -> bool:
        return self.level != "suite"


@dataclass(frozen=True)
class ConformanceClass:
    """A group of requirements that gets a verdict of its own."""

    id: str
    title: str


class Registry:
    """All requirements of a family, in the order of their file."""

    def __init__(
        self, requirements: Iterable[Requirement], classes: Iterable[ConformanceClass]
    ) -> None:
        self._by_id = {requirement.id: requirement for requirement in requirements}
        self.classes = tuple(classes)

    def __getitem__(self, requirement_id: str) -> Requirement:
        try:
            return self._by_id[requirement_id]
        except KeyError:
            raise SuiteError(f"no requirement {requirement_id} in requirements.yaml") from None

    def __contains__(self, requirement_id: object) -> bool:
        return requirement_id in self._by_id

    def __iter__(self) -> Iterator[Requirement]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def level(self, requirement_id: str) -> str:
        return self[requirement_id].level

    def rank(self, requirement_id: str) -> int:
        """How binding a promise is: 0 for a MUST, more for less, most for one not known here."""
        known = self._by_id.get(requirement_id)
        return LEVELS.index(known.level) if known else len(LEVELS)


def load_registry(file: Path) -> Registry:
    """Read `requirements.yaml`; raises SuiteError where it is not as docs/catalogue.md says."""
    content = load_yaml(file)
    classes = [ConformanceClass(entry["id"], entry["title"]) for entry in content["classes"]]
    return Registry((_requirement(entry, file) for entry in content["requirements"]), classes)


def _requirement(entry: dict[str, Any], file: Path) -> Requirement:
    if entry["level"] not in LEVELS:
        raise SuiteError(f"{file}: {entry['id']} has the unknown level {entry['level']!r}")
    return Requirement(
        id=entry["id"],
        level=entry["level"],
        text=entry["text"],
        source=entry["source"],
        conformance_class=entry["class"],
        since=entry.get("since"),
        condition=entry.get("condition"),
        undecidable=entry.get("undecidable"),
        beyond=entry.get("beyond", False),
    )
