"""What an editor is told of notebooks, of classes that no global name means, and of files that are given up is what the command line
finds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shapelint.config import Configurations
from shapelint.engine import check_source
from shapelint.interp import Project
from shapelint.interp.paths import exploration
from shapelint.server.analysis.open_file import OpenFile
from shapelint.server.open_documents import Text, notebook_text, plain_text
from shapelint.server.workspace_files import WorkspaceFiles
from shapelint.session import Session

BAD = "nn.Sequential(nn.Linear(8, 4), nn.Linear({}, 2))"
HEAD = f"import torch\nfrom torch import nn\n%time first = {BAD.format(3)}"
CELLS = [HEAD, f"%%timeit\n{BAD.format(3)}\n", f"#| error: true\n{BAD.format(5)}", f"last = {BAD.format(7)}"]
MARIMO = f"""import marimo
app = marimo.App()

@app.cell
def _():
    import torch
    from torch import nn
    return nn, torch

@app.cell
def _(nn):
    net = {BAD.format(3)}
    return net,
"""
NESTED = """from torch import nn

class Net(nn.Module):
    def forward(self, x):
        return x

class Net(nn.Module):
    class Inner(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = nn.Sequential(nn.Linear(8, 4), nn.Linear(3, 2))

        def forward(self, x):
            return self.net(x)

    def __init__(self):
        super().__init__()
        self.inner = self.Inner()

    def forward(self, x):
        return self.inner(x)
"""
TWO = """from torch import nn

class Bad(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(8, 4)
        self.last = nn.Linear(3, 2)

    def forward(self, x):
        x = self.first(x)
        return self.last(x)

class Long(nn.Module):
    def forward(self, x):
        for _ in range(20):
            x = x + 1
        return x
"""


def compared(text: Text, content: str) -> int:
    """The number of findings that both the editor and the command line have."""
    files = WorkspaceFiles(lambda: None)
    files.put(text)
    Path(text.path).write_text(content)
    shown = files.analyse(text).diagnostics
    assert shown == Session(Configurations(file=""), use_cache=False).check_file(text.path).diagnostics
    return len(shown)


def test_cells_of_a_notebook(tmp_path: Path):
    """Lines that magics are cut from or that stand in a function keep their places; what may raise is not reported."""
    cells = [{"cell_type": "code", "source": cell} for cell in CELLS]
    text = notebook_text(str(tmp_path / "net.ipynb"), [(str(i), cell, 1, ()) for i, cell in enumerate(CELLS)])
    assert compared(text, json.dumps({"cells": cells})) == 3


@pytest.mark.parametrize(("content", "number"), [(f"# %%\n{HEAD}\n# %%\n{CELLS[-1]}\n", 2), (MARIMO, 1)])
def test_notebooks_that_are_scripts(content: str, number: int, tmp_path: Path):
    """Cells with comments between them, and functions that are cells."""
    assert compared(plain_text(str(tmp_path / "net.py"), "net", content, 1), content) == number


def test_classes_that_no_global_name_means():
    """Those in the bodies of others, and those whose names others have now."""
    file, project = OpenFile("net.py"), Project(lambda path: None)
    for text in (NESTED, NESTED.replace("return x\n", "return x + 1\n"), NESTED.replace("3, 2", "4, 2"), NESTED):
        analysis = file.analyse(text, project)
        assert analysis.diagnostics == check_source(text, "net.py").diagnostics
        assert [shown.name for shown in analysis.classes] == ["Net", "Net", "Inner"]


def test_a_run_that_is_kept_takes_its_fuel(monkeypatch: pytest.MonkeyPatch):
    """So that after an edit no more is found in a file that is given up than the command line finds."""
    found = set()
    for fuel in range(20, 200, 10):
        monkeypatch.setattr(exploration, "FILE_FUEL", fuel)
        file, project = OpenFile("net.py"), Project(lambda path: None)
        for text in (TWO, TWO.replace("self.last(x)", "self.last(x) + 1")):  # the run of Long is kept
            expected = check_source(text, "net.py").diagnostics
            assert file.analyse(text, project).diagnostics == expected
            found.add(len(expected))
    assert found == {0, 1}
