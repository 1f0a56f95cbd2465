"""``# (N, 400)`` beside a map of (N, 16, 5, 5): the author has it flattened in mind, as the next line does."""

from __future__ import annotations

import math

from ...shapes import substitute
from .alignment import Alternative
from .solution import Solution

__all__ = ["is_flattened_next"]


def is_flattened_next(alternative: Alternative, solution: Solution) -> bool:
    """Whether a claim of two sizes, of which the first may be the batch, says how many numbers each sample of an image has;
    or its first is the batch for certain, so that nothing of it is about the image's sides."""
    texts, shape = alternative.pattern.dims, alternative.point.shape
    if len(texts) != 2 or shape.lead is not None or len(shape.dims) < 3:
        return False
    batch, *rest = (substitute(dim, solution.sizes) for dim in shape.dims)
    first, numbers = texts[0].dim, [size for size in rest if isinstance(size, int)]
    if texts[0].batch or (isinstance(batch, int) and first == batch):
        return True
    if isinstance(first, int) and isinstance(batch, int):
        return False
    return (
        (first is None or isinstance(first, int)) and len(numbers) == len(rest) and texts[1].dim == math.prod(numbers)
    )
