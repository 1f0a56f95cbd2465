"""The file of a target such as ``models/netd.py::NetD``, opened with the project around it."""

from __future__ import annotations

import os

from ..files import read_file
from ..interp.model.classes import Module
from ..interp.paths.targets import NoSuchTarget
from ..interp.project.project import Project
from ..settings import Reader
from ..source.parse import SourceError
from ..source.text import decode

__all__ = ["load"]


def load(path: str, read: Reader | None = None) -> tuple[Project, Module]:
    """The project of a file and its module, the definitions in it not evaluated yet.  Raises NoSuchTarget.

    ``read``: gives the text of files, as an editor has them; None for what is on the disk.
    """
    if read is None and not (path.endswith(".py") and os.path.isfile(path)):
        raise NoSuchTarget(f"{path}: no such Python file")
    project = Project(read or _read)
    try:
        module = project.open(path)
    except SourceError as error:
        raise NoSuchTarget(f"{path}:{error.row}:{error.column}: {error.message}") from None
    if module is None:
        raise NoSuchTarget(f"{path}: cannot be read")
    return project, module


def _read(path: str) -> str | None:
    try:
        return decode(read_file(path)).text
    except (OSError, SourceError):
        return None
