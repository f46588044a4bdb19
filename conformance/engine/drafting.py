"""Building the good request of an operation from what the catalogue says about its parameters."""

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from conformance.engine.draft import Draft, Upload
from conformance.engine.errors import PrerequisiteBroken, Skipped, SuiteError
from conformance.engine.journal import Made
from conformance.engine.spec import Operation, Parameter

if TYPE_CHECKING:
    from conformance.engine.helpdesk import Helpdesk

#: Values of this kind stand in the target file: the API cannot make such objects.
KNOWN = "known"
#: A member of an object in the midst of a value.
_MEMBER = re.compile(r"\{(?P<kind>\w+)\.(?P<member>[\w.]+)\}")


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
        if parameter.kind == "file":
            name = f"{helpdesk.chance.mark}-{helpdesk.chance.unused()}.txt"
            draft = draft.with_upload(Upload(parameter.name, name, str(value).encode()))
            continue
        draft = draft.having({_name_of(helpdesk, parameter): value})
        if parameter.alias and (parameter.required or full):
            draft = draft.having({parameter.alias: value})
    return draft


def _name_of(helpdesk: "Helpdesk", parameter: Parameter) -> str:
    """The name as it is sent: one with braces is filled in."""
    if parameter.name_from is None:
        return parameter.name
    kind, _, member = parameter.name_from.partition(".")
    filling = (
        helpdesk.known(member)
        if kind == KNOWN
        else _member(helpdesk, helpdesk.obtain(kind), member)
    )
    return re.sub(r"\{\w+\}", str(filling), parameter.name)


def value_for(helpdesk: "Helpdesk", operation: Operation, parameter: Parameter) -> Any:
    """A valid value: from an object of the run, or the catalogue's template filled in."""
    if parameter.source is not None:
        kind, member = parameter.source
        if kind == KNOWN:
            return helpdesk.known(member)
        label = _label(operation, parameter)
        if parameter.several > 1:
            labels = (f"{label} {number}".strip() for number in range(1, parameter.several + 1))
            return [_member(helpdesk, helpdesk.obtain(kind, each), member) for each in labels]
        value = _member(helpdesk, _object_for(helpdesk, operation, parameter, kind, label), member)
        return [value] if parameter.is_array and not isinstance(value, list) else value
    template = parameter.value
    if template is None:
        raise SuiteError(f"{operation.id}: the catalogue has no value for {parameter.name}")
    if isinstance(template, list):
        return [_fill(helpdesk, operation, entry) for entry in template]
    return _fill(helpdesk, operation, template)


def _member(helpdesk: "Helpdesk", made: Made, name: str) -> Any:
    """A member of an object. Raises PrerequisiteBroken where it shows none of this name, Skipped
    where a run that makes none has found it: lists need not show what its own objects have."""
    value = made.shown(name)
    if value is None:
        if not helpdesk.target.allows_effect("create"):
            raise Skipped(f"no {made.kind} with {name} was found; safety level write makes one")
        raise PrerequisiteBroken(f"the {made.kind} in use shows no {name}")
    return value


def _object_for(
    helpdesk: "Helpdesk", operation: Operation, parameter: Parameter, kind: str, label: str
) -> Made:
    """The object that a parameter names. Where the target gives nobody who could make or find one,
    the stand-in for it, unless the call would change that. Raises as `obtain` does."""
    try:
        return helpdesk.obtain(kind, label)
    except Skipped:
        aim = operation.aim
        harmless = operation.only_reads or (aim is not None and aim.kind != kind)
        stand_in = helpdesk.stand_in(kind) if harmless and parameter.need is None else None
        if stand_in is None:
            raise
        return stand_in


def _label(operation: Operation, parameter: Parameter) -> str:
    """Which object of a kind: the shared one, or the one that may be changed or lost."""
    from conformance.engine.helpdesk import EXPENDABLE

    aim = operation.aim
    aims_at_it = parameter.place == "path" or (aim and aim.parameter == parameter.name)
    return EXPENDABLE if aims_at_it and operation.effect in ("update", "delete") else ""


def _fill(helpdesk: "Helpdesk", operation: Operation, template: Any) -> str:
    labels = {p.source[0]: _label(operation, p) for p in operation.placed("path") if p.source}

    def member(found: re.Match[str]) -> str:
        kind = found.group("kind")
        return str(
            _member(helpdesk, helpdesk.obtain(kind, labels.get(kind, "")), found.group("member"))
        )

    return helpdesk.chance.fill(_MEMBER.sub(member, str(template)))


def _has_value(parameter: Parameter) -> bool:
    return parameter.value is not None or parameter.source is not None


def alias_path(operation: Operation, draft: Draft) -> str:
    """The draft's resource path under the operation's other documented name."""
    path, alias = operation.path, str(operation.alias_path)
    fixed = path.partition("/{")[0]
    fixed_alias = alias.partition("/{")[0]
    return draft.resource_path.replace(fixed, fixed_alias, 1)
