"""The file of a target such as ``models/netd.py::NetD``, opened with the project around it."""

from __future__ import annotations

import os

from ..files import read_file
from ..interp.model.classes import Module
from ..interp.paths.targets import NoSuchTarget
from ..interp.project.project import Project
from ..opening import open_text
from ..source.parse import SourceError

__all__ = ["load"]

_SUFFIXES = (".py", ".md", ".qmd", ".Rmd")


def load(path: str) -> tuple[Project, Module]:
    """The project of a file and its module, the definitions in it not evaluated yet.  Raises NoSuchTarget."""
    if not path.endswith(_SUFFIXES) or not os.path.isfile(path):
        raise NoSuchTarget(f"{path}: no such Python file")
    project = Project(_read)
    try:
        module = project.open(path)
    except SourceError as error:
        raise NoSuchTarget(f"{path}:{error.row}:{error.column}: {error.message}") from None
    if module is None:
        raise NoSuchTarget(f"{path}: cannot be read")
    return project, module


def _read(path: str) -> str | None:
    try:
        file, notebook = open_text(read_file(path), path)
        return file.text if notebook is None else notebook.text
    except (OSError, SourceError):
        return None
