"""The helpdesk as a whole: from a call to an answer."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from conformance.emulator.effects import Place
from conformance.emulator.faults import Faults
from conformance.emulator.kayako_classic import (
    correspondence,
    counts,
    customfields,
    organization,
    people,
    probe,
    tickets,
)
from conformance.emulator.kayako_classic.addresses import Pairs, resource_path
from conformance.emulator.kayako_classic.authentication import Gate
from conformance.emulator.kayako_classic.effects import Effects
from conformance.emulator.kayako_classic.fields import Fields
from conformance.emulator.kayako_classic.routing import Context, Router
from conformance.emulator.store import Store
from conformance.emulator.wire import Answer, Call, Refusal

_XML = "text/xml; charset=UTF-8"
_ROUTES = (
    *probe.ROUTES,
    *organization.ROUTES,
    *people.ROUTES,
    *tickets.ROUTES,
    *correspondence.ROUTES,
    *customfields.ROUTES,
    *counts.ROUTES,
)


class KayakoClassic:
    """One helpdesk on one store."""

    def __init__(
        self,
        store: Store,
        faults: Faults,
        tolerant: bool,
        *,
        clock: Callable[[], float] = time.time,
        chance: random.Random | None = None,
    ) -> None:
        self._store, self._faults, self._tolerant = store, faults, tolerant
        self._clock, self._chance = clock, chance or random.SystemRandom()
        self._key = store.setting("apikey") or ""
        self._secret = store.setting("secretkey") or ""
        self._effects = Effects(faults.effects())
        self._gate = Gate(self._key, self._secret, tolerant, faults, self._effects)
        self._router = Router(_ROUTES)
        if faults.on("user-list-not-capped"):
            people.crowd(store, int(self._clock()))

    def answer(self, call: Call) -> Answer:
        """Answer one call; raises Refusal for one that is not carried out."""
        segments, pairs = resource_path(call, self._faults)
        place, fields = Place([f"{call.verb} {'/'.join(segments)}"]), Fields(pairs)
        try:
            self._gate.check(place, self._signed_fields(place, call, pairs))
            route, arguments = self._router.find(call.verb, segments)
            place.names.append(route.operation)
            arguments = self._effects.before(place, fields, arguments)
            context = Context(
                store=self._store,
                faults=self._faults,
                fields=fields,
                tolerant=self._tolerant,
                address=call.address,
                clock=self._clock,
                chance=self._chance,
            )
            outcome = route.handler(context, *arguments)
        except Refusal as refusal:
            raise self._effects.refused(place, refusal) from None
        if isinstance(outcome, str):
            answer, bare = Answer(200, outcome.encode()), False
        else:
            bare = not outcome.children
            answer = Answer(200, self._effects.written(place, outcome, fields), _XML)
        return self._effects.finished(place, answer, bare=bare)

    def _signed_fields(self, place: Place, call: Call, pairs: Pairs) -> Fields:
        """Return the fields among which the three of authentication are looked for."""
        if self._effects.first(place, "undecoded"):
            written = [part.partition("=") for part in call.query.split("&")]
            return Fields([(name, value) for name, _, value in written if value])
        where = self._effects.first(place, "signed")
        if where == "query":
            return Fields(pairs[: len(pairs) - len(call.fields)])
        return Fields(call.fields if where == "body" else pairs)

    def target(self, origin: str, limits: str) -> dict[str, Any]:
        """Return the content of a target file; no limits are documented, so `limits` is unused."""
        del limits
        return {
            "api": "kayako-classic",
            "url": f"{origin}/api/index.php",
            "name": "Kayako Classic emulator",
            "safety": "disruptive",
            "credentials": {"api_key": self._key, "secret_key": self._secret},
            "limits": {"enabled": False},
            "known": {},
        }
