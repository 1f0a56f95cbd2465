"""The shapes that the docstrings and annotations of a file state.

Docstrings are parsed only if a regular expression finds a list in brackets in them, annotations only if the file has a hint
with dims: most files have neither.  A class's docstring speaks of its ``forward``, except for the names of arguments of
its own constructor (as in torch: a ``Shape:`` section with ``Input`` and ``Output``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import libcst as cst

from ...interp.paths.tensor_hints import TensorHint, dtype_of, tensor_hint
from ...regex import lazy
from ...source.parse import Source
from ..comments.remark import RemarkKind, ShapePattern
from .annotation import parse_annotation, parse_elements
from .docstring import parse_docstring
from .stated import Quote, Stated, ValueRole

__all__ = ["stated_in"]

_LIST = lazy(r"[(\[][^()\[\]\n]{0,80}[,x×][^()\[\]\n]{0,80}[)\]]|[(\[]\s*\w+\s*,")
_HINT = re.compile(r"\b(?:Tensor|Array|ndarray|Parameter)\s*(?:\[\s*|,\s*)[rf]?[\"']|\bTensorType\s*\[")
_WRAPPERS = frozenset({"Optional", "Union", "Annotated", "Final"})
_TUPLES = frozenset({"tuple", "Tuple"})

_COMPOUND = frozenset(
    {cst.If, cst.Else, cst.For, cst.While, cst.With, cst.Try, cst.ExceptHandler, cst.Finally}
)  # fmt: skip

_Owned = tuple[cst.FunctionDef, "cst.ClassDef | None"]


@lru_cache(maxsize=1)
def stated_in(source: Source) -> tuple[Stated, ...]:
    """Every stated shape of the file, function by function."""
    annotated = _HINT.search(source.text) is not None
    documented = '"""' in source.text or "'''" in source.text
    if not annotated and not documented:
        return ()
    aliases = dict(_aliases(source.tree.body)) if annotated else {}
    found: list[Stated] = []
    for function, owner in _functions(source.tree.body, None):
        if documented:
            found.extend(_documented(source, function, owner))
        if annotated:
            found.extend(_annotated(source, function, aliases))
    if annotated:
        found.extend(_assigned(source, source.tree.body, None, aliases))
    return tuple(found)


def _functions(body: Sequence[cst.CSTNode], owner: cst.ClassDef | None) -> Iterator[_Owned]:
    for node in body:
        if type(node) is cst.FunctionDef:
            yield node, owner
            yield from _functions(node.body.body, None)
        elif type(node) is cst.ClassDef:
            yield from _functions(node.body.body, node)
        else:
            for block in _blocks(node):
                yield from _functions(block, owner)


def _blocks(node: Any) -> Iterator[Sequence[cst.CSTNode]]:
    """The blocks of a compound statement."""
    if type(node) not in _COMPOUND:
        return
    yield node.body.body
    for part in (*getattr(node, "handlers", ()), getattr(node, "orelse", None), getattr(node, "finalbody", None)):
        yield from _blocks(part)


# -- docstrings -------------------------------------------------------------------------------------------------------


def _documented(source: Source, function: cst.FunctionDef, owner: cst.ClassDef | None) -> Iterator[Stated]:
    yield from _of_docstring(source, function, function)
    if owner is not None and function.name.value == "forward":
        yield from _of_docstring(source, owner, function)


def _of_docstring(
    source: Source, holder: cst.FunctionDef | cst.ClassDef, function: cst.FunctionDef
) -> Iterator[Stated]:
    string = _docstring(holder)
    claims = parse_docstring(string.raw_value) if string is not None and _LIST.search(string.raw_value) else ()
    if string is None or not claims:  # as in most docstrings, whose positions then need not be computed
        return
    span = source.span(string)
    quote = Quote(string.raw_value, span.row, span.column + len(string.prefix) + len(string.quote))
    parameters = _parameters(function)
    if isinstance(holder, cst.ClassDef):
        parameters -= _constructor_parameters(holder)
    for claim in claims:
        if claim.kind is RemarkKind.OUTPUT:
            yield Stated(function, ValueRole.RETURNED, claim.pattern, quote, False, claim.name)
        elif claim.name is None or (claim.name in parameters):
            yield Stated(function, ValueRole.ARGUMENT, claim.pattern, quote, False, claim.name)


def _docstring(node: cst.FunctionDef | cst.ClassDef) -> cst.SimpleString | None:
    first = node.body.body[0] if node.body.body else None
    match first:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() as string), *_]):
            return string
        case _:
            return None


