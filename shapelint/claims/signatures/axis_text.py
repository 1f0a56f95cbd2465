"""One axis of an annotation: what a word of jaxtyping's string, or an element of torchtyping's list, asks of a size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...records import dataclass
from ...shapes import Dim
from ..comments.remark import DimText

if TYPE_CHECKING:  # few files have expressions, and all load this
    from .formula import Formula

__all__ = ["AxisText", "RefusedAnnotation"]


@dataclass(frozen=True, slots=True)
class AxisText(DimText):
    """An axis whose size is ``dim`` as far as nothing else is said; ``dim`` is None where any size will do.

    ``broadcasts``: the size is ``asked`` or 1 (``#b``, ``#3``); ``dim`` is None then.  ``formula``: an expression in full,
    where ``dim`` holds at most what integers can say of it (``h/2`` reads as ``h//2``).  ``group``: the name of a variadic
    axis (``*batch``), whose dims are the same wherever it stands; None where it has none.  ``also``: a name for a size
    that is stated besides (torchtyping's ``"b": 3``).
    """

    broadcasts: bool = False
    asked: Dim | None = None
    formula: Formula | None = None
    group: str | None = None
    also: Dim | None = None


class RefusedAnnotation(Exception):
    """The library raises when such an annotation is made; ``start`` and ``end`` are offsets of what it objects to."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message, self.start, self.end = message, start, end
