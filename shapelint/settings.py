"""What the user asked for, as far as it changes what is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .records import dataclass

__all__ = ["Reader", "Settings", "is_file"]

Reader: TypeAlias = "Callable[[str], str | None]"
"""Gives the text of a file that the linted one imports, None if there is no such file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``select``, ``ignore``: codes, names or beginnings of codes.  ``inputs``: (target, shape) pairs, a pair for each
    input; a target is a class (``NetD``) or a class of a file (``models/netd.py::NetD``).  ``severity``: pairs of a rule, or the
    beginning of its code, and "error" or "warning".  ``symbols``: sizes of names that have no value in the code.
    ``ignore_comments``: whether findings that a comment says to ignore are left out.  ``python``: the interpreter, or
    the folder of the environment, in which what the project imports is installed."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    inputs: tuple[tuple[str, tuple[int, ...]], ...] = ()
    severity: tuple[tuple[str, str], ...] = ()
    symbols: tuple[tuple[str, int], ...] = ()
    ignore_comments: bool = True
    python: str | None = None

    def inputs_in(self, path: str) -> dict[str, list[tuple[int, ...]]]:
        """The inputs of each class of the file at ``path`` that has some."""
        found: dict[str, list[tuple[int, ...]]] = {}
        for target, sizes in self.inputs:
            file, _, name = target.rpartition("::")
            if is_file(path, file):
                found.setdefault(name, []).append(sizes)
        return found


def is_file(path: str, file: str) -> bool:
    """Whether the file at ``path`` is the one that a target calls ``file``: the end of its path; empty for any.

    >>> is_file("src/models/netd.py", "models/netd.py"), is_file("src/oldmodels/netd.py", "models/netd.py")
    (True, False)
    """
    return not file or ("/" + path.replace("\\", "/")).endswith("/" + file)
