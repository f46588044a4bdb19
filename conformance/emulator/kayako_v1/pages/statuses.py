"""Statuses of cases. Only those that were added can be moved and deleted."""

from __future__ import annotations

from conformance.emulator.kayako_v1.labels import Labelled

_STATUSES = Labelled(
    "case_status", "status_id", "sort_order", lasting=lambda row: bool(row["type"] != "CUSTOM")
)

HANDLERS = {
    **_STATUSES.handlers("Status", "Statuses"),
    "reorderStatuses": lambda context: _STATUSES.reorder(context, "status_ids"),
}
