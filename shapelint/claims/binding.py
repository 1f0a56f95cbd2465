"""Claims bound to one run: every tensor that each of their shapes may speak of, and what the code calls their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import libcst as cst

from ..shapes import Dim, Symbol, symbols_of
from ..shapes.dim import of_atom
from .alignment import NOTE, Alternative, alternatives
from .assertion import Assertion, Solution
from .claim import Claim, Convention, Part, excuses_of, spots_of
from .names import Names
from .points import Point, Points

__all__ = ["bind", "known_names"]

_MOST_POINTS = 12
_VAGUE = -2


def bind(points: Points, claims: Iterable[Claim], convention: Convention, channels_last: bool) -> Sequence[Assertion]:
    """Every shape that the claims state, with what it may speak of on this run, in the order of execution."""
    return _bound(points, tuple(claims), convention, channels_last)


@lru_cache(maxsize=64)  # readings of the same run begin with the same
def _bound(
    points: Points, claims: tuple[Claim, ...], convention: Convention, channels_last: bool
) -> tuple[Assertion, ...]:
    found = [_bind(points, claim, part, convention, channels_last) for claim in claims for part in claim.parts]
    return tuple(sorted(found, key=lambda assertion: assertion.time))


def _bind(points: Points, claim: Claim, part: Part, convention: Convention, channels_last: bool) -> Assertion:
    found = _points(points, claim, part, convention)[:_MOST_POINTS]
    laid = tuple(a for point in found for a in alternatives(part.pattern, point, channels_last))
    if not laid:
        return Assertion(claim, part, laid)
    near = [point for where, what in excuses_of(claim, part) for point in points.at(where, what) or ()]
    if found[0].declared:
        near = [point for point in near if not point.declared]
    excuses = tuple(a for point in near for a in alternatives(part.pattern, point, channels_last))
    other = _other_side(points, claim, part, convention, channels_last) if excuses else ()
    return Assertion(claim, part, laid, excuses, other)


def _other_side(
    points: Points, claim: Claim, part: Part, convention: Convention, channels_last: bool
) -> tuple[Alternative, ...]:
    """The ways to lay the other side of an arrow over its tensors."""
    return tuple(
        alternative
        for other in claim.parts
        if other.side is not part.side
        for point in _points(points, claim, other, convention)[:_MOST_POINTS]
        for alternative in alternatives(other.pattern, point, channels_last)
    )


def _points(points: Points, claim: Claim, part: Part, convention: Convention) -> list[Point]:
    for where, what in spots_of(claim, part, convention):
        found = points.at(where, what)
        if found is not None:
            return found
    return []


def known_names(points: Points, assertions: Sequence[Assertion]) -> Solution:
    """What the code itself says of the names in the comments."""
    notes: dict[Symbol, Dim] = {}
    vague: dict[Symbol, Dim] = {}
    known: dict[cst.FunctionDef | None, Names] = {}
    for assertion in assertions:
        function = assertion.claim.placement.function
        for name in _noted_names(assertion) - notes.keys() - vague.keys():
            if function not in known:
                known[function] = Names(points.run, points.source, function)
            value = known[function].get(name.name)
            if value is not None:
                notes[name] = value
            elif name.name in known[function].unsteady:
                vague[name] = of_atom(Symbol(name.name, uid=_VAGUE))  # nobody can tell which of its values is meant
    return Solution({}, {**notes, **vague}, frozenset(notes))


def _noted_names(assertion: Assertion) -> set[Symbol]:
    pairs = [pair for alternative in assertion.alternatives for pair in alternative.pairs]
    return {name for pair in pairs for name in symbols_of(pair.claimed) if name.uid == NOTE}
