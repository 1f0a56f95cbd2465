"""The yardsticks themselves: what they read in comments, what they break, what torch says of it."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

from comments import _code_cell
from mutants import KINDS, mutants
from points import points
from sizes import size_comments

NET = """
from torch import nn

class Net(nn.Module):
    def __init__(self, ngf):
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(100, ngf * 2, 4, 1, 0),
            # state size. (ngf*2) x 4 x 4
            nn.ConvTranspose2d(ngf * 2, ngf, kernel_size=4, stride=2, padding=1),
            # state size. (ngf) x 8 x 8
            nn.Conv2d(ngf, 3, 3, 1, 1),  # 3 x 8 x 9
        )

    def forward(self, x):
        return self.main(x)
"""


@pytest.mark.parametrize(
    ("comment", "channels", "spatial"),
    [
        ("# state size. (ngf*8) x 4 x 4", None, (4, 4)),
        ("# (64*2) x 16 x 16", 128, (16, 16)),
        ("# [b, 64, 14, 14] -> [b, 32, 7, 7]", 32, (7, 7)),
        ("# => 16x16", None, (16, 16)),
        ("# 256x4x16", 256, (4, 16)),
    ],
)
def test_sizes_are_read(comment: str, channels: int | None, spatial: tuple[int, int]) -> None:
    """The last two numbers, and the channels where they are plain."""
    (found,) = size_comments(f"x = 1  {comment}\n")
    assert (found.channels, found.spatial, found.own_line) == (channels, spatial, False)


def test_other_comments_are_not_read() -> None:
    """Symbolic sizes and prose are left to shapelint: the yardstick reads only what it is sure of."""
    assert not size_comments("# self.fc = nn.Linear(233, 1024)\n# x = self.stack(x)[:, :, 0, 0]\n")
    assert size_comments("# 3 layers\n# (B, C, H, W)\n# output (N, 1)\n") in ([], size_comments("# output (N, 1)\n"))


def test_torch_confirms_what_is_true() -> None:
    """The third comment is wrong in its width; the input size is found from the other two."""
    found = points(NET)["Net"]
    assert (found["input"], found["convention"], found["confirmed"]) == ([2, 100, 1, 1], "here", [9, 11])
    assert {point["row"]: point["shape"] for point in found["points"]}[12] == [2, 3, 8, 8]


def test_mutants_change_one_number() -> None:
    """Every kind occurs, every mutant differs from the file in one line and still is Python."""
    found = list(mutants(NET, frozenset({9, 11})))
    assert {mutant.kind for mutant in found} == set(KINDS)
    for mutant in found:
        ast.parse(mutant.text)
        before, after = NET.splitlines(), mutant.text.splitlines()
        changed = [row for row, lines in enumerate(zip(before, after, strict=True), 1) if lines[0] != lines[1]]
        assert len(changed) == 1 and mutant.rows[0] <= changed[0] <= mutant.rows[1]


def test_torch_refutes_a_broken_padding() -> None:
    """With padding 2 the second comment is 6 x 6, whatever the input size."""
    broken = NET.replace("padding=1", "padding=2")
    assert points(broken, {"Net": [2, 100, 1, 1]})["Net"]["confirmed"] == [9]


def test_cells_are_counted_over_code_cells(tmp_path: Path) -> None:
    """The truth file counts all cells from 0, shapelint code cells from 1."""
    kinds = ["markdown", "code", "markdown", "code"]
    path = tmp_path / "nb.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": kind, "source": []} for kind in kinds]}))
    assert [_code_cell(path, 1), _code_cell(path, 3)] == [1, 2]
