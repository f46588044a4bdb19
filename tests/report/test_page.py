"""index.html: what it says, that it loads nothing and that nothing from a server is markup."""

import base64
import hashlib
import re
import time

import lxml.html
import pytest

from conformance.report import html
from conformance.report.html import anchor, render
from conformance.report.page import TRANSCRIPTS_PER_CHECK, page

HOSTILE = (
    "<script>alert(1)</script>",
    '"onerror="alert(1)',
    "' onmouseover='alert(1)",
    "{{7*7}}{% raw %}",
    "]]></pre><img src=x onerror=alert(1)>",
    "--><!-- \x00\x1b[31m\x7f\x9b \u202e\u2066 \ud800\udce9 \r",
    "javascript:alert(1)",
)
ALL_HOSTILE = " ".join(HOSTILE)


@pytest.fixture
def parsed():
    return lambda results: lxml.html.document_fromstring(render(results))


def _hostile_everywhere(value):
    """The results with every free text replaced; ids and enumerations stay, links need them."""
    free = {"name", "text", "source", "message", "where", "promised", "got", "reason", "body"}
    free |= {"purpose", "url", "path", "summary", "title", "error", "kind", "platform", "stopped"}
    if isinstance(value, dict):
        return {
            name: ALL_HOSTILE
            if name in free and isinstance(member, str | None)
            else _hostile_everywhere(member)
            for name, member in value.items()
        }
    return [_hostile_everywhere(item) for item in value] if isinstance(value, list) else value


@pytest.fixture
def hostile(rich):
    changed = _hostile_everywhere(rich)
    changed["summary"]["requests_by_purpose"] = {ALL_HOSTILE: 1}
    for check in changed["checks"]:
        check["notes"] = [ALL_HOSTILE]
    for exchange in changed["exchanges"]:
        exchange["request"]["headers"] = [[ALL_HOSTILE, ALL_HOSTILE]]
    for operation in changed["operations"]:
        operation["observed"] = {"200": ALL_HOSTILE}
    changed["selection"] = {"keyword": ALL_HOSTILE, "node_ids": [ALL_HOSTILE]}
    return changed


def test_nothing_from_a_server_becomes_markup(rich, hostile, parsed):
    before, after = parsed(rich), parsed(hostile)
    assert len(after.findall(".//script")) == len(before.findall(".//script")) == 1
    assert after.findall(".//img") == []
    handlers = [n for node in after.iter("*") for n in node.attrib if n.startswith("on")]
    assert handlers == []
    assert {node.tag for node in after.iter("*")} <= {node.tag for node in before.iter("*")} | {
        "br"
    }


def test_hostile_text_is_shown_as_it_came(hostile, parsed):
    text = parsed(hostile).text_content()
    for part in (*HOSTILE[:5], HOSTILE[6]):
        assert part in text
    assert "\\x00\\x1b[31m\\x7f\\x9b \\u202e\\u2066 \\ud800\\udce9 \\x0d" in text


def test_hostile_names_do_not_break_out_of_links(rich, parsed):
    for check in rich["checks"]:
        check["id"] += '[x" onclick="a <b>]'
    rich["operations"][0]["checks"] = [check["id"] for check in rich["checks"]]
    document = parsed(rich)
    targets = {node.get("id") for node in document.iter("*") if node.get("id")}
    for link in document.iter("a"):
        assert link.get("onclick") is None
        if link.get("href").startswith("#check-"):
            assert link.get("href")[1:] in targets


def test_the_page_is_writable_whatever_a_server_sends(hostile, tmp_path):
    path = html.write(hostile, tmp_path)
    text = path.read_bytes().decode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)


@pytest.mark.parametrize("sample", ["rich", "green", "hostile"])
def test_nothing_is_loaded(request, sample, parsed):
    document = parsed(request.getfixturevalue(sample))
    for node in document.iter("*"):
        for name in ("src", "srcset", "poster", "data", "action", "background", "style"):
            assert node.get(name) is None, (node.tag, name)
    assert list(document.iter("link", "img", "iframe", "object", "embed", "base")) == []
    (style,) = document.iter("style")
    assert "@import" not in style.text
    assert "url(" not in style.text
    for link in document.iter("a"):
        assert link.get("href").startswith("#") or link.get("href") == "results.json"


