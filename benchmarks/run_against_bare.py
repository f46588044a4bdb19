"""What the suite costs beyond sending its requests.

Rounds of three, interleaved: a whole run against `serve` in a process of its own, a collection-only
run (the start-up), and the run's recorded requests replayed in one keep-alive session against
another `serve` with the same fresh state. Ratios of medians, so that the machine's speed drops out.

    python benchmarks/run_against_bare.py [--api kayako-classic] [--rounds 5]
"""

import argparse
import gzip
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import requests

from conformance.families.kayako_classic.signing import signature

AIM = 1.6
AIM_WHOLE = 2.0
_MANY = 1000
_REJECTED = 401


@dataclass(frozen=True)
class Round:
    """Seconds of one round."""

    run: float
    start_up: float
    bare: float
    requests: int
    per_operation: float


@contextmanager
def served(api: str, folder: Path) -> Iterator[Path]:
    """`serve` in a process of its own with fresh state; yields its target file."""
    target = folder / "target.toml"
    command = [sys.executable, "-m", "conformance", "serve", api, "--print-target", str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield target
        finally:
            process.terminate()


def timed_run(folder: Path, *arguments: str) -> float:
    """Wall seconds of one `run`."""
    command = [sys.executable, "-m", "conformance", "run", *arguments]
    started = time.perf_counter()
    finished = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if finished.returncode != 0:
        raise SystemExit(f"the run failed:\n{finished.stdout}{finished.stderr}")
    return seconds


def one_round(api: str) -> Round:
    """Run, start-up and replay, one after the other."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(api, folder) as target:
            whole = timed_run(folder, "--target", str(target), "--safety", "disruptive")
            start_up = timed_run(folder, "--target", str(target), "--collect-only")
            recorded_url = tomllib.loads(target.read_text())["url"]
        report = folder / "reports" / api
        summary = json.loads((report / "results.json").read_text())["summary"]
        exchanges = list(recorded(report / "recording.jsonl.gz"))
        with served(api, folder) as target:
            bare = replay(exchanges, recorded_url, tomllib.loads(target.read_text()))
    return Round(whole, start_up, bare, summary["requests"], summary["requests_per_operation"])


def recorded(file: Path) -> Iterator[dict[str, Any]]:
    """The recorded exchanges, in the order they were sent."""
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def replay(exchanges: list[dict[str, Any]], recorded_url: str, target: dict[str, Any]) -> float:
    """Wall seconds of one plain loop over the requests, credentials put in again."""
    prepared = []
    for exchange in exchanges:
        request = exchange["request"]
        rejected = (exchange["response"] or {}).get("status") == _REJECTED
        url = request["url"].replace(root(recorded_url), root(target["url"]), 1)
        body = request["body"] or ""
        url, body = (restored(text, url + "&" + body, target, rejected) for text in (url, body))
        prepared.append((request["method"], url, body.encode(), dict(request["headers"])))
    with requests.Session() as session:
        session.trust_env = False
        started = time.perf_counter()
        for method, url, content, headers in prepared:
            session.request(method, url, data=content, headers=headers, allow_redirects=False)
        return time.perf_counter() - started


def root(url: str) -> str:
    """Scheme, host and port of an address: some checks ask beside the target's own script."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def restored(text: str, whole: str, target: dict[str, Any], rejected: bool) -> str:
    """The text with key and signature in place of their names; a refused one stays wrong."""
    keys = target["credentials"]
    salt = dict(parse_qsl(whole.partition("?")[2])).get("salt", "")
    signed = signature(salt, "wrong" if rejected else keys["secret_key"])
    text = re.sub("«api-key-\\d+»", keys["api_key"], text)
    return re.sub("«signature-\\d+»", quote(signed, safe=""), text)


def main() -> None:
    """Measure and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--api", default="kayako-classic")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    rounds = [one_round(options.api) for _ in range(options.rounds)]
    bare = statistics.median(r.bare for r in rounds)
    net = statistics.median((r.run - r.start_up) / r.bare for r in rounds)
    whole = statistics.median(r.run / r.bare for r in rounds)
    last = rounds[-1]
    print(f"requests                     {last.requests}")
    print(f"requests per operation       {last.per_operation:.1f}")
    print(f"bare replay, seconds         {bare:.2f}")
    print(f"(run - start-up) / bare      {net:.2f}   (aim: at most {AIM})")
    aim = f"(aim: at most {AIM_WHOLE})" if last.requests >= _MANY else ""
    print(f"whole run / bare             {whole:.2f}   {aim}")


if __name__ == "__main__":
    main()
