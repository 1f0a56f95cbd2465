"""Small tensors whose numbers are known: models compute their widths and depths with them.

Elements are a nested list (a scalar: a number).  ``"float"`` is float32 unless the tensor is an :class:`Array`; each
result is rounded as torch rounds it.  Nothing is kept of more than 4,096 elements.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

from ..shapes import Dim, Expr, Shape, Tensor

__all__ = [
    "Array",
    "arrayed",
    "carried",
    "combined",
    "filled",
    "flat",
    "float32",
    "fused",
    "made",
    "mapped",
    "nested",
    "rounded",
]

_LARGEST = 4096
_FLOAT32_MAX = struct.unpack("<f", b"\xff\xff\x7f\x7f")[0]


class Array(Tensor):
    """A numpy array: floats are float64."""

    __slots__ = ()


def arrayed(value: Any) -> Any:
    """A result of numpy's: a tensor is an array."""
    if isinstance(value, Tensor) and not isinstance(value, Array):
        return Array(value.shape, value.dtype, value.elements)
    return value


def float32(value: float) -> float:
    """The nearest float32."""
    if not math.isfinite(value) or abs(value) > _FLOAT32_MAX * (1 + 2**-25):
        return value if not math.isfinite(value) else math.copysign(math.inf, value)
    if abs(value) > _FLOAT32_MAX:
        return math.copysign(_FLOAT32_MAX, value)
    result: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return result


def fused(product: float, summand: float) -> float:
    """``product + summand`` rounded once, to float32, though the sum may need more digits than a float has."""
    total = product + summand
    part = total - product
    error = (product - (total - part)) + (summand - part)
    if error and not struct.unpack("<q", struct.pack("<d", total))[0] & 1:
        total = math.nextafter(total, math.copysign(math.inf, error))  # to odd: the second rounding then is exact
    return float32(total)


def rounded(value: Any, dtype: str | None, double: bool = False) -> Any:
    """``value`` as an element of that type."""
    match dtype:
        case "float" if isinstance(value, (Expr, complex)):
            return None
        case "float":
            return float(value) if double else float32(float(value))
        case "bool":
            return bool(value)
    return value


def flat(tensor: Tensor) -> list[Any] | None:
    """The elements in row-major order, None where they are not known."""
    if tensor.elements is None:
        return None
    found: list[Any] = [tensor.elements]
    for _ in tensor.shape.dims:
        found = [item for row in found for item in row]
    return found


def nested(values: Sequence[Any], dims: Sequence[Dim]) -> Any:
    """Row-major ``values`` as nested lists of these sizes."""
    rows = list(values)
    if not dims:
        return rows[0]
    for size in reversed(dims[1:]):
        assert isinstance(size, int)
        rows = [rows[start : start + size] for start in range(0, len(rows), size)] if size else []
    return rows if 0 not in dims[1:] else _empty(dims)


def _empty(dims: Sequence[Any]) -> Any:
    return [_empty(dims[1:]) for _ in range(dims[0])] if dims else None


def made(shape: Shape, dtype: str | None, values: Iterable[Any] | None, double: bool = False) -> Tensor:
    """A tensor of ``values`` in row-major order, rounded to ``dtype``; without them where there are too many."""
    kind = Array if double else Tensor
    if values is None or dtype is None or not shape.is_concrete or math.prod(shape.dims) > _LARGEST:  # type: ignore[operator]
        return kind(shape, dtype)
    items = [rounded(value, dtype, double) for value in values]
    if any(item is None for item in items) or len(items) != math.prod(shape.dims):
        return kind(shape, dtype)
    return kind(shape, dtype, nested(items, shape.dims))


def filled(shape: Shape, dtype: str | None, value: Any) -> Tensor:
    """A tensor of one value."""
    count: Any = math.prod(shape.dims)
    if dtype is None or count > _LARGEST:
        return Tensor(shape, dtype)
    return Tensor(shape, dtype, nested([rounded(value, dtype)] * count, shape.dims))


def carried(result: Tensor, input: Tensor) -> Tensor:
    """``result`` with the elements of ``input`` in the same row-major order."""
    values = flat(input)
    return result if values is None else made(result.shape, result.dtype, values, isinstance(input, Array))


def mapped(function: Callable[[Any], Any], input: Tensor, dtype: str | None = None) -> Tensor:
    """``function`` of every element; where it is not defined, nothing is known of the elements."""
    kind = dtype or input.dtype
    values = flat(input)
    if values is None:
        return made(input.shape, kind, None, isinstance(input, Array))
    return made(input.shape, kind, _computed(function, [(value,) for value in values]), isinstance(input, Array))


def combined(
    function: Callable[[Any, Any], Any], left: Tensor, right: Tensor, shape: Shape, dtype: str | None
) -> Tensor:
    """``function`` of every pair of elements, broadcast to ``shape``."""
    double = isinstance(left, Array) or isinstance(right, Array)
    one, other = _spread(left, shape), _spread(right, shape)
    if one is None or other is None:
        return made(shape, dtype, None, double)
    if not double and "float" in (left.dtype, right.dtype):
        # a Python number meets float32 elements as a float32
        one, other = ([rounded(value, "float") for value in values] for values in (one, other))
    return made(shape, dtype, _computed(function, list(zip(one, other, strict=True))), double)


def _computed(function: Callable[..., Any], rows: list[tuple[Any, ...]]) -> list[Any] | None:
    if any(isinstance(value, Expr) for row in rows for value in row):
        return None
    try:
        return [function(*row) for row in rows]
    except (ArithmeticError, ValueError, TypeError):
        return None


def _spread(tensor: Tensor, shape: Shape) -> list[Any] | None:
    """The elements broadcast to ``shape``."""
    values = flat(tensor)
    if values is None or not shape.is_concrete or math.prod(shape.dims) > _LARGEST:  # type: ignore[operator]
        return None
    dims = (1,) * (len(shape.dims) - len(tensor.shape.dims)) + tensor.shape.dims
    if dims == shape.dims:
        return values
    strides, step = [], 1
    for size in reversed(dims):
        strides.append(0 if size == 1 else step)
        step = step * size  # type: ignore[assignment]
    strides.reverse()
    places = product(*(range(size) for size in shape.dims))  # type: ignore[arg-type]
    return [values[sum(i * s for i, s in zip(place, strides, strict=True))] for place in places]
