"""Functions that look at their arguments alone, and what they made of them.

A factory may measure how far two words are apart each time a layer is asked for.  Such a function calls only Python's
own, reads no name but its own ones, and its arguments cannot change; so it need not be executed on the same ones again.
What a run records of a call (unknowns, the entry of the call, the fuel that it took) is repeated, so that nobody can see
the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import libcst as cst

from ...shapes import Expr, Unknown, Value, fresh
from ...source.inner_nodes import inner_nodes
from ...source.late_bodies import of_function
from ..machine.machine import Machine
from ..machine.outcome import PLAIN, Remembered
from ..model.frame import Frame
from ..model.functions import Function
from .comparisons import depends_on

__all__ = ["remembered"]

_PURE = frozenset({"abs", "divmod", "enumerate", "int", "len", "list", "max", "min", "range", "sorted", "str", "zip"})
"""Built-in functions that change nothing, and ask nothing but their arguments."""
_OTHER = frozenset({
    cst.Lambda, cst.FunctionDef, cst.ClassDef, cst.Global, cst.Nonlocal, cst.Import, cst.ImportFrom, cst.Await, cst.Yield,
    cst.Try, cst.With, cst.NamedExpr,
})  # fmt: skip
"""What such a function has none of."""
_BINDING = frozenset({cst.AssignTarget, cst.AnnAssign, cst.For, cst.CompFor})


def remembered(machine: Machine, function: Function, frame: Frame, execute: Callable[[], Value]) -> Value:
    """What ``execute`` makes of the arguments in ``frame``: executed, unless the same function has seen the same ones."""
    key = _key(machine, function, frame.names)
    if key is None:
        return execute()
    known = machine.project.remembered.get(key)
    if known is not None:
        with machine.activation(frame):
            machine.burn(known.fuel)
        machine.tape.unknowns.extend(known.unknowns)
        frame.names.update(known.names)
        return known.again()
    arguments, fuel, unknowns = set(map(id, frame.names.values())), machine.fuel, len(machine.tape.unknowns)
    before = _written(machine)
    value = execute()
    news = machine.tape.unknowns[unknowns:]
    again = None if id(value) in arguments else _maker(value)
    if again is not None and before == _written(machine) and not any("is not known" in reason for _, reason in news):
        machine.project.remembered[key] = Remembered(again, dict(frame.names), news, fuel - machine.fuel)
    return value


def _written(machine: Machine) -> tuple[int, ...]:
    """How much the run has written, but for unknowns."""
    tape = machine.tape
    return len(tape.calls), len(tape.statements), len(tape.forks), len(tape.entered), len(tape.bindings), machine.drawn


def _key(machine: Machine, function: Function, arguments: Mapping[str, Value]) -> Hashable:
    """What distinguishes one call from another; None for a call that is always executed."""
    parts: list[Hashable] = [function]
    for name, value in arguments.items():
        if type(value) in PLAIN:
            parts.append((name, type(value), value))
        elif type(value) is Unknown and not any(depends_on(machine, asked, value) for asked in machine.assumed):
            parts.append((name, Unknown, value.reason))
        else:
            return None
    unknown = [id(value) for value in arguments.values() if type(value) is Unknown]
    if len(set(unknown)) < len(unknown) or function.scope is None or machine.override.assumed:
        return None
    names = _names(function.node)
    if names is None or any(function.scope.find(name) is not None for name in names):
        return None
    return tuple(parts)


@of_function(512)
def _names(node: cst.FunctionDef | cst.Lambda) -> frozenset[str] | None:
    """Every name that a function uses, where it is bound or one of Python's pure functions; None if there are others."""
    params = node.params
    own = {param.name.value for param in (*params.posonly_params, *params.params, *params.kwonly_params)}
    used: set[str] = set()
    pending: list[Any] = [node.body]
    while pending:
        part = pending.pop()
        kind = type(part)  # a pattern of a class asks isinstance, which is slow on libcst's abstract ones
        if kind in _OTHER:
            return None
        if kind is cst.Attribute:
            pending.append(part.value)  # and not the attribute's name
            continue
        if kind in _BINDING:
            own |= _bound(part.target)
        elif kind is cst.Name:
            used.add(part.value)
        pending.extend(inner_nodes(part))
    return frozenset(used) if used <= own | _PURE else None


def _bound(target: cst.CSTNode) -> set[str]:
    match target:
        case cst.Name():
            return {target.value}
        case cst.Tuple() | cst.List():
            return {name for element in target.elements for name in _bound(element.value)}
        case _:
            return set()


def _maker(value: Value) -> Callable[[], Value] | None:
    """What makes such a result once more; None if it is not one that can be made."""
    if type(value) in PLAIN:
        return lambda: value
    if type(value) is Unknown:
        return lambda: Unknown(value.reason)
    free = value.as_symbol if type(value) is Expr else None
    if free is not None and free.uid:
        return lambda: fresh(free.name, minimum=free.minimum, reason=free.reason)
    return None
