"""From cells to modules: what the notebook runs itself, and each file or program that it writes or starts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from .cells import RAISES, RUNS, SKIPPED, CellLine, CodeCell, synthetic, within_strings
from .ipython_calls import with_magics
from .magics import cell_magic, without_magics, without_prompts
from .notebook import Excerpt

__all__ = ["excerpts_of"]

_IN_PLACE = frozenset({"time", "capture", "prun", "memit", "mprun", "lprun", "heat", "wandb"})
"""CodeCell magics that run the cell as it would run without them."""
_WRITING = frozenset({"writefile", "file"})
_PYTHON = re.compile(r"(?:\S*/)?(?:python[\d.]*|pypy[\d.]*)$")
_OPTION = re.compile(r"#\|\s*(?P<name>[\w-]+)\s*:\s*(?P<value>\S.*?)\s*$")
_INDENT = 4


def excerpts_of(cells: Iterable[CodeCell], keep_broken: bool = False) -> tuple[Excerpt, ...]:
    """The module that the cells are, and those besides.

    ``keep_broken``: whether a cell that is not Python is a syntax error, rather than nothing.
    """
    main: list[CellLine] = []
    files: dict[str, list[CellLine]] = {}
    programs: list[list[CellLine]] = []
    for cell in chain.from_iterable(map(with_magics, cells)):
        lines = without_prompts(cell.lines)
        state = cell.state if cell.state == SKIPPED else _option(lines) or cell.state
        magic = cell_magic(lines) if state != SKIPPED else None
        if state == SKIPPED:
            main += _blank(lines)
            continue
        if magic is None:
            main += _guarded(without_magics(lines, keep_broken), state)
            continue
        index, name, rest = magic
        body = lines[index + 1 :]
        if name in _IN_PLACE:
            main += [*_blank(lines[: index + 1]), *_guarded(without_magics(body, keep_broken), state)]
            continue
        if name == "timeit":
            main += [*_blank(lines[: index + 1]), *_timed(without_magics(body), state)]
            continue
        main += _blank(lines)
        if name in _WRITING:
            target = rest.split()[-1] if rest else ""
            if target.endswith(".py"):
                appended = files.get(target, []) if "-a" in rest.split() else []
                files[target] = [*appended, *body]
        elif _starts_python(name, rest):
            programs.append([*body])
    besides = [Excerpt(without_magics(body), name) for name, body in files.items()]
    return (Excerpt(tuple(main)), *besides, *(Excerpt(without_magics(body)) for body in programs))


def _option(lines: Sequence[CellLine]) -> str | None:
    """What the option comments at the top of a cell (``#| eval: false``) say of it."""
    for line in lines:
        text = line.text.strip()
        if not text.startswith("#|"):
            if text and not line.opaque:
                break
            continue
        found = _OPTION.match(text)
        if found is not None and (found["name"].lower(), found["value"].lower()) == ("eval", "false"):
            return SKIPPED
        if found is not None and (found["name"].lower(), found["value"].lower()) == ("error", "true"):
            return RAISES
    return None


def _starts_python(name: str, rest: str) -> bool:
    """Whether a cell magic gives the cell to a Python of its own."""
    words = [word for word in rest.split() if not word.startswith("--")]
    return _PYTHON.match(words[0] if name == "script" and words else name) is not None


def _blank(lines: Iterable[CellLine]) -> Iterator[CellLine]:
    return (line.instead("") for line in lines)


def _guarded(lines: Sequence[CellLine], state: str) -> Iterator[CellLine]:
    """The lines; those that may raise in a ``try``, and nothing is reported of them."""
    if state == RUNS:
        yield from lines
        return
    body = _indented(lines)
    if body is None:
        yield from _blank(lines)
        return
    yield synthetic("try:  # shapelint: off")
    yield from body
    yield synthetic("    pass")
    yield synthetic("except BaseException:")
    yield synthetic("    pass  # shapelint: on")


def _timed(lines: Sequence[CellLine], state: str) -> Iterator[CellLine]:
    """The lines as a function that is called, for no name that they bind is known afterwards."""
    body = _indented(lines)
    if body is None or state != RUNS:
        yield from _blank(lines)
        return
    row = next((line.row for line in lines), 0)
    yield synthetic(f"def timed_in_row_{row}():")
    yield from body
    yield synthetic("    pass")
    yield synthetic(f"timed_in_row_{row}()")


def _indented(lines: Sequence[CellLine]) -> list[CellLine] | None:
    """The lines as a block; None if they are not Python."""
    try:
        inside = within_strings(ast.parse("".join(f"{line.text}\n" for line in lines)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return [line if row in inside else line.further_right(_INDENT) for row, line in enumerate(lines, 1)]
