"""Arguments in the query, their twins among the headers, lists of ids (chapter "Request")."""

from collections.abc import Mapping

import pytest

from conformance.engine import Helpdesk, covers, expect, judge, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import equal_to
from conformance.engine.shared import readable
from conformance.families.kayako_v1.asking import (
    NOBODY,
    anonymous,
    codes_of,
    envelope,
    expect_refusal,
    item_of,
    name_to_show,
    readable_body,
    remark,
    showing,
    taken,
    with_arguments,
)
from conformance.families.kayako_v1.sessions import Session, open_session

#: One operation of each method, and two of lists.
_OPERATIONS = ("listTests", "getTest", "createTest", "updateTest", "deleteTest", "updateTests")


@pytest.fixture(scope="module")
def session(helpdesk: Helpdesk) -> Session:
    return open_session(helpdesk)


@pytest.fixture(scope="module")
def other(helpdesk: Helpdesk, session: Session) -> Session:
    """Another session of the same caller. Raises PrerequisiteBroken where each login opens the
    same one, which is judged elsewhere."""
    other = open_session(helpdesk, session.login.role)
    if other.id == session.id:
        raise PrerequisiteBroken("another login opens the same session")
    return other


# Query and body ---------------------------------------------------------------------------------


@covers("KV-ARG-001")
def test_arguments_and_parameters_come_together(helpdesk: Helpdesk) -> None:
    draft = with_arguments(anonymous(helpdesk, "updateTests"), {"ids": "1,2"})
    taken(helpdesk.send(draft.having(option="BAR")))


@covers("KV-ARG-001")
def test_arguments_are_read_from_the_query(helpdesk: Helpdesk) -> None:
    """Any of two is enough: what each of them does is judged elsewhere."""
    counted = helpdesk.send(anonymous(helpdesk, "listTests", count=4))
    missing = helpdesk.send(anonymous(helpdesk, "getTest", non_existent="true"), "negative")
    if envelope(readable(counted)).get("total_count") != 4 and missing.succeeded:
        violate("/total_count", "4", str(envelope(counted).get("total_count")))


@covers("KV-ARG-008")
@pytest.mark.parametrize("operation_id", ["createTest", "updateTest"])
def test_an_argument_does_not_take_the_place_of_a_parameter(
    helpdesk: Helpdesk, operation_id: str
) -> None:
    readable_body(helpdesk, "form")
    mark = name_to_show(helpdesk)
    draft = anonymous(helpdesk, operation_id, name=f"{mark} of the body")
    exchange = helpdesk.send(with_arguments(draft, {"name": f"{mark} of the query"}))
    if taken(exchange):
        expect(showing(exchange)).item("name", equal_to(f"{mark} of the body"))


@covers("KV-ARG-002")
@pytest.mark.parametrize("operation_id", _OPERATIONS)
def test_arguments_of_the_server_are_taken_everywhere(
    helpdesk: Helpdesk, operation_id: str
) -> None:
    draft = with_arguments(anonymous(helpdesk, operation_id), {"_empty": "false"})
    taken(helpdesk.send(draft))


@covers("KV-ARG-003")
@pytest.mark.parametrize("argument", ["fields", "include"])
@pytest.mark.parametrize("operation_id", _OPERATIONS)
def test_what_to_show_may_be_said_everywhere(
    helpdesk: Helpdesk, operation_id: str, argument: str
) -> None:
    draft = with_arguments(anonymous(helpdesk, operation_id), {argument: "*"})
    taken(helpdesk.send(draft))


@covers("KV-ARG-009")
@pytest.mark.parametrize("operation_id", ["listTests", "getTest"])
def test_an_argument_nobody_knows_changes_nothing(helpdesk: Helpdesk, operation_id: str) -> None:
    draft = anonymous(helpdesk, operation_id)
    plain = readable(helpdesk.send(draft)).answer
    exchange = helpdesk.send(with_arguments(draft, {helpdesk.chance.word(): "1"}))
    if exchange.status == 400 and "FIELD_REDUNDANT" in codes_of(exchange):
        remark("arguments that nobody knows are refused as redundant")
        return
    if taken(exchange):
        remark("arguments that nobody knows are ignored")
        judge(_outline(exchange.answer.items), equal_to(_outline(plain.items)), "/data")


def _outline(items: tuple[Mapping[str, object], ...]) -> list[tuple[object, ...]]:
    """The id and the names of the members of each object."""
    return [(item.get("id"), *sorted(item)) for item in items]


@covers("KV-ARG-010")
def test_commas_may_be_written_as_escapes(helpdesk: Helpdesk) -> None:
    draft = with_arguments(anonymous(helpdesk, "updateTests"), {"ids": "1,2"})
    plain = envelope(readable(helpdesk.send(draft))).get("total_count")
    exchange = helpdesk.send(draft.with_options(escaped=True))
    if taken(exchange):
        judge(envelope(exchange).get("total_count"), equal_to(plain), "/total_count")