def test_the_policy_allows_its_own_script_and_style_only(rich, parsed):
    document = parsed(rich)
    (policy,) = (
        node.get("content")
        for node in document.iter("meta")
        if node.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    source = render(rich)
    for tag in ("style", "script"):
        content = re.search(f"<{tag}>(.*?)</{tag}>", source, re.DOTALL).group(1)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


@pytest.mark.parametrize("sample", ["rich", "green"])
def test_every_link_leads_somewhere(request, sample, parsed):
    document = parsed(request.getfixturevalue(sample))
    ids = [node.get("id") for node in document.iter("*") if node.get("id")]
    assert len(ids) == len(set(ids))
    for link in document.iter("a"):
        if link.get("href").startswith("#"):
            assert link.get("href")[1:] in ids


def test_the_verdict_comes_first_and_left_behind_last(rich, parsed):
    document = parsed(rich)
    assert document.find(".//h1").text_content() == "Not conformant: 3 MUST promises are broken"
    sections = [node.text_content().split()[0] for node in document.iter("h2")]
    assert sections == [
        "In",
        "This",
        "Conformance",
        "Root",
        "Operations",
        "Requirements",
        "Checks",
        "Left",
    ]


def test_a_failing_check_stands_with_its_evidence(rich, parsed):
    check = next(c for c in rich["checks"] if c["exchanges"] == ["create"])
    (article,) = parsed(rich).xpath("//article[@id=$id]", id=anchor("check", check["id"]))
    text = article.text_content()
    for part in (
        "KC-DEP-007",
        "A new department answers with the title that was sent.",
        "500 Internal Server Error",
        "POST https://desk.example.com/api/index.php?e=/Base/Department&apikey=«key-1»",
        "title=Quality%20Desk&type=public",
        "SQLSTATE[42S22]",
    ):
        assert part in text


def test_passing_checks_embed_no_transcripts(green, parsed):
    document = parsed(green)
    assert document.findall(".//article") == []
    assert document.findall(".//pre") == []


def test_a_transcript_stands_once_and_is_linked_from_elsewhere(rich, parsed):
    document = parsed(rich)
    anchored = document.xpath("//details[@id='exchange-create']")
    assert len(anchored) == 1
    assert len(document.xpath("//a[@href='#exchange-create']")) == 4


def test_transcripts_of_a_check_are_capped_and_the_rest_is_named(
    make_check, make_exchange, make_violation, make_results, parsed
):
    names = [f"x{number}" for number in range(9)]
    telling = make_violation("KC-DEP-001", "status", "200", "404", exchange="x8")
    check = make_check("a::b", "getDepartments", "fail", violations=[telling], exchanges=names)
    sent = [make_exchange(name, "getDepartments") for name in names]
    results = make_results([check], sent, "nonconformant")
    (view,) = page(results).checks
    assert [shown.id for shown in view.transcripts] == ["x8", "x0", "x1"]
    assert view.unshown == 9 - TRANSCRIPTS_PER_CHECK
    assert "6 more exchanges in recording.jsonl.gz" in parsed(results).text_content()


def test_skipped_checks_are_gathered_by_reason(green):
    for check in green["checks"][:4]:
        check.update(verdict="skip", reason="needs --safety write")
    (group,) = page(green).quiet
    assert group.reason == "needs --safety write"
    assert len(group.checks) == 4


def test_a_selection_and_an_early_end_are_announced(green, parsed):
    green.update(
        verdict="partial",
        stopped="the server refused the key",
        selection={"keyword": "ticket", "node_ids": ["test_a.py"]},
    )
    notices = [node.text_content() for node in parsed(green).find_class("notice")]
    assert notices == [
        "The run stopped early: the server refused the key",
        "Only a selection was run: -k “ticket”, test_a.py. The verdict is at best partial.",
    ]


def test_a_great_run_is_rendered_within_seconds(
    make_check, make_exchange, make_violation, make_results
):
    sent = [make_exchange(f"x{n}", "getDepartments") for n in range(5000)]
    for entry in sent[:2500]:
        entry["response"]["body"] = "<department>" * 2000
    checks = [
        make_check(
            f"a::test_{n}[getDepartments]",
            "getDepartments",
            "fail",
            violations=[make_violation("KC-DEP-001", "status", "200", f"40{n % 10}")],
            exchanges=[f"x{n}", f"x{n + 1}", f"x{n + 2}"],
        )
        for n in range(2000)
    ]
    results = make_results(checks, sent, "nonconformant")
    started = time.perf_counter()
    size = len(render(results))
    assert time.perf_counter() - started < 20
    assert size < 20_000_000


def test_an_empty_run_has_a_page(make_results, parsed):
    results = make_results([], [], "inconclusive", stopped="no connection", classes=[])
    results["operations"] = []
    results["requirements"] = []
    assert "Inconclusive" in parsed(results).find(".//h1").text_content()
