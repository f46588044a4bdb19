"""The run's options: declared for pytest, checked before any request, handed to workers."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from conformance.engine.errors import ConfigurationError
from conformance.engine.target import SAFETY_LEVELS, Target, load_target
from conformance.families import adapters, resolve_family
from conformance.locate import package_folder

#: How the controller hands its seed to the workers.
SEED = "conformance_seed"


@dataclass(frozen=True)
class RunOptions:
    """What the user asked for. Without a target every family runs against its emulator."""

    families: tuple[str, ...]
    target: Target | None
    safety: str | None
    report: Path
    seed: int
    beyond: bool


def declare(parser: pytest.Parser) -> None:
    """Add the suite's options to pytest's."""
    group = parser.getgroup("helpdesk-conformance", "conformance of helpdesk REST APIs")
    group.addoption(
        "--api", action="append", default=[], metavar="ID", help="only this API family (repeatable)"
    )
    group.addoption(
        "--target", metavar="FILE", help="the helpdesk to judge (TOML); default: an emulator"
    )
    group.addoption(
        "--safety", metavar="LEVEL", help="what the run may do: " + ", ".join(SAFETY_LEVELS)
    )
    group.addoption(
        "--report", default="reports", metavar="DIR", help="where the report goes (default reports)"
    )
    group.addoption("--seed", metavar="N", help="repeat the run that had this seed")
    group.addoption(
        "--beyond", action="store_true", help="also judge statements beyond the seed documents"
    )


def read(config: pytest.Config) -> RunOptions:
    """Check the options. Raises ConfigurationError."""
    families = _families(config.getoption("--api"))
    safety = config.getoption("--safety")
    if safety is not None and safety not in SAFETY_LEVELS:
        raise ConfigurationError(f"--safety {safety}: use one of {', '.join(SAFETY_LEVELS)}")
    target = _target(config.getoption("--target"), families, safety)
    if target is not None:
        families = (target.family,)
    report = Path(config.invocation_params.dir, config.getoption("--report"))
    if report.exists() and not report.is_dir():
        raise ConfigurationError(f"--report {report}: is a file; name a folder")
    return RunOptions(
        families=families or tuple(adapters()),
        target=target,
        safety=safety,
        report=report,
        seed=_seed(config),
        beyond=bool(config.getoption("--beyond")) or target is None,
    )


def _families(names: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in names:
        family = resolve_family(name)
        if family is None:
            known = ", ".join(adapters())
            raise ConfigurationError(f"--api {name}: no such API family; known are {known}")
        found[family] = None
    return tuple(found)


def _target(file: str | None, families: Sequence[str], safety: str | None) -> Target | None:
    if file is None:
        return None
    target = load_target(Path(file), resolve_family)
    if families and tuple(families) != (target.family,):
        raise ConfigurationError(
            f"--api {', '.join(families)} does not go with {file}, which describes a "
            f"{target.family} helpdesk; leave --api out"
        )
    try:
        adapters()[target.family].check(target)
    except ConfigurationError as error:
        raise ConfigurationError(f"{file}: {error}") from None
    return target.with_safety(safety)


def _seed(config: pytest.Config) -> int:
    given = getattr(config, "workerinput", {}).get(SEED) or config.getoption("--seed")
    if given is None:
        return random.SystemRandom().randrange(1, 2**31)
    try:
        return int(given)
    except ValueError:
        raise ConfigurationError(f"--seed {given}: is not a whole number") from None


def may_concern_us(config: pytest.Config) -> bool:
    """Whether a command line, not yet parsed, can be about our checks: elsewhere the options are
    not declared, so that they cannot clash with another project's own."""
    package = package_folder()
    here = config.invocation_params.dir
    if here in (package, package.parent) or package in here.parents:
        return True
    for argument in config.invocation_params.args:
        path = str(argument).partition("::")[0]
        if path.partition(".")[0] == package.name:
            return True
        place = Path(here, path).resolve()
        if place in (package, package.parent) or package in place.parents:
            return True
    return False


def find_the_checks(config: pytest.Config) -> None:
    """In the checkout, run the checks where none are named: pytest takes the folder of an existing
    `--target` or `--report` for the project's, and then does not see where its tests are."""
    package = package_folder()
    nothing_named = config.args_source is pytest.Config.ArgsSource.INVOCATION_DIR
    if nothing_named and config.invocation_params.dir == package.parent != config.rootpath:
        config.args[:] = [str(package)]


def concerns_us(config: pytest.Config) -> bool:
    """Whether this pytest run is about our checks: the plugin does nothing in other projects."""
    if not hasattr(config.option, "safety"):
        return False
    package = package_folder()
    for argument in config.args:
        path = str(argument).partition("::")[0]
        if config.getoption("pyargs", False) and path.partition(".")[0] == package.name:
            return True
        place = Path(config.invocation_params.dir, path).resolve()
        if place == package or package in place.parents:
            return True
        if place == package.parent and (place / "schemas").is_dir():
            return True
    return False


def named_within(config: pytest.Config, folder: Path) -> bool:
    """Whether the command line names something in a folder, or the folder itself."""
    here = config.invocation_params.dir
    places = [Path(here, str(argument).partition("::")[0]).resolve() for argument in config.args]
    return any(folder == place or folder in place.parents for place in places)
