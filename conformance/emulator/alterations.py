"""What declared effects do in every family: change what a call sends, and dress its answer.

A family adds what is its own (see its `effects`), and says where in its API a call is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from conformance.emulator.effects import Declared, Place, Sent
from conformance.emulator.shapes import reshape
from conformance.emulator.store import Store
from conformance.emulator.wire import Answer, Refusal


def _texts(change: Callable[[str], str]) -> Callable[[Sent, Any], None]:
    def apply(raw: Sent, names: Sequence[str]) -> None:
        for name in names:
            values = raw.all(name)
            raw.set(name, *(change(one) if isinstance(one, str) else one for one in values))

    return apply


def _refuse(_: Sent, status: int) -> None:
    raise Refusal(status, "This does not work here.")


def _rename(raw: Sent, names: Mapping[str, str]) -> None:
    moved = {name: raw.all(other) for name, other in names.items()}
    for name, values in moved.items():
        raw.set(name, *values)


def _ignore(raw: Sent, names: Sequence[str]) -> None:
    for name in names:
        raw.set(name)


def _single(raw: Sent, names: Sequence[str]) -> None:
    for name in names:
        raw.set(name, *raw.all(name)[:1])


def _joined(raw: Sent, names: Sequence[str]) -> None:
    for name in names:
        if len(raw.texts(name)) > 1:
            raw.set(name, ",".join(raw.texts(name)))


def _assume(raw: Sent, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        raw.set(name, str(value))


def _default(raw: Sent, values: Mapping[str, Any]) -> None:
    _assume(raw, {name: value for name, value in values.items() if not raw.all(name)})


def _known(raw: Sent, values: Mapping[str, Sequence[Any]]) -> None:
    for name, known in values.items():
        words = [str(word) for word in known]
        if raw.texts(name) and raw.texts(name)[0] not in words:
            raw.set(name, words[0])


def _cut(raw: Sent, lengths: Mapping[str, int]) -> None:
    for name, length in lengths.items():
        _texts(lambda text, length=length: text[:length])(raw, [name])  # type: ignore[misc]


def _plus(raw: Sent, amounts: Mapping[str, int]) -> None:
    for name, amount in amounts.items():
        raw.set(name, *(str(int(text) + amount) for text in raw.texts(name)))


def _require(raw: Sent, names: Sequence[str]) -> None:
    for name in names:
        if not raw.all(name):
            raise Refusal(400, f"{name} is required.")


def _several(raw: Sent, names: Sequence[str]) -> None:
    for name in names:
        if len(raw.texts(name)) == 1:
            raise Refusal(400, f"{name}: several values are needed.")


CHANGES: dict[str, Callable[[Sent, Any], None]] = {
    "refuse": _refuse,
    "rename": _rename,
    "ignore": _ignore,
    "single": _single,
    "joined": _joined,
    "assume": _assume,
    "default": _default,
    "known": _known,
    "recode": _texts(lambda text: text.encode().decode("latin-1")),
    "lower": _texts(str.lower),
    "cut": _cut,
    "plus": _plus,
    "require": _require,
    "several": _several,
}


class Alterations(Declared):
    """The declared effects of the faults that are on, as far as all families have them."""

    def limits(self) -> dict[str, Any]:
        """Return the limits that are changed; these act everywhere."""
        return {
            name: value
            for effect in self._effects
            for name, value in effect.get("limits", {}).items()
        }

    def skips(self, place: Place, step: str) -> bool:
        """Tell whether a named step is left out here."""
        return any(step in steps for steps in self.values(place, "skip"))

    def before(self, place: Place, raw: Sent) -> None:
        """Change the parameters; raises Refusal where an effect refuses the call."""
        for member, change in CHANGES.items():
            for value in list(self.values(place, member)):
                change(raw, value)

    def takes(self, place: Place, takes: Mapping[str, str]) -> Mapping[str, str]:
        """Return the types of the parameters."""
        for changes in self.values(place, "takes"):
            changed = {**takes, **changes}
            takes = {name: kind for name, kind in changed.items() if kind is not None}
        return takes

    def run(self, place: Place, member: str, store: Store, values: Mapping[str, Any]) -> None:
        """Run the statements of `before` or `then`."""
        for statements in self.values(place, member):
            bound = _Bound(place.raw, values)
            for sql in [statements] if isinstance(statements, str) else statements:
                store.execute_named(sql, bound)

    def reshaped(self, place: Place, outcome: Any) -> Any:
        """Return a JSON answer as it is written."""
        for changes in self.values(place, "shape"):
            for verb, path, *rest in changes:
                value = rest[0] if rest else None
                if isinstance(value, str) and value.startswith("$") and place.raw:
                    value = next(iter(place.raw.texts(value[1:])), "")
                outcome = reshape(outcome, verb, path, value)
        return outcome

    def dressed(self, place: Place, answer: Answer) -> Answer:
        """Return an answer with its headers and its coding changed."""
        for changes in self.values(place, "headers"):
            headers = {**answer.headers, **changes}
            kept = {name: text for name, text in headers.items() if text is not None}
            answer = replace(answer, headers=kept)
        for coding in self.values(place, "coding"):
            answer = replace(answer, coding=coding)
        return answer


class _Bound(dict[str, Any]):
    """The values that a statement may name; what was not given is NULL."""

    def __init__(self, raw: Sent | None, values: Mapping[str, Any]) -> None:
        given = {} if raw is None else {name: raw.texts(name) for name in raw.names()}
        super().__init__({name: texts[0] for name, texts in given.items() if texts} | dict(values))

    def __missing__(self, name: str) -> None:
        return None
