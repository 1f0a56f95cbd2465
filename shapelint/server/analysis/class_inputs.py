"""On which input the shapes of a class are shown: a made-up one, or one that the file or its configuration gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...diagnosis.checked import Checked
from ...diagnostic import Span
from ...interp.model.classes import Class
from ...interp.model.tape import Call, Run
from ...records import dataclass, field
from ...shapes import Dim, Shape, Symbol, Tensor, symbols_of
from .document_analysis import InputKind

__all__ = ["View", "input_text", "views_of", "whole_run"]

_PREFERRED = (InputKind.CONFIGURATION, InputKind.COMMENTS, InputKind.SYMBOLIC, InputKind.CALL)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A part of a run that shows a class: the calls from ``first`` to ``last``, the latter not included.

    ``given``: the input as text.  ``given_at``: the comment or call that gives it.  ``sizes``: of symbols, where something
    gives them.
    """

    kind: InputKind
    run: Run
    first: int
    last: int
    given: str
    given_at: Span | None = None
    sizes: Mapping[Symbol, Dim] = field(default_factory=dict)

    def shape(self, shape: Shape) -> Shape:
        """``shape`` as this view shows it."""
        return self.run.tape.resolve(shape).substitute(self.sizes)


def views_of(checked: Checked, cls: Class, chosen: InputKind | None, is_configured: bool) -> list[View]:
    """The views of a class that can be had, the ``chosen`` or else the preferred one first."""
    run = checked.exploration.run_of(cls)
    views = [whole_run(run, InputKind.SYMBOLIC)]
    views += _by_comments(checked, run)
    if is_configured:
        on_these = checked.exploration.run_of(cls, given=True)
        views.append(whole_run(on_these, InputKind.CONFIGURATION))
    views += _by_call(checked, cls)
    order = [chosen, *_PREFERRED]
    return sorted(views, key=lambda view: order.index(view.kind))


def whole_run(
    run: Run, kind: InputKind, given_at: Span | None = None, sizes: Mapping[Symbol, Dim] | None = None
) -> View:
    """A view of everything that ``run`` does."""
    return View(kind, run, 0, len(run.tape.calls), input_text(run, run.inputs, sizes or {}), given_at, sizes or {})


def input_text(run: Run, inputs: tuple[object, ...], sizes: Mapping[Symbol, Dim]) -> str:
    """Inputs on one line; ``any`` for one that is no tensor."""
    shapes = (run.tape.resolve(v.shape).substitute(sizes) if isinstance(v, Tensor) else None for v in inputs)
    return ", ".join("any" if shape is None else str(shape) for shape in shapes) or "no input"


def _by_comments(checked: Checked, run: Run) -> Iterator[View]:
    """The run with the sizes of its input under which most comments are true."""
    own = {
        name
        for value in run.inputs
        if isinstance(value, Tensor)
        for dim in run.tape.resolve(value.shape).dims
        for name in symbols_of(dim)
    }
    for reading in checked.claims.readings:
        if reading.run is run and reading.is_understood:
            sizes = {name: size for name, size in reading.solution.sizes.items() if name in own}
            if sizes:
                comments = sorted(claim.placement.comment.span for claim in reading.claims)
                yield whole_run(run, InputKind.COMMENTS, comments[0], sizes)
                return


def _by_call(checked: Checked, cls: Class) -> Iterator[View]:
    """The first call of the class that the file itself makes on an input of known sizes."""
    for run in checked.exploration.runs:
        if not run.concrete or run.node is cls.node:
            continue
        for call in run.tape.calls:
            is_own = call.module is not None and call.module.cls.node is cls.node and not call.constructs
            if is_own and call.inputs and all(run.tape.resolve(shape).is_concrete for shape in call.input_shapes):
                yield _of_call(run, call)
                return


def _of_call(run: Run, call: Call) -> View:
    inside = {call.index}
    for other in run.tape.calls[call.index + 1 :]:
        if other.parent not in inside:
            break
        inside.add(other.index)
    given = ", ".join(str(run.tape.resolve(shape)) for shape in call.input_shapes)
    try:
        given_at = call.site.source.span(call.site.node)
    except KeyError:
        given_at = None
    return View(InputKind.CALL, run, call.index, call.index + len(inside), given, given_at)
