"""Blocks of statements, and branches on conditions that may be unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from .heap import join
from .machine import Flow, Machine, Return
from .scope import Frame

__all__ = ["body_of", "run_block"]


def run_block(machine: Machine, body: Sequence[cst.CSTNode], frame: Frame) -> Flow:
    """Execute statements in order until one does not fall through."""
    for index, node in enumerate(body):
        if type(node) is cst.If:  # isinstance is slow on libcst's abstract classes
            condition = machine.evaluate(node.test, frame)
            known = machine.truth(condition)
            if known is None:
                rest = body[index + 1 :] if _jumps(node) else ()
                flow = _fork_if(machine, node, condition, rest, frame)
                if flow is not None or rest:
                    return flow
                continue
            flow = _taken(machine, node, known, frame)
        else:
            flow = machine.execute(node, frame)
        if flow is not None:
            return flow
    return None


def _taken(machine: Machine, node: cst.If, known: bool, frame: Frame) -> Flow:
    machine.burn()
    if known:
        return run_block(machine, body_of(node), frame)
    match node.orelse:
        case None:
            return None
        case cst.If() as again:
            return run_block(machine, [again], frame)
        case orelse:
            return run_block(machine, body_of(orelse), frame)


def _fork_if(machine: Machine, node: cst.If, condition: Any, rest: Sequence[cst.CSTNode], frame: Frame) -> Flow:
    """Follow both arms; where one may jump, the rest of the block belongs to the arms that fall through."""

    def arm(known: bool) -> Flow:
        flow = _taken(machine, node, known, frame)
        return run_block(machine, rest, frame) if flow is None and rest else flow

    flows = machine.fork(condition, [(True, lambda: arm(True)), (False, lambda: arm(False))])
    returned = [flow.value for flow in flows if isinstance(flow, Return)]
    if len(returned) == len(flows):
        return Return(join(returned))
    frame.pending.extend(returned)
    jumps = {flow for flow in flows if not isinstance(flow, Return)}
    return jumps.pop() if len(jumps) == 1 else None


def _jumps(node: cst.CSTNode) -> bool:
    """Whether an arm may leave the block by return, break or continue."""
    match node:
        case cst.Return() | cst.Break() | cst.Continue():
            return True
        case cst.If():
            return _jumps(node.body) or (node.orelse is not None and _jumps(node.orelse))
        case cst.Else() | cst.With() | cst.Finally() | cst.ExceptHandler():
            return _jumps(node.body)
        case cst.Try():
            return any(map(_jumps, (node.body, *node.handlers, *filter(None, (node.orelse, node.finalbody)))))
        case cst.For() | cst.While():
            return _returns(node)
        case cst.IndentedBlock() | cst.SimpleStatementLine() | cst.SimpleStatementSuite():
            return any(map(_jumps, node.body))
        case _:
            return False


def _returns(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Return):
        return True
    if isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.BaseExpression)):
        return False
    return any(_returns(child) for child in node.children)


def body_of(node: Any) -> Sequence[cst.CSTNode]:
    return node.body.body  # type: ignore[no-any-return]
