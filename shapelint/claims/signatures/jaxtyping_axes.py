"""jaxtyping's own grammar: the string of ``Float[Tensor, "b c h w"]`` as a pattern, and what jaxtyping refuses in one.

    "batch 3 h w"   axes by name and by size          "... c"   any number of dims
    "*batch c"      any number of dims, named         "#b"      a size that broadcasts: it may be 1
    "_ c", "_h c"   any size                          "c//2"    an expression of names, perhaps of later ones
    "rows=4 cols"   a name for documentation          "?h"      a size that may differ between the leaves of a PyTree
    "{n} c"         an argument of the function       "*#batch" dims that broadcast with those of elsewhere

Written after https://docs.kidger.site/jaxtyping/api/array/ and compared with jaxtyping 0.3.11.
"""

from __future__ import annotations

import re

from ...shapes import symbol
from ..comments.remark import Notation, ShapePattern
from .axis_text import AxisText, RefusedAnnotation
from .formula import formula_of

__all__ = ["parse_annotation", "read_axes"]

_WORD = re.compile(r"\S+")
_MARKS = {
    "#": "# twice",
    "*": "* twice",
    "_": "_ twice",
    "?": "? twice",
}
_BATCH = ("b", "n", "batch", "bs")


def parse_annotation(text: str) -> ShapePattern | None:
    """The shape that a jaxtyping string states (``""`` states a scalar's); None if jaxtyping refuses it, or nobody can tell.

    Offsets of the axes are into ``text``.
    """
    try:
        axes = read_axes(text)
    except RefusedAnnotation:
        return None
    if any(axis.dim is None and axis.formula is None and not _is_open(axis) for axis in axes):
        return None
    return ShapePattern(text, 0, len(text), axes, Notation.NAMED_AXES, " ")


def _is_open(axis: AxisText) -> bool:
    """Whether an axis has no expression on purpose."""
    return axis.many or axis.broadcasts or axis.text.lstrip("#*_?").isidentifier() or not axis.text.strip("#*_?")


def read_axes(text: str) -> tuple[AxisText, ...]:
    """The axes of a jaxtyping string; raises RefusedAnnotation where jaxtyping raises.

    An axis that jaxtyping would only object to when it is used (``a-``) has neither a size nor a formula.
    """
    axes: list[AxisText] = []
    for found in _WORD.finditer(text):
        axis = _axis(found[0], found.start(), found.end(), first=not axes)
        if axis.many and any(other.many for other in axes):
            raise RefusedAnnotation("only one axis may stand for any number of dims", axis.start, axis.end)
        axes.append(axis)
    return tuple(axes)


def _axis(word: str, start: int, end: int, *, first: bool) -> AxisText:
    def refused(message: str) -> RefusedAnnotation:
        return RefusedAnnotation(message, start, end)

    if "," in word and "(" not in word:
        raise refused("axes are separated by spaces, not by commas")
    if word.endswith("#"):
        raise refused("# stands before the axis that broadcasts")
    if word == "...":
        return AxisText(word, start, end, None, many=True)
    if "..." in word:
        raise refused("... must stand by itself")
    marks, bare = _marks(word)
    repeated = next((mark for mark in _MARKS if marks.count(mark) > 1), None)
    if repeated is not None:
        raise refused(f"{_MARKS[repeated]} in one axis")
    if bare and not bare.isidentifier():
        return _sized(word, start, end, marks, bare)
    if "_" in marks and "#" in marks:
        raise refused("an axis without a name cannot broadcast")
    if "*" in marks:
        group = None if "_" in marks else bare
        return AxisText(word, start, end, None, many=True, group=group, broadcasts="#" in marks)
    if "_" in marks or "?" in marks:
        return AxisText(word, start, end, None)
    if "#" in marks or not bare:
        return AxisText(word, start, end, None, broadcasts="#" in marks, asked=symbol(bare or "#"))
    return AxisText(word, start, end, symbol(bare), batch=first and bare.casefold() in _BATCH)


def _marks(word: str) -> tuple[str, str]:
    """The signs before an axis, and what is left of it, without a name that is only for the reader: ``rows=4``."""
    marks = ""
    while word:
        if word[0] in _MARKS:
            marks, word = marks + word[0], word[1:]
        elif word.count("=") == 1:
            word = word.partition("=")[2]
        else:
            break
    return marks, word


def _sized(word: str, start: int, end: int, marks: str, bare: str) -> AxisText:
    """An axis whose size is a number or an expression."""
    try:
        number = int(bare)
    except ValueError:
        number = None
    what = "an expression" if number is None else "a number"
    for mark, meaning in (("*", "stand for several dims"), ("_", "be without a name"), ("?", "depend on a PyTree")):
        if mark in marks:
            raise RefusedAnnotation(f"{what} cannot {meaning}", start, end)
    formula = formula_of(bare) if number is None else None
    size = formula.dim if formula is not None else number
    if "#" in marks:
        return AxisText(word, start, end, None, broadcasts=True, asked=size, formula=formula)
    return AxisText(word, start, end, size, formula=formula)
