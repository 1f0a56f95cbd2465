"""A Linear layer that would fit what is flattened, if one layer before it were built like the others."""

from __future__ import annotations

import libcst as cst

from ..claims.blame.odd_layer import odd_ones
from ..claims.blame.plausibility import alike
from ..claims.blame.repairs import Repair
from ..interp import Call, Run
from ..shapes import Tensor
from .checked import Checked
from .origin import origin_of
from .proofs import Proof
from .width import factors

__all__ = ["sizes_flattened", "window_to_blame"]

_FEWEST_ALIKE = 2
"""How many other layers must be built as the repair proposes."""
_FEWEST_FACTORS = 3
"""``256 * 4 * 4`` names a map; of two factors one cannot say which is the size."""


def window_to_blame(checked: Checked, proof: Proof) -> Repair | None:
    """The repair of one argument after which ``Linear(4 * 4 * 256)`` is given just the sizes that its factors name.

    The layer must differ in that argument from at least two others, and no other layer may do as well.  None if there is no
    such layer, or the number is not written as a product.
    """
    origin = origin_of(checked.source, proof.call, proof.argument) if proof.argument == "in_features" else None
    written = [] if origin is None else sorted(int(number.value) for number in factors(origin.arg.value))
    if len(written) < _FEWEST_FACTORS:
        return None
    fitting = [
        repair
        for repair in odd_ones(proof.run)
        if alike(repair, proof.run) >= _FEWEST_ALIKE
        and _flattened(proof.run.replay(repair.override), proof.call) == written
    ]
    return fitting[0] if len({repair.place for repair in fitting}) == 1 else None


def sizes_flattened(proof: Proof) -> list[int]:
    """The sizes, without the batch and sorted, of the map that is flattened for the refused call; empty if that is not known."""
    return (
        _sizes_before(proof.run, proof.call.inputs[0]) if proof.argument == "in_features" and proof.call.inputs else []
    )


def _flattened(run: Run, place: Call) -> list[int]:
    """The sizes, without the batch, of what is flattened before the call that ``place`` is in another run.

    Empty if that call is rejected, or its input is not the output of a layer or operator.
    """
    node: cst.CSTNode = place.site.node
    for call in run.tape.calls:
        if call.site.node is node and call.name == place.name and call.inputs:
            return [] if call.reject is not None else _sizes_before(run, call.inputs[0])
    return []


def _sizes_before(run: Run, flat: Tensor) -> list[int]:
    maker = next((call for call in run.tape.calls if call.output is flat and call.leaf and call.inputs), None)
    if maker is None:
        return []
    dims = run.tape.resolve(maker.inputs[0].shape).dims[1:]
    return sorted(dim for dim in dims if isinstance(dim, int))
