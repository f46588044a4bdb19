"""The test controller, named Test or TestAPI (overview page; its calls are known from clients)."""

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, violate
from conformance.engine.draft import Draft
from conformance.engine.exchange import answered
from conformance.engine.matchers import not_empty
from conformance.engine.xmlmap import NotXml, parse_xml
from conformance.families.kayako_classic.prerequisites import accepted, aim

_NAMES = ("/Core/Test", "/Core/TestAPI")
_TALKING = ("probeTestList", "probeTest", "createTest", "updateTest")


@pytest.fixture(scope="module")
def probed(helpdesk: Helpdesk) -> Exchange:
    """The list-style probe, under the name that the helpdesk knows."""
    return helpdesk.good("probeTestList")


@pytest.fixture(scope="module")
def name(probed: Exchange) -> str:
    """The controller's name on this helpdesk."""
    return _NAMES["TestAPI" in accepted(probed).request.url]


def under(draft: Draft, name: str) -> Draft:
    """The draft sent to the controller's name on this helpdesk."""
    return draft.at_path(draft.resource_path.replace("/Core/Test", name, 1))


@covers("KC-TEST-006")
def test_there_is_a_test_controller(helpdesk: Helpdesk, probed: Exchange) -> None:
    if not any(helpdesk.good(operation_id).succeeded for operation_id in _TALKING):
        expect(probed).success()


@covers("KC-TEST-001", "KC-TEST-002", "KC-TEST-003", "KC-TEST-004", "KC-TEST-007")
@pytest.mark.parametrize("operation_id", _TALKING)
def test_what_it_says_is_no_xml(helpdesk: Helpdesk, operation_id: str) -> None:
    exchange = accepted(helpdesk.good(operation_id))
    try:
        document = parse_xml(answered(exchange).body)
    except NotXml:
        return
    ids = exchange.spec[operation_id].requirements["payload"]
    violate("body", "plain text", f"an XML document <{document.root.tag}>", *ids)


@covers("KC-TEST-002")
@pytest.mark.parametrize("number", [0, 2_000_000_000])
def test_any_number_is_an_id_to_it(helpdesk: Helpdesk, name: str, number: int) -> None:
    exchange = helpdesk.send(under(aim(helpdesk, "probeTest", id=number), name))
    expect(exchange).success()
    judge(answered(exchange).text.strip(), not_empty, "body")


@covers("KC-TEST-008")
@pytest.mark.parametrize(
    ("operation_id", "action"), [("probeTestList", "GetData"), ("createTest", "PostData")]
)
def test_it_knows_two_actions(
    helpdesk: Helpdesk, name: str, operation_id: str, action: str
) -> None:
    """The client that uses them calls the controller TestAPI."""
    draft = aim(helpdesk, operation_id)
    exchange = helpdesk.send(draft.at_path(f"/Core/TestAPI/{action}"))
    if not exchange.succeeded and name == "/Core/Test":
        exchange = helpdesk.send(draft.at_path(f"/Core/Test/{action}"))
    expect(exchange).success()
    judge(answered(exchange).text.strip(), not_empty, "body")
