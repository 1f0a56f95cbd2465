"""Whether a file builds a class with arguments of its own, or passes it on: then its defaults prove nothing."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

__all__ = ["is_built_otherwise"]

_TEXT = frozenset(
    number for name in ("STRING", "COMMENT", "FSTRING_MIDDLE") if (number := getattr(tokenize, name, None)) is not None
)


def is_built_otherwise(text: str, name: str) -> bool:
    """Whether ``text`` mentions the class elsewhere than in ``Name()``, ``super(Name, self)``, ``__all__`` and the like.

    Prose that only speaks of it (``Initialize the Discriminator network``) does not count; an example in it does.
    """
    harmless = rf"\bclass\s+{name}\b|\bsuper\(\s*{name}\b|\b{name}\(\s*\)|\bisinstance\([^()]*\b{name}\b"
    if re.search(rf"\b{name}\b", re.sub(rf"{harmless}|[\"']{name}[\"']", "", text)) is None:
        return False
    try:
        prose, code = _apart(text)
    except (tokenize.TokenError, SyntaxError):
        return True
    if re.search(rf"\b{name}\b", re.sub(harmless, "", code)) is not None:
        return True
    return re.search(rf"\b{name}\((?!\s*\))", prose) is not None


def _apart(text: str) -> tuple[str, str]:
    """What is in strings and comments, and the code without them."""
    lines, spans = io.StringIO(text).readlines(), list(_spans(text))
    code: list[str] = []
    row, column = 1, 0
    for (first, start), (last, end), _ in spans:
        code += [*_between(lines, (row, column), (first, start)), " "]
        row, column = last, end
    code += _between(lines, (row, column), (len(lines) + 1, 0))
    return "\n".join(string for _, _, string in spans), "".join(code)


def _spans(text: str) -> Iterator[tuple[tuple[int, int], tuple[int, int], str]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in _TEXT and token.end > token.start:
            yield token.start, token.end, token.string


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> list[str]:
    """The text from one place to another."""
    (first, left), (last, right) = start, end
    if first > len(lines):
        return []
    if first == last:
        return [lines[first - 1][left:right]]
    middle = lines[first : last - 1]
    return [lines[first - 1][left:], *middle, lines[last - 1][:right] if last <= len(lines) else ""]
