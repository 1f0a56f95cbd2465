"""The tools of ``shapelint mcp``, for programs that write code: plain functions, whose docstrings tell them what each is for.

Paths are as on the command line; nothing is executed of what is read.
"""

from __future__ import annotations

import os
from typing import Any

from ..config import ConfigError, load
from ..files import read_file, reason
from ..interp import Project
from ..interp.paths.targets import NoSuchTarget
from ..rules import registry
from ..session import check_paths, open_text
from ..source.depth import room_for_depth
from ..source.guard import SourceError
from ..weights import BadFile, judge, open_target
from .analysis.document_analysis import Analysis, Place
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


def _shown(place: Place, analysis: Analysis) -> dict[str, Any]:
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
    text = open_text(read_file(path), path)[0].text

    def read(other: str) -> str | None:
        try:
            return open_text(read_file(other), other)[0].text
        except (OSError, SourceError):
            return None

    with room_for_depth():
        return OpenFile(path).analyse(text, Project(read), load([os.path.abspath(path)]).settings)
