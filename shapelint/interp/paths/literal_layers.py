"""Layers that are built with nothing but literals: what PyTorch makes of those needs no path that leads there.

They are asked where a path was given up, so that what comes after an endless loop is not passed over in silence.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeGuard
from warnings import catch_warnings, simplefilter

import libcst as cst

from ...layers import CATALOGUE
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
_MAYBE_LITERALS = (ast.Constant, ast.UnaryOp, ast.Tuple, ast.List)
_CONSTANTS = frozenset({"True", "False", "None"})


def refused_literals(project: Project, module: Module) -> list[Run]:
    """A run for each layer of the file that PyTorch refuses to build, or to call on whatever input, for its literals."""
    tree = _python_tree(module.source.text)
    rows = frozenset(node.lineno for node in ast.walk(tree) if _builds_a_layer(node)) if tree is not None else None
    if tree is None or not rows:
        return []
    rebound = _rebound(tree)
    found = (node for statement in _statements_at(rows, tree, module.source.tree) for node in _literal_calls(statement))
    calls = islice((node for node in found if _root(node.func) not in rebound), _MOST)
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


def _statements_at(
    rows: frozenset[int], python: ast.Module | ast.ClassDef, block: cst.Module | cst.IndentedBlock
) -> Iterator[cst.CSTNode]:
    """The statements of ``block``, which Python knows as ``python``, that hold one of the rows; in place of classes theirs.

    libcst's tree takes long to walk, and bodies of functions that nobody has looked into would be parsed on the way.
    """
    following = iter(python.body)
    for statement in block.body:
        small = len(statement.body) if isinstance(statement, cst.SimpleStatementLine) else 1
        same = list(islice(following, small))
        held, first = rows & _rows(same), same[0]
        body = statement.body if isinstance(statement, cst.ClassDef) else None
        if isinstance(first, ast.ClassDef) and isinstance(body, cst.IndentedBlock) and held <= _rows(first.body):
            yield from _statements_at(held, first, body)
        elif held:
            yield statement


def _rows(statements: Sequence[ast.stmt]) -> frozenset[int]:
    """Those from the first line of the first statement to the last of the last, decorators included."""
    first, last = statements[0], statements[-1]
    decorators = getattr(first, "decorator_list", ())
    return frozenset(range(min(node.lineno for node in (first, *decorators)), (last.end_lineno or last.lineno) + 1))


def _literal_calls(statement: cst.CSTNode) -> Iterator[cst.Call]:
    """The calls of names with nothing but literals, in the order of the file, where no exception is expected."""
    waiting: list[cst.CSTNode] = [statement]
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


def _python_tree(text: str) -> ast.Module | None:
    """What Python makes of the file; None where it has syntax of a later version."""
    try:
        with catch_warnings():
            simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError:
        return None


def _builds_a_layer(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether there is a call of the name of a layer with nothing but what may be literals."""
    if not isinstance(node, ast.Call):
        return False
    callee, values = node.func, [*node.args, *(keyword.value for keyword in node.keywords)]
    name = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", None)
    return name in CATALOGUE and bool(values) and all(isinstance(value, _MAYBE_LITERALS) for value in values)


def _rebound(tree: ast.Module) -> frozenset[str]:
    """The names that mean something else somewhere in the file: whatever is bound, but for imports at the top level."""
    found: set[str] = set()
    imports = {node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names) if node not in imports:
                found |= {(alias.asname or alias.name).partition(".")[0] for alias in names}
            case _:
                pass
    return frozenset(found)
