"""A shape that a signature or docstring states: the pattern, the value it is said of, and where its text is."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

import libcst as cst

from ...diagnostic import Span
from ...records import dataclass
from ..comments.remark import ShapePattern

__all__ = ["Every", "Quote", "Stated", "Step", "ValueRole"]


class ValueRole(Enum):
    """For which value of a function a shape is stated."""

    ARGUMENT = "argument"
    ASSIGNED = "assigned"
    RETURNED = "returned"


class Every(Enum):
    """All that a container holds."""

    ELEMENT = "element"
    VALUE = "value"


Step: TypeAlias = "int | Every"
"""From a container to what it holds: the place in a tuple, each element of a list, each value of a dictionary."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Text of a file as it is written there; its first letter is at ``row`` and ``column``."""

    text: str
    row: int
    column: int

    def span(self, start: int, end: int) -> Span:
        """Where ``text[start:end]`` is in the file."""
        return Span(*self._place(start), *self._place(end))

    def _place(self, offset: int) -> tuple[int, int]:
        before = self.text[:offset]
        line = before.rfind("\n")
        return self.row + before.count("\n"), len(before) - line - 1 + (self.column if line < 0 else 1)


@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """One stated shape.  ``exact``: from an annotation, which is a contract; a docstring is prose.

    ``function``: None at module level.  ``name``: the parameter, or the name that a docstring gives one of several
    results; None where there is only one.  ``path``: where the tensors are in the value, in :data:`Step` s.  ``node``: an
    annotated assignment.  ``dtype``: the kind of elements that an annotation asks for.  ``others``: what it may be instead,
    in a union.  Offsets of ``pattern`` are into ``quote``.
    """

    function: cst.FunctionDef | None
    role: ValueRole
    pattern: ShapePattern
    quote: Quote
    exact: bool
    name: str | None = None
    path: tuple[Step, ...] = ()
    node: cst.CSTNode | None = None
    dtype: str | None = "float"
    others: tuple[Stated, ...] = ()

    @property
    def span(self) -> Span:
        return self.quote.span(self.pattern.start, self.pattern.end)
