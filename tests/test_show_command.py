"""The command show, as a user calls it: exit codes, one line for an error, two formats."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NETD = "fixtures/models/netd.py"


def shapelint(*args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "FORCE_COLOR", "NO_COLOR")}
    return subprocess.run(
        [sys.executable, "-m", "shapelint", *args], capture_output=True, text=True, encoding="utf-8", cwd=ROOT,
        env={**kept, "PYTHONIOENCODING": "utf-8", **environ}, timeout=60, check=False,
    )  # fmt: skip


def test_a_table_of_every_class() -> None:
    """A file alone shows all its module classes and exits with 0; piped text is neither coloured nor cut."""
    done = shapelint("show", NETD)
    assert (done.returncode, done.stderr) == (0, "")
    assert "(N, 512*(H//16)*(W//16))" in done.stdout and "\x1b" not in done.stdout


def test_json_is_the_contract() -> None:
    """One object for one target, on the input that was given."""
    done = shapelint("show", f"{NETD}::NetD", "--input", "1x3x96x96", "--output-format", "json")
    record = json.loads(done.stdout)
    assert done.returncode == 0
    assert (record["version"], record["inputs"], record["output"]) == (1, [[1, 3, 96, 96]], [1])
    assert record["calls"][0] == {
        "path": "features.0", "layer": "Conv2d", "file": NETD, "line": 9,
        "in": [[1, 3, 96, 96]], "out": [1, 64, 96, 96], "known": True, "params": 1728, "trainable": 1728,
        "arguments": "3, 64, 3, padding=1, bias=False", "mult_adds": 1728 * 96 * 96, "memory": 64 * 96 * 96 * 4,
        "receptive_field": [3, 3], "stride": [1, 1],
    }  # fmt: skip


@pytest.mark.parametrize("shape", ["1x3x96x96", "1,3,96,96", "(1, 3, 96, 96)", "1X3X96X96"])
def test_ways_to_write_an_input(shape: str) -> None:
    """All of these are one size."""
    assert "on (1, 3, 96, 96)\n" in shapelint("show", f"{NETD}::NetD", "--input", shape).stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["missing.py"], "missing.py: no such Python file"),
        ([f"{NETD}::Missing"], "name 'Missing' is not known"),
        ([f"{NETD}::NetD("], "is not an expression"),
        ([NETD, "--input", "1xx3"], "no input such as 1x3x96x96"),
        ([f"{NETD}::NetD", "--input", "y=1x3x96x96"], "forward has no parameter 'y': forward(input)"),
        ([NETD, "--columns", "path,size"], "no column 'size'"),
        ([NETD, "--output-format", "markdown"], "goes with --diff"),
        (["tests/conftest.py"], "no module class"),
    ],
)
def test_what_cannot_be_shown(args: list[str], words: str) -> None:
    """One clear line, exit code 2, nothing on standard output, no traceback."""
    done = shapelint("show", *args)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert words in done.stderr


def test_a_broken_file(tmp_path: Path) -> None:
    """The place of the syntax error is in the line."""
    path = tmp_path / "broken.py"
    path.write_text("class Net(:\n")
    done = shapelint("show", str(path))
    assert done.returncode == 2
    assert "broken.py:1:" in done.stderr and len(done.stderr.splitlines()) == 1


def test_depth_and_width() -> None:
    """--depth 1 folds the Sequential; COLUMNS says how wide the terminal is."""
    done = shapelint("show", f"{NETD}::NetD", "--depth", "1", COLUMNS="60")
    assert "features   Sequen" in done.stdout and "features.0" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 60


def test_shapes_are_cut_last() -> None:
    """At 80 columns names make way, and then the inputs; outputs are whole."""
    done = shapelint("show", f"{NETD}::NetD", "--columns", "path,layer,arguments,input,output,parameters", COLUMNS="80")
    assert "(N, 512, H//16, W//16)" in done.stdout and "input" not in done.stdout.splitlines()[2]
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_color_is_as_asked() -> None:
    """--color always colours a pipe; NO_COLOR and a pipe do not."""
    assert "\x1b[1m" in shapelint("show", NETD, "--color", "always").stdout
    assert "\x1b" not in shapelint("show", NETD, NO_COLOR="1").stdout


def test_a_terminal_without_unicode() -> None:
    """An ASCII terminal gets an ellipsis that it can print."""
    done = shapelint("show", f"{NETD}::NetD", COLUMNS="44", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "..." in done.stdout and "\\u" not in done.stdout
