"""The last moment before the first request: wrong usage is refused, the target is looked at."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from conformance.engine.errors import TargetUnreachable
from conformance.engine.spec import load_spec
from conformance.suite import finishing
from conformance.suite.announcing import announcement
from conformance.suite.session import RunSession

_OBJECTS_BETWEEN_LOOKS = 50_000


def clear_up_rarely(config: pytest.Config) -> None:
    """Look for unreachable cycles less often: a run makes much that stays, and few cycles."""
    config.add_cleanup(partial(gc.set_threshold, *gc.get_threshold()))
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)


@contextmanager
def usage_errors() -> Iterator[None]:
    """Ends the run with our code for wrong usage, and a sentence, where pytest has its own."""
    try:
        yield
    except pytest.UsageError as error:
        print(f"helpdesk-conformance: {error}", file=sys.stderr)
        raise SystemExit(finishing.USAGE) from None


def refuse_unknown_options(parser: pytest.Parser, arguments: list[str]) -> None:
    """Raises UsageError for an option that neither the suite nor pytest knows."""
    _, unknown = parser.parse_known_and_unknown_args(arguments)
    if unknown:
        raise pytest.UsageError(f"{unknown[0]}: no such option; see `helpdesk-conformance run -h`")


def say(config: pytest.Config, text: str) -> None:
    """Print for people, where pytest prints."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.ensure_newline()
        reporter.write_line(text)


def say_at_once(config: pytest.Config, text: str) -> None:
    """Print in the middle of a check, past pytest's capturing."""
    capture = config.pluginmanager.get_plugin("capturemanager")
    if capture is None:
        say(config, text)
        return
    with capture.global_and_fixture_disabled():
        say(config, text)


def begin(
    config: pytest.Config, run: RunSession, gathering: finishing.Gathering, checks: int
) -> None:
    """Once all is known and before the first request: say what will be done, and see that the
    target is there. Ends the run when it is not, or when the report cannot be written.
    """
    if gathering.begun or config.option.collectonly:
        return
    gathering.begun = True
    chosen = run.options
    for family in chosen.families:
        try:
            finishing.make_room(chosen.report / family)
        except OSError as error:
            gathering.refused = f"--report {chosen.report}: cannot be written: {error.strerror}"
            pytest.exit(f"helpdesk-conformance: {gathering.refused}", returncode=finishing.USAGE)
    target = chosen.target
    if target is None:
        return
    say(config, announcement(target, load_spec(target.family), checks))
    try:
        run.look_first(target.family)
    except TargetUnreachable as error:
        gathering.refused = run.redactor.redact(str(error))
        sentence = f"helpdesk-conformance: {gathering.refused}"
        pytest.exit(sentence, returncode=finishing.UNDECIDED)
