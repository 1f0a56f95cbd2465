"""The few functions of numpy with which models compute widths and depths: small arrays of float64 and whole numbers.

An array is a tensor too (:class:`~.elements.Array`).  Of an array nothing is proved: what is not understood is unknown.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping

from ..shapes import Dim, Elements, Expr, Needs, Shape, Tensor, Unknown, Value, fresh
from ..shapes.limits import MOST_ELEMENTS
from . import elements
from .arithmetic import binary
from .axes import extent
from .declare import Declared, op
from .elements import Array
from .elementwise import CONVERSIONS, logarithm, nearest, whole
from .from_data import nested_data
from .operand_values import kind_of, plain_numbers, reason_of, sequence, unknown_tensor

__all__ = ["as_array", "typed"]

_SAME = "(*) -> (*)"
_WHOLE = ("int", "byte", "bool")


def as_array(value: Value) -> Tensor:
    """``np.asarray(value)``."""
    if isinstance(value, Tensor):
        return elements.carried(Array(value.shape, value.dtype), value)
    found = nested_data(value)
    if found is None:
        known = unknown_tensor(reason_of(value, "the data of an array"))
        return Array(known.shape, None)
    shape, values = found
    numbers = plain_numbers(values)
    if not values or any(isinstance(item, float) for item in values):
        kind = "float"
    elif numbers is None:
        kind = None
    else:
        kind = "bool" if all(isinstance(item, bool) for item in numbers) else "int"
    return elements.made(shape, kind, numbers, double=True)


def typed(array: Tensor, dtype: Value) -> Tensor:
    """``array.astype(dtype)``; None leaves the type as it is."""
    kind = kind_of(dtype)
    if dtype is None:
        return array
    convert = CONVERSIONS.get(kind) if kind is not None and array.is_known else None
    return Array(array.shape, kind) if convert is None else elements.mapped(convert, array, kind)


@op("numpy.{array,asarray,ascontiguousarray}", "object, dtype=None, **options", formula="nested lists -> their sizes")
def array(need: Needs, object: Value, dtype: Value, options: Mapping[str, Value]) -> Tensor:
    """An array of numbers."""
    return typed(as_array(object), dtype)


@op("numpy.atleast_1d", "a", formula="() -> (1), else (*) -> (*)")
def atleast_1d(need: Needs, a: Value) -> Tensor:
    """An array of a number; an array as it is."""
    return as_array([a] if isinstance(a, (int, float)) else a)


@op("numpy.arange", "start, stop=None, step=1, dtype=None", formula="-> (ceil((stop - start)/step))")
def arange(need: Needs, start: Value, stop: Value, step: Value, dtype: Value) -> Tensor:
    """Numbers from ``start`` up to ``stop`` exclusive."""
    if stop is None:
        start, stop = 0, start
    given = plain_numbers((start, stop, step))
    if given is not None and given[2] != 0 and math.isfinite((given[1] - given[0]) / given[2]):
        first, last, distance = given
        kind = "int" if all(isinstance(value, int) for value in given) else "float"
        count = max(0, math.ceil((last - first) / distance))
        # numpy fills from the first two numbers
        delta = first + distance - first
        values = [first + index * delta for index in range(count)] if count <= MOST_ELEMENTS else None
        return typed(elements.made(Shape((count,)), kind, values, double=True), dtype)
    length: Dim = fresh("L", minimum=0, reason="the length of an arange is not known")
    if start == 0 and step == 1 and isinstance(stop, Expr):
        length = stop
    return Array(Shape((length,)), None)


@op("numpy.linspace", "start, stop, num=50, endpoint=True, retstep=False, dtype=None", formula="-> (num)")
def linspace(
    need: Needs, start: Value, stop: Value, num: Value, endpoint: Value, retstep: Value, dtype: Value
) -> Tensor | Unknown:
    """``num`` evenly spaced numbers, computed as numpy does: the step times the index, plus the start."""
    shape = Shape(extent(need, (num,), name="num"))
    ends = plain_numbers((start, stop))
    if retstep is not False or not isinstance(endpoint, bool):
        return Unknown("what a linspace returns is not known")
    if ends is None or not isinstance(num, int) or num > MOST_ELEMENTS:
        return Array(shape, "float")
    first, last = ends
    parts = num - 1 if endpoint else num
    delta = float(last) - float(first)
    step = delta / parts if parts > 0 else 0.0
    values = [(index * step if step else index / max(parts, 1) * delta) + first for index in range(num)]
    if endpoint and num > 1:
        values[-1] = float(last)
    return typed(elements.made(shape, "float", values, double=True), dtype)


def _filled(name: str, number: float | None) -> Declared:
    def shape(need: Needs, shape: Value, dtype: Value, options: Mapping[str, Value]) -> Tensor:
        one = (
            (shape,) if isinstance(shape, (int, Expr)) else None
        )  # not an Ellipsis: templates are full of `np.zeros(...)`
        wanted = sequence(shape) if isinstance(shape, (tuple, list)) else one
        if wanted is None:
            return Array(unknown_tensor(reason_of(shape, "the shape of an array")).shape, kind_of(dtype) or "float")
        size = Shape(extent(need, wanted))
        kind = kind_of(dtype) or ("float" if dtype is None else None)
        plain = elements.kept_sizes(size)
        values = None if number is None or plain is None else [number] * math.prod(plain)
        return elements.made(size, kind, values, double=True)

    return op(f"numpy.{name}", "shape, dtype=None, **options", formula="-> (shape)")(shape)


FILLED = (_filled("zeros", 0), _filled("ones", 1), _filled("empty", None))


# the function, and whether it makes floats of whole numbers
_UNARY: dict[str, tuple[elements.Unary, bool]] = {
    "abs": (abs, False), "absolute": (abs, False), "negative": (operator.neg, False), "square": (lambda v: v * v, False),
    "exp": (math.exp, True), "log": (logarithm(math.log), True), "log2": (logarithm(math.log2), True), "cos": (math.cos, True),
    "log10": (logarithm(math.log10), True), "sqrt": (math.sqrt, True), "sin": (math.sin, True),
    "floor": (whole(math.floor), True), "ceil": (whole(math.ceil), True), "rint": (nearest, True),
}  # fmt: skip


def _elementwise(name: str, function: elements.Unary, floating: bool) -> Declared:
    def shape(need: Needs, x: Value, options: Mapping[str, Value]) -> Elements | Tensor:
        source = as_array(x)
        kind = "float" if floating and source.dtype in _WHOLE else source.dtype
        return _plain(x, elements.mapped(function, source, kind))

    return op(f"numpy.{name}", "x, **options", formula=_SAME)(shape)


ELEMENTWISE = tuple(_elementwise(name, function, floating) for name, (function, floating) in _UNARY.items())


def _plain(given: Value, result: Tensor) -> Elements | Tensor:
    """A function of a plain number gives a number: numpy's scalars are ones."""
    if isinstance(given, (int, float)) and (known := result.elements) is not None:
        return known
    return result


@op("numpy.{round,around,round_}", "a, decimals=0", formula=_SAME)
def round_(need: Needs, a: Value, decimals: Value) -> Elements | Tensor:
    """To the nearest whole number, halves to the even one."""
    source = as_array(a)
    return Array(source.shape, source.dtype) if decimals != 0 else _plain(a, elements.mapped(nearest, source))


_BINARY = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "true_divide": "/", "floor_divide": "//", "mod": "%",
    "power": "**", "maximum": "max", "minimum": "min",
}  # fmt: skip


def _operator(name: str, symbol: str) -> Declared:
    def shape(need: Needs, x1: Value, x2: Value, options: Mapping[str, Value]) -> Elements | Tensor:
        result = binary(need, symbol, as_array(x1), as_array(x2))
        return result if plain_numbers((x1, x2)) is None else _plain(x1, result)

    return op(f"numpy.{name}", "x1, x2, **options", formula="(*), (*) -> (*), broadcast")(shape)


OPERATORS = tuple(_operator(name, symbol) for name, symbol in _BINARY.items())
