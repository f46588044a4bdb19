"""Running one emulator inside this process."""

from __future__ import annotations

import logging
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from conformance.emulator.faults import Faults
from conformance.emulator.registry import catalogue_of_faults, family_named
from conformance.emulator.settings import Settings
from conformance.emulator.store import Store
from conformance.emulator.wire import (
    Answer,
    Application,
    Call,
    Refusal,
    application,
    load_request_parsing,
)

_THREADS = 4
_CONNECTIONS = 1000
_LOG = logging.getLogger("conformance.emulator.http")
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False  # a queue of a few requests is ordinary here, no news for the user


class Desk:
    """An emulated helpdesk that nobody listens for: `application` answers callers in this process.

    `helpdesk` is the family's own part of it.
    """

    def __init__(
        self, settings: Settings, switched: Faults, clock: Callable[[], float] = time.time
    ) -> None:
        """Open and seed the store; ValueError for a bad database."""
        load_request_parsing()  # here, so that no two threads do it at the same time
        family = family_named(settings.family)
        self._store = Store(settings.database, family.TABLES)
        try:
            self._store.prepare(settings.family, family.seed)
            self.helpdesk = family.helpdesk(
                self._store, switched, settings.tolerant, settings.limits, clock
            )
        except BaseException:
            self._store.close()
            raise
        self.application = application(self._answer)

    def _answer(self, call: Call) -> Answer:
        try:
            with self._store.transaction():
                return self.helpdesk.answer(call)
        except Refusal as refusal:
            return refusal.answer

    def close(self) -> None:
        """Close the database."""
        self._store.close()


class Server:
    """A running emulator: `url` and `target` say how to reach it, `close` ends it.

    `application` is what answers, for callers in this process that need no socket.
    """

    def __init__(self, settings: Settings) -> None:
        """Start listening; OSError if the address is taken, ValueError for a bad database."""
        self._desk = Desk(settings, _chosen(settings))
        try:
            self._listener = _listen(settings.host, settings.port)
        except BaseException:
            self._desk.close()
            raise
        self._closing, self._open = threading.Lock(), True
        self.application = self._desk.application
        self._loop = _Loop(self._listener, self.application)
        self.target: dict[str, Any] = self._desk.helpdesk.target(
            _origin(self._listener), settings.limits
        )
        self.url = str(self.target["url"])
        self._loop.start()

    def close(self) -> None:
        """Stop answering, end all threads, close the database. Calling it again does nothing."""
        with self._closing:
            if self._open:
                self._open = False
                self._loop.stop()
                self._desk.close()


class _Loop(threading.Thread):
    """Waitress in a thread of its own, with a way to stop it at once."""

    def __init__(self, listener: socket.socket, served: Application) -> None:
        super().__init__(name="emulator", daemon=True)
        from waitress.server import create_server
        from waitress.task import ThreadedTaskDispatcher

        self._map: dict[int, Any] = {}
        self._dispatcher = ThreadedTaskDispatcher()
        self._dispatcher.queue_logger = _LOG
        self._dispatcher.set_thread_count(_THREADS)
        self._server: Any = create_server(
            served,
            map=self._map,
            _dispatcher=self._dispatcher,
            sockets=[listener],
            ident=None,
            connection_limit=_CONNECTIONS,
            asyncore_use_poll=hasattr(select, "poll"),
            clear_untrusted_proxy_headers=False,  # links follow them; nothing else relies on them
        )
        self._send_every_body()
        self._stopping = threading.Event()

    def _send_every_body(self) -> None:
        """Send what the family answers, with a status that has no body, too."""
        from waitress.channel import HTTPChannel
        from waitress.task import WSGITask

        class Task(WSGITask):
            @property
            def has_body(self) -> bool:
                return bool(self.content_length) or bool(super().has_body)

        class Channel(HTTPChannel):
            task_class = Task

        self._server.channel_class = Channel

    def run(self) -> None:
        from waitress import wasyncore

        while not self._stopping.is_set():
            wasyncore.loop(
                timeout=30, use_poll=self._server.adj.asyncore_use_poll, map=self._map, count=1
            )

    def stop(self) -> None:
        self._stopping.set()
        self._server.pull_trigger()
        self.join()  # before anything is closed that the line above writes to
        self._dispatcher.shutdown()
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()
        self._server.close()


@contextmanager
def running(settings: Settings) -> Iterator[Server]:
    """Run an emulator for the length of a `with` block.

    Raises OSError if the address cannot be bound and ValueError if the database cannot be used.
    """
    server = Server(settings)
    try:
        yield server
    finally:
        server.close()


def _chosen(settings: Settings) -> Faults:
    if not settings.faults:
        return Faults()
    known = catalogue_of_faults(settings.family)
    return Faults(fault for fault in known if fault.id in settings.faults)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


def _origin(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
