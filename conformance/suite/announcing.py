"""What a run is going to do to a live helpdesk, said before it starts."""

from conformance.engine.draft import Draft
from conformance.engine.errors import Skipped
from conformance.engine.pacing import GENERAL, SHARE
from conformance.engine.roles import role_for
from conformance.engine.spec import Operation, Spec
from conformance.engine.target import Target

#: Requests a check costs on average, its share of prerequisites and clean-up included; and where
#: nothing is made, so that much is skipped.
_REQUESTS_PER_CHECK, _READING_PER_CHECK = 1.1, 0.5
#: How much fewer than expected the requests may turn out to be: "at least" has to hold.
_LEAST = 0.8
#: Windows of the limit that the checks of the limits themselves wait through.
_TRYING_LIMITS = 5


def _least_duration(target: Target, spec: Spec, requests: int) -> list[str]:
    """How long the documented limits alone make the run."""
    limits = {**spec.limits, **target.limits}
    if not spec.limits or not limits.get("enabled", True):
        return []
    rate = int(limits[GENERAL] * SHARE)
    seconds = requests * _LEAST // rate * float(limits["window"])
    if target.allows("disruptive"):
        seconds += _TRYING_LIMITS * float(limits["window"]) + float(limits["lockout"])
    return [
        f"  keeps to {rate} requests in {limits['window']:g} s: takes at least {_spoken(seconds)}"
    ]


def _spoken(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} seconds"


def _may_be_sent(operation: Operation, target: Target, spec: Spec) -> bool:
    """Whether the safety level allows the operation, and somebody who may send it is given."""
    try:
        role_for(Draft(operation), spec.roles, target.credentials)
    except Skipped:
        return False
    return target.allows_effect(operation.effect)


def announcement(target: Target, spec: Spec, checks: int) -> str:
    """How many requests, what will be made, what cannot be removed."""
    operations = list(spec)
    served = sum(_may_be_sent(operation, target, spec) for operation in operations)
    per_check = _REQUESTS_PER_CHECK if target.allows("write") else _READING_PER_CHECK
    requests = int(checks * per_check * served / len(operations))
    lines = [
        f"{target.name} ({target.url}), safety level {target.safety}: "
        f"{checks} checks, about {requests} requests"
    ]
    lines += _least_duration(target, spec, requests)
    if target.allows("write"):
        creations = [o.creates for o in spec if o.creates]
        kept = {c.kind for c in creations if not c.remove and not c.within}
        made = sorted({c.kind for c in creations} - kept)
        lines.append(f"  makes its own objects and removes them: {', '.join(made)}")
        if kept:
            lines.append(f"  makes and cannot remove: {', '.join(sorted(kept))}")
    else:
        lines.append("  only reads; what needs writing is skipped (--safety write and above)")
    return "\n".join(lines)
