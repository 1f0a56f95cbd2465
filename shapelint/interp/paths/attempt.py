"""Following one path to its end, or to where it breaks off."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...records import dataclass
from ...shapes import Value
from ..machine.flow import OutOfFuel
from ..machine.machine import Machine
from ..model.classes import Instance, Module
from ..model.frame import Frame
from ..model.module_tree import named_modules
from ..model.tape import Cause, Ending, Override, Run, Tape
from ..model.values import Thrown

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["Attempt", "attempt", "name_paths"]


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """What came of a path.

    ``machine``: what executed it, with the tape; ``module``: in which names.  ``output``: its value, None if it broke off.
    ``ended``: why it broke off, None if it did not.
    """

    machine: Machine
    module: Module
    output: Value
    ended: Ending | None

    def run(
        self,
        title: str,
        node: cst.CSTNode,
        again: Callable[[Override], Run],
        *,
        concrete: bool = False,
        inputs: tuple[Value, ...] = (),
        instance: Instance | None = None,
    ) -> Run:
        """The path as a :class:`Run`; ``again`` follows it once more with something changed.

        ``instance``: the module that was called, under which the calls on the tape get their dotted names.
        """
        if instance is not None:
            name_paths(self.machine.tape, instance)
        return Run(
            title,
            node,
            self.module.source,
            self.machine.tape,
            concrete,
            inputs,
            self.output,
            instance,
            self.ended,
            again,
        )


def attempt(machine: Machine, module: Module, path: Callable[[Frame], Value]) -> Attempt:
    """Do what ``path`` does at the top level of ``module``, as far as it gets with the fuel of the path and of the file."""
    frame = Frame(module, module.names)
    # A replay repeats what such a path has shown; cut short it would seem to show that something does not happen.
    is_new = machine.override == Override()
    if is_new:
        machine.fuel = min(machine.fuel, machine.project.fuel)
    before = machine.fuel
    machine.heed()
    output: Value = None
    ended: Ending | None = None
    try:
        with machine.activation(frame):
            output = path(frame)
    except OutOfFuel as error:
        ended = Ending(Cause.FUEL, str(error))
    except Thrown as error:
        ended = Ending(Cause.EXCEPTION, error.name, error.site)
    except RecursionError:
        ended = Ending(Cause.DEPTH, "nested too deeply")
        _break(machine)
    except BaseException:
        _break(machine)
        while machine.heap.arms:  # what is kept of earlier runs must not have what an arm did
            machine.heap.take_back()
        raise
    if is_new:
        machine.project.fuel -= before - max(machine.fuel, 0)
    return Attempt(machine, module, output, ended)


def _break(machine: Machine) -> None:
    """Say that a path ended in the middle of whatever it did."""
    if machine.project.announced is not None:
        machine.project.announced.is_broken = True


def name_paths(tape: Tape, root: Instance) -> None:
    """Give the calls on the tape the names under which torch's ``root.named_modules()`` lists the called modules."""
    names = {module: path for path, module in named_modules(root)}
    for entry in tape.calls:
        if entry.module is not None:
            entry.path = names.get(entry.module, "")
