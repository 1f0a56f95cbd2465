"""Notebooks written by their own tools: silent, found at their line when wrong, repaired and annotated, and read again.

    python bench/notebooks.py [--tools FOLDER] [--write] [FORMATS...]

Makes a virtual environment with the pinned tools in FOLDER (default: a temporary one), has them write one small notebook in
each format, and prints a table.  ``--write`` keeps the files in fixtures/notebooks/, where the tests check them without the
tools.  Tool versions: see ``TOOLS``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures" / "notebooks"
TOOLS = ("marimo==0.25.2", "jupytext==1.19.6", "nbconvert==7.17.2", "nbdev==3.3.26", "mystquarto==0.1.2", "black")

NET = '''#| export
class Net(nn.Module):
    """Two layers.

    The second makes the image smaller.
    """

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(3, 8, 3, padding=1)
        self.c2 = nn.Conv2d(8, 4, 3)

    def forward(self, x):
        x = self.c1(x)  # (N, 8, 32, 32)
        x = torch.relu(x)  # (N, 8, 32, 32)
        x = self.c2(x)
        return x'''
TEXT = "# A small net\n\nThe state is (3, 5, 5), says this text, which is no comment of the code."
IMPORTS = "#| export\nimport torch\nimport torch.nn as nn"
HEAD = "%%writefile model.py\nimport torch.nn as nn\n\n\ndef head():\n    return nn.Linear(4, 2)"
PLAIN = [
    (TEXT, None),
    ("%matplotlib inline", []),
    (IMPORTS, []),
    (NET, []),
    ("y = Net()(torch.zeros(2, 3, 32, 32))", []),
    ("%time z = Net()(torch.zeros(2, 3, 32, 32))", []),
    ("#| eval: false\nNet()(torch.zeros(2, 5, 32, 32))", []),
]
"""(source, tags) of each cell; None for text.  Only what every format can say."""
FULL = [
    *PLAIN,
    ("%%timeit\nNet()(torch.zeros(2, 3, 32, 32))", []),
    ("Net()(torch.zeros(2, 4, 32, 32))", ["raises-exception"]),
    ("Net()(torch.zeros(2, 6, 32, 32))", ["skip-execution"]),
    (HEAD, []),
    ("from model import head\n\nhead()(torch.zeros(3, 4))", []),
    ("%%bash\nls (1, 2)", []),
]
UNTAGGED = [(source, tags) for source, tags in FULL if not tags]
"""For formats that have no tags, or whose tool takes them away."""
WRONG_ARGUMENT = "nn.Conv2d(8, 4, 3)", "nn.Conv2d(16, 4, 3)"
WRONG_COMMENT = "self.c1(x)  # (N, 8, 32, 32)", "self.c1(x)  # (N, 9, 32, 32)"

BARE, ADDED = "x = self.c2(x)", "  # (N, 4, 30, 30)"
"""The statement without a comment, and what ``annotate`` writes there."""

_NBFORMAT = """
import json, sys, nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
cells = [
    new_markdown_cell(source) if tags is None else new_code_cell(source, metadata={"tags": tags} if tags else {})
    for source, tags in json.load(sys.stdin)
]
for index, cell in enumerate(cells):
    cell.id = f"cell-{index}"
kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
info = {"name": "python", "file_extension": ".py"}
nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": info}), sys.argv[1])
"""
# Colab's own export cannot be had without Colab: this is nbconvert's, with magics left live and without prompts.
_LIVE = """
import sys
from nbconvert import PythonExporter
exporter = PythonExporter(filters={"ipython2python": lambda source: source}, exclude_input_prompt=True)
open(sys.argv[2], "w").write(exporter.from_filename(sys.argv[1])[0])
"""
_IPYTHON = """
import ast, sys
from IPython.core.inputtransformer2 import TransformerManager
ast.parse(TransformerManager().transform_cell(open(sys.argv[1]).read()))
"""
_LOADED = """
import sys
from marimo._ast.load import load_app
from pathlib import Path
app = load_app(Path(sys.argv[1]))
print([cell for cell in app._cell_manager.codes()])
"""


class Format(NamedTuple):
    """``convert`` writes the file from ``source``, a notebook; ``read`` gives what the file's own tool makes of it."""

    name: str
    file: str
    convert: Callable[[Tools, Path, Path], None]
    read: Callable[[Tools, Path], str] | None
    cells: Sequence[tuple[str, list[str] | None]] = FULL


