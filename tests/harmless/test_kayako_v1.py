"""A Kayako v1 helpdesk that differs harmlessly is called conformant, with nothing undecided."""

import pytest

from conformance.emulator import Settings, running
from tests.harmless.proxy import Manner, proxy
from tests.harmless.test_harmless import judged
from tests.running import SuiteRun

FAMILY = "kayako-v1"


def conformant(run: SuiteRun) -> None:
    """AssertionError unless every check was judged and none found anything."""
    content = run.results(FAMILY)
    told = {
        check["id"]: check["message"]
        for check in content["checks"]
        if check["verdict"] not in ("pass", "omit")
    }
    assert told == {}, run.output[-3000:]
    assert content["verdict"] == "conformant"
    assert run.code == 0


MANNERS = {
    "behind a proxy, in a folder of another host": Manner(
        host="localhost", folder="/helpdesk/sub", forwards=True
    ),
}


@pytest.mark.parametrize("name", MANNERS)
def test_a_harmless_difference_changes_no_verdict(tmp_path, name):
    with running(Settings(FAMILY)) as server, proxy(server.target, MANNERS[name]) as target:
        conformant(judged(tmp_path, target))
