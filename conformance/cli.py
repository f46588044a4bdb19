"""The console command: `run`, `serve` and `list`, in friendlier words than pytest's."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from conformance import __version__
from conformance.locate import package_folder

USAGE = 2
_PYTEST_USAGE_CODES = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["run"]:
        return run(given[1:])
    parsed = _parser().parse_args(given)
    if parsed.command == "serve":
        from conformance.serving import serve

        return serve(parsed)
    from conformance.listing import show

    try:
        return show(parsed)
    except BrokenPipeError:  # the reader has seen enough; nothing is left to say at exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def run(arguments: Sequence[str]) -> int:
    """The suite, with pytest's own options too; exit codes as the README says."""
    if arguments and arguments[0] in ("-h", "--help"):
        print(_RUN_HELP)
        return 0
    named = [_located(argument) for argument in arguments]
    whole = [] if any(place is not None for place in named) else [str(package_folder())]
    given = [place or argument for place, argument in zip(named, arguments, strict=True)]
    code = pytest.main([*whole, *pytest_arguments(), *_cache(given), *given])
    return USAGE if code in _PYTEST_USAGE_CODES else int(code)


def pytest_arguments() -> list[str]:
    """What the suite's own pytest runs start with. The configuration is the package's, so that
    one that happens to lie around has no say."""
    package = package_folder()
    return ["-c", str(package / "pytest.ini"), "-p", "conformance.plugin"]


def _cache(arguments: Sequence[str]) -> list[str]:
    """Keep pytest's cache where the run is started, unless it is switched off."""
    if any("no:cacheprovider" in argument for argument in arguments):
        return []
    return ["-o", f"cache_dir={Path.cwd() / '.pytest_cache'}"]


def _located(argument: str) -> str | None:
    """A node id or check module, found from any folder; None for every other argument."""
    path, separator, rest = argument.partition("::")
    package = package_folder()
    for base in (Path.cwd(), package.parent, package):
        place = (base / path).resolve()
        if place.exists() and package in place.parents:
            return f"{place}{separator}{rest}"
    return None


_RUN_HELP = """usage: helpdesk-conformance run [--api ID]... [--target FILE] [--safety LEVEL]
                                [--report DIR] [--seed N] [--beyond] [-n N] [pytest options]

Judges a helpdesk against the documentation of its API; without --target, the bundled emulators.

  --api ID         only this API family (repeatable)
  --target FILE    the helpdesk to judge (TOML, see the README)
  --safety LEVEL   what the run may do: read, write, irreversible, disruptive
  --report DIR     where the report goes (default: reports)
  --seed N         repeat the run that had this seed
  --beyond         also judge statements beyond the seed documents
  -n N             on N worker processes

Everything else goes to pytest (-k WORD, -x, -v, --junitxml FILE, a node id ...).
Exit codes: 0 conformant or partial, 1 nonconformant, 2 wrong usage, 3 undecided or interrupted."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="helpdesk-conformance",
        description="Does this helpdesk server keep the promises its API documentation makes?",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="judge a helpdesk (`run --help` for its options)")
    serve = commands.add_parser("serve", help="run an emulator alone")
    serve.add_argument("api", metavar="API", help="the API family to serve")
    serve.add_argument("--host", default="127.0.0.1", metavar="H")
    serve.add_argument("--port", type=int, default=0, metavar="P", help="0: any free one")
    serve.add_argument("--database", metavar="FILE", help="keep the data there")
    serve.add_argument("--limits", choices=("documented", "fast", "off"), default="off")
    serve.add_argument("--tolerant", action="store_true", help="repair what some clients get wrong")
    serve.add_argument("--fault", action="append", default=[], metavar="ID", help="(repeatable)")
    serve.add_argument("--print-target", metavar="FILE", help="write a target file for `run`")
    show = commands.add_parser("list", help="what the suite knows")
    show.add_argument("what", choices=("operations", "requirements", "checks", "faults"))
    show.add_argument("--api", action="append", default=[], metavar="ID")
    show.add_argument("--format", choices=("table", "json"), default="table")
    return parser
