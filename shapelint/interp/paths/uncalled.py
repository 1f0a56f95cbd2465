"""Runs of functions and methods that the file does not call, on tensors of unknown rank, to check what is stated of them."""

from __future__ import annotations

import libcst as cst

from ...shapes import Symbol, Tensor, Unknown, Value, unknown_rank
from ...shapes.dim import of_atom
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class
from ..model.frame import Frame
from ..model.functions import Function
from ..model.tape import Override, Run
from ..model.values import Thrown
from .attempt import attempt
from .exploration import Exploration
from .placeholders import arguments_of
from .tensor_hints import tensor_hint

__all__ = ["run_function", "run_method"]

_FUEL = 10_000


def run_function(exploration: Exploration, node: cst.FunctionDef, fuel: int = _FUEL) -> Run | None:
    """The run of a function of the module on tensors of unknown rank; None if it is not known by its name there."""
    found = exploration.module.names.get(node.name.value)
    if not isinstance(found, Function) or found.node is not node:
        return None
    return _run(exploration, None, found, node, fuel, Override())


def run_method(exploration: Exploration, node: cst.FunctionDef, fuel: int = _FUEL) -> Run | None:
    """The run of a method on a new instance of its class; None if no class of the module has it under its name."""
    for cls in exploration.module.names.values():
        if isinstance(cls, Class) and cls.node is not None:
            found = cls.names.get(node.name.value)
            if isinstance(found, Function) and found.node is node:
                return _run(exploration, cls, found, node, fuel, Override())
    return None


def _run(
    exploration: Exploration,
    cls: Class | None,
    function: Function,
    node: cst.FunctionDef,
    fuel: int,
    override: Override,
) -> Run:
    machine = Machine(exploration.project, fuel, override)
    params = (*node.params.posonly_params, *node.params.params, *node.params.kwonly_params)[0 if cls is None else 1 :]
    given = {param.name.value: _argument(param, machine) for param in params if param.default is None}
    given |= {name: Tensor(*form) for name, form in override.inputs.items() if name in given}

    def path(frame: Frame) -> Value:
        made = () if cls is None else (_instance(machine, cls, frame, override),)
        return call(machine, function, made, given, node, frame)

    def again(changed: Override) -> Run:
        return _run(exploration, cls, function, node, fuel, changed)

    made = attempt(machine, exploration.module, path)
    return made.run(f"{function.name}()", node, again, inputs=tuple(given.values()))


def _instance(machine: Machine, cls: Class, frame: Frame, override: Override) -> Value:
    """A new object of the class, its defaults of None given where it refuses them."""
    sizes = machine.project.sizes
    try:
        return call(machine, cls, (), arguments_of(cls, values=override.symbols, sizes=sizes), cls.node, frame)
    except Thrown:
        return call(
            machine, cls, (), arguments_of(cls, values=override.symbols, absent=True, sizes=sizes), cls.node, frame
        )


def _argument(param: cst.Param, machine: Machine) -> Value:
    name = param.name.value
    hint = None if param.annotation is None else param.annotation.annotation
    if isinstance(hint, cst.Name) and hint.value == "int":
        known = machine.project.sizes.get(name)
        return of_atom(Symbol(name, reason=f"parameter '{name}' has no default")) if known is None else known
    if hint is not None and (isinstance(hint, cst.Name) or tensor_hint(hint) is not None):
        plain = isinstance(hint, cst.Name) and hint.value in ("float", "bool", "str")
        return Unknown(f"argument '{name}'") if plain else Tensor(unknown_rank(f"argument '{name}'"))
    return Unknown(f"argument '{name}'")
