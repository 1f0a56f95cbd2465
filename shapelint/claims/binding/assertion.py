"""One claimed shape beside the tensors it may speak of, and whether it holds under given sizes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from ...records import dataclass, field
from ...shapes import Dim, Symbol, substitute, symbols_of
from ...shapes.compare import Equality, compare
from ..comments.noted_names import NOTE
from ..placement.claim import Claim, Part, Side
from ..verdict import Verdict
from .alignment import Alternative, Pair, transposed

__all__ = ["Assertion", "Judgement", "Key", "Solution", "name_of"]


_AXES = frozenset({"height", "width", "length", "depth", "time", "seqlen", "channels", "channel", "features", "dim"})

Key: TypeAlias = "tuple[Claim, Part]"
"""One shape of one comment."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Sizes that the code leaves open (``sizes``) and meanings of the comments' names (``notes``).

    ``known``: the names whose meaning is the code's own.
    """

    sizes: Mapping[Symbol, Dim] = field(default_factory=dict)
    notes: Mapping[Symbol, Dim] = field(default_factory=dict)
    known: frozenset[Symbol] = frozenset()
    _at: dict[Dim, Dim] = field(default_factory=dict, compare=False, repr=False)
    _said: dict[Dim, Dim] = field(default_factory=dict, compare=False, repr=False)
    _equalities: dict[tuple[Dim, Dim], Equality] = field(default_factory=dict, compare=False, repr=False)
    _stated: dict[tuple[Dim, Dim], Equality] = field(default_factory=dict, compare=False, repr=False)

    def claimed(self, pair: Pair) -> Dim:
        dim = pair.claimed
        if isinstance(dim, int):
            return dim
        if dim not in self._said:
            self._said[dim] = self._substituted(substitute(dim, self.notes))
        return self._said[dim]

    def computed(self, pair: Pair) -> Dim:
        return self._substituted(pair.computed)

    def _substituted(self, dim: Dim) -> Dim:
        if isinstance(dim, int):
            return dim
        if dim not in self._at:  # the same few sizes stand behind layer after layer
            self._at[dim] = substitute(dim, self.sizes)
        return self._at[dim]

    def _compared(self, left: Dim, right: Dim) -> Equality:
        if isinstance(left, int) and isinstance(right, int):
            return Equality.ALWAYS if left == right else Equality.NEVER
        if (left, right) not in self._equalities:
            self._equalities[left, right] = compare(left, right)
        return self._equalities[left, right]

    def equality(self, pair: Pair) -> Equality:
        """Whether the two sides of ``pair`` are equal.  A name that nobody explains decides nothing."""
        key = pair.claimed, pair.computed
        found = self._stated.get(key)
        if found is None:
            left, right = self.claimed(pair), self.computed(pair)
            unexplained = any(name.uid == NOTE for name in symbols_of(left))
            found = self._stated[key] = Equality.DEPENDS if unexplained else self._compared(left, right)
        return Equality.DEPENDS if found is Equality.NEVER and self.is_loose(pair) else found

    def differs(self, pair: Pair) -> bool:
        """Whether the two sides are never equal, whatever the name on the left is good for."""
        return self._compared(self.claimed(pair), self.computed(pair)) is Equality.NEVER

    def agrees(self, pair: Pair, sizes_are_open: bool) -> bool:
        """Whether the two sides are equal, or, with ``sizes_are_open``, may be at another size of the input; a width must
        be what it is."""
        if self.equality(pair) is Equality.ALWAYS or self.is_loose(pair):
            return True
        if not sizes_are_open or pair.axis is None or pair.axis < 2:
            return False
        return self._compared(substitute(pair.claimed, self.notes), pair.computed) is Equality.DEPENDS

    def is_loose(self, pair: Pair) -> bool:
        """Whether a dimension is a bare name that may mean another size at every line it stands in: a letter (``C``,
        ``h``), the name of an axis, or a word that is nothing in the code.  So is a product of such names that was laid
        over a flat tensor."""
        if isinstance(pair.claimed, int):
            return False
        if pair.axis is None:
            return not symbols_of(pair.claimed) <= self.known
        name = pair.claimed.as_symbol
        return name is not None and (len(name.name) == 1 or name.name in _AXES or name not in self.known)


def name_of(pair: Pair) -> Symbol | None:
    """The bare name that a dimension is stated by."""
    return None if isinstance(pair.claimed, int) else pair.claimed.as_symbol


@dataclass(frozen=True, slots=True)
class Judgement:
    """``verdict`` and the alternative it rests on, with its pairs that hold and those that cannot.

    Bare names that may mean anything are in neither.
    """

    verdict: Verdict
    alternative: Alternative | None = None
    true: tuple[Pair, ...] = ()
    false: tuple[Pair, ...] = ()


UNBOUND = Judgement(Verdict.UNBOUND)


@dataclass(frozen=True, slots=True, eq=False)
class Assertion:
    """One shape of one claim, with every way to lay it over the tensors it may speak of.

    ``excuses`` gives further ways that excuse it (the other side of the comment, an earlier value) without making it true,
    ``other_side`` the ways to lay the other side of an arrow over its tensors: few assertions are false and ask for them.
    """

    claim: Claim
    part: Part
    alternatives: tuple[Alternative, ...]
    excuses: Callable[[], Iterable[Alternative]] = tuple
    other_side: Callable[[], Iterable[Alternative]] = tuple
    distinct: tuple[Alternative, ...] = field(init=False)
    """The first of those that nothing can tell apart: the turns of a loop, equal blocks."""

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
        """True if it holds one way, false if it can hold in none (and, if ``thorough``, nothing excuses it).

        ``layout_is_known``: enough other claims about layers have shown where they write the channels.  ``taken``: tensors,
        by id, that other claims of a function speak of and are right about; where one of them is given on beside the
        tensor at hand (a skip connection), it excuses nothing.  ``steady``: sizes that several claims of a function call by
        one name; an order of the dimensions that moves it elsewhere is no layout.
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
        """Whether it may as well speak of several tensors that differ, so that no one of them is the truth.

        A heading is first of all one of its own paragraph.
        """
        judged = [(self._preference(_judge(other, solution)), other) for other in self.alternatives]
        best = max((rank for rank, _ in judged), default=None)
        likeliest = [other for rank, other in judged if rank == best]
        own = [other for other in likeliest if other.point.step < self.claim.placement.paragraph]
        # One tensor that the text may be laid over in two ways is still one.
        meant = {id(other.point.value): tuple(map(solution.computed, other.pairs)) for other in own or likeliest}
        return len(set(meant.values())) > 1

    def _preference(self, judgement: Judgement) -> tuple[int, int, int, bool]:
        """Greater is likelier: what is true of it; then, of the result of declared layers, what their paragraph ends with."""
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
        if self.claim.crowded:
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
        """Whether the other side of the arrow is confirmed where it stands: then this side is not meant for elsewhere, but
        for what is just so."""
        judged = (_judge(alternative, solution) for alternative in self.other_side())
        return any(judgement.true and not judgement.false for judgement in judged)


def _keeps(
    pair: Pair, solution: Solution, steady: Mapping[tuple[object, Symbol | None], Dim], function: object
) -> bool:
    """Whether a dimension of a steady name stands for the size that the others of the function call so."""
    size = solution.computed(pair)
    return steady.get((function, name_of(pair)), size) == size


_ORDER = {Verdict.UNBOUND: 0, Verdict.FALSE: 1, Verdict.OPEN: 2, Verdict.TRUE: 3}


def _rank(judgement: Judgement) -> tuple[int, int, int]:
    true, false = len(judgement.true), len(judgement.false)
    return _ORDER[judgement.verdict], true - false, true


def _judge(alternative: Alternative, solution: Solution) -> Judgement:
    true: list[Pair] = []
    false: list[Pair] = []
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
