"""Scripts in cells that begin with ``# %%``: jupytext's percent and hydrogen formats, VS Code, Spyder, nbdev's exports."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .cells import SKIPPED, CodeCell, whole_lines
from .scripts import header_end, jupytext_format, marked_cell

__all__ = ["read_percent"]

_MARKER = re.compile(r"#\s*%%%*(?:\s+(?P<rest>.*))?$")

_MORE = re.compile(r"#\s*%%.*[\[=]|[%!]|#\|")
"""In lines of a script without jupytext's header that is more than Python with a marker here and there."""


def read_percent(lines: Sequence[str]) -> list[CodeCell] | None:
    """The cells of a script, None if it is not in this format."""
    named = jupytext_format(lines)
    if named not in (None, "percent", "hydrogen"):
        return None
    begin = header_end(lines)
    markers = [(row, found) for row, line in enumerate(lines, 1) if row > begin and (found := _MARKER.match(line))]
    if not markers or (named is None and not any(_MORE.match(line) for line in lines)):
        return None
    first = markers[0][0]
    cells = [
        CodeCell(whole_lines(lines, range(1, begin + 1)), SKIPPED),
        CodeCell(whole_lines(lines, range(begin + 1, first))),
    ]
    ends = [row for row, _ in markers[1:]] + [len(lines) + 1]
    for (row, found), end in zip(markers, ends, strict=True):
        inside = whole_lines(lines, range(row, end))
        # Who writes such a script without jupytext comments a magic out because it is not to be run.
        cells.append(marked_cell(inside, found["rest"] or "", named == "percent"))
    return cells
