"""Bodies of functions that are parsed when somebody looks into them.

A third to a half of the text of a library is in functions that are neither run nor spoken of.  CPython's parser, which has
accepted the whole file, says where each body begins and ends.  For libcst a string of the same rows takes its place, and the
block that holds it puts the statements there as soon as one of its fields is read: nobody else can tell the difference.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst._nodes.internal import CodegenState

from ..records import dataclass
from ..regex import lazy

__all__ = ["LateBody", "Outlined", "first_statement", "is_waiting", "outlined"]

_FEWEST_ROWS = 3
_QUOTES = '"""'
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
class _Body:
    """The statements of a function in ``rows``, from 1, the last of which end before ``column``, from 0."""

    rows: range
    column: int


class LateBody(cst.IndentedBlock):
    """A block whose fields are filled in when one of them is first read.

    ``rows``: those of its statements but for a docstring.  ``stub``: what the parser made of the string in their place.
    ``written``: the statements under a header of their own, once they are parsed; ``above``: how many rows come before that.
    """

    __slots__ = ("_parse", "above", "rows", "stub", "written")  # type: ignore[misc]  # of libcst, typed as of an instance

    if TYPE_CHECKING:
        rows: range
        stub: cst.IndentedBlock
        written: cst.FunctionDef | None
        above: int
        _parse: Callable[[range], cst.FunctionDef]

    def __getattr__(self, name: str) -> Any:
        if name not in _FIELDS:
            raise AttributeError(name)
        stub, made = self.stub, self._parse(self.rows)
        string: Any = stub.body[-1]
        leading = string.leading_lines
        object.__setattr__(made.body.body[0], "leading_lines", leading)
        for field in ("header", "indent", "footer"):
            object.__setattr__(self, field, getattr(stub, field))
        object.__setattr__(self, "written", made)
        object.__setattr__(self, "above", self.rows[0] - 2 - len(leading))
        object.__setattr__(self, "body", (*stub.body[:-1], *made.body.body))
        return object.__getattribute__(self, name)

    def _codegen_impl(self, state: CodegenState) -> None:
        write_stub = getattr(state, "write_stub", None) if is_waiting(self) else None
        if write_stub is None:
            super()._codegen_impl(state)
        else:
            write_stub(self)


_FIELDS = frozenset({"body", "header", "indent", "footer"})


def is_waiting(block: cst.CSTNode) -> bool:
    """Whether a block was not looked into yet, so that nothing in it was run.  There is no function, class or ``yield`` in it."""
    return type(block) is LateBody and block.written is None


def first_statement(block: cst.BaseSuite) -> cst.CSTNode | None:
    """The first statement of a block: of one that waits only if it is a docstring."""
    body = block.stub.body[:-1] if isinstance(block, LateBody) and is_waiting(block) else block.body
    return body[0] if body else None


class Outlined:
    """A text without the bodies of functions in it that can wait: ``text``, of the same rows."""

    def __init__(self, rows: Sequence[str], bodies: Sequence[_Body | None]) -> None:
        """``bodies``: of each function at the top level or in a class there; None for one that cannot wait."""
        self._rows, self._bodies = rows, bodies
        outline = list(rows)
        for body in bodies:
            if body is not None:
                outline[body.rows[0] - 1 : body.rows[-1]] = self._stub(body)
        self.text = "\n".join(outline)

    def _stub(self, body: _Body) -> list[str]:
        first = self._rows[body.rows[0] - 1]
        indent = first[: len(first) - len(first.lstrip())]
        blank = [""] * (len(body.rows) - 2)
        return [indent + _QUOTES, *blank, " " * (body.column - len(_QUOTES)) + _QUOTES]

    def fill(self, tree: cst.Module, parse: Callable[[str], cst.Module]) -> list[LateBody]:
        """Have the functions of ``tree``, which is that of ``text``, parse their bodies by ``parse`` when these are read."""

        # The first indentation of a text is the one that libcst does not note in its blocks.
        head = f"if 0:\n{tree.default_indent}0\ndef _():\n"

        def parsed(rows: range) -> cst.FunctionDef:
            # It does not refer to the tree, which is then given back without the help of the garbage collector.
            body = "\n".join(self._rows[row - 1] for row in rows)
            made = parse(f"{head}{body}\n").body[1]
            assert isinstance(made, cst.FunctionDef)
            return made

        found: list[LateBody] = []
        for function, body in zip(_functions(tree.body), self._bodies, strict=True):
            if body is not None:
                late = LateBody.__new__(LateBody)
                values = {"rows": body.rows, "stub": function.body, "written": None, "_parse": parsed}
                for name, value in values.items():
                    object.__setattr__(late, name, value)
                object.__setattr__(function, "body", late)
                found.append(late)
        return found


def outlined(text: str, tree: ast.Module) -> Outlined | None:
    """The outline of a text whose tree Python gives; None if all of it has to be parsed."""
    if any(blank in text for blank in _OTHER_BLANKS) or _REFUSED.search(text):
        return None
    rows = text.split("\n")
    bodies = [_body_of(node, rows) for node in _definitions(tree.body)]
    return Outlined(rows, bodies) if any(bodies) else None


def _definitions(body: Sequence[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _definitions(node.body)


def _functions(body: Sequence[cst.CSTNode]) -> Iterator[cst.FunctionDef]:
    for node in body:
        if type(node) is cst.FunctionDef:
            yield node
        elif type(node) is cst.ClassDef:
            yield from _functions(node.body.body)


def _body_of(node: ast.FunctionDef | ast.AsyncFunctionDef, rows: Sequence[str]) -> _Body | None:
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
    if before.strip() or (rest and not rest.startswith(b"#")) or column < len(_QUOTES):
        return None
    following = next((row for row in rows[last:] if row.strip()), "").encode()
    if following.lstrip().startswith(b"#") and len(following) - len(following.lstrip()) > node.col_offset:
        return None  # a comment that ends the innermost block which it is indented like
    if any(word in row for row in rows[first.lineno - 1 : last] for word in _INNER):
        return None
    return _Body(range(first.lineno, last + 1), column)
