"""The helpdesk as a check sees it: drafting, sending, objects to work on.

One for each family and worker. Good requests are sent once and kept (the bank); objects are made
when first needed and noted in the journal.
"""

import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from conformance.engine.adapter import Adapter
from conformance.engine.case import current_or_none
from conformance.engine.chance import Chance
from conformance.engine.draft import Draft
from conformance.engine.drafting import good_draft
from conformance.engine.errors import NotJudged, PrerequisiteBroken, Skipped
from conformance.engine.exchange import Exchange, Response
from conformance.engine.journal import Journal, LeftBehind, Made
from conformance.engine.spec import Operation, Spec
from conformance.engine.target import LEVEL_OF_EFFECT, Target
from conformance.engine.transport import NoAnswer, Transport

Recorder = Callable[[Exchange], None]
TOO_MANY_REQUESTS = 429
#: How often a request is repeated after a pause that the server asked for.
_PATIENCE = 3
_LONGEST_PAUSE = 600.0
_WINDOW = 60.0  # seconds, where the target names no other
#: Label of objects that negative requests and updates aim at.
EXPENDABLE = "expendable"


class Helpdesk:
    """Everything a check may do with the server under test."""

    def __init__(
        self,
        spec: Spec,
        target: Target,
        adapter: Adapter,
        chance: Chance,
        transport: Transport,
        record: Recorder,
        worker: str = "",
    ) -> None:
        self.spec = spec
        self.target = target
        self.adapter = adapter
        self.chance = chance
        self.journal = Journal()
        self.requests = 0
        #: How many requests were answered with 429.
        self.limited = 0
        #: Tells the user what a run is waiting for.
        self.announce: Callable[[str], None] = lambda _: None
        self._transport = transport
        self._record = record
        self._worker = worker
        self._bank: dict[tuple[str, str], Exchange] = {}
        self._objects: dict[tuple[str, str], Made] = {}
        self._lost_in_a_row = 0
        self._at_alias: set[str] = set()

    # Sending ------------------------------------------------------------------------------------

    def draft(self, operation_id: str, /, **fields: Any) -> Draft:
        """The good request of an operation, with its prerequisites made, and these fields set."""
        return self._drafted(self.spec[operation_id], given=fields).having(fields)

    def full_draft(self, operation_id: str) -> Draft:
        """The good request with every documented optional parameter that has a value."""
        return self._drafted(self.spec[operation_id], full=True)

    def _drafted(
        self, operation: Operation, *, full: bool = False, given: Collection[str] = ()
    ) -> Draft:
        draft = good_draft(self, operation, full=full, given=given)
        if operation.alias_path is not None:
            self.good(operation.id)  # shows which of the two documented paths is there
            if operation.path in self._at_alias:
                return draft.at_path(alias_path(operation, draft))
        return draft

    def send(self, draft: Draft, purpose: str = "behaviour") -> Exchange:
        """Send a draft; the answer is a value, also when there was none.

        Raises Skipped when the target's safety level forbids what the request may do.
        """
        cleaning = purpose == "cleanup"
        if not self.target.allows_effect(draft.effect) and not cleaning:
            needed = LEVEL_OF_EFFECT[draft.effect]
            raise Skipped(f"needs safety level {needed}, the target has {self.target.safety}")
        exchange = self._patiently(draft, purpose)
        self._account(exchange, draft)
        case = current_or_none()
        if case is not None:
            case.saw(exchange)
        return exchange

    def _patiently(self, draft: Draft, purpose: str) -> Exchange:
        """The exchange, sent again after a pause when the server asks for one (429)."""
        exchange = self._exchange(draft, purpose)
        self._record(exchange)
        for _ in range(_PATIENCE):
            if exchange.status != TOO_MANY_REQUESTS:
                break
            self.limited += 1
            seconds = pause_asked_for(exchange, self.target)
            self.announce(f"the server limits the rate of requests: waiting {seconds:.0f} s")
            self.pause(seconds)
            exchange = self._exchange(draft, purpose)
            self._record(exchange)
        return exchange

    def pause(self, seconds: float) -> None:
        """Wait because the server asked for it."""
        self.chance.sleep(seconds)

    def call(self, operation_id: str, /, **fields: Any) -> Exchange:
        """Draft and send in one go."""
        return self.send(self.draft(operation_id, **fields))

    @property
    def seems_gone(self) -> bool:
        """Whether the last requests all went unanswered."""
        return self._lost_in_a_row >= 5

    def _exchange(self, draft: Draft, purpose: str) -> Exchange:
        request = self.adapter.prepare(draft)
        self.requests += 1
        response: Response | None = None
        error: str | None = None
        started = time.perf_counter()
        try:
            repeatable = draft.effect in ("none", "read")
            response = self._transport.send(request, repeatable=repeatable)
            self._lost_in_a_row = 0
        except NoAnswer as reason:
            error = str(reason)
            self._lost_in_a_row += 1
        return Exchange(
            id=f"{self._worker}{'-' if self._worker else ''}{self.requests:05d}",
            purpose=purpose,
            request=request,
            response=response,
            error=error,
            seconds=time.perf_counter() - started,
            spec=self.spec,
            operation=draft.operation,
            sent=draft.sent,
            works=partial(self._works, draft.operation.id),
        )

    # Accounting ---------------------------------------------------------------------------------

    def _account(self, exchange: Exchange, draft: Draft) -> None:
        """Journal what a call has made or removed, whoever sent it and whatever for."""
        operation = draft.operation
        creating = operation.creates and draft.effect == "create"
        may_have = exchange.succeeded or exchange.response is None
        if creating and may_have and draft.method == operation.method:
            self.journal.add(_made(operation, exchange, self.chance.mark))
        if draft.effect == "delete" and exchange.succeeded:
            kind, object_id = _target_of(operation, draft)
            if kind:
                self.journal.mark_removed(kind, object_id)
                self._forget(kind, object_id)

    def _forget(self, kind: str, object_id: str) -> None:
        for key, made in list(self._objects.items()):
            if made.kind == kind and made.id == object_id:
                del self._objects[key]

    # Objects ------------------------------------------------------------------------------------

    def obtain(self, kind: str, label: str = "") -> Made:
        """An object of this kind to work on: the same for the same label, made when first needed.

        At safety level read an existing one is found instead. Raises PrerequisiteBroken.
        """
        known = self._objects.get((kind, label))
        if known is None:
            known = self._objects[kind, label] = self._make_or_find(kind, label)
        return known

    def make(self, kind: str, /, **fields: Any) -> Made:
        """A new object of this kind, made with these fields. Raises PrerequisiteBroken."""
        operation = self.spec.maker_of(kind)
        if operation is None:
            raise PrerequisiteBroken(f"the API offers no way to make a {kind}")
        values = {**self.adapter.defaults(kind), **fields}
        draft = good_draft(self, operation, given=values).having(values)
        return self.made_by(self.send(draft, "prerequisite"))

    def made_by(self, exchange: Exchange) -> Made:
        """The object a creating exchange has made. Raises PrerequisiteBroken when it has not."""
        operation = exchange.operation
        if exchange.response is None:
            raise PrerequisiteBroken(f"{_name(operation)} got no answer: {exchange.error}")
        if not exchange.succeeded:
            raise PrerequisiteBroken(f"{_name(operation)} answered {exchange.status}")
        made = next((m for m in self.journal.entries if m.exchange is exchange), None)
        if made is None or not made.id:
            raise PrerequisiteBroken(f"{_name(operation)} answered without the new object's id")
        if made.foreign:
            raise PrerequisiteBroken(f"{_name(operation)} answered with an object not of this run")
        return made

    def _make_or_find(self, kind: str, label: str) -> Made:
        maker = self.spec.maker_of(kind)
        if maker is not None and self.target.allows_effect("create"):
            shared = None if label else self.made_by(self.good(maker.id))
            return self.make(kind) if shared is None or shared.removed else shared
        return self._find(kind)

    def _find(self, kind: str) -> Made:
        finder = self.spec.finder_of(kind)
        if finder is None:
            raise Skipped(f"needs a {kind}, and safety level write to make one")
        exchange = self.good(finder.id)
        if not exchange.succeeded:
            what = exchange.status or exchange.error
            raise PrerequisiteBroken(f"{finder.id} answered {what}, so no {kind} was found")
        chosen = self.adapter.choose(kind, exchange.answer.items)
        if chosen is None:
            raise Skipped(f"the helpdesk shows no {kind} to work on")
        return Made(kind, {**exchange.sent, **chosen}, exchange)

    # The bank -----------------------------------------------------------------------------------

    def good(self, operation_id: str, variant: str = "") -> Exchange:
        """The good request of an operation, sent once and judged by many checks.

        Variant `full` carries every documented optional parameter.
        """
        key = (operation_id, variant)
        known = self._bank.get(key)
        if known is None:
            operation = self.spec[operation_id]
            self._give_to_list(operation)
            draft = good_draft(self, operation, full=variant == "full")
            known = self._bank[key] = self.send(draft, "good")
            known = self._bank[key] = self._by_alias_path(known, draft)
        case = current_or_none()
        if case is not None:
            case.saw(known)
        return known

    def _works(self, operation_id: str) -> bool:
        """Whether the good request is served; where it cannot be made, nothing speaks against."""
        try:
            return self.good(operation_id).succeeded
        except NotJudged:
            return True

    def _give_to_list(self, operation: Operation) -> None:
        """A list is asked for when an object of the run stands in it, so that it shows members."""
        kind = operation.finds
        maker = self.spec.maker_of(kind) if kind else None
        if kind and maker is not None and self.target.allows_effect("create"):
            with suppress(NotJudged):  # an empty list is better than none
                self.obtain(kind)

    def _by_alias_path(self, exchange: Exchange, draft: Draft) -> Exchange:
        """Try the operation's other documented path when the first is not there."""
        operation = draft.operation
        if operation.alias_path is None or exchange.status not in (404, 405):
            return exchange
        other = self.send(draft.at_path(alias_path(operation, draft)), "good")
        if not other.succeeded:
            return exchange
        self._at_alias.add(operation.path)
        return other

    # The end ------------------------------------------------------------------------------------

    def clean_up(self) -> list[LeftBehind]:
        """Remove what the run made, the latest first; never raises. Returns what remains."""
        for made in list(self.journal.standing()):
            if self.seems_gone:
                made.failure = "the server no longer answers"
                continue
            try:
                self._remove(made)
            except Exception as error:  # whatever it is, the others still have to go
                made.failure = f"{type(error).__name__}: {error}"
        return self.journal.left_behind()

    def _remove(self, made: Made) -> None:
        creating = made.exchange.operation
        creation = creating.creates if creating else None
        if made.foreign:
            made.failure = "the answer to its creation shows another object; that is left alone"
            return
        if creation is None or creation.remove is None:
            made.failure = "the API offers no way to remove it"
            return
        remover = self.spec[creation.remove]
        members = {p.name: _member(p.source) for p in remover.placed("path")}
        unknown = [member for member in members.values() if made.values.get(member) in (None, "")]
        if unknown:
            made.failure = f"its {' and '.join(unknown)} is not known"
            return
        path = {name: str(made.values[member]) for name, member in members.items()}
        draft = Draft(remover, path=path)
        exchange = self.send(draft, "cleanup")
        if exchange.succeeded or exchange.status == 404:
            self.journal.mark_removed(made.kind, made.id)
        else:
            made.failure = f"{remover.id} answered {exchange.status or exchange.error}"

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def pause_asked_for(exchange: Exchange, target: Target) -> float:
    """Seconds to wait after a 429: its `Retry-After`, or else two windows of the limit."""
    asked = (exchange.response.header("Retry-After") or "") if exchange.response else ""
    if asked.isascii() and asked.isdigit():
        return min(float(asked), _LONGEST_PAUSE)
    return 2 * float(target.limits.get("window", _WINDOW))


