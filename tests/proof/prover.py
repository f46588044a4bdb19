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
from conformance.engine import transport
from conformance.engine.target import target_from
from conformance.families import resolve_family
from conformance.locate import package_folder
from conformance.suite import finishing
from conformance.suite.session import RunSession
from tests.proof.shortcut import WsgiAdapter

#: Kinds of faults that can show in the answer to a wrong credential; the others show only in what
#: an operation does, and for them the checks of wrong credentials, a third of all, are left out.
SHOWN_BY_CREDENTIALS = ("authentication", "protocol")
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
        self._server = running(Settings(self._family, faults=(fault,) if fault else ()))
        server = self._server.__enter__()
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
        if fault and kind not in SHOWN_BY_CREDENTIALS:
            session.items = [i for i in session.items if "test_authentication" not in i.nodeid]

    def close(self) -> None:
        if self._server is not None:
            self._server.__exit__(None, None, None)


def prove(family: str, faults: Sequence[str] = ()) -> dict[str, dict[str, str]]:
    """For each fault (and the empty name for none), the red requirements and their verdicts."""
    known = [(NO_FAULT, ""), *((fault.id, fault.kind) for fault in catalogue_of_faults(family))]
    chosen = [entry for entry in known if not faults or entry[0] in faults]
    with tempfile.TemporaryDirectory() as name:
        fork = Fork(family, chosen, Path(name))
        arguments = [str(package_folder()), *pytest_arguments()]
        output = io.StringIO()
        with contextlib.redirect_stdout(output), _without_pages():
            code = pytest.main([*arguments, f"--api={family}", *UNUSED], [fork])
        fork.close()
        if fork.in_child:
            os._exit(0)
        if code not in (0, 5):
            raise SystemExit(f"the suite could not be collected:\n{output.getvalue()}")
        return {fault: _red(Path(name) / (fault or "none"), family) for fault, _ in chosen}


@contextlib.contextmanager
def _without_pages() -> Iterator[None]:
    """Spare the HTML page: nobody looks at it here."""
    write = finishing.html.write
    finishing.html.write = lambda *_: Path()  # type: ignore[assignment]
    try:
        yield
    finally:
        finishing.html.write = write  # type: ignore[assignment]


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
