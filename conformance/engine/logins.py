"""Wrong logins that checks send: no server sees two in a row, so that it locks nobody out."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from conformance.engine.adapter import Adapter
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import Exchange
from conformance.engine.spec import Spec

#: What is answered to a right login that was not looked at, or not accepted.
_UNHEARD = (None, 401, 429)


class Logins:
    """Whose wrong login a right one has not followed yet: any request with it will do, and one for
    it alone is sent only before the next wrong login."""

    def __init__(
        self, spec: Spec, adapter: Adapter, send: Callable[[Draft, str], Exchange]
    ) -> None:
        self._spec, self._adapter, self._send = spec, adapter, send
        self._owing: str | None = None
        #: Held around a wrong login and the right one after it, where others send theirs as well.
        self.turn: Callable[[], AbstractContextManager[Any]] | None = None

    def sent(self, draft: Draft, purpose: str) -> Exchange:
        """The exchange of a draft, whichever login it has.

        Raises PrerequisiteBroken in place of a wrong login where no right one is accepted.
        """
        if not self._adapter.is_wrong_login(draft):
            exchange = self._send(draft, purpose)
            right = draft.role == self._owing and self._adapter.is_right_login(draft)
            if right and exchange.succeeded and not draft.operation.public:
                self._owing = None
            return exchange
        with self.turn() if self.turn else nullcontext():
            self._log_in()
            if self._owing is not None:
                raise PrerequisiteBroken("no right login is accepted after the last wrong one")
            exchange = self._send(draft, purpose)
            self._owing = draft.role
            if self.turn:
                self._log_in()
        return exchange

    def _log_in(self) -> None:
        if self._owing is not None:
            right = Draft(self._spec[self._spec.preflight[0]]).by(self._owing)
            if self._send(right, "prerequisite").status not in _UNHEARD:
                self._owing = None
