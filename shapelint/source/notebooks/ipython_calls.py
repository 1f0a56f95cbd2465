"""Magics as IPython spells them in Python: ``get_ipython().run_cell_magic('writefile', 'model.py', '...')``.

nbconvert writes them so where it exports a notebook as a script, the code within a string.  Each line of such a string
knows where in the file it is; nothing can be written into it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from ...records import dataclass, replace
from .cells import RUNS, CellLine, CodeCell
from .magics import statement_of

__all__ = ["read_ipython_calls", "with_magics"]

_CALL = re.compile(
    r"(?P<indent>\s*)(?P<target>[\w., \t]*=\s*)?get_ipython\(\)\.(?P<method>run_line_magic|run_cell_magic|magic)\("
)
_ESCAPE = re.compile(r"\\(?:x..|u.{4}|U.{8}|N\{[^}]*\}|[0-7]{1,3}|.)")


@dataclass(frozen=True, slots=True)
class _Quoted:
    """A string of the file.  ``places``: where each of its characters, and its end, are in the line that it is in."""

    text: str
    places: tuple[int, ...]

    def after(self, begin: int) -> _Quoted:
        return _Quoted(self.text[begin:], self.places[begin:])


def read_ipython_calls(lines: Sequence[str]) -> list[CodeCell] | None:
    """A script with such calls as one cell; None if it has none."""
    if not any(map(_CALL.match, lines)):
        return None
    return [CodeCell(tuple(CellLine(text, row) for row, text in enumerate(lines, 1)))]


def with_magics(cell: CodeCell) -> Iterator[CodeCell]:
    """The cell with statements for what its line magics run, and cells of their own for its cell magics."""
    if cell.state != RUNS or not any("get_ipython()." in line.text for line in cell.lines):
        yield cell
        return
    lines: list[CellLine] = []
    for line in cell.lines:
        found = _magic_of(line)
        if isinstance(found, CodeCell):
            yield replace(cell, lines=tuple(lines))
            yield found
            lines = []
        else:
            lines.append(found)
    yield replace(cell, lines=tuple(lines))


def _magic_of(line: CellLine) -> CellLine | CodeCell:
    """What is in the string of a line, or the line itself."""
    found = _CALL.match(line.text)
    words = [] if found is None or line.cuts or line.inserted else _strings(line.text)
    if found is None or not words:
        return line
    if found["method"] == "run_cell_magic" and len(words) == 3 and not found["indent"]:
        head = replace(line.instead(f"%%{words[0].text} {words[1].text}"), quoted=True)
        return CodeCell((head, *_lines(line, words[2])))
    if found["method"] == "run_line_magic" and len(words) == 2:
        return _statement(line, found, words[0].text, words[1])
    if found["method"] == "magic" and len(words) == 1:
        name, blank, _ = words[0].text.partition(" ")
        return _statement(line, found, name, words[0].after(len(name + blank)))
    return line


def _statement(line: CellLine, found: re.Match[str], name: str, code: _Quoted) -> CellLine:
    begin = statement_of(name, code.text)
    if begin is None or "\n" in code.text:
        return line
    head = found.end("target") if name == "time" and found["target"] else found.end("indent")
    return _line(line, code.after(begin), head)


def _lines(line: CellLine, body: _Quoted) -> Iterator[CellLine]:
    start = 0
    for text in body.text.removesuffix("\n").split("\n"):
        yield _line(line, _Quoted(text, body.places[start:]), 0)
        start += len(text) + 1


def _line(line: CellLine, code: _Quoted, head: int) -> CellLine:
    """A line of code with the first ``head`` characters of the line that it is in before it."""
    cuts = [(head, code.places[0])] if code.places[0] > head else []
    for place, following in zip(code.places[: len(code.text)], code.places[1:], strict=False):
        if following > place + 1:  # an escape takes several characters for one
            cuts.append((place + 1, following))
    return replace(line, text=line.text[:head] + code.text, cuts=tuple(cuts), opaque=True, quoted=True)


def _strings(text: str) -> list[_Quoted]:
    """The arguments of a call on one line, none unless all are plain strings."""
    try:
        (statement,) = ast.parse(text.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    call = statement.value if isinstance(statement, (ast.Expr, ast.Assign)) else None
    if not isinstance(call, ast.Call) or call.keywords:
        return []
    found = [_string(text, node) for node in call.args]
    return [string for string in found if string is not None] if None not in found else []


def _string(text: str, node: ast.expr) -> _Quoted | None:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or node.end_col_offset is None:
        return None
    indent = len(text) - len(text.lstrip())
    encoded = text[indent:].encode()
    start, end = (len(encoded[:at].decode()) + indent for at in (node.col_offset, node.end_col_offset))
    start += text[start] in "uU"
    if text[start] not in "'\"" or text[start : start + 3] in ("'''", '"""'):
        return None
    places, at = [], start + 1
    while at < end - 1:
        places.append(at)
        escape = _ESCAPE.match(text, at)
        at = at + 1 if escape is None else escape.end()
    return _Quoted(node.value, (*places, at)) if len(places) == len(node.value) else None
