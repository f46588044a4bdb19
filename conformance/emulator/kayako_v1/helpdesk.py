"""The helpdesk as a whole: from a call to an answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from conformance.emulator.faults import Faults
from conformance.emulator.kayako_v1 import (
    admission,
    answers,
    caching,
    credentials,
    oauth,
    options,
    parameters,
    seed,
)
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.declared import pages
from conformance.emulator.kayako_v1.effects import Effects, Place
from conformance.emulator.kayako_v1.gate import Caller, Gate
from conformance.emulator.kayako_v1.kinds import Affected, Outcome
from conformance.emulator.kayako_v1.options import Options
from conformance.emulator.kayako_v1.parameters import Raw
from conformance.emulator.kayako_v1.problems import Problem
from conformance.emulator.kayako_v1.routing import Address, Route, address_of, chosen, routes
from conformance.emulator.limiter import Enforced
from conformance.emulator.store import Store
from conformance.emulator.wire import Answer, Call, Refusal

_LIMITS = {"requests": 60, "lockout_failures": 5}  # the real ones are not published


class KayakoV1:
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
        self._limits = Enforced(limits, _LIMITS, self._effects.limits(), ticking)
        self._gate = Gate(store, self._limits.lockout, self._effects, clock)

    def answer(self, call: Call) -> Answer:
        """Answer one call; raises Refusal for one that is not carried out."""
        if oauth.is_meant(call):
            return oauth.answer(self._store, self._gate, self._effects, call, self._clock)
        place, form, asked = Place([f"{call.verb} {call.path}"]), Options(), Raw()
        try:
            address = address_of(call)
            place.names = [f"{call.verb} {address.path}"]
            skips = partial(self._effects.skips, place)
            admission.check_address(call, skips)
            asked = parameters.arguments(
                address.query, commas=not skips("escaped-commas"), exact=skips("any-case")
            )
            form = options.form_of(call.verb, asked, call.headers, skips)
            if admission.is_preflight(call):
                answer = admission.preflight(call)
            else:
                answer = self._answered(call, address, place, asked)
        except Problem as problem:
            now = self._clock()
            refusal = answers.refusal(self._effects, place, call, problem, form, now)
            raise Refusal.answering(admission.shared(call, refusal)) from None
        return self._effects.finished(place, admission.shared(call, answer))

    def _answered(self, call: Call, address: Address, place: Place, asked: Raw) -> Answer:
        route = chosen(routes(pages().actions.values(), address.path), call.verb)
        action = route.action
        place.names.append(action.name)
        skips = partial(self._effects.skips, place)
        admission.check_headers(call, skips, json=action.accepts == "json")
        options.read(call.verb, asked, call.headers, skips)  # refuses before a login
        deaf = [name for names in self._effects.values(place, "deaf") for name in names]
        sent = credentials.read(call.headers, asked, skips, deaf)
        admission.check_timestamp(sent.timestamp, self._clock())
        caller = self._gate.caller(place, call, sent, action)
        place.role = caller.role
        self._gate.check(place, caller, sent, action)
        self._count(route, caller, call)
        context = self._context(call, address, place, asked, route, caller)
        # Read again: the effects of faults may have changed what is asked.
        wanted = options.read(call.verb, asked, call.headers, skips)
        place.options = answers.switched(wanted)
        return self._carried_out(context, wanted, asked)

    def _count(self, route: Route, caller: Caller, call: Call) -> None:
        if not route.action.rate:
            return
        who = caller.user["id"] if caller.user else call.address
        try:
            self._limits.limiter.count("general", f"{route.action.name} {who}")
        except Refusal as refusal:
            text = "Too many requests; try again later."
            found = refusal.answer.headers
            raise Problem(429, "RATE_LIMIT_REACHED", text, headers=found) from None

    def _context(
        self,
        call: Call,
        address: Address,
        place: Place,
        asked: Raw,
        route: Route,
        caller: Caller,
    ) -> Context:
        """Read what was sent; raises Problem for what cannot be used."""
        action, effects = route.action, self._effects
        skips = partial(effects.skips, place)
        raw = parameters.parameters(call, skips, raw_allowed=action.raw)
        if skips("query-apart"):
            raw = parameters.replaced(raw, asked)
        place.raw, place.asked, place.sent = raw, asked, answers.sent_as(call)
        effects.alter(place, raw, asked, action.verb)
        ids = {"ids": "integers!"} if action.each else {}
        named = effects.takes(place, {**action.arguments, **ids})
        takes = effects.takes(place, action.takes)
        context = Context(
            store=self._store,
            action=action,
            caller=caller,
            keys=route.keys,
            asked=parameters.arguments_of(asked, named, skips, tolerant=self._tolerant),
            given=parameters.read(raw, takes, tolerant=self._tolerant),
            raw=raw,
            call=call,
            base=address.base,
            clock=self._clock,
            place=place,
            effects=effects,
        )
        parameters.check_sets(raw, action.any_of, action.one_of)
        return context

    def _carried_out(self, context: Context, wanted: Options, asked: Raw) -> Answer:
        effects, place = self._effects, context.place
        headers = context.call.headers
        if caching.is_conditional(headers) and not effects.skips(place, "if-match"):
            now = self._validators(context)
            if now is not None:
                caching.check(headers, now, context.skips)
        user = context.caller.user
        values = {**context.keys, "caller": user["id"] if user else None, "now": context.now()}
        effects.run(place, "before", self._store, values)
        outcome = run(context)
        then = {**values, "answer": answers.key_of(outcome)}
        effects.run(place, "then", self._store, then)
        beside = self._gate.describe(context.caller)
        return answers.written(context, outcome, wanted, asked, beside, tolerant=self._tolerant)

    def _validators(self, context: Context) -> caching.Validators | None:
        """Return the state of what a call is about, or of what that is part of."""
        path = answers.path_of(context)
        while path:
            try:
                found = routes(pages().actions.values(), path)
                reading = chosen(found, "GET")
            except Problem:
                path = path.rpartition("/")[0]
                continue
            reader = self._reader(context, reading)
            return answers.validators(reader, run(reader))
        return None

    def _reader(self, context: Context, reading: Route) -> Context:
        same = reading.action is context.action
        asked: Mapping[str, Any] = context.asked if same else {}
        return replace(context, action=reading.action, keys=reading.keys, asked=asked, given={})

    def target(self, origin: str, limits: str) -> dict[str, Any]:
        """Return the content of a target file."""
        del limits
        seed.expire(self._store)
        return {
            "api": "kayako-v1",
            "url": f"{origin}/api/v1",
            "name": "Kayako v1 emulator",
            "safety": "disruptive",
            "credentials": seed.credentials(self._store),
            "oauth": seed.oauth_client(self._store),
            "known": seed.known(self._store),
            "limits": self._limits.told,
        }


def run(context: Context) -> Outcome:
    """Carry out the action of a call, or the one it stands for with each of several objects."""
    action = context.action
    if not action.each:
        return pages().handlers[action.name](context)
    count, ids = 0, context.asked["ids"]
    if context.skips("every-id"):
        count, ids = len(ids) // 2, ids[: (len(ids) + 1) // 2]
    for key in ids:
        try:
            pages().handlers[action.each](context.aimed_at(key))
            count += 1
        except Problem as problem:
            if problem.status != 404:
                raise
    return Affected(count)
