"""Valid Python that libcst refuses, by name and place: its own message tells only what its grammar expected instead."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from .guard import SourceError

__all__ = ["refused_syntax"]


def refused_syntax(tree: ast.Module, lines: Sequence[str]) -> SourceError | None:
    """What in a file of these lines, whose tree Python gives, is known to be too much for libcst; None if nothing is."""
    found = [place for node in ast.walk(tree) for place in _in_node(node, lines)]
    # Usually libcst takes mixed indentation, so it is named only where nothing else is to blame.
    found = found or [place for node in ast.walk(tree) for place in _in_indentation(node, lines)]
    if not found:
        return None
    row, column, what = min(found)
    return SourceError(f"{what}: valid, but not supported by libcst", row, column)


def _in_node(node: ast.AST, lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    if isinstance(node, ast.AnnAssign) and node.target.col_offset > node.col_offset:
        yield node.lineno, node.col_offset + 1, "annotation of a name in parentheses"
    if isinstance(node, ast.ClassDef):
        named = min(((word.lineno, word.col_offset) for word in node.keywords if word.arg), default=None)
        for base in node.bases:
            if isinstance(base, ast.Starred) and named is not None and named < (base.lineno, base.col_offset):
                yield base.lineno, base.col_offset + 1, "unpacked bases after a keyword of a class"
    for block in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
        if isinstance(block, list) and block and not isinstance(node, ast.Module):
            yield from _continued_into(block[0], lines)


def _in_indentation(node: ast.AST, lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """The line of a statement that is indented by tabs and spaces: libcst counts their columns differently from Python."""
    if isinstance(node, ast.stmt):
        line = lines[node.lineno - 1]
        indentation = line[: len(line) - len(line.lstrip())]
        if "\t" in indentation and " " in indentation:
            yield node.lineno, 1, "indentation by tabs and spaces"


def _continued_into(first: ast.stmt, lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """The line that is nothing but a continuation before the first statement of a block."""
    row = min([first.lineno, *(decorator.lineno for decorator in getattr(first, "decorator_list", ()))]) - 1
    if row >= 1 and lines[row - 1].strip() == "\\":
        yield row, lines[row - 1].index("\\") + 1, "line continuation before the first statement of a block"