class Tools:
    """The tools in their environment."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / ("Scripts" if os.name == "nt" else "bin")
        if not (self.bin / "jupytext").exists():
            venv.create(folder, with_pip=True)
            self.run("python", "-m", "pip", "install", "-q", *TOOLS)

    def run(self, name: str, *words: str | Path, stdin: str = "") -> str:
        """The output of a tool; raises if it fails."""
        done = subprocess.run(
            [self.bin / name, *words],
            input=stdin,
            text=True,
            capture_output=True,
            check=False,
            cwd=tempfile.gettempdir(),
        )
        if done.returncode:
            raise RuntimeError(f"{name} {' '.join(map(str, words))}: {done.stderr or done.stdout}")
        return done.stdout


def jupytext(form: str) -> Callable[[Tools, Path, Path], None]:
    """A conversion by jupytext."""

    def convert(tools: Tools, source: Path, target: Path) -> None:
        tools.run("jupytext", "--to", form, source, "-o", target)

    return convert


def cells_by_jupytext(tools: Tools, path: Path) -> str:
    """The cells that jupytext, or nbformat, reads."""
    content = json.loads(tools.run("jupytext", "--to", "ipynb", "-o", "-", path))
    return json.dumps([(c["cell_type"], c["source"], c["metadata"].get("tags")) for c in content["cells"]])


def by_marimo(tools: Tools, source: Path, target: Path) -> None:
    """A conversion by marimo."""
    tools.run("marimo", "-y", "convert", source, "-o", target)


def by_nbconvert(tools: Tools, source: Path, target: Path) -> None:
    """nbconvert's export as a script."""
    target.write_text(tools.run("jupyter-nbconvert", "--to", "python", "--stdout", source))


def by_live_nbconvert(tools: Tools, source: Path, target: Path) -> None:
    """nbconvert's export with live magics."""
    tools.run("python", "-c", _LIVE, source, target)


def by_mystquarto(tools: Tools, source: Path, target: Path) -> None:
    """Quarto from MyST: jupytext writes it only where the quarto program is."""
    with tempfile.TemporaryDirectory() as folder:
        myst = Path(folder) / "net.md"
        tools.run("jupytext", "--to", "md:myst", source, "-o", myst)
        tools.run("mystquarto", "to-quarto", myst, "-o", target.parent)


def cells_by_mystquarto(tools: Tools, path: Path) -> str:
    """The cells of the MyST document that the converter makes of a Quarto one."""
    with tempfile.TemporaryDirectory() as folder:
        tools.run("mystquarto", "to-myst", path, "-o", folder)
        (myst,) = Path(folder).rglob("*.md")
        return cells_by_jupytext(tools, myst)


def as_databricks(tools: Tools, source: Path, target: Path) -> None:
    """Databricks' documented source format, which no public tool writes: written here."""
    cells = []
    for cell in json.loads(source.read_text())["cells"]:
        lines = "".join(cell["source"]).split("\n")
        if cell["cell_type"] == "markdown":
            lines = ["# MAGIC %md", *(f"# MAGIC {line}".rstrip() for line in lines)]
        elif lines[0].startswith("%"):
            lines = [f"# MAGIC {line}".rstrip() for line in lines]
        cells.append("\n".join(lines))
    target.write_text("# Databricks notebook source\n" + "\n\n# COMMAND ----------\n\n".join(cells) + "\n")


