"""Where in a file a run shows shapes: at layers that are made there, at calls, at statements that give tensors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from ...diagnostic import Span
from ...interp.model.classes import Container, Instance
from ...interp.model.tape import Call, Statement
from ...records import dataclass, field
from ...source.parse import Source
from .call_steps import shapes_text, step_of
from .class_inputs import View
from .document_analysis import PlaceKind, ShapePlace, Step

__all__ = ["ShownShapes", "shown_by"]


@dataclass(frozen=True, slots=True)
class ShownShapes:
    """What a view shows: its ``steps``, and ``places`` by owner-less records."""

    steps: tuple[Step, ...]
    places: tuple[ShapePlace, ...]


@dataclass(slots=True)
class _Found:
    kind: PlaceKind
    step: int
    shapes: dict[str, None] = field(default_factory=dict)


def shown_by(view: View, source: Source, owner: int | None) -> ShownShapes:
    """What ``view`` shows of ``source``; ``owner``: as of a :class:`~.document_analysis.ShapePlace`."""
    reader = _Reader(view, source)
    reader.read()
    return ShownShapes(tuple(reader.steps), tuple(_placed(reader.found, source, owner)))


class _Reader:
    """Goes through the tape of a view once."""

    def __init__(self, view: View, source: Source) -> None:
        self.steps: list[Step] = []
        self.found: dict[cst.CSTNode, _Found] = {}
        self._view, self._source, self._calls = view, source, view.run.tape.calls
        # Modules end when what is inside them has ended, so their last step is known only then.
        self._step_before = [-1] * (len(self._calls) + 1)

    def read(self) -> None:
        """Enter every call, then every statement."""
        calls = self._calls[self._view.first : self._view.last]
        for call in calls:
            self._step_before[call.index] = len(self.steps) - 1
            if call.module is not None and call.leaf and not call.inner and not call.constructs:
                self.steps.append(step_of(call, self._view))
        self._step_before[self._view.last] = len(self.steps) - 1
        ends = self._ends(calls)
        for call in calls:
            self._enter_call(call, self._step_before[ends[call.index]])
        for statement in self._view.run.tape.statements:
            # A statement at the top level belongs to no call; of those in a call's own functions the rows tell which.
            if self._view.first < statement.after_call <= self._view.last or not self._view.first:
                self._enter_statement(statement)

    def _ends(self, calls: Sequence[Call]) -> dict[int, int]:
        """For each call the index of the first one after everything inside it."""
        ends: dict[int, int] = {}
        for call in reversed(calls):
            end = ends.setdefault(call.index, call.index + 1)
            if call.parent is not None:
                ends[call.parent] = max(end, ends.get(call.parent, 0))
        return ends

    def _enter_call(self, call: Call, step: int) -> None:
        text = shapes_text(call.output, self._view)
        if text is None or call.constructs:
            return
        if call.site.source is self._source:
            self._enter(call.site.node, PlaceKind.CALL, text, step)
        module = call.module
        if module is None or not module.made_by or call.inner:
            return
        if module.built is None or module.built.source is self._source:
            self._enter(module.made_by[0], self._kind(call, module), text, step)

    def _kind(self, call: Call, module: Instance) -> PlaceKind:
        if module.cls.container is Container.SEQUENTIAL:
            return PlaceKind.CONTAINER
        around = None if call.parent is None else self._calls[call.parent].module
        inside = around is not None and around.cls.container is Container.SEQUENTIAL
        return PlaceKind.LAYER if inside else PlaceKind.MEMBER

    def _enter_statement(self, statement: Statement) -> None:
        function = statement.function
        if statement.site.source is not self._source:
            return
        if isinstance(function, cst.FunctionDef) and function.name.value == "__init__":
            return
        text = shapes_text(statement.value, self._view)
        if text is not None:
            at = min(statement.after_call, self._view.last)
            self._enter(statement.site.node, PlaceKind.STATEMENT, text, self._step_before[at])

    def _enter(self, node: cst.CSTNode, kind: PlaceKind, text: str, step: int) -> None:
        known = self.found.setdefault(node, _Found(kind, step))
        known.shapes[text] = None
        known.step = step


def _placed(found: dict[cst.CSTNode, _Found], source: Source, owner: int | None) -> Iterator[ShapePlace]:
    for node, what in found.items():
        span = _span(source, node)
        if span is not None and not isinstance(node, (cst.Module, cst.ClassDef)):
            yield ShapePlace(span, what.kind, tuple(what.shapes), owner, what.step)


def _span(source: Source, node: cst.CSTNode) -> Span | None:
    try:
        return source.span(node)
    except KeyError:
        return None
