"""The forms that a remark takes: one shape, several, an arrow or one side of it, input and output, a matrix product."""

from __future__ import annotations

from collections.abc import Sequence

from .candidate import Candidate, Line, candidate_at, next_candidate, pattern_of
from .dims import DimList
from .not_a_shape import NotAShape
from .prefix import Prefix
from .remark import Notation, Remark, RemarkKind, ShapePattern
from .shape_filter import Context, is_weak
from .suffix import read_suffix
from .vocabulary import WordRole, is_axis

__all__ = ["read_remark"]

_PRODUCT_SIGNS = frozenset({"x", "*", "@", "+", "-", "/"})


def read_remark(line: Line, first: int) -> Remark:
    """The remark that begins at token ``first``; raises :class:`NotAShape` with the reason if there is none."""
    shape, prefix = next_candidate(line, first)
    if shape is None:
        if prefix.kind is RemarkKind.INPUT and prefix.is_noise:
            return Remark(RemarkKind.INPUT, (), prefix.label)
        raise NotAShape("no shape")
    result = _product(line, shape.after)
    if result is not None:
        return _one_sided(line, prefix, result)
    if _is_arrow(line, shape.after):
        return _arrow(line, prefix, shape)
    second = _labelled_output(line, prefix, shape.after)
    if second is not None:
        return _in_out(line, prefix, shape, *second)
    if prefix.arrow:
        return _one_sided(line, prefix, shape)
    return _plain(line, prefix, shape)


def _plain(line: Line, prefix: Prefix, shape: Candidate) -> Remark:
    if prefix.fragment:
        raise NotAShape("part of a sentence")
    shapes = [shape]
    while (another := _another(line, shapes[-1].after)) is not None:
        shapes.append(another)
    context, kind = Context.STATED if shape.sized else prefix.context, prefix.kind
    if context is Context.BARE and _is_row(line, shape):
        raise NotAShape("a row of data")
    role = read_suffix(line, shapes[-1], context if shape.rank > 1 or kind is RemarkKind.STATE else Context.LABEL)
    if role is not None and kind is RemarkKind.BARE:
        context, kind = Context.LABEL, RemarkKind.INPUT if role is WordRole.INPUT else RemarkKind.OUTPUT
    if len(shapes) > 1 and context is Context.STATED:
        raise NotAShape("several shapes under one label")
    patterns = tuple(_pattern(line, each, context, kind) for each in shapes)
    weak = context is Context.BARE and all(is_weak(each.readings[0]) for each in shapes)
    return Remark(kind, patterns, prefix.label, prefix.subject, weak=weak)


def _is_row(line: Line, shape: Candidate) -> bool:
    """``# [3, 40390],``: numbers in brackets with a comma after them are an element of a list of data."""
    first, second = line.tokens[shape.after], line.tokens[min(shape.after + 1, len(line.tokens) - 1)]
    numbers = all(isinstance(dim.dim, int) for dim in shape.readings[0].dims)
    return numbers and first.kind == "," and second.kind in ("end", "#")


def _one_sided(line: Line, prefix: Prefix, shape: Candidate) -> Remark:
    """``-> ngf x 4 x 4``."""
    if prefix.fragment:
        raise NotAShape("part of a sentence")
    read_suffix(line, shape, prefix.context)
    context = prefix.context if prefix.context is Context.STATED else Context.ARROW
    if prefix.kind in (RemarkKind.STATE, RemarkKind.INPUT):
        pattern = _pattern(line, shape, context, prefix.kind)
        return Remark(prefix.kind, (pattern,), prefix.label, prefix.subject)
    pattern = _pattern(line, shape, context, RemarkKind.ARROW)
    return Remark(RemarkKind.ARROW, (pattern,), prefix.label, prefix.subject, right=pattern)


def _arrow(line: Line, prefix: Prefix, shape: Candidate) -> Remark:
    """``a -> b``, ``a -> b -> c``; a label may stand after the arrow."""
    shapes = [shape]
    while _is_arrow(line, shapes[-1].after):
        following, between = next_candidate(line, shapes[-1].after + 1)
        if following is None or between.subject or between.kind is RemarkKind.INPUT:
            raise NotAShape("an arrow to no shape")
        shapes.append(following)
    if any(_is_mixed(line, each) for each in shapes[1:-1]):
        raise NotAShape("two arrows side by side")
    after = shapes[-1].after
    if _another(line, after) is not None or _product(line, after) is not None:
        raise NotAShape("several results")
    read_suffix(line, shapes[-1], prefix.context, complete=True)
    grown = any(_is_larger_than_kernels(each) for each in shapes)
    contexts = [Context.STATED if grown and _is_point(each) else Context.ARROW for each in shapes]
    patterns = tuple(
        _pattern(line, each, context, RemarkKind.ARROW) for each, context in zip(shapes, contexts, strict=True)
    )
    left = None if prefix.arrow else patterns[0]  # "z => z * 4 * 4 => [z, 4, 4]" begins with the z
    return Remark(RemarkKind.ARROW, patterns, prefix.label, prefix.subject, left=left, right=patterns[-1])


