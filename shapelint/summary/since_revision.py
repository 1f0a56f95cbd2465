"""``show --diff REV``: the classes of a target at a git revision beside those that it has now."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ..interp.paths.targets import NoSuchTarget, targets_in
from ..records import dataclass
from ..source.depth import room_for_depth
from .difference import difference
from .model import Inputs, InputsOf, run_target
from .revision import Revision, revision_of
from .target import files_of, load

__all__ = ["compare"]


@dataclass(frozen=True, slots=True)
class _Side:
    """A class before or now: its record, or why there is none."""

    record: Mapping[str, Any] | None
    absence: str | None = None


def compare(target: str, inputs: Inputs | InputsOf, revision: str) -> dict[str, Any]:
    """What differs between ``target`` at a git revision and now: see :func:`.difference.difference`.

    A file or a folder alone gives ``{"version": 1, "targets": [...]}`` of the classes that were there or are now.  A class
    that is new is compared with one that is gone if that had the same layers: its record then has ``was``, the name of that.
    Raises NoSuchTarget.
    """
    with room_for_depth():
        path, separator, expression = target.partition("::")
        then = revision_of(path, revision)
        if separator:
            was = _former_name(path, expression.strip(), then)
            found = _difference(target, f"{path}::{was}", inputs, then)
            if found is None:
                raise NoSuchTarget(_of(target, inputs, None).absence or target)
            return found
        before, now = then.files_in(path), files_of(path) if os.path.exists(path) else []
        if not before and not now:
            raise NoSuchTarget(f"{path}: no such Python file, neither now nor in {revision}")
        targets = [
            found for file in dict.fromkeys([*now, *before]) for found in _of_file(file, file in now, inputs, then)
        ]
        return {"version": 1, "targets": targets}


def _former_name(path: str, name: str, then: Revision) -> str:
    """What the class ``name`` was called, if it is new and is one that is gone; else the same."""
    before = _names(path, then) if name.isidentifier() else []
    if not before or name in before:
        return name
    now = _names(path, None)
    return _renamed(path, [name], [other for other in before if other not in now], then).get(name, name)


def _of_file(file: str, is_there: bool, inputs: Inputs | InputsOf, then: Revision) -> list[dict[str, Any]]:
    now, before = _names(file, None) if is_there else [], _names(file, then)
    old = _renamed(
        file, [name for name in now if name not in before], [name for name in before if name not in now], then
    )
    pairs = [(name, old.get(name, name)) for name in now]
    pairs += [(name, name) for name in before if name not in now and name not in old.values()]
    found = (_difference(f"{file}::{new}", f"{file}::{was}", inputs, then) for new, was in pairs)
    return [each for each in found if each is not None]


def _names(file: str, then: Revision | None) -> list[str]:
    """The module classes of a file; none where it is not there, or cannot be parsed."""
    try:
        project, module = load(file, None if then is None else then.read)
    except NoSuchTarget:
        return []
    return targets_in(module, project)


def _renamed(file: str, added: list[str], removed: list[str], then: Revision) -> dict[str, str]:
    """The former name of each new class that has the layers of one that is gone, and of no other."""
    found: dict[str, str] = {}
    layers = {name: _layers(_of(f"{file}::{name}", (), then)) for name in removed} if added else {}
    for name in added:
        own = _layers(_of(f"{file}::{name}", (), None))
        alike = [other for other in removed if layers[other] == own and other not in found.values()]
        if own and len(alike) == 1:
            found[name] = alike[0]
    return found


def _layers(side: _Side) -> list[tuple[str, str]]:
    return [] if side.record is None else [(call["path"], call["layer"]) for call in side.record["calls"]]


def _difference(now: str, before: str, inputs: Inputs | InputsOf, then: Revision) -> dict[str, Any] | None:
    """None where it is, and was, nothing that can be shown."""
    after, earlier = _of(now, inputs, None), _of(before, inputs, then)
    if after.record is None and earlier.record is None:
        return None
    was = before.partition("::")[2]
    return {
        **difference(earlier.record, after.record, now),
        "absent": [earlier.absence, after.absence],
        "was": None if now == before else was,
        "revision": then.name,
        "commit": then.commit,
    }


def _of(target: str, inputs: Inputs | InputsOf, then: Revision | None) -> _Side:
    path = target.partition("::")[0]
    if then is not None and not then.has(path):
        return _Side(None, f"{path} was not there")
    try:
        project, module = load(path, None if then is None else then.read)
        return _Side(run_target(target, module, project, inputs).record())
    except NoSuchTarget as error:
        return _Side(None, str(error))
