"""Broadcasting: the common shape of two or more operands, by the rule of numpy and torch, on symbolic sizes.

Aligned at the last dimension, two sizes are compatible if they are equal or one of them is 1:
https://docs.pytorch.org/docs/2.13/notes/broadcasting.html
"""

from __future__ import annotations

from collections.abc import Sequence

from .compare import Equality, compare
from .dim import Dim, Expr, fresh, symbols_of
from .needs import Kind, Needs, Reject
from .shape import Shape

__all__ = ["broadcast"]


def broadcast(need: Needs, shapes: Sequence[Shape], *, additive: bool = False, name: str = "operands") -> Shape:
    """The common shape; ``Reject(OPERANDS)`` if there never is one.

    ``additive``: the operator is ``+``, ``-`` or ``+=``.  Then sizes that differ by a constant (``H`` and ``H - 2``) are a
    mismatch, though some value of H makes one of them 1: nobody adds a residual of a single pixel on purpose.

    >>> from shapelint.shapes import symbol
    >>> N, C = symbol("N"), symbol("C")
    >>> print(broadcast(Needs(), [Shape((N, C, 8, 8)), Shape((C, 1, 1))]))
    (N, C, 8, 8)
    """
    result = shapes[0]
    for shape in shapes[1:]:
        result = _two(need, result, shape, additive, name)
    return result


def _two(need: Needs, left: Shape, right: Shape, additive: bool, name: str) -> Shape:
    if left == right:
        return left
    count = max(len(left.dims), len(right.dims))
    dims: list[Dim] = []
    for back in range(1, count + 1):
        a, b = _from_end(left, back), _from_end(right, back)
        try:
            dims.append(_size(need, a, b, additive))
        except _Mismatch:
            message = f"{a} and {b} do not broadcast: {name} of shape {left} and {right}"
            raise Reject(Kind.OPERANDS, message) from None
    return Shape(tuple(reversed(dims)), left.lead if left.lead is not None else right.lead)


class _Mismatch(Exception):
    """Two sizes that are never compatible."""


def _from_end(shape: Shape, back: int) -> Dim | None:
    """The size at ``-back``: 1 where the shape has none, None where its rank is not known."""
    if back <= len(shape.dims):
        return shape.dims[-back]
    return 1 if shape.lead is None else None


def _size(need: Needs, a: Dim | None, b: Dim | None, additive: bool) -> Dim:
    if a is None or b is None:
        known = b if a is None else a
        if known is not None and not _may_be_one(need, known):
            return known
        return fresh("D", minimum=0, reason="broadcast against a tensor of unknown rank")
    if isinstance(a, int) and isinstance(b, int):
        if a == b or b == 1:
            return a
        if a == 1:
            return b
        raise _Mismatch
    if a == 1:
        return b
    if b == 1:
        return a
    return _symbolic(need, a, b, additive)


def _symbolic(need: Needs, a: Dim, b: Dim, additive: bool) -> Dim:
    """The common size of two of which at least one is not a plain number, and none is just 1."""
    equality = compare(a, b, need.bounds)
    if equality is Equality.ALWAYS:
        return a
    if additive and isinstance(a - b, int) and _free(a):
        raise _Mismatch
    left_may, right_may = _may_be_one(need, a), _may_be_one(need, b)
    if equality is Equality.NEVER:  # then one of them has to be 1
        if not left_may and not right_may:
            raise _Mismatch
        if left_may and right_may:
            return fresh("D", minimum=0, reason=f"{a} broadcast against {b}")
        need.equalities.append((a if left_may else b, 1))
        return b if left_may else a
    if not left_may and not right_may:
        need.equalities.append((a, b))
        return b if isinstance(b, int) else a
    if not left_may:
        return a
    if not right_may:
        return b
    return fresh("D", minimum=0, reason=f"{a} broadcast against {b}")


def _may_be_one(need: Needs, dim: Dim) -> bool:
    return compare(dim, 1, need.bounds) is not Equality.NEVER


def _free(dim: Dim) -> bool:
    """Whether its symbols are sizes that a user chooses, not results that could not be computed."""
    return isinstance(dim, Expr) and all(s.minimum >= 1 and s.reason is None for s in symbols_of(dim))
