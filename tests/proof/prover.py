"""Runs the suite once for every fault of an emulator and notes which requirements turn red.

The checks are collected once. Forked processes then find out which faults each check can see
(`reach`); then, for each fault, a forked process starts an emulator with that fault and runs the
checks that can see it. `python -m tests.proof.prover FAMILY OUT.json [FAULT ...]` writes which
requirements turned red; `--whole` runs every check for every fault, which takes several times as
long; `--notes FILE` keeps what was found out for a next time with the same checks and the same code
of the emulator (the tables of faults may change).
"""

import argparse
import contextlib
import gc
import io
import json
import os
import pickle
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance import plugin
from conformance.cli import pytest_arguments
from conformance.emulator import Server, Settings, catalogue_of_faults
from conformance.emulator.faults import Fault, Faults
from conformance.emulator.server import Desk
from conformance.engine import transport
from conformance.engine.chance import Chance
from conformance.engine.helpdesk import Helpdesk
from conformance.engine.target import target_from
from conformance.families import resolve_family
from conformance.locate import package_folder
from conformance.suite import finishing
from conformance.suite.recording import Recorder
from conformance.suite.session import RunSession
from tests.proof.reach import Question, faults_seen, watched
from tests.proof.shortcut import WsgiAdapter

#: How the reason of a check begins that met what it was not made for.
SUITE_IS_WRONG = "the suite is wrong"
#: Kinds that show only where limits are on, to the checks that try them; for the others these are
#: left out, for they spend their time waiting.
SHOWN_BY_LIMITS = ("limits",)
#: Faults whose effect depends on how much stands in the helpdesk, which every check adds to.
SHOWN_IN_A_CROWD = frozenset(
    (
        *("newest-attachment-not-listed", "organization-list-cut", "hits-without-posts"),
        *("user-search-without-query", "search-without-query"),
        "found-tickets-without-status",
    )
)
NO_FAULT = ""
#: Parts of pytest that cost time for every check and say nothing here.
UNUSED = ("-p", "no:logging", "-p", "no:faulthandler", "--capture=no")
#: One check of so many runs before processes are forked.
_SAMPLE = 40
_PROCESSES = os.cpu_count() or 1
#: Processes at the same time; those that try limits do little but wait.
_LANES = {"limits": 3, "others": _PROCESSES}
_NOWHERE = "http://127.0.0.1:9"


class Fork:
    """Takes over the run after collection: one forked process for each fault."""

    def __init__(
        self, family: str, faults: Sequence[str], folder: Path, whole: bool, notes: Path | None
    ) -> None:
        self._family, self._faults, self._folder, self._whole = family, faults, folder, whole
        self._notes = notes
        self._known = {fault.id: fault for fault in catalogue_of_faults(family)}
        self.in_child = False
        self._server: Server | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        if session.testsfailed:
            raise session.Failed("the checks could not be collected")
        self._warm(session)
        seen = {} if self._whole else self._reach(session)
        gc.freeze()  # what the processes share stays shared
        waiting = {lane: [f for f in self._faults if self._lane(f) == lane] for lane in _LANES}
        children: dict[int, str] = {}
        while children or any(waiting.values()):
            for lane, faults in waiting.items():
                while faults and list(children.values()).count(lane) < _LANES[lane]:
                    fault = faults.pop(0)
                    child = os.fork()
                    if child == 0:
                        gc.disable()
                        self._prepare(session, self._known.get(fault), seen)
                        return None  # the child goes on with the ordinary run
                    children[child] = lane
            del children[os.wait()[0]]
        return True

    def _lane(self, fault: str) -> str:
        known = self._known.get(fault)
        return "limits" if known and known.kind in SHOWN_BY_LIMITS else "others"

    # Which checks -------------------------------------------------------------------------------

    def _reach(self, session: pytest.Session) -> dict[str, set[str]]:
        """Check → the faults it can see."""
        questions = self._noted()
        if not questions:
            files = [self._folder / f"reach-{part}" for part in range(_PROCESSES)]
            children = [
                os.fork() or self._look(session, part, files[part]) for part in range(len(files))
            ]
            if any(os.waitpid(child, 0)[1] for child in children):
                raise SystemExit("the checks could not be looked at one by one")
            for file in files:
                questions |= pickle.loads(file.read_bytes())
            if self._notes:
                self._notes.write_bytes(pickle.dumps(questions))
        return faults_seen([*self._known.values()], questions)

    def _noted(self) -> dict[str, set[Question]]:
        if self._notes and self._notes.is_file():
            return pickle.loads(self._notes.read_bytes())
        return {}

    def _look(self, session: pytest.Session, part: int, file: Path) -> int:
        """Run every check of one part alone, in this process, and end it."""
        found = self._questions(session, session.items[part::_PROCESSES], f"alone-{part}")
        file.write_bytes(pickle.dumps(found))
        os._exit(0)

    def _warm(self, session: pytest.Session) -> None:
        """Run a few checks: processes forked later inherit what is then loaded and read."""
        kept, adapter = session.config.stash[plugin._SESSION], transport.BoundedAdapter
        self._questions(session, session.items[::_SAMPLE], "warm")
        session.config.stash[plugin._SESSION], transport.BoundedAdapter = kept, adapter  # type: ignore

    def _questions(
        self, session: pytest.Session, items: Sequence[pytest.Item], name: str
    ) -> dict[str, set[Question]]:
        """Check → what it asks the emulator when it runs alone."""
        found: dict[str, set[Question]] = {}
        for item in items:
            if _tries_limits(item):
                continue
            clock = Jumping()
            with watched(self._family, clock.now) as (watch, desk):
                self._aim(session.config, desk, self._folder / name, clock)
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                item.config.stash[plugin._SESSION].finish()
            item._initrequest()  # type: ignore[attr-defined]  # it will be run again
            found[item.nodeid] = watch.questions
        return found

    # One fault ----------------------------------------------------------------------------------

    def _prepare(
        self, session: pytest.Session, fault: Fault | None, seen: dict[str, set[str]]
    ) -> None:
        """Point the run of this process at an emulator with the fault."""
        self.in_child = True
        limited = fault is not None and fault.kind in SHOWN_BY_LIMITS
        session.items = [item for item in session.items if _tries_limits(item) == limited]
        report = self._folder / (fault.id if fault else "none")
        if fault and limited:
            self._aim_at_server(session.config, fault, report)
            return
        if fault and seen and fault.id not in SHOWN_IN_A_CROWD:
            session.items = [
                item for item in session.items if fault.id in seen.get(item.nodeid, ())
            ]
        clock = Jumping()
        desk = Desk(Settings(self._family), Faults([fault] if fault else []), clock.now)
        self._aim(session.config, desk, report, clock)

    def _aim(self, config: pytest.Config, desk: Desk, report: Path, clock: "Jumping") -> None:
        """Let the run of this process judge an emulator without a connection to it."""
        transport.BoundedAdapter = lambda **_: WsgiAdapter(desk.application)  # type: ignore
        _run_against(config, desk.helpdesk.target(_NOWHERE, "off"), report, clock.chance)

    def _aim_at_server(self, config: pytest.Config, fault: Fault, report: Path) -> None:
        """The same by connections, for what several do at once; ends with the process."""
        self._server = Server(Settings(self._family, faults=(fault.id,), limits="fast"))
        _run_against(config, self._server.target, report, Chance)


