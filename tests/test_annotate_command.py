"""The command annotate, as a user and a CI job call it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

NET = "from torch import nn\n\nnet = nn.Sequential(\n    nn.Conv2d(3, 8, 2, 2),\n    nn.ReLU(),\n)\n"
DONE = NET.replace("nn.ReLU(),\n", "nn.ReLU(),\n    # state size. (8) x H//2 x W//2\n")


def shapelint(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "shapelint", *args], capture_output=True, text=True, cwd=cwd, timeout=60, check=False,
        env={"PYTHONPATH": str(Path(__file__).parent.parent), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text(NET)
    return path


def test_writing(net: Path) -> None:
    """The file is annotated, the second time there is nothing to do, and both exit with 0."""
    net.chmod(0o640)
    first = shapelint("annotate", ".", cwd=net.parent)
    assert (first.returncode, net.read_text()) == (0, DONE)
    assert "1 file annotated" in first.stderr
    assert net.stat().st_mode & 0o777 == 0o640
    assert list(net.parent.iterdir()) == [net]
    second = shapelint("annotate", ".", cwd=net.parent)
    assert (second.returncode, second.stdout, second.stderr, net.read_text()) == (0, "", "", DONE)


def test_check(net: Path) -> None:
    """--check changes nothing, names the file and exits with 1 until the comments are there."""
    done = shapelint("annotate", "--check", "net.py", cwd=net.parent)
    assert (done.returncode, net.read_text()) == (1, NET)
    assert "net.py" in done.stdout
    net.write_text(DONE)
    assert shapelint("annotate", "--check", "net.py", cwd=net.parent).returncode == 0


def test_diff(net: Path) -> None:
    """--diff shows the lines and changes nothing."""
    done = shapelint("annotate", "--diff", "net.py", cwd=net.parent)
    assert (done.returncode, net.read_text()) == (1, NET)
    assert "+    # state size. (8) x H//2 x W//2\n" in done.stdout


def test_errors_exit_with_2_and_do_not_stop_the_others(net: Path) -> None:
    """One line for each file that cannot be annotated; the rest is."""
    (net.parent / "broken.py").write_text("import torch\nclass (\n")
    done = shapelint("annotate", ".", "missing.py", cwd=net.parent)
    assert (done.returncode, net.read_text()) == (2, DONE)
    assert "missing.py: no such file" in done.stderr and "broken.py: 2:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_path_is_needed(tmp_path: Path) -> None:
    """Nothing is written into a folder that nobody named."""
    assert shapelint("annotate", cwd=tmp_path).returncode == 2


def test_bytes_that_are_no_comment_are_kept(net: Path) -> None:
    """Byte order mark, line ends and trailing blanks survive."""
    content = b"\xef\xbb\xbf" + NET.replace("\n", "\r\n").replace("2, 2),", "2, 2),  ").encode() + b"x = '\xc3\xa9'"
    net.write_bytes(content)
    assert shapelint("annotate", "net.py", cwd=net.parent).returncode == 0
    assert net.read_bytes() == content.replace(
        b"nn.ReLU(),\r\n", b"nn.ReLU(),\r\n    # state size. (8) x H//2 x W//2\r\n"
    )


def test_a_notebook(tmp_path: Path) -> None:
    """The comment becomes a line of its cell; all other cells stay as they are."""
    lines = NET.splitlines(keepends=True)
    cells = [
        {"cell_type": "markdown", "source": ["# A net\n"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", *lines]},
    ]
    path = tmp_path / "net.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}))
    assert shapelint("annotate", "net.ipynb", cwd=tmp_path).returncode == 0
    after = json.loads(path.read_text())["cells"]
    assert after[0] == cells[0]
    assert "".join(after[1]["source"]) == "%matplotlib inline\n" + DONE


def test_sizes_of_the_option_and_of_the_configuration(tmp_path: Path) -> None:
    """What the user says a class is called with gives the sizes of its comments."""
    text = (
        "from torch import nn\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a, self.b = nn.Conv2d(3, 8, 3, stride=2), nn.Conv2d(8, 16, 3)\n\n"
        "    def forward(self, x):\n        x = self.a(x)\n        return self.b(x)\n"
    )
    (tmp_path / "net.py").write_text(text)
    done = shapelint("annotate", "--diff", "--input", "Net=1x3x32x32", "net.py", cwd=tmp_path)
    assert done.returncode == 1 and "(8) x 15 x 15" in done.stdout
    (tmp_path / "pyproject.toml").write_text('[tool.shapelint]\ninputs = { "Net" = "1x3x16x16" }\n')
    assert "(8) x 7 x 7" in shapelint("annotate", "--diff", "net.py", cwd=tmp_path).stdout
    (tmp_path / "other.toml").write_text('inputs = { "Net" = "1x3x64x64" }\n')
    assert "(8) x 31 x 31" in shapelint("annotate", "--diff", "--config", "other.toml", "net.py", cwd=tmp_path).stdout
    pair = 'inputs.Net = "1x3x20x20"'
    assert "(8) x 9 x 9" in shapelint("annotate", "--diff", "--config", pair, "net.py", cwd=tmp_path).stdout
    done = shapelint("annotate", "--config", "inputz = 1", "net.py", cwd=tmp_path)
    assert done.returncode == 2 and "inputs" in done.stderr
    done = shapelint("annotate", "--input", "1x3x32x32", "net.py", cwd=tmp_path)
    assert done.returncode == 2 and "no input of a class such as NetD=1x3x96x96" in done.stderr
