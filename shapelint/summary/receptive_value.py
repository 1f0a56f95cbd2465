"""What is known of how far a tensor sees: one axis after the other, or everything, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TypeAlias

from ..records import dataclass
from .receptive_axis import ITSELF, ReceptiveAxis, TooLong

__all__ = ["EVERYTHING", "Field", "ReceptiveField", "each_axis", "joined"]


@dataclass(frozen=True, slots=True)
class Field:
    """One :class:`ReceptiveAxis` for each spatial axis; none yet for the input itself, whose number of them shows later."""

    axes: tuple[ReceptiveAxis, ...] = ()

    @property
    def size(self) -> list[int]:
        return [axis.size for axis in self.axes]

    @property
    def stride(self) -> list[Fraction]:
        return [axis.stride for axis in self.axes]


class _Everything:
    """The whole input."""


EVERYTHING = _Everything()
ReceptiveField: TypeAlias = "Field | _Everything | None"
"""None: not known."""


def joined(reached: Iterable[ReceptiveField], weak: bool = False) -> ReceptiveField:
    """Of what is made of several tensors, position by position; ``weak``: all that is known is whether it is everything."""
    result: ReceptiveField = Field()
    for field in reached:
        if field is None:
            return None
        if field is EVERYTHING or result is EVERYTHING:
            result = EVERYTHING
            continue
        assert isinstance(field, Field) and isinstance(result, Field)
        if not field.axes or not result.axes:
            width = max(field.axes, result.axes, key=len)
            result = each_axis(field, len(width), lambda axis, i, w=width: _both(axis, w[i])) if width else Field()
        elif len(field.axes) == len(result.axes):
            pairs = [one.joined(other) for one, other in zip(field.axes, result.axes, strict=True)]
            if None in pairs:
                return None
            result = Field(tuple(axis for axis in pairs if axis is not None))
        else:
            return None
        if result is None:
            return None
    return None if weak and result is not EVERYTHING else result


def _both(one: ReceptiveAxis, other: ReceptiveAxis) -> ReceptiveAxis:
    joined = one.joined(other)
    if joined is None:
        raise TooLong
    return joined


def each_axis(field: Field, spatial: int, change: Callable[..., ReceptiveAxis]) -> ReceptiveField:
    """Every axis changed; of the input itself ``spatial`` axes."""
    axes = field.axes or (ITSELF,) * spatial
    return Field(tuple(change(axis, i) for i, axis in enumerate(axes))) if len(axes) == spatial else None
