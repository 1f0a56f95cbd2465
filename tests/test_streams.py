"""Standard streams that are closed or full: one line, an exit code, and no talk of a defect."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

STALE = "import torch\nx = 1  # shapelint: ignore[stale-comment]\n"
FULL = "shapelint: the output cannot be written: no space left on device\n"


def shell(folder: Path, line: str) -> tuple[int, str]:
    """The exit code of a line of shell and what it says on standard error."""
    (folder / "net.py").write_text(STALE)
    command = line.replace("shapelint", f"{sys.executable} -m shapelint", 1)
    done = subprocess.run(["sh", "-c", command], cwd=folder, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    return done.returncode, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize(
    "line",
    [
        "shapelint --no-cache net.py", "shapelint --output-format json net.py", "shapelint --fix - < net.py",
        "shapelint --show-settings", "shapelint rule SHP2", "shapelint --version", "shapelint --help",
    ],
)  # fmt: skip
def test_a_full_disk(tmp_path: Path, line: str) -> None:
    """Whatever it is that cannot be printed."""
    assert shell(tmp_path, f"{line} > /dev/full") == (2, FULL)


@pytest.mark.parametrize(
    ("closed", "code"), [(">&-", 1), ("2>&-", 1), ("<&-", 1), ("<&- >&- 2>&-", 1), ("nowhere.py 2>/dev/full", 2)]
)
def test_streams_that_are_closed(tmp_path: Path, closed: str, code: int) -> None:
    """The exit code is that of the files."""
    assert shell(tmp_path, f"shapelint --no-cache net.py {closed}") == (code, "")
