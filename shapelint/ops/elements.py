"""Small tensors whose numbers are known: models compute their widths and depths with them.

``"float"`` is float32 unless the tensor is an :class:`Array`; each result is rounded as torch rounds it.  Nothing is kept of
more than :data:`~shapelint.shapes.limits.MOST_ELEMENTS` elements, and nothing of complex ones.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import TypeAlias, TypeVar

from ..shapes import Element, Expr, Shape, Tensor, Value
from ..shapes.limits import MOST_ELEMENTS
from .operand_values import GREATEST_INT, LEAST_INT

__all__ = [
    "Array",
    "Binary",
    "Unary",
    "arrayed",
    "carried",
    "combined",
    "concatenated",
    "filled",
    "flat",
    "float32",
    "fused",
    "kept_sizes",
    "made",
    "mapped",
    "numbers",
    "rounded",
    "spread",
    "write",
]

Unary: TypeAlias = Callable[[float], float]
"""A function of one known element; it may raise ArithmeticError, ValueError or TypeError where it is not defined."""

Binary: TypeAlias = Callable[[float, float], float]
"""A function of two known elements, which may raise as :data:`Unary` may."""

_CONVERSIONS: dict[str, Unary] = {"int": int, "float": float, "bool": bool}

_Kind = TypeVar("_Kind")

_FLOAT32_MAX = struct.unpack("<f", b"\xff\xff\x7f\x7f")[0]


class Array(Tensor):
    """A numpy array: floats are float64."""

    __slots__ = ()


def arrayed(value: Value) -> Value:
    """A result of numpy's: a tensor is an array."""
    if isinstance(value, Tensor) and not isinstance(value, Array):
        result = Array(value.shape, value.dtype)
        result.share(value, value.places)
        return result
    return value


def float32(value: float) -> float:
    """The nearest float32, as C converts a double: ties to even, and infinite beyond half a step above the largest."""
    if not math.isfinite(value) or abs(value) > _FLOAT32_MAX * (1 + 2**-25):
        return value if not math.isfinite(value) else math.copysign(math.inf, value)
    if abs(value) > _FLOAT32_MAX:
        return math.copysign(_FLOAT32_MAX, value)
    result: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return result


def fused(product: float, summand: float) -> float:
    """``product + summand`` rounded once, to float32, though the sum may need more digits than a float has.

    The error of the sum is exact (Knuth's 2Sum, TAOCP volume 2, 4.2.2), and rounding to odd before the last rounding makes
    that one right (Boldo and Melquiond, "Emulation of a FMA and Correctly Rounded Sums", 2008).
    """
    total = product + summand
    part = total - product
    error = (product - (total - part)) + (summand - part)
    if error and not struct.unpack("<q", struct.pack("<d", total))[0] & 1:
        total = math.nextafter(total, math.copysign(math.inf, error))
    return float32(total)


def rounded(value: Element, dtype: str | None, double: bool = False) -> Element | None:
    """``value`` as an element of that type, None where it is not known: an expression as a float, an int that overflows."""
    if isinstance(value, Expr):
        return None if dtype in ("float", "bool") else value
    if isinstance(value, int) and not LEAST_INT <= value <= GREATEST_INT:
        return None
    if dtype == "float":
        return float(value) if double else float32(float(value))
    return bool(value) if dtype == "bool" else value


def flat(tensor: Tensor) -> Sequence[Element] | None:
    """The elements in row-major order, None where they are not known."""
    return tensor.values


def numbers(tensor: Tensor) -> list[float] | None:
    """The elements in row-major order, None where they are not all known numbers."""
    values = flat(tensor)
    if values is None:
        return None
    plain = [value for value in values if not isinstance(value, Expr)]
    return plain if len(plain) == len(values) else None


def kept_sizes(shape: Shape) -> tuple[int, ...] | None:
    """The sizes of a tensor whose elements may be kept; None where one is not known, or where there are too many elements."""
    sizes = tuple(dim for dim in shape.dims if isinstance(dim, int))
    known = shape.lead is None and len(sizes) == len(shape.dims)
    return sizes if known and math.prod(sizes) <= MOST_ELEMENTS else None


