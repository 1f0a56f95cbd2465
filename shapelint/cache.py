"""Results of earlier runs, so that a file that did not change is not parsed again.

The key of a result is everything it came from: shapelint itself, the settings, the file, and every file that was asked
for while following imports, absent ones included.  Of such a file only what was looked at: most of them can be edited in most
places without changing what is said of those that import them.

A cache folder may come with somebody else's repository.  Entries are JSON, never pickles, and are checked like any input;
no link is followed, neither to read nor to write; and an entry cannot have a file shown whose content it does not know.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from . import codec
from .coverage import Coverage
from .diagnostic import Diagnostic
from .files import read_file
from .fingerprint import digest
from .replacing import write_file
from .settings import Settings
from .version import __version__

__all__ = ["Cache"]

_FOLDER = ".shapelint_cache"
_LARGEST_ENTRY = 4_000_000
_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# A cache folder of shapelint.\n"


class Cache:
    """The cache folder in ``root``, or ``folder``.  One that cannot be used counts as empty; it is never an error."""

    def __init__(self, root: str, settings: Settings, folder: str | None = None) -> None:
        self._folder = folder or os.path.join(root, _FOLDER)
        self._is_elsewhere = os.path.islink(self._folder)
        self._maker = digest(repr((_installation(), sys.version_info[:3], settings)).encode("utf-8", "surrogateescape"))

    def load(
        self,
        path: str,
        content: bytes,
        digest_of: Callable[[str], str | None],
        is_as_seen: Callable[[str, Any], bool] = lambda other, seen: False,
    ) -> tuple[tuple[Diagnostic, ...], Coverage] | None:
        """The result for ``path`` if it holds ``content`` and in no file it depends on has changed what was seen of it, else None.

        ``digest_of``: the fingerprint of another file, None if there is none.  ``is_as_seen``: whether all is the same in a file
        that was seen of it, as :meth:`store` was given it.
        """
        if self._is_elsewhere:
            return None
        try:
            head, details, result = read_file(self._file(path), _LARGEST_ENTRY, follow=False).split(b"\n")
            entry: Any = json.loads(head)
            followed = entry["followed"]
            if entry["key"] != self._key(content):
                return None
            changed = {other: digest_of(other) for other, known in followed.items() if digest_of(other) != known}
            seen: Any = json.loads(details) if changed else {}
            if not all(now and followed[other] and is_as_seen(other, seen[other]) for other, now in changed.items()):
                return None
            diagnostics, coverage = codec.decode(json.loads(result))
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
            return None
        # Lines of the files that findings point into are printed.
        shown = {file for d in diagnostics for file in (d.filename, *(label.filename for label in d.labels))}
        if not all(file in (path, None) or (followed.get(file) and file not in changed) for file in shown):
            return None
        if changed:
            entry["followed"] = {**followed, **changed}
            self._write(path, json.dumps(entry).encode(), details, result)
        return diagnostics, coverage

    def store(
        self,
        path: str,
        content: bytes,
        followed: Mapping[str, str | None],
        diagnostics: tuple[Diagnostic, ...],
        coverage: Coverage,
        seen: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Remember a result.

        ``followed``: fingerprints of the files it depends on; ``seen``: of those it does not depend on as a whole, what was
        seen of them, as JSON.
        """
        if self._is_elsewhere:
            return
        head = {"key": self._key(content), "followed": followed}
        self._write(
            path, *(json.dumps(part).encode() for part in (head, dict(seen), codec.encode(diagnostics, coverage)))
        )

    def _write(self, path: str, *parts: bytes) -> None:
        try:
            self._prepare()
            write_file(self._file(path), b"\n".join(parts))
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
