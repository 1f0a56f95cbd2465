"""Results of earlier runs, so that a file that did not change is not parsed again.

The key of a result is everything it came from: shapelint itself, the settings, the file, and every file that was asked
for while following imports, absent ones included.

A cache folder may come with somebody else's repository.  Entries are JSON, never pickles, and are checked like any input;
no link is followed, neither to read nor to write; and an entry cannot have a file shown whose content it does not know.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from . import codec
from .coverage import Coverage
from .diagnostic import Diagnostic
from .files import read_file
from .replacing import write_file
from .settings import Settings
from .version import __version__

try:
    from _blake2 import blake2b  # what hashlib gives, without loading OpenSSL for the others
except ImportError:
    from hashlib import blake2b

__all__ = ["Cache", "digest"]

_FOLDER = ".shapelint_cache"
_LARGEST_ENTRY = 4_000_000
_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# A cache folder of shapelint.\n"


def digest(content: bytes) -> str:
    """A fingerprint of ``content``."""
    return blake2b(content, digest_size=16).hexdigest()


class Cache:
    """The cache folder in ``root``, or ``folder``.  One that cannot be used counts as empty; it is never an error."""

    def __init__(self, root: str, settings: Settings, folder: str | None = None) -> None:
        self._folder = folder or os.path.join(root, _FOLDER)
        self._is_elsewhere = os.path.islink(self._folder)
        self._maker = digest(repr((_installation(), sys.version_info[:3], settings)).encode("utf-8", "surrogateescape"))

    def load(
        self, path: str, content: bytes, digest_of: Callable[[str], str | None]
    ) -> tuple[tuple[Diagnostic, ...], Coverage] | None:
        """The result for ``path`` if it holds ``content`` and no file it depends on has changed, else None.

        ``digest_of``: the fingerprint of another file, None if there is none.
        """
        if self._is_elsewhere:
            return None
        try:
            entry: Any = json.loads(read_file(self._file(path), _LARGEST_ENTRY, follow=False))
            followed = entry["followed"]
            if entry["key"] != self._key(content) or any(
                digest_of(other) != known for other, known in followed.items()
            ):
                return None
            diagnostics, coverage = codec.decode(entry["result"])
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
            return None
        # Lines of the files that findings point into are printed.
        shown = {file for d in diagnostics for file in (d.filename, *(label.filename for label in d.labels))}
        return (diagnostics, coverage) if all(file in (path, None) or followed.get(file) for file in shown) else None

    def store(
        self,
        path: str,
        content: bytes,
        followed: dict[str, str | None],
        diagnostics: tuple[Diagnostic, ...],
        coverage: Coverage,
    ) -> None:
        """Remember a result; ``followed``: fingerprints of the files it depends on."""
        if self._is_elsewhere:
            return
        result = codec.encode(diagnostics, coverage)
        entry = json.dumps({"key": self._key(content), "followed": followed, "result": result}).encode()
        try:
            self._prepare()
            write_file(self._file(path), entry)
        except OSError:
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
        os.makedirs(self._folder)
        for name, content in (("CACHEDIR.TAG", _TAG), (".gitignore", b"*\n")):
            write_file(os.path.join(self._folder, name), content)


def _installation() -> tuple[str, ...]:
    """What identifies this installation: its version, and when its files were written."""
    here = os.path.dirname(os.path.abspath(__file__))
    if not os.path.exists(os.path.join(os.path.dirname(here), "pyproject.toml")):
        # Installed: all files were written together.
        return __version__, str(os.stat(__file__).st_mtime_ns)
    newest = max(
        os.stat(os.path.join(folder, name)).st_mtime_ns
        for folder, _, names in os.walk(here)
        for name in names
        if name.endswith(".py")
    )
    return __version__, str(newest)