def by_nbdev(tools: Tools, source: Path, target: Path) -> None:
    """The module that nbdev exports, or the notebook that it cleans."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "nbs").mkdir()
        (project / "lib").mkdir()
        content = json.loads(source.read_text())
        first = {"cell_type": "code", "execution_count": None, "id": "first", "metadata": {}, "outputs": []}
        content["cells"].insert(0, {**first, "source": ["#| default_exp core"]})
        notebook = project / "nbs" / "00_core.ipynb"
        notebook.write_text(json.dumps(content, indent=1))
        (project / "settings.ini").write_text(
            "[DEFAULT]\nlib_name = lib\nlib_path = lib\nnbs_path = nbs\nversion = 0.0.1\n"
        )
        (project / "pyproject.toml").write_text(
            '[project]\nname="lib"\nversion="0.0.1"\n[tool.nbdev]\nlib_path="lib"\n'
        )
        run = "import os, sys; os.chdir(sys.argv[1]); from nbdev.{0} import {1}; {1}(sys.argv[2]{2})"
        if target.suffix == ".ipynb":
            tools.run("python", "-c", run.format("clean", "nbdev_clean", ""), project, notebook)
            target.write_text(notebook.read_text())
        else:
            tools.run("python", "-c", run.format("export", "nb_export", ', lib_path="lib"'), project, notebook)
            target.write_text((project / "lib" / "core.py").read_text())


def same_notebook(tools: Tools, source: Path, target: Path) -> None:
    """The notebook as nbformat wrote it."""
    target.write_text(source.read_text())


def loaded_by_marimo(tools: Tools, path: Path) -> str:
    """The code of the cells that marimo loads."""
    return tools.run("python", "-c", _LOADED, path)


def parsed_by_ipython(tools: Tools, path: Path) -> str:
    """Nothing, if IPython and Python can parse the script."""
    return tools.run("python", "-c", _IPYTHON, path)


FORMATS = (
    Format("jupyter", "net.ipynb", same_notebook, cells_by_jupytext),
    Format("marimo", "net.py", by_marimo, loaded_by_marimo),
    Format("percent", "net.py", jupytext("py:percent"), cells_by_jupytext),
    Format("hydrogen", "net.py", jupytext("py:hydrogen"), cells_by_jupytext),
    Format("light", "net.py", jupytext("py:light"), cells_by_jupytext),
    Format("sphinx", "net.py", jupytext("py:sphinx"), cells_by_jupytext, PLAIN),
    Format("nomarker", "net.py", jupytext("py:nomarker"), cells_by_jupytext, PLAIN),
    Format("markdown", "net.md", jupytext("md"), cells_by_jupytext),
    Format("myst", "net.md", jupytext("md:myst"), cells_by_jupytext),
    Format("rmarkdown", "net.Rmd", jupytext("Rmd"), cells_by_jupytext),
    Format("quarto", "net.qmd", by_mystquarto, cells_by_mystquarto, PLAIN),
    Format("nbconvert", "net.py", by_nbconvert, parsed_by_ipython, UNTAGGED),
    Format("colab", "net.py", by_live_nbconvert, parsed_by_ipython, PLAIN),
    Format("nbdev", "net.ipynb", by_nbdev, cells_by_jupytext, UNTAGGED),
    Format("nbdev_export", "net.py", by_nbdev, parsed_by_ipython, PLAIN),
    Format("databricks", "net.py", as_databricks, None, UNTAGGED),
)


def linter(*words: str | Path) -> str:
    """The output of shapelint."""
    command = [sys.executable, "-m", "shapelint", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT).stdout


def found(path: Path) -> list[tuple[str, int | None, int]]:
    """(code, cell, row) of each finding."""
    findings = json.loads(linter("--isolated", path, "--output-format", "json"))["diagnostics"]
    return [(entry["code"], entry.get("cell"), entry["location"]["row"]) for entry in findings]


def tried(form: Format, tools: Tools, path: Path) -> list[str]:
    """The columns of a format: what was asked of its file, each answered by yes or by what is wrong."""
    original = path.read_bytes()
    text = original.decode()
    columns = ["yes" if not found(path) else f"NO: {found(path)}"]
    for (right, wrong), code, flags in ((WRONG_ARGUMENT, "SHP301", ["--unsafe-fixes"]), (WRONG_COMMENT, "SHP202", [])):
        path.write_text(text.replace(right, wrong))
        row = next(row for row, line in enumerate(path.read_text().split("\n"), 1) if wrong in line)
        place = found(path)
        shown = (
            {(c, r) for c, cell, r in place}
            if path.suffix != ".ipynb"
            else {(c, row) for c, cell, _ in place if cell == 4 + ("nbdev" in form.name)}
        )
        linter("--isolated", "--fix", *flags, path)
        columns += ["yes" if shown == {(code, row)} and len(place) == 1 else f"NO: {place}"]
        columns += ["yes" if path.read_bytes() == original else "NO"]
    path.write_bytes(original)
    before = None if form.read is None else form.read(tools, path)
    linter("annotate", path)
    columns += ["yes" if path.read_text() == text.replace(BARE, BARE + ADDED) else "NO"]
    if form.read is None:
        again = "no tool"
    else:
        again = "yes" if form.read(tools, path).replace(ADDED, "") == before else "NO"
    path.write_bytes(original)
    return [*columns, again]


def main() -> int:
    """Print the table; 1 if anything in it is a no."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tools", type=Path)
    parser.add_argument("formats", nargs="*", help="the formats to try (default: all)")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        tools = Tools(options.tools.absolute() if options.tools else work / "tools")
        titles = ("silent", "argument", "repaired", "comment", "repaired", "annotated", "read again")
        print(f"{'format':<14}{''.join(f'{title:<11}' for title in titles)}")
        wrong = False
        for form in [form for form in FORMATS if form.name in (options.formats or [form.name])]:
            folder = work / form.name
            folder.mkdir()
            source, path = folder / "source.ipynb", folder / form.file
            tools.run("python", "-c", _NBFORMAT, source, stdin=json.dumps(form.cells))
            try:
                form.convert(tools, source, path)
                columns = tried(form, tools, path)
            except (RuntimeError, StopIteration) as error:
                columns = [f"NO: {error}"]
            wrong = wrong or any(column.startswith("NO") for column in columns)
            print(f"{form.name:<14}{''.join(f'{column:<11}' for column in columns)}", flush=True)
            if options.write and path.exists():
                (FIXTURES / form.name).mkdir(parents=True, exist_ok=True)
                (FIXTURES / form.name / form.file).write_bytes(path.read_bytes())
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
