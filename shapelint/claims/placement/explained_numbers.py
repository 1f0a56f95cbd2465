"""Comments beside an argument that say where its number comes from: ``in_features=784,  # this is 28 * 28``."""

from __future__ import annotations

import math
import re

from ...source.parse import Source
from ..comments.remark import Remark
from .placement import Placement, Position

__all__ = ["explains_a_number"]

_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")


def explains_a_number(source: Source, remark: Remark, place: Placement) -> bool:
    """Whether the sizes of ``remark`` multiply to a number on its line, within the brackets of a call.

    That number may be anything, a parameter of a model for one: what the call is given or gives has nothing to do with it.
    """
    if place.position is not Position.OPENING or place.comment.own_line:
        return False
    line = source.lines[place.comment.row - 1].partition("#")[0]
    numbers = {int(text) for text in _NUMBER.findall(line)}
    return any(_product(remark, index) in numbers for index in range(len(remark.shapes)))


def _product(remark: Remark, index: int) -> int | None:
    """The product of the sizes of a shape that are all numbers and more than one."""
    sizes = [dim.dim for dim in remark.shapes[index].dims]
    if len(sizes) < 2 or not all(isinstance(size, int) for size in sizes):
        return None
    return math.prod(size for size in sizes if isinstance(size, int))
