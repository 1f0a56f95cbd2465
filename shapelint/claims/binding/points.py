"""The tensors of a run at the spots of the source that comments speak of.

An element is bound to the calls of the modules it makes, or, in code that runs on tensors, to the values of its statements
and the calls it makes.  One element may have run several times; then it has several points, and a claim holds if it holds
at one of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import libcst as cst

from ...interp.model.tape import Call, Run, Statement
from ...records import replace
from ...shapes import Expr, Tensor
from ...shapes.value import Value
from ...source.parse import Source
from ..comments.remark import ShapePattern
from ..file_memory import remembered
from ..placement.placement import Stretch
from ..placement.spots import Beside, Given, Named, Relation, Spot
from .alignment import Alternative
from .element_calls import ElementCalls
from .padding_calls import is_padding, is_resizing
from .point import Point
from .spoken_of import asked_for_its_size, filled

__all__ = ["Points", "points_of"]

_MOST_ELEMENTS = 8  # a comment above a long function would otherwise excuse itself with any of its tensors
_FARTHEST_PRODUCER = 64  # calls between the one that gave a value and the statement that holds it; bounds the search


@remembered(32)
def points_of(run: Run, source: Source) -> Points:
    """The points of a run, made once: several readings ask for them."""
    return Points(run, source)


class Points:
    """Finds the points of one run by spots of one source."""

    def __init__(self, run: Run, source: Source) -> None:
        self.run, self.source = run, source
        self._calls = ElementCalls(run)
        self._values: dict[int, list[Statement]] = {}
        for statement in run.tape.statements:
            self._values.setdefault(id(statement.site.node), []).append(statement)
        # By id, since nodes and patterns are expensive to hash; what has the id is kept too, so that nothing else gets it.
        self._at: dict[Hashable, tuple[Spot, list[Point] | None]] = {}
        self.laid: dict[tuple[int, int, bool], tuple[ShapePattern, Point, tuple[Alternative, ...]]] = {}
        """By pattern, point and layout, what :func:`~shapelint.claims.binding.bound_claims.bind` has found."""

    def at(self, spot: Spot) -> list[Point] | None:
        """The points at ``spot``; None if nothing there does anything."""
        match spot:
            case Beside(relation, stretch):
                key: Hashable = (relation, id(stretch.chain), stretch.first, stretch.last)
            case Given(function, name):
                key = (name, id(function))
            case Named(node, name):
                key = (name, id(node))
        if key not in self._at:
            self._at[key] = spot, self._find(spot)
        return self._at[key][1]

    def _find(self, spot: Spot) -> list[Point] | None:
        match spot:
            case Given(function, name):
                return self.given(function, name)
            case Named(node, name):
                return self._named(node, name)
            case Beside(Relation.BEFORE, stretch):
                return self.before(stretch)
            case Beside(Relation.AFTER, stretch):
                return self.after(stretch)
            case Beside(Relation.EACH, stretch):
                return self._each(stretch)
            case Beside(_, stretch):
                return self._inside(stretch)

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

    def _inside(self, stretch: Stretch) -> list[Point]:
        """What the calls that the last element makes are given, including what it computed itself."""
        calls = self._calls.inside(stretch.chain.elements[stretch.last])
        return [self._input(tensor, call) for call in calls for tensor in call.inputs]

    def _each(self, stretch: Stretch) -> list[Point] | None:
        """What each element of ``stretch`` gives."""
        indices = range(stretch.first, min(stretch.last, stretch.first + _MOST_ELEMENTS) + 1)
        found = [self._outputs(stretch, index) for index in indices]
        if all(points is None for points in found):
            return None
        return [
            replace(point, step=step) if step else point for step, points in enumerate(found) for point in points or ()
        ]

    def given(self, function: cst.FunctionDef, name: str | None = None) -> list[Point] | None:
        """The tensors among the arguments of ``function``, or the one of this ``name``."""
        found = [
            Point(self.run.tape.resolve(value.shape), value, None, True, entered.before_call - 0.5, None, True)
            for entered in self.run.tape.entered
            if entered.site.node is function
            for parameter, value in entered.arguments.items()
            if isinstance(value, Tensor) and name in (None, parameter)
        ]
        return found or None

    def _named(self, node: cst.CSTNode, name: str) -> list[Point] | None:
        """The tensors that a statement assigned to ``name``, one for each time that it ran."""
        found = [
            self._output(value, self._producer(value, each.after_call), each.after_call - 0.25, each.certain)
            for each in self._values.get(id(node), ())
            if isinstance(value := each.names.get(name), Tensor)
        ]
        return found or None

    def resized(self, point: Point) -> Iterator[Point]:
        """What the tensor at ``point`` is resized, padded or cropped to by the calls that take it."""
        for call in self.run.tape.calls:
            if call.leaf and call.inputs and call.inputs[0] is point.value and is_resizing(call):
                yield from (self._output(each, call, call.index, call.certain) for each in _tensors(call.output))

    def giver(self, point: Point) -> cst.CSTNode | None:
        """The node of the call whose output the tensor at ``point`` is; None if the run was given it."""
        for call in self.run.tape.calls:
            if call.output is point.value:
                return self._calls.forceable(call)
        return None

    @property
    def nodes(self) -> set[int]:
        """The ids of all nodes of the source at which there are points."""
        return {*self._values, *self._calls.nodes(), *(id(entered.site.node) for entered in self.run.tape.entered)}

    # -- one element --------------------------------------------------------------------------------------------

    def _outputs(self, stretch: Stretch, index: int, last_turn: bool = False) -> list[Point] | None:
        """Points after one element; empty if it does something that is not known, None if it does nothing.

        ``last_turn``: after a loop that makes layers the state is what its last turn gives.
        """
        element = stretch.chain.elements[index]
        values = self._statement_values(element)
        if values:
            return values
        calls = self._calls.of(stretch, index, last=True)
        if calls is None or (calls and all(isinstance(call.output, (int, Expr, tuple)) for call in calls)):
            return None
        declared = self._calls.only_declares(element)
        if last_turn and declared and isinstance(element, (cst.For, cst.While)):
            calls = list({call.parent: call for call in sorted(calls, key=lambda call: call.index)}.values())
        return [
            self._output(call.output, call, self._calls.end(call) + 0.5, call.certain, declared)
            for call in calls
            if isinstance(call.output, Tensor)
        ]

    def _inputs(self, stretch: Stretch, index: int) -> list[Point] | None:
        calls = self._calls.of(stretch, index, last=False)
        if calls is None:
            return self._asked(stretch, stretch.chain.elements[index])
        declared = self._calls.only_declares(stretch.chain.elements[index])
        given = [(tensor, call) for call in calls for tensor in call.inputs[: 1 if call.module is not None else None]]
        # Who writes beside a declaration leaves out what ``forward`` pads before it, as a "same" layer would.
        padded = [(pad.inputs[0], pad) for tensor, call in given if declared and (pad := self._padding(tensor, call))]
        return [self._input(tensor, call, declared) for tensor, call in (*given, *padded)]

    def _asked(self, stretch: Stretch, element: cst.CSTNode) -> list[Point] | None:
        """The tensor whose size ``topk = selected.shape[2]`` asks for: each that the name stands for in the function."""
        name = asked_for_its_size(element)
        found: list[Point] = []
        for entered in self.run.tape.entered if name is not None else ():
            if entered.site.node is stretch.chain.node:
                values = [s.names.get(name or "") for s in self.run.tape.statements if s.space is entered.names]
                for value in (entered.arguments.get(name or ""), *values):
                    if isinstance(value, Tensor):
                        found.append(self._output(value, None, entered.before_call - 0.25, entered.certain))
        return found or None

    def _padding(self, tensor: Tensor, call: Call) -> Call | None:
        """The call that padded ``tensor`` before it was given to ``call``, if one did."""
        made_by = self._producer(tensor, call.index)
        return made_by if made_by is not None and is_padding(made_by) and made_by.inputs else None

    def _statement_values(self, element: cst.CSTNode) -> list[Point]:
        found: list[Point] = []
        for node in (element, *(element.body if isinstance(element, cst.SimpleStatementLine) else ())):
            for statement in self._values.get(id(node), ()):
                call = self._producer(statement.value, statement.after_call)
                certain = statement.certain and not _is_held_whole(statement)
                for value in _tensors(statement.value):
                    found.append(self._output(value, call, statement.after_call - 0.25, certain))
                whole = statement.space.get(filled(node) or "")
                if isinstance(whole, Tensor):
                    found.append(self._output(whole, None, statement.after_call - 0.25, statement.certain))
        return found

    def _producer(self, value: Value, after_call: int) -> Call | None:
        """The last call before ``after_call`` whose output ``value`` is."""
        for call in reversed(self.run.tape.calls[max(0, after_call - _FARTHEST_PRODUCER) : after_call]):
            if call.output is value:
                return call
        return None

    def _input(self, value: Tensor, call: Call, declared: bool = False) -> Point:
        shape = self.run.tape.resolve(value.shape)
        return Point(shape, value, call, True, call.index - 0.25, None, call.certain, declared)

    def _output(self, value: Tensor, call: Call | None, time: float, certain: bool, declared: bool = False) -> Point:
        place = None if call is None else self._calls.forceable(call)
        return Point(self.run.tape.resolve(value.shape), value, call, False, time, place, certain, declared)


def _is_held_whole(statement: Statement) -> bool:
    """Whether one name holds several tensors: one shape beside it may be what they are together (``# b,32*(16+1),6,6``)."""
    value = statement.value
    return isinstance(value, tuple) and len(statement.names) == 1 and len(list(_tensors(value))) > 1


def _tensors(value: Value) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _tensors(part)
