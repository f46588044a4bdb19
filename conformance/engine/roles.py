"""Who sends a request, in families whose callers have roles."""

from collections.abc import Collection, Sequence

from conformance.engine.draft import Draft
from conformance.engine.errors import Skipped


def role_for(draft: Draft, roles: Sequence[str], given: Collection[str]) -> str:
    """The role that sends a draft: the one it names, else the operation's, else one that may do
    more, else the best of those that may. Raises Skipped when none of them is given."""
    if not roles:
        return ""
    operation = draft.operation
    least = operation.need.least if operation.need else operation.sent_as or roles[0]
    able = list(roles[roles.index(least) :]) if least in roles else [least]
    wanted = [draft.role] if draft.role else [operation.sent_as or able[-1], *reversed(able)]
    if draft.credential != "valid":
        wanted += reversed(roles)  # who cannot sign in has no rights to lack
    for role in wanted:
        if role in given:
            return role
    raise Skipped(f"needs the role {wanted[0]}: [credentials.{wanted[0]}] in the target file")