def _tries_limits(item: pytest.Item) -> bool:
    return "limited" in getattr(item, "fixturenames", ())


class Jumping:
    """A clock of suite and emulator that jumps where others wait: nothing goes on meanwhile."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def wait(self, seconds: float) -> None:
        self._ahead += seconds

    def chance(self, seed: int, worker: str) -> Chance:
        return Chance(seed, worker, self.now, self.wait)


def _run_against(
    config: pytest.Config, target: dict[str, Any], report: Path, chance: Callable[..., Chance]
) -> None:
    options = replace(
        config.stash[plugin._SESSION].options,
        target=target_from(target, resolve_family, "emulator"),
        report=report,
    )
    config.stash[plugin._SESSION] = RunSession(options, "", chance)
    config.stash[plugin._GATHERING].options = options


def prove(
    family: str, faults: Sequence[str] = (), *, whole: bool = False, notes: Path | None = None
) -> dict[str, dict[str, str]]:
    """For each fault (and the empty name for none), the red requirements and their verdicts, and
    the checks that were not made for what they met."""
    known = [NO_FAULT, *(fault.id for fault in catalogue_of_faults(family))]
    chosen = [fault for fault in known if not faults or fault in faults]
    with tempfile.TemporaryDirectory() as name:
        fork = Fork(family, chosen, Path(name), whole, notes)
        arguments = [str(package_folder()), *pytest_arguments()]
        output = io.StringIO()
        with contextlib.redirect_stdout(output), _sparing():
            code = pytest.main([*arguments, f"--api={family}", "--seed=1", *UNUSED], [fork])
        if fork.in_child:
            os._exit(0)
        if code not in (0, 5):
            raise SystemExit(f"the suite could not be collected:\n{output.getvalue()}")
        return {fault: _red(Path(name) / (fault or "none"), family) for fault in chosen}


@contextlib.contextmanager
def _sparing() -> Iterator[None]:
    """Spare what nobody looks at here: pages, transcripts, all of the results but the verdicts, and
    tidying up an emulator that ends with the process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finishing.html, "write", lambda *_: Path())
        patch.setattr(finishing.results, "write", _write_verdicts)
        patch.setattr(Recorder, "exchange", lambda *_: None)
        patch.setattr(Helpdesk, "clean_up", lambda _: [])
        yield


def _write_verdicts(content: dict[str, Any], folder: Path) -> Path:
    file = folder / "results.json"
    crashed = [c["id"] for c in content["checks"] if (c["reason"] or "").startswith(SUITE_IS_WRONG)]
    kept = {"requirements": content["requirements"], "crashed": crashed}
    file.write_text(json.dumps(kept), encoding="utf-8")
    return file


def _red(report: Path, family: str) -> dict[str, str]:
    file = report / family / "results.json"
    if not file.is_file():
        return {"no results": "error"}
    content = json.loads(file.read_text(encoding="utf-8"))
    verdicts = {entry["id"]: entry["verdict"] for entry in content["requirements"]}
    red = {key: value for key, value in verdicts.items() if value in ("fail", "warn", "info")}
    return red | dict.fromkeys(content["crashed"], "error")


def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("family")
    parser.add_argument("out", type=Path)
    parser.add_argument("faults", nargs="*")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--notes", type=Path)
    given = parser.parse_intermixed_args()
    found = prove(given.family, given.faults, whole=given.whole, notes=given.notes)
    given.out.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    _main()
