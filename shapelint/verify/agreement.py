"""Two records of one run, layer by layer: what ``show`` computed and what torch did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from ..records import dataclass

__all__ = ["Agreement", "Pair", "agreement", "relation"]

EXACT, WRONG, UNKNOWN = "exact", "wrong", "unknown"


@dataclass(frozen=True, slots=True)
class Pair:
    """A call that torch made (``true``), one that we found (``ours``), or both; ``relation`` is of their output shapes."""

    true: Mapping[str, Any] | None
    ours: Mapping[str, Any] | None

    @property
    def relation(self) -> str:
        """``exact``, ``wrong`` (also a call that torch never makes) or ``unknown`` (also one that we did not see)."""
        if self.true is None:
            return WRONG
        if self.ours is None:
            return UNKNOWN
        return relation(self.ours["out"], self.true["out"])


@dataclass(frozen=True, slots=True)
class Agreement:
    """All calls of both records in order."""

    pairs: tuple[Pair, ...]

    def count(self, kind: str) -> int:
        """How many of the calls are ``exact``, ``wrong`` or ``unknown``."""
        return sum(pair.relation == kind for pair in self.pairs)

    @property
    def perfect(self) -> bool:
        """The same layers in the same order, with the same inputs, outputs and numbers of parameters."""
        return all(
            pair.true is not None
            and pair.ours is not None
            and all(pair.true[key] == pair.ours[key] for key in ("path", "layer", "in", "out", "params"))
            for pair in self.pairs
        )


def agreement(ours: Sequence[Mapping[str, Any]], true: Sequence[Mapping[str, Any]]) -> Agreement:
    """Pair the calls of both records: by path, in order; a call that one of them lacks has no partner."""
    left, right = [call["path"] for call in ours], [call["path"] for call in true]
    if left == right:
        return Agreement(tuple(Pair(theirs, mine) for mine, theirs in zip(ours, true, strict=True)))
    pairs: list[Pair] = []
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += [Pair(theirs, mine) for mine, theirs in zip(ours[a:b], true[c:d], strict=True)]
        else:
            pairs += [Pair(theirs, None) for theirs in true[c:d]]
            pairs += [Pair(None, mine) for mine in ours[a:b]]
    return Agreement(tuple(pairs))


def relation(ours: Any, true: Any) -> str:
    """How our shape, or nest of shapes, compares with torch's: a dim or a shape that we leave open is unknown."""
    match ours, true:
        case None | str(), _:
            return EXACT if ours == true else UNKNOWN
        case int(), int():
            return EXACT if ours == true else WRONG
        case Mapping(), Mapping():
            if ours.keys() != true.keys():
                return WRONG
            return _worst(relation(ours[key], true[key]) for key in ours)
        case ["...", *tail], list() | tuple():
            fits = len(tail) <= len(true)
            return _worst((UNKNOWN, relation(tail, true[len(true) - len(tail) :]))) if fits else WRONG
        case list() | tuple(), list() | tuple():
            if len(ours) != len(true):
                return WRONG
            return _worst(relation(mine, theirs) for mine, theirs in zip(ours, true, strict=True))
        case _:
            return WRONG


def _worst(relations: Any) -> str:
    found = set(relations)
    return next((kind for kind in (WRONG, UNKNOWN) if kind in found), EXACT)
