"""What is said before a live run."""

import re
from dataclasses import replace

import pytest

from conformance.engine.spec import load_spec
from conformance.engine.target import Target, load_target
from conformance.families import resolve_family
from conformance.suite.announcing import announcement

CHECKS = 1000


@pytest.fixture
def target(tmp_path) -> Target:
    file = tmp_path / "target.toml"
    file.write_text(
        """api = "jitbit"
url = "http://127.0.0.1:1/api"
safety = "write"
[credentials]
administrator = {username = "a", password = "b"}
user = {username = "c", password = "d"}
""",
        encoding="utf-8",
    )
    return load_target(file, resolve_family)


def requests(target: Target) -> int:
    found = re.search(r"about (\d+) requests", announcement(target, load_spec("jitbit"), CHECKS))
    assert found
    return int(found[1])


def test_fewer_requests_are_expected_where_somebody_is_missing(target):
    alone = replace(target, credentials={"user": target.credentials["user"]})
    assert requests(alone) < requests(target)


def test_fewer_requests_are_expected_where_nothing_is_made(target):
    assert requests(replace(target, safety="read")) < requests(target) / 2


def test_the_least_duration_is_below_what_the_expected_requests_take(target):
    said = announcement(target, load_spec("jitbit"), CHECKS)
    minutes = re.search(r"takes at least (\d+) minutes", said)
    assert minutes
    assert 0 < int(minutes[1]) < requests(target) / 76
