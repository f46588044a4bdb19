"""results.json keeps its contract, and the JUnit file can be read, whatever a server answers."""

import itertools
from typing import Any

import pytest
from lxml import etree

from conformance.report import results
from tests.running import SuiteRun, emulator_target, run_suite
from tests.suite.servers import Answer, Seen, answering, preflight_or, target_at

FAMILY = "kayako-classic"
PROLOG = b'<?xml version="1.0" encoding="UTF-8"?>\n'
MARKUP = "<script>alert(1)</script> & ]]> <!-- \u202e\u0007 {{ 7*7 }} %s {0} \x1b[31m"
#: What JUnit calls each verdict; a check that could not be judged can break off before it begins.
_TAGS = {
    "fail": [{"failure"}],
    "error": [{"failure"}, {"error"}],
    "skip": [{"skipped"}],
    "omit": [{"skipped"}],
}


def in_order(run: SuiteRun) -> dict[str, Any]:
    """The results, valid, with a JUnit file that carries the same verdicts."""
    content = run.results(FAMILY)
    results.check(content)
    told: dict[str, str] = {}
    for case in etree.parse(run.report.parent / "junit.xml").iter("testcase"):
        words = {entry.get("name"): entry.get("value") for entry in case.iter("property")}
        told[words["check"]] = words["verdict"]
        outcome = {child.tag for child in case} - {"properties", "system-out", "system-err"}
        assert outcome in _TAGS.get(words["verdict"], [set()]), words
    assert told == {check["id"]: check["verdict"] for check in content["checks"]}
    assert "INTERNALERROR" not in run.output
    assert "Traceback" not in run.output
    assert (run.report / FAMILY / "index.html").is_file()
    return content


def test_a_green_run(whole_run):
    assert in_order(whole_run)["summary"]["fail"] == 0


def test_a_faulty_run(tmp_path):
    with emulator_target(tmp_path, FAMILY, "department-deleted-with-204", "latin-declared") as file:
        options = ("--target", str(file), "--safety", "disruptive", "--junitxml", "junit.xml")
        content = in_order(run_suite(tmp_path, *options, "-k", "test_answers or test_payloads"))
    assert content["summary"]["fail"] > 0


def _control_characters(_seen: Seen) -> Answer:
    return (
        200,
        [("X-Bell", "\x07\x1b[31mred")],
        PROLOG + b"<departments>\x00\x07\x1b[31m</departments>",
    )


def _bytes_that_are_no_text(seen: Seen) -> Answer:
    body = (
        PROLOG
        + b"<departments><department><id>\xff\xfe\xed\xa0\x80</id></department></departments>"
    )
    return (200 if seen.method == "GET" else 400), [("X-Latin", "\xe4\xff")], body


def _surrogates(_seen: Seen) -> Answer:
    item = "<department><id>&#xD800;</id><title>\U0001f600 &#55357;</title></department>"
    return 200, [], PROLOG + f"<departments>{item}</departments>".encode()


def _markup(_seen: Seen) -> Answer:
    return 500, [("Content-Type", "text/html")], MARKUP.encode()


def _deep(_seen: Seen) -> Answer:
    return 200, [], PROLOG + b"<departments>" + b"<department>" * 5000


def _entities(_seen: Seen) -> Answer:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    kind = (
        f'<!DOCTYPE departments [<!ENTITY l0 "ha"><!ENTITY f SYSTEM "file:///etc/passwd">{levels}]>'
    )
    body = (
        f"{kind}<departments><department><id>&f;</id><title>&l8;</title></department></departments>"
    )
    return 200, [], PROLOG + body.encode()


def _odd_status(_seen: Seen) -> bytes:
    return b"HTTP/1.1 299 \xe4\xff <b>odd</b>\r\nContent-Length: 0\r\n\r\n"


def _lies_about_its_length(_seen: Seen) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<departments>"


def _bad_gzip(_seen: Seen) -> Answer:
    return 200, [("Content-Encoding", "gzip")], b"this is not gzip"


def _redirects(seen: Seen) -> Answer:
    return 302, [("Location", f"{seen.path}?{seen.query}&again=1")], b""


_CHOICE = itertools.count()
_LONG = b"<department><id>1</id><title>" + b"long " * 600_000 + b"</title></department>"
_MEGABYTES = PROLOG + b"<departments>" + _LONG + b"</departments>"


def _megabytes(_seen: Seen) -> Answer:
    return 200, [], _MEGABYTES


@pytest.mark.parametrize(
    "answer",
    [
        _control_characters, _bytes_that_are_no_text, _surrogates, _markup, _deep, _entities,
        _odd_status, _lies_about_its_length, _bad_gzip, _redirects,
    ],
    ids=lambda function: function.__name__.strip("_"),
)  # fmt: skip
def test_a_hostile_server(tmp_path, answer):
    with answering(preflight_or(answer)) as url:
        options = (*target_at(tmp_path, url, timeout=5), "--junitxml", "junit.xml")
        chosen = ("-k", "listDepartments or getDepartment or createDepartment", "--safety", "write")
        run = run_suite(tmp_path, *options, *chosen)
    content = in_order(run)
    assert run.code in (1, 3)
    assert content["verdict"] in ("nonconformant", "inconclusive")
    assert not [c for c in content["checks"] if "suite is wrong" in (c["reason"] or "")]
    assert "root:x:" not in (run.report / FAMILY / "results.json").read_text(encoding="utf-8")


def test_a_server_that_sends_megabytes(tmp_path):
    with answering(preflight_or(_megabytes)) as url:
        options = (*target_at(tmp_path, url, timeout=30), "--junitxml", "junit.xml")
        run = run_suite(tmp_path, *options, "-k", "test_payloads and listDepartments")
    in_order(run)
    assert (run.report / FAMILY / "results.json").stat().st_size < 2_000_000


def test_a_hostile_server_of_workers(tmp_path):
    answers = [_control_characters, _bytes_that_are_no_text, _surrogates, _markup]

    def answer(seen: Seen) -> Answer:
        return answers[next(_CHOICE) % len(answers)](seen)

    with answering(preflight_or(answer)) as url:
        options = (*target_at(tmp_path, url, timeout=5), "--junitxml", "junit.xml", "-n", "2")
        run = run_suite(tmp_path, *options, "--safety", "write", "-k", "Department or TicketStatus")
    assert in_order(run)["summary"]["fail"] > 0
    assert run.code == 1
