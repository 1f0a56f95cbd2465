"""Path patterns as in .gitignore, which are also those of ``exclude``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .records import dataclass

__all__ = ["Patterns"]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One line of a .gitignore file."""

    match: re.Pattern[str]
    negated: bool
    folders_only: bool


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns of one folder; paths are relative to it, with slashes.  The last that matches decides."""

    _patterns: tuple[_Pattern, ...]

    @classmethod
    def of(cls, lines: Iterable[str]) -> Patterns:
        return cls(tuple(pattern for line in lines if (pattern := _compiled(line)) is not None))

    def decide(self, path: str, folder: bool) -> bool | None:
        """Whether ``path`` is excluded (False: by a negation it is not); None if no pattern speaks of it."""
        for pattern in reversed(self._patterns):
            if (folder or not pattern.folders_only) and pattern.match.match(path):
                return not pattern.negated
        return None


def _compiled(line: str) -> _Pattern | None:
    text = line.rstrip("\r\n").rstrip(" ")
    if not text or text.startswith("#"):
        return None
    negated = text.startswith("!")
    text = text[1:] if negated else text.removeprefix("\\")
    folders_only = text.endswith("/")
    text = text.rstrip("/")
    anchored = "/" in text
    body = _regular(text.removeprefix("/"))
    try:
        return _Pattern(re.compile(("" if anchored else "(?:.*/)?") + body + r"\Z", re.DOTALL), negated, folders_only)
    except re.error:
        return None


def _regular(glob: str) -> str:
    """A glob as a regular expression: ``*`` and ``?`` stay within a folder, ``**`` crosses folders."""
    pieces = re.split(r"(\*\*/|/\*\*\Z|\*+|\?|\[!?\]?[^\]]*\])", glob)
    special = {"**/": "(?:.*/)?", "/**": "/.*", "?": "[^/]"}
    out = []
    for piece in pieces:
        if piece in special:
            out.append(special[piece])
        elif piece.startswith("*"):
            out.append("[^/]*")
        elif piece.startswith("[") and piece.endswith("]") and len(piece) > 2:
            out.append("[" + piece[1:].replace("!", "^", piece.startswith("[!")).replace("\\", "\\\\"))
        else:
            out.append(re.escape(piece))
    return "".join(out)
