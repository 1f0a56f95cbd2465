"""The verdict on a checkpoint: the record that the table and the JSON of ``shapelint weights`` print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import libcst as cst

from ..interp.model.classes import Instance, Module
from ..interp.model.state import State, state_of
from ..interp.paths.targets import NoSuchTarget, construct
from ..interp.project.project import Project
from ..records import dataclass
from ..summary.rows import place_of
from ..summary.target import load
from ..summary.totals import shape_record
from .argument_advice import arguments_that_fit, expression_of, site_of
from .bounded import BadFile
from .checkpoint import read
from .comparison import CheckpointComparison, Mismatch, compare
from .selection import Selected, select
from .trial import with_argument, working_arguments

__all__ = ["Target", "judge", "open_target"]


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A model that was built: what was asked for, and what it holds."""

    text: str
    project: Project
    file: Module
    expression: str
    module: Instance
    state: State


def open_target(target: str) -> Target:
    """The model of ``FILE::expression``.  Raises NoSuchTarget."""
    path, separator, expression = target.partition("::")
    if not separator:
        raise NoSuchTarget(f"{target}: which model? FILE::Class or FILE::'expression'")
    project, file = load(path)
    module = construct(file, project, expression)
    return Target(target, project, file, expression, module, state_of(module))


def judge(
    target: Target, path: str, *, strict: bool = True, key: str | None = None, as_is: bool = False
) -> dict[str, Any]:
    """Whether the checkpoint ``path`` fits, as a record; ``verdict`` is ``fits``, ``differs`` or ``unknown``.

    ``key`` and ``as_is``: see :func:`~.selection.select`.  Raises BadFile.
    """
    content = read(path)
    names = {entry.name for entry in target.state.saved}
    try:
        selected = select(content.value, names, key, as_is)
    except BadFile as error:
        raise BadFile(f"{path}: {error}") from None
    comparison = compare(target.state, selected)
    arguments: dict[str, int] = {}
    rest = comparison
    if comparison.mismatched:

        def compared(expression: str) -> CheckpointComparison | None:
            try:
                return compare(state_of(construct(target.file, target.project, expression)), selected)
            except NoSuchTarget:
                return None

        arguments, rest = working_arguments(target.expression, target.module, comparison, selected.entries, compared)
    left = {mismatch.entry.name for mismatch in rest.mismatched}
    return {
        "version": 1,
        "target": target.text,
        "file": path,
        "format": content.format,
        "key": selected.key,
        "prefix": selected.prefix,
        "entries": len(selected.entries),
        "strict": strict,
        "verdict": _verdict(target.state, comparison, strict),
        "mismatched": [_mismatch(each, selected, arguments, left) for each in comparison.mismatched],
        "missing": [_entry(entry) for entry in comparison.missing],
        "unexpected": [_unexpected(name, selected) for name in comparison.unexpected],
        "undecided": list(comparison.undecided),
        "arguments": {str(symbol): value for symbol, value in comparison.arguments.items()},
        "fits_with": with_argument(target.expression, arguments) if arguments else None,
        "left": {"mismatched": len(rest.mismatched), "missing": len(rest.missing), "unexpected": len(rest.unexpected)},
        "not_followed": [
            {"name": place.prefix, "reason": place.reason} for place in target.state.unfollowed if place.is_module
        ],
    }


def _verdict(state: State, comparison: CheckpointComparison, strict: bool) -> str:
    if not comparison.fits(strict):
        return "differs"
    return "unknown" if comparison.undecided or any(place.is_module for place in state.unfollowed) else "fits"


def _mismatch(mismatch: Mismatch, selected: Selected, arguments: Mapping[str, int], left: set[str]) -> dict[str, Any]:
    entry = mismatch.entry
    return {
        **_entry(entry),
        "saved": None if mismatch.saved is None else list(mismatch.saved),
        **place_of(site_of(entry)),
        "argument": _argument(mismatch, selected, arguments, left),
    }


def _argument(mismatch: Mismatch, selected: Selected, arguments: Mapping[str, int], left: set[str]) -> str | None:
    """``num_classes=21``: of the target where that was tried and helps, else of the layer; None if none is known."""
    found = arguments_that_fit(mismatch.entry, selected.entries)
    names = [expression_of(mismatch.entry, name) for name in found]
    if arguments and mismatch.entry.name not in left:
        used = {name.value for name in names if isinstance(name, cst.Name)} & arguments.keys() or arguments.keys()
        return ", ".join(f"{name}={value}" for name, value in arguments.items() if name in used)
    return ", ".join(f"{name}={value}" for name, value in found.items()) or None


def _entry(entry: Any) -> dict[str, Any]:
    return {"name": entry.name, "shape": shape_record(entry.tensor.shape)}


def _unexpected(name: str, selected: Selected) -> dict[str, Any]:
    saved = selected.entries[name]
    return {"name": name, "shape": list(saved.shape) if hasattr(saved, "shape") else None}
