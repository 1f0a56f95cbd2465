"""Runs of a module class: built with its defaults, and called on made-up inputs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from ...records import dataclass, replace
from ...shapes import Tensor, Unknown, Value
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class, Instance, Module
from ..model.tape import Override, Run
from ..project.project import Project
from .attempt import attempt
from .placeholders import arguments_of, inputs_of

__all__ = ["CLASS_FUEL", "Usage", "run_class", "run_on_defaults", "unset_attributes"]

CLASS_FUEL = 60_000


@dataclass(frozen=True, slots=True)
class Usage:
    """How a class is built and called.

    ``inputs``: what ``forward`` is given, None for tensors of unknown rank.  ``strict``: defaults of the constructor are
    unknown; ``unset``: those of them that are None; ``absent``: those are sizes.  Under ``strict`` and ``unset`` attributes
    of the class that are None are unknown as well: a subclass, or whoever builds it, sets them.  ``optional``: inputs that
    have a default are given too.  ``concrete``: the user says that these are its inputs.
    """

    inputs: tuple[Value, ...] | None = None
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
    given: dict[str, Value] = {}
    if instance is not None:
        given = inputs_of(instance, usage.inputs, optional=usage.optional)
        given |= {name: Tensor(*form) for name, form in override.inputs.items() if name in given}
        made = attempt(
            machine, module, lambda frame: call(machine, instance, (), given, node, frame) if given else None
        )

    def again(changed: Override) -> Run:
        if changed.unbatched:  # what a layer found out of their rank is in question
            return run_class(project, module, cls, usage, changed)[0]
        inputs = tuple(
            machine.tape.resolve(value.shape).substitute(changed.symbols) if isinstance(value, Tensor) else value
            for value in given.values()
        )
        return run_class(project, module, cls, replace(usage, inputs=inputs), changed)[0]

    inputs = tuple(given.values())
    run = made.run(f"{cls.name}()", node, again, concrete=usage.concrete, inputs=inputs, instance=instance)
    return run, machine


def run_on_defaults(project: Project, module: Module, cls: Class) -> tuple[Run, Machine]:
    """The run of a class on nothing but its defaults.

    A constructor that rejects them is run again with unknowns in the place of those that are None, which its users are
    then expected to give.
    """
    run, machine = run_class(project, module, cls, Usage(), Override())
    if run.module is None and run.ended is not None and run.ended.is_exception:
        given, other = run_class(project, module, cls, Usage(absent=True), Override())
        if given.module is not None:
            return given, other
    return run, machine
