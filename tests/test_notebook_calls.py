"""Magics as nbconvert spells them, with the code within strings, are what they were in the notebook."""

from __future__ import annotations

from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner

from shapelint.commands import annotate, check
from shapelint.config import Config
from shapelint.session import Session
from shapelint.source.lines import split_lines
from shapelint.source.notebooks.formats import read_notebook

SCRIPT = r"""#!/usr/bin/env python
# coding: utf-8

import torch
import torch.nn as nn


get_ipython().run_cell_magic('writefile', 'model.py', 'import torch.nn as nn\n\n\nclass Two(nn.Module):\n    # It\'s \\ "é".\n\n    def __init__(self):\n        super().__init__()\n        self.a, é = nn.Conv2d(3, 8, 3), "\\n"\n        self.b = nn.Conv2d(9, 4, 3)\n\n    def forward(self, x):\n        return self.b(self.a(x))\n')


from model import Two


get_ipython().run_cell_magic('time', '', 'v = torch.zeros(2, 4)\nw = v.view(9)\n')


get_ipython().run_line_magic('time', 'z = nn.Linear(4, 2)(torch.zeros(3, 6))')


v.view(3, 3)
get_ipython().system('pip install torch')
get_ipython().run_cell_magic('bash', '', 'ls (1,2)\n')
"""
NET = """

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        x = self.conv(x)
        return x
"""


def test_findings_are_at_their_place_within_the_string() -> None:
    """The file that a cell writes, a cell that is timed, a line that is timed, and what their names are used for."""
    report = Session(Config("."), use_cache=False).check_content(SCRIPT.encode(), "nb.py")
    lines = split_lines(SCRIPT)
    found = [(f.code, lines[f.span.row - 1][f.span.column - 1 : f.span.end_column - 1]) for f in report.diagnostics]
    assert found == [
        ("SHP301", "9"),
        ("SHP303", "v.view(9)"),
        ("SHP301", "4"),
        ("SHP303", "v.view(3, 3)"),
    ]
    assert all(finding.fix is None for finding in report.diagnostics)


@pytest.mark.parametrize(
    ("line", "python"),
    [
        ("get_ipython().run_line_magic('time', 'y = f(x)')", "y = f(x)"),
        ("y = get_ipython().run_line_magic('time', 'f(x)')", "y = f(x)"),
        ("y = get_ipython().run_line_magic('timeit', '-n 3 f(x)')", "f(x)"),
        ("    get_ipython().run_line_magic('prun', '-l 3 f(x)')", "    f(x)"),
        ("get_ipython().magic('time y = f(x)')", "y = f(x)"),
        ("get_ipython().magic(u'time y = f(x)')", "y = f(x)"),
        ("get_ipython().run_cell_magic('capture', 'out', 'y = f(x)\\n')", "\ny = f(x)"),
        ("get_ipython().run_cell_magic('bash', '', 'ls (1,2)\\n')", "\n"),
        ("get_ipython().run_line_magic('time', \"y = 'a\\\\b'\")", "y = 'a\\b'"),
        (
            "get_ipython().run_line_magic('time', 'y = f(x)'); z = 1",
            "get_ipython().run_line_magic('time', 'y = f(x)'); z = 1",
        ),
        (
            "get_ipython().run_line_magic('matplotlib', 'inline')",
            "get_ipython().run_line_magic('matplotlib', 'inline')",
        ),
        ("get_ipython().run_line_magic('time', code)", "get_ipython().run_line_magic('time', code)"),
    ],
)
def test_what_runs_is_run(line: str, python: str) -> None:
    """What a magic does not run, and what is not plain text, stays as it is."""
    before = "if True:\n    pass\n"
    notebook = read_notebook(f"{before}{line}\nget_ipython().run_line_magic('time', 'end()')\n", "a.py")
    assert notebook is not None
    assert notebook.text == f"{before}{python}\nend()\n\n"


@pytest.mark.parametrize(
    ("command", "options"),
    [
        (check.command, ["--fix", "--unsafe-fixes", "--isolated"]),
        (check.command, ["--isolated", "--add-ignore", "accepted"]),
        (annotate.command, []),
    ],
)
def test_nothing_is_written_into_strings(command: Command, options: list[str], tmp_path: Path) -> None:
    """Neither repairs nor comments; what is outside of them is annotated."""
    path = tmp_path / "nb.py"
    path.write_text(SCRIPT + NET)
    CliRunner().invoke(command, [*options, str(path)])
    comments = "  # shapelint: ignore[shape-mismatch] accepted" if "--add-ignore" in options else ""
    written = SCRIPT.replace("\nv.view(3, 3)", f"\nv.view(3, 3){comments}")
    state = "        # state size. (8) x (H - 2) x (W - 2)\n" if command is annotate.command else ""
    net = NET.replace("        return x", f"{state}        return x")
    assert path.read_text() == written + net
