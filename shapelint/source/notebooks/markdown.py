"""Markdown with code: jupytext's, MyST, Quarto, R Markdown, marimo's, and the examples of any other document.

Where a document has blocks that are to be executed (``{code-cell}``, ``{python}``, ``{.marimo}``), those are its cells and other
blocks are text; where it has none, as in a README, its blocks of Python are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from ...records import dataclass
from .cells import RAISES, RUNS, SKIPPED, CellLine, CodeCell, executes_nothing, tagged, whole_lines
from .scripts import uncommented

__all__ = ["read_markdown"]

_FENCE = re.compile(r"(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,}|:{3,})[ \t]*(?P<info>.*?)[ \t]*$")
_REGION = re.compile(r"\s*<!-- #(?P<kind>region|endregion)")
_EXECUTED = (
    re.compile(r"\{code-cell\}\s*(?:i?python\d*)?\s*$"),
    re.compile(r"\{python\d*\b(?!\.)"),
    re.compile(r"(?:python|py)\s*\{[^}]*\.marimo"),
)
_SHOWN = re.compile(r"(?:i?python\d?|py)\b(?!.*\.noeval)")
_OFF = re.compile(r"\beval\s*=\s*(?:F|FALSE|false)\b|\bdisabled=\"true\"")
_ON = re.compile(r"\beval\s*[=:]\s*(?:T|TRUE|true)\b")
_ERRORS = re.compile(r"\berror\s*=\s*(?:T|TRUE|true)\b")
_KNITR_OFF = re.compile(r"opts_chunk\$set\([^)]{0,500}\beval\s*=\s*(?:F|FALSE)\b")
_MYST_OPTION = re.compile(r":[\w-]+:")


@dataclass(frozen=True, slots=True)
class _Block:
    """A fenced block: the rows between its fences, how far it is indented and what is written after its fence."""

    rows: range
    indent: int
    info: str


def read_markdown(lines: Sequence[str], always_executed: bool = False) -> list[CodeCell]:
    """The cells of a document, with what is between them as cells that are skipped.

    ``always_executed``: whether a block that is only shown is never a cell (Quarto, R Markdown).
    """
    blocks = list(_blocks(lines))
    header = _header(lines)
    executed = [block for block in blocks if any(sign.match(block.info) for sign in _EXECUTED)]
    chosen = executed
    if not (executed or always_executed or "marimo-version:" in header):
        chosen = [block for block in blocks if _SHOWN.match(block.info)]
    off = executes_nothing(header) or (always_executed and _KNITR_OFF.search("\n".join(lines)) is not None)
    # Of the formats in Markdown, jupytext comments magics out in those that R may run.
    live = always_executed and "jupytext:" in header
    cells: list[CodeCell] = []
    row = 1
    for block in chosen:
        cells.append(CodeCell(whole_lines(lines, range(row, block.rows.start)), SKIPPED))
        cells += _cells(lines, block, off, uncommented if live else tuple)
        row = block.rows.stop
    return [*cells, CodeCell(whole_lines(lines, range(row, len(lines) + 1)), SKIPPED)]


def _header(lines: Sequence[str]) -> str:
    """The YAML at the top."""
    if not lines or lines[0].rstrip() != "---":
        return ""
    end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), 0)
    return "\n".join(lines[:end])


def _blocks(lines: Sequence[str]) -> Iterator[_Block]:
    """The fenced blocks, outermost only; none of those in what jupytext marks as a region of text."""
    opened: tuple[int, int, str, str] | None = None
    in_region = False
    for row, line in enumerate(lines, 1):
        region = _REGION.match(line)
        if region is not None and opened is None:
            in_region = region["kind"] == "region"
        found = _FENCE.match(line)
        if found is None:
            continue
        if opened is None:
            if "`" not in found["info"] and (found["fence"][0] != ":" or found["info"].startswith("{code-cell}")):
                opened = row, len(found["indent"]), found["fence"], found["info"]
        elif not found["info"] and found["fence"].startswith(opened[2]):
            if not in_region:
                yield _Block(range(opened[0] + 1, row), opened[1], opened[3])
            opened = None


def _cells(
    lines: Sequence[str], block: _Block, off: bool, live: Callable[[Sequence[CellLine]], tuple[CellLine, ...]]
) -> Iterator[CodeCell]:
    """The options at the top of a block, and its code."""
    inside = [_dedented(line, block.indent) for line in whole_lines(lines, block.rows)]
    count = _options(inside) if block.info.startswith("{code-cell}") else 0
    words = " ".join([block.info, *(line.text for line in inside[:count])])
    written = "\n".join(line.text for line in inside if line.text.startswith("#|"))
    state = SKIPPED if _OFF.search(words) or (off and not _ON.search(f"{words}\n{written}")) else RUNS
    if state == RUNS:
        state = RAISES if _ERRORS.search(words) else tagged(words)
    yield CodeCell(tuple(inside[:count]), SKIPPED)
    yield CodeCell(live(inside[count:]), state)


def _dedented(line: CellLine, indent: int) -> CellLine:
    spaces = min(indent, len(line.text) - len(line.text.lstrip()))
    line = CellLine(line.text, line.row, indent=indent)
    return line.without(0, spaces) if spaces else line


def _options(inside: Sequence[CellLine]) -> int:
    """How many lines the options of a MyST directive take: ``:tags: [...]``, or YAML between dashes."""
    texts = [line.text.rstrip() for line in inside]
    if texts[:1] == ["---"] and "---" in texts[1:]:
        return texts.index("---", 1) + 1
    return next((index for index, text in enumerate(texts) if not _MYST_OPTION.match(text)), len(texts))
