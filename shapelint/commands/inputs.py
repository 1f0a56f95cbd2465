"""The option ``--input``: the size of one input, as people write shapes."""

from __future__ import annotations

import re

from .output import Failure

__all__ = ["parse_input"]

_SEPARATOR = re.compile(r"[xX,]")


def parse_input(text: str, command: str) -> tuple[int, ...]:
    """``1x3x96x96``, ``1,3,96,96`` or ``(1, 3, 96, 96)`` as numbers; Failure, in the name of ``command``, if none."""
    words = _SEPARATOR.split(text.strip().strip("()[]").rstrip(", "))
    if not all(word.strip().isascii() and word.strip().isdigit() and len(word) < 19 for word in words):
        raise Failure(f"--input {text!r} is no shape such as 1x3x96x96: {command} needs numbers")
    return tuple(int(word) for word in words)
