"""Databricks notebooks as they are in a repository: cells are divided by comments, other languages commented out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .cells import SKIPPED, CellLine, CodeCell, whole_lines

__all__ = ["read_databricks"]

_FIRST = "# Databricks notebook source"
_DIVIDER = re.compile(r"# COMMAND -{5,}\s*$")
_MAGIC = re.compile(r"# MAGIC(?: |$)")
_OTHER = re.compile(r"%(?:md|md-sandbox|sql|scala|r|sh|fs|run|html)(?![\w-])")
_PYTHON = re.compile(r"%python\b")


def read_databricks(lines: Sequence[str]) -> list[CodeCell] | None:
    """The cells of a script, None if it is not in this format."""
    if not lines or lines[0].rstrip() != _FIRST:
        return None
    begins = [1, *(row for row, line in enumerate(lines, 1) if _DIVIDER.match(line))]
    return [
        _cell(whole_lines(lines, range(begin, end)))
        for begin, end in zip(begins, [*begins[1:], len(lines) + 1], strict=True)
    ]


def _cell(lines: tuple[CellLine, ...]) -> CodeCell:
    """The cell of these lines, the first of which is its marker."""
    live = [_live(line) for line in lines]
    code = [line for line in live[1:] if line.text.strip() and not line.text.startswith("# DBTITLE")]
    first = code[0] if code and code[0].cuts else None
    if first is not None and _OTHER.match(first.text):
        return CodeCell(lines, SKIPPED)
    if first is not None and _PYTHON.match(first.text):
        live[live.index(first)] = first.instead("")
    return CodeCell((lines[0].instead(""), *live[1:]))


def _live(line: CellLine) -> CellLine:
    found = _MAGIC.match(line.text)
    return line if found is None else line.without(0, found.end())
