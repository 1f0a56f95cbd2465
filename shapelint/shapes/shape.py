"""The shape of a tensor: its dimensions, and perhaps an unknown number of leading ones."""

from __future__ import annotations

from collections.abc import Mapping

from ..records import dataclass
from .dim import Dim, Symbol, substitute

__all__ = ["Shape", "unknown_rank"]


@dataclass(frozen=True, slots=True)
class Shape:
    """The dimensions of a tensor.  ``lead``: why there may be more dimensions before ``dims``; None if the rank is known.

    >>> print(Shape((1, 64, 48, 48)), Shape((256,)), Shape((256,), lead="a list of unknown length"))
    (1, 64, 48, 48) (256,) (..., 256)
    """

    dims: tuple[Dim, ...]
    lead: str | None = None

    @property
    def rank(self) -> int | None:
        """Number of dimensions, or None if unknown."""
        return len(self.dims) if self.lead is None else None

    @property
    def is_concrete(self) -> bool:
        """Whether every dimension is an integer."""
        return self.lead is None and all(isinstance(d, int) for d in self.dims)

    def substitute(self, values: Mapping[Symbol, Dim]) -> Shape:
        """The shape with symbols replaced by ``values``."""
        if not values or all(isinstance(d, int) for d in self.dims):
            return self
        return Shape(tuple(substitute(d, values) for d in self.dims), self.lead)

    def __str__(self) -> str:
        """``(N, 64, 48, 48)``, ``(..., 256)``, ``(1024,)``: the only notation for shapes in all messages."""
        parts = ["..."] * (self.lead is not None) + [str(d) for d in self.dims]
        return f"({parts[0]},)" if len(parts) == 1 and self.lead is None else f"({', '.join(parts)})"


def unknown_rank(reason: str) -> Shape:
    """A shape of which nothing is known, and ``reason`` says why."""
    return Shape((), reason)
