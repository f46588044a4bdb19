"""Building the good request of an operation from what the catalogue says about its parameters."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken, SuiteError
from conformance.engine.spec import Operation, Parameter

if TYPE_CHECKING:
    from conformance.engine.helpdesk import Helpdesk


def good_draft(
    helpdesk: "Helpdesk",
    operation: Operation,
    *,
    full: bool = False,
    given: Collection[str] = (),
) -> Draft:
    """A valid request, with what keeps the call from sending mail; `full` adds every optional
    parameter the catalogue has a value for.

    No object is made for the parameters in `given`, which the caller sets. Calls that change or
    remove aim at an object of their own, which no reading check relies on.
    Raises PrerequisiteBroken when an object it needs cannot be made.
    """
    draft = Draft(operation)
    later = {name for group in operation.alternatives for name in group.names[1:]}
    first = {group.names[0] for group in operation.alternatives}
    for parameter in operation.parameters:
        wanted = parameter.required or parameter.name in first or parameter.always
        if not wanted and not (full and parameter.name not in later and _has_value(parameter)):
            continue
        if parameter.optional_in_path or (parameter.source and parameter.name in given):
            continue
        value = value_for(helpdesk, operation, parameter)
        draft = draft.having({parameter.name: value})
        if parameter.alias and (parameter.required or full):
            draft = draft.having({parameter.alias: value})
    return draft


def value_for(helpdesk: "Helpdesk", operation: Operation, parameter: Parameter) -> Any:
    """A valid value: from an object of the run, or the catalogue's template filled in."""
    if parameter.source is not None:
        kind, member = parameter.source
        made = helpdesk.obtain(kind, _label(operation, parameter))
        if member not in made.values:
            raise PrerequisiteBroken(f"the {kind} in use shows no {member}")
        value = made.values[member]
        return [value] if parameter.is_array and not isinstance(value, list) else value
    template = parameter.value
    if template is None:
        raise SuiteError(f"{operation.id}: the catalogue has no value for {parameter.name}")
    if isinstance(template, list):
        return [_fill(helpdesk, entry) for entry in template]
    return _fill(helpdesk, template)


def _label(operation: Operation, parameter: Parameter) -> str:
    """Which object of a kind: the shared one, or the one that may be changed or lost."""
    from conformance.engine.helpdesk import EXPENDABLE

    aims_at_it = parameter.place == "path" and operation.effect in ("update", "delete")
    return EXPENDABLE if aims_at_it else ""


def _fill(helpdesk: "Helpdesk", template: Any) -> str:
    return helpdesk.chance.fill(str(template))


def _has_value(parameter: Parameter) -> bool:
    return parameter.value is not None or parameter.source is not None
