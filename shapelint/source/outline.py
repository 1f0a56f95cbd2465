"""Where the parts of a file are that can be looked at one without the other, by the rows of CPython's tree.

A file that is imported is executed at its top level.  Its functions and classes are looked at when they are asked for, and
the bodies of functions, methods included, when they are run.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence

from ..records import dataclass
from ..regex import lazy

__all__ = ["QUOTES", "Body", "Definition", "Outline", "outline_of"]

QUOTES = '"""'
"""What takes the place of a body begins and ends with."""
_FEWEST_ROWS = 3
_OTHER_BLANKS = ("\r", "\f", "\t", "\v")
"""With these rows are counted or indented in other ways."""
_REFUSED = lazy(
    r"\n *(?:\\\n|\([^()\n]*\) *:)"  # a line that is nothing but a continuation, an annotation of a name in parentheses
    + (r"|(?<!\w)(?:[tT][rR]?|[rR][tT])['\"]" if sys.version_info >= (3, 14) else "")
)
"""What libcst may not take, which must be known at once.  It begins with one character, for which Python searches quickly."""
_INNER = ("def ", "class ", "yield")
"""What others look for in a body without running it."""


@dataclass(frozen=True, slots=True)
class Body:
    """The statements of a function in ``rows``, from 1, the last of which end before ``column``, from 0."""

    rows: range
    column: int


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or class at the top level.

    ``rows``: from 1, its decorators included.  ``stands_alone``: whether no other statement shares these, and it need not wait
    to be awaited: all others are executed with the top level.  ``bodies``: of the functions in it, in order; None for
    one that is looked at with what is around it.
    """

    name: str
    decorated: bool
    rows: range
    stands_alone: bool
    bodies: tuple[Body | None, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The ``definitions`` of a text, and the ``top``: the rows of each other statement."""

    definitions: tuple[Definition, ...]
    top: tuple[range, ...]

    def bodies(self) -> dict[tuple[int, int], Body | None]:
        """Of all functions in order, by the number of the definition and of the function in it."""
        return {
            (number, index): body
            for number, definition in enumerate(self.definitions)
            for index, body in enumerate(definition.bodies)
        }


def outline_of(text: str, tree: ast.Module) -> Outline:
    """The outline of a text whose tree Python gives."""
    rows = text.split("\n")
    can_wait = not (any(blank in text for blank in _OTHER_BLANKS) or _REFUSED.search(text))
    definitions, top = [], []
    for statement in tree.body:
        last = statement.end_lineno or statement.lineno
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            top.append(range(statement.lineno, last + 1))
            continue
        first = min([statement.lineno, *(decorator.lineno for decorator in statement.decorator_list)])
        alone = not isinstance(statement, ast.AsyncFunctionDef) and _stands_alone(rows, statement, last)
        inside = _functions([statement])
        bodies = tuple(_body_of(function, rows) if can_wait else None for function in inside)
        taken = range(first, last + 1)
        definitions.append(Definition(statement.name, bool(statement.decorator_list), taken, alone, bodies))
        if not alone:
            top.append(taken)
    return Outline(tuple(definitions), tuple(top))


def _stands_alone(rows: Sequence[str], statement: ast.stmt, last: int) -> bool:
    """Whether no other statement shares its rows (``def f(): pass; x = 1``) and rows are split as Python splits them."""
    end = statement.end_col_offset or 0
    tail = rows[last - 1].encode()[end:].decode(errors="replace").strip() if last <= len(rows) else ";"
    return (not tail or tail.startswith("#")) and statement.col_offset == 0


def _functions(body: Sequence[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body)


def _body_of(node: ast.FunctionDef | ast.AsyncFunctionDef, rows: Sequence[str]) -> Body | None:
    """Where the statements of a function are, if they can wait and share no row with others."""
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        if len(node.body) == 1 or node.body[1].lineno == first.end_lineno:
            return None
        first = node.body[1]
    last, end = node.end_lineno or 0, node.end_col_offset or 0
    if last - first.lineno + 1 < _FEWEST_ROWS or isinstance(node, ast.AsyncFunctionDef):
        return None
    before = rows[first.lineno - 1].encode()[: first.col_offset]
    ending = rows[last - 1].encode()
    column, rest = len(ending[:end].decode()), ending[end:].strip()
    if before.strip() or (rest and not rest.startswith(b"#")) or column < len(QUOTES):
        return None
    following = next((row for row in rows[last:] if row.strip()), "").encode()
    if following.lstrip().startswith(b"#") and len(following) - len(following.lstrip()) > node.col_offset:
        return None  # a comment that ends the innermost block which it is indented like
    if any(word in row for row in rows[first.lineno - 1 : last] for word in _INNER):
        return None
    return Body(range(first.lineno, last + 1), column)
