"""``with``, ``try``, loops and ``match``."""

from __future__ import annotations

from functools import partial
from typing import Any

import libcst as cst

from ...shapes import Unknown
from ..machine.blocks import body_of, run_block, substatements
from ..machine.machine import BREAK, Flow, Machine, Return, statement
from ..model.frame import Frame
from ..model.values import Choice, External, Gap, Thrown
from ..objects.iteration import iterate
from ..objects.operators import operate
from ..project.import_statements import is_missing
from .assign import assign

_MOST_ROUNDS = 20_000
_MOST_YIELDED = 64
_MANY = 4_000
"""A loop of more rounds would use up what a path may take: its further rounds are one that may be taken any number of times."""


_EXPECTED_TO_FAIL = ("raises", "assertRaises", "assertRaisesRegex")


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
        return run_block(machine, body_of(node), frame)
    with machine.doubted():
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
    if all(map(_waits_for_the_user, node.handlers)):
        return run_block(machine, body_of(node), frame)
    machine.guarded += 1
    try:
        with machine.doubted():
            body = body_of(node)
            if any(map(_does_without, node.handlers)):
                missing = next((i for i, part in enumerate(body) if _is_missing(machine, part, frame)), None)
                if missing is not None:
                    run_block(machine, body[:missing], frame)
                    raise Thrown("ModuleNotFoundError")
            return run_block(machine, body, frame)
    finally:
        machine.guarded -= 1


def _waits_for_the_user(handler: cst.ExceptHandler) -> bool:
    """Whether a handler has nothing to do with what fails: ``except KeyboardInterrupt`` around a training loop."""
    return _kinds(handler) <= {"KeyboardInterrupt", "SystemExit"}


def _kinds(handler: cst.ExceptHandler) -> set[str | None]:
    """The names of what a handler catches; None of one that catches everything, or what is no plain name."""
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
    iterable, drawn = machine.evaluate(node.iter, frame), machine.drawn
    elements = iterate(machine, iterable, node, frame)
    trains = _trains(node, frame)
    if len(elements) > 2 and trains:
        # Every epoch does to shapes what the first did; the others are one round that may be taken any number of times.
        elements = [elements[0], Gap("further rounds of a training loop")]
    if len(elements) == 2 and trains and _is_followed_by_its_like(elements):
        flow = _first_of_many(machine, node, elements[0], frame)
        elements = []
        if flow is BREAK or isinstance(flow, Return):
            return None if flow is BREAK else flow
    for position, element in enumerate(elements):
        if position == 1 and type(iterable) is range and (machine.drawn > drawn or len(elements) > _MANY):
            element = Gap("further rounds of a long loop")
        if isinstance(element, Gap):
            flow = _perhaps(machine, node, Unknown(element.reason) if element.like is None else element.like, frame)
        else:
            flow = _round(machine, node, element, frame)
        if flow is BREAK:
            return None
        if isinstance(flow, Return):
            return flow
        if isinstance(element, Gap) and type(iterable) is range:
            break
    return None if node.orelse is None else run_block(machine, body_of(node.orelse), frame)


def _round(machine: Machine, node: cst.For, element: Any, frame: Frame) -> Flow:
    machine.burn()
    assign(machine, node.target, element, frame, {})
    return run_block(machine, body_of(node), frame)


def _is_followed_by_its_like(elements: list[Any]) -> bool:
    first, rest = elements
    return isinstance(rest, Gap) and rest.like is not None and not isinstance(first, Gap)


def _first_of_many(machine: Machine, node: cst.For, element: Any, frame: Frame) -> Flow:
    """The first round of a training loop over batches: it is certainly taken, and so are others that are like it; what it
    changed differs from then on."""
    machine.heap.begin()
    leaves: Any = True
    try:
        flow = _round(machine, node, element, frame)
        leaves = flow is BREAK or isinstance(flow, Return)
    finally:
        after = machine.heap.take_back()
        machine.heap.merge([after] if leaves else [{}, after], repeated=True)
    return flow


def _trains(node: cst.For | cst.While, frame: Frame) -> bool:
    """Whether the loop is one over epochs or batches: its body steps back through a loss."""
    return ".backward(" in frame.module.source.text and any(map(_steps_back, substatements(node)))


def _steps_back(node: cst.CSTNode) -> bool:
    match node:
        case cst.Expr(value=cst.Call(func=cst.Attribute(attr=cst.Name(value="backward")))):
            return True
        case _:
            return any(map(_steps_back, substatements(node)))


def _perhaps(machine: Machine, node: cst.For | cst.While, element: Any, frame: Frame) -> Flow:
    """A round that may be taken any number of times: once or not at all, joined; what differs is unknown from then on."""

    def once() -> Flow:
        if isinstance(node, cst.For):
            assign(machine, node.target, element, frame, {})
        return run_block(machine, body_of(node), frame)

    flows = machine.fork(None, [(None, lambda: None), (None, once)], repeated=True)
    frame.pending.extend(flow.value for flow in flows if isinstance(flow, Return))
    return None


@statement(cst.While)
def _while(machine: Machine, node: cst.While, frame: Frame) -> Flow:
    drawn = machine.drawn
    for rounds in range(_MOST_ROUNDS):
        machine.burn()
        known = machine.truth(machine.evaluate(node.test, frame))
        if known is True and frame.yielded is not None and len(frame.yielded) > _MOST_YIELDED:
            frame.yielded.append(Gap("further elements of a generator"))
            return None
        if known is None or (known and rounds and (machine.drawn > drawn or _trains(node, frame))):
            return _perhaps(machine, node, None, frame)
        if not known:
            return None if node.orelse is None else run_block(machine, body_of(node.orelse), frame)
        flow = run_block(machine, body_of(node), frame)
        if flow is BREAK:
            return None
        if isinstance(flow, Return):
            return flow
    return None


@statement(cst.Match)
def _match(machine: Machine, node: cst.Match, frame: Frame) -> Flow:
    subject = machine.evaluate(node.subject, frame)
    for index, case in enumerate(node.cases):
        matched = _matches(machine, case.pattern, subject, frame)
        if matched and case.guard is not None:
            matched = machine.truth(machine.evaluate(case.guard, frame))
        if matched is None:
            arms = [partial(run_block, machine, body_of(rest), frame) for rest in node.cases[index:]]
            flows = machine.fork(None, [(None, lambda: None), *((None, arm) for arm in arms)])
            frame.pending.extend(flow.value for flow in flows if isinstance(flow, Return))
            return None
        if matched:
            return run_block(machine, body_of(case), frame)
    return None


def _matches(machine: Machine, pattern: cst.MatchPattern, subject: Any, frame: Frame) -> bool | None:
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
