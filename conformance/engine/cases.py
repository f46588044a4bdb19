"""One parametrized case of a check."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class CheckCase:
    """What one run of a check is about. `id` is stable: it comes from the catalogue alone."""

    id: str
    operation: str | None = None
    covers: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
