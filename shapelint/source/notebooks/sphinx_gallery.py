"""Sphinx-Gallery's scripts, and the format in which jupytext writes them.

Text is in strings and in comments after a line of 20 ``#`` or ``# %%``; ``""`` on a line of its own begins another code
cell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .cells import SKIPPED, CellLine, CodeCell, whole_lines
from .scripts import header_end, jupytext_format, uncommented

__all__ = ["read_sphinx_gallery"]

_TEXT = re.compile(r"#{20,}\s*$|#\s*%%(?:\s|$)")
_BREAK = re.compile(r"""(?:""|'')\s*$""")
_TITLE = re.compile(
    r"(?:[rRuU]{0,2})(?:\"\"\"|''')\s*(?:(?P<above>[=\-#*~^]{3,})\s*\n)?.*\S.*\n(?P<under>[=\-#*~^]{3,})\s*\n"
)


def read_sphinx_gallery(lines: Sequence[str]) -> list[CodeCell] | None:
    """The cells of a script, None if it is not in this format."""
    named = jupytext_format(lines)
    begin = header_end(lines)
    if named != "sphinx" and (named is not None or not _has_title(lines)):
        return None
    cells = [CodeCell(whole_lines(lines, range(1, begin + 1)), SKIPPED)]
    code: list[CellLine] = []
    in_text = False
    for line in whole_lines(lines, range(begin + 1, len(lines) + 1)):
        starts_text = _TEXT.match(line.text) is not None
        if starts_text or (in_text and line.text.startswith("#")) or _BREAK.match(line.text):
            cells += [CodeCell(uncommented(code) if named else tuple(code)), CodeCell((line,), SKIPPED)]
            code = []
        else:
            code.append(line)
        in_text = starts_text or (in_text and line.text.startswith("#"))
    return [*cells, CodeCell(uncommented(code) if named else tuple(code))]


def _has_title(lines: Sequence[str]) -> bool:
    """Whether a script begins with a string that begins with a title, as every example of a gallery does."""
    first = next((index for index, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    return _TITLE.match("\n".join(lines[first : first + 8])) is not None
