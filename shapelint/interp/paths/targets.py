"""One expression of a file, evaluated and called: ``NetD``, ``VGG('VGG16')``, ``resnet50()``."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from ...records import dataclass
from ...shapes import Expr, Shape, Tensor, Value
from ..machine.flow import OutOfFuel
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class, Instance, Module
from ..model.frame import Frame
from ..model.functions import Function
from ..model.module_tree import MODULE, is_module, named_modules
from ..model.tape import Ending, Tape
from ..model.values import Thrown
from ..project.project import Project
from .attempt import attempt, name_paths
from .placeholders import arguments_of, inputs_of

__all__ = ["Executed", "NoSuchTarget", "construct", "execute", "targets_in"]

_FUEL = 1_500_000


class NoSuchTarget(Exception):
    """The file, the name in it, or what the expression gives is nothing that can be shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Executed:
    """A module after one call: ``inputs`` and ``output`` as values, ``ended``: why it stopped.

    ``first``: index of the first entry of the tape that belongs to the call; those before were made by constructors.
    ``named``: the modules that ``named_modules()`` gave before the call.
    """

    tape: Tape
    module: Instance
    inputs: tuple[Value, ...]
    output: Value
    ended: Ending | None
    first: int
    named: frozenset[Instance]


def targets_in(module: Module, project: Project) -> list[str]:
    """The names of the module classes that a file defines."""
    machine = Machine(project, _FUEL)
    found = []
    for name in list(module.names):  # evaluating one may bind others
        value = project.name_in(machine, module, name)
        if isinstance(value, Class) and value.module is module and MODULE in value.mro and value.node is not None:
            found.append(name)
    return found


def construct(module: Module, project: Project, expression: str) -> Instance:
    """The module that ``expression`` gives in the file, as its constructor leaves it.

    Raises NoSuchTarget if the value is not a module.
    """
    return _evaluated(Machine(project, _FUEL), module, expression)


def execute(module: Module, project: Project, expression: str, sizes: Sequence[Sequence[int]]) -> Executed:
    """Evaluate ``expression`` in the file and call what it gives on inputs of ``sizes`` (none: symbolic).

    Raises NoSuchTarget if the value is not a module.
    """
    machine = Machine(project, _FUEL)
    return _call(machine, module, _evaluated(machine, module, expression), sizes)


def _evaluated(machine: Machine, module: Module, expression: str) -> Instance:
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
    return value


def _call(machine: Machine, file: Module, module: Instance, sizes: Sequence[Sequence[int]]) -> Executed:
    shapes = tuple(Shape(tuple(size)) for size in sizes)
    positional: tuple[Value, ...] = ()
    given = inputs_of(module, shapes or None)
    if len(given) < len(shapes):  # some are for parameters that have a default, or for ``*inputs``
        positional, given = tuple(map(Tensor, shapes)), {}
    first, named = len(machine.tape.calls), frozenset(inner for _, inner in named_modules(module))
    made = attempt(machine, file, lambda frame: call(machine, module, positional, given, None, frame))
    name_paths(machine.tape, module)
    inputs = positional or tuple(given.values())
    return Executed(machine.tape, module, inputs, made.output, made.ended, first, named)
