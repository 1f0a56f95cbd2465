"""The shapes that the annotations of a file state: of parameters, results and annotated assignments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from ...interp.paths.tensor_hints import TensorHint, dtype_of, tensor_hint
from ...records import replace
from ...source.parse import Source
from ..comments.remark import ShapePattern
from .annotation_tree import Aliases, PlacedHint, placed_hints
from .function_parts import blocks_of, parameters_of
from .jaxtyping_axes import parse_annotation
from .stated import Quote, Stated, ValueRole
from .torchtyping_axes import parse_elements

__all__ = ["annotations_in"]


def annotations_in(source: Source, functions: Sequence[cst.FunctionDef]) -> Iterator[Stated]:
    """What the annotations of ``functions``, and of the file's own statements, state."""
    aliases = dict(_aliases(source.tree.body))
    for function in functions:
        yield from _annotated(source, function, aliases)
    yield from _assigned(source, source.tree.body, None, aliases)


def _annotated(source: Source, function: cst.FunctionDef, aliases: Aliases) -> Iterator[Stated]:
    """What a function states of its parameters, of its own variables and of its result."""
    for param in parameters_of(function):
        if param.annotation is not None:
            for placed in placed_hints(param.annotation.annotation, aliases):
                yield from _stated(source, placed, aliases, function, ValueRole.ARGUMENT, param.name.value)
    yield from _assigned(source, function.body.body, function, aliases)
    if function.returns is not None:
        for placed in placed_hints(function.returns.annotation, aliases):
            yield from _stated(source, placed, aliases, function, ValueRole.RETURNED)


def _assigned(
    source: Source, body: Sequence[cst.CSTNode], function: cst.FunctionDef | None, aliases: Aliases
) -> Iterator[Stated]:
    """Annotated assignments among the statements of one function, without those of inner functions and classes."""
    for node in body:
        if isinstance(node, cst.SimpleStatementLine):
            for small in node.body:
                if isinstance(small, cst.AnnAssign) and small.value is not None:
                    for placed in placed_hints(small.annotation.annotation, aliases):
                        yield from _stated(source, placed, aliases, function, ValueRole.ASSIGNED, node=small)
        else:
            for block in blocks_of(node):
                yield from _assigned(source, block, function, aliases)


def _aliases(body: Sequence[cst.CSTNode]) -> Iterator[tuple[str, cst.BaseExpression]]:
    """``Images = Float[Tensor, "b 3 h w"]`` at module level, and ``type Images = ...``."""
    for node in body:
        for small in node.body if isinstance(node, cst.SimpleStatementLine) else ():
            match small:
                case (
                    cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value)
                    | cst.AnnAssign(target=cst.Name(value=name), value=value)
                    | cst.TypeAlias(name=cst.Name(value=name), value=value)
                ) if isinstance(value, (cst.Subscript, cst.BinaryOperation)):
                    yield name, value


def _stated(
    source: Source,
    placed: PlacedHint,
    aliases: Aliases,
    function: cst.FunctionDef | None,
    role: ValueRole,
    name: str | None = None,
    node: cst.CSTNode | None = None,
) -> Iterator[Stated]:
    """What one hint states; nothing if one member of a union is not understood, since it may allow anything."""
    members: list[Stated] = []
    for member in placed.members:
        pattern, quote = _read(source, member, aliases)
        if pattern is None:
            return
        hint = tensor_hint(member)
        kind = None if hint is None else dtype_of(hint)
        members.append(Stated(function, role, pattern, quote, True, name, placed.path, node, kind))
    yield replace(members[0], others=tuple(members[1:]))


def _read(source: Source, node: cst.Subscript, aliases: Aliases) -> tuple[ShapePattern | None, Quote]:
    hint = tensor_hint(node)
    return _nested(source, node, aliases) if hint is None else _flat(source, hint)


def _nested(source: Source, node: cst.Subscript, aliases: Aliases) -> tuple[ShapePattern | None, Quote]:
    """``Float[Images, "t"]``: the axes of the string, then those of the other annotation, which are written elsewhere."""
    first, last = (element.slice.value for element in node.slice if isinstance(element.slice, cst.Index))
    (placed,) = placed_hints(first, aliases)
    inner, _ = _read(source, placed.members[0], aliases)
    outer, quote = _flat(source, ("", (last,)))
    if inner is None or outer is None or sum(text.many for text in (*outer.dims, *inner.dims)) > 1:
        return None, quote
    moved = [replace(text, start=outer.end, end=outer.end, batch=False) for text in inner.dims]
    return replace(outer, dims=(*outer.dims, *moved)), quote


def _flat(source: Source, hint: TensorHint) -> tuple[ShapePattern | None, Quote]:
    ends = [_ends(node) for node in hint[1]]
    first, last = source.span(ends[0][0]), source.span(ends[-1][1])
    if len(hint[1]) == 1 and isinstance(hint[1][0], cst.SimpleString) and hint[0] != "TensorType":
        string = hint[1][0]
        quote = Quote(string.raw_value, first.row, first.column + len(string.prefix) + len(string.quote))
        return parse_annotation(string.raw_value), quote
    if first.row != last.end_row:
        return None, Quote("", first.row, first.column)
    text = source.lines[first.row - 1][first.column - 1 : last.end_column - 1]
    spans = [
        (source.span(start).column - first.column, source.span(end).end_column - first.column) for start, end in ends
    ]
    return parse_elements(text, spans), Quote(text, first.row, first.column)


def _ends(node: cst.CSTNode) -> tuple[cst.CSTNode, cst.CSTNode]:
    """What an element begins and ends with: libcst has no positions for slices (``"b": 3``)."""
    if isinstance(node, cst.Slice) and node.lower is not None and node.upper is not None and node.step is None:
        return node.lower, node.upper
    return node, node
