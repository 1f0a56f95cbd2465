"""``for`` and ``while``: round by round where that is known, else a round that may be taken any number of times."""

from __future__ import annotations

import libcst as cst

from ...shapes import Unknown, Value
from ..machine.blocks import body_of, run_block, substatements
from ..machine.flow import BREAK, Flow, Return
from ..machine.machine import Machine
from ..machine.tables import statement
from ..model.frame import Frame
from ..model.values import Gap, Thrown
from ..objects.iteration import iterate
from .assign import assign

_MOST_ROUNDS = 20_000
_MOST_YIELDED = 64
_LEAVE = frozenset({cst.Break, cst.Return})
_MANY = 4_000
"""A loop of more rounds would use up what a path may take."""
_MANY_COSTLY = 64
"""Nobody builds so many blocks in a loop in which each costs a hundredth of what a path may take."""
_MOST_OPEN = 16
"""A loop that an unknown condition may end in each of so many rounds goes on until values agree that nobody knows: a ``while``,
or a ``for`` over many elements, which simulates a step of time in each."""


@statement(cst.For)
def _for(machine: Machine, node: cst.For, frame: Frame) -> Flow:
    iterable, drawn = machine.evaluate(node.iter, frame), machine.drawn
    elements = iterate(machine, iterable, node, frame)
    ending = () if any(map(_may_leave, body_of(node))) else _ending_of(elements)
    trains = _trains(node, frame)
    if len(elements) > 2 and trains:
        # Every epoch does to shapes what the first did; the others are one round that may be taken any number of times.
        elements = [elements[0], Gap("further rounds of a training loop")]
    if len(elements) == 2 and trains and _is_followed_by_others(elements):
        # A batch, and others like it: one round shows all that a shape can tell, and is certain to be taken.
        flow = _first_of_many(machine, node, elements[0], ending, frame)
        elements = []
        if flow is BREAK or isinstance(flow, Return):
            return None if flow is BREAK else flow
    before = machine.fuel, len(machine.tape.calls)
    is_cut = False
    open_rounds, left = 0, frame.perhaps_left
    for position, element in enumerate(elements):
        # Only after one round is it known whether the body goes through a data set, which is slow each time.
        if position == 1 and (
            (type(iterable) is range and (machine.drawn > drawn or len(elements) > _MANY))
            or (len(elements) > _MANY_COSTLY and _is_too_long(machine, node, len(elements), *before))
        ):
            element, is_cut = Gap("further rounds of a long loop"), True
        elif open_rounds == _MOST_OPEN and len(elements) > _MANY_COSTLY:
            element, is_cut = Gap("further rounds of a loop that may have ended"), True
        if isinstance(element, Gap):
            flow = _perhaps(machine, node, Unknown(element.reason) if element.like is None else element.like, frame)
        else:
            flow = _round(machine, node, element, frame)
        if flow is BREAK:
            return None
        if isinstance(flow, Return):
            return flow
        if is_cut:
            break
        open_rounds, left = open_rounds + (frame.perhaps_left > left), frame.perhaps_left
        if position == 0 and ending:
            _try_ending(machine, node, ending, frame)
    return None if node.orelse is None else run_block(machine, body_of(node.orelse), frame)


def _is_too_long(machine: Machine, node: cst.For, rounds: int, fuel: int, calls: int) -> bool:
    """Whether rounds like the first, with a loop in it but no layer or operator, would use up most of what is left.

    ``fuel``, ``calls``: what there was before it.  Such loops fill tables of numbers: the offsets of all pairs of pixels.
    """
    is_costly = 2 * rounds * (fuel - machine.fuel) > machine.fuel and len(machine.tape.calls) == calls
    return is_costly and any(map(_loops, substatements(node)))


def _loops(node: cst.CSTNode) -> bool:
    return type(node) is cst.For or any(map(_loops, substatements(node)))


def _round(machine: Machine, node: cst.For, element: Value, frame: Frame) -> Flow:
    machine.burn()
    assign(machine, node.target, element, frame, {})
    return run_block(machine, body_of(node), frame)


def _is_followed_by_others(elements: list[Value]) -> bool:
    """Whether the second of two elements is a gap for any number of others that are like the first."""
    first, rest = elements
    return isinstance(rest, Gap) and rest.like is not None and not isinstance(first, Gap)


def _first_of_many(machine: Machine, node: cst.For, element: Value, ending: tuple[Value, ...], frame: Frame) -> Flow:
    """The first round of a training loop over batches, which is certainly taken, as are others like it.

    What it changed is joined with what was before, since after any number of rounds either may be meant.
    """
    machine.heap.begin()
    leaves = True
    try:
        flow = _round(machine, node, element, frame)
        leaves = flow is BREAK or isinstance(flow, Return)
        _try_ending(machine, node, ending, frame)
    finally:
        after = machine.heap.take_back()
        machine.heap.merge([after] if leaves else [{}, after], repeated=True)
    return flow


def _ending_of(elements: list[Value]) -> tuple[Value, ...]:
    """The last rounds of a loop whose other rounds are like the first."""
    return elements[1].ending if len(elements) == 2 and isinstance(elements[1], Gap) else ()


def _may_leave(node: cst.CSTNode) -> bool:
    return type(node) in _LEAVE or any(map(_may_leave, substatements(node)))


def _try_ending(machine: Machine, node: cst.For, elements: tuple[Value, ...], frame: Frame) -> None:
    """The last rounds, which are certainly taken.  What comes of them is undone: nobody speaks of the smaller last batch."""
    machine.heap.begin()
    first = len(machine.tape.calls)
    try:
        for element in elements:
            first = len(machine.tape.calls)
            _round(machine, node, element, frame)
    except Thrown:
        pass  # perhaps for what is unknown
    finally:
        machine.heap.take_back()
    machine.tape.last_batches.append(range(first, len(machine.tape.calls)))


def _trains(node: cst.For | cst.While, frame: Frame) -> bool:
    """Whether the loop is one over epochs or batches: its body calls ``loss.backward()``."""
    # The text is searched first, since most files have no such call and the walk is slow.
    return frame.module.source.mentions(".backward(") and any(map(_steps_back, substatements(node)))


def _steps_back(node: cst.CSTNode) -> bool:
    match node:
        case cst.Expr(value=cst.Call(func=cst.Attribute(attr=cst.Name(value="backward")))):
            return True
        case _:
            return any(map(_steps_back, substatements(node)))


def _perhaps(machine: Machine, node: cst.For | cst.While, element: Value, frame: Frame) -> Flow:
    """A round that may be taken any number of times: once or not at all, joined; what differs is unknown afterwards."""

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
    open_rounds, left = 0, frame.perhaps_left
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
        open_rounds, left = open_rounds + (frame.perhaps_left > left), frame.perhaps_left
        if open_rounds == _MOST_OPEN:
            break
    return _perhaps(machine, node, None, frame)  # it ends in one of the further rounds, or never
