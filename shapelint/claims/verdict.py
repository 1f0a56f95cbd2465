"""How a claim relates to the code."""

from __future__ import annotations

import enum

__all__ = ["Verdict"]


class Verdict(enum.Enum):
    """How a claim relates to the code."""

    TRUE = "true"
    FALSE = "false"
    OPEN = "neither proven nor refuted"
    UNBOUND = "not tied to a tensor"

    def or_better(self, other: Verdict) -> Verdict:
        """What is known about a claim that one run judges so, and another as ``other``."""
        order = [Verdict.UNBOUND, Verdict.OPEN, Verdict.FALSE, Verdict.TRUE]
        return max(self, other, key=order.index)
