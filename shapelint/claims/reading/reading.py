"""One way to read the claims of a run, judged: what agrees with the code, and where the two diverge."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from ...interp.model.tape import Call, Run
from ...records import dataclass, field, replace
from ...shapes import Symbol, Tensor, symbols_of
from ...shapes.compare import Equality
from ..binding.alignment import DimPair
from ..binding.assertion import Assertion, Judgement, Key
from ..binding.bound_claims import bind
from ..binding.padding_calls import is_padding
from ..binding.point import Point
from ..binding.points import points_of
from ..binding.solution import Solution
from ..placement.claim import Claim, Convention, Part
from ..verdict import Verdict

__all__ = ["Divergence", "Reading"]

_SMALLEST_IMAGE = 8
"""Smaller numbers beside each other (``3 x 3``) may be a kernel instead of an image."""


@dataclass(frozen=True, slots=True, eq=False)
class Divergence:
    """A false claim that no earlier mistake explains: where the comments and the code diverge."""

    assertion: Assertion
    judgement: Judgement

    @property
    def key(self) -> Key:
        """What identifies it in every run."""
        return self.assertion.key

    @property
    def point(self) -> Point:
        """The tensor that the claim is about."""
        assert self.judgement.alternative is not None
        return self.judgement.alternative.point


@dataclass(slots=True, eq=False)
class Reading:
    """One candidate, judged.  ``divergences`` in the order of execution; ``accepted``: false here, but true or open if one
    of them were right.

    ``rivals``: other sizes that some of the claims ask for.  ``refused``: what PyTorch needs and these sizes do not give.
    ``lost``: arrows right above a statement that are about nothing here, but about that statement under the usual convention.
    """

    run: Run
    convention: Convention
    channels_last: bool
    solution: Solution
    assertions: tuple[Assertion, ...]
    judgements: tuple[Judgement, ...]
    divergences: list[Divergence] = field(default_factory=list)
    accepted: dict[Assertion, Judgement] = field(default_factory=dict)
    rivals: tuple[Solution, ...] = ()
    refused: int = 0
    lost: int = 0

    @property
    def judged(self) -> Iterable[tuple[Assertion, Judgement]]:
        """Each assertion with its judgement."""
        return zip(self.assertions, self.judgements, strict=True)

    @property
    def claims(self) -> list[Claim]:
        """The claims that were read, each once, in the order of execution."""
        return list(dict.fromkeys(assertion.claim for assertion in self.assertions))

    @property
    def true_claims(self) -> set[Claim]:
        """Claims of which a shape is true."""
        return {assertion.claim for assertion, judgement in self.judged if judgement.verdict is Verdict.TRUE}

    def bound_on(self, run: Run, claims: Iterable[Claim]) -> Sequence[Assertion]:
        """What ``claims`` are about on ``run``, by the convention and layout of this reading."""
        return bind(points_of(run, run.source), claims, self.convention, self.channels_last)

    @property
    def meaning(self) -> Hashable:
        """Equal for candidates that bind every claim to the same tensor, by whatever convention."""
        bound = frozenset(
            (*assertion.key, id(judgement.alternative and judgement.alternative.point.value))
            for assertion, judgement in self.judged
        )
        return bound, self.channels_last, frozenset(self.solution.sizes.items()), frozenset(self.solution.notes.items())

    def count(self, verdict: Verdict) -> int:
        """How many of the stated shapes came to ``verdict``."""
        return sum(judgement.verdict is verdict for judgement in self.judgements)

    @property
    def is_agreeable(self) -> bool:
        """Whether nothing that binds is false, and most of it is true: no other reading would find anything."""
        return (
            not self.refused and not self.count(Verdict.FALSE) and self.count(Verdict.TRUE) >= self.count(Verdict.OPEN)
        )

    @property
    def support(self) -> int:
        """Dimensions that agree, less those that were free to agree with anything.

        A latent of size 1 is what everybody feeds to a generator: if it grows to just what is claimed, that is no accident.
        """
        judgements = [self.accepted.get(a, j) for a, j in self.judged]
        agreeing = [pair for judgement in judgements for pair in judgement.true]
        names = {name for pair in agreeing for name in symbols_of(pair.claimed) | symbols_of(pair.computed)}
        free = {*self.solution.sizes, *self.solution.notes} - self.solution.known - self._grown_from_one(agreeing)
        return len(agreeing) - len(names & free)

    def _grown_from_one(self, agreeing: Sequence[DimPair]) -> set[Symbol]:
        sizes = self.solution.sizes
        grown = [symbols_of(pair.computed) for pair in agreeing if isinstance(pair.claimed, int) and pair.claimed > 1]
        return {name for names in grown if len(names) == 1 for name in names if sizes.get(name) == 1}

    @property
    def is_understood(self) -> bool:
        """Whether more of what the comments say is confirmed than is contradicted.

        Beside a claim that holds, words that say outright that a shape is meant ("state size", "input is") confirm as
        much as a dimension.  Nor does it matter what the input is where two sizes of one block, written alike, contradict
        each other.
        """
        contradicted = sum(len(divergence.judgement.false) for divergence in self.divergences)
        confirmed = self.support
        if any(judgement.verdict is Verdict.TRUE and judgement.true for judgement in self.judgements):
            confirmed += sum(bool(a.claim.remark.label) for a in self.assertions if a.alternatives)
        if confirmed > 0 and confirmed >= contradicted:
            return True
        return len(self.divergences) == 1 and self._has_twin(self.divergences[0])

    def _has_twin(self, divergence: Divergence) -> bool:
        """Whether another shape of the block gives a height and a width that are right for some input: whatever that is, one
        of the two is wrong.

        They are two of a kind if they are the sides of one arrow, written in the same way, or both of them have the channels:
        nobody takes either of them for a kernel.
        """
        assertion = divergence.assertion
        claim, part = assertion.key
        has_channels = any(pair.axis == 1 for pair in divergence.judgement.true)
        right = {
            a.key
            for a, j in self.judged
            if j.verdict is Verdict.TRUE
            and len([pair for pair in j.true if pair.axis is not None and pair.axis > 1]) > 1
        }
        holder = claim.placement.chain.node
        return (
            _is_image(part)
            and not self._spans_more(divergence)
            and any(
                (other, twin) != assertion.key
                and other.placement.chain.node is holder
                and (other is claim or other.wording == claim.wording or (has_channels and _same_rank(part, twin)))
                and _is_image(twin)
                for other, twin in right
            )
        )

    def _spans_more(self, divergence: Divergence) -> bool:
        """Whether the comment may be about more than the layer it is beside: some later call gives just the claimed sizes, or
        ``forward`` resizes what it declares nowhere before the layer."""
        point = divergence.point
        claimed = [(pair.axis, pair) for pair in divergence.judgement.false if pair.axis is not None]
        for call in self.run.tape.calls:
            if not isinstance(call.output, Tensor):
                continue
            if call.index < point.time:
                if point.declared and _resizes(call, call.output):
                    return True
                continue
            dims = self.run.tape.resolve(call.output.shape).dims
            if len(dims) == point.shape.rank and all(
                self.solution.equality(replace(pair, computed=dims[axis])) is Equality.ALWAYS for axis, pair in claimed
            ):
                return True
        return False

    @property
    def starts_at_one(self) -> bool:
        """Whether every size that the comments leave open is 1: what a generator is fed, where nothing else is said."""
        return bool(self.solution.sizes) and all(size == 1 for size in self.solution.sizes.values())

    @property
    def is_square(self) -> bool:
        """Whether height and width of the input came out alike."""
        sides = {size for name, size in self.solution.sizes.items() if name.name in ("H", "W")}
        return len(sides) == 1


def _is_image(part: Part) -> bool:
    sizes = [dim.dim for dim in part.pattern.dims[-2:]]
    return all(isinstance(size, int) and size >= _SMALLEST_IMAGE for size in sizes)


def _resizes(call: Call, output: Tensor) -> bool:
    """Whether it is a function, other than a pad, that changes the size of an image."""
    given = call.inputs[0].shape.dims[-2:] if call.inputs else output.shape.dims[-2:]
    return call.module is None and call.leaf and not is_padding(call) and given != output.shape.dims[-2:]


def _same_rank(one: Part, other: Part) -> bool:
    return len(one.pattern.dims) == len(other.pattern.dims)
