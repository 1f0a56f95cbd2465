"""Calling things: functions of the linted code, classes, instances, and what torch and Python provide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import libcst as cst

from .. import ops
from ..shapes import Expr, Needs, Reject, Tensor, Unknown, symbols_of
from .attributes import get_attribute
from .heap import join
from .iteration import ShapeOf, iterate
from .machine import CALLS, Machine, Return, called
from .scope import Frame
from .tape import Call, Entered, Site
from .values import (
    Bound,
    Builtin,
    Choice,
    Class,
    ClassMethod,
    External,
    Function,
    Gap,
    Instance,
    Partial,
    Property,
    StaticMethod,
    Thrown,
)  # fmt: skip

__all__ = [
    "MORE_KEYWORDS", "MORE_POSITIONAL", "call", "call_method", "define_class", "define_function",
    "defaults_of", "evaluate_arguments", "learn",
    "operate_tensors", "site_of",
]  # fmt: skip

MORE_POSITIONAL, MORE_KEYWORDS = "*more", "**more"
"""Keys under which a call that the interpreter makes up says that ``*args`` and ``**kwargs`` may hold anything."""

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


def evaluate_arguments(machine: Machine, node: cst.Call, frame: Frame) -> Arguments:
    """Positional and keyword arguments of a call, stars expanded; an unknown number of them is a :class:`Gap`."""
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for arg in node.args:
        value = machine.evaluate(arg.value, frame)
        if arg.keyword is not None:
            kwargs[arg.keyword.value] = value
        elif arg.star == "*":
            args.extend([Gap("an unknown shape")] if isinstance(value, ShapeOf) else iterate(machine, value, arg, frame))
        elif arg.star == "**":
            if isinstance(value, dict) and all(isinstance(key, str) for key in value):
                kwargs.update(value)
            elif not isinstance(value, dict):
                kwargs["**"] = Gap("unknown keyword arguments")
        else:
            args.append(value)
    return tuple(args), kwargs


def site_of(node: cst.CSTNode | None, frame: Frame) -> Site:
    """Where a call stands; one that the interpreter makes itself stands where its function does."""
    return Site(frame.module.source, frame.module.source.tree if node is None else node)


def call(
    machine: Machine,
    function: Any,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    node: cst.CSTNode | None,
    frame: Frame,
) -> Any:
    """``function(*args, **kwargs)``."""
    machine.burn()
    meaning = CALLS.get(type(function))
    if meaning is None:
        return machine.unknown("a call of an unknown value", node, frame)
    return meaning(machine, function, args, kwargs, node, frame)


@called(Bound)
def _call_bound(machine: Machine, function: Bound, args: Any, kwargs: Any, node: Any, frame: Frame) -> Any:
    return call(machine, function.function, (function.self, *args), kwargs, node, frame)


@called(Partial)
def _call_partial(machine: Machine, function: Partial, args: Any, kwargs: Any, node: Any, frame: Frame) -> Any:
    return call(machine, function.function, (*function.args, *args), {**function.keywords, **kwargs}, node, frame)


@called(Builtin)
def _call_builtin(machine: Machine, function: Builtin, args: Any, kwargs: Any, node: Any, frame: Frame) -> Any:
    return function.call(machine, args, dict(kwargs), node, frame)


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


# -- functions of the linted code -----------------------------------------------------------------------------------


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
    from .statements import run_block

    names = bind_parameters(machine, function, args, kwargs)
    frame = Frame(function.module, names, function.scope, function.node, owner=function.owner)
    frame.self = args[0] if args else None
    if isinstance(function.node, cst.Lambda):
        with machine.activation(frame):
            return machine.evaluate(function.node.body, frame)
    if function.is_generator:
        frame.yielded = []
    site = Site(function.module.source, function.node)
    machine.tape.entered.append(Entered(site, dict(names), len(machine.tape.calls), names))
    with machine.activation(frame):
        flow = run_block(machine, function.node.body.body, frame)
    if frame.yielded is not None:
        return frame.yielded
    value = flow.value if isinstance(flow, Return) else None
    if not frame.pending:
        return value
    if flow is None and _never_falls_through(function.node):
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


def bind_parameters(
    machine: Machine, function: Function, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Arguments by parameter name.  What a :class:`Gap` may fill is unknown; a misfit raises TypeError in the program."""
    params = function.node.params
    positional = [*params.posonly_params, *params.params]
    names: dict[str, Any] = {}
    rest = list(kwargs.items())
    vague = "**" in kwargs
    values = list(args)
    gap = next((i for i, value in enumerate(values) if isinstance(value, Gap)), None)
    if gap is not None:
        values, vague = values[:gap], True
    for param, value in zip(positional, values, strict=False):
        names[param.name.value] = value
    more = {key: kwargs[key] for key in (MORE_POSITIONAL, MORE_KEYWORDS) if key in kwargs}
    rest = [pair for pair in rest if pair[0] not in more]
    if isinstance(params.star_arg, cst.Param):
        names[params.star_arg.name.value] = (*args[len(positional) :], *filter(None, [more.get(MORE_POSITIONAL)]))
    elif len(values) > len(positional):
        raise Thrown("TypeError")
    accepted = {p.name.value for p in (*params.params, *params.kwonly_params)}
    extra: dict[str, Any] = {}
    for key, value in rest:
        if key in accepted and key not in names:
            names[key] = value
        elif key in names and key in accepted:
            raise Thrown("TypeError")
        else:
            extra[key] = value
    if params.star_kwarg is not None:
        if MORE_KEYWORDS in more:
            extra["**"] = more[MORE_KEYWORDS]
        names[params.star_kwarg.name.value] = extra
    elif extra and not vague:
        raise Thrown("TypeError")
    for param in (*positional, *params.kwonly_params):
        name = param.name.value
        if name not in names:
            if name in function.defaults and not vague:
                names[name] = function.defaults[name]
            elif vague:
                names[name] = Unknown(f"'{name}' may be among unknown arguments")
            else:
                raise Thrown("TypeError")
    return names


