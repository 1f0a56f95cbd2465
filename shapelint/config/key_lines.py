"""The line of a key in a TOML file, for messages: Python's reader says where a file is no TOML, and forgets the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["line_of"]

_MOST_TRIES = 300
"""Beginnings that are read, so that a file that was made to be slow is not."""


def line_of(
    text: str, path: tuple[str, ...], word: str | None, loads: Callable[[str], Mapping[str, Any]]
) -> int | None:
    """The row on which the key ``path`` is set, or the string ``word`` within its value stands; None if it is not found.

    What sets the key ends with the shortest beginning of the file that is TOML and has it.

    >>> import sys; from importlib import import_module
    >>> loads = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli").loads
    >>> line_of("[a]\\nb = [\\n  'x',\\n  'y',\\n]\\n", ("a", "b"), "y", loads)
    4
    """
    lines = text.split("\n")
    first = next((row for row, line in enumerate(lines) if path[-1] in line), len(lines))
    before = first  # the rows before the statement that is being completed
    for count in range(first + 1, min(len(lines), first + _MOST_TRIES) + 1):
        try:
            values = loads("\n".join(lines[:count]))
        except ValueError:
            continue
        if _holds(values, path):
            return before + _row(lines[before:count], word or path[-1])
        before = count
    return None


def _holds(values: Any, path: tuple[str, ...]) -> bool:
    for key in path:
        if not isinstance(values, Mapping) or key not in values:
            return False
        values = values[key]
    return True


def _row(lines: list[str], word: str) -> int:
    """Which of the lines of a statement has ``word``, the first if none has it as it is."""
    return next((row for row, line in enumerate(lines, 1) if word in line), 1)
