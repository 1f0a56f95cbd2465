"""Statements without a block, definitions, and ``if``; see also compound and loops."""

from __future__ import annotations

import libcst as cst

from ...shapes import Unknown, Value
from ..machine.blocks import run_block
from ..machine.bounds import extend
from ..machine.flow import BREAK, CONTINUE, Flow, Return
from ..machine.machine import STATEMENTS, Machine
from ..machine.recording import assume
from ..machine.tables import statement
from ..model.classes import Class
from ..model.frame import Frame
from ..model.site import Site
from ..model.tape import Statement
from ..model.values import External, Thrown
from ..objects.class_namespace import declare_field
from ..objects.definitions import define_class, define_function
from ..objects.iteration import iterate
from ..objects.operators import operate
from ..project.import_statements import import_from, import_names
from .assign import assign, delete, is_tensorial
from .shape_prints import shown_tensors
from .size_unpacking import refuse_unpacking


@statement(cst.SimpleStatementLine, cst.SimpleStatementSuite)
def _line(machine: Machine, node: cst.SimpleStatementLine | cst.SimpleStatementSuite, frame: Frame) -> Flow:
    for small in node.body:
        meaning = STATEMENTS.get(type(small))
        flow = None if meaning is None else meaning(machine, small, frame)
        if flow is not None:
            return flow
    return None


@statement(cst.Expr)
def _expression(machine: Machine, node: cst.Expr, frame: Frame) -> Flow:
    if type(node.value) is cst.SimpleString:
        return None  # a docstring
    value = machine.evaluate(node.value, frame)
    shown = shown_tensors(node.value)
    if len(shown) == 1:  # a comment beside ``print(x.shape)`` speaks of ``x``
        value = machine.evaluate(shown[0], frame)
    _note(machine, node, value, {}, frame)
    return None


@statement(cst.Assign)
def _assign(machine: Machine, node: cst.Assign, frame: Frame) -> Flow:
    value = machine.evaluate(node.value, frame)
    if machine.override.assumed:
        value = assume(machine, node, value)
    names: dict[str, Value] = {}
    try:
        for target in node.targets:
            assign(machine, target.target, value, frame, names)
    except Thrown as error:
        if error.name == "ValueError":
            refuse_unpacking(machine, node, value, frame)
        raise
    _note(machine, node, value, names, frame)
    return None


def _of_the_class(annotation: cst.BaseExpression) -> bool:
    """Whether a name is annotated as one that the class has, and not each of its objects: ``ClassVar[int]``."""
    kind = annotation.value if isinstance(annotation, cst.Subscript) else annotation
    name = kind.attr if isinstance(kind, cst.Attribute) else kind
    return isinstance(name, cst.Name) and name.value == "ClassVar"


@statement(cst.AnnAssign)
def _annotated(machine: Machine, node: cst.AnnAssign, frame: Frame) -> Flow:
    if frame.is_class and isinstance(node.target, cst.Name) and not _of_the_class(node.annotation.annotation):
        declare_field(frame.names, node.target.value)
    if node.value is not None:
        value = machine.evaluate(node.value, frame)
        names: dict[str, Value] = {}
        assign(machine, node.target, value, frame, names)
        _note(machine, node, value, names, frame)
    return None


@statement(cst.AugAssign)
def _augmented(machine: Machine, node: cst.AugAssign, frame: Frame) -> Flow:
    left = machine.evaluate(node.target, frame)
    right = machine.evaluate(node.value, frame)
    symbol = type(node.operator).__name__.removesuffix("Assign")
    if isinstance(left, list) and symbol == "Add":
        extra = iterate(machine, right, node, frame)
        extend(machine, left, extra)
        return None
    if isinstance(left, Unknown):
        machine.heap.forget_tensors()  # which it may be
    value = operate(machine, symbol, left, right, node, frame, in_place=True)
    names: dict[str, Value] = {}
    assign(machine, node.target, value, frame, names)
    _note(machine, node, value, names, frame)
    return None


def _note(machine: Machine, node: cst.CSTNode, value: Value, names: dict[str, Value], frame: Frame) -> None:
    if is_tensorial(value):
        site, so_far, certain = Site(frame.module.source, node), len(machine.tape.calls), machine.doubt == 0
        machine.tape.statements.append(Statement(site, value, names, frame.node, so_far, certain, frame.names))


@statement(cst.Return)
def _return(machine: Machine, node: cst.Return, frame: Frame) -> Flow:
    value = None if node.value is None else machine.evaluate(node.value, frame)
    _note(machine, node, value, {}, frame)
    return Return(value)


@statement(cst.Break)
def _break(machine: Machine, node: cst.Break, frame: Frame) -> Flow:
    return BREAK


@statement(cst.Continue)
def _continue(machine: Machine, node: cst.Continue, frame: Frame) -> Flow:
    return CONTINUE


@statement(cst.Del)
def _del(machine: Machine, node: cst.Del, frame: Frame) -> Flow:
    delete(machine, node.target, frame)
    return None


@statement(cst.Assert)
def _assert(machine: Machine, node: cst.Assert, frame: Frame) -> Flow:
    if machine.truth(machine.evaluate(node.test, frame)) is False:
        raise Thrown("AssertionError")
    return None


@statement(cst.Raise)
def _raise(machine: Machine, node: cst.Raise, frame: Frame) -> Flow:
    if node.exc is None:
        raise Thrown("Exception")
    callee = node.exc.func if isinstance(node.exc, cst.Call) else node.exc
    value = machine.evaluate(callee, frame)
    name = value.name if isinstance(value, Class) else value.dotted if isinstance(value, External) else "Exception"
    raise Thrown(name.rpartition(".")[2])


@statement(cst.Import)
def _import(machine: Machine, node: cst.Import, frame: Frame) -> Flow:
    import_names(machine, node, frame)
    return None


@statement(cst.ImportFrom)
def _import_from(machine: Machine, node: cst.ImportFrom, frame: Frame) -> Flow:
    import_from(machine, node, frame)
    return None


@statement(cst.Global)
def _global(machine: Machine, node: cst.Global, frame: Frame) -> Flow:
    top = Frame(frame.module, frame.module.names)
    frame.elsewhere.update({item.name.value: top for item in node.names})
    return None


@statement(cst.Nonlocal)
def _nonlocal(machine: Machine, node: cst.Nonlocal, frame: Frame) -> Flow:
    for item in node.names:
        outer = frame.outer
        while outer is not None and item.name.value not in outer.names:
            outer = outer.outer
        if outer is not None:
            frame.elsewhere[item.name.value] = outer
    return None


@statement(cst.FunctionDef)
def _function(machine: Machine, node: cst.FunctionDef, frame: Frame) -> Flow:
    machine.bind(frame.target(node.name.value), node.name.value, define_function(machine, node, frame))
    return None


@statement(cst.ClassDef)
def _class(machine: Machine, node: cst.ClassDef, frame: Frame) -> Flow:
    names, name = frame.target(node.name.value), node.name.value
    value, before = define_class(machine, node, frame), names.get(name)
    module = frame.module
    if isinstance(before, Class) and before in module.born and before.node is not node:
        module.shadowed[before] = {**names, **module.born[before]}
    machine.bind(names, name, value)
    if names is module.names and isinstance(value, Class):
        module.born[value] = dict(names)
    return None


@statement(cst.If)
def _if(machine: Machine, node: cst.If, frame: Frame) -> Flow:
    return run_block(machine, [node], frame)
