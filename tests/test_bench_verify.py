"""The command verify: torch's word on what show says, and one clear line where torch has none."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from shapelint.cli import run
from shapelint.verify.agreement import agreement
from shapelint.verify.verification import Cannot, Verification, verify

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
    assert "2 of 2 layer calls exact, 0 wrong, 0 unknown (torch on cpu)" in out
    assert "executes the code" in err


@pytest.mark.parametrize(
    ("target", "inputs", "words"),
    [
        ("{}::Net", ["--input", "x=1x3x8x8", "--input", "x=1x3x8x8"], "given twice"),
        ("{}::Net", [], "give --input"),
        ("{}::Nothing", ["--input", "1x3x8x8"], "Nothing"),
        ("{}.txt", ["--input", "1x3x8x8"], "only Python files"),
        ("{}::Net", ["--input", "NxCxHxW"], "needs the size"),
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
    assert isinstance(first, Verification) and not first.differs
    assert isinstance(second, Cannot)


def test_a_difference_is_told_with_its_place() -> None:
    """A wrong shape names the line of the layer; an unknown one is shown but is no difference."""
    call = {"path": "conv", "layer": "Conv2d", "in": [[1, 3, 8, 8]], "out": [1, 8, 8, 8], "params": 224}
    ours = call | {"out": [1, 8, 9, 8], "file": "net.py", "line": 7}
    verdict = Verification("net.py::Net", agreement([ours], [call]), "meta")
    assert verdict.differs
    assert next(verdict.lines()) == "net.py:7: conv Conv2d [1, 8, 9, 8], torch says [1, 8, 8, 8]"
    unknown = Verification("net.py::Net", agreement([ours | {"out": None}], [call]), "meta")
    assert not unknown.differs
    assert "unknown None, torch says [1, 8, 8, 8]" in next(unknown.lines())


SLEEPER = "import subprocess, sys\nsleeper = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])\n"


def is_running(process: int) -> bool:
    """Whether there is such a process, one that has ended but was not asked for not counted."""
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as status:
            return status.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("ending", ["import time; time.sleep(300)", "import os; os._exit(3)", ""])
def test_nothing_of_the_run_is_left(net: Path, ending: str) -> None:
    """Neither the worker nor what the target started: after a timeout, an early end, or an answer."""
    note = net.parent / "process"
    net.write_text(NET + SLEEPER + f"open({str(note)!r}, 'w').write(str(sleeper.pid))\n" + ending + "\n")
    started = time.monotonic()
    try:
        verify(f"{net}::Net", [(1, 3, 8, 8)], timeout=20 if "sleep" in ending else 100)
    except Cannot as refusal:
        expected = "not done after 20 seconds" if "sleep" in ending else "ended early (exit code 3)"
        assert expected in str(refusal)
    assert time.monotonic() - started < 100
    until = time.monotonic() + 10
    while is_running(int(note.read_text())) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_running(int(note.read_text()))


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        ("os._exit(0)", "ended early (exit code 0)"),
        (
            "sys.stderr.write('out of paper'); sys.stderr.flush(); os._exit(7)",
            "ended early (exit code 7): out of paper",
        ),
        ("os.kill(os.getpid(), 9)", "ended early (killed by SIGKILL)"),
        ("os.closerange(0, 200); os._exit(5)", "ended early (exit code 5)"),
        ("raise SystemExit(4)", "SystemExit: 4"),
        ("raise KeyboardInterrupt", "ended early"),
        ("input()", "EOFError"),
    ],
)
def test_an_early_end_is_told(net: Path, ending: str, words: str, capfd: pytest.CaptureFixture[str]) -> None:
    """With how it came about, and the last that it said."""
    net.write_text(f"import os, sys\n{NET}{ending}\n")
    assert run(["verify", f"{net}::Net", "--input", "1x3x8x8"]) == 2
    err = capfd.readouterr().err
    assert words in err
    assert len(err.splitlines()) == 2 and "Traceback" not in err


FORGED = """
import json, os, sys
answer = json.dumps({"version": 1, "inputs": [[1, 3, 8, 8]], "output": [9], "calls": [], "device": "forged"}) + "\\n"
print(answer)
print(answer, file=sys.stderr)
for descriptor in range(3, 64):
    for text in (answer, "0" * 32 + answer):
        try:
            os.write(descriptor, text.encode())
        except OSError:
            pass
"""


@pytest.mark.parametrize("then", ["", "os._exit(0)"])
def test_the_target_cannot_answer_for_torch(net: Path, then: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Whatever it writes to whichever descriptor."""
    net.write_text(NET + FORGED + then + "\n")
    code = run(["verify", f"{net}::Net", "--input", "1x3x8x8"])
    out, err = capfd.readouterr()
    assert "forged" not in out
    assert (code, "2 of 2 layer calls exact" in out, "ended early" in err) == (
        (2, False, True) if then else (0, True, False)
    )


