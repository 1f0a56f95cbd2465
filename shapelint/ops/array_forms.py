"""Functions of numpy with which data sets prepare images, and arrays of random numbers: only their shapes, and no rejections."""

from __future__ import annotations

from collections.abc import Mapping

from ..shapes import Needs, Shape, Tensor, Unknown, Value, unknown_rank
from .array_methods import transpose as transposed
from .arrays import as_array
from .declare import Declared, op
from .elements import Array
from .operand_values import kind_of, plain_sizes

__all__: list[str] = []

_SAME = "(*) -> (*)"


@op("numpy.{clip,flip,fliplr,flipud,copy,roll,nan_to_num}", "a, *args, **options", formula=_SAME)
def clip(need: Needs, a: Value, args: tuple[Value, ...], options: Mapping[str, Value]) -> Tensor:
    """Other numbers in the same places, or the same ones in others."""
    source = as_array(a)
    return Array(source.shape, source.dtype)


@op("numpy.transpose", "a, axes=None", formula="(d0, d1, ...) -> the dimensions in another order")
def transpose(need: Needs, a: Value, axes: Value) -> Tensor:
    """All dimensions backwards, or as listed."""
    return transposed.shape(need, as_array(a), () if axes is None else (axes,))


@op("numpy.expand_dims", "a, axis", formula="(*, *) -> (*, 1, *)")
def expand_dims(need: Needs, a: Value, axis: Value) -> Tensor:
    """One more dimension of size 1."""
    source = as_array(a)
    rank = source.shape.rank
    if rank is None or not isinstance(axis, int) or not -rank - 1 <= axis <= rank:
        return Array(unknown_rank("an array with another dimension"), source.dtype)
    dims = list(source.shape.dims)
    dims.insert(axis if axis >= 0 else axis + rank + 1, 1)
    return Array(Shape(tuple(dims)), source.dtype)


@op("numpy.stack", "arrays, axis=0", formula="n of (*, *) -> (*, n, *)")
def stack(need: Needs, arrays: Value, axis: Value) -> Tensor:
    """Arrays of one shape along a new dimension."""
    parts = [as_array(part) for part in arrays] if isinstance(arrays, (list, tuple)) else []
    if not parts or any(part.shape != parts[0].shape or part.shape.lead is not None for part in parts):
        return Array(unknown_rank("arrays stacked"), None)
    result = expand_dims.shape(need, parts[0], axis)
    if isinstance(axis, int) and result.shape.lead is None:
        dims = list(result.shape.dims)
        dims[axis] = len(parts)
        return Array(Shape(tuple(dims)), result.dtype)
    return result


def _sized(size: Value, dtype: str | None) -> Array | Unknown:
    """An array of that size; without one a number."""
    if size is None:
        return Unknown("a random number")
    sizes = plain_sizes(size if isinstance(size, (tuple, list)) else (size,))
    return Array(unknown_rank("an array of unknown size") if sizes is None else Shape(sizes), dtype)


def _drawn(names: str, parameters: str, dtype: str) -> Declared:
    def shape(need: Needs, size: Value, **options: Value) -> Array | Unknown:
        return _sized(size, kind_of(options["dtype"]) or dtype if options.get("dtype") is not None else dtype)

    return op(f"numpy.random.{names}", parameters, formula="-> (size)")(shape)


@op("numpy.random.{rand,randn}", "*sizes", formula="-> (sizes)")
def rand(need: Needs, sizes: tuple[Value, ...]) -> Array | Unknown:
    """Random numbers; sizes are arguments of their own."""
    return _sized(sizes or None, "float")


DRAWN = (
    _drawn("{normal,laplace,gumbel,logistic}", "loc=0.0, scale=1.0, size=None", "float"),
    _drawn("uniform", "low=0.0, high=1.0, size=None", "float"),
    # The methods of a generator take `dtype` and `out`, the functions of the module do not.
    _drawn("{random,random_sample,ranf,standard_normal}", "size=None, dtype=None, out=None", "float"),
    _drawn("{randint,integers}", "low, high=None, size=None, dtype=None, endpoint=False", "int"),
)
