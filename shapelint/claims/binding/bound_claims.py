"""Claims bound to one run: every tensor that each of their shapes may speak of, and what the code calls their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import libcst as cst

from ...shapes import Dim, Symbol, symbols_of
from ...shapes.dim import of_atom
from ..comments.noted_names import NOTE
from ..comments.remark import ShapePattern
from ..file_memory import remembered
from ..placement.claim import Claim, Convention, Part, Side
from ..placement.placement import Position
from ..placement.spots import Beside, Relation, Spot, excuses_of, spots_of
from .alignment import Alternative, alternatives
from .assertion import Assertion
from .names import NamedSizes
from .nearby_claims import nearby_claims
from .point import Point
from .points import Points
from .solution import Solution

__all__ = ["bind", "known_names"]

_MOST_POINTS = 12  # a loop over many blocks says nothing new after a few turns, and each point is laid in several ways
_VAGUE = -2


def bind(points: Points, claims: Iterable[Claim], convention: Convention, channels_last: bool) -> Sequence[Assertion]:
    """Every shape that the claims state, with what it may speak of on this run, in the order of execution."""
    return _bound(points, tuple(claims), convention, channels_last)


@remembered(64)  # readings of one run begin by binding the same claims
def _bound(
    points: Points, claims: tuple[Claim, ...], convention: Convention, channels_last: bool
) -> tuple[Assertion, ...]:
    nearby = nearby_claims(claims)
    found = list(nearby.unbound)
    for index in nearby.to(points.nodes):
        found[index] = _bind(points, found[index].claim, found[index].part, convention, channels_last)
    bound = sorted((one for one in found if one.alternatives), key=lambda assertion: assertion.time)
    return (*bound, *(one for one in found if not one.alternatives))


def _bind(points: Points, claim: Claim, part: Part, convention: Convention, channels_last: bool) -> Assertion:
    found = _points(points, claim, part, convention)[:_MOST_POINTS]
    laid = tuple(a for point in found for a in _alternatives(points, part.pattern, point, channels_last))
    if not laid:
        return Assertion(claim, part, laid)
    excuses = partial(_excuses, points, claim, part, channels_last, found[0].declared)
    other_side = partial(_other_side, points, claim, part, convention, channels_last)
    return Assertion(claim, part, laid, excuses, other_side, partial(_is_unranked, points, claim, part.pattern, found))


def _is_unranked(points: Points, claim: Claim, pattern: ShapePattern, found: Sequence[Point]) -> bool:
    """Whether one of several tensors may have the stated rank, which is not known of it.

    A comment that heads a paragraph may speak of what is made there, also where it was compared with what is above.
    """
    place = claim.placement
    near = list(found)
    if place.paragraph and place.below is not None and not isinstance(place.chain.node, cst.Call):
        below = points.at(Beside(Relation.EACH, place.below)) or ()
        near += [point for point in below if point.step < place.paragraph and not point.declared]
    shapes = [point.shape for point in near if point.shape.lead is not None]
    return not any(text.many for text in pattern.dims) and any(len(s.dims) <= len(pattern.dims) for s in shapes)


def _excuses(points: Points, claim: Claim, part: Part, channels_last: bool, is_declared: bool) -> Iterator[Alternative]:
    """What excuses ``part``; above the declaration of a part of the network, also what that is resized to where it is called:
    an author who says what a block is for has its end in mind."""
    for spot in excuses_of(claim, part):
        for point in points.at(spot) or ():
            if not (is_declared and point.declared):
                yield from _alternatives(points, part.pattern, point, channels_last)
    if is_declared and claim.placement.position is Position.BETWEEN and claim.placement.below is not None:
        for point in points.at(Beside(Relation.EACH, claim.placement.below)) or ():
            for resized in points.resized(point) if point.declared else ():
                yield from _alternatives(points, part.pattern, resized, channels_last)


def _other_side(
    points: Points, claim: Claim, part: Part, convention: Convention, channels_last: bool
) -> Iterator[Alternative]:
    """The ways to lay the other side of an arrow over its tensors."""
    for other in claim.parts:
        if other.side is not part.side:
            for point in _points(points, claim, other, convention)[:_MOST_POINTS]:
                yield from _alternatives(points, other.pattern, point, channels_last)


def _alternatives(points: Points, pattern: ShapePattern, point: Point, channels_last: bool) -> tuple[Alternative, ...]:
    """As :func:`alternatives`, the same objects each time; those of channels first where the layout makes no difference."""
    known = points.laid.get((id(pattern), id(point), channels_last))
    if known is not None:
        return known[-1]
    found = tuple(alternatives(pattern, point, channels_last))
    if channels_last:
        usual = _alternatives(points, pattern, point, False)
        found = usual if [one.axes for one in found] == [one.axes for one in usual] else found
    points.laid[id(pattern), id(point), channels_last] = pattern, point, found
    return found


def _points(points: Points, claim: Claim, part: Part, convention: Convention) -> list[Point]:
    for spot in spots_of(claim, part, convention):
        found = points.at(spot)
        if found is not None:
            return [*found, *(_input(points, claim, spot) if part.side is Side.STATE else ())]
    return []


def _input(points: Points, claim: Claim, spot: Spot) -> list[Point]:
    """What goes into a block whose first comment is read as that of the layers below: what there is before the first
    layer is said at the same place, whatever an author's comments are about."""
    place = claim.placement
    is_below = isinstance(spot, Beside) and spot.relation is Relation.EACH and spot.stretch is place.below
    if place.below is None or claim.crowded or not is_below:
        return []
    if place.above is not None and points.at(Beside(Relation.AFTER, place.above)) is not None:
        return []
    return points.at(Beside(Relation.BEFORE, place.below)) or []


def known_names(points: Points, assertions: Sequence[Assertion]) -> Solution:
    """What the code itself says about the names in the comments."""
    notes: dict[Symbol, Dim] = {}
    vague: dict[Symbol, Dim] = {}
    known: dict[cst.FunctionDef | None, NamedSizes] = {}
    for assertion in assertions:
        function = assertion.claim.placement.function
        for name in sorted(_noted_names(assertion) - notes.keys() - vague.keys(), key=lambda symbol: symbol.key):
            if function not in known:
                known[function] = NamedSizes(points.run, points.source, function)
            value = known[function].get(name.name)
            if value is not None:
                notes[name] = value
            elif name.name in known[function].unsteady:
                vague[name] = of_atom(Symbol(name.name, uid=_VAGUE))  # nobody can tell which of its values is meant
    return Solution({}, {**notes, **vague}, frozenset(notes))


def _noted_names(assertion: Assertion) -> set[Symbol]:
    pairs = [pair for alternative in assertion.alternatives for pair in alternative.pairs]
    return {name for pair in pairs for name in symbols_of(pair.claimed) if name.uid == NOTE}
