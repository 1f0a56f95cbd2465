"""Which part of the program a comment speaks of, by where it stands.

A comment between elements may speak of what is above it or of what is below; one at the end of a line of the element
that ends there; one on a line that only opens a call, or on the line of one of its arguments, of that call's input.
Which of *above* and *below* an author means is not decided here but by agreement (``reading``).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence

import libcst as cst

from ...records import dataclass
from ...source.comments import Comment
from ...source.parse import Source
from .location import Bracketed, Header, Locus, Statements, locate

__all__ = ["Chain", "Placement", "Position", "Stretch", "place"]


class Position(enum.Enum):
    """How a comment stands to the code around it."""

    BETWEEN = "on a line of its own"
    TRAILING = "behind the code of its line"
    OPENING = "where a call opens, or beside one of its arguments"
    ENTRY = "at the head of a function"


@dataclass(frozen=True, slots=True)
class Chain:
    """What strings elements together: the brackets or the function body that a comment stands in."""

    node: cst.CSTNode | None
    elements: tuple[cst.CSTNode, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Elements ``first`` to ``last`` (both included) of a chain."""

    chain: Chain
    first: int
    last: int

    @property
    def nodes(self) -> tuple[cst.CSTNode, ...]:
        return self.chain.elements[self.first : self.last + 1]


@dataclass(frozen=True, slots=True)
class Placement:
    """``above`` and ``below``: the elements since the last comment, and those up to the next one.

    A trailing comment has the same stretch on both sides.  ``function`` is the innermost one around it, ``block``
    what its comments have in common: the statement that builds a container, or the function.  ``paragraph``: how many of
    the elements ``below`` a comment on a line of its own stands above without a gap; 0 if it is no heading.
    """

    comment: Comment
    position: Position
    above: Stretch | None
    below: Stretch | None
    function: cst.FunctionDef | None
    chain: Chain
    block: cst.CSTNode | None
    paragraph: int = 0

    @property
    def is_first(self) -> bool:
        """Whether it stands on a line of its own before the first element of brackets."""
        return self.position is Position.BETWEEN and self.above is None


_CHAINS = frozenset({
    "Sequential", "ModuleList", "ModuleDict", "OrderedDict", "extend", "append", "list", "tuple", "nn_Sequential",
})  # fmt: skip


def place(source: Source, comments: Iterable[Comment]) -> list[Placement]:
    """The placements of comments that state shapes, in the order of the file."""
    loci = [(comment, locate(source, comment)) for comment in comments]
    rests: dict[object, list[int]] = {}
    for comment, locus in loci:
        if comment.own_line and not isinstance(locus, Header):
            rests.setdefault(_key(locus), []).append(locus.done)
    return [_placement(source, comment, locus, rests.get(_key(locus), [])) for comment, locus in loci]


def _key(locus: Locus) -> object:
    match locus:
        case Bracketed():
            return locus.holder
        case Statements(body=[first, *_]):
            return first
        case Header():
            return locus.statement
        case _:
            return None


def _placement(source: Source, comment: Comment, locus: Locus, rests: Sequence[int]) -> Placement:
    block: cst.CSTNode | None
    match locus:
        case Header():
            chain = Chain(locus.statement, ())
            return Placement(comment, Position.ENTRY, None, None, locus.function, chain, locus.function)
        case Bracketed():
            if not _strings_modules(locus):
                return _opening(comment, locus)
            chain, block = Chain(locus.holder, locus.elements), _first_of_its_list(locus)
        case Statements():
            chain, block = Chain(locus.function, locus.body), locus.function
    if comment.own_line:
        above = _before(chain, locus.done, rests)
        below = _after(chain, locus.done, rests)
        at_head = above is None and isinstance(locus, Statements)
        position = Position.ENTRY if at_head else Position.BETWEEN
        paragraph = 0 if below is None else _paragraph(source, comment, below)
        return Placement(comment, position, above, below, locus.function, chain, block, paragraph)
    ended = [i for i in range(locus.done) if source.span(chain.elements[i]).end_row == comment.row]
    if not ended:
        if isinstance(locus, Bracketed):
            return _opening(comment, locus)
        return Placement(comment, Position.TRAILING, None, None, locus.function, chain, block)
    started = [i for i in ended if source.span(chain.elements[i]).row == comment.row] or ended
    stretch = Stretch(chain, started[0], ended[-1])
    return Placement(comment, Position.TRAILING, stretch, stretch, locus.function, chain, block)


def _opening(comment: Comment, locus: Bracketed) -> Placement:
    """Beside an argument, or where a call opens: the call is the element."""
    chain = Chain(locus.holder, (locus.holder,))
    stretch = Stretch(chain, 0, 0)
    return Placement(comment, Position.OPENING, stretch, stretch, locus.function, chain, _first_of_its_list(locus))


def _first_of_its_list(locus: Bracketed) -> cst.CSTNode:
    """The statement around the brackets; of ``layers += [...]`` the one that began the list."""
    name = _list_of(locus.statement)
    if name is not None and locus.function is not None:
        for statement in locus.function.body.body:
            match statement:
                case cst.SimpleStatementLine(body=[cst.Assign(targets=[cst.AssignTarget(target=target)]), *_]):
                    if name.deep_equals(target):
                        return statement
    return locus.statement


def _list_of(statement: cst.CSTNode) -> cst.BaseExpression | None:
    """What a statement adds elements to."""
    match statement:
        case cst.SimpleStatementLine(body=[cst.AugAssign(target=target, operator=cst.AddAssign()), *_]):
            return target
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.Call(func=cst.Attribute(value=target))), *_]):
            return target
        case _:
            return None


def _before(chain: Chain, done: int, rests: Sequence[int]) -> Stretch | None:
    if not done:
        return None
    start = max((rest for rest in rests if rest < done), default=0)
    return Stretch(chain, start, done - 1)


def _after(chain: Chain, done: int, rests: Sequence[int]) -> Stretch | None:
    if done >= len(chain.elements):
        return None
    end = min((rest for rest in rests if rest > done), default=len(chain.elements))
    return Stretch(chain, done, end - 1)


def _paragraph(source: Source, comment: Comment, below: Stretch) -> int:
    """The elements of ``below`` up to the first line that is blank or a comment."""
    row = comment.row
    for count, node in enumerate(below.nodes):
        span = source.span(node)
        if span.row > row + 1:
            return count
        row = span.end_row
    return len(below.nodes)


def _strings_modules(locus: Bracketed) -> bool:
    """Whether the brackets hold elements that follow one another, rather than the arguments of one layer."""
    holder = locus.holder
    if not isinstance(holder, cst.Call):
        return any(map(_has_call, locus.elements)) or not locus.elements
    match holder.func:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            if name in _CHAINS:
                return True
    plain = [arg for arg in holder.args if arg.keyword is None]
    return len(plain) > 1 and all(map(_has_call, plain))


def _has_call(node: cst.CSTNode) -> bool:
    match node:
        case cst.Call():
            return True
        case cst.Arg() | cst.Element() | cst.StarredElement() | cst.DictElement():
            return _has_call(node.value)
        case cst.Tuple() | cst.List():
            return any(map(_has_call, node.elements))
        case _:
            return False
