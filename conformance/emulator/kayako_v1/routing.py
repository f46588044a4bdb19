"""Actions as the pages declare them, and which of them a path and a method ask for.

    updatePriority:
      at: PUT cases/priorities/:id
      allowed: DO           # Customers, collaBorators, Agents, aDmins, Owners; or public
      scope: configuration  # OAuth scope; left out: closed to OAuth clients
      takes: {label: string, level: integer}  # parameters (body), see `values`
      arguments: {}                           # arguments (query), see `values`

| member | meaning |
|---|---|
| `each: ACTION` | done by that action for each of `ids`; answers total_count |
| `paging` | of the list: `offset` (the default), `cursor`, `date`, `tests`, `whole` (all at once) |
| `any_of: [[a, b]]`, `one_of: [[a, b]]` | at least, at most one of these parameters |
| `rate: true` | is limited, where limits are on |
| `raw: true` | takes a file as its body |
| `step: password` | takes the token of that login step instead of a login |
| `fingerprint: true` | is open to anonymous callers with a fingerprint |
| `accepts: any` | does not look at Accept, since its answer is no JSON |

In a path `:id` (and `:..._id`) is a number, another name with a colon any text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from conformance.emulator.kayako_v1.origins import home_of
from conformance.emulator.kayako_v1.problems import Problem
from conformance.emulator.wire import Call, Refusal

APPS = ("base", "core")
_ROLES = {"C": "CUSTOMER", "B": "COLLABORATOR", "A": "AGENT", "D": "ADMIN", "O": "OWNER"}


@dataclass(frozen=True)
class Action:
    """One documented action: where it is, who may call it, what it takes."""

    name: str
    verb: str
    path: str
    pattern: re.Pattern[str]
    roles: frozenset[str]
    scope: str = ""
    takes: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict)
    each: str = ""
    paging: str = "offset"
    any_of: Sequence[Sequence[str]] = ()
    one_of: Sequence[Sequence[str]] = ()
    rate: bool = False
    raw: bool = False
    step: str = ""
    fingerprint: bool = False
    accepts: str = "json"

    @classmethod
    def read(cls, name: str, entry: Mapping[str, Any]) -> Action:
        """Return the action of a declaration."""
        more = dict(entry)
        verb, path = more.pop("at").split()
        allowed = more.pop("allowed")
        letters = "" if allowed == "public" else allowed
        roles = frozenset(_ROLES[letter] for letter in letters)
        return cls(name, verb, path, _pattern(path), roles, **more)

    @property
    def public(self) -> bool:
        """Whether it needs no login."""
        return not self.roles


def _pattern(path: str) -> re.Pattern[str]:
    parts = []
    for part in path.split("/"):
        if part.startswith(":"):
            number = part == ":id" or part.endswith("_id")
            parts.append(f"(?P<{part[1:]}>{r'[0-9]{1,18}' if number else '[^/]+'})")
        else:
            parts.append(re.escape(part))
    return re.compile("/".join(parts))


@dataclass(frozen=True)
class Address:
    """What a URL names: `path` below the version, `base` the address of the version itself."""

    path: str
    base: str
    query: str

    @property
    def host(self) -> str:
        """The address of the instance, without the API."""
        return self.base.removesuffix("/api/v1")


@dataclass(frozen=True)
class Route:
    """An action, and the values its path holds."""

    action: Action
    keys: Mapping[str, Any]


def address_of(call: Call) -> Address:
    """Return what a call names; raises Refusal (404) outside of the API, Problem within."""
    path, query = unquote(call.path), call.query
    before, found, after = _cut(path)
    if found and after.startswith("/index.php"):
        inner, _, query = query.replace("?", "&", 1).partition("&")
        after = unquote(inner)
    elif not found:
        raise Refusal(404, "There is nothing at this address.")
    version, *rest = [part for part in after.split("/") if part] or [""]
    if not re.fullmatch(r"v\d+", version):
        raise Problem(400, "URL_VERSION_MISSING", "The path names no version of the API.")
    if version != "v1":
        raise Problem(400, "VERSION_NOT_SUPPORTED", f"There is no version {version} of the API.")
    return Address("/".join(rest).removesuffix(".json"), f"{home_of(call, before)}/api/v1", query)


def _cut(path: str) -> tuple[str, str, str]:
    """Cut a path at the folder of the API; a prefix may have a folder of that name, too."""
    path = "/" + "/".join(part for part in path.split("/") if part)
    for found in re.finditer(r"/api(?=/v\d+(/|$)|/index\.php)", path):
        return path[: found.start()], "/api", path[found.end() :]
    return path.partition("/api")


def routes(actions: Iterable[Action], path: str) -> list[Route]:
    """Return the routes of a path, the plainest path's only; raises Problem for a path of none."""
    actions = list(actions)
    for candidate in _readings(path):
        found = []
        for action in actions:
            match = action.pattern.fullmatch(candidate)
            if match:
                found.append(Route(action, _keys(match.groupdict())))
        if found:
            plainest = min(len(route.keys) for route in found)
            return [route for route in found if len(route.keys) == plainest]
    raise _unknown(actions, path)


def _keys(texts: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: int(text) if name == "id" or name.endswith("_id") else text
        for name, text in texts.items()
    }


def _readings(path: str) -> list[str]:
    """Return a path as it is and, behind the name of an app, without it; apps use singulars."""
    app, _, rest = path.partition("/")
    if app not in APPS or not rest:
        return [path]
    head, slash, tail = rest.partition("/")
    return [path, rest, f"{head}s{slash}{tail}"]


def _unknown(actions: Iterable[Action], path: str) -> Problem:
    first, _, rest = path.partition("/")
    if first in APPS and not rest:
        return Problem(400, "URL_RESOURCE_MISSING", "The path names no resource.")
    heads = {action.path.partition("/")[0] for action in actions}
    within = rest.partition("/")[0] if first in APPS else first
    if within in heads:
        text = "This resource has no such action."
        return Problem(400, "RESOURCE_ACTION_NOT_AVAILABLE", text)
    return Problem(400, "APP_NOT_FOUND", "The path names neither a resource nor an app.")


def chosen(found: Sequence[Route], verb: str) -> Route:
    """Return the route for a method; raises Problem (405)."""
    for route in found:
        if route.action.verb == verb:
            return route
    allowed = ", ".join(sorted({route.action.verb for route in found}))
    text = f"{verb} is not supported here."
    raise Problem(405, "METHOD_NOT_SUPPORTED", text, headers={"Allow": allowed})
