"""What the user asked for, as far as it changes what is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from .records import dataclass

__all__ = ["Reader", "Settings", "as_text", "is_file", "with_inputs"]

Reader: TypeAlias = "Callable[[str], str | None]"
"""Gives the text of a file that the linted one imports, None if there is no such file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``select``, ``ignore``: codes, names or beginnings of codes.  ``inputs``: (target, input) pairs, a pair for each
    input, written as for ``--input`` or a tuple of sizes; a target is a class (``NetD``) or a class of a file
    (``models/netd.py::NetD``).  ``severity``: pairs of a rule, or the
    beginning of its code, and "error" or "warning".  ``symbols``: sizes of names that have no value in the code.
    ``ignore_comments``: whether findings that a comment says to ignore are left out.  ``python``: the interpreter, or
    the folder of the environment, in which what the project imports is installed."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    inputs: tuple[tuple[str, str | tuple[int, ...]], ...] = ()
    severity: tuple[tuple[str, str], ...] = ()
    symbols: tuple[tuple[str, int], ...] = ()
    ignore_comments: bool = True
    python: str | None = None

    def inputs_in(self, path: str) -> dict[str, tuple[str, ...]]:
        """The inputs of each class of the file at ``path`` that has some."""
        found: dict[str, tuple[str, ...]] = {}
        for target, written in self.inputs:
            file, _, name = target.rpartition("::")
            if is_file(path, file):
                found[name] = (*found.get(name, ()), as_text(written))
        return found


def as_text(given: str | tuple[int, ...]) -> str:
    """An input as it is written.

    >>> as_text("tokens=2x7:int64"), as_text((1, 3, 32, 32))
    ('tokens=2x7:int64', '1x3x32x32')
    """
    return given if isinstance(given, str) else "x".join(map(str, given)) or "()"


def with_inputs(settings: Settings, given: Sequence[tuple[str, str]]) -> tuple[tuple[str, str | tuple[int, ...]], ...]:
    """The inputs of ``settings``, but for the classes that ``given`` has some for."""
    named = {target.rpartition("::")[2] for target, _ in given}
    return (*given, *(pair for pair in settings.inputs if pair[0].rpartition("::")[2] not in named))


def is_file(path: str, file: str) -> bool:
    """Whether the file at ``path`` is the one that a target calls ``file``: the end of its path; empty for any.

    >>> is_file("src/models/netd.py", "models/netd.py"), is_file("src/oldmodels/netd.py", "models/netd.py")
    (True, False)
    """
    return not file or ("/" + path.replace("\\", "/")).endswith("/" + file)
