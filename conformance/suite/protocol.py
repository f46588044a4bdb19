"""A check's way through pytest: the same hooks, phases and reports, with less around them.

pytest spends about as long on a test as the suite on a request. A check is a plain function whose
report holds a verdict in place of a traceback, so that much of this is spent for nothing.
"""

from functools import partial
from typing import Any, Literal, get_args

import pytest

from conformance.engine.helpdesk import Helpdesk
from conformance.suite.identity import case_of

#: Options that look into the phases of a test: with them pytest goes its own way.
_LOOKING_IN = ("usepdb", "trace", "setupshow", "setuponly", "setupplan")
#: Options, and settings of the same names, by which logs are asked for.
_LOGS = ("log_level", "log_cli", "log_cli_level", "log_file", "log_file_level")
_BREAKING_OFF = (KeyboardInterrupt, pytest.exit.Exception)
_Phase = Literal["setup", "call", "teardown"]


class Protocol:
    """Runs each item of the session; registered as a plugin of pytest's."""

    def __init__(self, config: pytest.Config) -> None:
        self._phases: dict[_Phase, Any] = {}
        # not `item.ihook`, which is made anew for each use: no folder of checks has hooks
        self._hook: Any = config.hook
        logs = config.pluginmanager.get_plugin("logging-plugin")
        left_out = [] if logs is None or _wants_logs(config) else [logs]
        for phase in get_args(_Phase):
            name = f"pytest_runtest_{phase}"
            self._phases[phase] = config.pluginmanager.subset_hook_caller(name, left_out)

    @classmethod
    def suits(cls, config: pytest.Config) -> bool:
        """Whether nothing was asked for that only pytest's own way gives."""
        return not any(config.getoption(option, False) for option in _LOOKING_IN)

    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        hook = self._hook
        hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        try:
            if self._passes("setup", item):
                self._passes("call", item)
            if item.session.shouldfail or item.session.shouldstop:
                nextitem = None  # then everything is torn down here and now
            self._passes("teardown", item, nextitem=nextitem)
        finally:
            item.funcargs.clear()  # type: ignore[attr-defined]
        hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _passes(self, phase: _Phase, item: pytest.Item, **more: Any) -> bool:
        """Go through one phase and report it."""
        work = partial(self._phases[phase], item=item, **more)
        call = pytest.CallInfo.from_call(work, phase, _BREAKING_OFF)
        report = self._hook.pytest_runtest_makereport(item=item, call=call)
        self._hook.pytest_runtest_logreport(report=report)
        if call.excinfo is not None and not isinstance(call.excinfo.value, pytest.skip.Exception):
            self._hook.pytest_exception_interact(node=item, call=call, report=report)
        return bool(report.passed)


def _wants_logs(config: pytest.Config) -> bool:
    """Whether log records are to be shown: the suite itself writes none."""
    return any(config.getoption(name, None) or config.getini(name) for name in _LOGS)


def hand_over(item: pytest.Item, helpdesk: Helpdesk) -> None:
    """Give a generic check its arguments: they are known, and pytest's fixtures would only pass
    them on."""
    about = case_of(item)
    if about is None:
        return
    _, case = about
    item.funcargs.update(case.values, helpdesk=helpdesk)  # type: ignore[attr-defined]
