"""The helpdesk as a whole: from a call to an answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from conformance.emulator.effects import Place
from conformance.emulator.faults import Faults
from conformance.emulator.jitbit import (
    assets,
    attachments,
    categories,
    comments,
    companies,
    customfields,
    knowledge,
    pages,
    parameters,
    people,
    relations,
    removal,
    rights,
    rules,
    search,
    ticketlist,
    tickets,
)
from conformance.emulator.jitbit.authentication import Gate, Tokens
from conformance.emulator.jitbit.context import Context, Handler, as_answer
from conformance.emulator.jitbit.effects import Effects
from conformance.emulator.jitbit.routing import (
    ROOTS,
    Address,
    Operation,
    address_of,
    find,
)
from conformance.emulator.jitbit.seed import credentials, known
from conformance.emulator.limiter import Enforced
from conformance.emulator.store import Row, Store
from conformance.emulator.wire import Answer, Call, Refusal

_MODULES = (
    *(assets, attachments, categories, comments, companies, customfields, knowledge, pages),
    *(people, relations, removal, rules, search, ticketlist, tickets),
)
HANDLERS: Mapping[str, Handler] = {
    name: handler for module in _MODULES for name, handler in module.HANDLERS.items()
}
_QUIET = 60_000  # milliseconds between two notes of when a user was last seen


class Jitbit:
    """One helpdesk on one store."""

    def __init__(
        self,
        store: Store,
        faults: Faults,
        tolerant: bool,
        limits: str,
        *,
        clock: Callable[[], float] = time.time,
        ticking: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take `clock` for moments that are kept and `ticking` for the lengths of windows."""
        self._store, self._tolerant, self._clock = store, tolerant, clock
        self._effects = Effects(faults.effects())
        self._limits = Enforced(limits, {}, self._effects.limits(), ticking)
        self._tokens = Tokens(store.setting("sharedsecret") or "")
        self._gate = Gate(store, self._tokens, self._limits.lockout, self._effects)

    def answer(self, call: Call) -> Answer:
        """Answer one call; raises Refusal for one that is not carried out."""
        address = address_of(call)
        path = address.method if address else call.path
        place = Place([f"{call.verb} {path}"], sent=_sent(call))
        try:
            return self._answered(call, address, place)
        except Refusal as refusal:
            raise self._effects.refused(place, refusal) from None

    def _answered(self, call: Call, address: Address | None, place: Place) -> Answer:
        try:
            operation, unknown = find(address, call.verb), None
            place.names.append(operation.name)
        except Refusal as refusal:
            operation, unknown = None, refusal
        caller = self._gate.caller(place, call.headers.get("authorization", ""), call.address)
        place.role = rights.role_of(self._store, caller)
        if address is None or not address.page:
            self._limits.limiter.count(operation.rate if operation else "general", caller["id"])
        if operation is None:
            raise unknown or Refusal(404, "There is nothing at this address.")
        return self._carried_out(call, address, operation, place, self._seen(call, caller))

    def _carried_out(
        self, call: Call, address: Address | None, operation: Operation, place: Place, caller: Row
    ) -> Answer:
        effects = self._effects
        if call.verb not in (effects.first(place, "verbs") or (call.verb,)):
            raise Refusal(405, f"{call.verb} is not supported here.")
        raw = self._raw(call, address, place)
        place.raw = raw
        effects.before(place, raw)
        rights.check_role(place.role or "", effects.first(place, "open") or operation.least)
        takes = effects.takes(place, operation.takes)
        given = parameters.read(raw, takes, tolerant=self._tolerant)
        context = Context(
            store=self._store,
            caller=caller,
            given=given,
            raw=raw,
            place=place,
            effects=effects,
            home=f"http://{call.headers.get('host', 'localhost')}{ROOTS[0]}",
            clock=self._clock,
            token=self._tokens.of,
        )
        values = {"caller": caller["id"], "now": context.now()}
        effects.run(place, "before", self._store, values)
        outcome = effects.reshaped(place, HANDLERS[operation.name](context))
        bound = outcome if isinstance(outcome, int) else None
        effects.run(place, "then", self._store, {**values, "answer": bound})
        return effects.finished(place, as_answer(outcome), bare=outcome == [])

    def _raw(self, call: Call, address: Address | None, place: Place) -> parameters.Raw:
        """Return the parameters; an id in the path is the first of its name."""
        sources = self._effects.first(place, "sources") or ("query", "body")
        pairs = parameters.pairs_of(call, sources)
        if address and address.key and self._effects.first(place, "path_id") is not False:
            pairs.insert(0, ("id", address.key))
        return parameters.Raw(pairs, cased=bool(self._effects.first(place, "cased")))

    def _seen(self, call: Call, caller: Row) -> Row:
        """Note when and from where a user called, though not every time."""
        now = int(self._clock() * 1000)
        if caller["lastseen"] is not None and now - caller["lastseen"] < _QUIET:
            return caller
        seen = {"lastseen": now, "ipaddress": call.address, "hostname": call.address}
        seen["useragent"] = call.headers.get("user-agent", "")
        self._store.update("users", caller["id"], seen)
        return {**caller, **seen}

    def target(self, origin: str, limits: str) -> dict[str, Any]:
        """Return the content of a target file."""
        del limits
        return {
            "api": "jitbit",
            "url": f"{origin}{ROOTS[0]}/api",
            "name": "Jitbit emulator",
            "safety": "disruptive",
            "credentials": credentials(self._store, self._tokens),
            "limits": self._limits.told,
            "known": known(self._store),
        }


def _sent(call: Call) -> str:
    """Return what kind of body a call has."""
    kind = call.headers.get("content-type", "").partition(";")[0]
    if kind == "multipart/form-data":
        return "multipart"
    if call.fields:
        return "form"
    return "other" if call.body else "query"
