"""Sizes that may be given once for all axes, or for each of them."""

from __future__ import annotations

from collections.abc import Callable

from ...shapes import Expr, Unknown, Value
from .declare import Invocation

__all__ = ["tuple_of"]


def tuple_of(count: int, *, splits_text: bool) -> Callable[..., Value]:
    """The model of ``_pair`` and ``to_2tuple``: ``count`` times the same, of what is iterable its elements, however many.

    ``splits_text``: whether a string counts as iterable.
    """
    iterable = (list, tuple, range, str) if splits_text else (list, tuple, range)

    def repeated(at: Invocation, x: Value) -> Value:
        if isinstance(x, iterable):
            return tuple(x)
        if isinstance(x, (int, float, str, Expr)) or x is None:
            return (x,) * count
        return Unknown("a size that may be a tuple")

    return repeated
