"""Parts of a function that the defaults leave out: what a comment says after one may be true where it is there.

if self.futr_size > 0:                        # 0 by default
    x = torch.cat((x, future), dim=-1)
return self.mlp(x)                            # [B, h, hid + F] -> [B, h, 1]
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ...interp.model.tape import Run
from ...source.parse import Source
from .reading import Divergence

__all__ = ["leaves_out_a_part"]


def leaves_out_a_part(run: Run, divergence: Divergence) -> bool:
    """Whether a size is called by a name, after an arm that ``run`` does not take and on which the tensor depends.

    A number is written for what the code does by default.
    """
    claim = divergence.assertion.claim
    function = claim.placement.function
    named = any(not isinstance(pair.text.dim, int) for pair in divergence.judgement.false)
    if run.concrete or function is None or not named or not isinstance(function.body, cst.IndentedBlock):
        return False
    return _depends(run.source, {id(each.site.node) for each in run.tape.statements}, function, claim.row)


def _depends(source: Source, executed: set[int], function: cst.FunctionDef, row: int) -> bool:
    """Whether the statement at ``row`` uses a name that such an arm assigns, or one that was computed from it."""
    touched: set[str] = set()
    for statement in function.body.body:
        span = source.span(statement)
        if span.end_row >= row:
            return bool(touched & {node.value for node in _within(statement) if isinstance(node, cst.Name)})
        names = {node.value for node in _within(statement) if isinstance(node, cst.Name)}
        targets = {
            node.target.value
            for node in _within(statement)
            if isinstance(node, cst.AssignTarget) and isinstance(node.target, cst.Name)
        }
        if (
            isinstance(statement, cst.If) and not any(id(node) in executed for node in _within(statement.body))
        ) or touched & names:
            touched |= targets
    return False


def _within(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _within(child)
