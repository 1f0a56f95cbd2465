"""IPython's own syntax in a cell: magics, shell lines and help requests.

What a magic runs in the notebook is kept, at its columns; any other line that is not Python becomes ``pass``, a cell that
is not Python at all becomes empty lines, and what it changes unknown.  So every line keeps its row.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from ..guard import SourceError, guard
from .broken_cells import stand_in
from .cells import CellLine

__all__ = ["cell_magic", "is_magic", "statement_of", "without_magics", "without_prompts"]

_MAGIC = re.compile(r"^(?P<indent>\s*)(?:[%!?,;/]|[\w.,\s]*=\s*[%!](?!=)|.*\?\s*$)")
_CELL_MAGIC = re.compile(r"%%(?P<name>\w+)[ \t]*(?P<rest>.*)")
_LINE_MAGIC = re.compile(r"^(?P<indent>\s*)(?P<target>[\w., \t]*=\s*)?%(?P<name>\w+)[ \t]+(?P<rest>.*)$")
_RUNNERS = {"time": "", "timeit": "nrp", "prun": "lsTD", "memit": "rti", "lprun": "fTDmsu", "mprun": "fT"}
"""CellLine magics that run the statement after them, with those of their options that take a value."""
_VALUE_KEPT = "time"
_MOST_MAGICS = 200
_PROMPT = re.compile(r"(?:>>>|\.\.\.)(?: |$)")


def is_magic(text: str) -> bool:
    """Whether a line starts as a magic, a shell line or a help request does (rather than a comment about percents).

    >>> [is_magic(text) for text in ("%matplotlib inline", "!pip install x", "y = %time f(x)", "% of it", "a note")]
    [True, True, True, False, False]
    """
    return re.match(r"\s*(?:%%?[a-zA-Z]\w*|!+\s*[\w./{$]|\?\w|\w[\w., \t]*=\s*(?:%\w|!\s*\w))", text) is not None


def without_prompts(lines: Sequence[CellLine]) -> Sequence[CellLine]:
    """The lines of a cell that was pasted with Python's prompts, without them: IPython leaves them out as well."""
    first = next((line.text for line in lines if line.text.strip()), "")
    if not first.startswith(">>>"):
        return lines
    prompts = [_PROMPT.match(line.text) for line in lines]
    return [line if found is None else line.without(0, found.end()) for line, found in zip(lines, prompts, strict=True)]


def cell_magic(lines: Sequence[CellLine]) -> tuple[int, str, str] | None:
    """The cell magic: its index in ``lines``, its name and what follows it; None if there is none."""
    first = next((index for index, line in enumerate(lines) if line.text.strip()), None)
    found = None if first is None else _CELL_MAGIC.match(lines[first].text)
    return None if found is None or first is None else (first, found["name"], found["rest"].strip())


def without_magics(lines: Sequence[CellLine], keep_broken: bool = False) -> tuple[CellLine, ...]:
    """The lines of a cell with everything that is not Python taken out.

    ``keep_broken``: whether a cell that is not Python even so stays as it is.
    """
    out = list(lines)
    for _ in range(_MOST_MAGICS):
        error = _error(out)
        if error is None:
            return tuple(out)
        if not _take_out(out, error.row - 1):
            break
    # Asked last: whether a newer Python would accept the cell takes a process to find out.
    if keep_broken or _error(out, newer=True) is None:
        return tuple(out)
    return stand_in(lines)


def _run_by_magic(text: str) -> tuple[int, int] | None:
    """What to leave out of a line so that what its magic runs is left; None if it runs nothing we know.

    >>> text = "    y = %timeit -n 10 f(x)"
    >>> start, end = _run_by_magic(text)
    >>> text[:start] + text[end:]
    '    f(x)'
    """
    found = _LINE_MAGIC.match(text)
    begin = None if found is None else statement_of(found["name"], found["rest"])
    if found is None or begin is None:
        return None
    keeps = found["name"] == _VALUE_KEPT
    start = found.end("target") if keeps and found["target"] else found.end("indent")
    return start, found.start("rest") + begin


def statement_of(name: str, rest: str) -> int | None:
    """Where in ``rest``, what follows a line magic, the statement begins that it runs; None if it runs nothing we know.

    Of an assignment only what it assigns, where the magic keeps no name.
    """
    if name not in _RUNNERS:
        return None
    begin = _after_options(rest, _RUNNERS[name])
    try:
        statement = ast.parse(rest[begin:].strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if len(statement) != 1:
        return None
    if isinstance(statement[0], ast.Assign) and name != _VALUE_KEPT and statement[0].value.lineno == 1:
        begin += len(
            rest[begin : begin + statement[0].value.col_offset].encode()[: statement[0].value.col_offset].decode()
        )
    return begin


def _after_options(rest: str, valued: str) -> int:
    """Where the statement begins after options like ``-n10 -r 3 -q``."""
    begin = 0
    while (option := re.match(r"\s*(--[\w-]+(?:=\S+)?|-(\w)(\S*))(?:\s+|$)", rest[begin:])) is not None:
        begin += option.end()
        if option[2] and option[2] in valued and not option[3]:
            value = re.match(r"\S+\s*", rest[begin:])
            begin += value.end() if value is not None else 0
    return begin + len(rest[begin:]) - len(rest[begin:].lstrip())


def _error(lines: Sequence[CellLine], newer: bool = False) -> SourceError | None:
    try:
        guard("".join(f"{line.text}\n" for line in lines), newer=newer)
    except SourceError as error:
        return error
    return None


def _take_out(lines: list[CellLine], index: int) -> bool:
    """Take the magic at ``index`` out (a shell line may run on after backslashes); False if there is none."""
    while 0 < index < len(lines) and lines[index - 1].text.endswith("\\"):
        index -= 1
    match = _MAGIC.match(lines[index].text) if index < len(lines) else None
    if match is None:
        return False
    continued = lines[index].text.endswith("\\")
    cut = None if continued else _run_by_magic(lines[index].text)
    lines[index] = lines[index].instead(f"{match['indent']}pass") if cut is None else lines[index].without(*cut)
    while continued and index + 1 < len(lines):
        index += 1
        continued = lines[index].text.endswith("\\")
        lines[index] = lines[index].instead("")
    return True
