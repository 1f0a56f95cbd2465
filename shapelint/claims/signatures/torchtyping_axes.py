"""torchtyping's grammar: the elements of ``TensorType["b", 3, None, "h": 2, ..., float]`` as a pattern.

    "b"      a name; any string is one           None, Any, -1   any size
    3        a size                              "b": 3, "b": "c"   a name for a size, or two names for one
    ...      any number of dims                  "b": ...        any number of dims, named
    float, torch.float32, torch.strided, is_named, is_float: nothing of the shape

Written after torchtyping 0.1.5.  Any other name may be a size, of which nothing is known, or a detail of one's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...shapes import Dim, symbol
from ..comments.remark import Notation, ShapePattern
from .axis_text import AxisText

__all__ = ["parse_elements"]

_NO_AXIS = re.compile(
    r"(?:float|int|bool|(?:\w+\.)*(?:is_named|is_float)|torch\.(?:\w*(?:float|int|complex)\d*|bool|half|double|long|short"
    r"|strided|sparse_\w+))$"
)
_OPEN = re.compile(r"(?:-1|None|(?:\w+\.)*Any)$")
_PAIR = re.compile(r"""(["'])([^"'\\]*)\1\s*:\s*(.+)$""")
_STRING = re.compile(r"""(["'])([^"'\\]*)\1$""")


def parse_elements(text: str, places: Sequence[tuple[int, int]]) -> ShapePattern | None:
    """The shape that the elements of ``TensorType[...]`` state, given their offsets in ``text``; None if nobody can tell."""
    axes: list[AxisText] = []
    for start, end in places:
        word = text[start:end]
        if _NO_AXIS.match(word):
            continue
        axis = _pair(word, start, end) if _PAIR.match(word) else _single(word, start, end)
        if axis is None:
            return None
        axes.append(axis)
    if not axes or sum(axis.many for axis in axes) > 1 or any(axis.many for axis in axes[1:]):
        return None  # torchtyping has dots only in front; what several of them mean depends on the other arguments
    return ShapePattern(text, 0, len(text), tuple(axes), Notation.NAMED_AXES, ",")


def _single(word: str, start: int, end: int) -> AxisText | None:
    named = _STRING.match(word)
    if named is not None:
        first, last = start + named.start(2), start + named.end(2)
        return AxisText(named[2], first, last, symbol(named[2]))
    if word == "...":
        return AxisText(word, start, end, None, many=True)
    if _OPEN.match(word):
        return AxisText(word, start, end, None)
    return AxisText(word, start, end, int(word)) if word.isdecimal() else None


def _pair(word: str, start: int, end: int) -> AxisText | None:
    """``"b": 3``, ``"b": "c"`` and ``"b": ...``."""
    found = _PAIR.match(word)
    assert found is not None
    name, said = found[2], found[3]
    if said == "...":
        return AxisText(word, start, end, None, many=True, group=name)
    other = _STRING.match(said)
    size: Dim | None = symbol(other[2]) if other is not None else int(said) if said.isdecimal() else None
    if size is None:
        return None
    first = start + found.start(3) + (other is not None)
    return AxisText(other[2] if other is not None else said, first, end - (other is not None), size, also=symbol(name))
