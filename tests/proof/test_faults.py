"""Fault by fault: exactly the requirements that a fault lists turn red, and none without one."""

import json
import subprocess
import sys

import pytest

from conformance.emulator import catalogue_of_faults, families
from tests.proof.prover import NO_FAULT
from tests.running import clean_environment

FAULTS = [(family, fault) for family in families() for fault in catalogue_of_faults(family)]
NAMED = [pytest.param(family, fault, id=f"{family}-{fault.id}") for family, fault in FAULTS]
_HOURS = 3600


@pytest.fixture(scope="session")
def reds(tmp_path_factory):
    """Family → fault → the requirements that turned red, from one run for each fault."""
    found = {}
    for family in families():
        file = tmp_path_factory.mktemp("proof") / f"{family}.json"
        command = [sys.executable, "-m", "tests.proof.prover", family, str(file)]
        subprocess.run(command, check=True, timeout=_HOURS, env=clean_environment())
        found[family] = json.loads(file.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("family", families())
def test_only_offers_that_the_emulator_declines_show_without_a_fault(reds, family):
    assert set(reds[family][NO_FAULT].values()) <= {"info"}


@pytest.mark.parametrize(("family", "fault"), NAMED)
def test_a_fault_turns_exactly_its_requirements_red(reds, family, fault):
    declined = reds[family][NO_FAULT]
    turned = {name for name in reds[family][fault.id] if name not in declined}
    assert sorted(turned) == sorted(set(fault.breaks) - set(declined))
