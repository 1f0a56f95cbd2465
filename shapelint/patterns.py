"""Path patterns as in .gitignore, which are also those of ``exclude``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count

from .records import dataclass

__all__ = ["Patterns"]

_WILDCARDS = re.compile(r"((?<![^/])\*\*/|/\*\*\Z|\*+|\?|\[!?\]?[^\]]*\])")
_MOST_CHARACTERS = 4_096  # as long as a path may be


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
        """Whether ``path`` is excluded (False: by a negation it is not); None if no pattern matches it."""
        for pattern in reversed(self._patterns):
            if (folder or not pattern.folders_only) and pattern.match.match(path):
                return not pattern.negated
        return None


def _compiled(line: str) -> _Pattern | None:
    text = line.rstrip("\r\n").rstrip(" ")
    if not text or text.startswith("#") or len(text) > _MOST_CHARACTERS:
        return None
    negated = text.startswith("!")
    text = text[1:] if negated else text.removeprefix("\\")
    folders_only = text.endswith("/")
    text = text.rstrip("/")
    anchored = "/" in text
    body = _regular(text.removeprefix("/") if anchored else f"**/{text}")
    try:
        return _Pattern(re.compile(body + r"\Z", re.DOTALL), negated, folders_only)
    except re.error:
        return None


def _regular(glob: str) -> str:
    """A glob as a regular expression: ``*`` and ``?`` stay within a folder, ``**`` crosses folders.

    Written with plain ``.*`` it would be tried in all ways to divide a name among the asterisks, which grow with their
    number as a power.  The first place at which what follows an asterisk fits leaves the most to the next one, so that no
    other need be tried; the same holds for ``**`` and folders.
    """
    segments: list[list[str]] = [[""]]
    """Divided at ``**/``, and each at ``*``."""
    for piece in _WILDCARDS.split(glob):
        if piece == "**/":
            segments.append([""])
        elif piece.startswith("*"):
            segments[-1].append("")
        else:
            segments[-1][-1] += _one(piece)
    names = (f"part{number}" for number in count())
    first, *others = (_within_a_folder(chunks, names) for chunks in segments)
    between = "".join(_only_first(f"(?:[^/]*/)*?{segment}", next(names)) for segment in others[:-1])
    return first + between + "".join(f"(?:.*/)?{segment}" for segment in others[-1:])


def _within_a_folder(chunks: list[str], names: Iterator[str]) -> str:
    first, *others = chunks
    between = "".join(_only_first(f"[^/]*?{chunk}", next(names)) for chunk in others[:-1])
    return first + between + "".join(f"[^/]*{chunk}" for chunk in others[-1:])


def _only_first(expression: str, name: str) -> str:
    """``expression`` as it matches first, never in another way: an atomic group, which Python has since 3.11."""
    return f"(?=(?P<{name}>{expression}))(?P={name})"


def _one(piece: str) -> str:
    """A piece without asterisks, or ``/**`` at the end."""
    if piece == "/**":
        return "/.*"
    if piece == "?":
        return "[^/]"
    if piece.startswith("[") and piece.endswith("]") and len(piece) > 2:
        return "(?!/)[" + piece[1:].replace("!", "^", piece.startswith("[!")).replace("\\", "\\\\")
    return re.escape(piece)
