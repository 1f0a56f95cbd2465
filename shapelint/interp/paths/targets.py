"""One expression of a file, evaluated and called: ``NetD``, ``VGG('VGG16')``, ``resnet50()``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from ...records import dataclass
from ...shapes import Expr, Shape, Tensor
from ..machine.machine import Machine, OutOfFuel, call
from ..model.frame import Frame
from ..model.module_tree import MODULE, is_module, named_modules
from ..model.tape import Ending, Tape
from ..model.values import Class, Function, Instance, Module, Thrown
from ..project.imports import Deferred, Project
from .exploration import name_paths, new_machine
from .placeholders import arguments_of, inputs_of
from .script import attempt

__all__ = ["Executed", "NoSuchTarget", "execute", "targets_in"]

_FUEL = 1_500_000


class NoSuchTarget(Exception):
    """The file, the name in it, or what the expression gives is nothing that can be shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Executed:
    """A module after one call: ``inputs`` and ``output`` as values, ``ended``: why it stopped.

    ``first``: index of the first entry of the tape that belongs to the call; those before were made by constructors.
    ``named``: the modules that ``named_modules()`` gave before the call, by ``id``.
    """

    tape: Tape
    module: Instance
    inputs: tuple[Any, ...]
    output: Any
    ended: Ending | None
    first: int
    named: frozenset[int]


def targets_in(module: Module, project: Project) -> list[str]:
    """The names of the module classes that a file defines."""
    machine = new_machine(project, _FUEL)
    found = []
    for name in list(module.names):
        value = module.names[name]
        if isinstance(value, Deferred):
            value = project.name_in(machine, module, name)
        if isinstance(value, Class) and value.module is module and MODULE in value.mro and value.node is not None:
            found.append(name)
    return found


def execute(module: Module, project: Project, expression: str, sizes: Sequence[Sequence[int]]) -> Executed:
    """Evaluate ``expression`` in the file and call what it gives on inputs of ``sizes`` (none: symbolic).

    Raises NoSuchTarget where that is no module.
    """
    machine = new_machine(project, _FUEL)
    frame = Frame(module, module.names)
    try:
        node = cst.parse_expression(expression)
    except cst.ParserSyntaxError:
        raise NoSuchTarget(f"'{expression}' is not an expression") from None
    try:
        with machine.activation(frame):
            value = machine.evaluate(node, frame)
            if isinstance(value, Class):
                value = call(machine, value, (), arguments_of(value), None, frame)
            elif isinstance(value, Function):
                value = call(machine, value, (), {}, None, frame)
    except Thrown as error:
        raise NoSuchTarget(f"{expression} raises {error.name}") from None
    except OutOfFuel as error:
        raise NoSuchTarget(f"{expression}: {error}") from None
    except RecursionError:
        raise NoSuchTarget(f"{expression}: nested too deeply") from None
    if not isinstance(value, Instance) or not is_module(value):
        unknown = f"name '{value}' is not known" if isinstance(value, Expr) else "it is no module"
        reason = getattr(value, "reason", unknown)
        raise NoSuchTarget(f"{expression}: {reason}")
    return _call(machine, frame, value, sizes)


def _call(machine: Machine, frame: Frame, module: Instance, sizes: Sequence[Sequence[int]]) -> Executed:
    given: dict[str, Any] = inputs_of(module, tuple(Shape(tuple(size)) for size in sizes) if sizes else None)
    positional: tuple[Any, ...] = ()
    if sizes and len(given) < len(sizes):
        positional, given = tuple(Tensor(Shape(tuple(size))) for size in sizes), {}
    output: list[Any] = []
    first, named = len(machine.tape.calls), frozenset(id(inner) for _, inner in named_modules(module))

    def path() -> None:
        with machine.activation(frame):
            output.append(call(machine, module, positional, given, None, frame))

    ended = attempt(path)
    name_paths(machine, module)
    result = output[0] if output else None
    return Executed(machine.tape, module, positional or tuple(given.values()), result, ended, first, named)
