"""Trees of files, kept for those that import them: a linted file is parsed whole, and once, whoever comes first.

Unless there is no room to keep it until its turn, or its turn is over: then the definitions that are used are enough.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Set

from ...source.outline import Outline
from ...source.parse import Source, parse
from ...source.pieces import PartialSource, guarded_outline

__all__ = ["LintedFiles"]

_A_PART = 4
"""Of a file that is parsed definition by definition about so much of the text comes to be parsed: one in four characters."""


class LintedFiles:
    """The files that are linted themselves, ``paths`` (normalized), and the trees of them and of those that they import.

    ``text_held``: how many characters the trees stand for.
    """

    def __init__(self, paths: Set[str]) -> None:
        self._paths = paths
        self._over: set[str] = set()
        self._most = sys.maxsize
        self._trees: dict[str, Source] = {}  # whoever was asked for last is the last
        self._outlines: dict[str, tuple[str, Outline]] = {}
        self.text_held = 0

    def forget(self, most: int) -> None:
        """Keep no more than so many characters from now on, those that were asked for last."""
        self._most = most
        while self.text_held > most:
            # A file whose turn is over is read by its definitions, if at all, which costs less than to parse one whole again.
            over = (path for path in self._trees if not self._waits(path))
            self._drop(next(over, next(iter(self._trees))))

    def whole(self, path: str, text: str) -> Source | None:
        """The tree of a linted file that was parsed already; None if it was not, or if its text has changed since."""
        source = self._trees.get(os.path.normpath(path))
        return source if source is not None and source.holds(text) and type(source) is not PartialSource else None

    def keep(self, source: Source) -> None:
        """Have the tree of a file whose turn it is at hand as long as it is one of the last."""
        self._over.add(os.path.normpath(source.path))
        self._keep(source)

    def _keep(self, source: Source) -> None:
        path = os.path.normpath(source.path)
        self._drop(path)
        self._trees[path] = source
        self.text_held += _weight(source)

    def parsed(self, text: str, path: str) -> Source:
        """A file that another imports: whole if it is at hand or will be linted, else by its definitions.  Raises SourceError."""
        known = self._trees.get(os.path.normpath(path))
        if known is None or not known.holds(text):
            # Most definitions of a file that is only imported are not asked for: finding them is a hundredth of the work
            # of parsing them.
            known = parse(text, path) if self._is_kept(path, text) else self._by_definitions(text, path)
        self._keep(known)
        return known

    def _by_definitions(self, text: str, path: str) -> PartialSource:
        """A tree may come and go many times; where the definitions are is asked of Python's parser once."""
        known = self._outlines.get(path)
        if known is None or known[0] != text:
            known = self._outlines[path] = text, guarded_outline(text)
        return PartialSource(path, text, known[1])

    def _is_kept(self, path: str, text: str) -> bool:
        """Whether a whole tree is wanted for the file itself, and will still be there."""
        return self._waits(path) and self.text_held + len(text) <= self._most

    def _waits(self, path: str) -> bool:
        """Whether a file is linted, and was not yet."""
        return path in self._paths and path not in self._over

    def _drop(self, path: str) -> None:
        source = self._trees.pop(path, None)
        self.text_held -= 0 if source is None else _weight(source)


def _weight(source: Source) -> int:
    return source.size // (_A_PART if type(source) is PartialSource else 1)
