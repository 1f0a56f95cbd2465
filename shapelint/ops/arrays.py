"""The few functions of numpy with which models compute widths and depths: small arrays of float64 and whole numbers.

An array is a tensor too (:class:`~.elements.Array`); what these functions do not know of it, they leave unknown.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from ..shapes import Dim, Expr, Needs, Shape, Tensor, Unknown, fresh
from . import elements
from .arithmetic import binary
from .axes import extent
from .declare import Family, op
from .elements import Array
from .from_data import nested_data
from .values import kind_of, reason_of, sequence, unknown_tensor

__all__ = ["as_array", "typed"]

_SAME = "(*) -> (*)"
_WHOLE = ("int", "bool")


def as_array(value: Any) -> Tensor:
    """``np.asarray(value)``."""
    if isinstance(value, Tensor):
        return Array(value.shape, value.dtype, value.elements)
    found = nested_data(value)
    if found is None:
        known = unknown_tensor(reason_of(value, "the data of an array"))
        return Array(known.shape, None)
    shape, values = found
    numbers = all(isinstance(item, (bool, int, float)) for item in values)
    kind = "float" if any(isinstance(v, float) for v in values) or not values else "int" if numbers else None
    if numbers and values and all(isinstance(item, bool) for item in values):
        kind = "bool"
    return elements.made(shape, kind, values if numbers else None, double=True)


def typed(array: Tensor, dtype: Any) -> Tensor:
    kind = kind_of(dtype)
    if dtype is None:
        return array
    if kind in ("int", "float", "bool") and array.elements is not None:
        convert: Callable[[Any], Any] = {"int": int, "float": float, "bool": bool}[kind]
        return elements.mapped(convert, array, kind)
    return Array(array.shape, kind)


@op("numpy.{array,asarray,ascontiguousarray}", "object, dtype=None, **options", formula="nested lists -> their sizes")
def array(need: Needs, object: Any, dtype: Any, options: Any) -> Tensor:
    """An array of numbers."""
    return typed(as_array(object), dtype)


@op("numpy.atleast_1d", "a", formula="() -> (1), else (*) -> (*)")
def atleast_1d(need: Needs, a: Any) -> Tensor:
    """An array of a number; an array as it is."""
    return as_array([a] if isinstance(a, (int, float)) else a)


@op("numpy.arange", "start, stop=None, step=1, dtype=None", formula="-> (ceil((stop - start)/step))")
def arange(need: Needs, start: Any, stop: Any, step: Any, dtype: Any) -> Tensor:
    """Numbers from ``start`` up to ``stop`` exclusive."""
    if stop is None:
        start, stop = 0, start
    given = (start, stop, step)
    if all(isinstance(value, (int, float)) for value in given) and step != 0:
        whole = all(isinstance(value, int) for value in given)
        count = max(0, math.ceil((stop - start) / step))
        # numpy fills from the first two numbers
        delta = start + step - start
        values = [start + index * delta for index in range(count)] if count <= 4096 else None
        return typed(elements.made(Shape((count,)), "int" if whole else "float", values, double=True), dtype)
    length: Dim = fresh("L", minimum=0, reason="the length of an arange is not known")
    if start == 0 and step == 1 and isinstance(stop, Expr):
        length = stop
    return Array(Shape((length,)), None)


@op("numpy.linspace", "start, stop, num=50, endpoint=True, retstep=False, dtype=None", formula="-> (num)")
def linspace(need: Needs, start: Any, stop: Any, num: Any, endpoint: Any, retstep: Any, dtype: Any) -> Any:
    """``num`` evenly spaced numbers, computed as numpy does: the step times the index, plus the start."""
    shape = Shape(extent(need, (num,), name="num"))
    numbers = all(isinstance(value, (int, float)) for value in (start, stop)) and isinstance(num, int)
    if retstep is not False or not isinstance(endpoint, bool):
        return Unknown("what a linspace returns is not known")
    if not numbers:
        return Array(shape, "float")
    parts = num - 1 if endpoint else num
    delta = float(stop) - float(start)
    step = delta / parts if parts > 0 else 0.0
    values = [(index * step if step else index / max(parts, 1) * delta) + start for index in range(num)]
    if endpoint and num > 1:
        values[-1] = float(stop)
    return typed(elements.made(shape, "float", values, double=True), dtype)


def _filled(name: str, number: float | None) -> Family:
    def shape(need: Needs, shape: Any, dtype: Any, options: Any) -> Tensor:
        one = (shape,) if isinstance(shape, (int, Expr)) else None  # `np.zeros(...)` stands in templates
        wanted = sequence(shape) if isinstance(shape, (tuple, list)) else one
        if wanted is None:
            return Array(unknown_tensor(reason_of(shape, "the shape of an array")).shape, kind_of(dtype) or "float")
        size = Shape(extent(need, wanted))
        kind = kind_of(dtype) or ("float" if dtype is None else None)
        count = math.prod(d for d in size.dims if isinstance(d, int))
        known = number is not None and size.is_concrete and count <= 4096
        return elements.made(size, kind, [number] * count if known else None, double=True)

    return op(f"numpy.{name}", "shape, dtype=None, **options", formula="-> (shape)")(shape)


FILLED = (_filled("zeros", 0), _filled("ones", 1), _filled("empty", None))


def _round(value: Any) -> Any:
    return value if isinstance(value, int) or not math.isfinite(value) else float(round(value))


def _log(function: Callable[[float], float]) -> Callable[[Any], Any]:
    return lambda value: -math.inf if value == 0 else function(value)


def _whole(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: float(function(value))


_UNARY: dict[str, tuple[Callable[[Any], Any], bool]] = {
    "abs": (abs, False), "absolute": (abs, False), "negative": (operator.neg, False), "square": (lambda v: v * v, False),
    "exp": (math.exp, True), "log": (_log(math.log), True), "log2": (_log(math.log2), True), "cos": (math.cos, True),
    "log10": (_log(math.log10), True), "sqrt": (math.sqrt, True), "sin": (math.sin, True),
    "floor": (_whole(math.floor), True), "ceil": (_whole(math.ceil), True), "rint": (_round, True),
}  # fmt: skip


def _elementwise(name: str, function: Callable[[Any], Any], floating: bool) -> Family:
    def shape(need: Needs, x: Any, options: Any) -> Any:
        source = as_array(x)
        kind = "float" if floating and source.dtype in _WHOLE else source.dtype
        return _plain(x, elements.mapped(function, source, kind))

    return op(f"numpy.{name}", "x, **options", formula=_SAME)(shape)


ELEMENTWISE = tuple(_elementwise(name, function, floating) for name, (function, floating) in _UNARY.items())


def _plain(given: Any, result: Tensor) -> Any:
    """A function of a plain number gives a number: numpy's scalars are ones."""
    if isinstance(given, (int, float)) and result.elements is not None:
        return result.elements
    return result


@op("numpy.{round,around,round_}", "a, decimals=0", formula=_SAME)
def round_(need: Needs, a: Any, decimals: Any) -> Any:
    """To the nearest whole number, halves to the even one."""
    source = as_array(a)
    return Array(source.shape, source.dtype) if decimals != 0 else _plain(a, elements.mapped(_round, source))


_BINARY = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "true_divide": "/", "floor_divide": "//", "mod": "%",
    "power": "**", "maximum": "max", "minimum": "min",
}  # fmt: skip


def _operator(name: str, symbol: str) -> Family:
    def shape(need: Needs, x1: Any, x2: Any, options: Any) -> Any:
        result = binary(need, symbol, as_array(x1), as_array(x2))
        plain = all(isinstance(value, (int, float)) for value in (x1, x2))
        return _plain(0 if plain else None, result)

    return op(f"numpy.{name}", "x1, x2, **options", formula="(*), (*) -> (*), broadcast")(shape)


OPERATORS = tuple(_operator(name, symbol) for name, symbol in _BINARY.items())