def _is_mixed(line: Line, shape: Candidate) -> bool:
    """``64 -> 32, 4x4 -> 8x8``: what is between the arrows belongs partly to one and partly to the other."""
    reading = shape.readings[0]
    return not reading.bracket and reading.separator != "," and "," in line.text[shape.start : shape.end]


def _is_point(shape: Candidate) -> bool:
    """``1x1`` is a kernel by itself, but ``1x1 -> 4x4`` is how a generator begins."""
    return [dim.dim for dim in shape.readings[0].dims] == [1, 1]


def _is_larger_than_kernels(shape: Candidate) -> bool:
    """``4x4``; ``5x5`` and ``7x7`` are kernels as often as not."""
    sizes = [dim.dim for dim in shape.readings[0].dims]
    largest = max((size for size in sizes if isinstance(size, int)), default=0)
    return len(sizes) == 2 and largest > 3 and largest not in (5, 7)


def _in_out(line: Line, prefix: Prefix, shape: Candidate, second: Candidate, label: Prefix) -> Remark:
    """``input[3, 224, 224]  output[48, 55, 55]``."""
    read_suffix(line, second, label.context)
    left = _pattern(line, shape, prefix.context, RemarkKind.INPUT)
    right = _pattern(line, second, label.context, RemarkKind.OUTPUT)
    return Remark(RemarkKind.ARROW, (left, right), f"{prefix.label}/{label.label}", left=left, right=right)


def _is_arrow(line: Line, at: int) -> bool:
    token = line.tokens[at]
    return token.kind == "arrow" or (token.kind == "name" and token.text in ("to", "into"))


def _product(line: Line, at: int) -> Candidate | None:
    """The result of ``(B, nh, T, T) x (B, nh, T, hs) -> (B, nh, T, hs)``; ``at`` is the token after the first list."""
    tokens = line.tokens
    if tokens[at].kind not in _PRODUCT_SIGNS:
        return None
    while tokens[at].kind in _PRODUCT_SIGNS:
        operand = candidate_at(line, at + 1)
        if operand is None or not operand.readings[0].bracket:
            raise NotAShape("a product")
        at = operand.after
    result: Candidate | None = None
    while tokens[at].kind == "=" or _is_arrow(line, at):
        result = candidate_at(line, at + 1)
        if result is None:
            break
        at = result.after
    if result is None:
        raise NotAShape("a product of matrices")
    return result


def _another(line: Line, at: int) -> Candidate | None:
    """A further shape after ``,`` or ``and``."""
    token = line.tokens[at]
    if token.kind in (",", "&", ";") or token.text in ("and", "或", "和"):
        shape = candidate_at(line, at + 1)
        return shape if shape is not None and shape.is_listed else None
    return None


def _labelled_output(line: Line, prefix: Prefix, at: int) -> tuple[Candidate, Prefix] | None:
    """The output that is stated after an input."""
    tokens = line.tokens
    if prefix.kind is not RemarkKind.INPUT:
        return None
    while tokens[at].kind in (",", ";", ".", "|", "/"):
        at += 1
    if tokens[at].kind not in ("name", "cjk"):
        return None
    try:
        shape, label = next_candidate(line, at)
    except NotAShape:
        return None
    return (shape, label) if shape is not None and label.kind is RemarkKind.OUTPUT else None


def _pattern(line: Line, shape: Candidate, context: Context, kind: RemarkKind) -> ShapePattern:
    return pattern_of(line, shape, context, _notation(shape.readings[0], kind, context))


def _notation(reading: DimList, kind: RemarkKind, context: Context) -> Notation:
    if reading.separator == "@":
        return Notation.CHANNELS_AT
    match kind:
        case RemarkKind.STATE:
            return Notation.STATE_SIZE
        case RemarkKind.INPUT | RemarkKind.OUTPUT:
            return Notation.LABEL
        case RemarkKind.ARROW:
            return Notation.ARROW
    if context is Context.STATED:
        return Notation.SHAPE_LABEL
    return _bare_notation(reading)


def _bare_notation(reading: DimList) -> Notation:
    dims: Sequence[object] = [dim.dim for dim in reading.dims]
    if not any(isinstance(dim, int) for dim in dims) and any(is_axis(dim.text) for dim in reading.dims[1:]):
        return Notation.NAMED_AXES
    if reading.bracket or reading.separator == ",":
        return Notation.BRACKETS
    return Notation.STAR if reading.separator == "*" else Notation.BARE_X
