"""Where on a tape a stretch of source stands: the tensors that its elements are given and give.

An element is bound to the calls of the modules it made (``nn.Conv2d(...)`` in a Sequential, ``self.conv = ...``,
``layers.append(...)``), or, in code that runs on tensors, to the values of its statements and the calls it makes.
One element may have run several times; then it has several points, and a claim holds if it holds at one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import libcst as cst

from ...interp.model.tape import Call, Run
from ...records import dataclass, replace
from ...shapes import Expr, Shape, Tensor
from ...source.parse import Source
from ..placement.placement import Stretch
from .calls_by_node import Nodes

__all__ = ["Point", "Points", "points_of"]


_MOST_ELEMENTS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A tensor at a place of the program.

    ``call`` gave it, or was given it (``given``).  ``time`` orders points: a call's output comes after its input.
    ``place`` is the node by which a replay can force this tensor to have another shape; None where it cannot.
    ``declared``: found through the module that was made here, not through code that runs here.  ``step``: of a stretch's
    elements, which one gave it.
    """

    shape: Shape
    value: Tensor
    call: Call | None
    given: bool
    time: float
    place: cst.CSTNode | None
    certain: bool
    declared: bool = False
    step: int = 0


@lru_cache(maxsize=32)
def points_of(run: Run, source: Source) -> Points:
    """The points of a run, which several readings ask for."""
    return Points(run, source)


