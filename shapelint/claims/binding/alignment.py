"""How the dimensions of a claim are laid over those of a tensor: with or without the batch, channels first or last, flat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from ...records import dataclass
from ...shapes import Dim, Expr, Shape
from ..comments.noted_names import noted
from ..comments.remark import DimText, ShapePattern
from ..comments.vocabulary import is_axis
from .point import Point

__all__ = ["Alternative", "Layout", "DimPair", "alternatives"]


Layout = bool
"""Whether channels come last."""


@dataclass(frozen=True, slots=True)
class DimPair:
    """A dimension as claimed and as computed; ``axis`` is its index in the tensor, None for a flat product."""

    claimed: Dim
    computed: Dim
    axis: int | None
    text: DimText


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """One way to lay a pattern over the tensor at a point.  Wildcards and words for the batch take no part in ``pairs``."""

    point: Point
    pattern: ShapePattern
    pairs: tuple[DimPair, ...]

    @property
    def axes(self) -> tuple[int | None, ...]:
        return tuple(pair.axis for pair in self.pairs)


def alternatives(pattern: ShapePattern, point: Point, channels_last: Layout) -> Iterator[Alternative]:
    """Every way in which ``pattern`` may speak of the tensor at ``point`` in this layout; none if the ranks differ."""
    for reading in pattern.readings:
        last = channels_last and reading.channels_first is not True
        pairs = _pairs(reading, point.shape, last)
        if pairs is not None:
            yield Alternative(point, reading, tuple(pairs))


def transposed(alternative: Alternative) -> Iterator[tuple[DimPair, ...]]:
    """The same claim with its dimensions in every other order: a permutation is a layout, not an error.

    Up to five dimensions, which is 120 orders.
    """
    pairs = alternative.pairs
    if not 2 <= len(pairs) <= 5 or any(pair.axis is None for pair in pairs):
        return
    for order in permutations(pairs):
        if order != pairs:
            yield tuple(
                DimPair(pair.claimed, other.computed, other.axis, pair.text)
                for pair, other in zip(pairs, order, strict=True)
            )


def _pairs(pattern: ShapePattern, shape: Shape, channels_last: Layout) -> list[DimPair] | None:
    texts = pattern.dims
    if any(text.many for text in texts):
        return _open_ended(texts, shape)
    rank, given = shape.rank, len(texts)
    if rank is None or not given or (pattern.whole and rank != given):
        return None
    match rank - given:
        case 0 if given == 2 and pattern.separator == "x" and not texts[0].batch:
            return None  # "16x16" is a height and a width; this tensor has neither
        case 1 | 2 if given == 2 and (rank > 3 or pattern.text[0] in "([") and _is_one_number(pattern):
            return None
        case 0:
            axes = list(range(rank))
        case 1 if not texts[0].batch or given == 1:
            axes = list(range(1, rank))
        case 2 if given == 2 and not texts[0].batch:
            return _zip(texts, shape, [2, 3])
        case -1 if texts[0].batch and rank >= 2 and not isinstance(shape.dims[0], Expr):
            return _zip(texts[1:], shape, list(range(rank)))
        case _:
            return _product(texts, shape)
    if channels_last and len(axes) >= 3 - (rank - given):
        axes = _channels_last(axes, rank)
    return _zip(texts, shape, axes)


def _is_one_number(pattern: ShapePattern) -> bool:
    """``(ndf*4)``: a number of channels or features; a height and a width are two numbers, or the names of both axes."""
    named = [text for text in pattern.dims if not isinstance(text.dim, int)]
    return pattern.separator == "*" and bool(named) and not (len(named) == 2 and all(is_axis(t.text) for t in named))


def _channels_last(axes: Sequence[int], rank: int) -> list[int]:
    """The axes of an NCHW tensor in the order in which NHWC names them: 0, 2, 3, 1."""
    order = [0, *range(2, rank), 1] if rank >= 3 else list(range(rank))
    return order if len(axes) == rank else order[1:]


def _zip(texts: Sequence[DimText], shape: Shape, axes: Sequence[int]) -> list[DimPair]:
    return [
        DimPair(noted(text.dim), shape.dims[axis], axis, text)
        for text, axis in zip(texts, axes, strict=True)
        if text.dim is not None and not text.batch
    ]


def _open_ended(texts: Sequence[DimText], shape: Shape) -> list[DimPair] | None:
    """``(*, 512, 4, 4)``, ``(N, ...)``: the dims on either side of the gap."""
    gap = next(index for index, text in enumerate(texts) if text.many)
    if any(text.many for text in texts[gap + 1 :]):
        return None
    head, tail = texts[:gap], texts[gap + 1 :]
    if len(shape.dims) < len(tail) + (0 if shape.lead else len(head)) or (shape.lead is not None and head):
        return None
    end = len(shape.dims)
    return _zip(head, shape, list(range(len(head)))) + _zip(tail, shape, list(range(end - len(tail), end)))


def _product(texts: Sequence[DimText], shape: Shape) -> list[DimPair] | None:
    """``(512 x 6 x 6)`` beside a flat tensor ``(N, 18432)``."""
    rest = texts[1:] if texts[0].batch else texts
    if shape.rank != 2 or len(rest) < 2 or any(text.dim is None for text in rest):
        return None
    product: Dim = 1
    for text in rest:
        product = product * noted(text.dim if text.dim is not None else 1)
    whole = DimText(" ".join(text.text for text in rest), rest[0].start, rest[-1].end, product)
    return [DimPair(product, shape.dims[1], None, whole)]