def test_what_a_target_prints_is_not_kept(net: Path) -> None:
    """However much it is."""
    net.write_text(NET + "import os\nfor _ in range(2_000): os.write(2, b'x' * 50_000); os.write(1, b'y\\n' * 1_000)\n")
    (verdict,) = verify(f"{net}::Net", [(1, 3, 8, 8)])
    assert isinstance(verdict, Verification) and not verdict.differs


def test_memory_is_limited(net: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Besides what torch itself takes."""
    net.write_text(NET + "held = bytearray(1_500_000_000)\n")
    target = ["verify", f"{net}::Net", "--input", "1x3x8x8"]
    assert run([*target, "--memory", "1"]) == 2
    assert "MemoryError" in capfd.readouterr().err
    assert run([*target, "--memory", "3"]) == 0


@pytest.mark.parametrize("option", ["--timeout", "--memory"])
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-1", "0", "1e999"])
def test_limits_are_positive_numbers(net: Path, option: str, value: str, capfd: pytest.CaptureFixture[str]) -> None:
    """One line, and nothing is executed."""
    net.write_text(NET + "raise SystemExit('executed')\n")
    assert run(["verify", f"{net}::Net", "--input", "1x3x8x8", option, value]) == 2
    out, err = capfd.readouterr()
    assert (out, err) == ("", f"shapelint: {option} {float(value):g} is not a positive number\n")


def test_the_current_folder_is_not_searched(
    net: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The target's own folder is, and that one only."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for name in ("torch", "numpy", "types", "json"):
        (elsewhere / f"{name}.py").write_text("raise SystemExit('from the current folder')\n")
    monkeypatch.chdir(elsewhere)
    (verdict,) = verify(f"{net}::Net", [(1, 3, 8, 8)])
    assert isinstance(verdict, Verification) and not verdict.differs


REFUSING = """
import torch
from torch import nn

class Up(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.up = nn.Conv2d(3, 8, 1), nn.ConvTranspose2d(4, 2, 2)

    def forward(self, x):
        return self.up(self.first(x))

class Hidden(nn.Module):
    def forward(self, x):
        if float(x.sum()) < 1e9:
            raise ValueError("too small")
        return x

class Masked(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2)
        self.attend = nn.MultiheadAttention(8, 2, batch_first=True)
        self.weights = nn.ParameterList([torch.zeros(8)])
        self.nothing = nn.Sequential()

    def forward(self, tokens, mask):
        x = self.encoder(tokens, src_key_padding_mask=mask)
        return self.nothing(self.attend(x, x, x)[0] + self.weights[0])
"""


def test_a_refusal_that_we_predict_is_agreement(net: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The meta device would accept the channels of a transposed convolution; the CPU does not, and neither do we."""
    net.write_text(REFUSING)
    assert run(["verify", f"{net}::Up", "--input", "1x3x8x8"]) == 0
    out = capfd.readouterr().out
    assert "we refuse: PyTorch raises in up: 4 channels expected, got 8; torch refuses: RuntimeError" in out
    assert "1 of 1 layer calls exact" in out


def test_a_refusal_that_we_do_not_predict_is_a_difference(net: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What depends on values we do not know."""
    net.write_text(REFUSING)
    assert run(["verify", f"{net}::Hidden", "--input", "1x3x8x8"]) == 1
    assert "we accept it; torch refuses: ValueError: too small (on cpu)" in capfd.readouterr().out


def test_a_refusal_of_ours_alone_is_a_difference_where_torch_can_tell() -> None:
    """On the CPU it is; the meta device accepts too much to tell."""
    alone = [Verification("net.py::Net", agreement([], []), device, ("we say no", None)) for device in ("cpu", "meta")]
    assert [verdict.differs for verdict in alone] == [True, False]


def test_encoders_with_masks_and_containers_compare(net: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Composite layers are one call on both sides; a masked sequence keeps its shape, and lists are not calls."""
    net.write_text(REFUSING)
    assert run(["verify", f"{net}::Masked", "--input", "2x5x8", "--input", "mask=2x5:bool"]) == 0
    out = capfd.readouterr().out
    assert "3 of 3 layer calls exact, 0 wrong, 0 unknown (torch on cpu)" in out


def test_what_is_large_runs_on_the_meta_device(net: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Three million numbers are not computed."""
    assert run(["verify", f"{net}::Net", "--input", "1x3x1000x1000"]) == 0
    assert "(torch on meta)" in capfd.readouterr().out
