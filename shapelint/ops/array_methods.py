"""Arrays of numpy summed, counted and converted."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

from ..shapes import Dim, Expr, Needs, Shape, Tensor, Unknown, fresh, unknown_rank
from . import elements
from .arrays import as_array, typed
from .axes import listed
from .declare import Family, op
from .elements import Array
from .join import joined
from .reduce import reduction
from .reshape import reshaped
from .values import reason_of, sequence, unknown_tensor

_SAME = "(*) -> (*)"


def _values(source: Tensor) -> list[Any] | None:
    found = elements.flat(source)
    return found if found is not None and all(isinstance(v, (int, float)) for v in found) else None


@op("numpy.{cumsum,cumprod} Array.cumsum", "a, axis=None, dtype=None", formula="(n) -> (n)")
def cumsum(need: Needs, a: Any, axis: Any, dtype: Any) -> Tensor:
    """Sums so far; the elements of a product are not followed."""
    source = as_array(a)
    values = _values(source)
    if values is None or source.shape.rank != 1 or dtype is not None:
        return Array(
            source.shape if source.shape.rank == 1 or axis is not None else Shape((fresh("n", minimum=0),)), None
        )
    return elements.made(source.shape, source.dtype, list(itertools.accumulate(values)), double=True)


@op(
    "numpy.unique",
    "ar, return_index=False, return_inverse=False, return_counts=False, axis=None",
    formula="(*) -> (number of different elements)",
)
def unique(need: Needs, ar: Any, return_index: Any, return_inverse: Any, return_counts: Any, axis: Any) -> Any:
    """Different elements, sorted; with their counts."""
    source = as_array(ar)
    if (
        return_index is not False
        or return_inverse is not False
        or axis is not None
        or not isinstance(return_counts, bool)
    ):
        return Unknown("what a unique returns is not known")
    values = _values(source)
    count: Dim = fresh("n", minimum=0, reason="the number of different elements")
    if values is None:
        found: Any = Array(Shape((count,)), source.dtype)
        return (found, Array(Shape((count,)), "int")) if return_counts else found
    different = sorted(set(values))
    result = elements.made(Shape((len(different),)), source.dtype, different, double=True)
    counts = elements.made(result.shape, "int", [values.count(value) for value in different], double=True)
    return (result, counts) if return_counts else result


@op("numpy.{concatenate}", "arrays, axis=0", formula="(*, d1, *), (*, d2, *), ... -> (*, d1 + d2 + ..., *)")
def concatenate(need: Needs, arrays: Any, axis: Any) -> Any:
    """One after the other."""
    parts = sequence(arrays)
    if not parts:
        return unknown_tensor(reason_of(arrays, "the number of arrays"))
    found = [as_array(part) for part in parts]
    return joined(need, found, axis, "float" if any(p.dtype == "float" for p in found) else found[0].dtype)


_TOTALS: dict[str, Callable[[list[Any]], Any]] = {
    "sum": lambda values: sum(values) if all(isinstance(v, int) for v in values) else math.fsum(values),
    "prod": math.prod,
    "max": max,
    "min": min,
    "mean": lambda values: math.fsum(values) / len(values),
    "any": any,
    "all": all,
}


def _total(name: str, function: Callable[[list[Any]], Any]) -> Family:
    def shape(need: Needs, a: Any, axis: Any, keepdims: Any, options: Any) -> Any:
        source = as_array(a)
        values = _values(source)
        if values and axis is None and keepdims is False:
            return function(values)
        return Array(reduction(need, source, axis, keepdims, source.dtype).shape, source.dtype)

    others = {"max": ",amax", "min": ",amin"}.get(name, "")
    names = f"numpy.{{{name}{others}}} Array.{name}"
    return op(names, "a, axis=None, keepdims=False, **options", formula="(*, d, *) -> (*, *)")(shape)


TOTALS = tuple(_total(name, function) for name, function in _TOTALS.items())


@op("Array.astype", "input, dtype, **options", formula=_SAME)
def astype(need: Needs, input: Tensor, dtype: Any, options: Any) -> Tensor:
    """Another type; whole numbers are cut off, not rounded."""
    return typed(input, dtype if dtype is not None else "float64")


@op("Array.reshape", "input, *shape, **options", formula="(d1, d2, ...) -> shape")
def reshape(need: Needs, input: Tensor, shape: Any, options: Any) -> Tensor:
    """The same elements under another shape."""
    result = reshaped(need, Array(input.shape, input.dtype, input.elements), listed(shape))
    return Array(result.shape, result.dtype, result.elements)


@op("Array.{copy,round}", "input, *args", formula=_SAME)
def copy(need: Needs, input: Tensor, args: Any) -> Tensor:
    """A copy; rounding to decimals is not followed."""
    return Array(input.shape, input.dtype)


@op("Array.transpose", "input, *axes", formula="(d0, d1, ...) -> the dimensions in another order")
def transpose(need: Needs, input: Tensor, axes: Any) -> Tensor:
    """All dimensions backwards, or as listed."""
    rank = input.shape.rank
    order = sequence(axes[0]) if len(axes) == 1 and isinstance(axes[0], (tuple, list)) else axes or None
    if rank is None or order is None:
        dims = tuple(reversed(input.shape.dims)) if rank is not None and not axes else ()
        return Array(Shape(dims, None if rank is not None and not axes else "a transposed array"), input.dtype)
    plain = all(isinstance(i, int) and -rank <= i < rank for i in order) and len(order) == rank
    dims = tuple(input.shape.dims[i] for i in order) if plain else ()
    return Array(Shape(dims, None if plain else "a transposed array"), input.dtype)


@op("Array.resize", "input, *shape, **options", formula="(*) -> nothing: the array itself has another shape")
def resize(need: Needs, input: Tensor, shape: Any, options: Any) -> None:
    """Changes the array in place."""
    wanted = shape[0] if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape
    known = all(isinstance(dim, (int, Expr)) for dim in wanted) if isinstance(wanted, (tuple, list)) else False
    input.shape = Shape(tuple(wanted)) if known else unknown_rank("an array was resized")
    input.elements = None
