"""Priorities of cases; their order is that of their levels."""

from __future__ import annotations

from conformance.emulator.kayako_v1.labels import Labelled

_PRIORITIES = Labelled("case_priority", "priority_id", "level")

HANDLERS = {
    **_PRIORITIES.handlers("Priority", "Priorities"),
    "reorderPriorities": lambda context: _PRIORITIES.reorder(context, "priority_ids"),
}
