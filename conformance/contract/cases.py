"""Which requirements stand behind the generic checks of an operation."""

from collections.abc import Iterable

from conformance.engine.judging import requirements_of
from conformance.engine.spec import Operation, Spec

#: What a method would do on a resource that does not support it.
EFFECT_OF_METHOD = {"GET": "read", "POST": "create", "PUT": "update", "DELETE": "delete"}
#: Status of a request whose credentials were refused, whatever else it asked for.
UNAUTHENTICATED = 401
NOT_FOUND = 404
_SHAPES = ("list", "item", "created", "updated")


def general(
    spec: Spec, operation: Operation, aspect: str, case: str | None = None
) -> tuple[str, ...]:
    """The family-wide promises behind an aspect, unless the operation names others for it; one
    that only client libraries show owes none of them beyond its own statements."""
    own = operation.requirements.get(aspect)
    if own is not None:
        return own
    return () if operation.inferred else spec.promises(aspect, case)


def once(ids: Iterable[str]) -> tuple[str, ...]:
    """The ids in their order, each once."""
    return tuple(dict.fromkeys(ids))


def answering_ids(spec: Spec, operation: Operation) -> tuple[str, ...]:
    """Ids broken when a good request is not answered with the documented status."""
    answered = operation.requirements.get("answered", ())
    aspects = ("success", "exact-success")
    removed = general(spec, operation, "deleted") if operation.effect == "delete" else ()
    return once([*answered, *(i for a in aspects for i in general(spec, operation, a)), *removed])


def shape_ids(spec: Spec, operation: Operation) -> tuple[str, ...]:
    """Ids broken when the answer has another root or another number of objects."""
    shape = general(spec, operation, operation.answer) if operation.answer in _SHAPES else ()
    return once([*operation.requirements.get("payload", ()), *shape])


def member_ids(spec: Spec, operation: Operation) -> tuple[str, ...]:
    """Ids broken when a member of the answer is not as promised."""
    own = operation.requirements.get("members")
    if own is not None:
        return own
    payload = operation.payload
    return requirements_of(spec, payload[1]) if payload else ()


def missing_ids(spec: Spec, operation: Operation, own: tuple[str, ...]) -> tuple[str, ...]:
    """Ids broken when a required parameter may be left out."""
    return once([*own, *general(spec, operation, "missing")])
