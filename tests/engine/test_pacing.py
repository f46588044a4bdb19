"""Keeping below documented rates, with other workers of the run."""

from pathlib import Path

import pytest

from conformance.engine.pacing import SHARE, Pacer

LIMITS = {"window": 60, "requests": 20, "search": 10}
ALLOWED, SEARCHES = int(20 * SHARE), int(10 * SHARE)


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.told: list[str] = []

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def pacer(self, file: Path) -> Pacer:
        return Pacer(LIMITS, file, self.sleep, self.told.append, lambda: self.now)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_what_fits_into_the_window_is_not_put_off(tmp_path: Path, clock: Clock) -> None:
    pacer = clock.pacer(tmp_path / "pace")
    for _ in range(ALLOWED):
        pacer.wait_for_room("requests")
    assert clock.now == 1000.0
    assert clock.told == []


def test_one_more_waits_until_the_first_leaves_the_window(tmp_path: Path, clock: Clock) -> None:
    pacer = clock.pacer(tmp_path / "pace")
    for _ in range(ALLOWED + 1):
        pacer.wait_for_room("requests")
    assert 1060 <= clock.now < 1061
    assert clock.told == ["keeping below the rate limit: waiting 60 s"]


def test_workers_share_one_budget(tmp_path: Path, clock: Clock) -> None:
    one, other = clock.pacer(tmp_path / "pace"), clock.pacer(tmp_path / "pace")
    for _ in range(ALLOWED // 2):
        one.wait_for_room("requests")
        other.wait_for_room("requests")
    other.wait_for_room("requests")
    one.wait_for_room("requests")
    assert clock.now >= 1060


def test_a_class_of_its_own_has_its_own_limit_within_the_general_one(
    tmp_path: Path, clock: Clock
) -> None:
    pacer = clock.pacer(tmp_path / "pace")
    for _ in range(SEARCHES):
        pacer.wait_for_room("search")
    pacer.wait_for_room("requests")
    assert clock.now == 1000.0
    pacer.wait_for_room("search")
    assert clock.now >= 1060


def test_a_file_that_cannot_be_read_starts_anew(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "pace").write_text("{", encoding="utf-8")
    clock.pacer(tmp_path / "pace").wait_for_room("requests")
    assert clock.now == 1000.0


def test_the_least_duration_of_a_run_follows_from_its_requests(
    tmp_path: Path, clock: Clock
) -> None:
    assert clock.pacer(tmp_path / "pace").least_duration(ALLOWED * 3) == 180.0
