"""Annotations that jaxtyping raises ValueError for when they are made, which is when the file is imported.

Only names that the file imports from jaxtyping count: a ``Float`` of one's own may take whatever it likes.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ...diagnostic import Span
from ...records import dataclass
from ...source.parse import Source
from .axis_text import RefusedAnnotation
from .jaxtyping_axes import read_axes

__all__ = ["RefusedPlace", "refused_annotations"]

_KINDS = frozenset(
    {"Shaped", "Bool", "Key", "Num", "Inexact", "Float", "BFloat16", "Float16", "Float32", "Float64", "Complex",
     "Complex64", "Complex128", "Integer", "UInt", "UInt2", "UInt4", "UInt8", "UInt16", "UInt32", "UInt64", "Int", "Int2",
     "Int4", "Int8", "Int16", "Int32", "Int64", "Real", "Float8e4m3fn", "Float8e5m2"}
)  # fmt: skip
_ARRAYS = frozenset({"Tensor", "Array", "ndarray"})
_NO_DIMS = "the shape is missing: an annotation has a type and a string"
_NO_TYPE = "the type of the array is missing: an annotation has a type and a string"
_NO_STRING = "the shape must be one string"


@dataclass(frozen=True, slots=True)
class RefusedPlace:
    """``mended``: what the place would have to hold instead, where there is little doubt of it."""

    message: str
    span: Span
    mended: str | None = None


def refused_annotations(source: Source) -> list[RefusedPlace]:
    """Every annotation of the file that jaxtyping refuses, in the order of the text."""
    kinds, modules = _imported(source.tree)
    if not kinds and not modules:
        return []
    found: list[RefusedPlace] = []
    waiting: list[cst.CSTNode] = [source.tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, cst.Subscript) and _is_kind(node.value, kinds, modules):
            found.extend(_refused(source, node))
        waiting.extend(reversed(node.children))
    return found


def _imported(tree: cst.Module) -> tuple[frozenset[str], frozenset[str]]:
    """The names under which the file has jaxtyping's kinds of arrays, and jaxtyping itself."""
    kinds: set[str] = set()
    modules: set[str] = set()
    waiting: list[cst.CSTNode] = list(tree.body)
    while waiting:
        match waiting.pop():
            case cst.ImportFrom(module=cst.Name(value="jaxtyping"), relative=[], names=cst.ImportStar()):
                kinds |= _KINDS
            case cst.ImportFrom(module=cst.Name(value="jaxtyping"), relative=[], names=names):
                assert not isinstance(names, cst.ImportStar)
                kinds |= {
                    alias.evaluated_alias or alias.evaluated_name for alias in names if alias.evaluated_name in _KINDS
                }
            case cst.Import(names=names):
                modules |= {a.evaluated_alias or "jaxtyping" for a in names if a.evaluated_name == "jaxtyping"}
            case cst.SimpleStatementLine() | cst.If() | cst.Else() | cst.Try() | cst.IndentedBlock() as holder:
                waiting.extend(holder.children)
    return frozenset(kinds), frozenset(modules)


def _is_kind(node: cst.BaseExpression, kinds: frozenset[str], modules: frozenset[str]) -> bool:
    match node:
        case cst.Name(value=name):
            return name in kinds
        case cst.Attribute(value=cst.Name(value=module), attr=cst.Name(value=name)):
            return module in modules and name in _KINDS
    return False


def _refused(source: Source, node: cst.Subscript) -> Iterator[RefusedPlace]:
    values = [element.slice.value for element in node.slice if isinstance(element.slice, cst.Index)]
    if len(values) < len(node.slice) or any(getattr(element.slice, "star", None) for element in node.slice):
        return
    match values:
        case [cst.SimpleString()]:
            yield RefusedPlace(_NO_TYPE, source.span(node))
        case [cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name))] if name in _ARRAYS:
            yield RefusedPlace(_NO_DIMS, source.span(node))
        case [_, cst.Integer() | cst.Tuple() | cst.List() | cst.Ellipsis() as shape]:
            yield RefusedPlace(_NO_STRING, source.span(shape))
        case [_, cst.SimpleString(), _, *_]:
            yield RefusedPlace(_NO_STRING, source.span(node))
        case [_, cst.SimpleString() as string] if "b" not in string.prefix.lower() and "\\" not in string.raw_value:
            try:
                read_axes(string.raw_value)
            except RefusedAnnotation as refusal:
                yield _in_string(source, string, refusal)


def _in_string(source: Source, string: cst.SimpleString, refusal: RefusedAnnotation) -> RefusedPlace:
    text, place = string.raw_value, source.span(string)
    mended = None
    if "," in text:
        words = " ".join(text.replace(",", " ").split())
        mended = f"{string.prefix}{string.quote}{words}{string.quote}" if _is_taken(words) else None
    return RefusedPlace(f'"{text[refusal.start : refusal.end]}": {refusal.message}', place, mended)


def _is_taken(text: str) -> bool:
    try:
        return bool(read_axes(text))
    except RefusedAnnotation:
        return False
