"""pytest hooks of the suite, and nothing but hooks. Silent in projects that are not ours."""

import gc
from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from conformance.engine.case import Case, running
from conformance.engine.errors import ConfigurationError, NotJudged, SuiteError, omit
from conformance.engine.helpdesk import Helpdesk
from conformance.engine.spec import load_spec
from conformance.suite import beginning, finishing, options
from conformance.suite.identity import (
    CheckIdentity,
    family_of,
    group_of,
    identify,
    in_turn,
    is_elsewhere,
    parametrize,
    rank_of,
)
from conformance.suite.interrupting import keep_to_known_lines
from conformance.suite.outcomes import PYTEST_OUTCOME, failure_text, judge_phase
from conformance.suite.protocol import Protocol, hand_over
from conformance.suite.selecting import selection_of
from conformance.suite.session import RunSession

_SESSION = pytest.StashKey[RunSession]()
_GATHERING = pytest.StashKey[finishing.Gathering]()
_IDENTITY = pytest.StashKey[CheckIdentity]()
_CASE = pytest.StashKey[Case]()
_CONTENTS = pytest.StashKey[list[dict[str, Any]]]()
_LETTERS = {"warn": "w", "info": "i", "omit": "o", "error": "E", "waived": "x"}


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    config: Any = pluginmanager.get_plugin("pytestconfig")
    if options.may_concern_us(config):
        options.declare(parser)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None]:
    yield
    if options.may_concern_us(early_config):
        with beginning.usage_errors():
            beginning.refuse_unknown_options(parser, args)


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Any, Any]:
    options.find_the_checks(config)
    if not options.concerns_us(config):
        return (yield)
    with beginning.usage_errors():
        return (yield)


def pytest_configure(config: pytest.Config) -> None:
    if not options.concerns_us(config):
        return
    beginning.clear_up_rarely(config)
    try:
        chosen = options.read(config)
    except ConfigurationError as error:
        pytest.exit(f"helpdesk-conformance: {error}", returncode=finishing.USAGE)
    worker = getattr(config, "workerinput", {}).get("workerid", "")
    run = config.stash[_SESSION] = RunSession(chosen, worker)
    run.workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    run.announce = partial(beginning.say_at_once, config)
    if not worker:
        config.stash[_GATHERING] = finishing.Gathering(chosen)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    session = node.config.stash.get(_SESSION, None)
    if session is not None:
        node.workerinput[options.SEED] = session.options.seed


# Collecting -------------------------------------------------------------------------------------


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    session = config.stash.get(_SESSION, None)
    if session is None or not is_elsewhere(collection_path, session.options.families):
        return None
    return None if options.named_within(config, collection_path) else True


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    session = metafunc.config.stash.get(_SESSION, None)
    if session is not None:
        parametrize(metafunc, session.options.families)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    session = config.stash.get(_SESSION, None)
    if session is None:
        return
    seen: dict[str, str] = {}
    kept: list[pytest.Item] = []
    for item in items:
        identity = identify(item)
        if identity is None:
            continue
        if identity.id in seen:
            raise SuiteError(f"two checks have the id {identity.id}")
        seen[identity.id] = item.nodeid
        item.stash[_IDENTITY] = identity
        if identity.family in session.options.families:
            kept.append(item)
    items[:] = in_turn(kept)


def pytest_deselected(items: list[pytest.Item]) -> None:
    run = items[0].config.stash.get(_SESSION, None) if items else None
    if run is not None:
        run.deselected += len(items)


def pytest_collection_finish(session: pytest.Session) -> None:
    config = session.config
    if _SESSION not in config.stash:
        return
    gc.freeze()  # the items stay to the end: looking at them again and again finds nothing
    if Protocol.suits(config):
        config.pluginmanager.register(Protocol(config), "conformance-protocol")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    if _SESSION not in config.stash:
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByOperation(LoadScopeScheduling):  # type: ignore[misc]
        """Keeps the checks of one operation, or of one module, on one worker."""

        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return ByOperation(config, log)


# Running ----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def run_session(pytestconfig: pytest.Config) -> RunSession:
    """The run in this process."""
    session = pytestconfig.stash.get(_SESSION, None)
    if session is None:
        raise SuiteError("checks of the suite run under its own options only")
    return session


@pytest.fixture(scope="module")
def helpdesk(request: pytest.FixtureRequest, run_session: RunSession) -> Helpdesk:
    """The helpdesk that the checks of a family's folder judge."""
    family = family_of(request.path)
    if family is None:
        raise SuiteError(f"{request.path} belongs to no family")
    return run_session.helpdesk(family)


