"""Blocks of statements, and branches on conditions that may be unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import libcst as cst

from ...shapes import Value
from ..model.frame import Frame
from .flow import BREAK, Flow, Return
from .machine import Machine
from .value_join import join

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


def _fork_if(machine: Machine, node: cst.If, condition: Value, rest: Sequence[cst.CSTNode], frame: Frame) -> Flow:
    """Follow both arms; where one may jump, the rest of the block belongs to the arms that fall through.

    Otherwise ``if x is None: return y`` would be followed by a rest in which ``x`` may still be None.
    """

    def arm(known: bool) -> Flow:
        flow = _taken(machine, node, known, frame)
        return run_block(machine, rest, frame) if flow is None and rest else flow

    flows = machine.fork(condition, [(True, lambda: arm(True)), (False, lambda: arm(False))])
    returned = [flow.value for flow in flows if isinstance(flow, Return)]
    if len(returned) == len(flows):
        return Return(join(returned))
    # Some arm goes on, so the function does too; what the others returned is joined with its value at its end.
    frame.pending.extend(returned)
    jumps = {flow for flow in flows if not isinstance(flow, Return)}
    frame.perhaps_left += bool(returned) or (BREAK in jumps and len(jumps) > 1)
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


def substatements(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    """The statements that may be executed as part of the statement ``node``; none for a simple statement."""
    inside = _SUBSTATEMENTS.get(type(node))
    return () if inside is None else inside(node)


def _of_block(node: cst.IndentedBlock | cst.SimpleStatementLine | cst.SimpleStatementSuite) -> Iterable[cst.CSTNode]:
    return node.body


def _of_body(node: _Compound) -> Iterable[cst.CSTNode]:
    return (node.body,)


def _of_body_and_else(node: cst.If | cst.For | cst.While) -> Iterable[cst.CSTNode]:
    return (node.body,) if node.orelse is None else (node.body, node.orelse)


def _of_try(node: cst.Try) -> Iterable[cst.CSTNode]:
    return (node.body, *node.handlers, *filter(None, (node.orelse, node.finalbody)))


def _of_match(node: cst.Match) -> Iterable[cst.CSTNode]:
    return [case.body for case in node.cases]


_LOOPS = frozenset({cst.For, cst.While})
_JUMPS = frozenset({cst.Return, cst.Break, cst.Continue})
_SUBSTATEMENTS: dict[type, Callable[[Any], Iterable[cst.CSTNode]]] = {
    **dict.fromkeys((cst.IndentedBlock, cst.SimpleStatementLine, cst.SimpleStatementSuite), _of_block),
    **dict.fromkeys((cst.With, cst.Else, cst.Finally, cst.ExceptHandler), _of_body),
    **dict.fromkeys((cst.If, cst.For, cst.While), _of_body_and_else),
    cst.Try: _of_try,
    cst.Match: _of_match,
}

_Compound: TypeAlias = "cst.BaseCompoundStatement | cst.Else | cst.Finally | cst.ExceptHandler | cst.MatchCase"


def body_of(node: _Compound) -> Sequence[cst.CSTNode]:
    """The statements in the body of a compound statement or of one of its clauses."""
    return node.body.body
