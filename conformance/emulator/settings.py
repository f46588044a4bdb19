"""What an emulator is started with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from conformance.emulator import registry

LIMITS = ("documented", "fast", "off")


@dataclass(frozen=True)
class Settings:
    """How to run one emulator; every bad value is a ValueError that says what is wrong.

    `database` names a file that keeps the helpdesk across restarts (none: memory only).
    `port` 0 takes a free port. `limits` rules rate limits and lockouts where the documents have
    any. `tolerant` also repairs what some existing clients get wrong. `faults` are ids from
    `catalogue_of_faults(family)`.
    """

    family: str
    host: str = "127.0.0.1"
    port: int = 0
    database: str | Path | None = None
    limits: str = "off"
    tolerant: bool = False
    faults: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "faults", tuple(self.faults))
        if self.family not in registry.families():
            raise ValueError(
                f"There is no emulator of {self.family!r}; known: {_joined(registry.families())}."
            )
        if not self.host or any(letter.isspace() for letter in self.host):
            raise ValueError(f"The host {self.host!r} is not an address to listen on.")
        if isinstance(self.port, bool) or not 0 <= self.port <= 65535:
            raise ValueError(f"The port must be a number from 0 to 65535, not {self.port!r}.")
        if self.limits not in LIMITS:
            raise ValueError(f"The limits must be one of {_joined(LIMITS)}, not {self.limits!r}.")
        if self.database is not None and Path(self.database).is_dir():
            raise ValueError(f"The database {str(self.database)!r} is a folder, not a file.")
        self._check_faults()

    def _check_faults(self) -> None:
        if not self.faults:
            return
        known = [fault.id for fault in registry.catalogue_of_faults(self.family)]
        unknown = [fault for fault in self.faults if fault not in known]
        if unknown:
            raise ValueError(
                f"{self.family} has no fault named {_joined(unknown)}; known: {_joined(known)}."
            )


def _joined(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names)
