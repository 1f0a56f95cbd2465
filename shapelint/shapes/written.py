"""Shapes as people write them in options and configuration: ``1x3x96x96``, ``1,3,96,96``, ``(1, 3, 96, 96)``."""

from __future__ import annotations

import re

__all__ = ["read_sizes"]

_SEPARATOR = re.compile(r"[xX,]")


def read_sizes(text: str) -> tuple[int, ...] | None:
    """The sizes that ``text`` spells; None if it is not a shape of numbers.

    >>> read_sizes("1x3x96x96"), read_sizes("(1, 3)"), read_sizes("1xN")
    ((1, 3, 96, 96), (1, 3), None)
    """
    words = _SEPARATOR.split(text.strip().strip("()[]").rstrip(", "))
    # From 19 digits on a size may overflow torch's 64 bits.
    if not all(word.strip().isascii() and word.strip().isdigit() and len(word) < 19 for word in words):
        return None
    return tuple(int(word) for word in words)
