"""The helpdesk as a check sees it: drafting, sending, objects to work on.

One for each family and worker. Good requests are sent once and kept (the bank); objects are made
when first needed and noted in the journal.
"""

import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from conformance.engine.adapter import Adapter
from conformance.engine.case import current_or_none
from conformance.engine.chance import Chance
from conformance.engine.cleaning import clean_up
from conformance.engine.draft import Draft
from conformance.engine.drafting import alias_path, good_draft
from conformance.engine.errors import NotJudged, PrerequisiteBroken, Skipped
from conformance.engine.exchange import Exchange, Request, Response, answered
from conformance.engine.journal import Journal, LeftBehind, Made
from conformance.engine.logins import Logins
from conformance.engine.objects import made_in, targets_of
from conformance.engine.pacing import pause_asked_for
from conformance.engine.roles import role_for
from conformance.engine.spec import Operation, Spec
from conformance.engine.target import LEVEL_OF_EFFECT, Target
from conformance.engine.transport import NoAnswer, Transport
from conformance.engine.undoing import Undoing

Recorder = Callable[[Exchange], None]
#: A request, what came back or why nothing did, and the seconds in between.
Answered = tuple[Request, Response | None, str | None, float]
TOO_MANY_REQUESTS = 429
#: How often a request is repeated after a pause that the server asked for.
_PATIENCE = 3
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
        #: Waits until a request of this rate class may be sent.
        self.wait_for_room: Callable[[str], None] = lambda _: None
        self.logins = Logins(spec, adapter, self._patiently)
        self._bank: dict[tuple[str, str, str], Exchange] = {}
        self._objects: dict[tuple[str, str], Made] = {}
        self._lost_in_a_row = 0
        #: Whether the last request was still limited after all pauses: the next waits for nothing.
        self._pauses_are_in_vain = False
        self.undoing = Undoing(spec)
        self._at_alias: set[str] = set()
        self._by_other_method: set[str] = set()

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
        if operation.after is not None:
            self.good(operation.after)
        if operation.other_method is not None:
            with suppress(Skipped):  # nobody is given who may send it
                self.good(operation.id)  # shows which of the two methods is there
            if operation.id in self._by_other_method:
                return draft.sent_by(operation.other_method, draft.effect)
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
        needed = draft.operation.safety or LEVEL_OF_EFFECT[draft.effect]
        if not self.target.allows(needed) and not cleaning:
            raise Skipped(f"needs safety level {needed}, the target has {self.target.safety}")
        found = not draft.role and draft.credential == "valid"
        draft = replace(draft, role=self.role_for(draft), stands_in=found)
        if draft.creates:
            self.journal.intend(draft.operation, draft.sent)
        exchange = self.logins.sent(draft, purpose)
        self._account(exchange, draft)
        case = current_or_none()
        if case is not None:
            case.saw(exchange)
        return exchange

    def role_for(self, draft: Draft) -> str:
        """Who sends a draft: the role it names, or one that may. Raises Skipped where the target
        file has no credentials for such a role."""
        return role_for(draft, self.spec.roles, self.target.credentials)

    def _patiently(self, draft: Draft, purpose: str) -> Exchange:
        """The exchange, sent again after a pause when the server asks for one (429)."""
        exchange = self._exchange(draft, purpose)
        self._record(exchange)
        for _ in range(0 if self._pauses_are_in_vain else _PATIENCE):
            if exchange.status != TOO_MANY_REQUESTS:
                break
            self.limited += 1
            seconds = pause_asked_for(exchange, self.target)
            self.announce(f"the server limits the rate of requests: waiting {seconds:.0f} s")
            self.pause(seconds)
            exchange = self._exchange(draft, purpose)
            self._record(exchange)
        self._pauses_are_in_vain = exchange.status == TOO_MANY_REQUESTS
        return exchange

    def pause(self, seconds: float) -> None:
        """Wait because the server asked for it."""
        self.chance.sleep(seconds)

    def call(self, operation_id: str, /, **fields: Any) -> Exchange:
        """Draft and send in one go."""
        return self.send(self.draft(operation_id, **fields))

    def witness(self, exchange: Exchange) -> None:
        """Record an exchange, as evidence of the running check too."""
        self._record(exchange)
        case = current_or_none()
        if case is not None:
            case.saw(exchange)

    @property
    def seems_gone(self) -> bool:
        """Whether the last requests all went unanswered."""
        return self._lost_in_a_row >= 5

    def _exchange(self, draft: Draft, purpose: str) -> Exchange:
        request = self.adapter.prepare(draft)
        self.wait_for_room(draft.operation.rate)
        repeatable = draft.effect in ("none", "read")
        return self.noted(draft, purpose, self.over_the_wire(request, repeatable))

    def over_the_wire(self, request: Request, repeatable: bool = False) -> Answered:
        """Send a request and nothing else; any thread may."""
        started = time.perf_counter()
        try:
            response = self._transport.send(request, repeatable=repeatable)
        except NoAnswer as reason:
            return request, None, str(reason), time.perf_counter() - started
        return request, response, None, time.perf_counter() - started

    def noted(self, draft: Draft, purpose: str, answered: Answered) -> Exchange:
        """The exchange of a draft, with its number in the run."""
        request, response, error, seconds = answered
        self.requests += 1
        for secret, kind in self.adapter.secrets_in(response) if response is not None else ():
            self.adapter.redactor.add(secret, kind)
        self._lost_in_a_row = 0 if response is not None else self._lost_in_a_row + 1
        return Exchange(
            id=f"{self._worker}{'-' if self._worker else ''}{self.requests:05d}",
            purpose=purpose,
            request=request,
            response=response,
            error=error,
            seconds=seconds,
            spec=self.spec,
            operation=draft.operation,
            sent=draft.sent,
            works=partial(self._works, draft.operation.id),
            role=draft.role,
            stands_in=draft.stands_in,
        )

    # Accounting ---------------------------------------------------------------------------------

    def _account(self, exchange: Exchange, draft: Draft) -> None:
        """Journal what a call has made or removed, whoever sent it and whatever for."""
        operation = draft.operation
        self.undoing.note(exchange, draft)
        may_have = exchange.succeeded or exchange.response is None
        if draft.creates and may_have:
            self.journal.add(made_in(operation, exchange, self.chance.mark))
        if draft.effect in ("update", "delete") and exchange.succeeded:
            self._account_for_targets(exchange, draft)
        if operation.clears and exchange.succeeded:
            self.journal.empty(operation.clears)
            self._objects = {k: m for k, m in self._objects.items() if m.kind != operation.clears}

    def _account_for_targets(self, exchange: Exchange, draft: Draft) -> None:
        """Which objects were changed or removed: of several none for certain where the answer tells
        of another number, so that cleaning up looks after each."""
        kind, ids = targets_of(draft.operation, draft)
        certain = len(ids) == 1 or self.adapter.reached(exchange) in (None, len(set(ids)))
        if draft.effect == "update":
            self.journal.note_change(kind, ids, draft.operation.id if certain else "")
            return
        for object_id in ids if certain else ():
            self.journal.mark_removed(kind, object_id)
        held = self._objects.items()
        self._objects = {k: m for k, m in held if m.kind != kind or m.id not in ids}

    # Objects ------------------------------------------------------------------------------------

    def known(self, name: str) -> Any:
        """An id from `[known]` of the target file, such as `fields.ticket.text`. Raises Skipped
        where the file has none."""
        value: Any = self.target.known
        for step in name.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is None:
            raise Skipped(f"needs {name} under [known] in the target file")
        return value

    def obtain(self, kind: str, label: str = "", by: str = "") -> Made:
        """An object of this kind to work on: the same for the same label, made when first needed,
        by a caller of the role `by` where one is named.

        At safety level read an existing one is found instead. Raises PrerequisiteBroken.
        """
        known = self._objects.get((kind, label))
        if known is None:
            known = self._objects[kind, label] = self._make_or_find(kind, label, by)
        return known

    def make(self, kind: str, /, **fields: Any) -> Made:
        """A new object of this kind, made with these fields. Raises PrerequisiteBroken."""
        return self.make_by("", kind, **fields)

    def make_by(self, role: str, kind: str, /, **fields: Any) -> Made:
        """A new object of this kind, made by a caller of this role. Raises as `make` does."""
        operation = self.spec.maker_of(kind)
        if operation is None:
            raise PrerequisiteBroken(f"the API offers no way to make a {kind}")
        values = {**self.adapter.defaults(kind), **fields}
        draft = good_draft(self, operation, given=values).having(values)
        return self.made_by(self.send(draft.by(role), "prerequisite"))

    def made_by(self, exchange: Exchange) -> Made:
        """The object a creating exchange has made. Raises PrerequisiteBroken when it has not."""
        operation = exchange.operation
        if exchange.response is None:
            raise PrerequisiteBroken(f"{_name(operation)} got no answer: {exchange.error}")
        answered(exchange)
        if not exchange.succeeded:
            raise PrerequisiteBroken(f"{_name(operation)} answered {exchange.status}")
        made = next((m for m in self.journal.entries if m.exchange is exchange), None)
        if made is not None:
            self.identify(made)
        if made is None or not made.id:
            raise PrerequisiteBroken(f"{_name(operation)} answered without the new object's id")
        if made.foreign:
            raise PrerequisiteBroken(f"{_name(operation)} answered with an object not of this run")
        return made

    def identify(self, made: Made) -> None:
        """Look for the id of an object whose creation does not show it."""
        if not made.id:
            made.values.update(self.adapter.find_made(made, self._look_for))

    def _look_for(self, operation_id: str, **fields: Any) -> Exchange:
        """A read that needs nothing made for it."""
        draft = Draft(self.spec[operation_id]).having(fields)
        return self.send(draft, "prerequisite")

    def _make_or_find(self, kind: str, label: str, by: str) -> Made:
        maker = self.spec.maker_of(kind)
        if maker is not None and self.target.allows_effect("create"):
            shared = None if label else self.made_by(self.good(maker.id))
            return self.make_by(by, kind) if shared is None or shared.removed else shared
        return self._find(kind)

    def stand_in(self, kind: str) -> Made | None:
        """An object of this kind that callers have anyway, such as themselves among the users; to
        be named, never to be changed. None where there is none."""
        shower = self.spec.shower_of(kind)
        if shower is None:
            return None
        exchange = self.good(shower[0].id)
        item = exchange.answer.item if exchange.succeeded else None
        if item is None or shower[1] not in item:
            return None
        return Made(kind, {**item, "id": item[shower[1]]}, exchange)

    def _find(self, kind: str) -> Made:
        finder = self.spec.finder_of(kind)
        if finder is None:
            raise Skipped(f"no list shows a usable {kind}; safety level write makes one")
        finding = next(found for found in finder.finds if found.kind == kind)
        exchange = self.good(finder.id, role=finding.role)
        if exchange.denied:
            answered(exchange)
        if not exchange.succeeded:
            what = exchange.status or exchange.error
            raise PrerequisiteBroken(f"{finder.id} answered {what}, so no {kind} was found")
        chosen = self.adapter.choose(kind, exchange.answer.items)
        if chosen is None:
            raise Skipped(f"the helpdesk shows no {kind} to work on")
        return Made(kind, {**exchange.sent, **chosen, "id": chosen.get(finding.id)}, exchange)

    # The bank -----------------------------------------------------------------------------------

    def good(self, operation_id: str, variant: str = "", role: str = "") -> Exchange:
        """The good request of an operation, sent once and judged by many checks.

        Variant `full` carries every documented optional parameter; by default it is sent by a role
        that may send it.
        """
        key = (operation_id, variant, role)
        known = self._bank.get(key)
        if known is None:
            operation = self.spec[operation_id]
            self._give_to_list(operation)
            if operation.after is not None:
                self.good(operation.after)
            draft = good_draft(self, operation, full=variant == "full").by(role)
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
        for found in operation.finds:
            if self.spec.maker_of(found.kind) and self.target.allows_effect("create"):
                with suppress(NotJudged):  # an empty list is better than none
                    self.obtain(found.kind)

    def _by_alias_path(self, exchange: Exchange, draft: Draft) -> Exchange:
        """Try the operation's other documented path, or method where none is documented, when the
        first is not there."""
        operation = draft.operation
        if not self.adapter.is_absent(exchange):
            return exchange
        if operation.other_method:
            other = self.send(draft.sent_by(operation.other_method, draft.effect), "good")
            if other.succeeded:
                self._by_other_method.add(operation.id)
                return other
        if operation.alias_path is None:
            return exchange
        other = self.send(draft.at_path(alias_path(operation, draft)), "good")
        if not other.succeeded:
            return exchange
        self._at_alias.add(operation.path)
        return other

    # The end ------------------------------------------------------------------------------------

    def clean_up(self) -> list[LeftBehind]:
        """Undo what has to be undone and remove what the run made; never raises. Returns what
        remains."""
        return clean_up(self)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def _name(operation: Operation | None) -> str:
    return operation.id if operation else "the request"
