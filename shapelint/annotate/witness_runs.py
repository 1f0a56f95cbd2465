"""Which run shows the shapes of a block, and for which input: that of its comments, or else of a call in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import libcst as cst

from ..claims.binding.points import Points
from ..claims.findings import Findings
from ..interp.model.tape import Call, Run
from ..interp.paths.exploration import Exploration
from ..records import dataclass
from ..shapes import Dim, Expr, Shape, Symbol, Tensor, symbols_of
from ..source.parse import Source
from .comment_blocks import Block

__all__ = ["Witness", "Witnesses", "input_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Witness:
    """A run, by its points, with the sizes of its input where something in the file gives them.

    ``general``: the same with every default unknown.  What is not known there holds for the defaults only, and nothing
    says that these are what is used.  None where the file itself says so.
    """

    points: Points
    sizes: Mapping[Symbol, Dim]
    general: Points | None = None


class Witnesses:
    """The runs of one file, asked for by block."""

    def __init__(self, source: Source, exploration: Exploration, findings: Findings) -> None:
        self._source, self._exploration, self._findings = source, exploration, findings
        self._points: dict[Run, Points] = {}
        self._general: dict[Run, Points] = {}

    def of(self, block: Block) -> Iterator[Witness]:
        """The runs that show the shapes of ``block``: those by which its comments were read, then those of it alone.

        Runs of other classes that use it are left out: each is one use of many.
        """
        for reading in self._findings.readings:
            bound = (a.claim.row for a in reading.assertions if a.alternatives)
            if reading.is_understood and not reading.run.concrete and any(row in block.rows for row in bound):
                yield Witness(self._points_of(reading.run), self._sizes(reading.run))
        if block.is_helper:
            return  # what one call of it builds is one use of many
        for run in self._exploration.runs:
            if run.node is block.owner and not run.concrete:
                sizes = self._sizes(run)
                general = None if self._is_used_so(run, sizes) else self._general_points(run)
                yield Witness(self._points_of(run), sizes, general)
        if isinstance(block.node, cst.Call) and not block.has_parameters:
            alone = self._exploration.sequential(block.node)
            if alone is not None:
                yield Witness(self._points_of(alone), self._sizes(alone))

    def entered(self, function: cst.FunctionDef, first: Run) -> Run | None:
        """A run that entered ``function`` and so has its names: ``first``, if it did."""
        for run in (first, *self._exploration.runs):
            if any(entered.site.node is function for entered in run.tape.entered):
                return run
        return None

    def _points_of(self, run: Run) -> Points:
        if run not in self._points:
            self._points[run] = Points(run, self._source)
        return self._points[run]

    def _general_points(self, run: Run) -> Points:
        if run not in self._general:
            self._general[run] = Points(self._exploration.strict(run), self._source)
        return self._general[run]

    def _sizes(self, run: Run) -> Mapping[Symbol, Dim]:
        given = input_of(run)
        if given is None:
            return {}
        own = {name for dim in given.dims for name in symbols_of(dim)}
        for reading in self._findings.readings:
            if reading.run is run and reading.is_understood:
                solved = {name: size for name, size in reading.solution.sizes.items() if name in own}
                if solved:
                    return solved
        found = [sizes for sizes in (_matched(given, call.input_shapes[0]) for call in self._uses(run)) if sizes]
        return found[0] if found and all(sizes == found[0] for sizes in found) else {}

    def _is_used_so(self, run: Run, sizes: Mapping[Symbol, Dim]) -> bool:
        """Whether the file itself builds and calls the module, with the same result."""
        if not sizes or not isinstance(run.output, Tensor):
            return False
        output = run.tape.resolve(run.output.shape).substitute(sizes)
        given = [call.output_shape for call in self._uses(run)]
        return all(shape is not None and shape.dims[1:] == output.dims[1:] for shape in given) and bool(given)

    def _uses(self, run: Run) -> Iterator[Call]:
        """The calls that the file itself makes of the module that ``run`` is a run of."""
        for other in self._exploration.runs:
            for call in other.tape.calls if other.concrete else ():
                if _runs_same(call, run) and call.input_shapes:
                    yield call


def input_of(run: Run) -> Shape | None:
    """The shape of the first input; None if its rank is unknown."""
    first = next((value for value in run.inputs if isinstance(value, Tensor)), None)
    if first is None:
        return None
    shape = run.tape.resolve(first.shape)
    return shape if shape.rank else None


def _runs_same(call: Call, run: Run) -> bool:
    module = call.module
    return module is not None and (module.cls.node is run.node or run.node in module.made_by)


def _matched(symbolic: Shape, concrete: Shape) -> dict[Symbol, Dim]:
    """The sizes after the batch that ``concrete`` gives; empty if the two do not fit."""
    if symbolic.rank != concrete.rank or not concrete.is_concrete:
        return {}
    sizes: dict[Symbol, Dim] = {}
    for open_dim, size in list(zip(symbolic.dims, concrete.dims, strict=True))[1:]:
        name = open_dim.as_symbol if isinstance(open_dim, Expr) else None
        if name is not None and (name.uid == 0 or sizes.setdefault(name, size) == size):
            continue  # a parameter of the constructor keeps its name
        if open_dim != size:
            return {}
    return sizes
