"""The spots of a program that a claim may speak of: a side of some elements, or what a function is given.

A spot is a place in the source.  Which tensors pass there on a run is for :class:`~shapelint.claims.binding.points.Points`
to find.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import TypeAlias

import libcst as cst

from ...records import dataclass
from ..comments.remark import RemarkKind
from .assigned_names import assignments_below
from .claim import Claim, Convention, Part, Side
from .placement import Placement, Position, Stretch

__all__ = ["Beside", "Given", "Named", "Relation", "Spot", "excuses_of", "spots_of"]


class Relation(enum.Enum):
    """Which tensors of some elements are meant."""

    BEFORE = "what the first of them is given"
    AFTER = "what the last of them gives"
    EACH = "what any of them gives"
    INSIDE = "what the calls within the last of them are given"


@dataclass(frozen=True, slots=True)
class Beside:
    """The tensors that stand in this ``relation`` to the elements of ``stretch``."""

    relation: Relation
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class Given:
    """What ``function`` is called with: its argument ``name``, or, where that is None, any of them."""

    function: cst.FunctionDef
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """What the statement ``node`` assigns to ``name``."""

    node: cst.CSTNode
    name: str


Spot: TypeAlias = Beside | Given | Named


def spots_of(claim: Claim, part: Part, convention: Convention) -> Iterator[Spot]:
    """Where ``part`` may speak of, the likeliest first; the first one that the run knows is meant."""
    place = claim.placement
    if claim.argument is not None and place.function is not None:
        yield Given(place.function, claim.argument)
    elif claim.assigned is not None:
        yield Named(*claim.assigned)
    elif place.position is Position.ENTRY:
        yield from _entry(place, part)
    elif place.position is Position.OPENING:
        yield from _beside(place.below, Relation.AFTER if part.side is Side.OUT else Relation.BEFORE)
    elif place.position is Position.TRAILING:
        yield from _beside(place.below, Relation.BEFORE if part.side is Side.IN else Relation.AFTER)
    elif claim.remark.kind is RemarkKind.ARROW:
        first, second = (place.below, place.above) if convention.arrows_below else (place.above, place.below)
        output = Relation.EACH if (first or second) is place.below else Relation.AFTER
        yield from _beside(first or second, Relation.BEFORE if part.side is Side.IN else output)
    elif part.side is Side.IN:
        yield from _beside(place.below, Relation.BEFORE) if place.below else _beside(place.above, Relation.AFTER)
    elif (claim.crowded and place.below is not None) or (
        (convention.outputs_below if part.side is Side.OUT else convention.states_below) and place.below is not None
    ):
        yield from _beside(place.below, Relation.EACH)
    else:
        yield from _beside(place.above, Relation.AFTER)
        yield from _beside(place.below, Relation.EACH if part.side is Side.OUT else Relation.BEFORE)


def excuses_of(claim: Claim, part: Part) -> Iterator[Spot]:
    """Further spots that excuse ``part`` if it holds there, without making it true.

    In code that runs on tensors, a comment between statements may speak of either side, or of what the statement above
    was given; an arrow may begin at the function's own input.  One that names its value may mean what that becomes below.
    """
    place = claim.placement
    if claim.argument is not None:
        return
    if claim.assigned is not None:
        yield from (Named(*each) for each in assignments_below(claim.assigned[1], place))
        return
    if part.side is Side.IN and place.function is not None:
        yield Given(place.function)
    if place.position in (Position.BETWEEN, Position.ENTRY) and not isinstance(place.chain.node, cst.Call):
        yield from _beside(place.above, Relation.AFTER)
        yield from _beside(place.above, Relation.INSIDE)
        yield from _beside(place.below, Relation.BEFORE)
        yield from _beside(place.below, Relation.EACH)


def _beside(stretch: Stretch | None, relation: Relation) -> Iterator[Spot]:
    if stretch is not None:
        yield Beside(relation, stretch)


def _entry(place: Placement, part: Part) -> Iterator[Spot]:
    if part.side is Side.OUT:
        yield from _beside(place.below, Relation.EACH)
        return
    yield from _beside(place.below, Relation.BEFORE)
    if place.function is not None:
        yield Given(place.function)
