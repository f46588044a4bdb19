"""One process of a run: its helpdesks, opened when a check first asks, closed at the end."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from conformance.emulator import Settings, running
from conformance.engine.chance import Chance
from conformance.engine.draft import Draft
from conformance.engine.errors import NotJudged, TargetUnreachable
from conformance.engine.exchange import Exchange
from conformance.engine.helpdesk import Helpdesk
from conformance.engine.journal import LeftBehind
from conformance.engine.pacing import Pacer
from conformance.engine.secrets import Redactor
from conformance.engine.spec import load_spec
from conformance.engine.target import Target, target_from
from conformance.engine.transport import Transport
from conformance.families import adapters, resolve_family
from conformance.suite.bookkeeping import WrittenJournal, lost, read_journal
from conformance.suite.hushing import HushedLogs
from conformance.suite.interrupting import Interrupts
from conformance.suite.options import RunOptions
from conformance.suite.recording import Recorder, read_lines

#: Files in the report's folder that the workers of a run share while it lasts.
PACE, LOGINS = ".pace.json", ".logins.lock"
#: The beginning of the names of files in the report folder that say which worker is in a check.
TURN = ".turn-"
#: The longest that the first look at a target waits for an answer, in seconds.
PATIENCE = 8.0
#: Extra headers may carry a token; a shorter value than this stands in too many other texts.
_SHORTEST_SECRET = 8


class RunSession:
    """The helpdesks of this process."""

    def __init__(
        self, options: RunOptions, worker: str, chance: Callable[[int, str], Chance] = Chance
    ) -> None:
        self.options = options
        self._chance = chance
        self.worker = worker
        self.redactor = Redactor()
        self.interrupts = Interrupts()
        self.deselected = 0
        #: How many worker processes the run has.
        self.workers = 1
        #: Tells the user what the run is waiting for.
        self.announce: Callable[[str], None] = lambda _: None
        self._helpdesks: dict[str, Helpdesk] = {}
        self._recorders: dict[str, Recorder] = {}
        self._servers = ExitStack()
        self._logs = HushedLogs(self.redactor)
        self._logs.start()

    def helpdesk(self, family: str) -> Helpdesk:
        """The helpdesk of a family: the target, or an emulator of this process."""
        known = self._helpdesks.get(family)
        if known is None:
            known = self._helpdesks[family] = self._open(family)
        return known

    def _open(self, family: str) -> Helpdesk:
        target = self.options.target or self._embedded(family)
        file = worker_file(self.options.report, family, self.worker)
        recorder = self._recorders[family] = Recorder(file, self.redactor)
        recorder.line({"type": "target", "name": target.name, "url": target.url,
                       "version": target.version, "safety": target.safety})  # fmt: skip
        return self._open_at(target, recorder, self.worker)

    def _open_at(self, target: Target, recorder: Recorder, worker: str) -> Helpdesk:
        spec = load_spec(target.family)
        chance = self._chance(self.options.seed, worker)
        for kind, secret in secrets_of(target):
            self.redactor.add(secret, kind)
        adapter = adapters()[target.family](target, chance, self.redactor)
        transport = Transport(target)
        transport.meanwhile = recorder.in_passing
        helpdesk = _Interruptible(
            spec, target, adapter, chance, transport, recorder.exchange, worker
        )
        helpdesk.interrupts = self.interrupts
        self._keep_manners(helpdesk)
        helpdesk.announce = self.announce
        helpdesk.journal = WrittenJournal(spec, recorder)
        return helpdesk

    def _keep_manners(self, helpdesk: Helpdesk) -> None:
        """Let the workers of a run share one budget of requests and one turn for wrong logins."""
        if self.options.target is None:
            return
        folder = self.options.report / helpdesk.spec.family
        if self.workers > 1:
            from filelock import FileLock  # costly, and many runs share nothing

            turn = FileLock(folder / LOGINS)
            helpdesk.logins.turn = lambda: turn
        limits = {**helpdesk.spec.limits, **helpdesk.target.limits}
        if limits.get("enabled", bool(helpdesk.spec.limits)):
            pacer = Pacer(limits, folder / PACE, helpdesk.pause, self.announce)
            helpdesk.wait_for_room = pacer.wait_for_room

    @contextmanager
    def turn(self, *, alone: bool) -> Iterator[None]:
        """Held while a check runs: together with other workers, or alone on a shared target."""
        with ExitStack() as turns:
            if self.options.target is not None and self.worker and self.workers > 1:
                from filelock import FileLock

                folder = self.options.report
                names = [f"gw{n}" for n in range(self.workers)] if alone else [self.worker]
                for name in names:
                    turns.enter_context(FileLock(folder / f"{TURN}{name}"))
            yield

    def limited(self, family: str) -> Helpdesk:
        """A helpdesk with its limits on, which nobody keeps to: an emulator of its own in place of
        the embedded one, else the target itself."""
        key = f"{family} limited"
        known = self._helpdesks.get(key)
        if known is None:
            own = self.helpdesk(family)
            target = self.options.target or self._embedded(family, limits="fast")
            known = self._open_at(target, self._recorders[family], f"{self.worker}limited")
            known.wait_for_room = lambda _: None
            known.journal = own.journal
            self._helpdesks[key] = known
        return known

    def _embedded(self, family: str, limits: str = "off") -> Target:
        server = self._servers.enter_context(running(Settings(family, limits=limits)))
        target = target_from(server.target, resolve_family, "emulator")
        return target.with_safety(self.options.safety)

    # Is it there? -------------------------------------------------------------------------------

    def look_first(self, family: str) -> None:
        """See that the target is such a helpdesk at all; does not wait long for its answers.

        Raises TargetUnreachable.
        """
        target = self.helpdesk(family).target
        brief = replace(target, timeout=min(target.timeout, PATIENCE))
        probing = self._open_at(brief, self._recorders[family], "probe")
        try:
            look_first(probing)
        finally:
            probing.close()

    def lost(self, helpdesk: Helpdesk) -> bool:
        """Whether the server has gone away: several requests unanswered, and a probe too."""
        if not helpdesk.seems_gone:
            return False
        try:
            look_first(helpdesk)
        except TargetUnreachable:
            return True
        return False

    # The end ------------------------------------------------------------------------------------

    def adopt(self, family: str, files: Iterable[Path]) -> None:
        """Take over what processes that were killed have left on the target."""
        if self.options.target is None:
            return  # their emulators have gone with them
        for file in files:
            lines = [line for _, line in read_lines(file)]
            if not lines or any(line["type"] == "end" for line in lines):
                continue
            helpdesk = self.helpdesk(family)
            for made in read_journal(load_spec(family), lines).entries:
                if not made.removed:
                    helpdesk.journal.entries.append(made)
            with suppress(NotJudged):  # what cannot be looked for stays unknown
                unfinished = lost(helpdesk, lines, helpdesk.chance.mark)
                if unfinished is not None:
                    helpdesk.journal.entries.append(unfinished)

    def finish(self) -> None:
        """Remove what was made, write down what remains, stop the emulators."""
        for key, helpdesk in self._helpdesks.items():
            family = helpdesk.spec.family
            if key != family:  # shares journal and recorder with the family's own
                helpdesk.close()
                continue
            with self.turn(alone=False):  # another worker may be trying limits
                left = _cleaned_up(helpdesk)
            recorder = self._recorders[family]
            entries = [{"kind": e.kind, "id": e.id, "reason": e.reason} for e in left]
            journal = helpdesk.journal
            ledger = {"made": journal.made(), "removed": journal.removed()}
            recorder.catch_up()
            recorder.line({"type": "end", "left_behind": entries, **ledger})
            recorder.close()
            helpdesk.close()
        self._servers.close()
        self._logs.stop()
        self.interrupts.restore()


def secrets_of(target: Target) -> Iterator[tuple[str, str]]:
    """(kind, text) of everything in a target that must not be shown."""
    for table in target.credentials.values():
        for key, value in table.items():
            if key != "username":
                yield key.replace("_", "-"), value.reveal()
    for header in target.headers.values():
        if len(header) >= _SHORTEST_SECRET:
            yield "header", header
    password = urlsplit(target.proxy or "").password
    if password:
        yield "proxy-password", password


class _Interruptible(Helpdesk):
    """Lets Ctrl-C in between requests only, when what the last one made is in the journal."""

    interrupts: Interrupts

    def send(self, draft: Draft, purpose: str = "behaviour") -> Exchange:
        with self.interrupts.held():
            return super().send(draft, purpose)

    def pause(self, seconds: float) -> None:
        with self.interrupts.let_in():
            super().pause(seconds)


def _cleaned_up(helpdesk: Helpdesk) -> list[LeftBehind]:
    """What remains after cleaning up; Ctrl-C breaks that off too, and then says what remains."""
    try:
        return helpdesk.clean_up()
    except KeyboardInterrupt:
        return helpdesk.journal.left_behind()


def look_first(helpdesk: Helpdesk) -> None:
    """See that the target is such a helpdesk at all, by its simplest operations.

    Raises TargetUnreachable with what was tried and what came back.
    """
    seen: list[str] = []
    for operation_id in helpdesk.spec.preflight:
        exchange = helpdesk.send(helpdesk.draft(operation_id), "probe")
        if helpdesk.adapter.recognises(exchange):
            return
        response = exchange.response
        address = exchange.request.url.partition("?")[0]
        if response is None:
            came = exchange.error or "no answer"
        else:
            text = helpdesk.adapter.redactor.redact(response.text)  # before anything is cut
            start = " ".join(text[:200].split())
            came = f"{response.status} {response.reason}, {len(response.body)} bytes: {start[:120]}"
        operation = helpdesk.spec[operation_id]
        seen.append(f"  {operation.method} {operation.path} at {address}: {came}")
        if response is None:
            break
    raise TargetUnreachable(
        f"nothing at {helpdesk.target.url} answers like {helpdesk.spec.title} "
        "(server down, another address, API switched off, or wrong credentials). Tried:\n"
        + "\n".join(seen)
    )


def worker_file(report: Path, family: str, worker: str) -> Path:
    """Where a worker of a run writes its lines."""
    return report / family / f".worker-{worker or 'main'}.jsonl"
