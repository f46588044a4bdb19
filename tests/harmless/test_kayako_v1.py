"""A Kayako v1 helpdesk that differs harmlessly is called conformant, with nothing undecided."""

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import requests

from conformance.emulator import Settings, running
from tests.emulator.kayako_v1.client import basic
from tests.harmless import choices, envelopes, manners
from tests.harmless.crowds import grown
from tests.harmless.judging import found_nothing, judged
from tests.harmless.proxy import Manner, proxy
from tests.running import SuiteRun

FAMILY = "kayako-v1"


@dataclass(frozen=True)
class Way:
    """A manner, what it does not offer, and what the report has to say of it."""

    manner: Manner
    unoffered: frozenset[str] = frozenset()
    noted: frozenset[str] = frozenset()
    crowded: bool = False


def conformant(run: SuiteRun, way: Way) -> None:
    """AssertionError unless every check was judged, none found anything but offers that are not
    made, and the report says which way the server goes."""
    content = found_nothing(run, FAMILY)
    assert content["verdict"] == "conformant"
    unoffered = {one["id"] for one in content["requirements"] if one["verdict"] == "info"}
    assert unoffered == way.unoffered
    noted = {note for check in content["checks"] for note in check["notes"]}
    assert way.noted - noted == set()


WAYS = {
    "behind a proxy, in a folder of another host, unknown members, notices": Way(
        Manner(
            host="localhost",
            folder="/helpdesk/sub",
            forwards=True,
            changes=(
                choices.no_inner_address,
                envelopes.noted,
                envelopes.unknown_members,
                envelopes.other_order,
                envelopes.moments_of_zulu,
                envelopes.bare_tags,
                envelopes.written_with_escapes,
            ),
            chunked=True,
        ),
        noted=frozenset(
            (
                "ETags are bare",
                "a creation has status 201 in HTTP and 201 in the body",
                "CSRF_FAILED comes with status 403",
                "a method that a path does not take is refused with 405",
                "arguments that nobody knows are ignored",
                "limit=0 brings the default",
                "lists of tests say offset",
                "limit=-1 is refused",
                "fields=%2Btags adds a field",
                "an offset on posts skips posts",
                "include=channel on posts shows channels",
                "nothing behind the version is refused with APP_NOT_FOUND",
                "several fields of organizations are deleted at /organizations/fields",
                "checksums in the header are read as base64 and as hexadecimal digits",
                "the AJAX mode is switched on by XMHTTPRequest and by XMLHttpRequest",
                "a list by several tags shows what carries one of them",
                "a change that asks for a call is answered in plain JSON",
                "a login that does not ask to be remembered brings no X-RememberMe",
                "the type of a status is called caseStatus in the case camel",
                "an error has moreInfo in the case camel",
                "the zone of Last-Modified is written as +0000",
                "sessions lack resource_url",
                "a page by date holds more than its limit where dates may be equal",
            )
        ),
    ),
    "fewer headers, members and choices": Way(
        Manner(
            changes=(
                envelopes.without_headers(
                    "ETag", "Last-Modified", "Expires", "Content-Location", "WWW-Authenticate"
                ),
                choices.without_links,
                choices.tests_without_offset,
                choices.without_members("user", "twitter", "facebook", "addresses", "websites"),
                choices.without_members("organization", "is_validated"),
                choices.created_as_ok,
                choices.refused_with("METHOD_NOT_SUPPORTED", 400, "RESOURCE_ACTION_NOT_AVAILABLE"),
                choices.refused_with("CSRF_FAILED", 401, "CSRF_FAILED"),
                choices.nothing_found,
                choices.unknown_addresses_as_others,
                choices.dates_cut,
            ),
            instead=(
                choices.refusing_unknown_arguments,
                choices.refusing_a_limit_of_nothing,
                choices.refusing_changes_as_calls,
                choices.without_hex_digests,
                choices.without_path("^DELETE .*/organizations/fields(.json)?$"),
            ),
            rewriting=(
                envelopes.without_conditions,
                choices.with_header("x-csrf", lambda _: ""),
                choices.with_address("fields=%2[Bb]", "fields=zz"),
                choices.with_address("include=channel(?=&|$)", ""),
                choices.with_address(r"(/posts\S*[?&])offset=1", r"\1"),
            ),
            gzip=True,
            closing=True,
        ),
        unoffered=frozenset(
            (
                *("KV-HDR-003", "KV-HDR-004", "KV-HDR-005", "KV-ERR-012", "KV-CSRF-003"),
                "KV-USER-035",
            )
        ),
        noted=frozenset(
            (
                "a creation has status 200 in HTTP and 201 in the body",
                "CSRF_FAILED comes with status 401",
                "a method that a path does not take is refused with 400",
                "arguments that nobody knows are refused as redundant",
                "limit=0 is refused",
                "lists of tests do not say offset",
                "a page in the middle leads to others by nothing",
                "fields=%2Btags is not understood",
                "an offset on posts does nothing",
                "include=channel on posts changes nothing",
                "nothing behind the version is refused with URL_RESOURCE_MISSING",
                "several fields of organizations are deleted at /organization/fields",
                "checksums in the header are read as base64",
                "a change that asks for a call is refused with 400",
                "a page by date holds no more than its limit where dates may be equal",
            )
        ),
    ),
    "crowded, with other words, dates and addresses": Way(
        Manner(
            changes=(
                envelopes.moments_elsewhere,
                envelopes.dates_in_gmt,
                envelopes.tests_as_fresh,
                envelopes.weak_tags,
                envelopes.remembered,
                choices.other_words,
                choices.links_elsewhere,
                choices.types_kept,
                choices.sessions_with_address,
                manners.more_headers,
                envelopes.with_session_cookie,
            ),
            instead=(choices.without_base64_digests,),
            rewriting=(
                envelopes.conditions_on_kept_only,
                choices.with_header("x-requested-with", lambda v: "" if v[:3] == "XMH" else v),
                choices.with_address("(limit|offset)=(-1|abc)", ""),
                choices.with_address(r"(/cases\?(?:\S*&)?tags=)[^,&]+,", r"\1"),
            ),
            delay=0.002,
        ),
        noted=frozenset(
            (
                "ETags are quoted, and weak",
                "checksums in the header are read as hexadecimal digits",
                "the AJAX mode is switched on by XMLHttpRequest",
                "limit=-1 is read as the default",
                "a list by several tags shows what carries all of them",
                "a login that does not ask to be remembered brings a X-RememberMe",
                "the type of a status is called case_status in the case camel",
                "an error has more_info in the case camel",
                "the zone of Last-Modified is written as GMT",
                "sessions have resource_url",
            )
        ),
        crowded=True,
    ),
}


