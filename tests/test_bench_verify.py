"""The command verify: torch's word on what show says, and one clear line where torch has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapelint.cli import run
from shapelint.verify.agreement import agreement
from shapelint.verify.check import Cannot, Verdict, verify

NET = """
from torch import nn

class Net(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3, padding=1)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        return self.pool(self.conv(x))
"""


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text(NET)
    return path


def test_agreement_exits_with_0(net: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """All layers exact; the user is told that the code was executed."""
    assert run(["verify", f"{net}::Net(width=4)", "--input", "1x3x8x8"]) == 0
    out, err = capfd.readouterr()
    assert "2 of 2 layer calls exact, 0 wrong, 0 unknown (torch on meta)" in out
    assert "executes the code" in err


@pytest.mark.parametrize(
    ("target", "inputs", "words"),
    [
        ("{}::Net", ["--input", "1x4x8x8"], "torch refuses"),
        ("{}::Net", [], "give --input"),
        ("{}::Nothing", ["--input", "1x3x8x8"], "Nothing"),
        ("{}.txt", ["--input", "1x3x8x8"], "only Python files"),
        ("{}::Net", ["--input", "NxCxHxW"], "needs numbers"),
    ],
)
def test_what_cannot_be_run_exits_with_2(
    net: Path, target: str, inputs: list[str], words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """One line that says why, no traceback."""
    assert run(["verify", target.format(net), *inputs]) == 2
    err = capfd.readouterr().err
    assert words in err and "Traceback" not in err


def test_a_whole_file_is_verified_class_by_class(net: Path) -> None:
    """A class that needs arguments is no verdict, and does not hide the others."""
    net.write_text(NET + "class Needs(Net):\n    def __init__(self, n):\n        super().__init__(n)\n")
    first, second = verify(str(net), [(1, 3, 8, 8)])
    assert isinstance(first, Verdict) and not first.differs
    assert isinstance(second, Cannot)


def test_a_difference_is_told_with_its_place() -> None:
    """A wrong shape names the line of the layer; an unknown one is shown but is no difference."""
    call = {"path": "conv", "layer": "Conv2d", "in": [[1, 3, 8, 8]], "out": [1, 8, 8, 8], "params": 224}
    ours = call | {"out": [1, 8, 9, 8], "file": "net.py", "line": 7}
    verdict = Verdict("net.py::Net", agreement([ours], [call]), "meta")
    assert verdict.differs
    assert next(verdict.lines()) == "net.py:7: conv Conv2d [1, 8, 9, 8], torch says [1, 8, 8, 8]"
    unknown = Verdict("net.py::Net", agreement([ours | {"out": None}], [call]), "meta")
    assert not unknown.differs
    assert "unknown None, torch says [1, 8, 8, 8]" in next(unknown.lines())
