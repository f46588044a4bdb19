"""The emulator: stateful servers of the documented APIs, written from the documentation alone.

It is the suite's default target and a sandbox for authors of client programs. Importing this
package is cheap; the server and the families are loaded when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conformance.emulator.faults import Fault
    from conformance.emulator.registry import catalogue_of_faults, families
    from conformance.emulator.server import Server, running
    from conformance.emulator.settings import Settings

__all__ = ["Fault", "Server", "Settings", "catalogue_of_faults", "families", "running"]

_HOMES = {
    "Fault": "faults",
    "Server": "server",
    "Settings": "settings",
    "catalogue_of_faults": "registry",
    "families": "registry",
    "running": "server",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
