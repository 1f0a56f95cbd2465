"""The option ``--input``: the size of one input, as people write shapes."""

from __future__ import annotations

from ..shapes.written import read_sizes
from .output import Failure

__all__ = ["parse_input"]


def parse_input(text: str, command: str) -> tuple[int, ...]:
    """``1x3x96x96``, ``1,3,96,96`` or ``(1, 3, 96, 96)`` as numbers; Failure, in the name of ``command``, if none."""
    sizes = read_sizes(text)
    if sizes is None:
        raise Failure(f"--input {text!r} is no shape such as 1x3x96x96: {command} needs numbers")
    return sizes
