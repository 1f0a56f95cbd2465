"""Trees of files, kept for those that import them: a linted file is parsed whole, and once, whoever comes first."""

from __future__ import annotations

import os

from ...source.parse import Source, parse
from ...source.pieces import partial_source

__all__ = ["LintedFiles"]

_MOST_KEPT = 400_000
"""Characters of the files that are kept; their trees take 40 MB."""
_A_PART = 4
"""Of a file that is parsed definition by definition about so much of the text comes to be parsed: one in four characters."""
_EXECUTED = 120
"""Of a file that is executed anew: its module takes a hundredth of what its tree does, and is given back with that."""


class LintedFiles:
    """The files that are linted themselves, ``paths`` (normalized), and the trees of the last of them.

    ``parsed_text``: how many characters were parsed, for those that import them or themselves, since all was forgotten, and what
    executing them takes, as if it were text.
    """

    def __init__(self, paths: frozenset[str]) -> None:
        self._paths = paths
        self._trees: dict[str, Source] = {}
        self._imported: dict[str, Source] = {}
        self._kept = 0
        self.parsed_text = 0

    def forget(self) -> None:
        """Keep no tree any more."""
        self._trees.clear()
        self._imported.clear()
        self._kept = self.parsed_text = 0

    def whole(self, path: str, text: str) -> Source | None:
        """The tree of a linted file that was parsed already; None if it was not, or if its text has changed since."""
        source = self._trees.get(os.path.normpath(path))
        return source if source is not None and source.text == text else None

    def keep(self, source: Source) -> None:
        """Have the tree of a file at hand as long as it is one of the last."""
        path = os.path.normpath(source.path)
        before = self._trees.pop(path, None)
        self._trees[path] = source
        self._kept += len(source.text) - (0 if before is None else len(before.text))
        self.parsed_text += len(source.text) if source is not before else 0
        while len(self._trees) > 1 and self._kept > _MOST_KEPT:
            self._kept -= len(self._trees.pop(next(iter(self._trees))).text)

    def parsed(self, text: str, path: str) -> Source:
        """A file that another imports: whole if it is at hand or linted, else by its definitions.  Raises SourceError."""
        known = self.whole(path, text) or self._imported.get(path)
        if known is not None and known.text == text:
            self.parsed_text += len(text) // _EXECUTED
        elif path in self._paths:
            known = parse(text, path)
            self.keep(known)
        else:
            # Most of its definitions are not asked for: finding them is a hundredth of the work of parsing them.
            self.parsed_text += len(text) // _A_PART
            known = partial_source(text, path)
        self._imported[path] = known
        return known
