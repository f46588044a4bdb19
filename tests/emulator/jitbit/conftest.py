"""One strict emulator for each module, and a client for each role."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.emulator import Server, Settings, running
from tests.emulator.jitbit.client import ROLES, Client


@pytest.fixture(scope="module")
def jitbit() -> Iterator[Server]:
    """A strict emulator without limits."""
    with running(Settings("jitbit")) as started:
        yield started


@pytest.fixture(scope="module")
def desks(jitbit: Server) -> Iterator[dict[str, Client]]:
    """A client of it for each role."""
    clients = {role: Client(jitbit.target, role) for role in ROLES}
    yield clients
    for client in clients.values():
        client.close()


@pytest.fixture(scope="module")
def admin(desks: dict[str, Client]) -> Client:
    """The administrator."""
    return desks["administrator"]


@pytest.fixture(scope="module")
def tech(desks: dict[str, Client]) -> Client:
    """A technician of both categories."""
    return desks["technician"]


@pytest.fixture(scope="module")
def user(desks: dict[str, Client]) -> Client:
    """A regular user."""
    return desks["user"]
