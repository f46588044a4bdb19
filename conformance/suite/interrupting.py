"""Ctrl-C: the request under way is finished and noted first, so that what it made is known."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Turns SIGINT and SIGTERM into KeyboardInterrupt, but not in the middle of a request.

    A second signal is not made to wait.
    """

    def __init__(self) -> None:
        self._holding = 0
        self._waiting = False
        self._ignoring = False
        self._before: dict[int, signal.Handlers | int | None] = {}

    def install(self) -> None:
        """Take over the signals that nobody else handles; only the main thread may."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in _SIGNALS:
            handler = signal.getsignal(number)
            if handler in (signal.default_int_handler, signal.SIG_DFL):
                self._before[number] = handler  # type: ignore[assignment]
                signal.signal(number, self._arrived)

    def restore(self) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    def ignore(self) -> None:
        """From now on let nothing break in: somebody else decides how long this may take."""
        self._ignoring = True

    def _arrived(self, _number: int, _frame: FrameType | None) -> None:
        if self._ignoring:
            return
        if self._holding and not self._waiting:
            self._waiting = True
            return
        self._waiting = False
        raise KeyboardInterrupt

    @contextmanager
    def let_in(self) -> Iterator[None]:
        """Within `held`, a stretch that a signal may break off after all."""
        holding, self._holding = self._holding, 0
        try:
            if self._waiting:
                self._waiting = False
                raise KeyboardInterrupt
            yield
        finally:
            self._holding = holding

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep a first signal waiting until the end of the block."""
        self._holding += 1
        try:
            yield
        finally:
            self._holding -= 1
            if self._waiting and not self._holding:
                self._waiting = False
                raise KeyboardInterrupt


def keep_to_known_lines(excinfo: Any) -> None:
    """Drop what has no line from the traceback of pytest's ExceptionInfo: a signal may arrive
    between two lines, and pytest cannot write down such a place."""
    excinfo.traceback = excinfo.traceback.filter(_has_a_line)


def _has_a_line(entry: Any) -> bool:
    try:
        return int(entry.lineno) >= 0
    except TypeError:  # Python gives None
        return False
