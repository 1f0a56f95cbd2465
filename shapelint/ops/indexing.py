"""``x[key]``: integers, slices, None, Ellipsis, tensors and masks, with symbolic bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..shapes import Dim, Expr, Kind, Needs, Shape, Tensor, fresh, less
from ..shapes.broadcast import broadcast
from . import elements
from .axes import rank_of
from .declare import keep_shape
from .split import within
from .values import forget, is_known, operand, reason_of, unknown_tensor

__all__ = ["assign", "index", "sliced"]


def index(need: Needs, tensor: Tensor, key: Any) -> Tensor:
    """The shape of ``tensor[key]``; ``Reject(OPERANDS)`` for too many indices and integers out of range."""
    parts = key if isinstance(key, tuple) else (key,)
    if isinstance(tensor, elements.Array):
        return _of_array(need, tensor, parts)
    return _subscripted(need, tensor, parts)


def _of_array(need: Needs, array: Tensor, parts: tuple[Any, ...]) -> Tensor:
    """numpy takes slices with negative steps too; of their sizes, and of what index arrays give, nothing is said."""
    simple = all(part is None or part is ... or isinstance(part, (int, Expr)) or _forward(part) for part in parts)
    if not simple:
        return elements.Array(Shape((), "a subscript of an array"), array.dtype)
    result: Tensor = elements.arrayed(_subscripted(need, array, parts))
    return result


def _forward(part: Any) -> bool:
    return isinstance(part, slice) and (part.step is None or (isinstance(part.step, int) and part.step > 0))


def _subscripted(need: Needs, tensor: Tensor, parts: tuple[Any, ...]) -> Tensor:
    if not all(_understood(part) for part in parts):
        return _of_unknown_index(tensor, parts)
    if isinstance(tensor, elements.Array) and any(map(_reverses, parts)):
        return index(need, elements.Array(tensor.shape, tensor.dtype), tuple(map(_forwards, parts)))
    taken = sum(_takes(part) for part in parts)
    rank = rank_of(tensor)
    if rank is None:
        return _of_unknown_rank(need, tensor, parts)
    shown = "1 index" if taken == 1 else f"{taken} indices"
    need.require(taken <= rank, Kind.OPERANDS, f"{shown} into {_ranked(rank)}: {tensor.shape}")
    result = type(tensor)(_indexed(need, tensor.shape.dims, _spelled_out(parts, rank - taken)), tensor.dtype)
    return _with_elements(tensor, parts, result)


def assign(need: Needs, tensor: Tensor, key: Any, value: Any) -> None:
    """``tensor[key] = value``: the value must broadcast to the place; afterwards no element is known."""
    place = index(need, tensor, key)
    forget(tensor)
    if is_known(value) and not isinstance(value, (bool, int, float, complex)):
        return
    given = operand(need, value, "value")
    if place.shape.lead is None and given.shape.lead is None:
        extra = max(0, len(given.shape.dims) - len(place.shape.dims))
        for size in given.shape.dims[:extra]:
            message = f"a value of shape {given.shape} does not fit into a place of shape {place.shape}"
            need.equal(size, 1, Kind.OPERANDS, message)
        given = Tensor(Shape(given.shape.dims[extra:]), given.dtype)
        both = broadcast(need, (place.shape, given.shape), name="place and value")
        keep_shape(need, place, Tensor(both))


def _ranked(rank: int) -> str:
    return f"{rank} {'dimension' if rank == 1 else 'dimensions'}" if rank else "a tensor without dimensions"


def _understood(part: Any) -> bool:
    if isinstance(part, Expr):
        return part.as_parameter is None  # that may be a list, a mask or a tensor
    return part is None or part is ... or isinstance(part, (int, slice, Tensor)) or _is_list(part)


def _reverses(part: Any) -> bool:
    """Whether it is a slice with a negative step, which numpy takes and torch does not."""
    return isinstance(part, slice) and isinstance(part.step, int) and part.step < 0


def _forwards(part: Any) -> Any:
    """A slice that takes as many entries in the other direction; with bounds, nobody counts how many."""
    if not _reverses(part):
        return part
    whole = part.start is None and part.stop is None and isinstance(part.step, int)
    return slice(None, None, -part.step) if whole else slice("?", None)


def _is_list(part: Any) -> bool:
    return isinstance(part, (list, tuple)) and all(isinstance(item, (int, bool)) for item in part)


def _takes(part: Any) -> int:
    """How many dimensions an index consumes."""
    if part is None or part is ... or isinstance(part, bool):
        return 0
    return len(part.shape.dims) if isinstance(part, Tensor) and part.dtype == "bool" else 1


def _spelled_out(parts: Sequence[Any], missing: int) -> list[Any]:
    """The key with full slices where ``...`` stands, or at its end."""
    full = [slice(None)] * missing
    for place, part in enumerate(parts):
        if part is ...:
            return [*parts[:place], *full, *(p for p in parts[place + 1 :] if p is not ...)]
    return [*parts, *full]


def _indexed(need: Needs, dims: Sequence[Dim], parts: Sequence[Any]) -> Shape:
    result: list[Dim] = []
    gathered: list[Shape] = []
    first: int | None = None
    split = False
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


def _gathered(need: Needs, dims: Sequence[Dim], part: Any) -> Shape:
    """The shape of an index tensor: its own, or for a mask the unknown number of its true elements."""
    if isinstance(part, bool):
        return Shape((1 if part else 0,))
    if not isinstance(part, Tensor):
        found = operand(need, 0, "index") if not part else None
        if part and all(isinstance(item, bool) for item in part):
            need.equal(len(part), dims[0], Kind.OPERANDS, f"a mask of {len(part)} for a dimension of {dims[0]}")
            return Shape((sum(part),))
        for item in part:
            within(need, dims[0], item)
        return Shape((0,) if found is not None else (len(part),))
    if part.dtype == "bool":
        for mine, other in zip(part.shape.dims, dims, strict=True):
            need.equal(mine, other, Kind.OPERANDS, f"a mask of shape {part.shape} for {Shape(tuple(dims))}")
        known = elements.flat(part)
        if known is not None:
            return Shape((sum(known),))
        return Shape((fresh("n", minimum=0, reason="the number of true elements of a mask"),))
    if part.dtype is None and part.shape.rank != 0:
        return Shape((), "an index that may be a mask")
    if part.shape.is_concrete and 0 not in part.shape.dims:
        need.at_least(dims[0], 1, Kind.OPERANDS, f"indices of shape {part.shape} into a dimension of {dims[0]}")
    return part.shape


def sliced(need: Needs, size: Dim, part: slice) -> Dim:
    """How many entries ``start:stop:step`` takes of a dimension."""
    start, stop, step = (_bound(value) for value in (part.start, part.stop, part.step))
    if step is None:
        step = 1
    if isinstance(step, int):
        need.require(step > 0, Kind.ARGUMENT, f"a slice with step {step}: it must be positive")
    whole = all(value is None or isinstance(value, int) for value in (start, stop)) and isinstance(step, int)
    if isinstance(size, int) and whole:
        return len(range(*slice(start, stop, step).indices(size)))
    if not isinstance(step, int) or start == "?" or stop == "?":
        return fresh("D", minimum=0, reason="the bounds of a slice are not known")
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


def _bound(value: Any) -> Any:
    if isinstance(value, Tensor):
        value = "?" if value.elements is None else value.elements
    return value if value is None or isinstance(value, (int, Expr)) else "?"


def _clamped(need: Needs, size: Dim, bound: Any, default: Dim) -> Dim | None:
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


def _of_unknown_index(tensor: Tensor, parts: Sequence[Any]) -> Tensor:
    odd = next(part for part in parts if not _understood(part))
    return unknown_tensor(reason_of(odd, "an index"), tensor.dtype)


def _of_unknown_rank(need: Needs, tensor: Tensor, parts: Sequence[Any]) -> Tensor:
    """Only what an Ellipsis in front keeps of the trailing sizes is known."""
    reason, dims = tensor.shape.lead or "", tensor.shape.dims
    simple = all(part is ... or part is None or isinstance(part, (int, slice, Expr)) for part in parts)
    if parts and parts[0] is ... and simple:
        behind = [part for part in parts[1:] if part is not ...]
        taken = sum(_takes(part) for part in behind)
        if taken <= len(dims):
            tail = _indexed(need, dims[len(dims) - taken :], behind)
            return Tensor(Shape((*dims[: len(dims) - taken], *tail.dims), reason), tensor.dtype)
    return unknown_tensor(reason, tensor.dtype)


def _with_elements(tensor: Tensor, parts: Sequence[Any], result: Tensor) -> Tensor:
    """The elements that integers and slices, one for each leading dimension, pick."""
    plain = all(isinstance(part, (int, slice)) and not isinstance(part, bool) for part in parts)
    if tensor.elements is None or not plain or not result.shape.is_concrete:
        return result
    kind = elements.Array if isinstance(tensor, elements.Array) else Tensor
    return kind(result.shape, tensor.dtype, _picked(tensor.elements, list(parts)))


def _picked(rows: Any, parts: list[Any]) -> Any:
    if not parts:
        return rows
    first, rest = parts[0], parts[1:]
    if isinstance(first, int):
        return _picked(rows[first], rest)
    known = slice(*(_bound(value) for value in (first.start, first.stop, first.step)))
    return [_picked(row, rest) for row in rows[known]]
