"""Layers that are built with nothing but literals: what PyTorch makes of those needs no path that leads there.

They are asked where a path was given up, so that what comes after an endless loop is not passed over in silence.
"""

from __future__ import annotations

import symtable
from collections.abc import Iterator
from itertools import islice

import libcst as cst

from ...shapes import Kind, Tensor, Value, unknown_rank
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class, Instance, Module
from ..model.frame import Frame
from ..model.tape import Override, Run
from ..project.project import Project
from .attempt import Attempt, attempt

__all__ = ["refused_literals"]

_FUEL = 100
_MOST = 2_000
"""The layers that are asked: more than any file that people write has."""
_PATHLESS = frozenset({Kind.ARGUMENT, Kind.PADDING})
_EXPECTED = (cst.Try, cst.TryStar, cst.With, cst.Lambda)
"""What is inside of these may be there to fail: ``with pytest.raises(ValueError): ...``."""
_LITERALS = (cst.Integer, cst.Float, cst.SimpleString)
_CONSTANTS = frozenset({"True", "False", "None"})


def refused_literals(project: Project, module: Module) -> list[Run]:
    """A run for each layer of the file that PyTorch refuses to build, or to call on whatever input, for its literals."""
    rebound = _rebound(module.source.text)
    if rebound is None:
        return []
    calls = islice((node for node in _literal_calls(module.source.tree) if _root(node.func) not in rebound), _MOST)
    return [_run(project, module, node, Override()) for node in calls if _is_refused(_built(project, module, node))]


def _run(project: Project, module: Module, node: cst.Call, override: Override) -> Run:
    return _built(project, module, node, override).run(
        f"the layer at line {module.source.span(node).row}",
        node,
        lambda changed: _run(project, module, node, changed),
    )


def _built(project: Project, module: Module, node: cst.Call, override: Override | None = None) -> Attempt:
    """The layer is built, and called if it moves a window, whose padding is only looked at then."""
    machine = Machine(project, _FUEL, override)

    def path(frame: Frame) -> Value:
        cls = machine.evaluate(node.func, frame)
        if not isinstance(cls, Class) or cls.layer is None:
            return None
        layer = machine.evaluate(node, frame)
        if isinstance(layer, Instance) and layer.opaque is None and cls.layer.window is not None:
            call(machine, layer, (Tensor(unknown_rank("an input that is not known")),), {}, node, frame)
        return layer

    return attempt(machine, module, path)


def _is_refused(made: Attempt) -> bool:
    kinds = {entry.reject.kind for entry in made.machine.tape.calls if entry.reject is not None}
    return bool(kinds) and kinds <= _PATHLESS


def _literal_calls(tree: cst.Module) -> Iterator[cst.Call]:
    """The calls of names with nothing but literals, in the order of the file, where no exception is expected."""
    waiting: list[cst.CSTNode] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _EXPECTED):
            continue
        if isinstance(node, cst.Call) and node.args and all(map(_is_given_literal, node.args)) and _root(node.func):
            yield node
        waiting.extend(reversed(node.children))


def _is_given_literal(arg: cst.Arg) -> bool:
    return not arg.star and _is_literal(arg.value)


def _is_literal(node: cst.CSTNode) -> bool:
    match node:
        case cst.UnaryOperation(operator=cst.Minus()):
            return _is_literal(node.expression)
        case cst.Tuple() | cst.List():
            return all(_is_literal(element.value) for element in node.elements)
        case cst.Name():
            return node.value in _CONSTANTS
        case _:
            return isinstance(node, _LITERALS)


def _root(node: cst.CSTNode) -> str | None:
    """``torch`` of ``torch.nn.Conv2d``; None for what is not a name with attributes."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return node.value if isinstance(node, cst.Name) else None


def _rebound(text: str) -> frozenset[str] | None:
    """The names that mean something else somewhere in the file: bound in a function or a class, or not by an import alone.

    None where Python cannot tell, since the file has syntax of a later version.
    """
    try:
        waiting = [symtable.symtable(text, "", "exec")]
    except SyntaxError:
        return None
    found: set[str] = set()
    while waiting:
        table = waiting.pop()
        inner = table.get_type() != "module"
        found |= {name.get_name() for name in table.get_symbols() if name.is_assigned() or (inner and name.is_local())}
        waiting += table.get_children()
    return frozenset(found)
