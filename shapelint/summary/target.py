"""The file of a target such as ``models/netd.py::NetD``, opened with the project around it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeAlias

from ..config import ConfigError, Configurations
from ..discovery import find_files
from ..environment import Environment
from ..files import read_file
from ..interp.model.classes import Module
from ..interp.paths.targets import NoSuchTarget
from ..interp.project.project import Project
from ..opening import module_text, open_text
from ..source.parse import SourceError

__all__ = ["files_of", "load"]

_Read: TypeAlias = Callable[[str], "bytes | None"]
"""Gives the content of a file, None where there is none."""

_SUFFIXES = (".py", ".ipynb", ".md", ".qmd", ".Rmd")


def files_of(path: str) -> list[str]:
    """The Python files and notebooks that ``path`` stands for: itself, or all in the folder."""
    return find_files([path]).files if os.path.isdir(path) else [path]


def load(path: str, read: Callable[[str], str | None] | None = None) -> tuple[Project, Module]:
    """The project of a file and its module, the definitions in it not evaluated yet.  Raises NoSuchTarget.

    ``read``: gives the text of a file, those on disk unless it is given.
    """
    if not path.endswith(_SUFFIXES) or (read is None and not os.path.isfile(path)):
        raise NoSuchTarget(f"{path}: no such Python file")
    project = _project(path, _bytes_on_disk if read is None else _bytes_of(read))
    try:
        module = project.open(path)
    except SourceError as error:
        raise NoSuchTarget(f"{path}:{error.row}:{error.column}: {error.message}") from None
    if module is None:
        raise NoSuchTarget(f"{path}: cannot be read")
    return project, module


def _project(path: str, read: _Read) -> Project:
    """The files that the one at ``path`` may import or, as a notebook, writes, and the packages installed, as for ``check``."""
    try:
        config = Configurations().of_file(path)
    except ConfigError as error:
        raise NoSuchTarget(str(error)) from None
    environment = Environment(config.settings.python, config.root, _on_disk)

    written = _written_by(path, read)

    def anywhere(file: str) -> str | None:
        text = written.get(os.path.normpath(file)) if written else None
        if text is None:
            text = _code(read, file)  # which may know of the project's own files only
        return _on_disk(file) if text is None and environment.holds(file) else text

    return Project(anywhere, sizes=dict(config.settings.symbols), installed=environment.place_of)


def _written_by(path: str, read: _Read) -> dict[str, str]:
    """The modules that the notebook at ``path`` writes (``%%writefile``), under the paths that they get."""
    content = read(path)
    try:
        notebook = None if content is None else open_text(content, path)[1]
    except SourceError:
        return {}
    folder, excerpts = os.path.dirname(path), () if notebook is None else notebook.excerpts
    return {os.path.normpath(os.path.join(folder, each.name)): each.text for each in excerpts if each.name}


def _code(read: _Read, path: str) -> str | None:
    content = read(path)
    return None if content is None else module_text(content, path)


def _bytes_of(read: Callable[[str], str | None]) -> _Read:
    def content(path: str) -> bytes | None:
        text = read(path)
        return None if text is None else text.encode("utf-8", "surrogatepass")

    return content


def _bytes_on_disk(path: str) -> bytes | None:
    try:
        return read_file(path)
    except OSError:
        return None


def _on_disk(path: str) -> str | None:
    return _code(_bytes_on_disk, path)
