"""Arrays of numpy summed, counted and converted."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping

from ..shapes import Dim, Needs, Shape, Tensor, Unknown, Value, fresh, unknown_rank
from . import elements
from .arrays import as_array, typed
from .axes import listed
from .declare import Declared, op
from .elements import Array
from .join import joined
from .operand_values import plain_sizes, reason_of, sequence, unknown_tensor, unpacked
from .reduce import Reduction, average, reduction, total
from .reshape import reshaped

_SAME = "(*) -> (*)"


@op("numpy.{cumsum,cumprod} Array.cumsum", "a, axis=None, dtype=None", formula="(n) -> (n)")
def cumsum(need: Needs, a: Value, axis: Value, dtype: Value) -> Tensor:
    """Sums so far; the elements of a product are not followed."""
    source = as_array(a)
    values = elements.numbers(source)
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
def unique(
    need: Needs, ar: Value, return_index: Value, return_inverse: Value, return_counts: Value, axis: Value
) -> Array | Tensor | tuple[Tensor, Tensor] | Unknown:
    """Different elements, sorted; with their counts."""
    source = as_array(ar)
    if (
        return_index is not False
        or return_inverse is not False
        or axis is not None
        or not isinstance(return_counts, bool)
    ):
        return Unknown("what a unique returns is not known")
    values = elements.numbers(source)
    count: Dim = fresh("n", minimum=0, reason="the number of different elements")
    if values is None:
        found = Array(Shape((count,)), source.dtype)
        return (found, Array(Shape((count,)), "int")) if return_counts else found
    different = sorted(set(values))
    result = elements.made(Shape((len(different),)), source.dtype, different, double=True)
    counts = elements.made(result.shape, "int", [values.count(value) for value in different], double=True)
    return (result, counts) if return_counts else result


@op("numpy.{concatenate}", "arrays, axis=0", formula="(*, d1, *), (*, d2, *), ... -> (*, d1 + d2 + ..., *)")
def concatenate(need: Needs, arrays: Value, axis: Value) -> Tensor:
    """One after the other."""
    parts = sequence(arrays)
    if not parts:
        return unknown_tensor(reason_of(arrays, "the number of arrays"))
    found = [as_array(part) for part in parts]
    return joined(need, found, axis, "float" if any(p.dtype == "float" for p in found) else found[0].dtype)


_TOTALS: dict[str, Reduction] = {
    "sum": total,
    "prod": math.prod,
    "max": max,
    "min": min,
    "mean": average,
    "any": any,
    "all": all,
}


def _total(name: str, function: Reduction) -> Declared:
    def shape(need: Needs, a: Value, axis: Value, keepdims: Value, options: Mapping[str, Value]) -> float | Array:
        source = as_array(a)
        values = elements.numbers(source)
        if values and axis is None and keepdims is False:
            return function(values)
        return Array(reduction(need, source, axis, keepdims, source.dtype).shape, source.dtype)

    others = {"max": ",amax", "min": ",amin"}.get(name, "")
    names = f"numpy.{{{name}{others}}} Array.{name}"
    return op(names, "a, axis=None, keepdims=False, **options", formula="(*, d, *) -> (*, *)")(shape)


TOTALS = tuple(_total(name, function) for name, function in _TOTALS.items())


@op("Array.astype", "input, dtype, **options", formula=_SAME)
def astype(need: Needs, input: Tensor, dtype: Value, options: Mapping[str, Value]) -> Tensor:
    """Another type; whole numbers are cut off, not rounded."""
    return typed(input, dtype if dtype is not None else "float64")


@op("Array.reshape", "input, *shape, **options", formula="(d1, d2, ...) -> shape")
def reshape(need: Needs, input: Tensor, shape: tuple[Value, ...], options: Mapping[str, Value]) -> Tensor:
    """The same elements under another shape."""
    result = reshaped(need, input, listed(shape))
    return result if isinstance(result, Array) else Array(result.shape, result.dtype)


@op("Array.{copy,round}", "input, *args", formula=_SAME)
def copy(need: Needs, input: Tensor, args: tuple[Value, ...]) -> Tensor:
    """A copy; rounding to decimals is not followed."""
    return Array(input.shape, input.dtype)


@op("Array.transpose", "input, *axes", formula="(d0, d1, ...) -> the dimensions in another order")
def transpose(need: Needs, input: Tensor, axes: tuple[Value, ...]) -> Tensor:
    """All dimensions backwards, or as listed."""
    dims, rank = input.shape.dims, input.shape.rank
    if rank is not None and not axes:
        return Array(Shape(dims[::-1]), input.dtype)
    order = [i for i in unpacked(axes) if isinstance(i, int) and rank is not None and -rank <= i < rank]
    if len(order) != rank or len(unpacked(axes)) != rank:
        return Array(unknown_rank("a transposed array"), input.dtype)
    return Array(Shape(tuple(dims[i] for i in order)), input.dtype)


@op("Array.resize", "input, *shape, **options", formula="(*) -> nothing: the array itself has another shape")
def resize(need: Needs, input: Tensor, shape: tuple[Value, ...], options: Mapping[str, Value]) -> None:
    """Changes the array in place."""
    wanted = plain_sizes(unpacked(shape))
    input.shape = unknown_rank("an array was resized") if wanted is None else Shape(wanted)
    input.write(None)
