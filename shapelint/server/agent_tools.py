"""The tools of ``shapelint mcp``, for programs that write code: plain functions, whose docstrings tell them what each is for.

Paths are as on the command line; nothing is executed of what is read.
"""

from __future__ import annotations

from typing import Any

from ..config import ConfigError, Configurations
from ..files import read_file, reason
from ..interp.paths.targets import NoSuchTarget
from ..opening import open_text
from ..rules import registry
from ..session import Session, check_paths
from ..source.depth import room_for_depth
from ..source.guard import SourceError
from ..weights import BadFile, judge, open_target
from .analysis.document_analysis import Analysis, ShapePlace
from .analysis.moved_spans import moved
from .analysis.open_file import OpenFile

__all__ = ["TOOLS", "check", "explain", "shapes_at", "weights"]


def check(path: str) -> dict[str, Any]:
    """Find shape errors and stale shape comments in a Python file, a notebook or a folder that uses PyTorch."""
    try:
        reports = check_paths(path)
    except ConfigError as error:
        return {"error": str(error)}
    return {
        "diagnostics": [finding.to_dict() for report in reports for finding in report.diagnostics],
        "errors": [f"{report.path}: {report.error}" for report in reports if report.error is not None],
    }


def shapes_at(file: str, line: int) -> dict[str, Any]:
    """The tensor shapes that the code in one line of a Python file gives, the input they hold for, and how they come about.

    Sizes are symbolic (N, H, W) where the input is not known.
    """
    try:
        analysis = _analysed(file)
    except (OSError, SourceError, ConfigError) as error:
        return {"error": reason(error) if isinstance(error, OSError) else str(error)}
    places = [place for place in analysis.places if line in (place.span.row, place.span.end_row)]
    unknowns = [each.reason for each in analysis.unknowns if each.span.row <= line <= each.span.end_row]
    return {"shapes": [_shown(place, analysis) for place in places], "unknown": unknowns}


def _shown(place: ShapePlace, analysis: Analysis) -> dict[str, Any]:
    owner = None if place.owner is None else analysis.classes[place.owner]
    lines = analysis.text.split("\n")[place.span.row - 1 : place.span.end_row]
    return {
        "code": " ... ".join(dict.fromkeys((lines[0].strip(), lines[-1].strip()))),
        "what": place.kind.value,
        "shapes": list(place.shapes),
        "input": None if owner is None else dict(owner.kinds)[owner.kind],
        "because": "the file calls it so" if owner is None else owner.anchor,
        "chain": [f"{step.shown}: {step.given} -> {step.result}" for step in analysis.steps_of(place)[-8:]],
    }


def explain(code: str) -> str:
    """What a rule finds, why that is bad and how to mend it; ``code`` is one such as SHP202, or a name such as stale-comment."""
    try:
        codes = registry.selected((code,), ())
    except registry.UnknownRule as error:
        return str(error)
    rules = registry.rules()
    return "\n\n".join(f"{rules[each].name} ({each})\n\n{rules[each].page}" for each in sorted(codes))


def weights(target: str, checkpoint: str) -> dict[str, Any]:
    """Whether a checkpoint (torch.save or safetensors) fits a model, without loading either.

    ``target``: such as ``models/vgg.py::VGG('VGG16')``.
    """
    try:
        return judge(open_target(target), checkpoint, strict=True, key=None, as_is=False)
    except (NoSuchTarget, BadFile) as error:
        return {"error": str(error)}


TOOLS = (check, shapes_at, explain, weights)


def _analysed(path: str) -> Analysis:
    file, notebook = open_text(read_file(path), path)
    session = Session(Configurations(), use_cache=False)
    settings, project = session.configs.of_file(path).settings_of(path), session.project(path)
    with room_for_depth():
        if notebook is None:
            return OpenFile(path).analyse(file.text, project, settings)
        analysis = OpenFile(path).analyse(notebook.text, project, settings)
    return moved(analysis, notebook.page, notebook.excerpts[0].span, whole=False) or analysis
