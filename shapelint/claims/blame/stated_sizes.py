"""Layers that the comments lead to and that do not fit: ``# 32 x 8 x 8``, and then a flatten into ``Linear(32 * 7 * 7, 10)``.

Some input would suit the layer, so nothing is refused for every input; but it is not the one that the comments state.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from ...interp.model.tape import Call, Override, Run
from ...shapes import Kind
from ..reading.reading import Reading
from ..reading.replay import with_change
from ..verdict import Verdict
from .argument import find_argument
from .misfits import Misfit

__all__ = ["layer_misfit"]


def layer_misfit(reading: Reading, others: Sequence[Run]) -> Misfit | None:
    """The first layer that is refused at the sizes that all comments agree on: a Linear of other features than the map that
    is flattened for it has, or a padding that its mode does not allow.

    None where one of the ``others``, runs of the same file, has the layer at work, or where its number is not in figures.
    """
    if reading.run.concrete or not _is_clear(reading):
        return None
    here = with_change(reading.run, Override(symbols=reading.solution.sizes))
    call = next((call for call in here.tape.calls if call.reject is not None), None)
    if call is None or call.reject is None or not call.certain:
        return None
    is_width = call.reject.kind is Kind.CHANNELS and call.reject.argument == "in_features"
    if not (is_width or call.reject.kind is Kind.PADDING) or not _is_in_figures(call, call.reject.argument):
        return None
    if any(_is_at_work(call, run) for run in others):
        return None
    return Misfit(here, call, agreed=reading.count(Verdict.TRUE) > 1)


def _is_clear(reading: Reading) -> bool:
    """Whether every comment that binds is a true shape, and sizes were solved from them that leave nothing open."""
    true = [assertion.claim for assertion, judgement in reading.judged if judgement.verdict is Verdict.TRUE]
    if reading.count(Verdict.FALSE) or reading.divergences or any(claim.remark.weak for claim in true):
        return False
    sizes = reading.solution.sizes.values()
    return bool(true) and reading.support > 0 and any(isinstance(size, int) and size > 1 for size in sizes)


def _is_in_figures(call: Call, parameter: str | None) -> bool:
    """Whether the argument is a number as it stands, which nobody who builds the layer can set."""
    constructor, layer = call.constructor, call.layer
    if constructor is None or layer is None or parameter is None or not isinstance(constructor.node, cst.Call):
        return False
    found = find_argument(constructor.node, parameter, layer.signature.positional)
    return found is not None and _is_number(found.value)


def _is_number(node: cst.BaseExpression) -> bool:
    match node:
        case cst.Integer():
            return True
        case cst.BinaryOperation(left=left, right=right):
            return _is_number(left) and _is_number(right)
        case cst.Tuple(elements=elements):
            return all(_is_number(element.value) for element in elements)
        case _:
            return False


def _is_at_work(call: Call, run: Run) -> bool:
    """Whether ``run``, which the file itself makes, takes the layer of ``call``."""
    return run.concrete and any(
        other.reject is None
        and other.constructor is not None
        and call.constructor is not None
        and other.constructor.node is call.constructor.node
        for other in run.tape.calls
    )