@covers("KV-ARG-010")
def test_brackets_may_be_written_as_escapes(helpdesk: Helpdesk) -> None:
    draft = with_arguments(anonymous(helpdesk, "getTest"), {"include": "*", "fields": "*(*)"})
    plain = readable(helpdesk.send(draft)).answer
    exchange = helpdesk.send(draft.with_options(escaped=True))
    if taken(exchange):
        judge(_outline(exchange.answer.items), equal_to(_outline(plain.items)), "/data")


# Lists of ids -----------------------------------------------------------------------------------


@covers("KV-ARG-006")
@pytest.mark.parametrize("operation_id", ["updateTests", "deleteTests"])
def test_several_are_addressed_at_once(helpdesk: Helpdesk, operation_id: str) -> None:
    taken(helpdesk.send(with_arguments(anonymous(helpdesk, operation_id), {"ids": "1,2,3"})))


@covers("KV-ARG-006")
def test_each_of_several_is_deleted(helpdesk: Helpdesk) -> None:
    """On objects that are kept, which tests are not."""
    made = [helpdesk.make("case_type").id for _ in range(2)]
    draft = Draft(helpdesk.spec["deleteCaseTypes"])
    exchange = helpdesk.send(with_arguments(draft, {"ids": ",".join(made)}))
    if taken(exchange):
        there = [one for one in made if helpdesk.call("getCaseType", id=one).succeeded]
        judge(there, equal_to([]), "ids of deleted types that are still there")


@covers("KV-ARG-006")
def test_each_of_several_is_changed(helpdesk: Helpdesk) -> None:
    made = [helpdesk.make("organization").id for _ in range(2)]
    draft = Draft(helpdesk.spec["updateOrganizations"]).having(is_shared="true")
    exchange = helpdesk.send(with_arguments(draft, {"ids": ",".join(made)}))
    if taken(exchange):
        read = [helpdesk.call("getOrganization", id=one) for one in made]
        shown = [item_of(readable(one)).get("is_shared") for one in read]
        judge(shown, equal_to([True, True]), "/data/is_shared of both")


@covers("KV-ARG-005")
@pytest.mark.parametrize("operation_id", ["updateTests", "deleteTests"])
def test_an_id_stands_once_in_a_list(helpdesk: Helpdesk, operation_id: str) -> None:
    draft = with_arguments(anonymous(helpdesk, operation_id), {"ids": "1,1"})
    expect_refusal(helpdesk.send(draft, "negative"), 400, "PARAMETERS_INCONSISTENT")


# Twins ------------------------------------------------------------------------------------------


@covers("KV-ARG-007")
def test_a_session_may_be_named_twice(helpdesk: Helpdesk, session: Session) -> None:
    draft = session.sent_in(Draft(helpdesk.spec["getMe"]))
    readable(helpdesk.send(draft))
    taken(helpdesk.send(with_arguments(draft, {"_session_id": session.id})))


@covers("KV-ARG-004")
def test_header_and_argument_name_the_same_session(
    helpdesk: Helpdesk, session: Session, other: Session
) -> None:
    draft = session.sent_in(Draft(helpdesk.spec["getMe"]))
    exchange = helpdesk.send(with_arguments(draft, {"_session_id": other.id}), "negative")
    expect_refusal(exchange, 400, "PARAMETERS_INCONSISTENT")


@covers("KV-ARG-004")
def test_header_and_cookie_name_the_same_session(
    helpdesk: Helpdesk, session: Session, other: Session
) -> None:
    """Its name is known from clients only, so a server that reads no such cookie is none to
    judge."""
    alone = Draft(helpdesk.spec["getMe"]).with_credential(NOBODY)
    draft = session.sent_in(Draft(helpdesk.spec["getMe"]))
    cookie = f"session_id={other.id}"
    if not helpdesk.send(alone.with_headers(Cookie=cookie)).succeeded:
        skip("a session is not taken from a cookie")
    exchange = helpdesk.send(draft.with_headers(Cookie=cookie), "negative")
    expect_refusal(exchange, 400, "PARAMETERS_INCONSISTENT")


@covers("KV-ARG-004")
@pytest.mark.parametrize(
    ("header", "argument"), [("X_Token", "_token"), ("X_OTP", "_otp")], ids=["token", "otp"]
)
def test_header_and_argument_name_the_same_secret(
    helpdesk: Helpdesk, header: str, argument: str
) -> None:
    draft = anonymous(helpdesk, "getTest").with_headers(**{header: "123456"})
    exchange = helpdesk.send(with_arguments(draft, {argument: "654321"}), "negative")
    expect_refusal(exchange, 400, "PARAMETERS_INCONSISTENT")


@covers("KV-ARG-004")
def test_header_and_argument_name_the_same_time(helpdesk: Helpdesk) -> None:
    now = int(helpdesk.chance.now())
    draft = anonymous(helpdesk, "getTest").with_headers(X_Timestamp=str(now))
    exchange = helpdesk.send(with_arguments(draft, {"_timestamp": now - 30}), "negative")
    expect_refusal(exchange, 400, "PARAMETERS_INCONSISTENT")
