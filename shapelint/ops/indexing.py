"""``x[key]``: integers, slices, None, Ellipsis, tensors and masks, with symbolic bounds."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..shapes import Dim, Expr, Fractions, Kind, Needs, Shape, Tensor, Unknown, Value, fresh, less
from ..shapes.broadcast import broadcast
from . import elements
from .axes import rank_of
from .declare import keep_shape
from .operand_values import is_known, operand, reason_of, unknown_tensor
from .picking import picked
from .split import within

__all__ = ["assign", "index", "sliced"]

_MASKS = ("bool", "byte")
_NOT_AN_INTEGER = Unknown("the bounds of a slice are not known")


def index(need: Needs, tensor: Tensor, key: Value) -> Tensor:
    """The shape of ``tensor[key]``; ``Reject(OPERANDS)`` for too many indices and integers out of range."""
    parts = key if isinstance(key, tuple) else (key,)
    if isinstance(tensor, elements.Array):
        return _of_array(need, tensor, parts)
    return _subscripted(need, tensor, parts)


def _of_array(need: Needs, array: Tensor, parts: tuple[Value, ...]) -> Tensor:
    """numpy takes slices with negative steps too: neither their sizes nor what index arrays give is followed."""
    simple = all(part is None or part is ... or isinstance(part, (int, Expr)) or _forward(part) for part in parts)
    if not simple:
        result = elements.Array(Shape((), "a subscript of an array"), array.dtype)
        result.share(array, None)
        return result
    found = _subscripted(need, array, parts)
    return found if isinstance(found, elements.Array) else _as_array(found)


def _as_array(tensor: Tensor) -> Tensor:
    result = elements.Array(tensor.shape, tensor.dtype)
    result.share(tensor, tensor.places)
    return result


def _forward(part: Value) -> bool:
    return isinstance(part, slice) and (part.step is None or (isinstance(part.step, int) and part.step > 0))


def _subscripted(need: Needs, tensor: Tensor, parts: tuple[Value, ...]) -> Tensor:
    if not all(_understood(part) for part in parts):
        return _of_unknown_index(tensor, parts)
    _refuse_floats(need, parts)
    for part in parts:
        if isinstance(part, Tensor) and part.dtype in _MASKS and part.shape.lead is not None:
            return unknown_tensor(part.shape.lead, tensor.dtype)  # how many dimensions it takes is not known
    taken = sum(_takes(part) for part in parts)
    rank = rank_of(tensor)
    if rank is None:
        return _of_unknown_rank(need, tensor, parts)
    shown = "1 index" if taken == 1 else f"{taken} indices"
    need.require(taken <= rank, Kind.OPERANDS, f"{shown} into {_ranked(rank)}: {tensor.shape}")
    whole = _spelled_out(parts, rank - taken)
    result = type(tensor)(_indexed(need, tensor.shape.dims, whole), tensor.dtype)
    if tensor.memory is not None:
        _fill(tensor, whole, result)
    return result


def assign(need: Needs, tensor: Tensor, key: Value, value: Value) -> None:
    """``tensor[key] = value``: the value must broadcast to the place, and is what is there afterwards."""
    place = index(need, tensor, key)
    if is_known(value) and not isinstance(value, (bool, int, float, complex)):
        tensor.write(None)
        return
    given = operand(need, value, "value")
    if place.shape.lead is None and given.shape.lead is None:
        extra = max(0, len(given.shape.dims) - len(place.shape.dims))
        for size in given.shape.dims[:extra]:
            message = f"a value of shape {given.shape} does not fit into a place of shape {place.shape}"
            need.equal(size, 1, Kind.OPERANDS, message)
        kept = Tensor(Shape(given.shape.dims[extra:]), given.dtype)
        kept.share(given, given.places)
        both = broadcast(need, (place.shape, kept.shape), name="place and value")
        keep_shape(need, place, Tensor(both))
        given = kept
    if tensor.memory is not None:
        _write(tensor, key, place, given)


def _write(tensor: Tensor, key: Value, place: Tensor, given: Tensor) -> None:
    """Write ``given`` into what ``key`` takes of ``tensor``; ``place`` has the shape of that."""
    values, sizes, wanted = given.values, elements.kept_sizes(given.shape), elements.kept_sizes(place.shape)
    where = None
    if values is not None and sizes is not None and wanted is not None and tensor.places is not None:
        parts = key if isinstance(key, tuple) else (key,)
        missing = len(tensor.shape.dims) - sum(map(_takes, parts))
        where = picked(tensor.shape, _spelled_out(parts, missing)) if all(map(_understood, parts)) else None
    if where is None or values is None or sizes is None or wanted is None or len(where) != math.prod(wanted):
        tensor.write(None)
        return
    target = type(tensor)(place.shape, tensor.dtype)
    target.share(tensor, [(tensor.places or ())[one] for one in where])
    if given.memory is tensor.memory and given.places != target.places and _meet(given, target):
        target.write(None)  # torch may have written some of them before it reads them
    else:
        elements.write(target, elements.spread(values, sizes, wanted))


def _meet(one: Tensor, other: Tensor) -> bool:
    return not {*(one.places or ())}.isdisjoint(other.places or ())


def _ranked(rank: int) -> str:
    return f"{rank} {'dimension' if rank == 1 else 'dimensions'}" if rank else "a tensor without dimensions"


def _understood(part: Value) -> bool:
    if isinstance(part, Expr):
        return part.as_parameter is None  # that may be a list, a mask or a tensor
    return part is None or part is ... or isinstance(part, (int, float, slice, Tensor)) or _is_list(part)


def _refuse_floats(need: Needs, parts: Sequence[Value]) -> None:
    for part in parts:
        need.require(not isinstance(part, float), Kind.OPERANDS, f"an integer expected as an index, got {part}")
        need.require(not isinstance(part, Fractions), Kind.OPERANDS, "integers expected as indices, got fractions")


def _is_list(part: Value) -> bool:
    return isinstance(part, (list, tuple)) and all(isinstance(item, (int, bool)) for item in part)


def _takes(part: Value) -> int:
    """How many dimensions an index consumes."""
    if part is None or part is ... or isinstance(part, bool):
        return 0
    return len(part.shape.dims) if isinstance(part, Tensor) and part.dtype in _MASKS else 1


def _spelled_out(parts: Sequence[Value], missing: int) -> list[Value]:
    """The key with full slices in place of ``...``, or else at its end."""
    full = [slice(None)] * missing
    for place, part in enumerate(parts):
        if part is ...:
            return [*parts[:place], *full, *(p for p in parts[place + 1 :] if p is not ...)]
    return [*parts, *full]


def _indexed(need: Needs, dims: Sequence[Dim], parts: Sequence[Value]) -> Shape:
    """The shape under a key with one part for each of ``dims``, besides None and masks.

    What index tensors give together takes the place of the first of them, or comes first if a slice or None separates them:
    https://numpy.org/doc/stable/user/basics.indexing.html#combining-advanced-and-basic-indexing
    """
    result: list[Dim] = []
    gathered: list[Shape] = []
    first: int | None = None
    split = False  # whether a slice or None has come after an index tensor
    at = 0
    for part in parts:
        if part is None:
            result.append(1)
            split = split or first is not None
            continue
        if isinstance(part, slice):
            result.append(sliced(need, dims[at], part))
            split = split or first is not None
        elif isinstance(part, (int, Expr)) and not isinstance(part, bool):
            within(need, dims[at], part)
        elif isinstance(part, Tensor) and part.shape.rank == 0 and part.dtype == "int":
            # torch takes it for an integer, unlike an index tensor with dimensions
            need.at_least(dims[at], 1, Kind.OPERANDS, f"an index into a dimension of {dims[at]}")
        else:
            if first is not None and split:
                first = 0
            elif first is None:
                first, split = len(result), False
            gathered.append(_gathered(need, dims[at : at + _takes(part)], part))
        at += _takes(part)
    if first is None:
        return Shape(tuple(result))
    common = broadcast(need, gathered, name="indices")
    if common.lead is not None:
        return Shape((), common.lead)
    return Shape((*result[:first], *common.dims, *result[first:]))


def _gathered(need: Needs, dims: Sequence[Dim], part: Value) -> Shape:
    """The shape of an index tensor: its own, or for a mask the unknown number of its true elements."""
    if isinstance(part, bool):
        return Shape((1 if part else 0,))
    if not isinstance(part, Tensor):
        assert isinstance(part, (list, tuple))
        if part and all(isinstance(item, bool) for item in part):
            need.equal(len(part), dims[0], Kind.OPERANDS, f"a mask of {len(part)} for a dimension of {dims[0]}")
            return Shape((sum(part),))
        for item in part:
            within(need, dims[0], item)
        return Shape((len(part),))
    if part.dtype in _MASKS:
        for mine, other in zip(part.shape.dims, dims, strict=True):
            need.equal(mine, other, Kind.OPERANDS, f"a mask of shape {part.shape} for {Shape(tuple(dims))}")
        known = elements.numbers(part)
        if known is not None:
            return Shape((sum(map(bool, known)),))
        return Shape((fresh("n", minimum=0, reason="the number of true elements of a mask"),))
    if part.dtype is None and part.shape.rank != 0:
        return Shape((), "an index that may be a mask")
    if part.shape.is_concrete and 0 not in part.shape.dims:
        need.at_least(dims[0], 1, Kind.OPERANDS, f"indices of shape {part.shape} into a dimension of {dims[0]}")
    return part.shape


def sliced(need: Needs, size: Dim, part: slice) -> Dim:
    """How many entries ``start:stop:step`` takes of a dimension."""
    start, stop, step = _bound(part.start), _bound(part.stop), _bound(part.step)
    if step is None:
        step = 1
    if isinstance(step, int):
        need.require(step > 0, Kind.ARGUMENT, f"a slice with step {step}: it must be positive")
    if not isinstance(step, int) or isinstance(start, Unknown) or isinstance(stop, Unknown):
        return fresh("D", minimum=0, reason="the bounds of a slice are not known")
    if isinstance(size, int) and not isinstance(start, Expr) and not isinstance(stop, Expr):
        return len(range(size)[start:stop:step])
    first, last = _clamped(need, size, start, 0), _clamped(need, size, stop, size)
    if first is None or last is None:
        return fresh("D", minimum=0, reason=f"a slice {_text(part)} of {size}")
    length = last - first
    match less(length, 0, need.bounds):
        case True:
            return 0
        case None:
            return fresh("D", minimum=0, reason=f"a slice {_text(part)} of {size}")
    return length if step == 1 else -((-length) // step)


def _bound(value: Value) -> Dim | Unknown | None:
    """A bound or a step of a slice, an Unknown where it is not an integer that we know."""
    if isinstance(value, Tensor) and value.is_known:
        value = value.elements
    return value if value is None or isinstance(value, (int, Expr)) else _NOT_AN_INTEGER


def _clamped(need: Needs, size: Dim, bound: Dim | None, default: Dim) -> Dim | None:
    """A bound of a slice as a place in ``0..size``; None where it may lie on either side of an end."""
    if bound is None:
        return default
    negative = less(bound, 0, need.bounds)
    if negative is None:
        return None
    if negative:
        below = less(size + bound, 0, need.bounds)
        return None if below is None else 0 if below else size + bound
    beyond = less(size, bound, need.bounds)
    return None if beyond is None else size if beyond else bound


def _text(part: slice) -> str:
    ends = ":".join("" if value is None else str(value) for value in (part.start, part.stop))
    return ends if part.step is None else f"{ends}:{part.step}"


def _of_unknown_index(tensor: Tensor, parts: Sequence[Value]) -> Tensor:
    odd = next(part for part in parts if not _understood(part))
    return _some_of(tensor, unknown_tensor(reason_of(odd, "an index"), tensor.dtype))


def _some_of(tensor: Tensor, result: Tensor) -> Tensor:
    """``result``, which may be a view of what is not known of ``tensor``."""
    result.share(tensor, None)
    return result


def _of_unknown_rank(need: Needs, tensor: Tensor, parts: Sequence[Value]) -> Tensor:
    """Only what an Ellipsis in front keeps of the trailing sizes is known."""
    reason, dims = tensor.shape.lead or "", tensor.shape.dims
    simple = all(part is ... or part is None or isinstance(part, (int, slice, Expr)) for part in parts)
    if parts and parts[0] is ... and simple:
        behind = [part for part in parts[1:] if part is not ...]
        taken = sum(_takes(part) for part in behind)
        if taken <= len(dims):
            tail = _indexed(need, dims[len(dims) - taken :], behind)
            return _some_of(tensor, Tensor(Shape((*dims[: len(dims) - taken], *tail.dims), reason), tensor.dtype))
    return _some_of(tensor, unknown_tensor(reason, tensor.dtype))


def _fill(tensor: Tensor, parts: Sequence[Value], result: Tensor) -> None:
    """Integers, slices and None give a view, anything else a copy; with the elements that they pick, if these are known."""
    sizes = elements.kept_sizes(result.shape)
    where = None if sizes is None or tensor.places is None else picked(tensor.shape, parts)
    if where is not None and len(where) != math.prod(sizes or ()):
        where = None
    if all(_is_basic(part) for part in parts):
        places = tensor.places
        result.share(tensor, None if where is None or places is None else [places[place] for place in where])
    elif where is not None and (values := tensor.values) is not None:
        result.hold([values[place] for place in where])


def _is_basic(part: Value) -> bool:
    """Whether an index picks by a rule, so that what it picks is a view."""
    if isinstance(part, bool):
        return False
    return part is None or isinstance(part, (int, Expr, slice)) or (isinstance(part, Tensor) and not part.shape.dims)
