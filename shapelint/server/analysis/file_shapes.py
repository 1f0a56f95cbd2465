"""The shapes of a file: each class on its input, and the script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import libcst as cst

from ...diagnosis.checked import Checked
from ...diagnostic import Span
from ...interp.model.classes import Class
from ...interp.model.site import Site
from ...interp.model.tape import Run
from ...records import replace
from ...settings import Settings
from .call_steps import shapes_text
from .class_inputs import View, views_of, whole_run
from .document_analysis import Analysis, ClassShapes, InputKind, PlaceKind, ShapePlace, Step, UnknownPlace
from .shape_places import ShownShapes, shown_by

__all__ = ["shapes_in"]


def shapes_in(checked: Checked, settings: Settings, chosen: Mapping[str, InputKind]) -> Analysis:
    """An analysis with the shapes of a file, its findings left empty.

    ``chosen``: the input on which a class is shown, by its name; the others are shown on what the configuration gives, or
    else on what their comments say, or else on symbols.
    """
    configured = settings.inputs_in(checked.path)
    classes: list[ClassShapes] = []
    shown: list[ShownShapes] = []
    for index, cls in enumerate(checked.exploration.classes()):
        assert cls.node is not None
        views = views_of(checked, cls, chosen.get(cls.name), cls.name in configured)
        shown.append(shown_by(views[0], checked.source, index))
        classes.append(_class(cls, cls.node, views, shown[-1].steps, checked))
    places = list(_own(classes, shown))
    steps: list[Step] = []
    for view in _of_the_script(checked):
        seen = shown_by(view, checked.source, None)
        places += (
            replace(place, step=place.step + len(steps)) for place in seen.places if _is_outside(place.span, classes)
        )
        steps += seen.steps
    return Analysis(
        checked.path,
        "",
        classes=tuple(classes),
        places=tuple(_merged(places)),
        unknowns=tuple(_unknowns(checked)),
        steps=tuple(steps),
    )


def _class(cls: Class, node: cst.ClassDef, views: list[View], steps: tuple[Step, ...], checked: Checked) -> ClassShapes:
    span, view = checked.source.span(node), views[0]
    name = checked.source.span(node.name)
    head = replace(span, end_row=name.end_row, end_column=name.end_column)
    output = shapes_text(view.run.output, view) if view.kind is not InputKind.CALL else None
    called = view.run.tape.calls[view.first] if view.kind is InputKind.CALL else None
    kinds = sorted(((view.kind, view.given) for view in views), key=lambda pair: list(InputKind).index(pair[0]))
    return ClassShapes(
        cls.name,
        head,
        span,
        view.kind,
        tuple(kinds),
        view.given_at,
        steps,
        output if called is None else shapes_text(called.output, view),
    )


def _own(classes: list[ClassShapes], shown: list[ShownShapes]) -> Iterator[ShapePlace]:
    """What the view of each class shows of the class itself, and of what is in no class."""
    for index, seen in enumerate(shown):
        rows = classes[index].span
        for place in seen.places:
            if rows.row <= place.span.row <= rows.end_row or _is_outside(place.span, classes):
                yield place


def _is_outside(span: Span, classes: list[ClassShapes]) -> bool:
    return not any(cls.span.row <= span.row <= cls.span.end_row for cls in classes)


def _of_the_script(checked: Checked) -> Iterator[View]:
    """The runs that the file makes itself, and those of Sequentials that are in no class."""
    for run in (*checked.exploration.runs, *checked.exploration.alone()):
        if not isinstance(run.node, cst.ClassDef):
            yield whole_run(run, InputKind.CALL)


def _merged(places: list[ShapePlace]) -> list[ShapePlace]:
    """The places in the order of the file; of one that several runs show, all the shapes."""
    merged: dict[tuple[Span, PlaceKind], ShapePlace] = {}
    for place in places:
        first = merged.setdefault((place.span, place.kind), place)
        if place is not first:
            shapes = tuple(dict.fromkeys((*first.shapes, *place.shapes)))
            merged[place.span, place.kind] = replace(first, shapes=shapes)
    return sorted(merged.values(), key=lambda place: place.span)


def _unknowns(checked: Checked) -> Iterator[UnknownPlace]:
    """Where a value of this file was lost, each reason once."""
    seen: set[tuple[cst.CSTNode, str]] = set()
    for run in (*checked.exploration.runs, *checked.exploration.alone()):
        for site, reason in (*run.tape.unknowns, *_refused(run)):
            if site is None or site.source is not checked.source or (site.node, reason) in seen:
                continue
            seen.add((site.node, reason))
            try:
                span = checked.source.span(site.node)
            except KeyError:
                continue
            if not isinstance(site.node, (cst.Module, cst.ClassDef)):
                yield UnknownPlace(span, reason)


def _refused(run: Run) -> Iterator[tuple[Site | None, str]]:
    """The calls that PyTorch refuses, and where their layers are made."""
    for call in run.tape.calls:
        if call.reject is not None:
            yield call.site, f"PyTorch raises here: {call.reject.message}"
            yield call.constructor, f"PyTorch raises when it is called: {call.reject.message}"
