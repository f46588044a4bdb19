"""Types of cases."""

from __future__ import annotations

from conformance.emulator.kayako_v1.labels import Labelled

HANDLERS = Labelled("case_type", "type_id").handlers("Type", "Types")
