"""What the target says about its limits, with the documented values in place of what it leaves
out."""

from collections.abc import Mapping
from typing import Any

from conformance.engine import Helpdesk, omit, skip


def limits_of(helpdesk: Helpdesk) -> Mapping[str, Any]:
    """The limits in force. Skips or omits the check where they must not or cannot be tried."""
    if not helpdesk.target.allows("disruptive"):
        skip(f"needs safety level disruptive, the target has {helpdesk.target.safety}")
    limits = {**helpdesk.spec.limits, **helpdesk.target.limits}
    if not limits.get("enabled", True):
        omit("the target switches its limits off")
    return limits
