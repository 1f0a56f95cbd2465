"""The command weights, as a user calls it: exit codes, one line for an error, two formats, no torch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parent.parent


def shapelint(*args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "FORCE_COLOR", "NO_COLOR")}
    return subprocess.run(
        [sys.executable, "-m", "shapelint", *args], capture_output=True, text=True, encoding="utf-8", cwd=ROOT,
        env={**kept, "PYTHONIOENCODING": "utf-8", **environ}, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights")
    (path / "net.py").write_text(
        "from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self, num_classes=10):\n        super().__init__()\n"
        "        self.conv = nn.Conv2d(3, 8, 3)\n        self.head = nn.Linear(8, num_classes)\n"
    )
    good = {"conv.weight": (8, 3, 3, 3), "conv.bias": (8,), "head.weight": (10, 8), "head.bias": (10,)}
    torch.save({name: torch.zeros(shape) for name, shape in good.items()}, path / "good.pt")
    other = {**good, "head.weight": (21, 8), "head.bias": (21,), "extra": (2,)}
    del other["conv.bias"]
    torch.save({"state_dict": {f"module.{n}": torch.zeros(s) for n, s in other.items()}}, path / "other.pth")
    (path / "bad.bin").write_bytes(b"PK\x03\x04 nothing")
    return path


def test_a_checkpoint_that_fits(folder: Path) -> None:
    """Exit code 0, one line that says so."""
    done = shapelint("weights", f"{folder}/net.py::Net", f"{folder}/good.pt")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("\nit fits: 0 mismatched, 0 missing, 0 unexpected\n")


def test_a_checkpoint_that_does_not(folder: Path) -> None:
    """Exit code 1; each mismatch with its line and argument, the lists, what was recognised."""
    done = shapelint("weights", f"{folder}/net.py::Net", f"{folder}/other.pth")
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert lines[0].endswith("other.pth (torch, 4 tensors, in 'state_dict', without 'module.')")
    assert "head.weight    (10, 8)  (21, 8)  net.py:8  num_classes=21" in lines
    assert "missing (1)" in lines and "  conv.bias  (8,)" in lines and "  extra  (2,)" in lines
    assert "Net(num_classes=21) leaves 1 missing, 1 unexpected" in lines
    assert lines[-1] == "it does not fit: 2 mismatched, 1 missing, 1 unexpected"


def test_json_is_the_contract(folder: Path) -> None:
    """One object with a record for each file, in order."""
    done = shapelint(
        "weights", f"{folder}/net.py::Net", f"{folder}/other.pth", f"{folder}/good.pt", "--output-format", "json"
    )
    found = json.loads(done.stdout)
    assert (done.returncode, found["version"], [each["verdict"] for each in found["checkpoints"]]) == (
        1,
        1,
        ["differs", "fits"],
    )
    record = found["checkpoints"][0]
    assert (record["key"], record["prefix"], record["format"], record["entries"]) == (
        "state_dict",
        "module.",
        "torch",
        4,
    )
    assert record["mismatched"][0] == {
        "name": "head.weight", "shape": [10, 8], "saved": [21, 8], "file": f"{folder}/net.py", "line": 8,
        "argument": "num_classes=21",
    }  # fmt: skip
    assert record["missing"] == [{"name": "conv.bias", "shape": [8]}]
    assert record["unexpected"] == [{"name": "extra", "shape": [2]}]


def test_as_is_and_key(folder: Path) -> None:
    """The names as they are, and the dict that is asked for."""
    done = shapelint("weights", f"{folder}/net.py::Net", f"{folder}/other.pth", "--as-is", "--key", "state_dict")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        1,
        "it does not fit: 0 mismatched, 4 missing, 4 unexpected",
    )


@pytest.mark.parametrize(
    ("target", "file", "words"),
    [
        ("net.py::Net", "bad.bin", "a zip archive that cannot be read"),
        ("net.py::Net", "none.pt", "no such file"),
        ("net.py::Net", "net.py", "neither safetensors nor what torch.save writes"),
        ("net.py::Missing", "good.pt", "name 'Missing' is not known"),
        ("net.py", "good.pt", "which model?"),
        ("none.py::Net", "good.pt", "no such Python file"),
    ],
)
def test_what_cannot_be_told(folder: Path, target: str, file: str, words: str) -> None:
    """Exit code 2, one clear line, nothing on standard output, no traceback."""
    done = shapelint("weights", f"{folder}/{target}", f"{folder}/{file}")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert words in done.stderr


def test_one_bad_file_does_not_stop_the_others(folder: Path) -> None:
    """The good one is judged; 2 outranks its exit code."""
    done = shapelint("weights", f"{folder}/net.py::Net", f"{folder}/bad.bin", f"{folder}/good.pt")
    assert done.returncode == 2 and "it fits" in done.stdout and "bad.bin" in done.stderr


def test_nothing_of_torch_is_imported(folder: Path) -> None:
    """Neither torch nor safetensors, nor numpy."""
    code = (
        "import sys\nfrom shapelint.weights import judge, open_target\n"
        f"judge(open_target({str(folder / 'net.py')!r} + '::Net'), {str(folder / 'good.pt')!r})\n"
        "print(sorted({'torch', 'safetensors', 'numpy'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "[]\n"
