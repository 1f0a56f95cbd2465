"""``with``, ``try`` and ``match``; loops have a file of their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import libcst as cst

from ...shapes import Unknown, Value
from ..machine.blocks import body_of, run_block
from ..machine.flow import Flow, Return
from ..machine.machine import Machine
from ..machine.tables import statement
from ..model.classes import Class
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.values import Choice, External, Thrown
from ..objects.operators import operate
from ..project.import_statements import is_missing
from .assign import assign

_EXPECTED_TO_FAIL = ("raises", "assertRaises", "assertRaisesRegex")
_BASES = {"KeyError": "LookupError", "IndexError": "LookupError", "ModuleNotFoundError": "ImportError"}
"""Base classes of built-in exceptions by which handlers catch them."""


@statement(cst.With)
def _with(machine: Machine, node: cst.With, frame: Frame) -> Flow:
    is_to_fail = False
    for item in node.items:
        value = machine.evaluate(item.item, frame)
        if isinstance(item.item, cst.Call) and isinstance(item.item.func, cst.Attribute):
            is_to_fail = is_to_fail or item.item.func.attr.value in _EXPECTED_TO_FAIL
        if item.asname is not None:
            assign(machine, item.asname.name, value, frame, {})
    if not is_to_fail:
        return run_block(machine, body_of(node), frame)
    with machine.doubted():  # the body of ``pytest.raises`` is meant to fail
        try:
            return run_block(machine, body_of(node), frame)
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
                flow = run_block(machine, body_of(handler), frame)
                break
        else:
            if node.finalbody is not None:
                run_block(machine, body_of(node.finalbody), frame)
            raise
    else:
        if flow is None and node.orelse is not None:
            flow = run_block(machine, body_of(node.orelse), frame)
    if node.finalbody is not None:
        return run_block(machine, body_of(node.finalbody), frame) or flow
    return flow


def _guarded(machine: Machine, node: cst.Try, frame: Frame) -> Flow:
    # Such a statement does not expect its body to fail, which remains a proof.
    if all(map(_waits_for_the_user, node.handlers)):
        return run_block(machine, body_of(node), frame)
    machine.guarded += 1
    try:
        with machine.doubted():
            body = body_of(node)
            if any(map(_does_without, node.handlers)):
                missing = next((i for i, part in enumerate(body) if _is_missing(machine, part, frame)), None)
                if missing is not None:
                    # A package that a file can do without is taken as not installed: what it gives is unknown anyway.
                    run_block(machine, body[:missing], frame)
                    raise Thrown("ModuleNotFoundError")
            return run_block(machine, body, frame)
    finally:
        machine.guarded -= 1


def _waits_for_the_user(handler: cst.ExceptHandler) -> bool:
    """Whether a handler has nothing to do with what fails: ``except KeyboardInterrupt`` around a training loop."""
    return _kinds(handler) <= {"KeyboardInterrupt", "SystemExit"}


def _kinds(handler: cst.ExceptHandler) -> set[str | None]:
    """The names that a handler catches; None among them if it catches everything, or something without a plain name."""
    names = [part.value for part in handler.type.elements] if isinstance(handler.type, cst.Tuple) else [handler.type]
    return {name.value if isinstance(name, cst.Name) else None for name in names}


def _does_without(handler: cst.ExceptHandler) -> bool:
    """Whether a handler puts something in the place of a package that is not installed."""
    if not _kinds(handler) & {None, "ImportError", "ModuleNotFoundError", "Exception"}:
        return False
    parts = [
        part
        for line in body_of(handler)
        for part in (line.body if isinstance(line, cst.SimpleStatementLine) else [line])
    ]
    binds = (cst.Assign, cst.AnnAssign, cst.Import, cst.ImportFrom, cst.FunctionDef, cst.ClassDef)
    return any(isinstance(part, binds) for part in parts) and not any(isinstance(part, cst.Raise) for part in parts)


def _is_missing(machine: Machine, node: cst.CSTNode, frame: Frame) -> bool:
    """Whether a statement imports a package that is neither in the project nor one that we know."""
    if not isinstance(node, cst.SimpleStatementLine):
        return False
    for part in node.body:
        if isinstance(part, (cst.Import, cst.ImportFrom)) and is_missing(machine.project, part, frame.module.source):
            return True
    return False


def _catches(machine: Machine, handler: cst.ExceptHandler, error: Thrown, frame: Frame) -> bool:
    if handler.type is None:
        return True
    value = machine.evaluate(handler.type, frame)
    caught = set(map(_name_of, value if isinstance(value, tuple) else (value,)))
    return not caught.isdisjoint((error.name, _BASES.get(error.name), "Exception", "BaseException"))


def _name_of(kind: Value) -> str:
    match kind:
        case External():
            return kind.dotted.rpartition(".")[2]
        case Class() | Builtin():
            return kind.name
        case _:
            return ""


@statement(cst.Match)
def _match(machine: Machine, node: cst.Match, frame: Frame) -> Flow:
    subject = machine.evaluate(node.subject, frame)
    for index, case in enumerate(node.cases):
        matched = _matches(machine, case.pattern, subject, frame)
        if matched and case.guard is not None:
            matched = machine.truth(machine.evaluate(case.guard, frame))
        if matched is None:
            bodies = map(body_of, node.cases[index:])
            arms: list[Callable[[], Flow]] = [lambda: None, *(partial(run_block, machine, b, frame) for b in bodies)]
            flows = machine.fork(None, [(None, arm) for arm in arms])
            frame.pending.extend(flow.value for flow in flows if isinstance(flow, Return))
            return None
        if matched:
            return run_block(machine, body_of(case), frame)
    return None


def _matches(machine: Machine, pattern: cst.MatchPattern, subject: Value, frame: Frame) -> bool | None:
    match pattern:
        case cst.MatchValue():
            return machine.truth(
                operate(machine, "Equal", subject, machine.evaluate(pattern.value, frame), pattern, frame)
            )
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
