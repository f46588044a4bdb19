"""What the faults list, and the page that says so."""

import pytest

from conformance.emulator import catalogue_of_faults, families
from conformance.engine.spec import load_spec
from tests.proof.page import PAGE, render, unproven

FAULTS = [(family, fault) for family in families() for fault in catalogue_of_faults(family)]
KINDS = {
    "authentication", "status", "payload", "persistence", "filter", "paging", "deletion",
    "encoding",
}  # fmt: skip


@pytest.mark.parametrize(("family", "fault"), FAULTS)
def test_a_fault_breaks_known_promises_of_the_server(family, fault):
    registry = load_spec(family).registry
    assert fault.breaks
    assert [name for name in fault.breaks if name not in registry] == []
    assert [name for name in fault.breaks if not registry[name].binds_the_server] == []


@pytest.mark.parametrize("family", families())
def test_every_kind_of_promise_has_a_fault(family):
    assert {fault.kind for fault in catalogue_of_faults(family)} >= KINDS


@pytest.mark.parametrize("family", families())
def test_every_conformance_class_has_a_fault(family):
    registry = load_spec(family).registry
    broken = {name for fault in catalogue_of_faults(family) for name in fault.breaks}
    binding = {r.conformance_class for r in registry if r.level == "MUST"}
    assert {registry[name].conformance_class for name in broken} >= binding


@pytest.mark.parametrize("family", families())
def test_at_most_five_in_a_hundred_cannot_be_decided(family):
    promises = [r for r in load_spec(family).registry if r.binds_the_server]
    assert sum(bool(r.undecidable) for r in promises) * 20 <= len(promises)


@pytest.mark.parametrize("family", families())
def test_a_must_without_a_fault_says_why(family):
    assert [r.id for r in unproven(family) if r.level == "MUST" and not r.undecidable] == []


def test_the_page_is_what_the_faults_say():
    assert PAGE.read_text(encoding="utf-8") == render()
