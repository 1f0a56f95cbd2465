"""The shapes that the docstrings and annotations of a file state.

Docstrings are parsed only if a regular expression finds a list in brackets in them, annotations only if the file has a hint
with dims: most files have neither.  A class's docstring speaks of its ``forward``, except for the names of arguments of
its own constructor (as in torch: a ``Shape:`` section with ``Input`` and ``Output``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

import libcst as cst

from ...regex import lazy
from ...source.late_bodies import first_statement, is_waiting
from ...source.parse import Source
from ..comments.remark import RemarkKind
from ..file_memory import remembered
from .docstring import parse_docstring
from .function_parts import blocks_of, parameters_of
from .stated import Quote, Stated, ValueRole

__all__ = ["stated_in"]

_LIST = lazy(r"[(\[][^()\[\]\n]{0,80}[,x×][^()\[\]\n]{0,80}[)\]]|[(\[]\s*\w+\s*,")
_HINT = re.compile(r"\b(?:Tensor|Array|ndarray|Parameter)\s*(?:\[\s*|,\s*)[rf]?[\"']|\bTensorType\s*\[")

_Owned = tuple[cst.FunctionDef, "cst.ClassDef | None"]


@remembered(1)
def stated_in(source: Source) -> tuple[Stated, ...]:
    """Every stated shape of the file: those of docstrings, then those of annotations."""
    hinted = _HINT.search(source.text) is not None
    documented = '"""' in source.text or "'''" in source.text
    if not hinted and not documented:
        return ()
    found: list[Stated] = []
    functions = list(_functions(source.tree.body, None))
    if documented:
        for function, owner in functions:
            found.extend(_documented(source, function, owner))
    if hinted:
        from .annotations import annotations_in  # with all that reads them: hardly any file has annotations with dims

        found.extend(annotations_in(source, [function for function, _ in functions]))
    return tuple(found)


def _functions(body: Sequence[cst.CSTNode], owner: cst.ClassDef | None) -> Iterator[_Owned]:
    for node in body:
        if type(node) is cst.FunctionDef:
            yield node, owner
            if not is_waiting(node.body):
                yield from _functions(node.body.body, None)
        elif type(node) is cst.ClassDef:
            yield from _functions(node.body.body, node)
        else:
            for block in blocks_of(node):
                yield from _functions(block, owner)


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
    match first_statement(node.body):
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() as string), *_]):
            return string
        case _:
            return None


def _constructor_parameters(owner: cst.ClassDef) -> frozenset[str]:
    inits = (f for f, _ in _functions(owner.body.body, None) if f.name.value == "__init__")
    return frozenset(chain.from_iterable(map(_parameters, inits)))


def _parameters(function: cst.FunctionDef) -> frozenset[str]:
    return frozenset(param.name.value for param in parameters_of(function))
