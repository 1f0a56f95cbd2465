"""What was understood of a file, and what was not: "no findings" must never hide "nothing was checked"."""

from __future__ import annotations

from .records import dataclass

__all__ = ["Coverage"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of one file, or the sum over several.

    ``layers``: places that call a layer, ``layers_known``: those whose output shape is known completely.  ``claims``: comments
    that state a shape, ``claims_bound``: those tied to a point in the code, ``claims_checked``: those compared with it.
    ``reasons``: why the rest is unknown, and how often, in the order in which they came up.
    """

    files: int = 0
    layers: int = 0
    layers_known: int = 0
    claims: int = 0
    claims_bound: int = 0
    claims_checked: int = 0
    reasons: tuple[tuple[str, int], ...] = ()

    def __add__(self, other: Coverage) -> Coverage:
        reasons = dict(self.reasons)
        for reason, count in other.reasons:
            reasons[reason] = reasons.get(reason, 0) + count
        return Coverage(
            self.files + other.files,
            self.layers + other.layers,
            self.layers_known + other.layers_known,
            self.claims + other.claims,
            self.claims_bound + other.claims_bound,
            self.claims_checked + other.claims_checked,
            tuple(reasons.items()),
        )
