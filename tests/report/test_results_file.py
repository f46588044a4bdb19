"""results.json: its schema, and writing and reading it."""

import copy
import json

import pytest

from conformance.report import results as results_file


@pytest.mark.parametrize("sample", ["rich", "green"])
def test_a_real_run_keeps_the_schema(request, sample):
    results = request.getfixturevalue(sample)
    results_file.check(results)
    results_file.check(json.loads(json.dumps(results)))


def _without(path):
    def break_it(results):
        for step in path[:-1]:
            results = results[step]
        del results[path[-1]]

    return break_it


def _with(path, value):
    def break_it(results):
        for step in path[:-1]:
            results = results[step]
        results[path[-1]] = value

    return break_it


@pytest.mark.parametrize(
    ("break_it", "place"),
    [
        pytest.param(_without(["summary"]), "/", id="a top member is missing"),
        pytest.param(_with(["extra"], 1), "/", id="an unknown top member"),
        pytest.param(_with(["verdict"], "green"), "/verdict", id="an unknown run verdict"),
        pytest.param(_with(["started"], "2026-03-04 10:00"), "/started", id="no time zone"),
        pytest.param(_with(["summary", "fail"], -1), "/summary/fail", id="a negative count"),
        pytest.param(_with(["summary", "pass"], 1.5), "/summary/pass", id="half a check"),
        pytest.param(_with(["seed"], "7"), "/seed", id="a seed as text"),
        pytest.param(_with(["safety"], "careful"), "/safety", id="an unknown safety level"),
        pytest.param(_without(["checks", 2, "notes"]), "/checks/2", id="a check without notes"),
        pytest.param(_with(["checks", 2, "verdict"], "ok"), "/checks/2/verdict", id="bad verdict"),
        pytest.param(
            _with(["requirements", 0, "level"], "must"), "/requirements/0/level", id="bad level"
        ),
        pytest.param(
            _with(["exchanges", 0, "request", "headers", 0], ["Accept"]),
            "/exchanges/0/request/headers/0",
            id="a header without value",
        ),
        pytest.param(
            _with(["operations", 0, "observed"], {"OK": "x"}),
            "/operations/0/observed",
            id="observed by words",
        ),
        pytest.param(
            _with(["selection"], {"nodes": []}), "/selection", id="an unknown kind of selection"
        ),
    ],
)
def test_a_broken_schema_is_named_with_its_place(rich, break_it, place):
    break_it(rich)
    with pytest.raises(results_file.ResultsInvalid) as raised:
        results_file.check(rich)
    assert f" at {place}" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_sentence_names_the_entry_as_well(rich):
    rich["checks"][3]["seconds"] = "fast"
    with pytest.raises(results_file.ResultsInvalid) as raised:
        results_file.check(rich)
    assert f"(id {rich['checks'][3]['id']})" in str(raised.value)


@pytest.mark.parametrize(
    "selection",
    [
        None,
        {"keyword": "ticket", "node_ids": []},
        {"api": ["jitbit"], "keyword": None, "markers": "slow", "node_ids": ["a::b"]},
    ],
)
def test_selections_that_runs_have(green, selection):
    green["selection"] = selection
    results_file.check(green)


def test_optional_members_may_be_left_out(green):
    for name in ("selection", "environment"):
        del green[name]
    del green["summary"]["requests_by_purpose"]
    del green["target"]["version"]
    results_file.check(green)


def test_what_is_written_is_read_again(rich, tmp_path):
    path = results_file.write(rich, tmp_path / "reports" / "kayako-classic")
    assert path.name == "results.json"
    assert results_file.load(path) == rich
    assert results_file.load(path.parent) == rich
    assert [file.name for file in path.parent.iterdir()] == ["results.json"]


def test_writing_leaves_the_results_as_they_were(rich, tmp_path):
    before = copy.deepcopy(rich)
    results_file.write(rich, tmp_path)
    assert rich == before


def test_invalid_results_are_written_all_the_same(green, tmp_path):
    green["verdict"] = "splendid"
    path = results_file.write(green, tmp_path)
    with pytest.raises(results_file.ResultsInvalid, match="splendid"):
        results_file.load(path)
    assert json.loads((tmp_path / "results.json").read_text("utf-8"))["verdict"] == "splendid"


def test_a_failing_write_keeps_the_old_file(green, tmp_path, monkeypatch):
    results_file.write(green, tmp_path)
    before = (tmp_path / "results.json").read_bytes()
    monkeypatch.setattr("pathlib.Path.replace", _refuse)
    with pytest.raises(OSError, match="disk full"):
        results_file.write({**green, "seed": 2}, tmp_path)
    assert (tmp_path / "results.json").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["results.json"]


def _refuse(*_):
    raise OSError("disk full")


def test_bytes_that_were_no_text_can_be_read_by_everyone(green, tmp_path):
    body = b"caf\xe9 \x00".decode("utf-8", "surrogateescape") + "\ud800"
    green["exchanges"][0]["response"]["body"] = body
    path = results_file.write(green, tmp_path)
    written = json.loads(path.read_bytes().decode("utf-8"))
    shown = written["exchanges"][0]["response"]["body"]
    assert shown == "caf\\udce9 \x00\\ud800"
    shown.encode("utf-8")


def test_numbers_without_a_word_in_json_become_null():
    assert results_file.plain({"a": float("nan"), "b": (1, float("inf"))}) == {
        "a": None,
        "b": [1, None],
    }


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "\ufeff{}"])
def test_what_is_no_results_file_is_refused(tmp_path, content):
    file = tmp_path / "results.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(results_file.ResultsInvalid):
        results_file.load(file)
