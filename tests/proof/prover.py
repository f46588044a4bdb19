"""Runs the suite once for every fault of an emulator and notes which requirements turn red.

The checks are collected once; then, for each fault, a forked process starts an emulator with that
fault and runs them. `python -m tests.proof.prover FAMILY OUT.json [FAULT ...]`.
"""

import contextlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance import plugin
from conformance.cli import pytest_arguments
from conformance.emulator import Settings, catalogue_of_faults, running
from conformance.emulator.wire import load_request_parsing
from conformance.engine import transport
from conformance.engine.helpdesk import Helpdesk
from conformance.engine.target import target_from
from conformance.families import resolve_family
from conformance.locate import package_folder
from conformance.suite import finishing
from conformance.suite.identity import rank_of
from conformance.suite.recording import Recorder
from conformance.suite.session import RunSession
from tests.proof.shortcut import WsgiAdapter

#: Kinds of faults that can show in the answer to a wrong credential; the others show only in what
#: an operation does, and for them the checks of wrong credentials, a third of all, are left out.
SHOWN_BY_CREDENTIALS = ("authentication", "protocol")
#: Kinds that show only where limits are on, to the checks that try them; for the others these are
#: left out, for they spend their time waiting.
SHOWN_BY_LIMITS = ("limits",)
NO_FAULT = ""
#: Parts of pytest that cost time for every check and say nothing here.
UNUSED = ("-p", "no:logging", "-p", "no:faulthandler", "--capture=no")


class Fork:
    """Takes over the run after collection: one forked process for each fault."""

    def __init__(self, family: str, faults: Sequence[tuple[str, str]], folder: Path) -> None:
        self._family = family
        self._faults = list(faults)
        self._folder = folder
        self.in_child = False
        self._server: Any = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        if session.testsfailed:
            raise session.Failed("the checks could not be collected")
        children: set[int] = set()
        for fault, kind in self._faults:
            if len(children) >= (os.cpu_count() or 1):
                children.discard(os.wait()[0])
            child = os.fork()
            if child == 0:
                self._prepare(session, fault, kind)
                return None  # the child goes on with the ordinary run
            children.add(child)
        while children:
            children.discard(os.wait()[0])
        return True

    def _prepare(self, session: pytest.Session, fault: str, kind: str) -> None:
        """Point the run of this process at an emulator with the fault."""
        self.in_child = True
        limited = kind in SHOWN_BY_LIMITS
        faults = (fault,) if fault else ()
        limits = "fast" if limited else "off"
        self._server = running(Settings(self._family, faults=faults, limits=limits))
        server = self._server.__enter__()
        if not limited:  # there is nothing to wait for, nor to slow down
            transport.BoundedAdapter = lambda **_: WsgiAdapter(server.application)  # type: ignore
        target = target_from(server.target, resolve_family, "emulator")
        config = session.config
        options = replace(
            config.stash[plugin._SESSION].options,
            target=target,
            report=self._folder / (fault or "none"),
        )
        config.stash[plugin._SESSION] = RunSession(options, "")
        config.stash[plugin._GATHERING].options = options
        session.items = [item for item in session.items if (rank_of(item) > 0) == limited]
        if fault and kind not in SHOWN_BY_CREDENTIALS:
            session.items = [i for i in session.items if "test_authentication" not in i.nodeid]

    def close(self) -> None:
        if self._server is not None:
            self._server.__exit__(None, None, None)


def prove(family: str, faults: Sequence[str] = ()) -> dict[str, dict[str, str]]:
    """For each fault (and the empty name for none), the red requirements and their verdicts."""
    known = [(NO_FAULT, ""), *((fault.id, fault.kind) for fault in catalogue_of_faults(family))]
    chosen = [entry for entry in known if not faults or entry[0] in faults]
    load_request_parsing()  # before there are threads that could do it at the same time
    with tempfile.TemporaryDirectory() as name:
        fork = Fork(family, chosen, Path(name))
        arguments = [str(package_folder()), *pytest_arguments()]
        output = io.StringIO()
        with contextlib.redirect_stdout(output), _sparing():
            code = pytest.main([*arguments, f"--api={family}", *UNUSED], [fork])
        fork.close()
        if fork.in_child:
            os._exit(0)
        if code not in (0, 5):
            raise SystemExit(f"the suite could not be collected:\n{output.getvalue()}")
        return {fault: _red(Path(name) / (fault or "none"), family) for fault, _ in chosen}


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
    file.write_text(json.dumps({"requirements": content["requirements"]}), encoding="utf-8")
    return file


def _red(report: Path, family: str) -> dict[str, str]:
    file = report / family / "results.json"
    if not file.is_file():
        return {"no results": "error"}
    content = json.loads(file.read_text(encoding="utf-8"))
    verdicts = {entry["id"]: entry["verdict"] for entry in content["requirements"]}
    return {key: value for key, value in verdicts.items() if value in ("fail", "warn", "info")}


if __name__ == "__main__":
    found = prove(sys.argv[1], sys.argv[3:])
    Path(sys.argv[2]).write_text(json.dumps(found, indent=1), encoding="utf-8")
