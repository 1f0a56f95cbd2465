"""Results of earlier runs, so that a file that did not change is not parsed again.

The key of a result is everything it came from: shapelint itself, the settings, the file, and every file that was asked
for while following imports, absent ones included.  Entries are JSON, never pickles: a cache folder may come with
somebody else's repository.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from . import codec
from .coverage import Coverage
from .diagnostic import Diagnostic
from .settings import Settings
from .version import __version__

__all__ = ["Cache", "digest"]

_FOLDER = ".shapelint_cache"
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# A cache folder of shapelint.\n"


def digest(content: bytes) -> str:
    """A fingerprint of ``content``."""
    return blake2b(content, digest_size=16).hexdigest()


class Cache:
    """The cache folder in ``root``.  Whatever is wrong with it is as if it were empty; it is never an error."""

    def __init__(self, root: str, settings: Settings) -> None:
        self._folder = os.path.join(root, _FOLDER)
        self._maker = digest(repr((_installation(), sys.version_info[:3], settings)).encode("utf-8", "surrogateescape"))

    def load(
        self, path: str, content: bytes, digest_of: Callable[[str], str | None]
    ) -> tuple[tuple[Diagnostic, ...], Coverage] | None:
        """The result for ``path`` if it holds ``content`` and no file it depends on has changed, else None.

        ``digest_of``: the fingerprint of another file, None if there is none.
        """
        try:
            with open(self._file(path), encoding="utf-8") as file:
                entry: Any = json.load(file)
            if entry["key"] != self._key(content) or any(
                digest_of(other) != known for other, known in entry["followed"].items()
            ):
                return None
            return codec.decode(entry["result"])
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
            return None

    def store(
        self,
        path: str,
        content: bytes,
        followed: dict[str, str | None],
        diagnostics: tuple[Diagnostic, ...],
        coverage: Coverage,
    ) -> None:
        """Remember a result; ``followed``: fingerprints of the files it depends on."""
        file = self._file(path)
        temporary = f"{file}.{os.getpid()}"
        try:
            self._prepare()
            with open(temporary, "w", encoding="utf-8") as opened:
                result = codec.encode(diagnostics, coverage)
                json.dump({"key": self._key(content), "followed": followed, "result": result}, opened)
            os.replace(temporary, file)
        except (OSError, ValueError):
            return

    def _key(self, content: bytes) -> str:
        return digest(self._maker.encode() + content)

    def _file(self, path: str) -> str:
        """One entry for each path, so that the folder does not grow with every change."""
        names = f"{path}\0{os.path.abspath(path)}"
        return os.path.join(self._folder, digest(names.encode("utf-8", "surrogateescape")))

    def _prepare(self) -> None:
        if os.path.isdir(self._folder):
            return
        os.makedirs(self._folder, exist_ok=True)
        for name, text in (("CACHEDIR.TAG", _TAG), (".gitignore", "*\n")):
            with open(os.path.join(self._folder, name), "w", encoding="utf-8") as file:
                file.write(text)


def _installation() -> tuple[str, ...]:
    """What tells this shapelint from another: its version, and in a checkout the last change of its files."""
    newest = max(
        os.stat(os.path.join(folder, name)).st_mtime_ns
        for folder, _, names in os.walk(os.path.dirname(os.path.abspath(__file__)))
        for name in names
        if name.endswith(".py")
    )
    return __version__, str(newest)
