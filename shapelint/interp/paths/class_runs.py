"""Runs of a module class: built with its defaults, and called on made-up inputs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, TypeAlias

from ...records import dataclass, replace
from ...shapes import Tensor, Unknown, Value
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class, Instance, Module
from ..model.tape import Override, Run, Tape
from ..project.project import Project
from .attempt import attempt
from .placeholders import arguments_of, inputs_of

if TYPE_CHECKING:
    from ...shapes.written_inputs import Input

__all__ = ["CLASS_FUEL", "Usage", "run_class", "run_on_defaults", "unset_attributes"]

CLASS_FUEL = 60_000

Given: TypeAlias = tuple[tuple[Value, ...], dict[str, Value]]
"""Positional and named arguments of ``forward``."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How a class is built and called.

    ``inputs``: what ``forward`` is given, None for tensors of unknown rank; ``written``: the same as a user writes it.
    ``strict``: defaults of the constructor are unknown; ``unset``: those of them that are None; ``absent``: those are
    sizes.  Under ``strict`` and ``unset`` attributes of the class that are None are unknown as well: a subclass, or whoever
    builds it, sets them.  ``optional``: inputs that have a default are given too.  ``concrete``: the user says that these
    are its inputs.
    """

    inputs: Given | None = None
    written: tuple[Input, ...] = ()
    strict: bool = False
    absent: bool = False
    unset: bool = False
    optional: bool = False
    concrete: bool = False


def run_class(project: Project, module: Module, cls: Class, usage: Usage, override: Override) -> tuple[Run, Machine]:
    """Build ``cls``, which ``module`` defines, and call it."""
    with (
        _unset_attributes(cls) if usage.strict or usage.unset else nullcontext(),
        _former_globals(module, module.shadowed[cls]) if cls in module.shadowed else nullcontext(),
    ):
        return _run_class(project, module, cls, usage, override)


@contextmanager
def _former_globals(module: Module, names: dict[str, Value]) -> Iterator[None]:
    """Within, the globals of ``module`` are these: another class of the name may need other helpers."""
    now = dict(module.names)
    module.names.clear()
    module.names.update(names)
    try:
        yield
    finally:
        module.names.clear()
        module.names.update(now)


@contextmanager
def _unset_attributes(cls: Class) -> Iterator[None]:
    """Within, the attributes of ``cls`` and its bases that are None are unknown."""
    unset = [(base.names, name) for base in cls.mro for name in unset_attributes(base)]
    for names, name in unset:
        names[name] = Unknown(f"'{name}' is perhaps set")
    try:
        yield
    finally:
        for names, name in unset:
            names[name] = None


def unset_attributes(cls: Class) -> list[str]:
    """The names to which the body of ``cls`` gives None."""
    return [name for name, value in cls.names.items() if value is None and cls.node is not None]


def _run_class(project: Project, module: Module, cls: Class, usage: Usage, override: Override) -> tuple[Run, Machine]:
    node = cls.node
    assert node is not None
    machine = Machine(project, CLASS_FUEL, override)
    args = arguments_of(cls, usage.strict, override.symbols, usage.absent, usage.unset, project.sizes)
    made = attempt(machine, module, lambda frame: call(machine, cls, (), args, node, frame))
    instance = made.output if isinstance(made.output, Instance) else None
    positional: tuple[Value, ...] = ()
    given: dict[str, Value] = {}
    if instance is not None:
        positional, given = usage.inputs or _given(instance, usage)
        given = given | {name: Tensor(*form) for name, form in override.inputs.items() if name in given}
        asked = bool(positional or given)
        made = attempt(
            machine, module, lambda frame: call(machine, instance, positional, given, node, frame) if asked else None
        )

    def again(changed: Override) -> Run:
        if changed.unbatched:  # what a layer found out of their rank is in question
            return run_class(project, module, cls, usage, changed)[0]
        first = tuple(_replayed(value, machine.tape, changed) for value in positional)
        named = {name: _replayed(value, machine.tape, changed) for name, value in given.items()}
        found = {
            at: [machine.tape.resolve(shape).substitute(changed.symbols) for shape in shapes]
            for at, shapes in machine.tape.found.items()
        }
        return run_class(project, module, cls, replace(usage, inputs=(first, named)), replace(changed, found=found))[0]

    inputs = (*positional, *given.values())
    run = made.run(f"{cls.name}()", node, again, concrete=usage.concrete, inputs=inputs, instance=instance)
    return run, machine


def _given(instance: Instance, usage: Usage) -> Given:
    """What ``forward`` is called with first; what a user gives and it does not take is left to who reports that."""
    if usage.written:
        from .given_inputs import InputMisfit, laid_out

        with suppress(InputMisfit):
            return laid_out(instance, usage.written)
    return (), inputs_of(instance, None, optional=usage.optional)


def _replayed(value: Value, tape: Tape, changed: Override) -> Value:
    """An input as a run has found it to be, with the sizes that a replay gives to its symbols."""
    match value:
        case Tensor():
            return Tensor(tape.resolve(value.shape).substitute(changed.symbols), value.dtype)
        case tuple():
            return tuple(_replayed(part, tape, changed) for part in value)
        case list():
            return [_replayed(part, tape, changed) for part in value]
        case dict():
            return {key: _replayed(part, tape, changed) for key, part in value.items()}
        case _:
            return value


def run_on_defaults(
    project: Project, module: Module, cls: Class, written: tuple[Input, ...] = ()
) -> tuple[Run, Machine]:
    """The run of a class on nothing but its defaults, called on what is ``written`` or else on symbols.

    A constructor that rejects them is run again with unknowns in the place of those that are None, which its users are
    then expected to give.
    """
    run, machine = run_class(project, module, cls, Usage(written=written), Override())
    if run.module is None and run.ended is not None and run.ended.is_exception:
        given, other = run_class(project, module, cls, Usage(written=written, absent=True), Override())
        if given.module is not None:
            return given, other
    return run, machine
