"""Which elements of the program are beside a comment.

A comment between elements may speak of what is above it or of what is below; one at the end of a line speaks of the
element that ends there; one on a line that only opens a call, or on the line of one of its arguments, speaks of that
call's input.  Whether an author means *above* or *below* is not decided here but later, by what agrees with the code
(:mod:`~shapelint.claims.reading`).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence

import libcst as cst

from ...records import dataclass
from ...source.comments import Comment
from ...source.parse import Source
from .location import Bracketed, Header, Location, Statements, locate

__all__ = ["Chain", "Placement", "Position", "Stretch", "place"]


class Position(enum.Enum):
    """Where a comment is, seen from the code around it."""

    BETWEEN = "on a line of its own"
    TRAILING = "after the code of its line"
    OPENING = "where a call opens, or beside one of its arguments"
    ENTRY = "at the head of a function"


@dataclass(frozen=True, slots=True)
class Chain:
    """Elements in a row, and ``node``, which holds them: the brackets or the function around a comment."""

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
    """What is beside a comment: the elements ``above`` it, since the last comment, and those ``below``, up to the next.

    A trailing comment has the same stretch on both sides.  ``function`` is the innermost one around it, ``block`` what
    comments on the same data have in common: the statement that builds a container, or the function.  ``paragraph``:
    how many of the elements ``below`` follow a comment on a line of its own without a blank line; 0 if it heads none.
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
        """Whether it is on a line of its own before the first element within brackets."""
        return self.position is Position.BETWEEN and self.above is None


_CHAINS = frozenset({
    "Sequential", "ModuleList", "ModuleDict", "OrderedDict", "extend", "append", "list", "tuple", "nn_Sequential",
})  # fmt: skip


def place(source: Source, comments: Iterable[Comment]) -> list[Placement]:
    """The placements of comments that state shapes, in the order of the file."""
    locations = [(comment, locate(source, comment)) for comment in comments]
    rests: dict[object, list[int]] = {}
    for comment, location in locations:
        if comment.own_line and not isinstance(location, Header):
            rests.setdefault(_key(location), []).append(location.done)
    return [_placement(source, comment, location, rests.get(_key(location), [])) for comment, location in locations]


def _key(location: Location) -> object:
    match location:
        case Bracketed():
            return location.holder
        case Statements(body=[first, *_]):
            return first
        case Header():
            return location.statement
        case _:
            return None


def _placement(source: Source, comment: Comment, location: Location, rests: Sequence[int]) -> Placement:
    block: cst.CSTNode | None
    match location:
        case Header():
            chain = Chain(location.statement, ())
            return Placement(comment, Position.ENTRY, None, None, location.function, chain, location.function)
        case Bracketed():
            if not _strings_modules(location):
                return _opening(comment, location)
            chain, block = Chain(location.holder, location.elements), _first_of_its_list(location)
        case Statements():
            chain, block = Chain(location.function, location.body), location.function
    if comment.own_line:
        above = _before(chain, location.done, rests)
        below = _after(chain, location.done, rests)
        at_head = above is None and isinstance(location, Statements)
        position = Position.ENTRY if at_head else Position.BETWEEN
        paragraph = 0 if below is None else _paragraph(source, comment, below)
        return Placement(comment, position, above, below, location.function, chain, block, paragraph)
    ended = _ending_in(source, chain.elements[: location.done], comment.row)
    if not ended:
        if isinstance(location, Bracketed):
            return _opening(comment, location)
        return Placement(comment, Position.TRAILING, None, None, location.function, chain, block)
    started = [i for i in ended if source.span(chain.elements[i]).row == comment.row] or ended
    stretch = Stretch(chain, started[0], ended[-1])
    return Placement(comment, Position.TRAILING, stretch, stretch, location.function, chain, block)


def _ending_in(source: Source, elements: Sequence[cst.CSTNode], row: int) -> range:
    """The indices of those of ``elements``, none of which begins further down, that end in ``row``: they are the last ones."""
    last = len(elements)
    while last and source.span(elements[last - 1]).end_row > row:
        last -= 1
    first = last
    while first and source.span(elements[first - 1]).end_row == row:
        first -= 1
    return range(first, last)


def _opening(comment: Comment, location: Bracketed) -> Placement:
    """Beside an argument, or where a call opens: the call is the element."""
    chain = Chain(location.holder, (location.holder,))
    stretch = Stretch(chain, 0, 0)
    return Placement(
        comment, Position.OPENING, stretch, stretch, location.function, chain, _first_of_its_list(location)
    )


def _first_of_its_list(location: Bracketed) -> cst.CSTNode:
    """The statement around the brackets; for ``layers += [...]`` the one that began the list."""
    name = _list_of(location.statement)
    if name is not None and location.function is not None:
        for statement in location.function.body.body:
            match statement:
                case cst.SimpleStatementLine(body=[cst.Assign(targets=[cst.AssignTarget(target=target)]), *_]):
                    if name.deep_equals(target):
                        return statement
    return location.statement


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


def _strings_modules(location: Bracketed) -> bool:
    """Whether the brackets hold elements that follow one another, rather than the arguments of one layer."""
    holder = location.holder
    if not isinstance(holder, cst.Call):
        return any(map(_has_call, location.elements)) or not location.elements
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
