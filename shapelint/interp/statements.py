"""What statements do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from ..shapes import Unknown
from .assign import assign, delete, is_tensorial
from .calls import define_class, define_function
from .heap import join
from .imports import import_from, import_names
from .iteration import iterate
from .machine import BREAK, CONTINUE, STATEMENTS, Flow, Machine, Return, statement
from .operators import operate
from .scope import Frame
from .tape import Site, Statement
from .values import Choice, Class, External, Gap, Thrown

__all__ = ["run_block"]

_MOST_ROUNDS = 20_000
_EXPECTED_TO_FAIL = ("raises", "assertRaises", "assertRaisesRegex")


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
        return run_block(machine, _body(node), frame)
    match node.orelse:
        case None:
            return None
        case cst.If() as again:
            return run_block(machine, [again], frame)
        case orelse:
            return run_block(machine, _body(orelse), frame)


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


def _body(node: Any) -> Sequence[cst.CSTNode]:
    return node.body.body  # type: ignore[no-any-return]


# -- simple statements ----------------------------------------------------------------------------------------------


@statement(cst.SimpleStatementLine, cst.SimpleStatementSuite)
def _line(machine: Machine, node: cst.SimpleStatementLine, frame: Frame) -> Flow:
    for small in node.body:
        meaning = STATEMENTS.get(type(small))
        flow = None if meaning is None else meaning(machine, small, frame)
        if flow is not None:
            return flow
    return None


@statement(cst.Expr)
def _expression(machine: Machine, node: cst.Expr, frame: Frame) -> Flow:
    value = machine.evaluate(node.value, frame)
    _note(machine, node, value, {}, frame)
    return None


@statement(cst.Assign)
def _assign(machine: Machine, node: cst.Assign, frame: Frame) -> Flow:
    value = machine.evaluate(node.value, frame)
    names: dict[str, Any] = {}
    for target in node.targets:
        assign(machine, target.target, value, frame, names)
    _note(machine, node, value, names, frame)
    return None


@statement(cst.AnnAssign)
def _annotated(machine: Machine, node: cst.AnnAssign, frame: Frame) -> Flow:
    if frame.is_class and isinstance(node.target, cst.Name):
        frame.names.setdefault("__fields__", {})[node.target.value] = None
    if node.value is not None:
        value = machine.evaluate(node.value, frame)
        names: dict[str, Any] = {}
        assign(machine, node.target, value, frame, names)
        _note(machine, node, value, names, frame)
    return None


@statement(cst.AugAssign)
def _augmented(machine: Machine, node: cst.AugAssign, frame: Frame) -> Flow:
    left = machine.evaluate(node.target, frame)
    right = machine.evaluate(node.value, frame)
    symbol = type(node.operator).__name__.removesuffix("Assign")
    if isinstance(left, list) and symbol == "Add":
        extra = iterate(machine, right, node, frame)
        machine.heap.touch(left)
        left.extend(extra)
        return None
    value = operate(machine, symbol, left, right, node, frame, in_place=True)
    names: dict[str, Any] = {}
    assign(machine, node.target, value, frame, names)
    _note(machine, node, value, names, frame)
    return None


def _note(machine: Machine, node: cst.CSTNode, value: Any, names: dict[str, Any], frame: Frame) -> None:
    if is_tensorial(value):
        machine.tape.statements.append(
            Statement(
                Site(frame.module.source, node), value, names, frame.node, len(machine.tape.calls), machine.doubt == 0
            )
        )


@statement(cst.Return)
def _return(machine: Machine, node: cst.Return, frame: Frame) -> Flow:
    value = None if node.value is None else machine.evaluate(node.value, frame)
    _note(machine, node, value, {}, frame)
    return Return(value)


@statement(cst.Break)
def _break(machine: Machine, node: cst.Break, frame: Frame) -> Flow:
    return BREAK


@statement(cst.Continue)
def _continue(machine: Machine, node: cst.Continue, frame: Frame) -> Flow:
    return CONTINUE


@statement(cst.Del)
def _del(machine: Machine, node: cst.Del, frame: Frame) -> Flow:
    delete(machine, node.target, frame)
    return None


@statement(cst.Assert)
def _assert(machine: Machine, node: cst.Assert, frame: Frame) -> Flow:
    if machine.truth(machine.evaluate(node.test, frame)) is False:
        raise Thrown("AssertionError")
    return None


@statement(cst.Raise)
def _raise(machine: Machine, node: cst.Raise, frame: Frame) -> Flow:
    if node.exc is None:
        raise Thrown("Exception")
    callee = node.exc.func if isinstance(node.exc, cst.Call) else node.exc
    value = machine.evaluate(callee, frame)
    name = value.name if isinstance(value, Class) else value.dotted if isinstance(value, External) else "Exception"
    raise Thrown(name.rpartition(".")[2])


@statement(cst.Import)
def _import(machine: Machine, node: cst.Import, frame: Frame) -> Flow:
    import_names(machine, node, frame)
    return None


@statement(cst.ImportFrom)
def _import_from(machine: Machine, node: cst.ImportFrom, frame: Frame) -> Flow:
    import_from(machine, node, frame)
    return None


@statement(cst.Global)
def _global(machine: Machine, node: cst.Global, frame: Frame) -> Flow:
    top = Frame(frame.module, frame.module.names)
    frame.elsewhere.update({item.name.value: top for item in node.names})
    return None


@statement(cst.Nonlocal)
def _nonlocal(machine: Machine, node: cst.Nonlocal, frame: Frame) -> Flow:
    for item in node.names:
        outer = frame.outer
        while outer is not None and item.name.value not in outer.names:
            outer = outer.outer
        if outer is not None:
            frame.elsewhere[item.name.value] = outer
    return None


@statement(cst.FunctionDef)
def _function(machine: Machine, node: cst.FunctionDef, frame: Frame) -> Flow:
    machine.bind(frame.target(node.name.value), node.name.value, define_function(machine, node, frame))
    return None


@statement(cst.ClassDef)
def _class(machine: Machine, node: cst.ClassDef, frame: Frame) -> Flow:
    machine.bind(frame.target(node.name.value), node.name.value, define_class(machine, node, frame))
    return None


# -- compound statements --------------------------------------------------------------------------------------------


@statement(cst.If)
def _if(machine: Machine, node: cst.If, frame: Frame) -> Flow:
    return run_block(machine, [node], frame)


@statement(cst.With)
def _with(machine: Machine, node: cst.With, frame: Frame) -> Flow:
    doubt = 0
    for item in node.items:
        value = machine.evaluate(item.item, frame)
        if isinstance(item.item, cst.Call) and isinstance(item.item.func, cst.Attribute):
            doubt += item.item.func.attr.value in _EXPECTED_TO_FAIL
        if item.asname is not None:
            assign(machine, item.asname.name, value, frame, {})
    if not doubt:
        return run_block(machine, _body(node), frame)
    with machine.doubted():
        try:
            return run_block(machine, _body(node), frame)
        except Thrown:
            return None


@statement(cst.Try)
def _try(machine: Machine, node: cst.Try, frame: Frame) -> Flow:
    try:
        flow = _guarded(machine, node, frame)
    except Thrown as error:
        for handler in node.handlers:
            if _catches(machine, handler, error, frame):
                if handler.name is not None:
                    assign(machine, handler.name.name, Unknown("an exception"), frame, {})
                flow = run_block(machine, _body(handler), frame)
                break
        else:
            if node.finalbody is not None:
                run_block(machine, _body(node.finalbody), frame)
            raise
    else:
        if flow is None and node.orelse is not None:
            flow = run_block(machine, _body(node.orelse), frame)
    if node.finalbody is not None:
        return run_block(machine, _body(node.finalbody), frame) or flow
    return flow


def _guarded(machine: Machine, node: cst.Try, frame: Frame) -> Flow:
    if not node.handlers:
        return run_block(machine, _body(node), frame)
    with machine.doubted():
        return run_block(machine, _body(node), frame)


def _catches(machine: Machine, handler: cst.ExceptHandler, error: Thrown, frame: Frame) -> bool:
    if handler.type is None:
        return True
    value = machine.evaluate(handler.type, frame)
    kinds = value if isinstance(value, tuple) else (value,)
    names = {k.dotted.rpartition(".")[2] if isinstance(k, External) else getattr(k, "name", "") for k in kinds}
    parents = {error.name, "Exception", "BaseException"}
    if error.name in ("KeyError", "IndexError"):
        parents.add("LookupError")
    if error.name == "ModuleNotFoundError":
        parents.add("ImportError")
    return bool(names & parents)


@statement(cst.For)
def _for(machine: Machine, node: cst.For, frame: Frame) -> Flow:
    elements = iterate(machine, machine.evaluate(node.iter, frame), node, frame)
    if len(elements) > 2 and _trains(node, frame):
        # Every epoch does to shapes what the first did; the others are one round that may be taken any number of times.
        elements = [elements[0], Gap("further rounds of a training loop")]
    for element in elements:
        if isinstance(element, Gap):
            flow = _perhaps(machine, node, Unknown(element.reason), frame)
        else:
            machine.burn()
            assign(machine, node.target, element, frame, {})
            flow = run_block(machine, _body(node), frame)
        if flow is BREAK:
            return None
        if isinstance(flow, Return):
            return flow
    return None if node.orelse is None else run_block(machine, _body(node.orelse), frame)


def _trains(node: cst.For, frame: Frame) -> bool:
    """Whether the loop is one over epochs or batches: its body steps back through a loss."""
    source = frame.module.source
    span = source.span(node)
    return any(".backward(" in line for line in source.lines[span.row - 1 : span.end_row])


def _perhaps(machine: Machine, node: cst.For | cst.While, element: Any, frame: Frame) -> Flow:
    """A round that may be taken any number of times: once or not at all, joined; what differs is unknown from then on."""

    def once() -> Flow:
        if isinstance(node, cst.For):
            assign(machine, node.target, element, frame, {})
        return run_block(machine, _body(node), frame)

    flows = machine.fork(None, [(None, lambda: None), (None, once)], repeated=True)
    frame.pending.extend(flow.value for flow in flows if isinstance(flow, Return))
    return None


@statement(cst.While)
def _while(machine: Machine, node: cst.While, frame: Frame) -> Flow:
    for _ in range(_MOST_ROUNDS):
        machine.burn()
        known = machine.truth(machine.evaluate(node.test, frame))
        if known is None:
            return _perhaps(machine, node, None, frame)
        if not known:
            return None if node.orelse is None else run_block(machine, _body(node.orelse), frame)
        flow = run_block(machine, _body(node), frame)
        if flow is BREAK:
            return None
        if isinstance(flow, Return):
            return flow
    return None


@statement(cst.Match)
def _match(machine: Machine, node: cst.Match, frame: Frame) -> Flow:
    subject = machine.evaluate(node.subject, frame)
    for case in node.cases:
        matched = _matches(machine, case.pattern, subject, frame)
        if matched and case.guard is not None:
            matched = machine.truth(machine.evaluate(case.guard, frame))
        if matched is None:
            machine.fork(None, [(None, lambda c=case: run_block(machine, _body(c), frame)) for case in node.cases])
            return None
        if matched:
            return run_block(machine, _body(case), frame)
    return None


def _matches(machine: Machine, pattern: cst.MatchPattern, subject: Any, frame: Frame) -> bool | None:
    match pattern:
        case cst.MatchValue():
            return machine.truth(operate(machine, "Equal", subject, machine.evaluate(pattern.value, frame), pattern, frame))
        case cst.MatchSingleton():
            return None if isinstance(subject, (Unknown, Choice)) else subject is machine.evaluate(pattern.value, frame)
        case cst.MatchOr():
            answers = [_matches(machine, part.pattern, subject, frame) for part in pattern.patterns]
            return True if True in answers else None if None in answers else False
        case cst.MatchAs(pattern=None):
            if pattern.name is not None:
                assign(machine, pattern.name, subject, frame, {})
            return True
        case _:
            return None


