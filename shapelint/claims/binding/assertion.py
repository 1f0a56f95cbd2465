"""One claimed shape beside the tensors it may speak of, and whether it holds under given sizes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from ...records import dataclass, field
from ...shapes import Dim, Symbol
from ...shapes.compare import Equality
from ..placement.claim import Claim, Part, Side
from ..verdict import Verdict
from .alignment import Alternative, DimPair, transposed
from .flat_rows import is_flattened_next
from .solution import Solution, name_of

__all__ = ["Assertion", "Judgement", "Key"]

Key: TypeAlias = "tuple[Claim, Part]"
"""One shape of one comment."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """``verdict`` and the alternative it rests on, with its pairs that hold and those that cannot.

    Bare names that may mean anything are in neither.
    """

    verdict: Verdict
    alternative: Alternative | None = None
    true: tuple[DimPair, ...] = ()
    false: tuple[DimPair, ...] = ()


UNBOUND = Judgement(Verdict.UNBOUND)


@dataclass(frozen=True, slots=True, eq=False)
class Assertion:
    """One shape of one claim, with every way to lay it over the tensors it may speak of.

    ``excuses`` gives further ways that excuse it (the other side of the comment, an earlier value) without making it true,
    ``other_side`` the ways to lay the other side of an arrow over its tensors.  Both are functions because only false
    assertions, which are few, ask for them.
    """

    claim: Claim
    part: Part
    alternatives: tuple[Alternative, ...]
    excuses: Callable[[], Iterable[Alternative]] = tuple
    other_side: Callable[[], Iterable[Alternative]] = tuple
    is_unranked: Callable[[], bool] = bool
    """Whether a tensor of unknown rank is among those that it may speak of: perhaps it speaks of that one."""
    distinct: tuple[Alternative, ...] = field(init=False)
    """``alternatives`` without those that are equal in all that counts: the turns of a loop, equal blocks."""

    def __post_init__(self) -> None:
        first: dict[Hashable, Alternative] = {}
        for alternative in self.alternatives:
            point = alternative.point
            key = (
                id(alternative.pattern),
                point.shape,
                point.given,
                point.certain,
                point.declared,
                point.place is None,
            )
            first.setdefault(key, alternative)
        object.__setattr__(self, "distinct", tuple(first.values()))

    @property
    def key(self) -> Key:
        """What identifies it in every run."""
        return self.claim, self.part

    @property
    def time(self) -> float:
        return min((a.point.time for a in self.alternatives), default=float("inf"))

    def judge(
        self,
        solution: Solution,
        thorough: bool = True,
        layout_is_known: bool = False,
        taken: Collection[tuple[int, object]] = frozenset(),
        steady: Mapping[tuple[object, Symbol | None], Dim] = MappingProxyType({}),
    ) -> Judgement:
        """True if it holds in one way, false if it can hold in none (and, if ``thorough``, nothing excuses it).

        ``layout_is_known``: enough other claims about layers have shown where their author writes the channels.
        ``taken``: tensors, by id, that other claims of a function speak of and are right about; where one of them is
        passed on together with the tensor at hand (a skip connection), it excuses nothing.  ``steady``: sizes that several
        claims of a function call by one name; an order of the dimensions that moves such a name is not a layout.
        """
        best = UNBOUND
        for alternative in self.distinct:
            judgement = _judge(alternative, solution)
            if judgement.verdict is Verdict.TRUE:
                return judgement
            if self._preference(judgement) > self._preference(best):
                best = judgement
        if thorough and best.verdict is Verdict.FALSE and self._excused(solution, layout_is_known, taken, steady):
            return Judgement(Verdict.OPEN, best.alternative, best.true)
        return best

    def is_vague(self, solution: Solution) -> bool:
        """Whether it may equally speak of several tensors that differ, so that none of them is the truth.

        A heading speaks of its own paragraph first.
        """
        judged = [(self._preference(_judge(other, solution)), other) for other in self.alternatives]
        best = max((rank for rank, _ in judged), default=None)
        likeliest = [other for rank, other in judged if rank == best]
        own = [other for other in likeliest if other.point.step < self.claim.placement.paragraph]
        # One tensor that the text may be laid over in two ways is still one.
        meant = {id(other.point.value): tuple(map(solution.computed, other.pairs)) for other in own or likeliest}
        return len(set(meant.values())) > 1

    def _preference(self, judgement: Judgement) -> tuple[int, int, int, bool]:
        """Greater is likelier: first by how much of it is true; then an output of layers is that of its paragraph's last one."""
        last = self.claim.placement.paragraph - 1
        point = None if judgement.alternative is None else judgement.alternative.point
        ends = self.part.side is Side.OUT and point is not None and point.declared and point.step == last > 0
        return *_rank(judgement), ends

    def _excused(
        self,
        solution: Solution,
        layout_is_known: bool,
        taken: Collection[tuple[int, object]],
        steady: Mapping[tuple[object, Symbol | None], Dim],
    ) -> bool:
        if self.claim.crowded or self.is_unranked():
            return True
        if any(is_flattened_next(alternative, solution) for alternative in self.distinct):
            return True
        function = self.claim.placement.function
        for alternative in self.distinct:
            width = next((pair.claimed for pair in alternative.pairs if pair.axis == 1), None)
            whole = len(alternative.pattern.dims) <= len(alternative.point.shape.dims)
            for pairs in transposed(alternative):
                # Sizes that were solved as if this were channels first say nothing if it is channels last.
                moved = any(pair.axis == 1 and pair.claimed != width for pair in pairs)
                moved = moved and not (layout_is_known and alternative.point.declared)
                if all(solution.agrees(pair, moved) for pair in pairs) and (
                    not whole or all(_keeps(pair, solution, steady, function) for pair in pairs)
                ):
                    return True
        wanted = {Verdict.TRUE} if self._is_half_right(solution) else {Verdict.TRUE, Verdict.OPEN}
        return any(
            _judge(excuse, solution).verdict in wanted
            for excuse in self.excuses()
            if not (excuse.point.given and excuse.point.call and (id(excuse.point.value), function) in taken)
        )

    def _is_half_right(self, solution: Solution) -> bool:
        """Whether the other side of the arrow is confirmed at its own place.

        Then this side does not speak of some other place either, and only what makes it true excuses it.
        """
        judged = (_judge(alternative, solution) for alternative in self.other_side())
        return any(judgement.true and not judgement.false for judgement in judged)


def _keeps(
    pair: DimPair, solution: Solution, steady: Mapping[tuple[object, Symbol | None], Dim], function: object
) -> bool:
    """Whether a dimension with a steady name has the size that the other claims of the function give that name."""
    size = solution.computed(pair)
    return steady.get((function, name_of(pair)), size) == size


_ORDER = {Verdict.UNBOUND: 0, Verdict.FALSE: 1, Verdict.OPEN: 2, Verdict.TRUE: 3}


def _rank(judgement: Judgement) -> tuple[int, int, int]:
    true, false = len(judgement.true), len(judgement.false)
    return _ORDER[judgement.verdict], true - false, true


def _judge(alternative: Alternative, solution: Solution) -> Judgement:
    true: list[DimPair] = []
    false: list[DimPair] = []
    verdict = Verdict.TRUE
    for pair in alternative.pairs:
        equality = solution.equality(pair)
        if equality is Equality.NEVER:
            false.append(pair)
        elif equality is Equality.DEPENDS:
            verdict = Verdict.OPEN
        elif not solution.is_loose(pair):
            true.append(pair)
    return Judgement(Verdict.FALSE if false else verdict, alternative, tuple(true), tuple(false))
