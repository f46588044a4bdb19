"""A create answered with somebody else's object: nothing may touch that object."""

from collections.abc import Callable
from typing import Any

import pytest

from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import Request, Response

SOMEBODY_ELSES = b"<shelves><shelf><id>1</id><title>Atlases</title></shelf></shelves>"


def creating_shows(body: bytes) -> Callable[[Request], Response | None]:
    def instead(request: Request) -> Response | None:
        return Response(200, "OK", (), body) if request.method == "POST" else None

    return instead


@pytest.fixture
def mixed_up(desk: Any) -> Any:
    desk.library.instead = creating_shows(SOMEBODY_ELSES)
    desk.helpdesk.good("createShelf")
    return desk


def test_it_is_no_prerequisite(mixed_up: Any) -> None:
    with pytest.raises(PrerequisiteBroken, match="an object not of this run"):
        mixed_up.helpdesk.obtain("shelf")


def test_it_is_not_removed(mixed_up: Any) -> None:
    left = mixed_up.helpdesk.clean_up()
    assert not [line for line in mixed_up.sent if line.startswith("DELETE")]
    assert [entry.reason for entry in left] == [
        "the answer to its creation shows another object; that is left alone"
    ]