@pytest.mark.parametrize("name", WAYS)
def test_a_harmless_difference_changes_no_verdict(tmp_path, name):
    way = WAYS[name]
    if way.crowded:
        grown(tmp_path / "helpdesk.db")
    settings = Settings(FAMILY, database=tmp_path / "helpdesk.db")
    with running(settings) as server, proxy(server.target, way.manner) as target:
        conformant(judged(tmp_path, target), way)


class Colleague:
    """Somebody who works with the helpdesk all the time, as the administrator."""

    def __init__(self, target):
        login = target["credentials"]["administrator"]
        self.api = requests.Session()
        self.api.headers["Authorization"] = basic(login)
        self.url, self.over, self.turns = target["url"], threading.Event(), 0
        self.trouble = None

    def call(self, verb, path, **fields):
        answer = self.api.request(verb, f"{self.url}/{path}", data=fields, timeout=60)
        assert answer.ok, f"{verb} {path}: {answer.text}"
        return answer.json().get("data", {})

    def work(self):
        try:
            while not self.over.is_set():
                self.turns += 1
                self.turn(f"Colleague {self.turns}")
        except BaseException as trouble:
            self.trouble = trouble

    def turn(self, name):
        mail = f"{name.replace(' ', '')}@colleagues.example".lower()
        user = self.call("POST", "users", full_name=name, role_id=4, email=mail)
        office = self.call("POST", "organizations", name=f"Office of {name}")
        file = self.call("POST", "files", name="note.txt", content="YQ==")
        case = self.call("POST", "cases", subject=name, contents="Hello", requester_id=user["id"])
        time.sleep(0.02)
        self.call("PUT", f"cases/{case['id']}", subject=f"{name}, again")
        self.call("POST", f"cases/{case['id']}/reply", contents="More")
        kind = self.call("POST", "cases/types", label=f"Type of {name}")
        time.sleep(0.2)
        self.call("PUT", f"cases/{case['id']}/trash")
        for path in (
            f"users/{user['id']}", f"organizations/{office['id']}",
            f"files/{file['id']}", f"cases/types/{kind['id']}",
        ):  # fmt: skip
            self.call("DELETE", path)


@contextmanager
def busy(target):
    colleague = Colleague(target)
    thread = threading.Thread(target=colleague.work)
    thread.start()
    try:
        yield
    finally:
        colleague.over.set()
        thread.join()
    assert colleague.trouble is None
    assert colleague.turns > 10


def test_a_busy_helpdesk_is_judged_alike(tmp_path):
    with running(Settings(FAMILY)) as server, busy(server.target):
        conformant(judged(tmp_path, server.target), Way(Manner()))
