"""A Kayako v1 helpdesk that differs harmlessly is called conformant, with nothing undecided."""

import pytest

from conformance.emulator import Settings, running
from tests.harmless import envelopes, manners
from tests.harmless.proxy import Manner, proxy
from tests.harmless.test_harmless import judged
from tests.running import SuiteRun

FAMILY = "kayako-v1"


def conformant(run: SuiteRun) -> None:
    """AssertionError unless every check was judged and none found anything."""
    content = run.results(FAMILY)
    told = {
        check["id"]: check["message"]
        for check in content["checks"]
        if check["verdict"] not in ("pass", "omit")
    }
    assert told == {}, run.output[-3000:]
    assert content["verdict"] == "conformant"
    assert run.code == 0


MANNERS = {
    "behind a proxy, in a folder of another host, unknown members, notices": Manner(
        host="localhost",
        folder="/helpdesk/sub",
        forwards=True,
        changes=(
            envelopes.noted,
            envelopes.unknown_members,
            envelopes.other_order,
            envelopes.moments_of_zulu,
            envelopes.bare_tags,
            envelopes.written_with_escapes,
        ),
        chunked=True,
    ),
    "fewer headers, members and choices": Manner(
        changes=(
            envelopes.without_headers("ETag", "Last-Modified", "Expires", "Content-Location"),
            envelopes.without_links,
            envelopes.tests_without_offset,
            envelopes.without_members("user", "twitter", "facebook", "addresses", "websites"),
            envelopes.without_members("organization", "is_validated"),
            envelopes.created_as_ok,
            envelopes.refused_with("METHOD_NOT_SUPPORTED", 400, "RESOURCE_ACTION_NOT_AVAILABLE"),
            envelopes.refused_with("CSRF_FAILED", 401, "CSRF_FAILED"),
        ),
        instead=(
            envelopes.refusing_unknown_arguments(
                "count", "limit", "offset", "before_id", "after_id", "non_existent", "ids",
                "fields", "include", "_empty", "_flat", "_case", "_jsonp_callback", "_token",
                "_otp", "_timestamp", "_session_id", "access_token", "_jwt", "_fingerprint_id",
                "since", "until", "_portal", "_md5",
            ),
            envelopes.refusing_a_limit_of_nothing,
            envelopes.without_hex_digests,
            envelopes.without_path("^DELETE .*/organizations/fields(.json)?$"),
        ),
        rewriting=(
            envelopes.without_conditions,
            envelopes.with_header("x-csrf", lambda _: ""),
            envelopes.with_address("fields=%2[Bb]", "fields="),
        ),
        gzip=True,
        closing=True,
    ),
    "other words, dates and addresses": Manner(
        changes=(
            envelopes.moments_elsewhere,
            envelopes.dates_in_gmt,
            envelopes.tests_as_fresh,
            envelopes.weak_tags,
            envelopes.remembered,
            envelopes.other_words,
            envelopes.links_elsewhere,
            envelopes.types_kept,
            manners.more_headers,
        ),
        instead=(envelopes.without_base64_digests,),
        rewriting=(envelopes.conditions_on_kept_only,),
        delay=0.002,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MANNERS)
def test_a_harmless_difference_changes_no_verdict(tmp_path, name):
    with running(Settings(FAMILY)) as server, proxy(server.target, MANNERS[name]) as target:
        conformant(judged(tmp_path, target))
