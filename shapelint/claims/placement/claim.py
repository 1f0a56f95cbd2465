"""A claim: what a comment says, and of what, under each way to read where it stands."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from typing import TypeAlias

import libcst as cst

from ...diagnostic import Span
from ...records import dataclass, replace
from ..comments.remark import Kind, Pattern, Remark
from .placement import Placement, Position, Stretch

__all__ = ["Claim", "Convention", "Part", "Side", "Spot", "argument_named", "excuses_of", "parts_of", "spots_of"]


_IMAGES = frozenset({"image", "images", "img", "picture"})


class Side(enum.Enum):
    """What a shape is said to be: the state where the comment stands, what goes in there, what comes out."""

    STATE = "state"
    IN = "input"
    OUT = "output"


@dataclass(frozen=True, slots=True)
class Convention:
    """How an author means comments on lines of their own: of what is below, or (DCGAN's way) of what is above.

    Bare states, arrows and "output: ..." are three habits, each its own.
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

    pattern: Pattern
    side: Side


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """A comment that states shapes, at its place.  ``crowded``: one of several lines in a row before one element."""

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
        """The argument of the function at whose head the comment stands, if it names one (``# x: (B, 1, 28, 28)``)."""
        return argument_named(self.remark, self.placement)

    def span(self, part: Part) -> Span:
        """Where a shape of it is written."""
        comment, pattern = self.placement.comment, part.pattern
        return Span(comment.row, comment.column + pattern.start, comment.row, comment.column + pattern.end)

    @property
    def labels_input(self) -> bool:
        """Whether its own words say that it is what goes in; an image with nothing before it is no layer's output."""
        first = self.placement.is_first and bool(_IMAGES & set(self.remark.label.lower().split()))
        return self.remark.kind is Kind.INPUT or self.argument is not None or first

    @property
    def manner(self) -> tuple[Position, str]:
        """How the comment is written: its place, and its text without the sizes."""
        text = self.placement.comment.text
        dims = [dim for part in self.parts for dim in part.pattern.dims]
        for dim in sorted(dims, key=lambda dim: -dim.start):
            text = f"{text[: dim.start]}0{text[dim.end :]}"
        return self.placement.position, re.sub(r"\s+", " ", text)


Spot: TypeAlias = "tuple[str, Stretch | cst.FunctionDef]"
"""``("after" or "before" or "each" or "inside", stretch)`` or ``("given", function)``, ``("given x", function)``; "each":
behind any of the elements, "inside": whatever the calls of the last element are given, "given x": the argument x alone."""


def parts_of(remark: Remark) -> tuple[Part, ...]:
    """The shapes of a comment that say what they are of; a comment with several and no arrow says nothing."""
    match remark.kind:
        case Kind.ARROW:
            sides = ((remark.left, Side.IN), (remark.right, Side.OUT))
            return tuple(Part(pattern, side) for pattern, side in sides if pattern is not None)
        case Kind.INPUT | Kind.OUTPUT if remark.shape is not None:
            return (Part(remark.shape, Side.IN if remark.kind is Kind.INPUT else Side.OUT),)
        case _ if remark.shape is not None:
            return (Part(remark.shape, Side.STATE),)
        case _:
            return ()


def _numbers_of(pattern: Pattern) -> Pattern:
    """The pattern with its numbers alone: what an argument's height is called is no promise about all that follows."""
    dims = tuple(dim if isinstance(dim.dim, int) else replace(dim, dim=None) for dim in pattern.dims)
    return replace(pattern, dims=dims, alternatives=())


def argument_named(remark: Remark, place: Placement) -> str | None:
    """The parameter of the function at whose head ``remark`` stands that it names."""
    if remark.subject is None or place.function is None or not _is_at_head(place):
        return None
    params = place.function.params
    names = {param.name.value for param in (*params.posonly_params, *params.params, *params.kwonly_params)}
    return remark.subject if remark.subject in names and remark.kind is Kind.BARE else None


def _is_at_head(place: Placement) -> bool:
    """Whether nothing but a docstring stands before it in the function."""
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


def spots_of(claim: Claim, part: Part, convention: Convention) -> Iterator[Spot]:
    """Where ``part`` may speak of, the likeliest first; the first that the run knows is meant."""
    place = claim.placement
    if claim.argument is not None and place.function is not None:
        yield f"given {claim.argument}", place.function
    elif place.position is Position.ENTRY:
        yield from _entry(place, part)
    elif place.position is Position.OPENING:
        yield from _around(place.below, "after" if part.side is Side.OUT else "before")
    elif place.position is Position.TRAILING:
        yield from _around(place.below, "before" if part.side is Side.IN else "after")
    elif claim.remark.kind is Kind.ARROW:
        first, second = (place.below, place.above) if convention.arrows_below else (place.above, place.below)
        behind = "each" if (first or second) is place.below else "after"
        yield from _around(first or second, "before" if part.side is Side.IN else behind)
    elif part.side is Side.IN:
        yield from _around(place.below, "before") if place.below else _around(place.above, "after")
    elif (claim.crowded and place.below is not None) or (
        (convention.outputs_below if part.side is Side.OUT else convention.states_below) and place.below is not None
    ):
        yield from _around(place.below, "each")
    else:
        yield from _around(place.above, "after")
        yield from _around(place.below, "each" if part.side is Side.OUT else "before")


def excuses_of(claim: Claim, part: Part) -> Iterator[Spot]:
    """In code that runs on tensors, a comment between statements may speak of either side, or of what the statement above
    was given; an arrow may begin at the function's own input."""
    place = claim.placement
    if claim.argument is not None:
        return
    if part.side is Side.IN and place.function is not None:
        yield "given", place.function
    if place.position in (Position.BETWEEN, Position.ENTRY) and not isinstance(place.chain.node, cst.Call):
        yield from _around(place.above, "after")
        yield from _around(place.above, "inside")
        yield from _around(place.below, "before")
        yield from _around(place.below, "each")


def _around(stretch: Stretch | None, where: str) -> Iterator[Spot]:
    if stretch is not None:
        yield where, stretch


def _entry(place: Placement, part: Part) -> Iterator[Spot]:
    if part.side is Side.OUT:
        yield from _around(place.below, "each")
        return
    yield from _around(place.below, "before")
    if place.function is not None:
        yield "given", place.function
