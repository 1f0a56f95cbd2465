"""jaxtyping annotations: the string of ``Float[Tensor, "b c h w"]`` as a pattern.

    "batch 3 h w"   axes by name and by size          "... c"   any number of dims
    "*batch c"      any number of dims, named         "#b"      a size that broadcasts: it may be 1
    "_ c"           any size                          "c//2"    an expression of names seen elsewhere
    "rows=4 cols"   a name for documentation          "?h"      a size that may differ between arguments

See https://docs.kidger.site/jaxtyping/api/array/.  Names are canonical keys, as in comments.  torchtyping's
``TensorType["b", 3, ..., float]`` lists the same dims as elements; names of types among them say nothing of the shape.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...shapes import Dim, symbol
from ..comments.dim_values import value_of
from ..comments.not_a_shape import NotAShape
from ..comments.remark import DimText, Notation, ShapePattern, canonical
from ..comments.terms import parse_terms
from ..comments.tokens import tokenize

__all__ = ["parse_annotation", "parse_elements"]


def parse_annotation(text: str) -> ShapePattern | None:
    """The shape that a jaxtyping string states (``""`` states a scalar's); None if the string is not of that kind.

    Offsets of the dims are into ``text``.  A broadcasting or variable axis is a wildcard: it agrees with any size.
    """
    dims: list[DimText] = []
    at = 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        try:
            dims.append(_axis(word, start, at))
        except NotAShape:
            return None
    if sum(dim.many for dim in dims) > 1:
        return None
    return ShapePattern(text, 0, len(text), tuple(dims), Notation.NAMED_AXES, " ")


def parse_elements(text: str, places: Sequence[tuple[int, int]]) -> ShapePattern | None:
    """The shape that the elements of ``TensorType[...]`` state, given their offsets in ``text``."""
    dims: list[DimText] = []
    try:
        for start, end in places:
            word = text[start:end]
            if word[:1] in "\"'":
                dims.append(_axis(word[1:-1], start + 1, end - 1))
            elif word == "..." or word.isdigit():
                dims.append(_axis(word, start, end))
            elif word in ("-1", "None"):
                dims.append(DimText(word, start, end, None))
            elif not word.replace(".", "").isidentifier():
                return None
    except NotAShape:
        return None
    if not dims or sum(dim.many for dim in dims) > 1 or any(" " in dim.text or not dim.text for dim in dims):
        return None
    return ShapePattern(text, 0, len(text), tuple(dims), Notation.NAMED_AXES, ",")


def _axis(word: str, start: int, end: int) -> DimText:
    bare = word.lstrip("*#?_")
    marks = word[: len(word) - len(bare)]
    if word == "..." or "*" in marks:
        return DimText(word, start, end, None, many=True)
    if word == "_" or marks or not bare:
        return DimText(word, start, end, None)
    _, equals, size = bare.partition("=")
    dim = _size(size if equals else bare)
    return DimText(word, start, end, dim, batch=start == 0 and bare.casefold() in ("b", "n", "batch", "bs"))


def _size(text: str) -> Dim | None:
    """An integer, a name, or an expression; f-string fields (``{n}``) are unknown."""
    if text.startswith("{") and text.endswith("}"):
        return None
    if text.isidentifier():
        return symbol(canonical(text))
    tokens = tokenize(text)
    parsed = parse_terms(tokens, 0, 1)
    if parsed is None or tokens[parsed[1]].kind != "end" or "," in parsed[0].operators:
        raise NotAShape(f"{text} is no axis")
    return value_of(parsed[0])
