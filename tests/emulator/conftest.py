"""Servers and clients for the tests of the emulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.emulator import Server, Settings, running
from tests.emulator.client import Client


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A strict emulator shared by a module."""
    with running(Settings("kayako-classic")) as started:
        yield started


@pytest.fixture(scope="module")
def desk(server: Server) -> Iterator[Client]:
    """A client of it."""
    client = Client(server.target)
    yield client
    client.close()


@pytest.fixture(scope="module")
def tolerant_desk() -> Iterator[Client]:
    """A client of a tolerant emulator."""
    with running(Settings("kayako-classic", tolerant=True)) as started:
        client = Client(started.target)
        yield client
        client.close()
