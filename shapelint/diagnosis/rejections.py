"""Rejected calls, reported where they can be corrected: at the one argument of a layer that makes them fail, if there is one."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ..claims.binding.solution import Solution
from ..claims.blame.argument import argument_span, repair_fix, value_text
from ..claims.blame.half_kernel import half_kernel
from ..claims.blame.misfits import Misfit
from ..claims.blame.refusal import refusal_repair
from ..claims.blame.repairs import Repair
from ..diagnostic import Diagnostic, Edit, Fix
from ..shapes import Kind
from .checked import Checked
from .diagnose import diagnose
from .origin import place_of
from .proofs import Proof, proofs

__all__ = ["at_repair", "rejections", "size_conflicts"]


def rejections(checked: Checked, kind: Kind, code: str, name: str, label: str) -> Iterator[Diagnostic]:
    """The rejected calls of ``kind``: for every input, then for the sizes that comments state.

    Each is reported at the argument that is to blame, or with ``label`` at the call where no single argument is.
    """
    settled: set[cst.CSTNode] = set()
    conflicts = size_conflicts(checked, kind)
    for proof in proofs(checked, kind):
        if proof.call.site.node in settled or place_of(proof.call) in conflicts:
            continue
        from .mistakes import first_that_holds  # large, and most files are right

        found = _at_layer(checked, proof, code, name, settled) or first_that_holds(
            checked, proof, diagnose(checked, proof, code, name, label=label), code, name
        )
        if found is not None:
            yield found
    for conflict in conflicts.values():
        proof, repair = Proof(conflict.run, conflict.call), conflict.repair
        found = None if repair is None else at_repair(checked, proof, repair, code, name)
        if found is not None and conflict.call.site.node not in settled:
            yield found


def at_repair(checked: Checked, proof: Proof, repair: Repair, code: str, name: str) -> Diagnostic | None:
    """The finding at the argument that ``repair`` changes."""
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


def size_conflicts(checked: Checked, kind: Kind) -> dict[cst.CSTNode, Misfit]:
    """The calls of ``kind`` that are rejected under the sizes that comments state, by their :func:`place_of`."""
    return {
        place_of(conflict.call): conflict
        for conflict in checked.claims.misfits
        if conflict.call.reject is not None and conflict.call.reject.kind is kind
    }


def _at_layer(checked: Checked, proof: Proof, code: str, name: str, settled: set[cst.CSTNode]) -> Diagnostic | None:
    """The finding at the argument of a layer that is to blame; None where no single one is.

    Adds to ``settled`` the calls that are no longer rejected once it is corrected.
    """
    solutions = (reading.solution for reading in checked.claims.readings if reading.run is proof.run)
    solution = next(solutions, Solution())
    repair = refusal_repair(proof.run, proof.call, solution, checked.exploration.runs)
    if repair is None:
        return _at_half_kernel(checked, proof, code, name)
    refused = [call for call in proof.run.tape.calls if call.reject is not None]
    still = {call.site.node for call in proof.run.replay(repair.override).tape.calls if call.reject is not None}
    before = [call for call in refused if call.parent == proof.call.parent and call.index < proof.call.index]
    if any(call.site.node in still for call in before):
        return None  # PyTorch does not come as far as this call, so what it would accept here proves little
    settled |= {call.site.node for call in refused} - still
    return at_repair(checked, proof, repair, code, name)


def _at_half_kernel(checked: Checked, proof: Proof, code: str, name: str) -> Diagnostic | None:
    """The finding at ``padding=k // 3``, by which one constructor call builds all the branches that do not fit."""
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
