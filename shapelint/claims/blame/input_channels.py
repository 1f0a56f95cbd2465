"""The first layer, where it takes another number of channels than the input's label says: ``# input is 1 x 28 x 28``."""

from __future__ import annotations

from ..placement.claim import Side
from ..reading.reading import Divergence, Reading
from .argument import repair_fix
from .repairs import Repair, is_built_here

__all__ = ["input_channels_repair"]

_OF_IMAGES = (1, 3)
"""The channels that images have."""


def input_channels_repair(reading: Reading, divergence: Divergence) -> Repair | None:
    """``in_channels`` as the input's label says, if only the layer itself says otherwise.

    A label of the input is relied on: its author knows from the data what goes into the network.  So is the left of an arrow
    where it says what images have, and the layer does not.
    """
    value, false = divergence.point.value, divergence.judgement.false
    labelled = divergence.assertion.claim.labels_input or divergence.assertion.part.side is Side.IN
    if not labelled or reading.run.concrete or not any(value is given for given in reading.run.inputs):
        return None
    if len(divergence.judgement.true) < 2 or len(false) != 1 or false[0].axis != 1:
        return None  # of an image the height and width must be right
    wanted = reading.solution.claimed(false[0])
    takers = [call for call in reading.run.tape.calls if call.leaf and any(taken is value for taken in call.inputs)]
    if len(takers) != 1 or not isinstance(wanted, int) or not is_built_here(takers[0], reading.run):
        return None
    present = takers[0].arguments.get("in_channels")
    if not isinstance(present, int) or takers[0].arguments.get("groups") != 1:
        return None
    if not divergence.assertion.claim.labels_input and (wanted not in _OF_IMAGES or present in _OF_IMAGES):
        return None  # the left of an arrow beside the layer knows no more of the data than the layer does
    repair = Repair(takers[0], "in_channels", wanted, present)
    return repair if repair_fix(repair) is not None else None
