"""Path patterns as in .gitignore, which are also those of ``exclude``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from itertools import count

from .records import dataclass
from .regex import lazy

__all__ = ["Patterns"]

_SET = r"\[[!^]?\]?(?:\[:[a-z]+:\]|\\.|[^\]\\])*\]"
_WILDCARDS = lazy(rf"((?<![^/])\*\*+/|/\*\*+\Z|\*+|\?|\\.|{_SET})", re.DOTALL)
_CROSSES = lazy(r"(^|/)\*\*+\\/")
"""With a backslash before the slash git crosses one folder or more, without it also none."""
_MEMBERS = lazy(r"\[:([a-z]+):\]|(\\.|.)(?:-(\\.|[^\]]))?", re.DOTALL)
_SPECIAL = lazy(r"[*?\[\\]")
_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": " \\t", "cntrl": "\\x00-\\x1f\\x7f", "digit": "0-9", "graph": "!-~",
    "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~", "space": " \\t-\\r", "upper": "A-Z", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
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

    def match_within(self, path: str, root: str, folder: bool = False) -> bool:
        """Whether ``path``, or a folder above it below ``root``, is excluded.

        Both are paths of the file system.  Of a path elsewhere only the name counts.
        """
        absolute, base = os.path.abspath(path), os.path.join(os.path.abspath(root), "")
        if not absolute.startswith(base):
            return bool(self.decide(os.path.basename(absolute), folder))
        parts = absolute[len(base) :].split(os.sep)
        ends = range(1, len(parts) + 1)
        return any(self.decide("/".join(parts[:end]), folder or end < len(parts)) for end in ends)


def _compiled(line: str) -> _Pattern | None:
    text = _without_trailing_spaces(line.removesuffix("\n").removesuffix("\r"))
    if not text or text.startswith("#") or len(text) > _MOST_CHARACTERS:
        return None
    negated = text.startswith("!")
    text = text[negated:]
    folders_only = text.endswith("/")
    text = text.removesuffix("/")
    if not text:
        return None
    anchored = "/" in text
    try:
        body = _anchored(text.removeprefix("/")) if anchored else _regular(f"**/{text}")
        return _Pattern(re.compile(body + r"\Z", re.DOTALL), negated, folders_only)
    except (re.error, _NeverMatches):
        return None


def _anchored(glob: str) -> str:
    """A path as a regular expression.  Git compares what is before the first wildcard by itself, so that ``**`` right after
    it is at a beginning: ``a**/b`` also crosses folders."""
    wild = _SPECIAL.search(glob)
    start = wild.start() if wild is not None else len(glob)
    rest = glob[start:]
    return re.escape(glob[:start]) + (".*" if len(rest) > 1 and not rest.strip("*") else _regular(rest))


class _NeverMatches(Exception):
    """A backslash with nothing after it, or a bracket that is not closed."""


def _without_trailing_spaces(text: str) -> str:
    """Spaces at the end do not count, unless a backslash is before them.

    >>> _without_trailing_spaces("a\\\\ \\\\   ")
    'a\\\\ \\\\ '
    """
    stripped = text.rstrip(" ")
    backslashes = len(stripped) - len(stripped.rstrip("\\"))
    return stripped + " " if backslashes % 2 and len(stripped) < len(text) else stripped


def _regular(glob: str) -> str:
    """A glob as a regular expression: ``*`` and ``?`` stay within a folder, ``**`` crosses folders.

    Written with plain ``.*`` it would be tried in all ways to divide a name among the asterisks, which grow with their
    number as a power.  The first place at which what follows an asterisk fits leaves the most to the next one, so that no
    other need be tried; the same holds for ``**`` and folders.
    """
    while "**\\/" in glob and (crossing := _CROSSES.sub(r"\1*/**/", glob)) != glob:
        glob = crossing
    segments: list[list[str]] = [[""]]
    """Divided at ``**/``, and each at ``*``."""
    for piece in _WILDCARDS.split(glob):
        if piece.startswith("**") and piece.endswith("/"):
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
    if piece.startswith("/**"):
        return "/.*"
    if piece == "?":
        return "[^/]"
    if piece.startswith("[") and piece.endswith("]") and len(piece) > 2:
        return _set(piece[1:-1])
    if piece.startswith("\\") and len(piece) == 2:
        return re.escape(piece[1])
    if "[" in piece or "\\" in piece:
        raise _NeverMatches
    return re.escape(piece)


def _set(members: str) -> str:
    """What is between the brackets of ``[a-z]``, ``[!a]`` or ``[[:digit:]]``, as a regular expression for one character."""
    negated = members[:1] in ("!", "^")
    parts: list[str] = []
    for found in _MEMBERS.finditer(members[negated:]):
        name, first, last = found.groups()
        if name is not None:
            if name not in _CLASSES:
                raise _NeverMatches
            parts.append(_CLASSES[name])
            continue
        low, high = first[-1], (last or first)[-1]
        parts.append(
            f"{re.escape(low)}-{re.escape(max(low, high))}"
        )  # of a range that runs backwards, git takes the first
    inside = "".join(parts)
    if not inside:
        return "[^/]" if negated else "(?!)"
    return f"(?!/)[{'^' * negated}{inside}]"
