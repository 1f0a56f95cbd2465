"""Another width instead of a wrong one, in the terms in which it was written: ``ndf * 3`` becomes ``ndf * 2``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from ..interp import Call
from ..shapes import Dim, exact_quotient, symbols_of

__all__ = ["arriving_width", "factors", "width_text"]

_LARGEST_FACTOR = 256
_OF_LAST_AXIS = frozenset({"in_features", "normalized_shape", "input_size"})


def arriving_width(call: Call, parameter: str | None) -> Dim | None:
    """The channels or features of the input of ``call``: the size that the layer's ``parameter`` is compared with."""
    if not call.input_shapes or parameter is None:
        return None
    dims = call.input_shapes[0].dims
    if parameter in _OF_LAST_AXIS:
        return dims[-1] if dims else None
    return dims[1] if len(dims) > 1 and call.input_shapes[0].lead is None else None


def width_text(written: cst.BaseExpression, present: Dim, wanted: Dim, sizes: Sequence[int] = ()) -> str | None:
    """Code for ``wanted`` in place of ``written``, which evaluates to ``present``.  ``sizes``: of a map that is flattened to it.

    With another factor, or with other sides of a map, if that gives it, else the number, or the expression if all its names are
    names of the code; None where it cannot be written.
    """
    sides = _sides_of_map(written, sizes)
    if sides is not None:
        return sides
    for number in factors(written):
        rest = exact_quotient(present, int(number.value)) if int(number.value) else None
        if rest is None:
            continue
        factor = next((n for n in range(1, _LARGEST_FACTOR + 1) if rest * n == wanted), None)
        if factor is not None:
            return _code(written.deep_replace(*_times(written, number, factor)))
    square = _other_square(written, present, wanted)
    if square is not None:
        return square
    if isinstance(wanted, int) or all(not name.uid and name.name.isidentifier() for name in symbols_of(wanted)):
        return str(wanted).replace("*", " * ")
    return None


def _sides_of_map(written: cst.BaseExpression, sizes: Sequence[int]) -> str | None:
    """The product with the two sides of the map: ``32 * 4 * 4`` for ``32 * 8 * 8`` where 32 x 4 x 4 is flattened."""
    numbers = list(factors(written))
    if len(numbers) != 3 or len(sizes) != 3:
        return None
    for channels in (numbers[0], numbers[-1]):  # written first or last
        rest = list(sizes)
        if int(channels.value) in rest:
            rest.remove(int(channels.value))
            sides = [number for number in numbers if number is not channels]
            if rest[0] == rest[1] and sides[0].value == sides[1].value != str(rest[0]):
                return _code(_with_value(written, sides, str(rest[0])))
    return None


def _other_square(written: cst.BaseExpression, present: Dim, wanted: Dim) -> str | None:
    """The product with other sides of a square map: ``32 * 8 * 8`` for ``32 * 7 * 7``; None if it has no two equal sides."""
    numbers = list(factors(written))
    for index, side in enumerate(numbers):
        twins = [other for other in numbers[index + 1 :] if other.value == side.value]
        rest = exact_quotient(present, int(side.value) ** 2) if len(twins) == 1 and int(side.value) else None
        length = next((n for n in range(2, _LARGEST_FACTOR + 1) if rest is not None and rest * n * n == wanted), None)
        if length is not None:
            return _code(_with_value(written, (side, twins[0]), str(length)))
    return None


def _with_value(node: cst.BaseExpression, chosen: Sequence[cst.Integer], value: str) -> cst.BaseExpression:
    """A product in which the ``chosen`` factors are ``value``."""
    match node:
        case cst.Integer() if any(node is other for other in chosen):
            return node.with_changes(value=value)
        case cst.BinaryOperation(left=left, right=right):
            return node.with_changes(left=_with_value(left, chosen, value), right=_with_value(right, chosen, value))
        case _:
            return node


def factors(node: cst.BaseExpression) -> Iterator[cst.Integer]:
    """The integers among the factors of a product."""
    match node:
        case cst.Integer(value=value) if value.isdecimal():
            yield node
        case cst.BinaryOperation(left=left, operator=cst.Multiply(), right=right):
            yield from factors(left)
            yield from factors(right)


def _times(written: cst.BaseExpression, number: cst.Integer, factor: int) -> tuple[cst.CSTNode, cst.CSTNode]:
    """What to replace in a product, and by what, so that it has ``factor`` instead of ``number``; a factor of 1 is left out."""
    match written:
        case cst.BinaryOperation(left=left, right=right) if factor == 1 and number in (left, right):
            return written, right if number is left else left
        case _:
            return number, number.with_changes(value=str(factor))


def _code(node: object) -> str | None:
    return cst.Module([]).code_for_node(node) if isinstance(node, cst.CSTNode) else None
