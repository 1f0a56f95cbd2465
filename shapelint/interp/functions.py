"""A function that nobody calls, called with tensors: for functions whose signatures say what they take."""

from __future__ import annotations

from typing import Any

import libcst as cst

from ..shapes import Symbol, Tensor, Unknown, unknown_rank
from ..shapes.dim import of_atom
from .calls import call
from .explore import Exploration, new_machine
from .hints import tensor_hint
from .scope import Frame
from .script import attempt
from .tape import Override, Run
from .values import Function

__all__ = ["run_function"]

_FUEL = 10_000


def run_function(exploration: Exploration, node: cst.FunctionDef) -> Run | None:
    """The run of a function of the module on tensors of unknown rank; None if it is not known by its name there."""
    found = exploration.module.names.get(node.name.value)
    if not isinstance(found, Function) or found.node is not node:
        return None
    return _run(exploration, found, node, Override())


def _run(exploration: Exploration, function: Function, node: cst.FunctionDef, override: Override) -> Run:
    machine = new_machine(exploration.project, _FUEL, override)
    frame = Frame(exploration.module, exploration.module.names)
    params = (*node.params.posonly_params, *node.params.params, *node.params.kwonly_params)
    given = {param.name.value: _argument(param) for param in params if param.default is None}
    given |= {name: Tensor(*form) for name, form in override.inputs.items() if name in given}
    output: list[Any] = []

    def path() -> None:
        with machine.activation(frame):
            output.append(call(machine, function, (), given, node, frame))

    ended = attempt(path)
    return Run(
        f"{function.name}()", node, exploration.source, machine.tape, False, tuple(given.values()),
        output[0] if output else None, None, ended, lambda changed: _run(exploration, function, node, changed),
    )  # fmt: skip


def _argument(param: cst.Param) -> Any:
    name = param.name.value
    hint = None if param.annotation is None else param.annotation.annotation
    if isinstance(hint, cst.Name) and hint.value == "int":
        return of_atom(Symbol(name, reason=f"parameter '{name}' has no default"))
    if hint is not None and (isinstance(hint, cst.Name) or tensor_hint(hint) is not None):
        plain = isinstance(hint, cst.Name) and hint.value in ("float", "bool", "str")
        return Unknown(f"argument '{name}'") if plain else Tensor(unknown_rank(f"argument '{name}'"))
    return Unknown(f"argument '{name}'")
