"""The places of a file that take shape comments: Sequentials with one layer a line, and bodies of ``forward``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import libcst as cst

from ..claims.placement.placement import Chain
from ..diagnostic import Span
from ..records import dataclass
from ..source.parse import Source

__all__ = ["Block", "Element", "blocks_of"]

_AFTER_AN_ELEMENT = re.compile(r"\s*,?\s*(#.*)?")


@dataclass(frozen=True, slots=True)
class Element:
    """One layer of a Sequential, or one statement: ``index`` in its chain.  ``free``: there is room for a comment below it.

    ``name``: the variable that a statement assigns; None for a layer and for a statement that assigns none.
    """

    index: int
    span: Span
    free: bool
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Elements in order.  ``node``: the call of Sequential, or ``forward``.  ``function``: the one around, or ``forward``."""

    node: cst.Call | cst.FunctionDef
    chain: Chain
    elements: tuple[Element, ...]
    function: cst.FunctionDef | None
    owner: cst.ClassDef | None
    rows: range

    @property
    def has_parameters(self) -> bool:
        """Whether the function around is given more than ``self``."""
        if self.function is None:
            return False
        params = self.function.params
        given = [*params.posonly_params, *params.params, *params.kwonly_params]
        return len(given) > (self.owner is not None) or params.star_kwarg is not None

    @property
    def is_helper(self) -> bool:
        """Whether it is in a function that may build it differently each time it is called."""
        names = ("__init__", "forward")
        return self.has_parameters and self.function is not None and self.function.name.value not in names

    @property
    def is_code(self) -> bool:
        """Whether its elements run on tensors, as opposed to making layers."""
        return isinstance(self.node, cst.FunctionDef)


def blocks_of(source: Source) -> list[Block]:
    """The blocks of a file, in the order in which they begin."""
    finder = _Finder(source)
    source.tree.visit(finder)
    return sorted(finder.found, key=lambda block: block.rows.start)


class _Finder(cst.CSTVisitor):
    def __init__(self, source: Source) -> None:
        super().__init__()
        self.found: list[Block] = []
        self._source = source
        self._functions: list[cst.FunctionDef] = []
        self._classes: list[cst.ClassDef] = []

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._classes.append(node)

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self._classes.pop()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        if self._classes and not self._functions and node.name.value == "forward":
            self._add(node, node, node.body.body, node)
        self._functions.append(node)

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self._functions.pop()

    def visit_Call(self, node: cst.Call) -> None:
        if not _called(node).endswith("Sequential"):
            return
        holder = _holder(node)
        elements = holder.args if isinstance(holder, cst.Call) else holder.elements
        self._add(node, holder, elements, self._functions[-1] if self._functions else None)

    def _add(
        self,
        node: cst.Call | cst.FunctionDef,
        holder: cst.CSTNode,
        nodes: Sequence[cst.CSTNode],
        function: cst.FunctionDef | None,
    ) -> None:
        if not nodes:
            return
        whole = self._source.span(holder)
        elements = tuple(self._elements(nodes, whole, isinstance(holder, cst.FunctionDef)))
        owner = self._classes[-1] if self._classes else None
        rows = range(whole.row, whole.end_row + 1)
        self.found.append(Block(node, Chain(holder, tuple(nodes)), elements, function, owner, rows))

    def _elements(self, nodes: Sequence[cst.CSTNode], whole: Span, is_code: bool) -> Iterator[Element]:
        spans = [self._source.span(node) for node in nodes]
        for index, (node, span) in enumerate(zip(nodes, spans, strict=True)):
            line = self._source.lines[span.row - 1]
            last = self._source.lines[span.end_row - 1]
            after = spans[index + 1].row if index + 1 < len(spans) else whole.end_row + is_code
            free = (
                not line[: span.column - 1].strip()
                and _AFTER_AN_ELEMENT.fullmatch(last[span.end_column - 1 :]) is not None
                and after > span.end_row
                and not (is_code and index + 1 == len(spans))  # what follows is not part of the function
                and _takes_comments(node)
            )
            yield Element(index, span, free, _assigned(node))


def _takes_comments(node: cst.CSTNode) -> bool:
    """Not a container, which has comments of its own, the last of them at its end; a statement must assign one name."""
    match node:
        case cst.Arg() | cst.Element():
            return not (isinstance(node.value, cst.Call) and _called(node.value).endswith("Sequential"))
        case _:
            return _assigned(node) is not None


def _assigned(node: cst.CSTNode) -> str | None:
    """The name that a statement computes; an alias (``identity = x``) computes nothing."""
    match node:
        case cst.SimpleStatementLine(
            body=[cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value)]
        ):
            return None if isinstance(value, cst.Name) else name
        case cst.SimpleStatementLine(body=[cst.AugAssign(target=cst.Name(value=name))]):
            return name
        case _:
            return None


def _called(node: cst.Call) -> str:
    match node.func:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return name
        case _:
            return ""


def _holder(node: cst.Call) -> cst.Call | cst.List | cst.Tuple:
    """What holds the layers: the call, or the list in ``Sequential(*[...])`` and ``Sequential(OrderedDict([...]))``."""
    match node.args:
        case [cst.Arg(value=cst.Call(args=[cst.Arg(value=(cst.List() | cst.Tuple()) as inner)]))] if (
            isinstance(node.args[0].value, cst.Call) and _called(node.args[0].value) == "OrderedDict"
        ):
            return inner
        case [cst.Arg(star="*", value=(cst.List() | cst.Tuple()) as inner)]:
            return inner
        case _:
            return node
