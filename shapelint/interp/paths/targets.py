"""One expression of a file, evaluated and called: ``NetD``, ``VGG('VGG16')``, ``resnet50()``."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from ...records import dataclass
from ...shapes import Expr, Value
from ...shapes.written_inputs import Input, TensorInput
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
from .given_inputs import InputMisfit, NoSuchTarget, laid_out, signature_of
from .placeholders import arguments_of, by_place

__all__ = ["Executed", "InputMisfit", "NoSuchTarget", "construct", "execute", "laid_out", "targets_in"]

_FUEL = 1_500_000


@dataclass(frozen=True, slots=True, eq=False)
class Executed:
    """A module after one call: ``inputs`` and ``output`` as values, ``ended``: why it stopped.

    ``first``: index of the first entry of the tape that belongs to the call; those before were made by constructors.
    ``named``: the modules that ``named_modules()`` gave before the call.  ``asked``: the constructor with its parameters, if
    the target is a class and some of them have no value.
    """

    tape: Tape
    module: Instance
    inputs: tuple[Value, ...]
    output: Value
    ended: Ending | None
    first: int
    named: frozenset[Instance]
    asked: str | None = None


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


def execute(
    module: Module, project: Project, expression: str, inputs: Sequence[Input | Sequence[int]] = ()
) -> Executed:
    """Evaluate ``expression`` in the file and call what it gives on ``inputs``, sizes or more (none: symbolic).

    Raises NoSuchTarget if the value is not a module, InputMisfit if it does not take the inputs.
    """
    machine = Machine(project, _FUEL)
    given = [each if isinstance(each, Input) else Input(None, TensorInput(tuple(each))) for each in inputs]
    instance = _evaluated(machine, module, expression)
    open_names = [name for name in arguments_of(instance.cls) if name.isidentifier() and name not in project.sizes]
    own = instance.cls.name == expression.strip() and open_names
    asked = signature_of(instance.cls.find("__init__"), instance.cls.name) if own else None
    return _call(machine, module, instance, given, asked)


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
                found = value.find("__init__")
                given = arguments_of(value, sizes=machine.project.sizes)
                value = call(machine, value, *by_place(found[1] if found else None, given), None, frame)
            elif isinstance(value, Function):
                value = call(machine, value, (), {}, None, frame)
    except Thrown as error:
        where = "" if error.site is None else f" at {error.site.place}"
        needed = _needed(machine, node, frame) if error.site is None or not isinstance(node, cst.Call) else ""
        raise NoSuchTarget(f"{expression} raises {error.name}{where}{needed}") from None
    except OutOfFuel as error:
        raise NoSuchTarget(f"{expression}: {error}") from None
    except RecursionError:
        raise NoSuchTarget(f"{expression}: nested too deeply") from None
    if not isinstance(value, Instance) or not is_module(value):
        callee = _callee(machine, node, frame)
        known = callee if isinstance(callee, Expr) else value
        reason = (
            f"name '{known}' is not known" if isinstance(known, Expr) else getattr(value, "reason", "it is no module")
        )
        raise NoSuchTarget(f"{expression}: {reason}")
    return value


def _call(machine: Machine, file: Module, module: Instance, inputs: Sequence[Input], asked: str | None) -> Executed:
    positional, named = laid_out(module, inputs)
    first, inside = len(machine.tape.calls), frozenset(inner for _, inner in named_modules(module))
    made = attempt(machine, file, lambda frame: call(machine, module, positional, named, None, frame))
    name_paths(machine.tape, module)
    inputs_given = (*positional, *named.values())
    return Executed(machine.tape, module, inputs_given, made.output, made.ended, first, inside, asked)


def _callee(machine: Machine, node: cst.BaseExpression, frame: Frame) -> Value:
    """What a name means that is called; None where something else is."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Name):
        return None
    try:
        return machine.evaluate(node.func, frame)
    except (Thrown, OutOfFuel, RecursionError):
        return None


def _needed(machine: Machine, node: cst.BaseExpression, frame: Frame) -> str:
    """What is to be called, with its parameters: for who left some out."""
    callee = node.func if isinstance(node, cst.Call) else node
    try:
        value = machine.evaluate(callee, frame)
    except (Thrown, OutOfFuel, RecursionError):
        return ""
    if isinstance(value, Class):
        return f": its arguments are {signature_of(value.find('__init__'), value.name)}"
    return f": its arguments are {signature_of(value, value.name)}" if isinstance(value, Function) else ""
