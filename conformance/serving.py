"""`serve`: an emulator alone, for people who write clients and for runs from elsewhere."""

import argparse
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from conformance.emulator import Settings, families, running
from conformance.families import resolve_family

USAGE = 2


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; returns 0, or 2 with one sentence on wrong usage."""
    family = resolve_family(options.api)
    if family is None or family not in families():
        return _refuse(f"{options.api}: no such API family; known are {', '.join(families())}")
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, end)
    try:
        settings = Settings(
            family,
            host=options.host,
            port=options.port,
            database=options.database,
            limits=options.limits,
            tolerant=options.tolerant,
            faults=tuple(options.fault),
        )
        with running(settings) as server:
            if options.print_target:
                problem = _not_written(Path(options.print_target), server.target)
                if problem:
                    return _refuse(problem)
            print(f"listening on {server.url}", flush=True)
            ended.wait()
    except ValueError as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(f"cannot serve on {options.host}:{options.port}: {error.strerror or error}")
    return 0


def _not_written(file: Path, target: Mapping[str, Any]) -> str | None:
    """Write the target file; the sentence to say when that cannot be done."""
    try:
        write_target(file, target)
    except OSError as error:
        return f"--print-target {file}: cannot be written: {error.strerror or error}"
    return None


def _refuse(sentence: str) -> int:
    print(f"helpdesk-conformance serve: {sentence}", file=sys.stderr)
    return USAGE


def write_target(file: Path, target: Mapping[str, Any]) -> None:
    """Write a target file aside and put it in place whole."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(as_toml(target))
        os.replace(name, file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def as_toml(table: Mapping[str, Any], prefix: str = "") -> str:
    """The content of a target file: plain values first, then tables."""
    plain = {k: v for k, v in table.items() if not isinstance(v, Mapping)}
    lines = [f"{_key(name)} = {_value(value)}" for name, value in plain.items()]
    for name, value in table.items():
        if isinstance(value, Mapping):
            path = f"{prefix}{_key(name)}"
            lines += ["", f"[{path}]", as_toml(value, f"{path}.").rstrip("\n")]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() else _value(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(entry) for entry in value) + "]"
    escaped = "".join(_escape(character) for character in str(value))
    return f'"{escaped}"'


def _escape(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else f"\\U{ord(character):08X}"
