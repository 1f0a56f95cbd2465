"""Which files are notebooks, and of which format.

A format is a file of this folder that gives the cells of a text; here they are tried one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from ..guard import SourceError, guard
from ..lines import split_lines
from .assembly import excerpts_of
from .cells import CodeCell
from .databricks import read_databricks
from .exports import read_colab, read_live_magics, read_nbconvert
from .ipynb import read_ipynb
from .ipython_calls import read_ipython_calls
from .light import read_light
from .marimo import read_marimo
from .markdown import read_markdown
from .notebook import Excerpt, Notebook, rewritten
from .percent import read_percent
from .sphinx_gallery import read_sphinx_gallery

__all__ = ["read_notebook"]

_SCRIPTS: tuple[Callable[[Sequence[str]], list[CodeCell] | None], ...] = (
    read_marimo, read_databricks, read_colab, read_nbconvert, read_light, read_sphinx_gallery, read_percent, read_live_magics,
    read_ipython_calls,
)  # fmt: skip
"""In the order in which they are asked: a file that says what it is comes before one that looks like something."""
_DOCUMENTS = {".md": False, ".qmd": True, ".Rmd": True, ".rmd": True}
"""Whether Python in such a document is executed only where its block says so."""


def read_notebook(text: str, path: str) -> Notebook | None:
    """The notebook that a file holds; None for Python that is read as it is.

    Raises SourceError if the file is none, although its name says so.
    """
    if path.endswith(".ipynb"):
        return read_ipynb(text)
    lines = split_lines(text)
    for suffix, always_executed in _DOCUMENTS.items():
        if path.endswith(suffix):
            return _of_text(text, read_markdown(lines, always_executed), keep_broken=False)
    cells = next((cells for read in _SCRIPTS if (cells := read(lines)) is not None), None)
    if cells is None:
        return None
    notebook = _of_text(text, cells, keep_broken=True)
    return None if _is_plain(notebook.excerpts, lines) else notebook


def _of_text(text: str, cells: Sequence[CodeCell], keep_broken: bool) -> Notebook:
    return Notebook(text, excerpts_of(cells, keep_broken), partial(rewritten, text))


def _is_plain(excerpts: Sequence[Excerpt], lines: Sequence[str]) -> bool:
    """Whether a file is its own module, or is broken even without its magics: then nothing is to be traced back."""
    own = excerpts[0]
    is_same = [line.text for line in own.lines] in (list(lines), list(lines[:-1]))
    return len(excerpts) == 1 and (is_same or _is_broken(own.text))


def _is_broken(text: str) -> bool:
    try:
        guard(text)
    except SourceError:
        return True
    return False
