"""One strict emulator for each module, and clients of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.emulator import Server, Settings, running
from tests.emulator.kayako_v1.client import Client


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A strict emulator without limits."""
    with running(Settings("kayako-v1")) as started:
        yield started


@pytest.fixture(scope="module")
def nobody(server: Server) -> Client:
    """A caller without credentials."""
    return Client(server)


@pytest.fixture(scope="module")
def owner(server: Server) -> Client:
    """The owner of the helpdesk."""
    return Client(server, "owner")


@pytest.fixture(scope="module")
def agent(server: Server) -> Client:
    """An agent."""
    return Client(server, "agent")
