"""A file as Python runs it, from top to bottom, and its functions that can be called as they stand: tests and demos.

All are in training mode, as torch is until ``eval()``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from ...records import dataclass
from ...regex import lazy
from ...shapes import Value
from ...source.parse import Source
from ..machine.blocks import run_block
from ..machine.flow import OutOfFuel
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Module
from ..model.frame import Frame
from ..model.functions import Function
from ..model.tape import Override, Run
from ..model.values import Thrown
from ..project.given_up import forget_values, run_definitions
from ..project.project import Project, new_module
from .attempt import attempt

__all__ = ["Script", "demos_of", "fuel_of", "run_script", "run_test", "tests_of"]

_GLOBAL = lazy(r"^\s+global\s", re.MULTILINE)
_LEAST_FUEL, _FUEL_A_LINE, _MOST_FUEL = 4_000, 3, 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """A file that was executed: its module, what executed it, and what it left on the tape."""

    module: Module
    machine: Machine
    run: Run


def run_script(source: Source, project: Project, override: Override | None = None) -> Script:
    """Execute the statements of ``source``.  After one that raises nothing is certain any more."""
    machine = Machine(project, fuel_of(source), override, training=True)
    module = new_module("__main__", source)

    def path(frame: Frame) -> Value:
        body = source.tree.body
        for index, node in enumerate(body):
            try:
                run_block(machine, [node], frame)
            except Thrown:
                machine.doubt += 1  # what follows may still define the models, but proves nothing any more
            except OutOfFuel:
                forget_values(module, body[index:])
                run_definitions(machine, body[index + 1 :], frame)
                raise
        return None

    made = attempt(machine, module, path)
    run = made.run("the script", source.tree, lambda changed: run_script(source, project, changed).run, concrete=True)
    return Script(module, machine, run)


def tests_of(script: Script) -> list[tuple[str, cst.FunctionDef]]:
    """The tests of a file, ``main`` included, that need no arguments and that its own statements do not call, by name."""
    return [(name, node) for name, node in _uncalled(script) if _is_test(node)]


def demos_of(script: Script) -> list[tuple[str, cst.FunctionDef]]:
    """The other functions that nothing calls and that have no parameters: whoever calls one gets what the file shows.

    None where functions assign to globals, since one of them may have to come first.
    """
    if _GLOBAL.search(script.module.source.text):
        return []
    return [(name, node) for name, node in _uncalled(script) if not _is_test(node) and _is_bare(node)]


def _uncalled(script: Script) -> Iterator[tuple[str, cst.FunctionDef]]:
    entered = {entry.site.node for entry in script.machine.tape.entered}
    for name, value in script.module.names.items():
        if type(value) is Function and isinstance(value.node, cst.FunctionDef) and value.node not in entered:
            yield name, value.node


def _is_test(node: cst.FunctionDef) -> bool:
    name, params = node.name.value.lstrip("_"), node.params
    required = [p for p in (*params.posonly_params, *params.params, *params.kwonly_params) if p.default is None]
    return (name.startswith("test") or name == "main") and not required


def _is_bare(node: cst.FunctionDef) -> bool:
    """Whether there is nothing that a caller, or a decorator, could change."""
    params = node.params
    some = (*params.posonly_params, *params.params, *params.kwonly_params, params.star_kwarg, params.star_arg)
    return not node.decorators and all(param is None or isinstance(param, cst.MaybeSentinel) for param in some)


def run_test(
    project: Project, module: Module, name: str, node: cst.CSTNode, override: Override | None = None
) -> tuple[Run, Machine]:
    """Call the function ``name`` of the module, which is defined by ``node`` and needs no arguments."""
    source = module.source
    machine = Machine(project, fuel_of(source), override, training=True)

    def path(frame: Frame) -> Value:
        call(machine, module.names[name], (), {}, None, frame)
        return None

    def again(changed: Override) -> Run:
        return run_test(project, run_script(source, project, changed).module, name, node, changed)[0]

    return attempt(machine, module, path).run(f"{name}()", node, again, concrete=True), machine


def fuel_of(source: Source) -> int:
    """What a script, or one of its tests, may use: a test of many models in one file need not build all of them."""
    return min(_LEAST_FUEL + _FUEL_A_LINE * source.text.count("\n"), _MOST_FUEL)
