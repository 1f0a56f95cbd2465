"""Which elements a subscript of known integers, slices, lists, index tensors and masks picks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

from ..records import dataclass
from ..shapes import Shape, Tensor, Value
from .elements import kept_sizes, numbers, spread

__all__ = ["picked", "take"]


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Index tensors: their common sizes, and how far each element that they name is from the first."""

    sizes: tuple[int, ...]
    steps: Sequence[int]


def picked(shape: Shape, parts: Sequence[Value]) -> list[int] | None:
    """The places of the elements of a tensor of that shape, in the order in which ``tensor[parts]`` has them.

    ``parts``: one index for each dimension, besides None and masks of several.  None where not all are known.  What index
    tensors give comes first if a slice or None separates them.
    """
    sizes = kept_sizes(shape)
    if sizes is None:
        return None
    start, at = 0, 0
    axes: list[Sequence[int]] = []
    gathered: list[_Gathered] = []
    first, split = 0, False
    for part in parts:
        part = _plain(part)
        stride = math.prod(sizes[at + 1 :])
        if part is None:
            axes.append((0,))
        elif isinstance(part, slice):
            if not all(bound is None or isinstance(bound, int) for bound in (part.start, part.stop, part.step)):
                return None
            axes.append([place * stride for place in range(sizes[at])[part]])
        elif type(part) is int:
            if not -sizes[at] <= part < sizes[at]:
                return None
            start += part % sizes[at] * stride
        else:
            found = _named(part, sizes, at)
            if found is None:
                return None
            if gathered and split:
                first = 0
            elif not gathered:
                first = len(axes)
            split = False
            gathered += found
            at += len(found)
            continue
        split = split or (bool(gathered) and type(part) is not int)
        at += type(part) is int or isinstance(part, slice)
    if gathered:
        together = _together(gathered)
        if together is None:
            return None
        axes.insert(first, together)
    return [start + sum(steps) for steps in product(*axes)]


def take(input: Tensor, result: Tensor, parts: Sequence[Value]) -> Tensor:
    """``result`` with the elements of ``input[parts]``, where they are known; dimensions without a part are whole."""
    values = input.values
    if values is None or kept_sizes(result.shape) is None:
        return result
    missing = len(input.shape.dims) - len(parts)
    where = picked(input.shape, [*parts, *(slice(None),) * missing])
    if where is not None:
        result.hold([values[place] for place in where])
    return result


def _plain(part: Value) -> Value:
    """A tensor of one integer without dimensions as that, also as the bound of a slice."""
    if isinstance(part, slice):
        return slice(_plain(part.start), _plain(part.stop), _plain(part.step))
    if isinstance(part, Tensor) and not part.shape.dims and part.dtype == "int" and part.values is not None:
        return part.values[0]
    return part


def _named(part: Value, sizes: Sequence[int], at: int) -> list[_Gathered] | None:
    """What an index tensor, a list or a mask names: one for each dimension that it takes; None where that is not known."""
    if isinstance(part, (list, tuple)):
        if part and all(isinstance(item, bool) for item in part):
            return _true((len(part),), list(part), sizes, at)
        found = [item for item in part if type(item) is int]
        own: tuple[int, ...] | None = (len(part),)
    elif isinstance(part, Tensor):
        own, values = kept_sizes(part.shape), numbers(part)
        if own is None or values is None:
            return None
        if part.dtype == "bool":
            return _true(own, values, sizes, at)
        found = [value for value in values if type(value) is int]
    else:
        return None
    stride, size = math.prod(sizes[at + 1 :]), sizes[at]
    if own is None or len(found) < math.prod(own) or not all(-size <= value < size for value in found):
        return None
    return [_Gathered(own, [value % size * stride for value in found])]


def _true(own: tuple[int, ...], values: Sequence[float], sizes: Sequence[int], at: int) -> list[_Gathered] | None:
    """The places where a mask is true, dimension by dimension."""
    if own != tuple(sizes[at : at + len(own)]) or not own:
        return None
    places = [place for place, value in zip(product(*map(range, own)), values, strict=True) if value]
    return [
        _Gathered((len(places),), [place[index] * math.prod(sizes[at + index + 1 :]) for place in places])
        for index in range(len(own))
    ]


def _together(gathered: Sequence[_Gathered]) -> list[int] | None:
    """The sum of what index tensors name, broadcast; None where they do not go together."""
    rank = max(len(each.sizes) for each in gathered)
    columns = list(zip(*((*(1,) * (rank - len(each.sizes)), *each.sizes) for each in gathered), strict=True))
    wanted = tuple(next((size for size in column if size != 1), 1) for column in columns)
    if any(size not in (1, want) for column, want in zip(columns, wanted, strict=True) for size in column):
        return None
    if kept_sizes(Shape(wanted)) is None:
        return None
    return [sum(steps) for steps in zip(*(spread(each.steps, each.sizes, wanted) for each in gathered), strict=True)]
