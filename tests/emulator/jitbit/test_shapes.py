"""How a fault changes JSON and bytes."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from conformance.emulator.shapes import reshape, rewritten

X: dict[str, Any] = {"C": "x", "D": None}
Y: dict[str, Any] = {"C": "y", "D": "2020-01-02T03:04:05Z"}
TREE: dict[str, Any] = {"A": 1, "B": [X, Y]}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("drop", "A"), {"B": [X, Y]}),
        (("drop", "B/C"), {"A": 1, "B": [{"D": None}, {"D": Y["D"]}]}),
        (("rename", "B/C", "E"), {"A": 1, "B": [{"D": None, "E": "x"}, {"D": Y["D"], "E": "y"}]}),
        (("set", "A", "one"), {"A": "one", "B": [X, Y]}),
        (("set", "", []), []),
        (("add", "E", 2), {"A": 1, "B": [X, Y], "E": 2}),
        (("plus", "*", 2), {"A": 3, "B": [X, Y]}),
        (("change", "B/D", "without-zone"), {"A": 1, "B": [X, {**Y, "D": Y["D"][:-1]}]}),
        (("change", "A", "as-text"), {"A": "1", "B": [X, Y]}),
        (("force", "B/D", "as-empty"), {"A": 1, "B": [{**X, "D": ""}, {**Y, "D": ""}]}),
        (("keep", "B", 1), {"A": 1, "B": [X]}),
        (("keep", "B", -1), {"A": 1, "B": [Y]}),
        (("drop-where", "B", ["C", "y"]), {"A": 1, "B": [X]}),
        (("keep-where", "B", ["C", "y"]), {"A": 1, "B": [Y]}),
        (("reverse", "B"), {"A": 1, "B": [Y, X]}),
        (("repeat", "B"), {"A": 1, "B": [X, X, Y, Y]}),
        (("first", "B"), {"A": 1, "B": X}),
        (("wrap", "", "Items"), {"Items": TREE}),
        (("drop", "No/Such"), TREE),
    ],
)
def test_changes_of_an_object(change: tuple[Any, ...], expected: Any) -> None:
    assert reshape(copy.deepcopy(TREE), *change) == expected


def test_changes_of_a_list_reach_its_items() -> None:
    assert reshape([dict(X), dict(Y)], "drop", "D") == [{"C": "x"}, {"C": "y"}]
    assert reshape([dict(X), dict(Y)], "keep", "", 1) == [X]
    assert reshape(7, "change", "", "as-text") == "7"


def test_ways_of_writing() -> None:
    assert rewritten(b"7", ["as-object"]) == b'{"id":7}'
    assert rewritten("ş".encode(), ["in-latin"]) == b"?"
    assert rewritten(b"ab", ["one-byte-changed"]) == b"ac"
    with pytest.raises(KeyError):
        rewritten(b"", ["no-such-way"])
