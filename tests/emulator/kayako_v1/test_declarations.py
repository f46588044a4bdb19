"""The pages fit together: every action is handled, every type that is referred to exists."""

from __future__ import annotations

import pytest

from conformance.emulator import catalogue_of_faults
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
        assert set(fault.effects.get("skip", ())) <= set(STEPS)
