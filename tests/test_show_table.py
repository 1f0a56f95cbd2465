"""The table of show: columns that people know, aligned, as wide as the terminal, honest about what is unknown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shapelint.render.style import Style, cells_wide
from shapelint.summary import show
from shapelint.summary.folded_calls import fold, total_parameters
from shapelint.summary.table import render_table, shape_text

ROOT = Path(__file__).parent.parent
SNAPSHOTS = Path(__file__).parent / "snapshots"


def call(path: str, out: Any, params: int | str = 0, given: Any = (1, 3, 8, 8), **more: Any) -> dict[str, Any]:
    return {
        "path": path,
        "layer": "Conv2d",
        "file": "net.py",
        "line": 7,
        "in": [list(given)],
        "out": out,
        "params": params,
        **more,
    }


def record(*calls: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "target": "net.py::Net",
        "inputs": [[1, 3, 8, 8]],
        "given": ["(1, 3, 8, 8)"],
        "output": None,
        "calls": list(calls),
        "unknown": [],
        **more,
    }


@pytest.mark.parametrize(("name", "sizes"), [("symbolic", ()), ("sized", ((1, 3, 96, 96),))])
def test_netd(name: str, sizes: tuple[tuple[int, ...], ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of the issue's own model, to the character, symbolic and at its size."""
    monkeypatch.chdir(ROOT)
    text = render_table(show("fixtures/models/netd.py::NetD", sizes))
    assert text == (SNAPSHOTS / f"show_netd_{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        (None, "?"),
        ([], "()"),
        ([64], "(64,)"),
        (["N", 64, "(H - 1)//2 + 1"], "(N, 64, (H - 1)//2 + 1)"),
        ([[1, 2], None], "[(1, 2), ?]"),
        ([[1, 2], [[3], [4]]], "[(1, 2), [(3,), (4,)]]"),
        ({"out": [1, 2], "aux": None}, "{out: (1, 2), aux: ?}"),
    ],
)
def test_shapes(shape: Any, text: str) -> None:
    """One notation for shapes; nesting is kept, an unknown shape is a question mark."""
    assert shape_text(shape) == text


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """What does not fit is cut, a path at its start, a shape at its end; numbers are never cut."""
    deep = call(
        "backbone.stages.3.blocks.11.attention.projection", ["N", 64, "(H - 1)//2 + 1", "(W - 1)//2 + 1"], 1234567
    )
    lines = render_table(record(deep), width=width).splitlines()[2:4]
    assert all(cells_wide(line) <= width for line in lines)
    assert "1,234,567" in lines[1] and "projection" in lines[1]


def test_a_very_narrow_terminal_shows_no_inputs() -> None:
    """The input of a layer is the output of the one above; it is the first column to go."""
    text = render_table(record(call("conv", [1, 8, 8, 8], given=(1, 1000, 1000, 1000))), width=50)
    assert "input" not in text and "output" in text


def test_wide_characters_keep_the_columns_aligned() -> None:
    """A Chinese path takes two cells a character, and the next column starts at the same cell."""
    text = render_table(record(call("编码器.卷积", [1]), call("decoder", [1])))
    first, second = (line.partition("Conv2d")[0] for line in text.splitlines()[3:5])
    assert cells_wide(first) == cells_wide(second)


def test_a_cut_through_wide_characters_stays_in_its_width() -> None:
    """Half a character is none."""
    text = render_table(
        record(call("编码器编码器编码器编码器编码器编码器编码器", ["N", 64, "(H - 1)//2 + 1"])), width=62
    )
    assert cells_wide(text.splitlines()[3]) <= 62


def test_colours_do_not_move_columns() -> None:
    """Without its colours the coloured table is the plain one."""
    import re

    shown = record(call("conv", [1, 8, 8, 8], 224), call("fc", None))
    coloured = render_table(shown, Style(color=True))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render_table(shown)


def test_unknown_shapes_are_counted_and_explained() -> None:
    """A question mark in the table, the number of them, and the reasons with their lines below."""
    text = render_table(
        record(
            call("fc", None),
            unknown=[
                {"file": None, "line": 9, "reason": "an opaque call"},
                {"file": None, "line": None, "reason": "no fuel"},
            ],
        )
    )
    assert "unknown output: 1 call" in text
    assert text.endswith("notes:\n  line 9: an opaque call\n  no fuel\n")


def test_a_layer_of_another_file_names_it() -> None:
    """The line column says which file, where that is not the target's own."""
    text = render_table(record(call("conv", [1], file="/models/ops/misc.py", line=55), call("fc", [1])))
    assert "misc.py:55" in text and "net.py:7" not in text


def test_control_characters_do_not_reach_the_terminal() -> None:
    """Names come from files that nobody vouches for."""
    assert "\x1b" not in render_table(
        record(call("a\x1b[2Jb", [1]), unknown=[{"file": None, "line": 1, "reason": "\x1b]0;x\x07"}])
    )


def test_a_module_without_layer_calls_is_said_to_be_one() -> None:
    """No empty table."""
    assert "no layer is called" in render_table(record())


def test_folding_sums_parameters_and_joins_ends() -> None:
    """First input, last output, the sum; what is not deeper stays as it is."""
    calls = [
        call("stem", [1, 8, 8, 8], 10),
        call("body.0.conv", [1, 9, 8, 8], 20, given=(1, 8, 8, 8)),
        call("body.0.relu", [1, 9, 8, 8], 0),
        call("body.1.conv", [1, 7, 8, 8], 30),
    ]
    stem, body = fold(calls, 1)
    assert stem == calls[0]
    assert (body["path"], body["layer"], body["params"]) == ("body", "3 layers", 50)
    assert (body["in"], body["out"]) == ([[1, 8, 8, 8]], [1, 7, 8, 8])
    assert [each["path"] for each in fold(calls, 2)] == ["stem", "body.0", "body.1"]
    assert list(fold(calls, 9)) == calls


def test_a_folded_module_is_told_by_its_own_call(tmp_path: Path) -> None:
    """What a module gives is not what its last layer gives: two branches are concatenated."""
    path = tmp_path / "net.py"
    path.write_text(
        "import torch\nfrom torch import nn\n\n"
        "class Both(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a, self.b = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 5, 1)\n"
        "    def forward(self, x):\n        return torch.cat([self.a(x), self.b(x)], 1)\n\n"
        "net = nn.Sequential(Both(), nn.ReLU())\n"
    )
    both, relu = show(f"{path}::net", [(1, 3, 8, 8)], depth=1)["folded"]
    assert (both["layer"], both["in"], both["out"], both["params"]) == ("Both", [[1, 3, 8, 8]], [1, 9, 8, 8], 36)
    assert relu["layer"] == "ReLU"


def test_a_shared_layer_counts_once() -> None:
    """Running a module twice does not double its parameters; symbolic counts are added as they are written."""
    assert total_parameters([call("conv", [1], 10), call("conv", [1], 10), call("fc", [1], 5)]) == 15
    assert total_parameters([call("a", [1], 10), call("b", [1], "9*c"), call("d", [1], "9*c")]) == "10 + 2*(9*c)"


def test_what_torch_refuses_is_among_the_notes(tmp_path: Path) -> None:
    """An input that does not fit is no silent table: the layer, the line and the two numbers are below it."""
    path = tmp_path / "net.py"
    path.write_text("from torch import nn\n\nnet = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(9, 4, 3))\n")
    text = render_table(show(f"{path}::net", [(1, 3, 8, 8)]))
    assert "line 3: PyTorch raises in 1: 9 channels expected, got 8" in text
