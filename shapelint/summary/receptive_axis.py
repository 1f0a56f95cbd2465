"""Which positions of an input one position of a later tensor depends on, along one axis.

What happens at the borders is left out: positions run from minus to plus infinity, as in the middle of a large input.  After
strided and transposed windows the positions repeat themselves with a period, so a table of one period says everything.
Arithmetic of windows: https://arxiv.org/abs/1603.07285; of receptive fields: https://distill.pub/2019/computing-receptive-fields/
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TypeAlias

from ..records import dataclass

__all__ = ["ITSELF", "ReceptiveAxis", "Positions", "TooLong"]

Positions: TypeAlias = "tuple[int, int] | None"
"""The first and the last position of the input; None where it depends on none."""

_LONGEST = 1024


class TooLong(Exception):
    """The period has more positions than are worth a table."""


@dataclass(frozen=True, slots=True)
class ReceptiveAxis:
    """Position ``p`` depends on ``table[p]`` of the input, ``p + len(table)`` on the same ``advance`` further on.

    >>> half = ITSELF.strided(kernel=3, stride=2, padding=1)
    >>> half.size, half.stride, half.strided(3, 2, 1).size
    (3, Fraction(2, 1), 7)
    >>> half.transposed(kernel=4, stride=2, padding=1).stride
    Fraction(1, 1)
    """

    table: tuple[Positions, ...]
    advance: int

    @property
    def size(self) -> int:
        """The receptive field: the most positions of the input, from first to last, that one position depends on."""
        return max((found[1] - found[0] + 1 for found in self.table if found is not None), default=0)

    @property
    def stride(self) -> Fraction:
        """How many positions of the input one step is."""
        return Fraction(self.advance, len(self.table))

    def at(self, position: int) -> Positions:
        """What any position depends on."""
        turns, index = divmod(position, len(self.table))
        found = self.table[index]
        return None if found is None else (found[0] + turns * self.advance, found[1] + turns * self.advance)

    def strided(self, kernel: int, stride: int, padding: int, dilation: int = 1) -> ReceptiveAxis:
        """After a convolution or a pooling."""
        taps = range(-padding, -padding + dilation * (kernel - 1) + 1, dilation)
        return self._after(stride, 1, lambda p: (p * stride + tap for tap in taps))

    def transposed(self, kernel: int, stride: int, padding: int, dilation: int = 1) -> ReceptiveAxis:
        """After a transposed convolution: input ``i`` goes to ``i*stride - padding + dilation*t`` for each tap ``t``."""
        taps = range(-padding, -padding + dilation * (kernel - 1) + 1, dilation)
        return self._after(1, stride, lambda p: ((p - tap) // stride for tap in taps if (p - tap) % stride == 0))

    def enlarged(self, factor: int, before: int = 0, after: int = 0) -> ReceptiveAxis:
        """After repeating each position, or blending it with those ``before`` and ``after`` it."""
        return self._after(1, factor, lambda p: range(p // factor - before, p // factor + after + 1))

    def blended(self, factor: int) -> ReceptiveAxis:
        """After linear interpolation without aligned corners: between the two nearest centres, on one of them that alone.

        Source: ``area_pixel_compute_source_index`` in torch's ``aten/src/ATen/native/UpSample.h``.
        """

        def sources(p: int) -> Iterable[int]:
            left, rest = divmod(2 * p + 1 - factor, 2 * factor)
            return (left, left + 1) if rest else (left,)

        return self._after(1, factor, sources)

    def shifted(self, padding: int) -> ReceptiveAxis:
        """After ``padding`` positions were put before it."""
        return self._after(1, 1, lambda p: (p - padding,))

    def joined(self, other: ReceptiveAxis) -> ReceptiveAxis | None:
        """Of a sum or a concatenation of both; None if their steps are not the same."""
        if self.stride != other.stride:
            return None
        period = _bounded(math.lcm(len(self.table), len(other.table)))
        table = tuple(_hull((self.at(p), other.at(p))) for p in range(period))
        return ReceptiveAxis(table, self.advance * period // len(self.table))

    def _after(self, up: int, down: int, sources: Callable[[int], Iterable[int]]) -> ReceptiveAxis:
        """``sources``: the positions of this axis that a new one is made of; ``down`` new steps are ``up`` old ones."""
        own = len(self.table)
        period = _bounded(down * own // math.gcd(up, own))
        table = tuple(_hull(map(self.at, sources(p))) for p in range(period))
        return ReceptiveAxis(table, self.advance * (period * up // down) // own)


def _bounded(period: int) -> int:
    if period > _LONGEST:
        raise TooLong
    return period


def _hull(found: Iterable[Positions]) -> Positions:
    known = [each for each in found if each is not None]
    return (min(low for low, _ in known), max(high for _, high in known)) if known else None


ITSELF = ReceptiveAxis(((0, 0),), 1)
"""The input: each position depends on itself."""
