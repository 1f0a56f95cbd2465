"""The edit that makes a stale comment true, in its author's own notation."""

from __future__ import annotations

from ...diagnostic import Edit, Fix
from ...shapes import Dim, symbols_of
from ..binding.alignment import DimPair
from ..binding.assertion import Assertion
from ..blame.culprit import Blame
from ..comments.remark import DimText
from .corrected import is_true_with
from .messages import computed_dims, flattened, pattern_span
from .rewrite import rewrite

__all__ = ["comment_fix"]


def comment_fix(blame: Blame, alone: bool) -> Fix | None:
    """Rewrite the comment, and those after it that are false for the same reason; None where that cannot be written.

    ``alone``: no other reading of the file was made, so that nothing else can come to be false.
    """
    first = _edit(blame, blame.divergence.assertion)
    if first is None:
        return None
    edits = [first, *filter(None, (_edit(blame, assertion) for assertion in blame.follows))]
    holds = alone and is_true_with(edits, blame.reading)
    return Fix("safe", f"the shape here is `{first.content}`", tuple(edits), holds)


def _says_less(written: DimText, size: Dim | None) -> bool:
    """Whether a number would be replaced by an expression of sizes that have no name in the code."""
    return isinstance(written.dim, int) and size is not None and any(name.uid for name in symbols_of(size))


def _edit(blame: Blame, assertion: Assertion) -> Edit | None:
    dims = computed_dims(blame, assertion)
    pattern = assertion.part.pattern
    if dims is None or any(map(_says_less, pattern.dims, dims)) or _is_alone_about_the_batch(blame, assertion):
        return None
    text = rewrite(pattern, dims, factors=flattened(blame, assertion))
    return None if text is None else Edit(pattern_span(assertion), text)


def _is_alone_about_the_batch(blame: Blame, assertion: Assertion) -> bool:
    """Whether ``3 x 64 x 64`` is laid over a series of unknown batch, of which no other comment says that it is 3.

    It is false, but an image of 3 channels was meant: with another length it would speak of a batch of 3.
    """
    alternative = blame.divergence.judgement.alternative if assertion is blame.divergence.assertion else None
    for pair in () if alternative is None else alternative.pairs:
        if pair.axis != 0 or isinstance(pair.computed, int) or str(pair.text.dim).isidentifier():
            continue
        others = (other for other in blame.reading.assertions if other is not assertion)
        return not any(_says_the_same(pair, seen) for other in others for way in other.distinct for seen in way.pairs)
    return False


def _says_the_same(one: DimPair, other: DimPair) -> bool:
    return other.axis == 0 and other.computed == one.computed and other.text.dim == one.text.dim
