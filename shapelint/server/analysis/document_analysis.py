"""The analysis of one version of a file: records that all features of the server project."""

from __future__ import annotations

import enum
from collections.abc import Iterator

from ...coverage import Coverage
from ...diagnostic import Diagnostic, Span
from ...records import dataclass, field

__all__ = ["Analysis", "ClassShapes", "InputKind", "ShapePlace", "PlaceKind", "Step", "UnknownPlace"]


class InputKind(enum.Enum):
    """Where the input of a class comes from whose shapes are shown."""

    SYMBOLIC = "symbolic"
    COMMENTS = "comments"
    CONFIGURATION = "configuration"
    CALL = "call"


class PlaceKind(enum.Enum):
    """What it is that has a shape."""

    LAYER = "a layer of a Sequential"
    CONTAINER = "a container"
    MEMBER = "a layer elsewhere"
    CALL = "a call"
    STATEMENT = "a statement"


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a layer or of a module of the file.  ``shown``: how people know it, ``given`` and ``result``: shapes as text.

    ``formula``: what the layer does to a shape, as torch documents it.  ``mult_adds``: None where nothing is multiplied or
    a size is not known.  ``constructor``: the file and the place where the layer is made; ``changes``: whether
    the result has another shape.
    """

    path: str
    shown: str
    given: str
    result: str
    parameters: str = "0"
    mult_adds: str | None = None
    formula: str = ""
    constructor: tuple[str, Span] | None = None
    changes: bool = True


@dataclass(frozen=True, slots=True)
class ShapePlace:
    """An expression or statement with the shapes that it gives, in the order of the run, each once.

    ``owner``: the index in ``Analysis.classes`` of the class whose run shows it, None for the script.  ``step``: the index
    among the steps of that run of the call that gave the last of the shapes, or of the last before it; -1 if there is none.
    """

    span: Span
    kind: PlaceKind
    shapes: tuple[str, ...]
    owner: int | None
    step: int = -1

    @property
    def text(self) -> str:
        """The shapes on one line: all if they are at most two, else the first and the last."""
        few = self.shapes if len(self.shapes) < 3 else (self.shapes[0], "…", self.shapes[-1])
        return " | ".join(few)


@dataclass(frozen=True, slots=True)
class UnknownPlace:
    """Why nothing is known of the value at a place."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class ClassShapes:
    """A module class on one input.  ``head``: the words that name it.  ``span``: the whole class.

    ``kind``: of the input; ``kinds``: those that could be had, with the input of each as text.  ``given_at``: the comment or
    call that gives it, if one does.  ``steps``: the calls of layers, in the order of the run.  ``output``: of the whole, None
    if unknown.
    """

    name: str
    head: Span
    span: Span
    kind: InputKind
    kinds: tuple[tuple[InputKind, str], ...]
    given_at: Span | None
    steps: tuple[Step, ...]
    output: str | None

    @property
    def anchor(self) -> str:
        """What the shapes rest on."""
        row = 0 if self.given_at is None else self.given_at.row
        match self.kind:
            case InputKind.COMMENTS:
                return f"the comments from line {row} on give these sizes"
            case InputKind.CONFIGURATION:
                return "the configuration gives this input"
            case InputKind.CALL:
                return f"the call in line {row} gives this input"
            case _:
                return "the names stand for any size"


@dataclass(frozen=True, slots=True)
class Analysis:
    """One version of a file.

    ``text``: what was analysed (of a notebook its code cells).  ``classes`` and ``places`` in the order of the file.
    ``steps``: those of the script.  ``broken``: whether the text cannot be parsed; then the shapes are the last that were
    known, moved to where their code is now.  ``parsed``, ``executed``: how many statements at the top level were parsed,
    and how many runs of classes made, for this version.  ``imports``: the files that it depends on.
    """

    path: str
    text: str
    diagnostics: tuple[Diagnostic, ...] = ()
    classes: tuple[ClassShapes, ...] = ()
    places: tuple[ShapePlace, ...] = ()
    unknowns: tuple[UnknownPlace, ...] = ()
    steps: tuple[Step, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    broken: bool = False
    parsed: int = 0
    executed: int = 0
    imports: frozenset[str] = frozenset()

    @property
    def summary(self) -> str:
        """What the analysis took, as one line for a log."""
        if self.broken:
            return f"{self.path}: cannot be parsed"
        parsed = f"{self.parsed} definition{'s' * (self.parsed != 1)} parsed"
        executed = f"{self.executed} class{'es' * (self.executed != 1)} run again"
        return f"{self.path}: {parsed}, {executed}"

    def at(self, row: int, column: int) -> Iterator[ShapePlace]:
        """The places around a position, the innermost first."""
        around = [place for place in self.places if _holds(place.span, row, column)]
        yield from sorted(around, key=lambda place: _extent(place.span))

    def steps_of(self, place: ShapePlace) -> tuple[Step, ...]:
        """The calls of the run that shows ``place``, up to it."""
        steps = self.steps if place.owner is None else self.classes[place.owner].steps
        return steps[: place.step + 1]

    def findings_at(self, row: int, column: int) -> Iterator[Diagnostic]:
        """The findings whose primary span or labels are at a position."""
        for finding in self.diagnostics:
            if any(_holds(span, row, column) for span in finding.spans_in(self.path)):
                yield finding


def _holds(span: Span, row: int, column: int) -> bool:
    return (span.row, span.column) <= (row, column) <= (span.end_row, span.end_column)


def _extent(span: Span) -> tuple[int, int]:
    return span.end_row - span.row, span.end_column - span.column
