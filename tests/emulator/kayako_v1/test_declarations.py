"""The pages fit together: every action is handled, every type that is referred to exists."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from conformance.emulator import catalogue_of_faults
from conformance.emulator.effects import listed
from conformance.emulator.kayako_v1 import effects
from conformance.emulator.kayako_v1.declared import pages
from conformance.emulator.kayako_v1.kinds import Kind
from conformance.emulator.kayako_v1.routing import Action
from conformance.emulator.kayako_v1.steps import STEPS

PAGING = {"offset", "cursor", "date", "tests", "whole"}


@pytest.mark.parametrize("action", pages().actions.values(), ids=lambda action: action.name)
def test_an_action_is_handled(action: Action) -> None:
    assert (action.each or action.name) in pages().handlers
    assert action.paging in PAGING
    assert action.verb in ("GET", "POST", "PUT", "DELETE")


@pytest.mark.parametrize("kind", pages().kinds.values(), ids=lambda kind: kind.name)
def test_a_type_refers_to_types(kind: Kind) -> None:
    computed = pages().fields.get(kind.name, {})
    assert set(computed) <= set(kind.fields)
    for one in kind.fields.values():
        assert not one.target or one.target in pages().kinds
        assert one.kind not in ("refs", "value", "values") or one.name in computed


def test_no_two_actions_share_a_place() -> None:
    places = [(one.verb, one.path) for one in pages().actions.values()]
    assert len(places) == len(set(places))


def test_faults_are_made_of_what_exists() -> None:
    for fault in catalogue_of_faults("kayako-v1"):
        assert set(fault.effects) <= effects.MEMBERS
        assert fault.title.endswith(".")


def test_no_two_faults_are_the_same() -> None:
    faults = catalogue_of_faults("kayako-v1")
    for first, second in combinations(faults, 2):
        assert first.effects != second.effects, f"{first.id} does what {second.id} does"


def test_every_step_is_asked_for_and_left_out_by_a_fault() -> None:
    faults = catalogue_of_faults("kayako-v1")
    left_out = {step for fault in faults for step in listed(fault.effects, "skip")} - {"*"}
    home = Path(effects.__file__).parent
    code = "\n".join(path.read_text(encoding="utf-8") for path in home.rglob("*.py"))
    calls = re.findall(r"skips\((.*?)\)", code)
    assert left_out == set(STEPS)
    assert {name for call in calls for name in re.findall(r'"([a-z0-9-]+)"', call)} == set(STEPS)
