"""Keys and signatures stand in nothing that a run writes or prints."""

import gzip
import html
import json
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

import pytest

from conformance.report import results
from tests.running import SuiteRun, emulator_target, run_suite
from tests.suite.servers import (
    KEYS,
    Answer,
    Seen,
    answering,
    breaks_its_headers,
    echoes,
    preflight_or,
    target_at,
)

FAMILY = "kayako-classic"
LOUD = (
    "-vv", "--showlocals", "--full-trace", "-rA", "-o", "log_cli=true", "--log-level=DEBUG",
    "--junitxml", "junit.xml", "-o", "junit_logging=all", "-o", "junit_family=xunit1",
)  # fmt: skip


class Witness:
    """Notes signatures that pass by, some of them: looking for all would take long."""

    def __init__(self) -> None:
        self.signatures: set[str] = set()

    def note(self, seen: Seen) -> None:
        for text in (seen.query, seen.body) if len(self.signatures) < 60 else ():
            self.signatures.update(parse_qs(text).get("signature", ()))


def everything(run: SuiteRun) -> dict[str, str]:
    """All that the run has left behind, as text, by name."""
    texts = {"terminal": run.output}
    for file in [*run.report.rglob("*"), *run.report.parent.glob("*.xml")]:
        if file.suffix == ".gz":
            texts[file.name] = gzip.decompress(file.read_bytes()).decode("utf-8")
        elif file.is_file():
            texts[file.name] = file.read_text(encoding="utf-8")
    return texts


def forms(secret: str) -> set[str]:
    """How a secret may be written."""
    quoted = quote(secret, safe="")
    entities = "".join(f"&#{ord(c)};" if c in "+/=" else c for c in secret)
    return {
        secret, quoted, quoted.lower(), quote(quoted, safe=""), quote(secret),
        html.escape(secret), entities, json.dumps(secret)[1:-1], secret.replace("/", "\\/"),
        secret.rstrip("="),
    }  # fmt: skip


def assert_hushed(run: SuiteRun, secrets: set[str]) -> None:
    """AssertionError when any of the secrets stands anywhere, without printing it."""
    assert secrets
    wanted = {form for secret in secrets for form in forms(secret)}
    for name, text in everything(run).items():
        places = [text.index(form) for form in wanted if form in text]
        around = [re.sub(r"[A-Za-z0-9+/=]{6,}", "…", text[p - 60 : p + 90]) for p in places[:3]]
        assert places == [], f"{name}: as in {around}"


def signatures_in(file: Path) -> set[str]:
    """The keys of a target file."""
    return set(tomllib.loads(file.read_text(encoding="utf-8"))["credentials"].values())


def test_a_loud_run_with_failures_keeps_the_keys_to_itself(tmp_path):
    with emulator_target(tmp_path, FAMILY, "department-deleted-with-204") as file:
        keys = signatures_in(file)
        run = run_suite(
            tmp_path, "--target", str(file), "--safety", "disruptive", *LOUD, "-k", "Department"
        )
    assert run.code == 1
    assert "urllib3" in run.output, "the libraries' log is shown"
    assert "«signature-" in run.output
    assert_hushed(run, keys)
    lines = map(json.loads, everything(run)["recording.jsonl.gz"].splitlines())
    sent = {name for line in lines for name in re.findall(r"signature=([^&]+)", _sent(line))}
    assert {name.partition("-")[0] for name in sent} == {"«signature"}
    assert len(sent) > 10, "different signatures have different names"


def _sent(line: dict[str, Any]) -> str:
    return f"{line['request']['url']}&{line['request']['body']}"


@pytest.mark.parametrize("hostile", [echoes, breaks_its_headers], ids=lambda f: f.__name__)
@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_server_that_sends_everything_back_does_not_make_it_known(tmp_path, hostile, workers):
    witness = Witness()

    def answer(seen: Seen) -> Answer | bytes:
        witness.note(seen)
        given: Answer | bytes = hostile(seen)
        return given

    with answering(preflight_or(answer)) as url:
        options = target_at(tmp_path, url, timeout=5)
        chosen = ("--safety", "write", "-k", "Department or Attachment", "-n", workers)
        run = run_suite(tmp_path, *options, *LOUD, *chosen)
    assert run.code in (1, 3), run.output[-2000:]
    assert_hushed(run, witness.signatures | set(KEYS.values()))
    results.check(run.results(FAMILY))


def test_a_server_that_prints_the_keys_does_not_make_them_known(tmp_path):
    page = "".join(
        f"<p>{name}: {value}; {quote(value, safe='')}</p>" for name, value in KEYS.items()
    )

    def answer(_seen: Seen) -> Answer:
        return 500, [("X-Debug", KEYS["secret_key"]), (KEYS["api_key"], "x")], page.encode()

    with answering(answer) as url:
        refused = run_suite(tmp_path, *target_at(tmp_path, url), *LOUD)
        assert refused.code == 3
    with answering(preflight_or(answer)) as url:
        run = run_suite(tmp_path, *target_at(tmp_path, url), *LOUD, "-k", "listDepartments")
    for each in (refused, run):
        assert_hushed(each, set(KEYS.values()))


def test_a_wrong_target_file_does_not_show_its_keys(tmp_path):
    options = target_at(tmp_path, "ftp://127.0.0.1:1", timeout=-1)
    text = (tmp_path / "target.toml").read_text(encoding="utf-8")
    broken = text.replace("secret_key =", "secret_kee =")
    for content in (text, broken, broken + '\n"', text.replace('"', "'''", 1)):
        (tmp_path / "target.toml").write_text(content, encoding="utf-8")
        run = run_suite(tmp_path, *options, *LOUD)
        assert run.code == 2, run.output
        assert_hushed(run, set(KEYS.values()))