def made(shape: Shape, dtype: str | None, values: Iterable[Element] | None, double: bool = False) -> Tensor:
    """A tensor of ``values`` in row-major order, rounded to ``dtype``; without them where there are too many."""
    result = Array(shape, dtype) if double else Tensor(shape, dtype)
    sizes = None if values is None or dtype is None else kept_sizes(shape)
    if values is not None and sizes is not None:
        items = [item for value in values if (item := rounded(value, dtype, double)) is not None]
        if len(items) == math.prod(sizes):
            result.hold(items)
    return result


def filled(shape: Shape, dtype: str | None, value: float) -> Tensor:
    """A tensor of one value."""
    result, sizes, element = Tensor(shape, dtype), kept_sizes(shape), rounded(value, dtype)
    if dtype is not None and sizes is not None and element is not None:
        result.hold([element] * math.prod(sizes))
    return result


def carried(result: Tensor, input: Tensor) -> Tensor:
    """``result`` with the elements of ``input`` in the same row-major order."""
    values = flat(input)
    double = isinstance(input, Array) or isinstance(result, Array)
    return result if values is None else made(result.shape, result.dtype, values, double)


def concatenated(parts: Iterable[Tensor]) -> list[Element] | None:
    """The elements of all parts, one part after the other; None where those of one are not known."""
    found: list[Element] = []
    for part in parts:
        values = flat(part)
        if values is None:
            return None
        found += values
    return found


def mapped(function: Unary, input: Tensor, dtype: str | None = None) -> Tensor:
    """``function`` of every element; where it is not defined, nothing is known of the elements."""
    values = numbers(input)
    results = None if values is None else _computed(function, zip(values, strict=True))
    return made(input.shape, dtype or input.dtype, results, isinstance(input, Array))


def combined(function: Binary, left: Tensor, right: Tensor, shape: Shape, dtype: str | None) -> Tensor:
    """``function`` of every pair of elements, broadcast to ``shape``."""
    double = isinstance(left, Array) or isinstance(right, Array)
    one, other = _spread(left, shape), _spread(right, shape)
    if one is None or other is None:
        return made(shape, dtype, None, double)
    if not double and "float" in (left.dtype, right.dtype):
        # a Python number meets float32 elements as a float32
        one, other = [float32(float(value)) for value in one], [float32(float(value)) for value in other]
    return made(shape, dtype, _computed(function, zip(one, other, strict=True)), double)


def _computed(function: Callable[..., float], rows: Iterable[tuple[float, ...]]) -> list[float] | None:
    """``function`` of every row, None where it is not defined for one."""
    try:
        return [function(*row) for row in rows]
    except (ArithmeticError, ValueError, TypeError):
        return None


def _spread(tensor: Tensor, shape: Shape) -> Sequence[float] | None:
    """The elements broadcast to ``shape``, None where they are not all known numbers."""
    wanted, sizes, values = kept_sizes(shape), kept_sizes(tensor.shape), numbers(tensor)
    return None if wanted is None or sizes is None or values is None else spread(values, sizes, wanted)


def spread(values: Sequence[_Kind], sizes: Sequence[int], wanted: Sequence[int]) -> Sequence[_Kind]:
    """Row-major ``values`` of these ``sizes`` broadcast to those that are ``wanted``."""
    if tuple(sizes) == tuple(wanted):
        return values
    strides, step = [], 1
    for size in reversed((*(1,) * (len(wanted) - len(sizes)), *sizes)):
        strides.append(0 if size == 1 else step)
        step *= size
    strides.reverse()
    places = product(*(range(size) for size in wanted))
    return [values[sum(i * s for i, s in zip(place, strides, strict=True))] for place in places]


def write(target: Tensor, values: Sequence[Element] | None) -> None:
    """Write ``values`` into all elements of ``target``, converted to its type as torch does; None: what is not known."""
    found = None if values is None else [_converted(value, target) for value in values]
    known = [] if found is None else [value for value in found if value is not None]
    target.write(known if found is not None and len(known) == len(found) else None)


def _converted(value: Element, target: Tensor) -> Element | None:
    convert = _CONVERSIONS.get(target.dtype or "")
    if convert is None or isinstance(value, Expr):
        return value if isinstance(value, Expr) and target.dtype == "int" else None
    try:
        return rounded(convert(value), target.dtype, isinstance(target, Array))
    except (ValueError, OverflowError):  # of what is not finite torch makes any integer
        return None
