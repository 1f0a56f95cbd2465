"""A file as Python runs it: its statements from top to bottom, in training mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...records import dataclass
from ...source.parse import Source
from ..machine.blocks import run_block
from ..machine.machine import Machine, OutOfFuel
from ..model.frame import Frame
from ..model.tape import Cause, Ending, Override, Run
from ..model.values import Module, Thrown
from ..project.imports import Project, new_module

__all__ = ["Script", "attempt", "run_script", "script_fuel"]

_LEAST_FUEL, _FUEL_A_LINE, _MOST_FUEL = 4_000, 3, 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """A file that was executed: its module, what executed it, and what it left on the tape."""

    module: Module
    machine: Machine
    run: Run


def run_script(source: Source, project: Project, override: Override | None = None) -> Script:
    """Execute the statements of ``source``.  After one that raises nothing is certain any more."""
    machine = Machine(project, script_fuel(source), override, training=True)
    module = new_module("__main__", source)
    frame = Frame(module, module.names)

    def path() -> None:
        for node in source.tree.body:
            with machine.activation(frame):
                try:
                    run_block(machine, [node], frame)
                except Thrown:
                    machine.doubt += 1  # what follows may still define the models, but proves nothing any more

    ended = attempt(path)

    def again(changed: Override) -> Run:
        return run_script(source, project, changed).run

    run = Run("the script", source.tree, source, machine.tape, True, (), None, None, ended, again)
    return Script(module, machine, run)


def script_fuel(source: Source) -> int:
    """What a script, or one of its tests, may use: a test of many models in one file need not build all of them."""
    return min(_LEAST_FUEL + _FUEL_A_LINE * source.text.count("\n"), _MOST_FUEL)


def attempt(path: Callable[[], Any]) -> Ending | None:
    """Follow a path to its end; the reason if it does not get there."""
    try:
        path()
    except OutOfFuel as error:
        return Ending(Cause.FUEL, str(error))
    except Thrown as error:
        return Ending(Cause.EXCEPTION, error.name)
    except RecursionError:
        return Ending(Cause.DEPTH, "nested too deeply")
    return None
