"""The API families: each folder here has an `adapter.py`; nothing else has to be registered."""

from functools import cache
from importlib import import_module
from pathlib import Path

from conformance.engine.adapter import Adapter

_HERE = Path(__file__).resolve().parent


@cache
def adapters() -> dict[str, type[Adapter]]:
    """The adapter class of every family, by family id."""
    found: dict[str, type[Adapter]] = {}
    for file in sorted(_HERE.glob("*/adapter.py")):
        module = import_module(f"{__name__}.{file.parent.name}.adapter")
        for entry in vars(module).values():
            if isinstance(entry, type) and issubclass(entry, Adapter) and entry is not Adapter:
                found[entry.family] = entry
    return found


def resolve_family(name: str) -> str | None:
    """The family's id for an id or alias, or None when no family has it."""
    for family, adapter in adapters().items():
        if name == family or name in adapter.aliases:
            return family
    return None


def family_of_folder(folder: str) -> str:
    """The family id whose checks stand in this folder: `kayako_classic` is `kayako-classic`."""
    return folder.replace("_", "-")


def folder_of_family(family: str) -> Path:
    """The folder with the checks of a family."""
    return _HERE / family.replace("-", "_")
