"""What notebooks that are saved as Python files have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .cells import RUNS, SKIPPED, CellLine, CodeCell, tagged
from .magics import is_magic

__all__ = ["header_end", "jupytext_format", "marked_cell", "uncommented"]

_FORMAT = re.compile(r"#\s*format_name:\s*['\"]?(\w+)")
_KIND = re.compile(r"\[(?:markdown|md|raw|text)\]")
_LANGUAGE = re.compile(r"\blanguage=[\"'](?P<name>[\w-]+)[\"']")
_COMMENT = re.compile(r"\s*#(?: |$)")


def header_end(lines: Sequence[str]) -> int:
    """How many lines the YAML header that jupytext writes takes; 0 if there is none."""
    first = next((index for index, line in enumerate(lines[:3]) if line.rstrip() == "# ---"), None)
    if first is None:
        return 0
    for index in range(first + 1, len(lines)):
        if lines[index].rstrip() == "# ---":
            return index + 1
        if not lines[index].startswith("#"):
            break
    return 0


def jupytext_format(lines: Sequence[str]) -> str | None:
    """The format that the header names: ``percent``, ``light``, ..."""
    for line in lines[: header_end(lines)]:
        found = _FORMAT.match(line)
        if found is not None:
            return found[1]
    return None


def marked_cell(lines: Sequence[CellLine], marker: str, comments_magics: bool) -> CodeCell:
    """The cell of these lines, the first of which is its marker; ``marker``: what that says.

    ``comments_magics``: whether magics are commented out where the notebook has them live.
    """
    language = _LANGUAGE.search(marker)
    if language is not None and language["name"].lower() != "python":
        # Jupytext says so of cells that begin with `%%bash`, and comments them out.
        magic = lines[0].instead(f"%%{language['name']}")
        return CodeCell((magic, *(uncommented(lines[1:], everything=True) if comments_magics else lines[1:])))
    if _KIND.search(marker):
        return CodeCell(tuple(lines), SKIPPED)
    code = (lines[0].instead(""), *(uncommented(lines[1:]) if comments_magics else lines[1:]))
    return CodeCell(code, tagged(marker) if "tags=" in marker else RUNS)


def uncommented(lines: Iterable[CellLine], everything: bool = False) -> tuple[CellLine, ...]:
    """The lines with magics that were commented out live again; ``everything``: all that was."""
    return tuple(_uncommented(line, everything) for line in lines)


def _uncommented(line: CellLine, everything: bool) -> CellLine:
    found = _COMMENT.match(line.text)
    if found is None or not (everything or is_magic(line.text[found.end() :])):
        return line
    return line.without(line.text.index("#"), found.end())
