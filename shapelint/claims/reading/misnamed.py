"""Names that a function's comments keep for one size each, and the one line that calls a size by another's name.

``(B, N, D)`` and ``(B, M, D)`` on several lines, N and M always the same two sizes: then ``(B, N)`` on a tensor of M columns
is wrong, although letters alone contradict nothing.  Only names that are kept apart everywhere else count: a name means
what at least two other claims (or the code itself and one) mean by it, and none of them another size.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import libcst as cst

from ...diagnostic import Span
from ...records import dataclass
from ...shapes import Dim, Symbol, symbols_of
from ..binding.alignment import Alternative, DimPair
from ..binding.assertion import Key
from ..binding.solution import name_of
from ..comments.remark import DimText
from ..placement.claim import Claim, Part
from ..placement.placement import Position
from ..signatures.axis_verdicts import meet
from ..verdict import Verdict
from .reading import Reading

__all__ = ["Misnamed", "Naming", "misnamings", "naming"]

_ENOUGH = 2
"""Users of a name that must agree beside the claim at hand: with one alone, either of the two may be wrong."""
_CODE = "the code"

_User = Claim | str


@dataclass(frozen=True, slots=True, eq=False)
class Misnamed:
    """A dimension ``text`` of a claim that stands for ``size``, which all others call ``meant``.

    ``usual``: the size that the others call ``text``.
    """

    claim: Claim
    part: Part
    text: DimText
    meant: DimText
    size: Dim
    usual: Dim

    @property
    def span(self) -> Span:
        """Where the shape is written."""
        return self.claim.span(self.part)

    @property
    def corrected(self) -> str:
        """The shape with the name that all others use."""
        pattern = self.part.pattern
        start, end = self.text.start - pattern.start, self.text.end - pattern.start
        return f"{pattern.text[:start]}{self.meant.text}{pattern.text[end:]}"


@dataclass(frozen=True, slots=True)
class Naming:
    """What the names came to in one reading.  ``checked``: claims of which another name would have been noticed."""

    wrong: tuple[Misnamed, ...]
    right: frozenset[Key]
    checked: frozenset[Claim]


@dataclass(frozen=True, slots=True)
class _Uses:
    """For each name of a function the sizes it stands for, with the claims that say so; ``texts``: how they are written."""

    sizes: Mapping[Symbol, Mapping[Dim, frozenset[_User]]]
    texts: Mapping[Symbol, DimText]

    def of(self, name: Symbol, claim: Claim) -> Dim | None:
        """What others than ``claim`` mean by ``name``, if they agree."""
        others = {size: users - {claim} for size, users in self.sizes.get(name, {}).items()}
        kept = [size for size, users in others.items() if users]
        return kept[0] if len(kept) == 1 and len(others[kept[0]]) >= _ENOUGH else None

    def called(self, size: Dim, claim: Claim) -> Symbol | None:
        """The one name that others than ``claim`` keep for ``size``."""
        names = [name for name in self.sizes if self.of(name, claim) == size]
        return names[0] if len(names) == 1 else None


def naming(reading: Reading) -> Naming:
    """Hold the bare names of each claim against those of the other claims of its function."""
    wrong: list[Misnamed] = []
    right: set[Key] = set()
    checked: set[Claim] = set()
    by_function = _uses(reading)
    for assertion, judgement in reading.judged:
        uses = by_function.get(assertion.claim.placement.function)
        if uses is None or judgement.alternative is None or judgement.verdict is Verdict.FALSE:
            continue
        claim = assertion.claim
        clear = _is_clear(claim, judgement.alternative)
        agreed, odd = _compare(reading, uses, claim, judgement.alternative)
        others = (*assertion.alternatives, *assertion.excuses()) if clear and agreed and len(odd) == 1 else ()
        if not others or not all(_compare(reading, uses, claim, other)[1] for other in others):
            right.add(assertion.key)
        else:
            pair, usual, meant = odd[0]
            wrong.append(
                Misnamed(claim, assertion.part, pair.text, uses.texts[meant], reading.solution.computed(pair), usual)
            )
        if agreed and not odd and clear and _are_kept_apart(uses, claim):
            checked.add(claim)
    return Naming(tuple(wrong), frozenset(right), frozenset(checked))


def misnamings(namings: Sequence[Naming], reported: Collection[Claim]) -> Iterator[Misnamed]:
    """Each once, if no run finds the names right and the comment is not ``reported`` already."""
    right = {key for found in namings for key in found.right}
    seen: set[Key] = set()
    for wrong in (wrong for found in namings for wrong in found.wrong):
        key = (wrong.claim, wrong.part)
        if key not in right and key not in seen and wrong.claim not in reported:
            seen.add(key)
            yield wrong


def _is_clear(claim: Claim, alternative: Alternative) -> bool:
    """Whether it is certain which tensor is meant, and that it is made."""
    return claim.placement.position is Position.TRAILING and alternative.point.certain and not claim.crowded


def _are_kept_apart(uses: _Uses, claim: Claim) -> bool:
    """Whether others use two names for two sizes, so that a wrong name would be noticed."""
    sizes = {size for name in uses.sizes if (size := uses.of(name, claim)) is not None}
    return len(sizes) > 1


def _compare(
    reading: Reading, uses: _Uses, claim: Claim, alternative: Alternative
) -> tuple[list[DimPair], list[tuple[DimPair, Dim, Symbol]]]:
    """The dimensions of a bare name that stand for its size, and those that stand for the size of another name."""
    agreed: list[DimPair] = []
    odd: list[tuple[DimPair, Dim, Symbol]] = []
    written = {name_of(pair) for pair in alternative.pairs}
    for pair in alternative.pairs:
        name = name_of(pair)
        usual = None if name is None else uses.of(name, claim)
        if usual is None:
            continue
        size = reading.solution.computed(pair)
        if size == usual:
            agreed.append(pair)
            continue
        meant = uses.called(size, claim)
        if meant is not None and meant not in written and _differ(size, usual):
            odd.append((pair, usual, meant))
    return agreed, odd


def _differ(size: Dim, usual: Dim) -> bool:
    """Whether two sizes differ for every usual size of the input."""
    names = symbols_of(size) | symbols_of(usual)
    return not meet(size, usual, names) if names else size != usual


def _uses(reading: Reading) -> dict[cst.FunctionDef | None, _Uses]:
    """The names of each function."""
    found: dict[cst.FunctionDef, dict[Symbol, dict[Dim, set[_User]]]] = {}
    texts: dict[cst.FunctionDef, dict[Symbol, DimText]] = {}
    for function, claim, pair, name in _named(reading):
        size = reading.solution.computed(pair)
        users = found.setdefault(function, {}).setdefault(name, {})
        users.setdefault(size, set()).add(claim)
        texts.setdefault(function, {}).setdefault(name, pair.text)
        if name in reading.solution.known:
            users.setdefault(reading.solution.notes[name], set()).add(_CODE)
    return {
        function: _Uses(
            {name: {s: frozenset(u) for s, u in sizes.items()} for name, sizes in names.items()}, texts[function]
        )
        for function, names in found.items()
    }


def _named(reading: Reading) -> Iterator[tuple[cst.FunctionDef, Claim, DimPair, Symbol]]:
    """The dimensions that are stated by a bare name, each with its function and claim."""
    for assertion, judgement in reading.judged:
        function = assertion.claim.placement.function
        if function is None or judgement.alternative is None or judgement.verdict is Verdict.FALSE:
            continue
        for pair in judgement.alternative.pairs:
            name = name_of(pair)
            if name is not None and pair.axis is not None:
                yield function, assertion.claim, pair, name
