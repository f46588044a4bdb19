"""The server under test, as its target file describes it (schemas/target.schema.json)."""

import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from conformance.engine.errors import ConfigurationError
from conformance.engine.secrets import Secret
from conformance.locate import schemas_folder

SAFETY_LEVELS = ("read", "write", "irreversible", "disruptive")
_LONGEST_TIMEOUT = 86_400
#: The least safety level at which a call with this effect may be sent.
LEVEL_OF_EFFECT = {
    "none": "read",
    "read": "read",
    "create": "write",
    "update": "write",
    "delete": "irreversible",
}


@dataclass(frozen=True)
class Target:
    """One server: address, credentials, limits, and what a run may do to it."""

    family: str
    url: str
    name: str
    version: str | None = None
    safety: str = "read"
    timeout: float = 30.0
    proxy: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    verify: bool = True
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: By role; a family without roles has the one role "".
    credentials: Mapping[str, Mapping[str, Secret]] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)
    known: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def allows(self, level: str) -> bool:
        """Whether the target's safety level includes this one."""
        return SAFETY_LEVELS.index(level) <= SAFETY_LEVELS.index(self.safety)

    def allows_effect(self, effect: str) -> bool:
        return self.allows(LEVEL_OF_EFFECT[effect])

    def with_safety(self, level: str | None) -> "Target":
        return self if level is None else replace(self, safety=level)


def load_target(
    file: Path,
    resolve_family: Callable[[str], str | None],
    environment: Mapping[str, str] | None = None,
) -> Target:
    """Read a target file. `resolve_family` turns an id or alias into a family's id.

    Raises ConfigurationError with one sentence: what is wrong, on which line, what to do.
    """
    text = _read(file)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(_not_toml(file, str(error))) from None
    lines = _lines_of_keys(text)
    filled = _fill(content, file, lines, (), os.environ if environment is None else environment)
    _check_schema(filled, file, lines)
    _check_timeout(filled, file, lines)
    return target_from(filled, resolve_family, str(file))


def target_from(
    content: Mapping[str, Any], resolve_family: Callable[[str], str | None], origin: str
) -> Target:
    """A target from the content of a target file whose variables are filled in."""
    family = resolve_family(content["api"])
    if family is None:
        raise ConfigurationError(
            f"{origin}: the suite has no checks for api {content['api']!r} (see `list checks`)"
        )
    known_keys = {"api", "url", "name", "version", "safety", "timeout", "proxy", "ca_file"}
    known_keys |= {"verify", "headers", "credentials", "limits", "known"}
    return Target(
        family=family,
        url=content["url"],
        name=content.get("name", content["url"]),
        version=content.get("version"),
        safety=content.get("safety", "read"),
        timeout=float(content.get("timeout", 30)),
        proxy=content.get("proxy"),
        ca_file=content.get("ca_file"),
        verify=content.get("verify", True),
        headers=dict(content.get("headers", {})),
        credentials=_credentials(content.get("credentials", {})),
        limits=dict(content.get("limits", {})),
        known=dict(content.get("known", {})),
        options={key: value for key, value in content.items() if key not in known_keys},
    )


def _credentials(table: Mapping[str, Any]) -> dict[str, dict[str, Secret]]:
    roles: dict[str, dict[str, Secret]] = {}
    for name, entry in table.items():
        if isinstance(entry, Mapping):
            roles[name] = {key: Secret(str(value)) for key, value in entry.items()}
        else:
            roles.setdefault("", {})[name] = Secret(str(entry))
    return roles


def _read(file: Path) -> str:
    if file.is_dir():
        raise ConfigurationError(f"{file}: is a folder; name the target file in it")
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigurationError(f"{file}: no such target file; check its path") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{file}: is not UTF-8 text; a target file is TOML") from None
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror}") from None


_PLACE_IN_TOML = re.compile(r"\s*\((at line (\d+), column \d+|at end of document)\)$")


def _not_toml(file: Path, problem: str) -> str:
    found = _PLACE_IN_TOML.search(problem)
    line = f", line {found.group(2)}" if found and found.group(2) else ""
    words = _PLACE_IN_TOML.sub("", problem) + (", at its end" if found and not line else "")
    return f"{file}{line}: not valid TOML: {words}; texts stand in quotes, tables in brackets"


