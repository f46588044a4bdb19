"""What the check modules of the family share: requests without a login, arguments of any method,
what an envelope and a refusal say."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from conformance.engine import Exchange, Helpdesk, expect, judge
from conformance.engine.case import current
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.matchers import Matcher, containing, one_of
from conformance.engine.shared import once, readable

#: Bodies that carry the same parameters.
BODIES = ("form", "json", "multipart")
NOBODY = "no-credentials"
UNAUTHENTICATED = 401
FORM = "application/x-www-form-urlencoded"
#: What scripts send as X-Requested-With: the word of the documents, and that of browsers.
AJAX_WORDS = ("XMHTTPRequest", "XMLHttpRequest")


def anonymous(helpdesk: Helpdesk, operation_id: str, /, **fields: Any) -> Draft:
    """The good request of a public operation, sent by nobody in particular."""
    return helpdesk.draft(operation_id, **fields).with_credential(NOBODY)


def nameless(helpdesk: Helpdesk, /, **fields: Any) -> Draft:
    """The creation of a test by nobody in particular, with these parameters alone."""
    draft = anonymous(helpdesk, "createTest", **fields)
    return draft.without(*(name for name in draft.sent if name not in fields))


def readable_body(helpdesk: Helpdesk, body: str) -> str:
    """The kind of body itself. Raises PrerequisiteBroken where it is not read, which is judged
    elsewhere."""
    if not _is_read(helpdesk, body):
        raise PrerequisiteBroken(f"createTest does not read {body}")
    return body


def _is_read(helpdesk: Helpdesk, body: str) -> bool:
    """Whether a test made with this kind of body shows the name in it."""

    def ask() -> bool:
        name = helpdesk.chance.fill("{mark} {word}")
        exchange = helpdesk.send(nameless(helpdesk, name=name).with_options(body=body))
        return bool(item_of(exchange).get("name") == name)

    return once(helpdesk, f"names are shown from {body}", ask)


def missing_test(helpdesk: Helpdesk) -> Draft:
    """A read of a test, which is not there with non_existent=true. Raises PrerequisiteBroken where
    it is there all the same, which is judged elsewhere."""
    draft = anonymous(helpdesk, "getTest")

    def ask() -> bool:
        asked = with_arguments(draft, {"non_existent": "true"})
        return helpdesk.send(asked, "negative").status == 404

    if not once(helpdesk, "non_existent is heard", ask):
        raise PrerequisiteBroken("getTest answers what is not to exist")
    return draft


def name_to_show(helpdesk: Helpdesk) -> str:
    """A name for a test. Raises PrerequisiteBroken where no kind of body brings one back, which
    is judged elsewhere."""

    if not any(_is_read(helpdesk, body) for body in BODIES):
        raise PrerequisiteBroken("createTest shows no name that it was sent")
    return helpdesk.chance.fill("{mark} {word}")


def with_texts(expected: list[int]) -> Matcher:
    """A list of these numbers, or of their texts: which of both is judged elsewhere."""

    def match(value: Any) -> str | None:
        fits = isinstance(value, list) and [str(v) for v in value] == [str(v) for v in expected]
        return None if fits else str(expected)

    return match


def in_any_form(expected: str) -> Matcher:
    """This word in any letter case, or the value it stands for: how it is shown is judged
    elsewhere."""

    def match(value: Any) -> str | None:
        return None if str(value).lower() == expected.lower() else expected

    return match


def with_arguments(draft: Draft, arguments: Mapping[str, Any]) -> Draft:
    """The draft with these arguments, which stand in the query whatever the method."""
    kept = tuple(pair for pair in draft.query if pair[0] not in arguments)
    return replace(draft, query=(*kept, *((n, str(value)) for n, value in arguments.items())))


def with_raw_form(draft: Draft, text: str, media: str = FORM) -> Draft:
    """The draft with this text as its whole body."""
    return draft.with_options(raw=(text.encode(), media, ""))


def remark(text: str) -> None:
    """Note in the report what a server does where the documents leave it a choice."""
    current().note(text)


def taken(exchange: Exchange, *requirements: str) -> bool:
    """Expect that a request is not refused, before what comes of it is looked at.

    Raises PrerequisiteBroken where its operation serves nobody, and where a test asks for a login.
    """
    return expect(open_to_all(served(exchange)), *requirements).success().kept


def open_to_all(exchange: Exchange) -> Exchange:
    """The exchange itself. Raises PrerequisiteBroken where a test asks a caller without a login for
    one: that anybody may have it is judged elsewhere."""
    names = {name.lower() for name, _ in exchange.request.headers}
    signed_in = names & {"authorization", "x-session-id", "x-token"}
    operation = exchange.operation
    of_tests = operation is not None and operation.path.startswith("/tests")
    if operation and of_tests and exchange.status == UNAUTHENTICATED and not signed_in:
        raise PrerequisiteBroken(f"{operation.id} asks for a login")
    return exchange


def envelope(exchange: Exchange) -> Mapping[str, Any]:
    """What stands beside the data; empty where the body is no JSON object."""
    value = exchange.answer.value
    return value if isinstance(value, Mapping) else {}


def item_of(exchange: Exchange) -> Mapping[str, Any]:
    """The only object of an answer; empty where there is none."""
    item = exchange.answer.item
    return {} if item is None else item


def showing(exchange: Exchange) -> Exchange:
    """The exchange itself. Raises PrerequisiteBroken where its answer shows no object, which is
    judged elsewhere."""
    if readable(exchange).answer.item is None:
        name = exchange.operation.id if exchange.operation else "the request"
        raise PrerequisiteBroken(f"{name} shows no object")
    return exchange


def errors_of(exchange: Exchange) -> list[Mapping[str, Any]]:
    errors = envelope(exchange).get("errors")
    entries = errors if isinstance(errors, list) else []
    return [entry for entry in entries if isinstance(entry, Mapping)]


def codes_of(exchange: Exchange) -> list[str]:
    return [str(error.get("code")) for error in errors_of(exchange)]


def shown_codes(exchange: Exchange) -> list[str]:
    """The codes in capitals. Raises PrerequisiteBroken where a refusal has none at all: that, and
    how they are written, is judged elsewhere."""
    codes = [str(error["code"]).upper() for error in errors_of(exchange) if error.get("code")]
    if not codes:
        name = exchange.operation.id if exchange.operation else "the request"
        raise PrerequisiteBroken(f"{name} answered {exchange.status} without a code")
    return codes


def expect_refusal(exchange: Exchange, status: int, code: str, *requirements: str) -> bool:
    """Expect this status and an error with this code; returns whether both are there."""
    found = served(exchange)
    if status != UNAUTHENTICATED:
        open_to_all(found)
    if not expect(found, *requirements).status(status).kept:
        return False
    return judge(shown_codes(exchange), containing(code), "/errors/*/code", *requirements)


def expect_culprit(exchange: Exchange, name: str, *requirements: str) -> bool:
    """Expect an error that names this parameter."""
    named = [error.get("parameter") for error in errors_of(exchange)]
    return judge(named, containing(name), "/errors/*/parameter", *requirements)


def any_code(*codes: str) -> Matcher:
    """Codes of an answer with at least one of these among them."""

    def match(value: Any) -> str | None:
        fits = one_of(codes)
        return None if any(fits(code) is None for code in value) else " or ".join(codes)

    return match
