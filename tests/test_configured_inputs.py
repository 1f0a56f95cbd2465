"""The key ``inputs``: what each command takes from it is written as ``--input`` is, and what is wrong with it is told by its row."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapelint.cli import run
from shapelint.engine import check_source
from shapelint.settings import Settings

NET = """
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(1568, 10)

    def forward(self, image, mask=None, scale=1.0):
        x = self.conv(image) * scale
        if mask is not None:
            x = x * mask
        return self.fc(x.flatten(1))


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 20)

    def forward(self, batch):
        (left, right), more = batch["pair"], batch["more"]
        return self.fc(left + right), self.fc(more)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "net.py").write_text(NET)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(text: str) -> None:
    Path("shapelint.toml").write_text(f"[inputs]\n{text}\n")


def test_show_and_verify_take_them(capsys: pytest.CaptureFixture[str]) -> None:
    """Named ones, dicts, tuples and numbers; of a file, each class its own."""
    configure('Net = ["scale=0.5", "image=2x3x16x16"]\n"net.py::Pair" = "{pair=(4x8, 4x8), more=3x8}"')
    assert run(["show", "net.py"]) == 0
    shown = capsys.readouterr().out
    assert "output: (2, 10)" in shown and "on {pair: [(4, 8), (4, 8)], more: (3, 8)}" in shown
    assert run(["verify", "net.py"]) == 0
    judged = capsys.readouterr().out
    assert "Net: 2 of 2 layer calls exact" in judged and "Pair: 2 of 2 layer calls exact" in judged


def test_symbols_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """One name is one size, and torch is not asked for it."""
    configure('Pair = "{pair=(Bx8, Bx8), more=Mx8}"')
    assert run(["show", "net.py::Pair"]) == 0
    assert "output: [(B, 20), (M, 20)]" in capsys.readouterr().out
    assert run(["verify", "net.py::Pair"]) == 2
    assert "torch needs the size of every input" in capsys.readouterr().err


def test_a_run_on_them_is_a_proof() -> None:
    """By name and with an argument that has a default; with open sizes only what no size mends is one."""

    def found(*inputs: str) -> list[tuple[str, str]]:
        settings = Settings(inputs=tuple(("Net", text) for text in inputs))
        return [(each.code, each.message) for each in check_source(NET, "net.py", settings).diagnostics]

    assert found("scale=0.5", "image=2x3x16x16") == found() == []
    assert found("image=2x3x12x12") == [("SHP301", "1568 features expected, got 800")]
    assert found("image=Bx3x12x12") == [("SHP301", "1568 features expected, got 800")]
    assert found("image=Bx3xHxW") == []
    assert found("image=2x3x16x16", "mask=2x1x5x5") != []


def test_annotate_takes_them(capsys: pytest.CaptureFixture[str]) -> None:
    """From the configuration, and from the option after the name of the class."""
    configure('Net = ["scale=2:int", "image=2x3x16x16"]')
    assert run(["annotate", "--diff", "net.py"]) == 1
    assert "(8) x 14 x 14" in capsys.readouterr().out
    assert run(["annotate", "--diff", "--input", "Net=image=1x3x9x9", "net.py"]) == 1
    assert "(8) x 7 x 7" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["show", "verify", "check", "annotate"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('Net = "picture=1x3x8x8"', "shapelint.toml:2: inputs.Net: forward has no parameter 'picture'"),
        ('\n"net.py::Net" = ["1x3x8x8", "1", "2", "3"]', "shapelint.toml:3: inputs.net.py::Net: 4 inputs are too many"),
        ('Net = ["1x3x8x8", "image=1x3x8x8"]', "shapelint.toml:2: inputs.Net: 'image' is given twice"),
        (
            'Pair = "1x2"\nNet = [\n "1x3x8x8",\n "mask=1xx8",\n]',
            "shapelint.toml:5: inputs.Net: 'mask=1xx8' is no input",
        ),
        ("Net = 3", "shapelint.toml:2: inputs.Net: 3 is no input"),
    ],
)
def test_what_is_wrong_with_one(capsys: pytest.CaptureFixture[str], command: str, text: str, words: str) -> None:
    """A line with the file, the row and the key; exit code 2, from every command that takes them."""
    configure(text)
    target = "net.py::Net" if command in ("show", "verify") else "net.py"
    assert run([command, target]) == 2
    told = [line for line in capsys.readouterr().err.splitlines() if "note: verify executes" not in line]
    assert len(told) == 1 and words in told[0]


def test_an_option_of_annotate_that_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    """It is told as an option."""
    assert run(["annotate", "--diff", "--input", "Net=picture=1x3x9x9", "net.py"]) == 2
    assert "--input Net: forward has no parameter 'picture'" in capsys.readouterr().err


def test_an_option_of_annotate_for_no_class(capsys: pytest.CaptureFixture[str]) -> None:
    """A class that is misspelt is told; one that is in another of the files is not missed."""
    before = Path("net.py").read_text(encoding="utf-8")
    Path("other.py").write_text("import torch\n", encoding="utf-8")
    assert run(["annotate", "--input", "Nett=1x3x9x9", "net.py", "other.py"]) == 2
    assert capsys.readouterr().err == "shapelint: --input Nett: no class 'Nett' in these files\n"
    assert Path("net.py").read_text(encoding="utf-8") == before
    assert run(["annotate", "--check", "--input", "Net=1x3x9x9", "other.py", "net.py"]) in (0, 1)
    assert "no class" not in capsys.readouterr().err
