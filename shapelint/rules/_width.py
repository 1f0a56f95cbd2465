"""Another width in the place of a wrong one, in the words of whoever wrote it: ``ndf * 3`` becomes ``ndf * 2``."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ..interp import Call
from ..shapes import Dim, exact_quotient, symbols_of

__all__ = ["arriving_width", "factors", "width_text"]

_LARGEST_FACTOR = 256
_LAST = frozenset({"in_features", "normalized_shape", "input_size"})


def arriving_width(call: Call, parameter: str | None) -> Dim | None:
    """The channels or features of what ``call`` is given, as the layer's ``parameter`` counts them."""
    if not call.input_shapes or parameter is None:
        return None
    dims = call.input_shapes[0].dims
    if parameter in _LAST:
        return dims[-1] if dims else None
    return dims[1] if len(dims) > 1 and call.input_shapes[0].lead is None else None


def width_text(written: cst.BaseExpression, present: Dim, wanted: Dim) -> str | None:
    """Code for ``wanted`` where ``written`` stands for ``present``: with another factor if that gives it, else the number,
    or the expression if its names are the code's; None where it cannot be written."""
    for number in factors(written):
        rest = exact_quotient(present, int(number.value)) if int(number.value) else None
        if rest is None:
            continue
        factor = next((n for n in range(1, _LARGEST_FACTOR + 1) if rest * n == wanted), None)
        if factor is not None:
            return _code(written.deep_replace(*_times(written, number, factor)))
    if isinstance(wanted, int) or all(not name.uid and name.name.isidentifier() for name in symbols_of(wanted)):
        return str(wanted)
    return None


def factors(node: cst.BaseExpression) -> Iterator[cst.Integer]:
    """The whole numbers by which a product multiplies."""
    match node:
        case cst.Integer(value=value) if value.isdecimal():
            yield node
        case cst.BinaryOperation(left=left, operator=cst.Multiply(), right=right):
            yield from factors(left)
            yield from factors(right)


def _times(written: cst.BaseExpression, number: cst.Integer, factor: int) -> tuple[cst.CSTNode, cst.CSTNode]:
    """What to replace in a product, and by what, so that it has ``factor`` in the place of ``number``; no one is written."""
    match written:
        case cst.BinaryOperation(left=left, right=right) if factor == 1 and number in (left, right):
            return written, right if number is left else left
        case _:
            return number, number.with_changes(value=str(factor))


def _code(node: object) -> str | None:
    return cst.Module([]).code_for_node(node) if isinstance(node, cst.CSTNode) else None
