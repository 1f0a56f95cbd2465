"""The message about a contradicted comment: annotated and computed shapes, the annotation relied on, the chain between."""

from __future__ import annotations

from math import prod

from ...diagnostic import Label, Span
from ...shapes import Dim
from ..binding.assertion import Assertion
from ..blame.culprit import Blame
from .trace import trace_lines

__all__ = ["anchor_label", "computed_dims", "contradiction_text", "flattened", "pattern_span", "shape_text", "trace_of"]


def contradiction_text(blame: Blame) -> str:
    """``(64, 48, 48) annotated, but (128, 48, 48) computed``."""
    alternative = blame.divergence.judgement.alternative
    assert alternative is not None
    claimed = [blame.reading.solution.claimed(pair) for pair in alternative.pairs]
    computed = [blame.reading.solution.computed(pair) for pair in alternative.pairs]
    return f"{shape_text(claimed)} annotated, but {shape_text(computed)} computed"


def shape_text(dims: list[Dim]) -> str:
    """One notation for shapes everywhere: ``(64, 48, 48)``."""
    return f"({', '.join(map(str, dims))}{',' if len(dims) == 1 else ''})"


def computed_dims(blame: Blame, assertion: Assertion) -> tuple[Dim | None, ...] | None:
    """The true dimensions of a claim, in the order in which it writes them; None for those that need no change.

    None as a whole where the claim gives neither the tensor's dimensions one by one, nor those of what was flattened to it.
    """
    judgement = assertion.judge(blame.reading.solution)
    if assertion is blame.divergence.assertion:
        judgement = blame.divergence.judgement
    if judgement.alternative is None or judgement.alternative.pattern is not assertion.part.pattern:
        return None
    changed: dict[int, Dim] = {
        pair.text.start: blame.reading.solution.computed(pair)
        for pair in judgement.alternative.pairs
        if pair in judgement.false
    }
    if assertion.is_vague(blame.reading.solution):
        return None
    if any(pair.axis is None for pair in judgement.alternative.pairs):
        texts = [text for text in assertion.part.pattern.dims if not text.batch]
        factors = flattened(blame, assertion)
        changed = {text.start: factor for text, factor in zip(texts, factors, strict=False) if text.dim != factor}
        if len(factors) != len(texts):
            return None
    return tuple(changed.get(text.start) for text in assertion.part.pattern.dims)


def flattened(blame: Blame, assertion: Assertion) -> tuple[int, ...]:
    """The sizes from which the flat tensor of a claim was made, without the batch; empty if it is not such a tensor."""
    judgement = blame.divergence.judgement
    if assertion is not blame.divergence.assertion:
        judgement = assertion.judge(blame.reading.solution)
    call = None if judgement.alternative is None else judgement.alternative.point.call
    if call is None or not call.inputs or judgement.alternative is None or judgement.alternative.point.given:
        return ()
    run, sizes = blame.reading.run, blame.reading.solution.sizes
    shapes = (call.inputs[0].shape, judgement.alternative.point.shape)
    before, after = (run.tape.resolve(shape).substitute(sizes) for shape in shapes)
    if before.rank is None or after.rank != 2 or before.rank < 3:
        return ()
    made_from = tuple(dim for dim in before.dims[1:] if isinstance(dim, int))
    return made_from if len(made_from) == before.rank - 1 and prod(made_from) == after.dims[1] else ()


def pattern_span(assertion: Assertion) -> Span:
    """Where the shape is written in its comment."""
    return assertion.claim.span(assertion.part)


def anchor_label(blame: Blame) -> tuple[Label, ...]:
    """The annotation that was relied on."""
    if blame.anchor is None:
        return ()
    sizes = {str(name): size for name, size in blame.reading.solution.sizes.items() if isinstance(size, int)}
    solved = ", ".join(f"{name} = {size}" for name, size in sorted(sizes.items()) if name in ("H", "W", "L", "D"))
    text = f"relied on: with {solved} this holds" if solved else "relied on: this holds"
    return (Label(pattern_span(blame.anchor), text),)


def trace_of(blame: Blame) -> tuple[str, ...]:
    """The chain of shapes from the anchor to the claim."""
    return trace_lines(blame.reading.run, blame.chain, blame.reading.solution)
