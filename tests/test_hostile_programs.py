"""No file takes more than 10 s of CPU time or 500 MB, whatever its program asks for, and none is an internal error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_programs import HOSTILE

ROOT = Path(__file__).resolve().parent.parent
SECONDS, MEGABYTES = "10", 500


@pytest.mark.parametrize("part", range(4))
def test_every_program_takes_little(part: int, tmp_path: Path) -> None:
    """Each is checked in a process of its own, which the system ends at the limit of CPU time."""
    programs = dict(list(HOSTILE.items())[part::4])
    folder = tmp_path / "programs"
    folder.mkdir()
    for name, program in programs.items():
        (folder / f"{name}.py").write_text(program, encoding="utf-8")
    out = tmp_path / "figures.json"
    command = [sys.executable, "bench/worst_files.py", str(folder), "--limit", SECONDS, "--out", str(out)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=True)
    figures = json.loads(out.read_text())
    assert len(figures) == len(programs)
    assert {name: error for name, (_, _, error) in figures.items() if error is not None} == {}
    assert {name: megabytes for name, (_, megabytes, _) in figures.items() if megabytes > MEGABYTES} == {}