def _constructor_parameters(owner: cst.ClassDef) -> frozenset[str]:
    inits = (f for f, _ in _functions(owner.body.body, None) if f.name.value == "__init__")
    return frozenset(chain.from_iterable(map(_parameters, inits)))


def _parameters(function: cst.FunctionDef) -> frozenset[str]:
    return frozenset(param.name.value for param in _params(function))


def _params(function: cst.FunctionDef) -> tuple[cst.Param, ...]:
    params = function.params
    return (*params.posonly_params, *params.params, *params.kwonly_params)


# -- annotations ------------------------------------------------------------------------------------------------------


def _annotated(source: Source, function: cst.FunctionDef, aliases: Mapping[str, TensorHint]) -> Iterator[Stated]:
    for param in _params(function):
        if param.annotation is not None:
            for index, hint in _hints(param.annotation.annotation, aliases):
                pattern, quote = _read(source, hint)
                if pattern is not None and index is None:
                    yield Stated(
                        function, ValueRole.ARGUMENT, pattern, quote, True, param.name.value, dtype=dtype_of(hint)
                    )
    yield from _assigned(source, function.body.body, function, aliases)
    if function.returns is not None:
        for index, hint in _hints(function.returns.annotation, aliases):
            pattern, quote = _read(source, hint)
            if pattern is not None:
                yield Stated(function, ValueRole.RETURNED, pattern, quote, True, index=index)


def _assigned(
    source: Source, body: Sequence[cst.CSTNode], function: cst.FunctionDef | None, aliases: Mapping[str, TensorHint]
) -> Iterator[Stated]:
    """Annotated assignments among the statements of one function, without those of inner functions and classes."""
    for node in body:
        if isinstance(node, cst.SimpleStatementLine):
            for small in node.body:
                if isinstance(small, cst.AnnAssign) and small.value is not None:
                    for index, hint in _hints(small.annotation.annotation, aliases):
                        pattern, quote = _read(source, hint)
                        if pattern is not None:
                            yield Stated(function, ValueRole.ASSIGNED, pattern, quote, True, index=index, node=small)
        else:
            for block in _blocks(node):
                yield from _assigned(source, block, function, aliases)


def _hints(node: cst.BaseExpression, aliases: Mapping[str, TensorHint]) -> list[tuple[int | None, TensorHint]]:
    """The tensors that an annotation speaks of: one, perhaps optional, or those of a tuple with their indices."""
    hint = tensor_hint(node)
    if hint is not None:
        return [(None, hint)]
    match node:
        case cst.Name(value=name) if name in aliases:
            return [(None, aliases[name])]
        case cst.BinaryOperation(operator=cst.BitOr()):
            return _only([*_hints(node.left, aliases), *_hints(node.right, aliases)])
        case cst.Subscript(value=cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name))):
            values = [element.slice.value for element in node.slice if isinstance(element.slice, cst.Index)]
            if name in _WRAPPERS:
                return _only([found for value in values for found in _hints(value, aliases)])
            if name in _TUPLES and not any(isinstance(value, cst.Ellipsis) for value in values):
                inner = [(place, _hints(value, aliases)) for place, value in enumerate(values)]
                return [(place, found[0][1]) for place, found in inner if len(found) == 1 and found[0][0] is None]
    return []


def _only(found: list[tuple[int | None, TensorHint]]) -> list[tuple[int | None, TensorHint]]:
    return found if len(found) == 1 else []


def _aliases(body: Sequence[cst.CSTNode]) -> Iterator[tuple[str, TensorHint]]:
    """``Images = Float[Tensor, "b 3 h w"]`` at module level."""
    for node in body:
        for small in node.body if isinstance(node, cst.SimpleStatementLine) else ():
            match small:
                case (
                    cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value)
                    | cst.AnnAssign(target=cst.Name(value=name), value=value)
                ) if value is not None:
                    hint = tensor_hint(value)
                    if hint is not None:
                        yield name, hint


def _read(source: Source, hint: TensorHint) -> tuple[ShapePattern | None, Quote]:
    first, last = source.span(hint[1][0]), source.span(hint[1][-1])
    if len(hint[1]) == 1 and isinstance(hint[1][0], cst.SimpleString) and hint[0] != "TensorType":
        string = hint[1][0]
        quote = Quote(string.raw_value, first.row, first.column + len(string.prefix) + len(string.quote))
        return parse_annotation(string.raw_value), quote
    if first.row != last.end_row:
        return None, Quote("", first.row, first.column)
    text = source.lines[first.row - 1][first.column - 1 : last.end_column - 1]
    places = [source.span(element) for element in hint[1]]
    spans = [(place.column - first.column, place.end_column - first.column) for place in places]
    return parse_elements(text, spans), Quote(text, first.row, first.column)
