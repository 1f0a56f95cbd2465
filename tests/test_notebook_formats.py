"""Notebooks as their own tools write them (fixtures/notebooks/README.md): silent, found at their line, changed nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner

from shapelint.commands import annotate, check
from shapelint.config import Config, Configurations
from shapelint.discovery import find_files
from shapelint.opening import open_text
from shapelint.report import FileReport
from shapelint.session import Session
from shapelint.source.lines import split_lines
from shapelint.source.notebooks.formats import read_notebook
from shapelint.summary import show

FIXTURES = Path(__file__).parent.parent / "fixtures" / "notebooks"
FILES = sorted(path for path in FIXTURES.glob("*/net.*") if path.suffix != ".pyc")
RIGHT, WRONG = "nn.Conv2d(8, 4, 3)", "nn.Conv2d(16, 4, 3)"
FRESH, STALE = "self.c1(x)  # (N, 8, 32, 32)", "self.c1(x)  # (N, 9, 32, 32)"
BARE = "x = self.c2(x)"

by_format = pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)


def checked(text: str, path: str) -> FileReport:
    """The report of a file with this text."""
    return Session(Config("."), use_cache=False).check_content(text.encode(), path)


def places(text: str, path: str) -> list[tuple[str, int]]:
    """(code, row of the page) of each finding."""
    report = checked(text, path)
    assert report.error is None
    return [(finding.code, finding.span.row) for finding in report.diagnostics]


def row_in_page(text: str, path: str, words: str) -> int:
    """The row of the page that has these words."""
    file, notebook = open_text(text.encode(), path)
    page = file.text if notebook is None else notebook.page
    return next(row for row, line in enumerate(split_lines(page), 1) if words in line)


def changed(command: Command, text: str, path: Path, *options: str) -> str:
    """A file with this text, after a command was let loose on it."""
    path.write_text(text)
    CliRunner().invoke(command, [*options, str(path)])
    return path.read_text()


def test_all_formats_are_there() -> None:
    """One true file for each."""
    assert len(FILES) == 16


@by_format
def test_a_true_file_is_silent(path: Path) -> None:
    """Its text is no comment of the code, what is not run reports nothing; its layer calls were looked at."""
    report = checked(path.read_text(), str(path))
    assert (report.diagnostics, report.error) == ((), None)
    assert report.coverage.layers_known >= 2


@by_format
def test_a_wrong_argument_is_found_at_its_line(path: Path) -> None:
    """And at its column."""
    text = path.read_text().replace(RIGHT, WRONG)
    (finding,) = checked(text, str(path)).diagnostics
    file, notebook = open_text(text.encode(), str(path))
    page = split_lines(file.text if notebook is None else notebook.page)
    line = page[finding.span.row - 1]
    assert (finding.code, line[finding.span.column - 1 : finding.span.end_column - 1]) == ("SHP301", "16")
    assert WRONG in line


@by_format
def test_a_stale_comment_is_found_at_its_line(path: Path) -> None:
    """The comment is beside the call that it speaks of."""
    text = path.read_text().replace(FRESH, STALE)
    assert places(text, str(path)) == [("SHP202", row_in_page(text, str(path), STALE))]


@by_format
@pytest.mark.parametrize(("right", "wrong"), [(RIGHT, WRONG), (FRESH, STALE)])
def test_a_repair_changes_nothing_else(path: Path, right: str, wrong: str, tmp_path: Path) -> None:
    """The file is what it was before it was made wrong."""
    text = path.read_text()
    options = ("--isolated", "--fix", "--unsafe-fixes")
    assert changed(check.command, text.replace(right, wrong), tmp_path / path.name, *options) == text


@by_format
def test_annotations_change_nothing_else(path: Path, tmp_path: Path) -> None:
    """One comment is missing, and is added where it belongs."""
    text = path.read_text()
    assert changed(annotate.command, text, tmp_path / path.name) == text.replace(BARE, f"{BARE}  # (N, 4, 30, 30)")


def module(text: str, path: str) -> str:
    """The main module of a notebook."""
    notebook = read_notebook(text, path)
    assert notebook is not None
    return notebook.text


MARIMO = '''import marimo

app = marimo.App()

with app.setup:
    import torch.nn as nn


@app.cell
def _(width):
    layer = nn.Linear(width, 3)
    return


@app.cell
def _():
    # how wide
    width = 4
    return (width,)


@app.function
def twice(x):
    return 2 * x


@app.cell(disabled=True)
def _():
    nn.Linear(1, 2)
    return


app._unparsable_cell(
    r"""
    x = = 1
    """,
    name="_"
)

if __name__ == "__main__":
    app.run()
'''


def test_marimo_runs_cells_after_those_that_they_need() -> None:
    """The setup and functions come first; what marimo writes around cells, what is disabled and what is not Python is left out."""
    lines = [line for line in module(MARIMO, "nb.py").split("\n") if line]
    assert lines == [
        "import torch.nn as nn", "def twice(x):", "    return 2 * x", "# how wide", "width = 4", "layer = nn.Linear(width, 3)",
    ]  # fmt: skip


def test_private_names_of_marimo_are_not_shared() -> None:
    """A function that reads one which another cell has as well is left out, rather than given the wrong one."""
    cell = "@app.cell\ndef _():\n    _n = {0}\n    def f{0}():\n        return {1}\n    return (f{0},)\n\n\n"
    head = "import marimo\n\napp = marimo.App()\n\n\n"
    assert "def f1" in module(head + cell.format(1, "_n"), "nb.py")
    both = module(head + cell.format(1, "_n") + cell.format(2, "3"), "nb.py")
    assert ("def f1" in both, "def f2" in both) == (False, True)


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("y = %time f(x)", "y = f(x)"),
        ("%timeit -n 10 -r3 y = f(x)", "f(x)"),
        ("%prun -l 5 f(x)", "f(x)"),
        ("o = %timeit -o f(x)", "f(x)"),
        ("%time", "pass"),
        ("%%prun\nf(x)", "\nf(x)"),
        (">>> for i in x:\n...     f(i)\n...\n>>> y = 1", "for i in x:\n    f(i)\n\ny = 1"),
        (">>> f(x)\n<Net at 0x7f>", "\n"),
        ("%%script bash\nls", "\n"),
        ("#| eval: false\nf(x)", "\n"),
        ("#|eval:  False\nf(x)", "\n"),
    ],
)
def test_what_runs_is_run(cell: str, python: str) -> None:
    """A magic that runs a statement leaves it at its columns; what another program runs is left out."""
    content = json.dumps({"cells": [{"cell_type": "code", "source": cell, "metadata": {}}]})
    assert module(content, "nb.ipynb") == f"{python}\n"


def notebook(*cells: str | tuple[str, str]) -> str:
    """A Jupyter notebook; a pair is (tag, source)."""
    pairs = [("", cell) if isinstance(cell, str) else cell for cell in cells]
    listed = [{"cell_type": "code", "source": cell, "metadata": {"tags": [tag]}} for tag, cell in pairs]
    return json.dumps({"cells": listed})


IMPORTS = "import torch\nimport torch.nn as nn"


def test_a_cell_that_writes_a_file() -> None:
    """It is checked as that file, at its place in the notebook, and later cells import it."""
    text = notebook(
        IMPORTS,
        "%%writefile parts.py\nimport torch\nimport torch.nn as nn\nhead = nn.Linear(3, 4)\nhead(torch.zeros(5))",
        "from parts import head\nhead(torch.zeros(7))",
    )
    assert places(text, "nb.ipynb") == [("SHP301", 6), ("SHP301", 9)]


@pytest.mark.parametrize("name", ["jupyter", "percent", "databricks", "myst"])
def test_a_file_that_a_cell_writes_is_repaired_there(name: str, tmp_path: Path) -> None:
    """In whatever way the notebook spells the cell."""
    (path,) = (FIXTURES / name).glob("net.*")
    text = path.read_text()
    wrong = text.replace("nn.Linear(4, 2)", "nn.Linear(4, 2)  # shapelint: ignore")
    assert places(wrong, str(path)) == [("SHP002", row_in_page(wrong, str(path), "ignore"))]
    assert changed(check.command, wrong, tmp_path / path.name, "--isolated", "--fix") == text


def test_a_program_of_its_own() -> None:
    """``%%python3`` knows nothing of the notebook, nor the notebook of it."""
    text = notebook(IMPORTS, "%%python3\nimport torch\nimport torch.nn as nn\nnn.Linear(3, 4)(torch.zeros(5))")
    assert places(text, "nb.ipynb") == [("SHP301", 6)]


@pytest.mark.parametrize("tag", ["raises-exception", "skip-execution"])
def test_a_cell_that_may_raise_reports_nothing(tag: str) -> None:
    """And what comes after it is checked all the same."""
    text = notebook(IMPORTS, (tag, "x = torch.zeros(5)\nnn.Linear(3, 4)(x)"), "nn.Linear(6, 4)(torch.zeros(7))")
    assert places(text, "nb.ipynb") == [("SHP301", 5)]


def test_names_of_timed_cells_are_not_kept() -> None:
    """``%%timeit`` runs its cell in a function; what is wrong in it is found at its place."""
    text = notebook(
        IMPORTS, "x = torch.zeros(3)", "%%timeit\nx = torch.zeros(5)\nnn.Linear(6, 2)(x)", "nn.Linear(3, 4)(x)"
    )
    assert places(text, "nb.ipynb") == [("SHP301", 6)]


REDEFINED = """class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.a, self.b = block(), nn.Linear(WIDTH, 2)

    def forward(self, x):
        return self.b(self.a(x))"""


def test_a_class_that_a_later_cell_redefines() -> None:
    """Both are checked, each with the helpers that it had."""
    first, second = REDEFINED.replace("WIDTH", "4"), REDEFINED.replace("WIDTH", "8")
    helpers = [f"def block():\n    return nn.Linear(3, {width})" for width in (4, 8)]
    assert places(notebook(IMPORTS, helpers[0], first, helpers[1], second), "nb.ipynb") == []
    assert places(notebook(IMPORTS, helpers[0], second, helpers[1], second), "nb.ipynb") == [("SHP301", 8)]


@pytest.mark.parametrize(
    ("path", "text", "rows"),
    [
        ("a.md", "# x\n\n```python\na = 1\n```\n\n```bash\nls\n```\n", ["a = 1"]),
        ("a.md", "```{code-cell}\na = 1\n```\n```python\nb = 1\n```\n", ["a = 1"]),
        ("a.md", "1. item\n\n   ```py\n   if x:\n       a = 1\n   ```\n", ["if x:", "    a = 1"]),
        ("a.md", "````markdown\n```python\na = 1\n```\n````\n", []),
        ("a.md", "```python\nno python, this\n```\n```python\na = 1\n```\n", ["a = 1"]),
        ("a.qmd", "```python\na = 1\n```\n```{python}\n#| label: x\nb = 1\n```\n", ["#| label: x", "b = 1"]),
        ("a.qmd", "---\nexecute:\n  eval: false\n---\n```{python}\nb = 1\n```\n", []),
        ("a.Rmd", "```{python x, eval=FALSE}\na = 1\n```\n```{r}\nx <- 1\n```\n```{python}\nb = 1\n```\n", ["b = 1"]),
        ("a.md", "```{code-cell} ipython3\n---\ntags: [skip-execution]\n---\na = 1\n```\n", []),
        ("a.py", "# Databricks notebook source\na = 1\n\n# COMMAND ----------\n\n# MAGIC %sql\n# MAGIC select (1, 2)\n", ["a = 1"]),
        ("a.py", "# Databricks notebook source\n# MAGIC %%time\n# MAGIC a = 1\n", ["a = 1"]),
        ("a.py", "# %% [markdown]\n# (64, 3)\n\n# %%\na = 1\n", ["a = 1"]),
        ("a.py", "!pip install torch\n%cd x\na = 1\n", ["pass", "pass", "a = 1"]),
        (
            "a.py",
            '"""Untitled\n\nAutomatically generated by Colab.\n"""\n\n# Commented out IPython magic to ensure Python compatibility.\n'
            "# %%time\n# a = 1\n\nb = 2\n",
            ['"""Untitled', "Automatically generated by Colab.", '"""',
             "# Commented out IPython magic to ensure Python compatibility.", "a = 1", "b = 2"],
        ),
        ("a.py", "# In[1]:\n\n\na = 1\n\n\n# (64, 3) is text\n\n# In[2]:\n\n\n# code\nb = 2\n", ["a = 1", "# code", "b = 2"]),
        (
            "a.py",
            '"""\nTitle\n=====\n\nText.\n"""\na = 1\n########################################\n# (64, 3) is text\n\nb = 2\n',
            ['"""', "Title", "=====", "Text.", '"""', "a = 1", "b = 2"],
        ),
    ],
)  # fmt: skip
def test_what_is_code(path: str, text: str, rows: list[str]) -> None:
    """The lines that are left of a file, the others being empty."""
    assert [line for line in module(text, path).split("\n") if line] == rows


@pytest.mark.parametrize("text", ["# %%\na = 1\n", "a = 1\n", "x = (1\n!ls\n", "'''\n!x\n'''\na = 1\n"])
def test_plain_python_stays_python(text: str) -> None:
    """Markers alone change nothing, and a broken file keeps its own error."""
    assert read_notebook(text, "a.py") is None


def test_a_line_that_is_not_python_is_never_lost() -> None:
    """In text or magics nothing can be changed."""
    notebook = read_notebook("%cd x\na = 1\n", "a.py")
    assert notebook is not None
    assert notebook.with_texts(["pass\na = 2\n"]) == "%cd x\na = 2\n"
    with pytest.raises(ValueError, match="not Python"):
        notebook.with_texts(["a = 1\n"])


def test_lines_that_are_added_are_indented() -> None:
    """As the cell that they are added to, even where cells are in another order."""
    notebook = read_notebook(MARIMO, "nb.py")
    assert notebook is not None
    after = notebook.with_texts([notebook.text.replace("width = 4\n", "width = 4\n# new\n").replace("layer", "other")])
    assert after == MARIMO.replace("    width = 4\n", "    width = 4\n    # new\n").replace("layer", "other")


def test_show_tells_rows_of_the_file() -> None:
    """Of a marimo notebook, whose module has its lines elsewhere."""
    path = FIXTURES / "marimo" / "net.py"
    model = show(f"{path}::Net", [(2, 3, 32, 32)])
    lines = path.read_text().split("\n")
    assert [lines[call["line"] - 1].split(" = ")[0].strip() for call in model["calls"]] == ["self.c1", "self.c2"]


def test_documents_are_found_where_the_configuration_says(tmp_path: Path) -> None:
    """In folders Markdown is not looked at by itself."""
    (tmp_path / "book").mkdir()
    for name in ("a.py", "b.md", "book/c.md"):
        (tmp_path / name).write_text("")
    (tmp_path / "pyproject.toml").write_text('[tool.shapelint]\nextend-include = ["book/*.md"]\n')
    configs = Configurations()
    found = find_files([str(tmp_path)], configs.scope).files
    assert [Path(file).name for file in found] == ["a.py", "c.md"]
    assert find_files([str(tmp_path / "b.md")], configs.scope).files == [str(tmp_path / "b.md")]
