"""How large a value may become before the linter stops computing it and calls it unknown.

A program may build in its own time what a linter should not: a string that is doubled in a loop, ``list(range(10**9))``, a
polynomial that is squared again and again.  Whatever makes values (the operators, Python's methods and functions, the
tensors whose elements are known, the arithmetic of dimensions) refers to these limits, and real models stay far below
them: no size in the files of torchvision, timm and pytorchcv has more than 16 terms or a degree above 8.
"""

from __future__ import annotations

__all__ = [
    "DEEPEST", "HIGHEST_DEGREE", "LARGEST", "LARGEST_SIZE", "LONGEST", "LOWEST", "MOST_AXES", "MOST_ELEMENTS", "MOST_PARTS",
    "MOST_TERMS", "TOO_DEEP", "TOO_LARGE", "TOO_LARGE_TENSOR", "TOO_LONG", "TOO_MANY_TERMS", "is_large",
]  # fmt: skip

LONGEST = 1 << 16
"""The characters of a string, and the elements of a list, tuple, set or dict, those inside of its elements included."""
MOST_ELEMENTS = 1 << 12
"""The elements of a tensor of which the numbers are known, and the tensors into which one is taken apart."""
DEEPEST = 64
"""How deeply lists, tuples and dicts may be nested in each other."""
LARGEST = 1 << 1000
"""Integers lie between this and its negative, so that every known one can be converted to a float."""
LARGEST_SIZE = (1 << 63) - 1
"""The size of one dimension: torch counts with 64 bits."""
MOST_AXES = 64
"""The dimensions of a tensor: torch's own functions take no more."""
MOST_TERMS = 64
"""The terms of an expression."""
HIGHEST_DEGREE = 16
"""The degree of an expression: how many symbols and quotients may be multiplied in one term."""
MOST_PARTS = 512
"""The symbols and quotients of an expression, those inside of its quotients included."""
LOWEST = -(1 << 62)
"""The minimum of a symbol of which not even the sign is known."""

TOO_LONG = "a very long sequence"
TOO_DEEP = "a very deeply nested value"
TOO_LARGE = "a very large number"
TOO_LARGE_TENSOR = "a tensor that is too large for torch"
TOO_MANY_TERMS = "an expression of very many terms"


def is_large(number: int) -> bool:
    """Whether an integer is beyond the limit."""
    return not -LARGEST < number < LARGEST