class Points:
    """Finds points of one run by nodes of one source."""

    def __init__(self, run: Run, source: Source) -> None:
        self.run, self.source = run, source
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
        self._made, self._within, self._called = Nodes(made), Nodes(within), Nodes(called)
        self._values: dict[int, list[Any]] = {}
        for statement in run.tape.statements:
            self._values.setdefault(id(statement.site.node), []).append(statement)
        # By id, since nodes and patterns are dear to hash; what has the id is kept beside, so that nothing else gets it.
        self._at: dict[tuple[object, ...], tuple[object, list[Point] | None]] = {}
        self.laid: dict[tuple[int, int, bool], tuple[object, Point, tuple[Any, ...]]] = {}
        """By pattern, point and layout, what :func:`~shapelint.claims.binding.bind` has found."""

    def after(self, stretch: Stretch) -> list[Point] | None:
        """What the last element of ``stretch`` that does anything gives."""
        for index in range(stretch.last, stretch.first - 1, -1):
            found = self._outputs(stretch, index, last_turn=True)
            if found is not None:
                return found
        return None

    def before(self, stretch: Stretch) -> list[Point] | None:
        """What the first element of ``stretch`` that does anything is given."""
        for index in range(stretch.first, stretch.last + 1):
            found = self._inputs(stretch, index)
            if found is not None:
                return found
        return None

    def at(self, where: str, what: Stretch | cst.FunctionDef) -> list[Point] | None:
        """The points of a spot (:data:`~shapelint.claims.claim.Spot`); None if nothing there does anything."""
        key: tuple[object, ...] = (where, id(what))
        if isinstance(what, Stretch):
            key = (where, id(what.chain), what.first, what.last)
        if key not in self._at:
            self._at[key] = what, self._find(where, what)
        return self._at[key][1]

    def _find(self, where: str, what: Stretch | cst.FunctionDef) -> list[Point] | None:
        if isinstance(what, cst.FunctionDef):
            return self.given(what, where.removeprefix("given").strip())
        find = {"before": self.before, "after": self.after, "each": self.each, "inside": self.inside}[where]
        return find(what)

    def inside(self, stretch: Stretch) -> list[Point] | None:
        """What the calls that the last element makes are given, those that it computed itself included."""
        keys = self._called.within(stretch.chain.elements[stretch.last], nested=True)
        calls = [call for node in keys for call in self._called.calls(node)]
        return [
            self._point(tensor, call, True, call.index - 0.25, None, call.certain)
            for call in calls
            for tensor in call.inputs
        ]

    def each(self, stretch: Stretch) -> list[Point] | None:
        """What each element of ``stretch`` gives."""
        indices = range(stretch.first, min(stretch.last, stretch.first + _MOST_ELEMENTS) + 1)
        found = [self._outputs(stretch, index) for index in indices]
        if all(points is None for points in found):
            return None
        return [
            replace(point, step=step) if step else point for step, points in enumerate(found) for point in points or ()
        ]

    def given(self, function: cst.FunctionDef, name: str = "") -> list[Point] | None:
        """The tensors among the arguments of ``function``, or the one of this ``name``."""
        found = [
            self._point(value, None, True, entered.before_call - 0.5, None, True)
            for entered in self.run.tape.entered
            if entered.site.node is function
            for parameter, value in entered.arguments.items()
            if isinstance(value, Tensor) and name in ("", parameter)
        ]
        return found or None

    def giver(self, point: Point) -> cst.CSTNode | None:
        """The node of the call whose output the tensor at ``point`` is; None if the run was given it."""
        for call in self.run.tape.calls:
            if call.output is point.value:
                return self._forceable(call)
        return None

    def _forceable(self, call: Call) -> cst.CSTNode:
        """The node by which a replay forces what ``call`` gives: its constructor's, unless it is one of several calls."""
        module, place = call.module, call.site.node
        if module is None or not module.made_by or (module.called > 1 and len(self._called.calls(place)) == 1):
            return place
        return module.made_by[0]

    # -- one element --------------------------------------------------------------------------------------------

    def _outputs(self, stretch: Stretch, index: int, last_turn: bool = False) -> list[Point] | None:
        """Points behind one element; empty if it does something that is not known, None if it does nothing.

        ``last_turn``: behind a loop that makes layers the state is what its last turn gives.
        """
        element = stretch.chain.elements[index]
        values = self._statement_values(element)
        if values:
            return values
        calls = self._calls(stretch, index, last=True)
        if calls is None or (calls and all(isinstance(call.output, (int, Expr, tuple)) for call in calls)):
            return None
        declared = not self._called.within(element)
        if last_turn and declared and isinstance(element, (cst.For, cst.While)):
            calls = list({call.parent: call for call in sorted(calls, key=lambda call: call.index)}.values())
        return [
            self._point(call.output, call, False, self._end(call) + 0.5, self._forceable(call), call.certain, declared)
            for call in calls
            if isinstance(call.output, Tensor)
        ]

    def _end(self, call: Call) -> int:
        """The index of the last call within ``call``: what a container gives comes after what its layers give."""
        while children := self._children.get(call.index):
            call = children[-1]
        return call.index

    def _inputs(self, stretch: Stretch, index: int) -> list[Point] | None:
        calls = self._calls(stretch, index, last=False)
        if calls is None:
            return None
        declared = not self._called.within(stretch.chain.elements[index])
        return [
            self._point(tensor, call, True, call.index - 0.25, None, call.certain, declared)
            for call in calls
            for tensor in call.inputs[: 1 if call.module is not None else None]
        ]

    def _statement_values(self, element: cst.CSTNode) -> list[Point]:
        found: list[Point] = []
        for node in (element, *(element.body if isinstance(element, cst.SimpleStatementLine) else ())):
            for statement in self._values.get(id(node), ()):
                call = self._producer(statement.value, statement.after_call)
                for value in _tensors(statement.value):
                    place = None if call is None else self._forceable(call)
                    found.append(self._point(value, call, False, statement.after_call - 0.25, place, statement.certain))
        return found

    def _producer(self, value: Any, after_call: int) -> Call | None:
        """The last call before ``after_call`` whose output ``value`` is."""
        for call in reversed(self.run.tape.calls[max(0, after_call - 64) : after_call]):
            if call.output is value:
                return call
        return None

    def _calls(self, stretch: Stretch, index: int, last: bool) -> Sequence[Call] | None:
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

    def _run_here(self, keys: Sequence[cst.CSTNode], element: cst.CSTNode, last: bool) -> list[Call]:
        """The calls by which data leaves an expression, or those that are given what it did not compute itself."""
        if last:
            calls = self._called.calls(keys[-1])
            return [call for call in calls if call.parent not in {other.index for other in calls}]
        inside = [call for node in self._called.within(element, nested=True) for call in self._called.calls(node)]
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

    def _point(
        self,
        value: Any,
        call: Call | None,
        given: bool,
        time: float,
        place: cst.CSTNode | None,
        certain: bool,
        declared: bool = False,
    ) -> Point:
        return Point(self.run.tape.resolve(value.shape), value, call, given, time, place, certain, declared)


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


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _tensors(part)