def defaults_of(machine: Machine, params: cst.Parameters, frame: Frame) -> dict[str, Any]:
    """Default values of parameters, evaluated where the function is defined."""
    return {
        param.name.value: machine.evaluate(param.default, frame)
        for param in (*params.posonly_params, *params.params, *params.kwonly_params)
        if param.default is not None
    }


def define_function(machine: Machine, node: cst.FunctionDef, frame: Frame) -> Any:
    """The value that ``def`` binds, decorators applied."""
    value: Any = Function(
        node.name.value,
        node,
        frame.outer if frame.is_class else frame,
        defaults_of(machine, node.params, frame),
        frame.module,
        owner=frame.owner,
        is_generator=frame.module.may_yield and _yields(node.body),
    )
    for decorator in reversed(node.decorators):
        value = _decorate(machine, machine.evaluate(decorator.decorator, frame), value, decorator, frame)
    return value


def _yields(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Yield):
        return True
    if isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
        return False
    return any(_yields(child) for child in node.children)


def _decorate(machine: Machine, decorator: Any, value: Any, node: cst.CSTNode, frame: Frame) -> Any:
    """What a decorator makes of a definition.  One that is not known is looked through."""
    if isinstance(decorator, External):
        name = decorator.dotted.rpartition(".")[2]
        if name in ("property", "cached_property"):
            return Property(value)
        return value
    if isinstance(decorator, Builtin) and decorator.name in ("staticmethod", "classmethod", "property"):
        kinds = {"staticmethod": StaticMethod, "classmethod": ClassMethod, "property": Property}
        return kinds[decorator.name](value)
    if isinstance(decorator, (Function, Builtin, Bound, Partial, Class)):
        try:
            result = call(machine, decorator, (value,), {}, node, frame)
        except Thrown:
            return value
        return value if isinstance(result, Unknown) or result is None else result
    return value


def define_class(machine: Machine, node: cst.ClassDef, frame: Frame) -> Any:
    """The value that ``class`` binds."""
    from .classes import build_class

    value = build_class(machine, node, frame)
    for decorator in reversed(node.decorators):
        value = _decorate(machine, machine.evaluate(decorator.decorator, frame), value, decorator, frame)
    return value


# -- operators of torch ---------------------------------------------------------------------------------------------


@called(ops.Op)
def call_operator(
    machine: Machine,
    op: ops.Op,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    node: cst.CSTNode | None,
    frame: Frame,
) -> Any:
    """A function or method of torch."""
    if any(isinstance(arg, Gap) for arg in args) or "**" in kwargs:
        return _operation(machine, op.name, args, {}, lambda need: Unknown("unknown arguments"), node, frame)
    plain = [known(machine, arg) for arg in args]
    named = {key: known(machine, value) for key, value in kwargs.items()}
    result = _operation(machine, op.name, plain, named, lambda need: op.apply(need, plain, named), node, frame)
    return ShapeOf(result.tensor) if isinstance(result, ops.OpenSize) else result


