"""A refused call told where it is mended: at the one argument of a layer that makes it fail, if there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from ..diagnostic import Diagnostic, Edit, Fix
from ..interp import Call
from ..shapes import Kind
from ._proofs import Proof, diagnose
from .context import Checked

if TYPE_CHECKING:
    from ..claims.blame.misfits import Misfit
    from ..claims.blame.repairs import Repair

__all__ = ["blame_layer", "misfits_of", "place_of", "tell_repair"]


def blame_layer(checked: Checked, proof: Proof, code: str, name: str, settled: set[cst.CSTNode]) -> Diagnostic | None:
    """The finding at the argument of a layer that is to blame; None where no single one is.

    ``settled`` gets the calls that are no longer refused when it is mended.
    """
    from ..claims.binding.solution import Solution
    from ..claims.blame.refusal import refusal_repair

    read = [] if checked.claims is None else checked.claims.readings
    solution = next((reading.solution for reading in read if reading.run is proof.run), Solution())
    others = checked.exploration.runs
    repair = refusal_repair(proof.run, proof.call, solution, others)
    if repair is None:
        return _blame_expression(checked, proof, code, name)
    mended = {call.site.node for call in proof.run.replay(repair.override).tape.calls if call.reject is not None}
    settled |= {call.site.node for call in proof.run.tape.calls if call.reject is not None} - mended
    return tell_repair(checked, proof, repair, code, name)


def misfits_of(checked: Checked, kind: Kind) -> dict[cst.CSTNode, Misfit]:
    """The calls of ``kind`` that are refused under the sizes that comments state, by their :func:`place_of`."""
    found = checked.claims.misfits if checked.claims is not None else ()
    return {
        place_of(misfit.call): misfit
        for misfit in found
        if misfit.call.reject is not None and misfit.call.reject.kind is kind
    }


def place_of(call: Call) -> cst.CSTNode:
    """Where a layer is built, or else where the call stands: what a container calls stands nowhere in particular."""
    return call.module.built.node if call.module is not None and call.module.built is not None else call.site.node


def tell_repair(checked: Checked, proof: Proof, repair: Repair, code: str, name: str) -> Diagnostic | None:
    """The finding at the argument that ``repair`` changes."""
    from ..claims.blame.argument import argument_span, repair_fix, value_text

    return diagnose(
        checked,
        proof,
        code,
        name,
        span=argument_span(repair),
        label=f"{repair.parameter}={value_text(repair.present)}",
        help=f"with {repair.parameter}={value_text(repair.value)} PyTorch accepts it",
        fix=repair_fix(repair),
    )


def _blame_expression(checked: Checked, proof: Proof, code: str, name: str) -> Diagnostic | None:
    """The finding at ``padding=k // 3``, by which one constructor call builds all the branches that do not fit."""
    from ..claims.blame.half_kernel import half_kernel

    found = half_kernel(proof.run, proof.call)
    if found is None:
        return None
    fix = Fix("unsafe", "use half the kernel", (Edit(checked.source.span(found.divisor), "2"),))
    return diagnose(
        checked,
        proof,
        code,
        name,
        span=checked.source.span(found.argument),
        label="not half the kernel",
        help="half the kernel keeps the size in every branch",
        fix=fix,
    )
