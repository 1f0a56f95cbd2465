"""What the user asked for, as far as it changes what is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .records import dataclass

__all__ = ["Reader", "Settings"]

Reader: TypeAlias = "Callable[[str], str | None]"
"""Gives the text of a file that the linted one imports, None if there is no such file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``select``, ``ignore``: codes, names or beginnings of codes.  ``inputs``: (target, shape) pairs, a pair for each
    input; a target is a class (``NetD``) or a class of a file (``models/netd.py::NetD``).  ``python``: the interpreter, or
    the folder of the environment, in which what the project imports is installed."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    inputs: tuple[tuple[str, tuple[int, ...]], ...] = ()
    python: str | None = None

    def inputs_in(self, path: str) -> dict[str, list[tuple[int, ...]]]:
        """The inputs of each class of the file at ``path`` that has some."""
        path = "/" + path.replace("\\", "/")
        found: dict[str, list[tuple[int, ...]]] = {}
        for target, sizes in self.inputs:
            file, _, name = target.rpartition("::")
            if path.endswith("/" + file) or not file:
                found.setdefault(name, []).append(sizes)
        return found
