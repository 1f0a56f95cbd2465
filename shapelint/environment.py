"""Where the packages of the linted project are installed: the folders of an environment that hold their source.

Nothing there is ever imported or executed; what depends on torch is read as the project's own files are.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

__all__ = ["Environment", "has_packages"]

_NEEDS_TORCH = re.compile(r"^Requires-Dist: torch(?![\w.-])", re.MULTILINE)
_VARIABLES = ("VIRTUAL_ENV", "CONDA_PREFIX")


class Environment:
    """The packages of one environment: that of the interpreter or folder ``python``, else the active one, else ``.venv``.

    ``read`` gives the text of a file, None if there is none.  ``consulted``: the files that say which version of a package is
    installed, of those that were asked for.
    """

    def __init__(self, python: str | None, root: str, read: Callable[[str], str | None]) -> None:
        self._folders = tuple(_site_folders(python, root))
        self._read = read
        self._known: dict[str, str | None] = {}
        self.consulted: set[str] = set()

    def place_of(self, package: str) -> str | None:
        """The path, without an ending, of the package (``torchvision``); None if it is not installed or does not need torch."""
        if package not in self._known:
            self._known[package] = self._find(package)
        return self._known[package]

    def holds(self, file: str) -> bool:
        """Whether the file is in one of its packages."""
        return file.startswith(tuple(os.path.join(folder, "") for folder in self._folders))

    def _find(self, package: str) -> str | None:
        for folder in self._folders:
            place = os.path.join(folder, package)
            if os.path.isdir(place):
                return place if any(map(self._needs_torch, _records(folder, package))) else None
        return None

    def _needs_torch(self, path: str) -> bool:
        text = self._read(path)
        self.consulted.add(path)
        return text is not None and _NEEDS_TORCH.search(text) is not None


def has_packages(python: str) -> bool:
    """Whether there are folders of packages where ``python``, an interpreter or a folder, says."""
    return any(map(os.path.isdir, _library_folders(_prefix(python))))


def _prefix(place: str) -> str:
    """The environment of an interpreter, which is in its folder ``bin``; it may be a link, which says nothing of that."""
    return os.path.dirname(os.path.dirname(os.path.abspath(place))) if os.path.isfile(place) else place


def _site_folders(python: str | None, root: str) -> Iterator[str]:
    named = [python, *map(os.environ.get, _VARIABLES), os.path.join(root, ".venv")]
    for place in filter(None, named):
        found = [folder for folder in _library_folders(_prefix(place)) if os.path.isdir(folder)]
        if found:
            yield from found
            return


def _library_folders(prefix: str) -> Iterator[str]:
    yield os.path.join(prefix, "Lib", "site-packages")
    lib = os.path.join(prefix, "lib")
    for name in sorted(os.listdir(lib), reverse=True) if os.path.isdir(lib) else ():
        if name.startswith("python3"):
            yield os.path.join(lib, name, "site-packages")
            yield os.path.join(lib, name, "dist-packages")


def _records(folder: str, package: str) -> Iterator[str]:
    """What an installer noted of the package, whose files may be called otherwise than what they are installed as."""
    wanted = re.sub(r"[-_.]+", "_", package).lower()
    for name in os.listdir(folder):
        if name.endswith(".dist-info") and re.sub(r"[-_.]+", "_", name.partition("-")[0]).lower() == wanted:
            yield os.path.join(folder, name, "METADATA")
