"""results.json: the contract with everything that reads a run (`schemas/results.schema.json`)."""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.locate import schemas_folder

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

FILE_NAME = "results.json"

Results = Mapping[str, Any]


class ResultsInvalid(ValueError):
    """The results break their own schema; the text names the place in one sentence."""


def check(results: Results) -> None:
    """Raise `ResultsInvalid` unless the results are valid against the published schema."""
    from jsonschema.exceptions import best_match  # costly, and writing needs no check

    broken = best_match(_validator().iter_errors(plain(results)))
    if broken is not None:
        raise ResultsInvalid(_sentence(broken, results))


def write(results: Results, folder: Path) -> Path:
    """Write `results.json` into the folder, all or nothing, and return its path.

    It is not held against the schema here: a flawed record of a long run is worth more than none,
    and the check costs more than the writing. Raises `OSError` when the folder cannot be written.
    """
    return write_text(folder / FILE_NAME, _text(results))


def _text(results: Results) -> str:
    """The content of the file. What JSON can carry as it is, and that is nearly all, is spared the
    way through `plain`."""
    try:
        text = _dumped(results)
        text.encode()
    except (TypeError, ValueError):
        return _dumped(plain(results))
    return text


def load(path: Path) -> dict[str, Any]:
    """The results in a file, or in the folder that holds `results.json`.

    Raises `ResultsInvalid` for what is not the results of a run, `OSError` for what cannot be read.
    """
    file = path / FILE_NAME if path.is_dir() else path
    try:
        loaded = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ResultsInvalid(f"{file} is not JSON: {error}") from error
    if not isinstance(loaded, dict):
        raise ResultsInvalid(f"{file} holds no JSON object.")
    check(loaded)
    return loaded


def write_text(path: Path, text: str) -> Path:
    """Write a text file as UTF-8, all or nothing: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(aside).chmod(0o644)  # mkstemp keeps it from everyone else
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    return path


def plain(value: Any) -> Any:
    """The value as JSON can carry it.

    Lone surrogates, which stand for bytes that were no UTF-8, become escapes, since many readers
    refuse them; numbers that JSON has no word for become null.
    """
    if isinstance(value, str):
        return value if value.isascii() else _speakable(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {_speakable(str(name)): plain(member) for name, member in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [plain(item) for item in value]
    return _speakable(str(value))


def _speakable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _dumped(results: Mapping[str, Any]) -> str:
    """One line for each entry of a list: readable, and written at the speed of plain JSON."""
    members = (f"{_json(name)}: {_lines(value)}" for name, value in results.items())
    return "{\n" + ",\n".join(members) + "\n}\n"


def _lines(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return _json(value)
    return "[\n" + ",\n".join(map(_json, value)) + "\n]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


@cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    schema = json.loads((schemas_folder() / "results.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema)


def _sentence(broken: ValidationError, results: Results) -> str:
    place = "/" + "/".join(str(step) for step in broken.absolute_path)
    owner = _owner(broken, results)
    return f"The results break their schema at {place}{owner}: {_shortened(broken.message)}."


def _owner(broken: ValidationError, results: Results) -> str:
    """The id of the check, exchange ... that the broken place lies in: a number finds nobody."""
    steps = list(broken.absolute_path)
    if len(steps) < 2 or not isinstance(steps[1], int):
        return ""
    entry = results[str(steps[0])][steps[1]]
    return f" (id {entry['id']})" if isinstance(entry, Mapping) and "id" in entry else ""


def _shortened(message: str, limit: int = 300) -> str:
    return message if len(message) <= limit else message[: limit - 1] + "…"
