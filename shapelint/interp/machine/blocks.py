"""Blocks of statements, and branches on conditions that may be unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import libcst as cst

from ..model.frame import Frame
from .heap import join
from .machine import Flow, Machine, Return

__all__ = ["body_of", "run_block", "substatements"]


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
    orelse = node.orelse
    if orelse is None:
        return None
    return run_block(machine, [orelse] if type(orelse) is cst.If else body_of(orelse), frame)


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
    kind = type(node)
    if kind in _LOOPS:
        return _returns(node)
    return kind in _JUMPS or any(map(_jumps, substatements(node)))


def _returns(node: cst.CSTNode) -> bool:
    """Whether the function may end inside ``node``; what jumps inside a loop stays in it."""
    return type(node) is cst.Return or any(map(_returns, substatements(node)))


def substatements(node: Any) -> Iterator[cst.CSTNode]:
    """The statements that may be executed as part of the statement ``node``."""
    kind = type(node)
    if kind in _BLOCKS:
        yield from node.body
    elif kind in _WITH_A_BODY:
        yield node.body
        yield from getattr(node, "handlers", ())
        yield from filter(None, (getattr(node, "orelse", None), getattr(node, "finalbody", None)))
    elif kind is cst.Match:
        yield from (case.body for case in node.cases)


_LOOPS = frozenset({cst.For, cst.While})
_JUMPS = frozenset({cst.Return, cst.Break, cst.Continue})
_BLOCKS = frozenset({cst.IndentedBlock, cst.SimpleStatementLine, cst.SimpleStatementSuite})
_WITH_A_BODY = frozenset({*_LOOPS, cst.If, cst.Else, cst.With, cst.Finally, cst.ExceptHandler, cst.Try})


def body_of(node: Any) -> Sequence[cst.CSTNode]:
    return node.body.body  # type: ignore[no-any-return]
