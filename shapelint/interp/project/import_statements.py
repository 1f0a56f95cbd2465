"""Import statements: names are bound to what is imported when they are first used."""

from __future__ import annotations

import os
from functools import partial

import libcst as cst

from ...shapes import Unknown, Value
from ...source.parse import Source
from ..machine.machine import Machine
from ..machine.resolver import Resolver
from ..model.classes import Module
from ..model.frame import Frame
from .deferred import Deferred
from .project import NEVER_FOLLOWED

__all__ = ["import_from", "import_names", "is_missing"]

_INSTALLED = NEVER_FOLLOWED | {"torchvision", "torchaudio", "tqdm", "yaml", "pandas", "sklearn"}
"""What a file that uses torch may be expected to find."""


def import_names(machine: Machine, node: cst.Import, frame: Frame) -> None:
    """``import a.b as c, d``."""
    project, source = machine.project, frame.module.source
    for alias in node.names:
        dotted = _dotted(alias.name)
        if alias.asname is not None:
            name, target = _dotted(alias.asname.name), dotted
        else:
            name = target = dotted.partition(".")[0]
        found = Deferred(partial(_module_or_external, project, source, target))
        machine.bind(frame.target(name), name, found)
        project.note_import(source, 0, dotted)


def _module_or_external(project: Resolver[Machine], source: Source, dotted: str) -> Value:
    return project.find(source, 0, dotted) or project.external(dotted)


def import_from(machine: Machine, node: cst.ImportFrom, frame: Frame) -> None:
    """``from ..a import b as c`` and ``from a import *``."""
    project, source = machine.project, frame.module.source
    dotted = "" if node.module is None else _dotted(node.module)
    level = len(node.relative)
    if isinstance(node.names, cst.ImportStar):
        _import_star(machine, project.find(source, level, dotted), dotted, frame)
        return
    for alias in node.names:
        wanted = _dotted(alias.name)
        name = wanted if alias.asname is None else _dotted(alias.asname.name)
        found = Deferred(
            partial(_imported, machine, source, level, dotted, wanted), partial(project.find, source, level, dotted)
        )
        machine.bind(frame.target(name), name, found)
        project.note_import(source, level, dotted, wanted)


def is_missing(project: Resolver[Machine], node: cst.Import | cst.ImportFrom, source: Source) -> bool:
    """Whether a statement imports a package that is neither in the project nor of the standard library or torch's family.

    What a file does without, if need be, is read as not installed.
    """
    if isinstance(node, cst.ImportFrom):
        wanted = [] if node.relative or node.module is None else [_dotted(node.module)]
    else:
        wanted = [_dotted(alias.name) for alias in node.names]
    return any(
        dotted.partition(".")[0] not in _INSTALLED and project.find(source, 0, dotted) is None for dotted in wanted
    )


def _imported(machine: Machine, source: Source, level: int, dotted: str, wanted: str) -> Value:
    project = machine.project
    module = project.find(source, level, dotted)
    if module is not None and not _is_busy(module, wanted):
        if wanted in module.names or os.path.basename(module.source.path) == "__init__.py":
            return project.name_in(machine, module, wanted)
        return Unknown(f"'{wanted}' is not in module '{module.name}'")
    inside = project.find(source, level, f"{dotted}.{wanted}" if dotted else wanted)
    if inside is not None:
        return inside
    return project.external(f"{'.' * level}{dotted}.{wanted}" if dotted else f"{'.' * level}{wanted}")


def _is_busy(module: Module, name: str) -> bool:
    """Whether ``name`` is being imported by the very module that is asked for it: then a file of that name is meant."""
    value = module.names.get(name)
    return isinstance(value, Deferred) and value.is_busy


def _import_star(machine: Machine, module: Module | None, dotted: str, frame: Frame) -> None:
    if module is None:
        for name, value in machine.project.star_names(dotted).items():
            machine.bind(frame.names, name, value)
        return
    public = module.names.get("__all__")
    if isinstance(public, (list, tuple)) and all(isinstance(name, str) for name in public):
        chosen = [name for name in public if name in module.names]
    else:
        chosen = [name for name in module.names if not name.startswith("_")]
    for name in chosen:
        value = module.names[name]
        if name in frame.names and isinstance(value, Deferred) and value.comes_from(frame.module.source):
            continue  # what the other file imported from this one
        machine.bind(frame.names, name, value)


def _dotted(node: cst.CSTNode) -> str:
    if type(node) is cst.Attribute:  # isinstance is slow on libcst's abstract classes
        return f"{_dotted(node.value)}.{node.attr.value}"
    return node.value if type(node) is cst.Name else ""
