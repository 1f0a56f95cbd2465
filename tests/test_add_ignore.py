"""`check --add-ignore`: comments that silence what is found, where they can stand, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from shapelint.cli import run

STALE = """\
from torch import nn

net = nn.Sequential(
    # input is (3) x 96 x 96
    nn.Conv2d(3, 64, 3, padding=1),  # é
    # state size. (32) x 96 x 96
    nn.Conv2d(64, 128, 3, padding=1),
    # state size. (128) x 96 x 96
)
other = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(9, 4, 3))  # noqa: E501
third = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(9, 4, 3))  # shapelint: ignore[wrong-size ] why
"""
Shapelint = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_bytes(STALE.replace("\n", "\r\n").encode())
    return tmp_path


@pytest.fixture
def shapelint(capfd: pytest.CaptureFixture[str]) -> Shapelint:
    """The command: exit code, standard output, standard error."""

    def command(*args: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = run(["--no-cache", "--output-format", "concise", *args])
        out, err = capfd.readouterr()
        return code, out, err

    return command


def test_comments_are_written(folder: Path, shapelint: Shapelint) -> None:
    """Behind other comments, into a list that is there, with the line ends of the file; what is idle is told as before."""
    code, out, err = shapelint("--add-ignore", "kept  for old\ncheckpoints", ".")
    assert (code, err) == (1, "shapelint: added 3 ignore comments in 1 file\n"), out
    assert [line.split()[1] for line in out.splitlines()] == ["SHP002"]
    expected = (
        STALE.replace("(32) x 96 x 96", "(32) x 96 x 96  # shapelint: ignore[stale-comment] kept for old checkpoints")
        .replace("# noqa: E501", "# noqa: E501  # shapelint: ignore[channel-mismatch] kept for old checkpoints")
        .replace("ignore[wrong-size ]", "ignore[wrong-size, channel-mismatch ]")
    )
    assert (folder / "net.py").read_bytes() == expected.replace("\n", "\r\n").encode()
    assert "channel-mismatch" not in shapelint(".")[1]


def test_it_can_be_looked_at_first(folder: Path, shapelint: Shapelint) -> None:
    """With --diff nothing is written."""
    before = (folder / "net.py").read_bytes()
    code, out, err = shapelint("--add-ignore", "why", "--diff", ".")
    assert (code, out.count("\n+ "), err) == (1, 1, "shapelint: would add 3 ignore comments in 1 file\n")
    assert (folder / "net.py").read_bytes() == before


def test_what_cannot_be_ignored_stays(folder: Path, shapelint: Shapelint) -> None:
    """A shape within a docstring has no place for a comment, and an idle comment is no reason for another."""
    text = '''\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)  # shapelint: ignore[wrong-size] why

    def forward(self, x):
        """Nothing more.

        Returns:
            Tensor: of shape (2, 16, 4, 4)
        """
        return self.conv(x)


y = Net()(torch.rand(2, 3, 4, 4))
'''
    (folder / "net.py").write_text(text)
    assert shapelint(".")[1].count("\n") == 2
    code, out, err = shapelint("--add-ignore", "why", ".")
    assert (code, out.count("\n"), err) == (1, 2, "")
    assert (folder / "net.py").read_text() == text


def test_a_reason_that_is_read_as_a_shape(folder: Path, shapelint: Shapelint) -> None:
    """It would be a claim, and a false one: no comment is kept that brings a finding."""
    (folder / "net.py").write_text(STALE)
    shapelint("--add-ignore", "(7) x 7 x 7", "net.py")
    code, out, _ = shapelint(".")
    assert "(7, 7, 7)" not in out, out
    assert code == 1


def test_known_findings_get_none(folder: Path, shapelint: Shapelint) -> None:
    """They are in the baseline already."""
    shapelint("--write-baseline", ".")
    (folder / "net.py").write_text((folder / "net.py").read_text() + "x = 1  # shapelint: ignore[SHP301]\n")
    code, _, err = shapelint("--baseline", "shapelint-baseline.json", "--add-ignore", "why", ".")
    assert (code, err) == (1, "")


def test_a_notebook(folder: Path, shapelint: Shapelint) -> None:
    """Its cells are text like any other."""
    cells = [
        {
            "cell_type": "code",
            "source": ["from torch import nn\n", "nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(9, 4, 3))"],
        }
    ]
    (folder / "nb.ipynb").write_text(json.dumps({"cells": cells}))
    assert shapelint("--add-ignore", "why", "nb.ipynb")[0] == 0
    (cell,) = json.loads((folder / "nb.ipynb").read_text())["cells"]
    assert cell["source"][1].endswith("  # shapelint: ignore[channel-mismatch] why")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--add-ignore", " ", "."], "needs a reason"),
        (["--add-ignore", "why", "--fix", "."], "cannot be combined with --fix"),
        (["--add-ignore", "why", "-"], "cannot be combined with '-'"),
    ],
)
def test_bad_combinations_are_2(folder: Path, shapelint: Shapelint, args: list[str], told: str) -> None:
    """In one line."""
    code, _, err = shapelint(*args)
    assert (code, told in err, len(err.splitlines())) == (2, True, 1)


def test_files_that_a_notebook_writes(folder: Path, shapelint: Shapelint) -> None:
    """Each finding gets its comment in the cell in which it is, and then there is none."""
    wrong = "nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(9))"
    code = f"import torch.nn as nn\n# %%\nnet = {wrong}\n# %%\n%%writefile model.py\nimport torch.nn as nn\nother = {wrong}\n"
    (folder / "nb.py").write_text(code)
    assert shapelint("--add-ignore", "why", "nb.py")[0] == 0
    comment = "  # shapelint: ignore[channel-mismatch] why\n"
    assert (folder / "nb.py").read_text() == code.replace("(9))\n", f"(9)){comment}")