def operate_tensors(machine: Machine, symbol: str, left: Any, right: Any, node: cst.CSTNode, frame: Frame) -> Any:
    """An operator or a subscript (``[]``) with a tensor."""
    left, right = known(machine, left), known(machine, right)
    if symbol == "[]":
        return _operation(machine, "[]", (left, right), {}, lambda need: ops.index(need, left, right), node, frame)
    return _operation(machine, symbol, (left, right), {}, lambda need: ops.operate(need, symbol, left, right), node, frame)


def write(machine: Machine, tensor: Tensor, key: Any, value: Any) -> None:
    """``tensor[key] = value``: afterwards nothing is known of its elements."""
    key, value = known(machine, key), known(machine, value)
    _silently(lambda need: ops.assign(need, tensor, key, value))
    tensor.elements = None


def known(machine: Machine, value: Any) -> Any:
    """``value`` with everything that the run learnt about its symbols; what an operator cannot read is an unknown."""
    match value:
        case Tensor():
            value.shape = machine.tape.resolve(value.shape)
            return value
        case Expr():
            return machine.tape.dim(value)
        case list() if any(isinstance(element, Gap) for element in value):
            return Unknown("a list of unknown length")
        case list() | tuple():
            if type(value) in (list, tuple):
                return type(value)(known(machine, element) for element in value)
            return value
        case Choice() | Gap() | ShapeOf() | Instance():
            return Unknown("one of several values")
        case slice():
            return slice(known(machine, value.start), known(machine, value.stop), known(machine, value.step))
        case _:
            return value


def _operation(
    machine: Machine,
    name: str,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    apply: Any,
    node: cst.CSTNode | None,
    frame: Frame,
) -> Any:
    tensors = tuple(_tensors([*args, *kwargs.values()]))
    if not tensors and not any(isinstance(a, Unknown) for a in args):
        return _silently(apply)
    entry = record(machine, name, None, tensors, node, frame)
    entry.arguments = {**{str(i): a for i, a in enumerate(args)}, **kwargs}
    need = Needs()
    try:
        entry.output = apply(need)
    except Reject as reject:
        entry.reject = reject
        entry.output = Unknown(reject.message)
    learn(machine, entry, need)
    return forced(machine, entry, node)


def _silently(apply: Any) -> Any:
    try:
        return apply(Needs())
    except Reject as reject:
        return Unknown(reject.message)


def _tensors(values: Sequence[Any]) -> list[Tensor]:
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, (list, tuple)):
            found.extend(element for element in value[:64] if isinstance(element, Tensor))
    return found


# -- the tape -------------------------------------------------------------------------------------------------------


def record(
    machine: Machine,
    name: str,
    module: Instance | None,
    tensors: tuple[Tensor, ...],
    node: cst.CSTNode | None,
    frame: Frame,
    leaf: bool = True,
) -> Call:
    """Begin the entry of a call."""
    entry = Call(
        index=len(machine.tape.calls),
        name=name,
        site=site_of(node, frame),
        module=module,
        leaf=leaf,
        parent=machine.parents[-1] if machine.parents else None,
        path="",
        arguments={},
        inputs=tensors,
        input_shapes=tuple(machine.tape.resolve(tensor.shape) for tensor in tensors),
        certain=machine.doubt == 0,
    )
    machine.tape.calls.append(entry)
    return entry


def learn(machine: Machine, entry: Call, need: Needs) -> None:
    """A size that was free and had to equal another is no longer free (``Conv2d(3, ...)`` fixes its input's channels)."""
    entry.assumed = tuple(need.equalities)
    for left, right in need.equalities:
        left, right = machine.tape.dim(left), machine.tape.dim(right)
        for one, other in ((left, right), (right, left)):
            free = one.as_symbol if isinstance(one, Expr) else None
            if free is not None and free.uid and free not in symbols_of(other):
                machine.tape.bind(free, other)
                break


def forced(machine: Machine, entry: Call, node: cst.CSTNode | None) -> Any:
    """The output of a call, or the shape that a replay asks for instead."""
    if not machine.override.outputs:
        return entry.output
    for place in (node, *(entry.module.made_by if entry.module else ())):
        shape = machine.override.outputs.get(place) if place is not None else None
        if shape is not None:
            entry.output = Tensor(shape, entry.output.dtype if isinstance(entry.output, Tensor) else "float")
            break
    return entry.output


