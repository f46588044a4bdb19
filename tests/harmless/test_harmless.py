"""A conformant server that differs harmlessly is called conformant, with nothing left undecided."""

import pytest

from conformance.emulator import Settings, running
from tests.harmless import manners
from tests.harmless.judging import found_nothing, judged
from tests.harmless.proxy import Manner, proxy
from tests.running import SuiteRun

FAMILY = "kayako-classic"


def conformant(run: SuiteRun, undemanded: int = 1) -> None:
    """AssertionError unless every check was judged and none found anything."""
    content = found_nothing(run, FAMILY)
    assert content["verdict"] == "conformant"
    assert content["summary"]["info"] <= undemanded
    assert content["left_behind"] == []


MANNERS = {
    "HTML errors, text/plain, more headers, closing connections": Manner(
        changes=(
            manners.error_text("<html><body><h1>Oops &amp; sorry</h1></body></html>"),
            manners.content_type("text/plain"),
            manners.more_headers,
        ),
        closing=True,
    ),
    "empty errors, application/xml, gzip, slower": Manner(
        changes=(
            manners.error_text(""),
            manners.content_type("application/xml; charset=ISO-8859-1"),
            manners.answered_deletes,
        ),
        gzip=True,
        delay=0.004,
    ),
    "unknown members, another order, comments, indented": Manner(
        changes=(
            manners.unknown_members,
            manners.other_order,
            manners.comments,
            manners.pretty,
            manners.without_cdata,
        ),
    ),
    "CDATA everywhere, one line, empty elements written out, chunked": Manner(
        changes=(manners.cdata_everywhere, manners.flat, manners.written_out),
        chunked=True,
    ),
    "in a sub-folder, bare paths, unknown ids not found": Manner(
        folder="/helpdesk/sub",
        target={"url_type": "bare"},
        changes=(manners.unknown_is_not_found,),
    ),
    "an older server": Manner(
        changes=(
            manners.without(
                ".//department/app", ".//post/isprivate", ".//post/ticketpostid",
                ".//customfield/displayorder", ".//ticketstatus/displayinmainlist",
            ),
            manners.unknown_is_empty,
        ),
        instead=(manners.without_resource("/Core/Test"),),
    ),
    "a newer server": Manner(
        changes=(manners.without(".//department/module"),),
        instead=(manners.without_resource("/Core/TestAPI"),),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MANNERS)
def test_a_harmless_difference_changes_no_verdict(tmp_path, name):
    with running(Settings(FAMILY)) as server, proxy(server.target, MANNERS[name]) as target:
        conformant(judged(tmp_path, target))
