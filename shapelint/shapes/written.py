"""Shapes as people write them in options and configuration: ``1x3x96x96``, ``1,3,96,96``, ``(1, 3, 96, 96)``."""

from __future__ import annotations

import re

__all__ = ["read_sizes"]

_SEPARATOR = re.compile(r"[xX,]")


def read_sizes(text: str) -> tuple[int, ...] | None:
    """The sizes that ``text`` spells; None if it is no shape of numbers."""
    words = _SEPARATOR.split(text.strip().strip("()[]").rstrip(", "))
    if not all(word.strip().isascii() and word.strip().isdigit() and len(word) < 19 for word in words):
        return None
    return tuple(int(word) for word in words)
