"""A tensor of a run at a place of the program: what a claim is compared with."""

from __future__ import annotations

import libcst as cst

from ...interp.model.tape import Call
from ...records import dataclass
from ...shapes import Shape, Tensor

__all__ = ["Point"]


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A tensor at a place of the program.

    ``call`` gave it, or was given it (``given``).  ``time`` orders points: a call's output comes after its input.
    ``place`` is the node by which a replay can force this tensor to have another shape; None where it cannot.
    ``declared``: found through the module that is made here, not through code that runs here.  ``step``: which of a
    stretch's elements gave it.
    """

    shape: Shape
    value: Tensor
    call: Call | None
    given: bool
    time: float
    place: cst.CSTNode | None
    certain: bool
    declared: bool = False
    step: int = 0
