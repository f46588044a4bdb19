"""What a run is going to do to a live helpdesk, said before it starts."""

from conformance.engine.spec import Spec
from conformance.engine.target import Target

#: Requests a check costs on average, its share of prerequisites and clean-up included.
_REQUESTS_PER_CHECK = 1.1


def announcement(target: Target, spec: Spec, checks: int) -> str:
    """How many requests, what will be made, what cannot be removed."""
    requests = int(checks * _REQUESTS_PER_CHECK)
    lines = [
        f"{target.name} ({target.url}), safety level {target.safety}: "
        f"{checks} checks, about {requests} requests"
    ]
    if target.allows("write"):
        made = sorted({o.creates.kind for o in spec if o.creates})
        kept = sorted({o.creates.kind for o in spec if o.creates and not o.creates.remove})
        lines.append(f"  makes its own objects and removes them: {', '.join(made)}")
        if kept:
            lines.append(f"  cannot remove: {', '.join(kept)}")
    else:
        lines.append("  only reads; what needs writing is skipped (--safety write and above)")
    return "\n".join(lines)
