"""One call of a function compared with what its signature and docstring state: one name is one size throughout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from ...records import dataclass
from ...shapes import Dim, Shape, Tensor
from ..comments.remark import DimText, ShapePattern
from .axis_text import AxisText
from .axis_verdicts import Axis, Sizes, judge, same_group
from .stated import Stated, ValueRole

__all__ = ["Comparison", "Pair", "unify"]

Pair: TypeAlias = tuple[Stated, Tensor, Shape]
"""What is stated of a tensor, and the shape that is known of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """One stated shape compared with the tensor it speaks of.  ``axes`` is None where the ranks differ."""

    stated: Stated
    tensor: Tensor
    shape: Shape
    axes: tuple[Axis, ...] | None

    def count(self, verdict: bool) -> int:
        return sum(axis.verdict is verdict for axis in self.axes or ())

    @property
    def is_false(self) -> bool:
        return self.axes is None or self.count(False) > 0


def unify(pairs: Sequence[Pair], sizes: Sizes) -> list[Comparison]:
    """Compare each stated shape, in order; expressions are left until all names are known.

    Of a union the first member that fits is meant.  Tensors of unknown rank are left out.
    """
    return _compared(_chosen(pairs, sizes), sizes)


def _chosen(pairs: Sequence[Pair], sizes: Sizes) -> Sequence[Pair]:
    """Each union replaced by the member that is meant; left out where that depends on sizes that nobody knows."""
    if not any(stated.others for stated, *_ in pairs):
        return pairs
    kept: list[Pair] = []
    for stated, tensor, shape in pairs:
        members = (stated, *stated.others)
        fitting = [one for one in members if len(members) == 1 or _may_be([*kept, (one, tensor, shape)], sizes)]
        if len(fitting) < 2 or shape.is_concrete:
            kept.append((fitting[0] if fitting else stated, tensor, shape))
    return kept


def _may_be(pairs: Sequence[Pair], sizes: Sizes) -> bool:
    """Whether nothing contradicts the last of ``pairs``."""
    found = _compared(pairs, sizes.copied())
    return not (found and found[-1].stated is pairs[-1][0] and found[-1].is_false)


def _compared(pairs: Sequence[Pair], sizes: Sizes) -> list[Comparison]:
    laid = [
        (stated, tensor, shape, _lay(stated.pattern, shape))
        for stated, tensor, shape in pairs
        if shape.lead is None or any(text.many for text in stated.pattern.dims)
    ]
    judged: dict[tuple[int, int], Axis] = {}
    dims = [
        ((place, at), stated, text, computed)
        for place, (stated, *_, axes) in enumerate(laid)
        for at, (text, computed) in enumerate(axes or ())
    ]
    # What is passed settles what the caller chose before anything is said of results; what it leaves open, they may settle.
    given = [each for each in dims if each[1].role is ValueRole.ARGUMENT]
    for part in (given, dims):
        for later in (False, True):
            for key, stated, text, computed in part:
                if _is_expression(text) is later and getattr(judged.get(key), "stated", None) is None:
                    judged[key] = judge(text, computed, stated, sizes)
    found = []
    for place, (stated, tensor, shape, axes) in enumerate(laid):
        if axes is not None:
            mine = [judged[place, at] for at in range(len(axes))]
            found.append(Comparison(stated, tensor, shape, (*mine, *_gap(stated, shape, sizes))))
        elif shape.lead is None:
            found.append(Comparison(stated, tensor, shape, None))
    return found


def _lay(pattern: ShapePattern, shape: Shape) -> list[tuple[DimText, Dim]] | None:
    """Stated dims beside computed ones, without what a gap stands for; None if the ranks differ or one cannot tell."""
    texts, dims = pattern.dims, shape.dims
    gap = next((index for index, text in enumerate(texts) if text.many), None)
    if gap is None:
        return list(zip(texts, dims, strict=True)) if len(texts) == len(dims) else None
    tail = len(texts) - gap - 1
    if len(dims) < tail + (gap if shape.lead is None else 0):
        return None
    after = list(zip(texts[gap + 1 :], dims[len(dims) - tail :], strict=True))
    return after if shape.lead is not None else [*zip(texts[:gap], dims, strict=False), *after]


def _gap(stated: Stated, shape: Shape, sizes: Sizes) -> Iterator[Axis]:
    """The dims that ``*batch`` stands for must be the same wherever it does."""
    texts = stated.pattern.dims
    gap = next((index for index, text in enumerate(texts) if text.many), None)
    text = None if gap is None else texts[gap]
    if gap is None or not isinstance(text, AxisText) or text.group is None or shape.lead is not None:
        return
    dims = shape.dims[gap : len(shape.dims) - (len(texts) - gap - 1)]
    if same_group(text, dims, sizes) is False:
        yield Axis(text, None, dims[0] if dims else 1, False)


def _is_expression(text: DimText) -> bool:
    if isinstance(text, AxisText) and text.formula is not None:
        return True
    return text.dim is not None and not isinstance(text.dim, int) and text.dim.as_symbol is None
