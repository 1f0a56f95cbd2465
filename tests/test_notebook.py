"""Notebooks: all code cells are one module, and an edit changes nothing but its line."""

from __future__ import annotations

import json

import pytest

from shapelint.source.guard import SourceError
from shapelint.source.notebooks.ipynb import read_ipynb
from shapelint.source.parse import parse


def notebook(*cells: str | tuple[str, str], indent: int | None = 1, **metadata: object) -> str:
    """The JSON of a notebook as Jupyter writes it; a pair is (cell type, source)."""
    pairs = [cell if isinstance(cell, tuple) else ("code", cell) for cell in cells]
    listed = [
        {
            "cell_type": kind,
            "metadata": {},
            "outputs": [{"text": ["cells"]}],
            "source": source.splitlines(keepends=True),
        }
        for kind, source in pairs
    ]
    content = {"cells": listed, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, indent=indent, ensure_ascii=False) + "\n"


def test_code_cells_are_one_module() -> None:
    """Other cells are left out, but counted, as ruff counts them."""
    book = read_ipynb(notebook("import torch\nx = 1", ("markdown", "# x"), "y = x\n", ("raw", "z"), ""))
    assert book.text == "import torch\nx = 1\ny = x\n\n"
    assert book.cells == (1, 3, 3, 4, 4)


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1\n"),
        ("!pip install \\\n  torch\nx = 1", "pass\n\nx = 1\n"),
        ("if x:\n    %time f()\n    !ls '(\ny = 1", "if x:\n    f()\n    pass\ny = 1\n"),
        ("files = !ls\nnow = %time f()", "pass\nnow = f()\n"),
        ("model?\n?model\nmodel.forward??", "pass\npass\npass\n"),
        ("print('%s'\n      % x)", "print('%s'\n      % x)\n"),
        ("x = '''\n%no magic\n'''", "x = '''\n%no magic\n'''\n"),
        ("%%time\nx = 1", "\nx = 1\n"),
        ("%%bash\nls -l", "\n\n"),
        ("%%writefile model.py\nimport torch", "\n\n"),
        ("print 'python 2'\nx = 1", "x = a_cell_that_is_not_python\n\n"),
        ("<blank>\nfor a, (b, c) in x:\n    d.e[0] += 1", "a = b = c = d = a_cell_that_is_not_python\n\n\n"),
        ("<blank>\ntorch.f()\nif x == 1: y", "\n\n\n"),
        ("(" * 5_000, "\n"),
        ("await model()", "await model()\n"),
        ('x = f"{y["a"]}"\nz = 1', 'x = f"{y["a"]}"\nz = 1\n'),
        ('%time f()\nx = f"{y["a"]}"', 'f()\nx = f"{y["a"]}"\n'),
        ('x = f"{y["a"]"', "x = a_cell_that_is_not_python\n"),
    ],
)
def test_what_is_no_python_is_blanked(cell: str, python: str) -> None:
    """Magics, shell lines, help requests and broken cells, whose names are unknown; every other line keeps its row."""
    book = read_ipynb(notebook(cell, "last = 1"))
    assert book.text == f"{python}last = 1\n"
    parse(book.text, "nb.ipynb")


def test_another_language_has_no_code_cells() -> None:
    """An R notebook is a notebook and holds nothing for us."""
    assert read_ipynb(notebook("x <- 1", kernelspec={"name": "ir", "language": "R"})).text == ""
    assert read_ipynb(notebook("x = 1", kernelspec={"name": "python3", "language": "python"})).text == "x = 1\n"


def test_numbers_of_any_length() -> None:
    """In outputs and metadata, before and after what is read; an edit passes over them."""
    digits = "9" * 10_000
    cell = (
        f'{{"execution_count": {digits}, "cell_type": "code", "outputs": [-{digits}, 1e{digits}], "source": "x = 1"}}'
    )
    content = f'{{"nbformat": {digits}, "cells": [{cell}, {cell}], "metadata": {{"n": [{digits}]}}}}'
    book = read_ipynb(content)
    assert book.text == "x = 1\nx = 1\n"
    assert book.with_texts(["x = 1\nx = 2\n"]) == f"x = 2{content[::-1].partition('x = 1'[::-1])[0][::-1]}".join(
        [content[: content.rindex("x = 1")], ""]
    )


def test_the_old_format_is_read() -> None:
    """nbformat 3 has worksheets and ``input``."""
    content = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1\n", "y"]}]}]}
    assert read_ipynb(json.dumps(content)).text == "x = 1\ny\n"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 1}', "[" * 100_000, '"cells"'])
def test_what_is_no_notebook_is_refused(content: str) -> None:
    """With one line."""
    with pytest.raises(SourceError):
        read_ipynb(content)


ESCAPED = r"""{
 "cells":[ {"cell_type" : "code",
   "source": ["%matplotlib inline\n", "x = \"\u00e9\"  # (64) \u00d7 48\n",
              "y = 1\t# \ud83d\ude00 caf\u00e9"] },
 {"source": "z = 1\r\nw = 2", "cell_type": "code"} ],
 "metadata": { }  }"""


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("(64)", "(128)", '# (64) \\u00d7 48\\n"', '# (128) \\u00d7 48\\n"'),
        ("# \U0001f600 café", "# é", "# \\ud83d\\ude00 caf\\u00e9", "# \\u00e9"),
        ("z = 1", "z = 'Ω'", "z = 1\\r\\nw", "z = '\\u03a9'\\r\\nw"),
        ("w = 2", 'w = "2"', "w = 2", 'w = \\"2\\"'),
        ("y = 1\t# \U0001f600 café", "y = 1\ny = 2", 'y = 1\\t# \\ud83d\\ude00 caf\\u00e9"', 'y = 1\\n", "y = 2"'),
        ('x = "é"  # (64) × 48\n', "", '"x = \\"\\u00e9\\"  # (64) \\u00d7 48\\n",\n              ', ""),
    ],
)
def test_an_edit_changes_its_line_only(old: str, new: str, before: str, after: str) -> None:
    """Spacing, escapes, magics and key order of the file stay, whatever wrote it."""
    book = read_ipynb(ESCAPED)
    assert before in ESCAPED
    assert book.with_texts([book.text]) == ESCAPED
    changed = book.with_texts([book.text.replace(old, new)])
    assert changed == ESCAPED.replace(before, after)
    json.loads(changed)


def test_unicode_stays_unicode() -> None:
    """A file that holds plain characters gets plain characters."""
    content = notebook("x = 1  # é")
    assert read_ipynb(content).with_texts(["x = 2  # Ω\n"]) == notebook("x = 2  # Ω")


def test_lines_may_be_added() -> None:
    """Each becomes a string of its own, as Jupyter writes them."""
    content = notebook("a = 1\nb = 2", "c = 3\nd = 4\n")
    changed = read_ipynb(content).with_texts(["a = 1\n# one\nb = 2\nc = 3\nd = 4\n# four\n"])
    assert changed == notebook("a = 1\n# one\nb = 2", "c = 3\nd = 4\n# four\n")


def test_a_magic_is_never_lost() -> None:
    """A change that cannot be told from the removal of a magic is refused."""
    book = read_ipynb(notebook("%matplotlib inline\nx = 1"))
    with pytest.raises(ValueError, match="not Python"):
        book.with_texts(["x = 1\n"])
