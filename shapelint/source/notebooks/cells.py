"""Cells and their lines, each of which knows which line of the file it is and what of that was left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence

from ...records import dataclass, replace

__all__ = [
    "CodeCell",
    "CellLine",
    "RAISES",
    "RUNS",
    "SKIPPED",
    "executes_nothing",
    "synthetic",
    "tagged",
    "whole_lines",
    "within_strings",
]

RUNS, SKIPPED, RAISES = "runs", "skipped", "raises"
"""What becomes of a cell: it is executed, it is not, or it may end in an exception after which the next one is run."""
_ALL_OFF = re.compile(r"^\s+(?:eval|enabled):\s*false\b|^skip_exec:\s*true\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CellLine:
    """A line of a module that was taken from a line of a page.

    ``row``: of the page, 0 for a line that the page does not have.  ``cuts``: what is left out of the page's line, as
    (start, end) offsets in it.  ``inserted``: spaces that ``text`` begins with and the page does not.  ``indent``: how
    much further to the right lines added beside it are in the page.  ``opaque``: whether ``text`` is not from the page,
    so that nothing may be put in its place.  ``quoted``: whether it is part of a string, into which nothing is written.
    """

    text: str
    row: int
    cuts: tuple[tuple[int, int], ...] = ()
    inserted: int = 0
    indent: int = 0
    opaque: bool = False
    quoted: bool = False

    def offset(self, offset: int) -> int:
        """Where the character at ``offset`` of ``text`` is in the page's line."""
        offset = max(offset - self.inserted, 0)
        for start, end in self.cuts:
            if offset >= start:
                offset += end - start
        return offset

    def without(self, start: int, end: int) -> CellLine:
        """The line with the characters from ``start`` to ``end`` left out.

        >>> line = CellLine("# %time y = f(x)", 7).without(0, 2).without(0, 6)
        >>> line.text, line.offset(4)
        ('y = f(x)', 12)
        """
        cut = (self.offset(start), self.offset(end - 1) + 1)
        cuts = (*(old for old in self.cuts if not cut[0] <= old[0] < cut[1]), cut)
        joined: list[tuple[int, int]] = []
        for first, last in sorted(cuts):
            if joined and first <= joined[-1][1]:
                joined[-1] = joined[-1][0], max(last, joined[-1][1])
            else:
                joined.append((first, last))
        return replace(self, text=self.text[:start] + self.text[end:], cuts=tuple(joined))

    def instead(self, text: str) -> CellLine:
        """``text`` in place of a line that is not Python or not to be run."""
        return replace(self, text=text, cuts=(), inserted=0, opaque=text != self.text or self.opaque)

    def further_right(self, spaces: int) -> CellLine:
        """The line indented, which in the page it is not."""
        if not self.text.strip():
            return self
        return replace(self, text=" " * spaces + self.text, inserted=spaces, indent=self.indent - spaces)

    def restored(self, text: str, page: str) -> str:
        """The page's line, now ``page``, when this one has become ``text``.  Raises ValueError if something would be lost."""
        if text == self.text:
            return page
        if self.opaque:
            raise ValueError("a line that is not Python would be lost")
        if text[: self.inserted].strip():
            raise ValueError("a line would leave its block")
        text = text[self.inserted :]
        if not self.cuts:
            return text
        end = self.cuts[-1][1]
        before = end - sum(last - first for first, last in self.cuts)
        if text[:before] != self.text[self.inserted :][:before]:
            raise ValueError("a line that is not Python would be lost")
        if not text.strip() and not page[:end].strip():
            return ""
        return page[:end] + text[before:]

    def added(self, text: str) -> str:
        """How a line that is added beside this one is written in the page."""
        if self.indent >= 0 or not text.strip():
            return " " * self.indent + text if text.strip() else text
        return text[min(-self.indent, len(text) - len(text.lstrip())) :]


@dataclass(frozen=True, slots=True)
class CodeCell:
    """A code cell, or, if it is ``SKIPPED``, anything that is not to be executed."""

    lines: tuple[CellLine, ...]
    state: str = RUNS


def whole_lines(lines: Sequence[str], rows: Iterable[int]) -> tuple[CellLine, ...]:
    """The lines of a page in these rows, as they are."""
    return tuple(CellLine(lines[row - 1], row) for row in rows)


def synthetic(text: str) -> CellLine:
    """A line that the page does not have."""
    return CellLine(text, 0, opaque=True)


def tagged(words: str) -> str:
    """What the tags in ``words`` say of a cell.

    >>> tagged('tags=["remove-cell", "raises-exception"]')
    'raises'
    """
    if "skip-execution" in words:
        return SKIPPED
    return RAISES if "raises-exception" in words else RUNS


def executes_nothing(header: str) -> bool:
    """Whether the YAML at the top of a document says that its code is not executed (Quarto, nbdev)."""
    return header.startswith("---") and _ALL_OFF.search(header) is not None


def within_strings(tree: ast.AST) -> frozenset[int]:
    """The rows that begin within a string, and so cannot be indented without changing it."""
    return frozenset(
        row
        for node in ast.walk(tree)
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and node.end_lineno is not None
        for row in range(node.lineno + 1, node.end_lineno + 1)
    )
