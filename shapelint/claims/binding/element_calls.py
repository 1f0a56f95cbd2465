"""The calls of a run by which the data of one element of source enters and leaves it.

An element has the calls of the modules that it makes (``nn.Conv2d(...)`` in a Sequential, ``self.conv = ...``,
``layers.append(...)``), wherever these are called, or else the calls that run right there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import libcst as cst

from ...interp.model.tape import Call, Run
from ..placement.placement import Stretch
from .calls_by_node import CallsByNode

__all__ = ["ElementCalls"]


class ElementCalls:
    """The calls of one run, asked for by element."""

    def __init__(self, run: Run) -> None:
        made: dict[int, list[Call]] = {}
        within: dict[int, list[Call]] = {}
        called: dict[int, list[Call]] = {}
        self._children: dict[int, list[Call]] = {}
        for call in run.tape.calls:
            called.setdefault(id(call.site.node), []).append(call)
            if call.parent is not None:
                self._children.setdefault(call.parent, []).append(call)
            for node in call.module.made_by if call.module is not None else ():
                made.setdefault(id(node), []).append(call)
            for node in call.module.made_within if call.module is not None else ():
                within.setdefault(id(node), []).append(call)
        self._made, self._within, self._called = CallsByNode(made), CallsByNode(within), CallsByNode(called)

    def of(self, stretch: Stretch, index: int, last: bool) -> Sequence[Call] | None:
        """The calls by which an element's data leaves (``last``) or enters it; None if it does nothing."""
        element = stretch.chain.elements[index]
        keys = self._made.within(element)
        if keys:
            return self._made.calls(keys[-1 if last else 0])
        keys = self._within.within(element)
        if keys:
            return _ends(self._within.calls(keys[-1 if last else 0]), last)
        keys = self._called.within(element)
        if keys:
            return self._run_here(keys, element, last)
        if isinstance(stretch.chain.node, cst.Call):
            return self._by_position(stretch, index)
        return [] if _may_run(element) else None

    def nodes(self) -> Iterator[int]:
        """The ids of all nodes that have calls."""
        return chain(*(calls.keys() for calls in (self._made, self._within, self._called)))

    def inside(self, element: cst.CSTNode) -> list[Call]:
        """All calls that run at a node of ``element``."""
        nodes = self._called.within(element, nested=True)
        return [call for node in nodes for call in self._called.calls(node)]

    def only_declares(self, element: cst.CSTNode) -> bool:
        """Whether nothing runs on tensors right there."""
        return not self._called.within(element)

    def end(self, call: Call) -> int:
        """The index of the last call within ``call``: what a container gives comes after what its layers give."""
        while children := self._children.get(call.index):
            call = children[-1]
        return call.index

    def forceable(self, call: Call) -> cst.CSTNode:
        """The node by which a replay forces what ``call`` gives.

        That is the node of the module's constructor, unless the module is called several times.
        """
        module, place = call.module, call.site.node
        if module is None or not module.made_by or (module.called > 1 and len(self._called.calls(place)) == 1):
            return place
        return module.made_by[0]

    def _run_here(self, keys: Sequence[cst.CSTNode], element: cst.CSTNode, last: bool) -> list[Call]:
        """The calls by which data leaves an expression, or those that are given what it did not compute itself."""
        if last:
            calls = self._called.calls(keys[-1])
            return [call for call in calls if call.parent not in {other.index for other in calls}]
        inside = self.inside(element)
        made = {id(call.output) for call in inside}
        return [call for call in inside if any(id(tensor) not in made for tensor in call.inputs)]

    def _by_position(self, stretch: Stretch, index: int) -> list[Call]:
        """Calls of the ``index``-th child of a container, where no starred argument before it blurs the count."""
        elements = stretch.chain.elements[: index + 1]
        holder = stretch.chain.node
        if holder is None or any(isinstance(arg, cst.Arg) and (arg.star or arg.keyword) for arg in elements):
            return []
        found = []
        for container in self._made.calls(holder):
            children = self._children.get(container.index, [])
            if index < len(children) and len(children) >= len(stretch.chain.elements):
                found.append(children[index])
        return found


def _may_run(element: cst.CSTNode) -> bool:
    """Whether an element of which nothing is on the tape may still be a layer, or change the tensor at hand."""
    match element:
        case cst.SimpleStatementLine(body=[small, *_]):
            return _may_run(small)
        case cst.Assign(value=cst.Call()) | cst.AugAssign() | cst.Return():
            return True
        case cst.Expr(value=cst.Call(func=cst.Attribute(attr=cst.Name(value=name)))):
            return name in ("append", "add_module", "extend", "insert", "register_module")
        case cst.Arg() | cst.Element() | cst.For() | cst.While() | cst.If() | cst.With():
            return True
        case _:
            return False


def _ends(calls: Sequence[Call], last: bool) -> list[Call]:
    """Of the calls of modules that one expression made: those of the module that runs first, or last."""
    indices = {call.index for call in calls}
    outer = [call for call in calls if call.parent not in indices]
    first_runs: dict[int, Call] = {}
    for call in outer:
        first_runs.setdefault(id(call.module), call)
    order = sorted(first_runs.values(), key=lambda call: call.index)
    chosen = order[-1 if last else 0].module
    return [call for call in outer if call.module is chosen]
