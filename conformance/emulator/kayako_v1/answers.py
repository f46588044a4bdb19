"""Answers: the envelope around what a handler returns, its headers, and how it is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from conformance.emulator.kayako_v1 import caching, moments, output, paging
from conformance.emulator.kayako_v1.caching import Validators
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.declared import pages
from conformance.emulator.kayako_v1.effects import Effects, Place
from conformance.emulator.kayako_v1.kinds import (
    Affected,
    Collection,
    Contents,
    Done,
    Item,
    Link,
    Outcome,
    Single,
)
from conformance.emulator.kayako_v1.options import Options
from conformance.emulator.kayako_v1.parameters import Raw, media_type
from conformance.emulator.kayako_v1.problems import Problem, invalid
from conformance.emulator.wire import Answer, Call


def written(
    context: Context,
    outcome: Outcome,
    wanted: Options,
    asked: Raw,
    beside: Mapping[str, Any],
    *,
    tolerant: bool,
) -> Answer:
    """Return the answer to a call that was carried out."""
    if isinstance(outcome, Contents):
        return _file(outcome)
    state = validators(context, outcome, wanted)
    headers = _headers(context, state, outcome)
    known = state is not None and not wanted.callback and _is_known(context, state)
    if known and not context.skips("304-empty"):
        return Answer(304, content_type="application/json", headers=headers)
    if wanted.rules.named and context.skips("unknown-names"):
        _check_names(outcome, wanted)
    writer = output.Writer(context, wanted)
    envelope = _envelope(context, writer, outcome, wanted, asked, tolerant)
    if wanted.flat and "data" in envelope:
        envelope["resources"] = writer.resources()
    if beside and context.skips("data-of-a-login"):
        envelope = {"status": envelope["status"]}
    envelope |= beside
    if not wanted.empty and not context.skips("no-empty"):
        bare = {name: envelope[name] for name in ("data", "resources") if name in envelope}
        envelope |= {name: output.without_empty(value) for name, value in bare.items()}
    envelope = context.effects.reshaped(context.place, envelope)
    status = 304 if known else envelope.get("status", 200)
    return as_json(envelope, status, wanted, headers, context.skips)


def _is_known(context: Context, state: Validators) -> bool:
    if context.action.verb != "GET":
        return False
    return caching.is_known(context.call.headers, state, context.skips)


def _check_names(outcome: Outcome, wanted: Options) -> None:
    if isinstance(outcome, Single | Collection):
        kind = outcome.item.kind if isinstance(outcome, Single) else outcome.kind
        known = ("id", "*", *pages().kinds[kind].fields)
        for name in wanted.rules.named:
            if name not in known:
                raise invalid("fields", f"There is no field {name}.")


def _envelope(
    context: Context,
    writer: output.Writer,
    outcome: Outcome,
    wanted: Options,
    asked: Raw,
    tolerant: bool,
) -> dict[str, Any]:
    match outcome:
        case Single(item, status, resource):
            data = writer.written(item)
            return {"status": status, "data": data, "resource": resource or _called(item.kind)}
        case Collection():
            return _collection(context, writer, outcome, wanted, asked, tolerant)
        case Affected(count):
            return {"status": 200, "total_count": count}
        case Done(status):
            return {"status": status}
    return {"status": 200}


def _collection(
    context: Context,
    writer: output.Writer,
    found: Collection,
    wanted: Options,
    asked: Raw,
    tolerant: bool,
) -> dict[str, Any]:
    page = paging.cut(found, context.action.paging, asked, tolerant=tolerant)
    data = [writer.written(_item(context, found, key)) for key in page.keys]
    content: dict[str, Any] = {"status": found.status, "data": data}
    content["resource"] = found.resource or _called(found.kind)
    shown = ("offset", "limit", "total_count")
    content |= {name: page.says[name] for name in shown if name in page.says}
    here = f"{context.base}/{path_of(context)}"
    asked = Raw() if context.skips("arguments-in-links") else asked
    for name in ("first_url", "previous_url", "next_url", "last_url"):
        if name in page.links:
            content[name] = paging.address(here, asked, wanted.case, page.links[name])
    return content


def _called(kind: str) -> str:
    return pages().kinds[kind].resource_type


def _item(context: Context, found: Collection, key: Any) -> Item:
    row = found.load(key) if found.load else context.find(found.kind, key)
    return Item(found.kind, row)


def path_of(context: Context) -> str:
    """Return the path of a call below the API."""
    parts = context.action.path.split("/")
    return "/".join(str(context.keys[p[1:]]) if p.startswith(":") else p for p in parts)


def validators(
    context: Context, outcome: Outcome, wanted: Options | None = None
) -> Validators | None:
    """Return what tells the state of an answer; the AJAX mode looks at related objects, too."""
    ajax = wanted is not None and wanted.ajax
    if isinstance(outcome, Collection):
        if outcome.status != 200 or context.action.verb == "POST":
            return None
        if not ajax and not context.skips("tag-by-ids"):
            return Validators(_tag(context, output.digest([outcome.kind, *outcome.keys])))
        items = [_item(context, outcome, key) for key in outcome.keys]
    elif isinstance(outcome, Single):
        items = [outcome.item]
    else:
        return None
    counted = not context.skips("related-objects") if ajax else context.skips("object-alone")
    related = [one for item in items for one in _related(context, item)] if counted else []
    seen = [*items, *related]
    changes = [item.row["updated_at"] for item in seen if item.row.get("updated_at")]
    tags = [output.fingerprint(context, item) for item in seen]
    tag = tags[0] if len(tags) == 1 else output.digest(tags)
    return Validators(_tag(context, tag), max(changes, default=None))


def _tag(context: Context, tag: str) -> str:
    return "unchanging" if context.skips("tag-by-state") else tag


def _related(context: Context, item: Item) -> list[Item]:
    kind = pages().kinds[item.kind]
    writer = output.Writer(context, Options())
    found = []
    for one in kind.fields.values():
        value = output.value_of(context, kind, one, item.row)
        for link in value if isinstance(value, list) else [value]:
            row = writer.row(link) if isinstance(link, Link) else None
            if row is not None:
                found.append(Item(link.kind, row))
    return found


def _headers(context: Context, state: Validators | None, outcome: Outcome) -> dict[str, str]:
    headers = _common(context.clock())
    headers |= state.headers() if state else {}
    if isinstance(outcome, Single | Done):
        headers |= outcome.headers
    if isinstance(outcome, Single) and outcome.status == 201:
        address = pages().kinds[outcome.item.kind].address(outcome.item.row)
        headers |= {"Content-Location": f"{context.base}/{address}"} if address else {}
    session = context.caller.session
    if context.caller.opened and session and session["csrf"]:
        headers["X-CSRF-Token"] = session["csrf"]
    return headers


def _common(now: float) -> dict[str, str]:
    return {
        "X-API-Version": "1",
        "Date": moments.as_date(now),
        "Expires": moments.in_header(now),
    }


def _file(found: Contents) -> Answer:
    headers = {"X-API-Version": "1", "X-Content-Type-Options": "nosniff"}
    if found.filename:
        name = found.filename.replace('"', "'").encode("ascii", "replace").decode()
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Answer(200, found.body, found.content_type, headers)


def refusal(
    effects: Effects, place: Place, call: Call, problem: Problem, form: Options, now: float
) -> Answer:
    """Return the answer to a call that is refused."""
    language = call.headers.get("accept-language", "")
    if language and effects.skips(place, "one-language"):
        problem.error["message"] += f" ({language})"
    status = effects.turned(place, problem.status, str(problem.error["code"]))
    envelope = effects.refused(place, {**problem.envelope(), "status": status})
    headers = {**_common(now), **problem.headers}
    asked = not form.ajax or effects.skips(place, "ajax-unchallenged")
    if problem.status == 401 and asked:
        headers["WWW-Authenticate"] = 'Basic realm="Helpdesk", charset="UTF-8"'
    skips = partial(effects.skips, place)
    return effects.dressed(place, as_json(envelope, status, form, headers, skips))


def as_json(
    envelope: Mapping[str, Any],
    status: int,
    form: Options,
    headers: Mapping[str, str],
    skips: Callable[[str], bool],
) -> Answer:
    """Return an envelope as it is sent, as a script where that is asked for."""
    content: Any = envelope
    if form.case != "snake":
        content = output.renamed(envelope, form.case, maps=skips("free-maps"))
    text = json.dumps(content, indent=4, ensure_ascii=bool(form.callback))
    if not form.callback:
        return Answer(status, text.encode("utf-8", "replace"), "application/json", headers)
    safe = {**headers, "X-Content-Type-Options": "nosniff"}
    shown = status if skips("jsonp-status") else 200
    return Answer(shown, f"{form.callback}({text});".encode(), "application/javascript", safe)


def key_of(outcome: Outcome) -> Any:
    """Return the id of the object that is answered, for statements of effects."""
    return outcome.item.row.get("id") if isinstance(outcome, Single) else None


def switched(wanted: Options) -> set[str]:
    """Return the names of the options that are on."""
    on = {"flat": wanted.flat, "no_empty": not wanted.empty, "ajax": wanted.ajax}
    return {name for name, value in on.items() if value}


def sent_as(call: Call) -> str:
    """Return what kind of body a call has."""
    kind = media_type(call)
    if kind == "multipart/form-data":
        return "multipart"
    if kind == "application/json":
        return "json"
    if call.fields:
        return "form"
    return "raw" if call.body else "none"
