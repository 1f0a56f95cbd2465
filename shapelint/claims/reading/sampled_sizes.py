"""Comments after a loop whose length depends on the image size: read for a few sizes, and believed where all of them agree.

``while csize > 4`` adds layers until the image is small; what comes after it is the same for every image, but no one
size is known.  What is false for all sampled sizes, and of the same computed shape, is false whatever the size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...interp.model.tape import Override, Run
from ...shapes import Dim, Expr, Symbol
from ..comments.remark import canonical
from ..placement.claim import Claim
from .reading import Divergence, Reading
from .replay import with_change
from .search import read_claims

__all__ = ["agreed_divergences", "agreed_truths", "sampled"]

_SIZES = (64, 128, 32)
"""What such networks are built for: powers of 2, as their loops halve the image.  The first is the one that is reported."""
_OPEN_LOOP = "added an unknown number of times"
_NAMES = frozenset({"isize", "imsize", "imgsize", "imagesize", "resolution", "imgsz", "imageres", "imgres"})


def sampled(run: Run, claims: Sequence[Claim]) -> list[Reading]:
    """A reading for each of a few image sizes, if a parameter of a class is one and loops depend on what is unknown; empty
    if some size cannot be read."""
    if run.concrete or run.module is None:
        return []
    name = next(_image_sizes(run), None)
    if name is None or not any(reason == _OPEN_LOOP for _, reason in run.tape.unknowns):
        return []
    readings = [read_claims(with_change(run, Override(symbols={name: size})), claims) for size in _SIZES]
    return [reading for reading in readings if reading is not None] if None not in readings else []


def _image_sizes(run: Run) -> Iterator[Symbol]:
    for entered in run.tape.entered:
        for value in entered.arguments.values():
            name = value.as_symbol if isinstance(value, Expr) else None
            if name is not None and not name.uid and canonical(name.name) in _NAMES:
                yield name


def agreed_divergences(readings: Sequence[Reading]) -> list[Divergence]:
    """Divergences of the first reading that all the others find too, with the same shape."""
    if not readings or not all(reading.is_understood for reading in readings):
        return []
    computed = [{d.key: _computed(reading, d) for d in reading.divergences} for reading in readings]
    first = {divergence.key: divergence for divergence in readings[0].divergences}
    return [
        divergence for key, divergence in first.items() if all(other.get(key) == computed[0][key] for other in computed)
    ]


def agreed_truths(readings: Sequence[Reading]) -> frozenset[Claim]:
    """Claims that hold for every sampled size."""
    true = [reading.true_claims for reading in readings]
    return frozenset(set.intersection(*true)) if true else frozenset()


def _computed(reading: Reading, divergence: Divergence) -> tuple[Dim, ...]:
    return tuple(map(reading.solution.computed, divergence.judgement.false))
