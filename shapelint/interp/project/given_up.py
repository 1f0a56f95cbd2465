"""A file whose top level was given up halfway: its definitions are left of it, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import libcst as cst

from ...regex import lazy
from ...shapes import Expr, Tensor
from ..machine.blocks import run_block
from ..machine.flow import OutOfFuel
from ..machine.machine import Machine
from ..machine.outcome import PLAIN
from ..model.classes import Instance, Module
from ..model.frame import Frame
from ..model.values import Choice, Ratio, Thrown

__all__ = ["forget_values", "run_definitions"]

_MUTABLE = (list, dict, set, tuple, Instance, Tensor, Expr, Choice, Ratio)
_DEFINITIONS = frozenset({cst.ClassDef, cst.FunctionDef})
_IMPORTS = frozenset({cst.Import, cst.ImportFrom})
_GLOBAL = lazy(r"\bglobal\b(.*)")
_FUEL = 4_000


def forget_values(module: Module, rest: Sequence[cst.CSTNode]) -> None:
    """Unbind whatever ``rest``, the statements that were not completed or never begun, may change.

    A number that is counted up in a loop has some value when the fuel is gone, but not the one that the program sees.  Of
    lists, dicts and objects nobody can tell what changes them; numbers and text stay if neither ``rest`` nor any ``global``
    mentions their names.
    """
    mentioned = {*_names_in(rest), *re.findall(r"\w+", " ".join(_GLOBAL.findall(module.source.text)))}
    for name, value in list(module.names.items()):
        changes = name in mentioned if type(value) in PLAIN else isinstance(value, _MUTABLE)
        if changes and not name.startswith("__"):
            del module.names[name]


def _names_in(nodes: Sequence[cst.CSTNode]) -> Iterator[str]:
    """The names that statements mention, outside of functions and classes, whose names are their own."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, cst.Name):
            yield node.value
        if type(node) not in _DEFINITIONS:
            waiting += node.children


def run_definitions(machine: Machine, body: Sequence[cst.CSTNode], frame: Frame) -> None:
    """Execute the classes, functions and imports among ``body``, with fuel of their own.  Nothing in them is certain."""
    machine.fuel = _FUEL
    machine.doubt += 1
    for node in body:
        if type(node) in _DEFINITIONS or _imports(node):
            try:
                run_block(machine, [node], frame)
            except Thrown:
                continue
            except OutOfFuel:
                return


def _imports(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.SimpleStatementLine) and all(type(part) in _IMPORTS for part in node.body)
