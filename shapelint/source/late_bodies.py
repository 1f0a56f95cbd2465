"""Bodies of functions that are parsed when somebody looks into them.

A third to a half of the text of a library is in functions that are neither run nor spoken of.  CPython's parser, which has
accepted the whole file, says where each body begins and ends.  For libcst a string of the same rows takes its place, and the
block that holds it puts the statements there as soon as one of its fields is read: nobody else can tell the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import libcst as cst
from libcst._nodes.internal import CodegenState

from .looked import Looked
from .outline import QUOTES, Body

__all__ = ["LateBody", "Outlined", "first_statement", "is_waiting", "of_function"]

_Result = TypeVar("_Result")


class LateBody(cst.IndentedBlock):
    """A block whose fields are filled in when one of them is first read, and again when others look into it.

    ``rows``: those of its statements but for a docstring.  ``stub``: what the parser made of the string in their place.
    ``written``: the statements under a header of their own, once they are parsed; ``above``: how many rows come before that.
    ``place``: the numbers of its definition and its function in the file; ``looked``: is told when it is read.
    """

    __slots__ = ("_parse", "above", "looked", "place", "rows", "stub", "written", "__weakref__")  # type: ignore[misc]  # of libcst, typed as of an instance

    if TYPE_CHECKING:
        rows: range
        stub: cst.IndentedBlock
        written: cst.FunctionDef | None
        above: int
        place: tuple[int, int]
        looked: Looked
        _parse: Callable[[range], cst.FunctionDef]

    def __getattr__(self, name: str) -> Any:
        if name not in _FIELDS:
            raise AttributeError(name)
        stub, made = self.stub, self.written
        if made is None:
            made = self._parse(self.rows)
            string: Any = stub.body[-1]
            leading = string.leading_lines
            object.__setattr__(made.body.body[0], "leading_lines", leading)
            object.__setattr__(self, "written", made)
            object.__setattr__(self, "above", self.rows[0] - 2 - len(leading))
        for field in ("header", "indent", "footer"):
            object.__setattr__(self, field, getattr(stub, field))
        object.__setattr__(self, "body", (*stub.body[:-1], *made.body.body))
        self.looked.at_body(self.place, self)
        return object.__getattribute__(self, name)

    def close(self) -> None:
        """Tell when it is read the next time; what is parsed is kept."""
        for field in _FIELDS:
            object.__delattr__(self, field)

    def _codegen_impl(self, state: CodegenState) -> None:
        write_stub = getattr(state, "write_stub", None) if is_waiting(self) else None
        if write_stub is None:
            super()._codegen_impl(state)
        else:
            write_stub(self)


_FIELDS = frozenset({"body", "header", "indent", "footer"})


def is_waiting(block: cst.CSTNode) -> bool:
    """Whether a block was not parsed yet.  There is no function, class or ``yield`` in one that can wait."""
    return type(block) is LateBody and block.written is None


def first_statement(block: cst.BaseSuite) -> cst.CSTNode | None:
    """The first statement of a block: of one that waits only if it is a docstring."""
    body = block.stub.body[:-1] if isinstance(block, LateBody) and is_waiting(block) else block.body
    return body[0] if body else None


def of_function(
    most: int,
) -> Callable[[Callable[[cst.FunctionDef | cst.Lambda], _Result]], Callable[[cst.FunctionDef | cst.Lambda], _Result]]:
    """A decorator: what is made of a function is kept for the last ``most``, whose bodies count as looked at each time."""

    def remembering(
        make: Callable[[cst.FunctionDef | cst.Lambda], _Result],
    ) -> Callable[[cst.FunctionDef | cst.Lambda], _Result]:
        known = lru_cache(maxsize=most)(make)

        def made(node: cst.FunctionDef | cst.Lambda) -> _Result:
            getattr(node.body, "body", None)
            return known(node)

        return made

    return remembering


class Outlined:
    """A text without the bodies of functions in it that can wait: ``text``, of the same rows."""

    def __init__(self, rows: Sequence[str], bodies: Mapping[tuple[int, int], Body | None]) -> None:
        """``bodies``: of each function at the top level or in a class there, by its place; None for one that cannot wait."""
        self._rows, self._bodies = rows, bodies
        outline = list(rows)
        for body in bodies.values():
            if body is not None:
                outline[body.rows[0] - 1 : body.rows[-1]] = self._stub(body)
        self.text = "\n".join(outline)

    def _stub(self, body: Body) -> list[str]:
        first = self._rows[body.rows[0] - 1]
        indent = first[: len(first) - len(first.lstrip())]
        blank = [""] * (len(body.rows) - 2)
        return [indent + QUOTES, *blank, " " * (body.column - len(QUOTES)) + QUOTES]

    def fill(self, tree: cst.Module, parse: Callable[[str], cst.Module], looked: Looked) -> list[LateBody]:
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
        for function, (place, body) in zip(_functions(tree.body), self._bodies.items(), strict=True):
            if body is not None:
                late = LateBody.__new__(LateBody)
                values = {"rows": body.rows, "stub": function.body, "written": None, "place": place, "looked": looked}
                for name, value in {**values, "_parse": parsed}.items():
                    object.__setattr__(late, name, value)
                object.__setattr__(function, "body", late)
                found.append(late)
        return found


def _functions(body: Sequence[cst.CSTNode]) -> Iterator[cst.FunctionDef]:
    for node in body:
        if type(node) is cst.FunctionDef:
            yield node
        elif type(node) is cst.ClassDef:
            yield from _functions(node.body.body)
