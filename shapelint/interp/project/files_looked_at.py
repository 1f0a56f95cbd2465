"""The files that were asked for while one is linted, and what was looked at of each."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from ...source.looked import Seen
from ...source.parse import Source

__all__ = ["FilesLookedAt"]


class FilesLookedAt:
    """Reads files by ``read``, and notes which, found or not, since :meth:`forget`."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        self._read = read
        self._paths: set[str] = set()
        self._words: dict[str, dict[str, bool]] = {}  # of those that were asked for these alone
        self._sources: dict[str, list[Source]] = {}

    def read(self, path: str) -> str | None:
        """The text of a file; None if there is none.  Whoever reads it opens it, or it is one that cannot be parsed."""
        self._paths.add(os.path.normpath(path))
        return self._read(path)

    def mentions(self, path: str, word: str) -> bool | None:
        """Whether a word is anywhere in a file that need not be parsed for that; None if there is no text in it."""
        text = self._read(path)
        words = self._words.setdefault(os.path.normpath(path), {})
        if text:
            words[word] = word in text
        return words.get(word)

    def open(self, source: Source) -> None:
        """A file is executed."""
        known = self._sources.setdefault(os.path.normpath(source.path), [])
        if source not in known:
            known.append(source)

    def drop(self, path: str) -> None:
        """The file has another text, and is opened anew."""
        self._sources.pop(path, None)

    def seen(self) -> Mapping[str, Seen | None]:
        """What was looked at of each, None where that may be anything, or there is no file."""
        return {path: self._seen(path) for path in sorted(self._paths | self._words.keys())}

    def _seen(self, path: str) -> Seen | None:
        words, sources = self._words.get(path, {}), self._sources.get(path, ())
        if path not in self._paths and words:
            return [None, [], words]
        seen = sources[0].seen() if len(sources) == 1 else None
        return seen and [*seen[:-1], {**seen[-1], **words}]

    def forget(self) -> None:
        """Another file will be linted."""
        for sources in self._sources.values():
            for source in sources:
                source.looked.forget()
        self._paths.clear()
        self._words.clear()
        self._sources.clear()
