"""Calling values: functions of the linted code, bound and partial functions, natives, and callees that are unknown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import libcst as cst

from ...shapes import Expr, Unknown, Value
from ..machine.blocks import run_block
from ..machine.bounds import bounded
from ..machine.flow import Flow, Return
from ..machine.machine import Machine
from ..machine.recording import assume
from ..machine.tables import call, called
from ..machine.value_join import join
from ..model.frame import Frame
from ..model.functions import Bound, Builtin, ClassMethod, Function, Partial, StaticMethod
from ..model.tape import Entered
from ..model.values import Choice, External, Gap, Thrown
from .attribute_reads import get_attribute
from .callbacks import given_away
from .parameters import Args, Kwargs, bind_parameters
from .self_contained import remembered

__all__ = ["call_function", "call_method"]


_DEEP_RECURSION = 16
_DEEP_QUESTION = 2
"""The same on arguments of which nothing is known: what is deeper asks the same again, and two such calls in a body are followed
by four, eight, sixteen."""
_OWN_FRAMES = 3
"""Traceback entries of an error that a native function makes itself: the handler in this file, the function, a helper."""


@called(Bound)
def _call_bound(
    machine: Machine, function: Bound, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> Value:
    return call(machine, function.function, (function.self, *args), kwargs, node, frame)


@called(Partial)
def _call_partial(
    machine: Machine, function: Partial, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> Value:
    return call(machine, function.function, (*function.args, *args), {**function.keywords, **kwargs}, node, frame)


@called(Builtin)
def _call_builtin(
    machine: Machine, function: Builtin, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> Value:
    try:
        return bounded(machine, function.call(machine, args, dict(kwargs), node, frame))
    except (LookupError, TypeError, ValueError) as error:
        # A native function takes its arguments apart without checking them, and may trip over unusual ones.  An error
        # further down is a defect of the interpreter, which must not pass for an unknown.
        if _depth(error) > _OWN_FRAMES:
            raise
        return machine.unknown(f"'{function.name}' with these arguments is not followed", node, frame)


def _depth(error: BaseException) -> int:
    """How many frames lie between the handler and the place where the error was raised, both counted."""
    depth, traceback = 0, error.__traceback__
    while traceback is not None:
        depth, traceback = depth + 1, traceback.tb_next
    return depth


@called(StaticMethod, ClassMethod)
def _call_unbound(
    machine: Machine,
    function: StaticMethod | ClassMethod,
    args: Args,
    kwargs: Kwargs,
    node: cst.CSTNode | None,
    frame: Frame,
) -> Value:
    return call(machine, function.function, args, kwargs, node, frame)


@called(External)
def _call_external(
    machine: Machine, function: External, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> Value:
    _give_away(machine, args, kwargs)
    return machine.unknown(f"'{function.dotted}' is not followed", node, frame)


@called(Unknown)
def _call_unknown(
    machine: Machine, function: Unknown, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> Value:
    _give_away(machine, args, kwargs)
    return Unknown(function.reason)


@called(Expr)
def _call_size(
    machine: Machine, function: Expr, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> Value:
    """A parameter of which nothing is known passes for a size, and so do its attributes."""
    _give_away(machine, args, kwargs)
    return machine.unknown("a call of an unknown value", node, frame)


def _give_away(machine: Machine, args: Args, kwargs: Kwargs) -> None:
    for value in (*args, *kwargs.values()):
        given_away(machine, value)


@called(Choice)
def _call_choice(
    machine: Machine,
    function: Choice,
    args: Args,
    kwargs: Kwargs,
    node: cst.CSTNode | None,
    frame: Frame,
) -> Value:
    arms = [
        (None, lambda option=option: call(machine, option, args, kwargs, node, frame))
        for option in function.options
        if option is not None
    ]
    return join(machine.fork(None, arms)) if arms else Unknown("a call of None")


def call_method(
    machine: Machine,
    self: Value,
    name: str,
    args: Args,
    node: cst.CSTNode | None,
    frame: Frame,
    kwargs: Kwargs | None = None,
) -> Value:
    """``self.name(*args)``."""
    return call(machine, get_attribute(machine, self, name), args, kwargs or {}, node, frame)


@called(Function)
def call_function(
    machine: Machine,
    function: Function,
    args: Args,
    kwargs: Kwargs,
    node: cst.CSTNode | None = None,
    caller: Frame | None = None,
) -> Value:
    """Enter a function: bind its parameters, execute its body, join what it may have returned."""
    if machine.doubt and _recurses(machine, function, (*args, *kwargs.values())):
        # Inside an unknown condition both arms are followed, the one that ends a recursion and the one that goes on.
        return machine.unknown("a recursion without a known end", node, caller or machine.frames[-1])
    try:
        names = bind_parameters(machine, function, args, kwargs)
    except Thrown:
        if not function.is_wrapped:
            raise
        # ``@hydra.main`` and its kind give arguments of their own, which the call in the file leaves out.
        names = bind_parameters(machine, function, args, {**kwargs, "**": Gap("what a decorator gives")})
    if machine.override.assumed:
        for param in function.node.params.params:
            names[param.name.value] = assume(machine, param, names.get(param.name.value))
    frame = Frame(function.module, names, function.scope, function.node, owner=function.owner)
    frame.self = args[0] if args else None
    if not isinstance(
        function.node, cst.FunctionDef
    ):  # most are, and to be an instance of another class is slow to deny
        with machine.activation(frame):
            return machine.evaluate(function.node.body, frame)
    if function.is_generator:
        frame.yielded = []
    entered = Entered(function.site, dict(names), len(machine.tape.calls), names, machine.doubt == 0)
    machine.tape.entered.append(entered)
    output = remembered(machine, function, frame, partial(_executed, machine, function.node, frame))
    if frame.yielded is None:
        entered.output, entered.after_call = output, len(machine.tape.calls)
    return output


def _executed(machine: Machine, node: cst.FunctionDef, frame: Frame) -> Value:
    """Execute the body; the value that the function returns, or the elements that a generator gives."""
    try:
        with machine.activation(frame):
            flow = run_block(machine, node.body.body, frame)
    except Thrown:
        if not frame.pending:
            raise
        # A program that works returned in one of the arms before it came here.
        flow = Return(join(frame.pending))
    return _returned(node, frame, flow) if frame.yielded is None else frame.yielded


def _recurses(machine: Machine, function: Function, arguments: Sequence[Value]) -> bool:
    """Whether a function that calls itself is active so often that its end must be one of the unknown conditions."""
    asks_anew = bool(arguments) and all(map(_is_blank, arguments))
    deepest = _DEEP_QUESTION if asks_anew else _DEEP_RECURSION
    if len(machine.frames) < deepest:
        return False
    return sum(frame.node is function.node for frame in machine.frames) >= deepest


def _is_blank(value: Value) -> bool:
    """Whether nothing is known of a value: an unknown, a parameter that nobody gives (``model``) or what is read off one
    (``model.module``), which are symbols since they may be sizes, or a collection that holds nothing else."""
    match value:
        case Expr():
            return value.as_parameter is not None
        case dict():
            return bool(value) and all(_is_blank(key) and _is_blank(entry) for key, entry in value.items())
        case list() | tuple():
            return bool(value) and all(map(_is_blank, value))
        case _:
            return type(value) in (Unknown, Gap)


def _returned(node: cst.FunctionDef, frame: Frame, flow: Flow) -> Value:
    """What is known of the value of a call whose body ended with ``flow``, after the returns of arms."""
    value = flow.value if isinstance(flow, Return) else None
    if not frame.pending:
        return value
    if flow is None and _never_falls_through(node):
        return join(frame.pending)
    return join([*frame.pending, value])


def _never_falls_through(node: cst.FunctionDef) -> bool:
    """Whether the body ends in a statement of which every arm may have returned or raised."""
    last = node.body.body[-1] if node.body.body else None
    match last:
        case cst.SimpleStatementLine(body=[*_, cst.Return() | cst.Raise()]):
            return True
        case cst.If(orelse=cst.Else()):
            return True
        case _:
            return False
