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
    """``select``, ``ignore``: codes, names or beginnings of codes.  ``inputs``: (target, shape) pairs."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()