@pytest.fixture(scope="module")
def limited(request: pytest.FixtureRequest, run_session: RunSession) -> Helpdesk:
    """The helpdesk with its limits on, for checks that go beyond them."""
    family = family_of(request.path)
    if family is None:
        raise SuiteError(f"{request.path} belongs to no family")
    return run_session.limited(family)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    if session.testscollected and _GATHERING in session.config.stash:
        config = session.config
        beginning.begin(
            config, config.stash[_SESSION], config.stash[_GATHERING], session.testscollected
        )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    config = node.config
    if ids and _GATHERING in config.stash:
        beginning.begin(config, config.stash[_SESSION], config.stash[_GATHERING], len(ids))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    identity = item.stash.get(_IDENTITY, None)
    if identity is None:
        return (yield)
    session = item.config.stash[_SESSION]
    item.stash[_CASE] = Case(identity.covers, session.redactor.redact)
    with session.turn(alone=rank_of(item) > 0):
        result = yield
    if session.lost(session.helpdesk(identity.family)):
        item.session.shouldstop = "the server no longer answers"
    if session.worker and finishing.asked_to_stop(session.options.report):
        item.session.shouldstop = "the run was interrupted"
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    identity = item.stash.get(_IDENTITY, None)
    if identity is None:
        return
    run = item.config.stash[_SESSION]
    registry = load_spec(identity.family).registry
    if (
        not run.options.beyond
        and identity.covers
        and all(registry[r].beyond for r in identity.covers)
    ):
        omit("goes beyond the seed documents; judged with --beyond")
    hand_over(item, run.helpdesk(identity.family))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    case = item.stash.get(_CASE, None)
    if case is None:
        return (yield)
    with running(case):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    identity = item.stash.get(_IDENTITY, None)
    raised = call.excinfo
    if identity is not None and raised is not None and isinstance(raised.value, NotJudged):
        call.excinfo = None  # ends a check on purpose: a traceback would cost much and say nothing
    report = yield
    call.excinfo = raised
    if identity is None or (report.when != "call" and raised is None):
        return report
    if raised is not None and isinstance(raised.value, (KeyboardInterrupt, SystemExit)):
        return report
    registry = load_spec(identity.family).registry
    run = item.config.stash[_SESSION]
    result = judge_phase(
        identity,
        registry,
        item.stash[_CASE],
        raised,
        call.duration,
        run.redactor,
        beyond=run.options.beyond,
    )
    report.conformance = result  # type: ignore[attr-defined]
    report.outcome = PYTEST_OUTCOME[result["verdict"]]  # type: ignore[assignment]
    text = run.redactor.redact(failure_text(result, registry))
    if report.skipped:
        report.longrepr = (str(item.path), 0, f"{result['verdict']}: {result['reason']}")
    else:
        report.longrepr = text if report.failed else None
    told = [("check", identity.id), ("verdict", result["verdict"])]
    item.user_properties[:] = told  # JUnit files take them from the report of the teardown
    report.user_properties[:] = told
    return report


# Reporting --------------------------------------------------------------------------------------


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if _gathering_in_charge is None:
        return
    result = getattr(report, "conformance", None)
    if result is not None:
        _gathering_in_charge.add(result)
    elif report.failed:  # xdist speaks for a worker that is no more
        _gathering_in_charge.stopped = str(report.longrepr)


#: pytest hands no config to `pytest_runtest_logreport`; one process has one run.
_gathering_in_charge: finishing.Gathering | None = None


def pytest_sessionstart(session: pytest.Session) -> None:
    global _gathering_in_charge
    _gathering_in_charge = gathering = session.config.stash.get(_GATHERING, None)
    run = session.config.stash.get(_SESSION, None)
    if run is not None:
        run.interrupts.install()
    if gathering is not None and not session.config.option.collectonly:
        finishing.clear_worker_files(gathering.options)


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    result = getattr(report, "conformance", None)
    if result is None or result["verdict"] not in _LETTERS:
        return None
    verdict = result["verdict"]
    return verdict, _LETTERS[verdict], verdict.upper()


@pytest.hookimpl(tryfirst=True)
def pytest_keyboard_interrupt(excinfo: pytest.ExceptionInfo[BaseException]) -> None:
    if _gathering_in_charge is None:
        return
    keep_to_known_lines(excinfo)
    if excinfo.type is KeyboardInterrupt:
        _gathering_in_charge.interrupted = True
        finishing.ask_to_stop(_gathering_in_charge.options.report)
    elif isinstance(excinfo.value, KeyboardInterrupt):  # pytest or xdist: by `shouldstop`
        _gathering_in_charge.stopped = str(excinfo.value)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    run = node.config.stash.get(_SESSION, None)
    if run is not None:
        output = getattr(node, "workeroutput", None) or {}
        run.deselected = max(run.deselected, output.get(finishing.DESELECTED, 0))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    run = config.stash.get(_SESSION, None)
    if run is None:
        return
    gathering = config.stash.get(_GATHERING, None)
    if gathering is None:
        config.workeroutput[finishing.DESELECTED] = run.deselected  # type: ignore[attr-defined]
        run.interrupts.ignore()
        run.finish()
        return
    if gathering.begun:
        finishing.adopt_orphans(run)
    run.finish()
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        beginning.say(config, "helpdesk-conformance: nothing was selected; `list checks` shows all")
        session.exitstatus = finishing.USAGE
    if not gathering.begun:
        if exitstatus == pytest.ExitCode.INTERRUPTED:
            session.exitstatus = finishing.UNDECIDED
        return
    if gathering.refused is not None:
        finishing.clear_worker_files(gathering.options)
        return
    gathering.stopped = gathering.stopped or str(session.shouldfail or "") or None
    gathering.selection = selection_of(config, run.deselected)
    contents = gathering.finish()
    config.stash[_CONTENTS] = contents
    session.exitstatus = finishing.exit_code(contents)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _SESSION in config.stash:
        gc.freeze()  # pytest looks for unreachable cycles several times before it ends


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    contents = config.stash.get(_CONTENTS, [])
    for line in finishing.summary_lines(contents, config.stash.get(_GATHERING, None)):
        terminalreporter.write_line(line)
