"""Whether the code makes a claim true."""

from __future__ import annotations

import enum

__all__ = ["Verdict"]


class Verdict(enum.Enum):
    """What a run shows about a claim."""

    TRUE = "true"
    FALSE = "false"
    OPEN = "neither proven nor refuted"
    UNBOUND = "not tied to a tensor"

    def or_better(self, other: Verdict) -> Verdict:
        """The verdict on a claim for which one run shows this, and another one ``other``.

        True outranks false: a comment is written for one input, and need not hold for all of them.
        """
        order = [Verdict.UNBOUND, Verdict.OPEN, Verdict.FALSE, Verdict.TRUE]
        return max(self, other, key=order.index)
