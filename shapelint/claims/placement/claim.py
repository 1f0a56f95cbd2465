"""A claim: what a comment says of shapes, and the place where it says so.

What a claim speaks of is left open here; :mod:`.spots` lists what it may be.
"""

from __future__ import annotations

import enum
import re

import libcst as cst

from ...diagnostic import Span
from ...records import dataclass, replace
from ..comments.remark import Remark, RemarkKind, ShapePattern
from .assigned_names import Assigned, assignment_named
from .placement import Placement, Position, Stretch

__all__ = ["Claim", "Convention", "Part", "Side", "argument_named", "parts_of"]


_IMAGES = frozenset({"image", "images", "img", "picture"})


class Side(enum.Enum):
    """What a shape is said to be: the state at the comment's place, what goes in there, or what comes out."""

    STATE = "state"
    IN = "input"
    OUT = "output"


@dataclass(frozen=True, slots=True)
class Convention:
    """What an author's comments on lines of their own are about: what is below, or (as in DCGAN) what is above.

    Bare states, arrows and "output: ..." are three separate habits.
    """

    states_below: bool = False
    arrows_below: bool = True
    outputs_below: bool = False

    @property
    def strangeness(self) -> int:
        """In how many habits it differs from what most authors do."""
        return self.states_below + self.outputs_below + (not self.arrows_below)


@dataclass(frozen=True, slots=True)
class Part:
    """One shape of a comment and what it is said of."""

    pattern: ShapePattern
    side: Side


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """A comment that states shapes, at its place.  ``crowded``: one of several comments in a row before one element."""

    remark: Remark
    placement: Placement
    crowded: bool = False

    @property
    def row(self) -> int:
        return self.placement.comment.row

    @property
    def parts(self) -> tuple[Part, ...]:
        parts = parts_of(self.remark)
        if self.argument is None:
            return parts
        patterns = [_numbers_of(part.pattern) for part in parts]
        return tuple(Part(pattern, Side.IN) for pattern in patterns if any(dim.dim is not None for dim in pattern.dims))

    @property
    def argument(self) -> str | None:
        """The argument that the comment names, if it is at the head of a function that has it (``# x: (B, 1, 28, 28)``)."""
        return argument_named(self.remark, self.placement)

    @property
    def assigned(self) -> Assigned | None:
        """The statement above it and the name there that the comment speaks of, if it names one."""
        return assignment_named(self.remark, self.placement)

    def span(self, part: Part) -> Span:
        """Where a shape of it is written."""
        comment, pattern = self.placement.comment, part.pattern
        return Span(comment.row, comment.column + pattern.start, comment.row, comment.column + pattern.end)

    @property
    def labels_input(self) -> bool:
        """Whether its own words say that it is what goes in.  An image with no layer before it is not a layer's output."""
        first = self.placement.is_first and bool(_IMAGES & set(self.remark.label.lower().split()))
        return self.remark.kind is RemarkKind.INPUT or self.argument is not None or first

    @property
    def wording(self) -> tuple[Position, str]:
        """How the comment is written: its position, and its text with the sizes blanked out."""
        text = self.placement.comment.text
        dims = [dim for part in self.parts for dim in part.pattern.dims]
        for dim in sorted(dims, key=lambda dim: -dim.start):
            text = f"{text[: dim.start]}0{text[dim.end :]}"
        return self.placement.position, re.sub(r"\s+", " ", text)


def parts_of(remark: Remark) -> tuple[Part, ...]:
    """The shapes of a comment with what each is said of; a comment with several shapes and no arrow says nothing."""
    match remark.kind:
        case RemarkKind.ARROW:
            sides = ((remark.left, Side.IN), (remark.right, Side.OUT))
            return tuple(Part(pattern, side) for pattern, side in sides if pattern is not None)
        case RemarkKind.INPUT | RemarkKind.OUTPUT if remark.shape is not None:
            return (Part(remark.shape, Side.IN if remark.kind is RemarkKind.INPUT else Side.OUT),)
        case _ if remark.shape is not None:
            return (Part(remark.shape, Side.STATE),)
        case _:
            return ()


def _numbers_of(pattern: ShapePattern) -> ShapePattern:
    """The pattern with nothing but its numbers: what an argument's height is called promises nothing about what follows."""
    dims = tuple(dim if isinstance(dim.dim, int) else replace(dim, dim=None) for dim in pattern.dims)
    return replace(pattern, dims=dims, alternatives=())


def argument_named(remark: Remark, place: Placement) -> str | None:
    """The parameter that ``remark`` names, if it is at the head of that parameter's function."""
    if remark.subject is None or place.function is None or not _is_at_head(place):
        return None
    params = place.function.params
    names = {param.name.value for param in (*params.posonly_params, *params.params, *params.kwonly_params)}
    return remark.subject if remark.subject in names and remark.kind is RemarkKind.BARE else None


def _is_at_head(place: Placement) -> bool:
    """Whether nothing but a docstring comes before it in the function."""
    match place:
        case Placement(position=Position.ENTRY):
            return True
        case Placement(
            position=Position.BETWEEN,
            above=Stretch(first=0, last=0, nodes=[cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString())])]),
        ):
            return True
        case _:
            return False