@cache
def _validator() -> Any:
    import jsonschema  # costly, and runs without a target file do not need it

    schema = json.loads((schemas_folder() / "target.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


def _check_schema(content: Any, file: Path, lines: Mapping[tuple[str, ...], int]) -> None:
    problems = sorted(_validator().iter_errors(content), key=lambda e: len(e.absolute_path))
    if not problems:
        return
    from jsonschema.exceptions import best_match

    error: Any = best_match(problems)
    path = tuple(str(step) for step in error.absolute_path)
    sentence = _sentence(error, path)
    line = _line(lines, (*path, *_unknown(error)))
    raise ConfigurationError(f"{file}{f', line {line}' if line else ''}: {sentence}")


def _check_timeout(content: Any, file: Path, lines: Mapping[tuple[str, ...], int]) -> None:
    """TOML knows inf and nan, and clocks know no such waiting."""
    timeout = content.get("timeout", 1)
    if not 0 < timeout <= _LONGEST_TIMEOUT:
        line = _line(lines, ("timeout",))
        raise ConfigurationError(
            f"{file}, line {line}: timeout = {timeout}: give seconds, at most {_LONGEST_TIMEOUT}"
        )


def _unknown(error: Any) -> tuple[str, ...]:
    """The first key that the schema does not know, when that is the error."""
    if error.validator not in ("additionalProperties", "unevaluatedProperties"):
        return ()
    known = set(error.schema.get("properties", {}))
    return tuple(sorted(key for key in error.instance if key not in known)[:1])


def _sentence(error: Any, path: tuple[str, ...]) -> str:
    """What is wrong and what to do, without any value that may be a secret."""
    place = ".".join(path)
    table = f"[{place}]" if place else "a target file"
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    unknown = _unknown(error)
    if unknown:
        known = ", ".join(sorted(schema.get("properties", {})))
        return f"unknown key {unknown[0]!r}; {table} takes {known}"
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        hint = schema.get("properties", {}).get(missing, {}).get("description")
        return f"{'.'.join((*path, missing))} is missing; add it{f': {hint}' if hint else ''}"
    hint = schema.get("description", "")
    if error.validator in ("not", "maxProperties"):
        return f"{hint}; take {place} out"
    shown = f" = {error.instance!r}" if _may_be_shown(error, path) else ""
    if error.validator == "enum":
        allowed = ", ".join(str(entry) for entry in error.validator_value)
        return f"{place}{shown}: use one of {allowed}"
    if place == "url" and isinstance(error.instance, str):
        return f"url{shown} is no {hint}; write it like https://desk.example.com/…"
    if "propertyNames" in error.absolute_schema_path:
        return f"{table}: {error.instance!r} is no {hint}"
    problem = _PROBLEMS.get(error.validator, "does not fit")
    if error.validator == "type":
        problem = f"has to be {_TYPES.get(error.validator_value, error.validator_value)}"
    return f"{place}{shown} {problem}{f': {hint}' if hint else ''}"


_PROBLEMS = {
    "minLength": "is empty",
    "minProperties": "is empty",
    "minimum": "is too small",
    "exclusiveMinimum": "is too small",
}
_TYPES = {
    "string": "text in quotes",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "a table",
}


def _may_be_shown(error: Any, path: tuple[str, ...]) -> bool:
    """Tables, headers, logins and addresses with a login in them may hold secrets."""
    if path[:1] in (("credentials",), ("oauth",), ("headers",), ("proxy",)):
        return False
    if isinstance(error.instance, (dict, list)):
        return False
    return not (isinstance(error.instance, str) and re.search("[@?]", error.instance))


_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def _fill(
    value: Any,
    file: Path,
    lines: Mapping[tuple[str, ...], int],
    path: tuple[str, ...],
    environment: Mapping[str, str],
) -> Any:
    """The value with `${NAME}` replaced from the environment, at every depth."""
    if isinstance(value, dict):
        return {k: _fill(v, file, lines, (*path, k), environment) for k, v in value.items()}
    if isinstance(value, list):
        return [_fill(entry, file, lines, path, environment) for entry in value]
    if not isinstance(value, str):
        return value

    def variable(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in environment:
            line = _line(lines, path)
            raise ConfigurationError(
                f"{file}{f', line {line}' if line else ''}: {'.'.join(path)} needs the environment "
                f"variable {name}, which is not set; export it before the run"
            )
        return environment[name]

    return _VARIABLE.sub(variable, value)


_TABLE = re.compile(r"\s*\[{1,2}\s*([^\[\]]+?)\s*\]{1,2}\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\-\"' ]+?)\s*=")


def _lines_of_keys(text: str) -> dict[tuple[str, ...], int]:
    """The line of each table and key; good enough to point a person at it."""
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        heading = _TABLE.match(line)
        if heading:
            table = _split(heading.group(1))
            lines.setdefault(table, number)
            continue
        key = _KEY.match(line)
        if key:
            lines.setdefault((*table, *_split(key.group(1))), number)
    return lines


def _split(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _line(lines: Mapping[tuple[str, ...], int], path: tuple[str, ...]) -> int | None:
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None