def alias_path(operation: Operation, draft: Draft) -> str:
    """The draft's resource path under the operation's other documented name."""
    path, alias = operation.path, str(operation.alias_path)
    fixed = path.partition("/{")[0]
    fixed_alias = alias.partition("/{")[0]
    return draft.resource_path.replace(fixed, fixed_alias, 1)


def _made(operation: Operation, exchange: Exchange, mark: str) -> Made:
    creation = operation.creates
    assert creation is not None
    item = exchange.answer.item
    values: dict[str, Any] = {**exchange.sent, **(item or {})}
    if item is None or "id" not in item:
        values.pop("id", None)
    holder = creation.within
    within = (holder, str(exchange.sent.get(f"{holder}id", ""))) if holder else None
    foreign = item is not None and not holder and _is_foreign(exchange.sent, item, mark)
    return Made(creation.kind, values, exchange, within=within, foreign=foreign)


def _is_foreign(sent: Mapping[str, Any], item: Mapping[str, Any], mark: str) -> bool:
    """Whether a create was answered with an object that bears nothing of what was sent: it may be
    somebody else's, and must neither be changed nor removed."""
    marked = any(mark in str(value) for value in sent.values())
    return marked and not any(mark in str(value) for value in item.values())


def _target_of(operation: Operation, draft: Draft) -> tuple[str, str]:
    """(kind, id) of the object that a request aims at, by its last path parameter."""
    for parameter in reversed(operation.placed("path")):
        if parameter.source and parameter.name in draft.path:
            return parameter.source[0], draft.path[parameter.name]
    return "", ""


def _member(source: tuple[str, str] | None) -> str:
    return source[1] if source else "id"


def _name(operation: Operation | None) -> str:
    return operation.id if operation else "the request"
