"""Calling things: functions of the linted code, classes, instances; and the values that ``def`` and ``class`` bind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import libcst as cst

from ...shapes import Unknown
from ..machine.blocks import run_block
from ..machine.flow import Flow, Return
from ..machine.join import join
from ..machine.machine import Machine
from ..machine.recording import assume
from ..machine.tables import call, called
from ..model.frame import Frame
from ..model.functions import Bound, Builtin, ClassMethod, Function, Partial, StaticMethod
from ..model.open_shape import ShapeOf
from ..model.tape import Entered
from ..model.values import Choice, External, Gap, OneOf, Thrown
from .attributes import get_attribute
from .iteration import iterate
from .parameters import bind_parameters

__all__ = ["Arguments", "call_function", "call_method", "evaluate_arguments"]


_DEEP_RECURSION = 16

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


def evaluate_arguments(machine: Machine, node: cst.Call, frame: Frame) -> Arguments:
    """Positional and keyword arguments of a call, stars expanded; an unknown number of them is a :class:`Gap`."""
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for arg in node.args:
        value = machine.evaluate(arg.value, frame)
        keyword, star = arg.keyword, arg.star
        if keyword is not None:
            kwargs[keyword.value] = value
        elif not star:
            args.append(value)
        elif star == "*":
            args.extend(
                [Gap("an unknown shape")] if isinstance(value, ShapeOf) else iterate(machine, value, arg, frame)
            )
        else:
            named = (
                {key: part for key, part in value.items() if isinstance(key, str)} if isinstance(value, dict) else {}
            )
            kwargs.update(named)
            if isinstance(value, OneOf) and value.options:
                perhaps = {key: None for option in value.options for key in option}
                kwargs["**"] = Gap("keyword arguments that may be given", perhaps)
            elif not isinstance(value, dict) or len(named) < len(value):
                kwargs["**"] = Gap("unknown keyword arguments")
    return tuple(args), kwargs


@called(Bound)
def _call_bound(machine: Machine, function: Bound, args: Any, kwargs: Any, node: Any, frame: Frame) -> Any:
    return call(machine, function.function, (function.self, *args), kwargs, node, frame)


@called(Partial)
def _call_partial(machine: Machine, function: Partial, args: Any, kwargs: Any, node: Any, frame: Frame) -> Any:
    return call(machine, function.function, (*function.args, *args), {**function.keywords, **kwargs}, node, frame)


@called(Builtin)
def _call_builtin(machine: Machine, function: Builtin, args: Any, kwargs: Any, node: Any, frame: Frame) -> Any:
    try:
        return function.call(machine, args, dict(kwargs), node, frame)
    except (LookupError, TypeError, ValueError) as error:
        if _depth(error) > 3:
            raise  # not in the model itself, which reads its arguments by position, but in what it called
        return machine.unknown(f"'{function.name}' with these arguments is not followed", node, frame)


def _depth(error: BaseException) -> int:
    """How many frames lie between the handler and the place where the error was raised, both counted."""
    depth, traceback = 0, error.__traceback__
    while traceback is not None:
        depth, traceback = depth + 1, traceback.tb_next
    return depth


@called(StaticMethod, ClassMethod)
def _call_unbound(machine: Machine, function: Any, args: Any, kwargs: Any, node: Any, frame: Frame) -> Any:
    return call(machine, function.function, args, kwargs, node, frame)


@called(External)
def _call_external(machine: Machine, function: External, args: Any, kwargs: Any, node: Any, frame: Frame) -> Any:
    return machine.unknown(f"'{function.dotted}' is not followed", node, frame)


@called(Unknown)
def _call_unknown(machine: Machine, function: Unknown, args: Any, kwargs: Any, node: Any, frame: Frame) -> Any:
    return Unknown(function.reason)


@called(Choice)
def _call_choice(
    machine: Machine,
    function: Choice,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    node: cst.CSTNode | None,
    frame: Frame,
) -> Any:
    arms = [
        (None, lambda option=option: call(machine, option, args, kwargs, node, frame))
        for option in function.options
        if option is not None
    ]
    return join(machine.fork(None, arms)) if arms else Unknown("a call of None")


def call_method(
    machine: Machine,
    self: Any,
    name: str,
    args: Sequence[Any],
    node: cst.CSTNode | None,
    frame: Frame,
    kwargs: Mapping[str, Any] | None = None,
) -> Any:
    """``self.name(*args)``."""
    return call(machine, get_attribute(machine, self, name), args, kwargs or {}, node, frame)


@called(Function)
def call_function(
    machine: Machine,
    function: Function,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    node: cst.CSTNode | None = None,
    caller: Frame | None = None,
) -> Any:
    """Enter a function: bind its parameters, execute its body, join what it may have returned."""
    if machine.doubt and _recurses(machine, function):
        return machine.unknown("a recursion without a known end", node, caller or machine.frames[-1])
    try:
        names = bind_parameters(machine, function, args, kwargs)
    except Thrown:
        if not function.is_wrapped:
            raise
        names = bind_parameters(machine, function, args, {**kwargs, "**": Gap("what a decorator gives")})
    if machine.override.assumed:
        for param in function.node.params.params:
            names[param.name.value] = assume(machine, param, names.get(param.name.value))
    frame = Frame(function.module, names, function.scope, function.node, owner=function.owner)
    frame.self = args[0] if args else None
    if isinstance(function.node, cst.Lambda):
        with machine.activation(frame):
            return machine.evaluate(function.node.body, frame)
    if function.is_generator:
        frame.yielded = []
    entered = Entered(function.site, dict(names), len(machine.tape.calls), names, machine.doubt == 0)
    machine.tape.entered.append(entered)
    try:
        with machine.activation(frame):
            flow = run_block(machine, function.node.body.body, frame)
    except Thrown:
        if not frame.pending:
            raise
        # A program that works returned before it came here.
        flow = Return(join(frame.pending))
    if frame.yielded is not None:
        return frame.yielded
    entered.output = _returned(function.node, frame, flow)
    entered.after_call = len(machine.tape.calls)
    return entered.output


def _recurses(machine: Machine, function: Function) -> bool:
    """Whether a function that calls itself is active so often that its end must be one of the unknown conditions."""
    if len(machine.frames) < _DEEP_RECURSION:
        return False
    return sum(frame.node is function.node for frame in machine.frames) >= _DEEP_RECURSION


def _returned(node: cst.FunctionDef, frame: Frame, flow: Flow) -> Any:
    """What is known of the value of a call whose body ended with ``flow``, after the returns of arms."""
    value = flow.value if isinstance(flow, Return) else None
    if not frame.pending:
        return value
    if flow is None and _never_falls_through(node):
        return join(frame.pending)
    return join([*frame.pending, value])


def _never_falls_through(node: cst.FunctionDef) -> bool:
    last = node.body.body[-1] if node.body.body else None
    match last:
        case cst.SimpleStatementLine(body=[*_, cst.Return() | cst.Raise()]):
            return True
        case cst.If(orelse=cst.Else()):
            return True
        case _:
            return False
