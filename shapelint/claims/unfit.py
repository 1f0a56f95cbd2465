"""Operands that would fit for an image of one pixel alone: by the sizes that the comments state they do not.

``x + conv(x)`` with stride 2 is no error for every input, since what is 1 x 1 stays so.
"""

from __future__ import annotations

from ..interp.tape import Call, Override, Run
from ..records import dataclass
from ..shapes import Kind
from .assertion import Verdict
from .judged import Reading
from .odd import Odd
from .repair import Repair
from .worlds import again

__all__ = ["Unfit", "unfit"]

_FEWEST = 2
"""How many claims, and how many sizes beyond those that were solved from them, must be right."""


@dataclass(frozen=True, slots=True, eq=False)
class Unfit:
    """A call that is refused in ``run``, which has the sizes that the comments state, and the repair of one layer after
    which it is not and all comments hold."""

    run: Run
    call: Call
    repair: Repair


def unfit(reading: Reading, odd: Odd) -> Unfit | None:
    """The first call that is refused under the sizes that hold once the odd layer is mended; None if nothing is, or too
    little is known of the sizes."""
    repair, mended = odd
    if reading.count(Verdict.FALSE) or mended.divergences or not mended.is_understood:
        return None
    if mended.count(Verdict.TRUE) < _FEWEST or mended.support < _FEWEST:
        return None
    here = again(reading.run, Override(symbols=mended.solution.sizes))
    refused = {call.site.node for call in reading.run.tape.calls if call.reject is not None}
    for call in here.tape.calls:
        if call.reject is not None and call.certain and call.site.node not in refused:
            return Unfit(here, call, repair) if call.reject.kind is Kind.OPERANDS else None
    return None
