"""Counts what was understood of one file: layer calls, shape comments, and the reasons why the rest is unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import libcst as cst

from .claims.verdict import Verdict
from .coverage import Coverage
from .diagnosis.checked import Checked
from .interp import Call
from .shapes import Shape, symbols_of

__all__ = ["coverage_of"]


def coverage_of(checked: Checked) -> Coverage:
    """The coverage of one file.  A layer counts once for each place that calls it, and is known if any run knows what it gives,
    or that PyTorch refuses it."""
    layers: dict[tuple[cst.CSTNode, cst.CSTNode | None], bool] = {}
    for call in _layer_calls(checked):
        key = (call.site.node, None if call.constructor is None else call.constructor.node)
        known = call.reject is not None or (call.output_shape is not None and _is_known(call.output_shape))
        layers[key] = layers.get(key, False) or known
    verdicts = _verdicts(checked)
    return Coverage(
        files=1,
        layers=len(layers),
        layers_known=sum(layers.values()),
        claims=len(verdicts),
        claims_bound=sum(verdict is not Verdict.UNBOUND for verdict in verdicts),
        claims_checked=sum(verdict in (Verdict.TRUE, Verdict.FALSE) for verdict in verdicts),
        reasons=tuple(_reasons(checked).items()),
    )


def _verdicts(checked: Checked) -> Sequence[Verdict]:
    """The verdict on each comment, and on each shape in a docstring or annotation."""
    return (*checked.claims.verdicts.values(), *checked.claims.held.verdicts.values())


def _layer_calls(checked: Checked) -> Iterator[Call]:
    """Calls of layers that this file makes, or whose layer it builds."""
    for run in (*checked.exploration.runs, *checked.exploration.alone()):
        for call in run.tape.calls:
            if call.leaf and call.module is not None:
                constructor = call.constructor
                if checked.source in (call.site.source, constructor and constructor.source):
                    yield call


def _is_known(shape: Shape) -> bool:
    """Whether rank and all dims are known, as numbers or as expressions in sizes that a user chooses."""
    return shape.lead is None and not any(name.reason for dim in shape.dims for name in symbols_of(dim))


def _reasons(checked: Checked) -> Counter[str]:
    """Why something is unknown, with the number of places where that is so."""
    places = {
        (site.node, reason): reason
        for run in checked.exploration.runs
        for site, reason in run.tape.unknowns
        if site is not None and site.source is checked.source
    }
    reasons = Counter(places.values())
    reasons.update(
        f"{run.ended}; the rest of that path was not run"
        for run in checked.exploration.runs
        if run.ended is not None and not run.ended.is_exception
    )
    for verdict in _verdicts(checked):
        if verdict in (Verdict.UNBOUND, Verdict.OPEN):
            reasons[f"shape comment: {verdict.value}"] += 1
    return reasons
