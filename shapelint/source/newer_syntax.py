"""Whether a text that the running Python refuses has something in it that a later one may take.

Where it has, libcst is asked, which takes a process of its own; so an editor, in which most texts are broken because a
line is half typed, must not see signs of it in every model.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from functools import lru_cache

from ..regex import lazy

__all__ = ["may_be_newer"]

_LITERAL = lazy(
    r"#[^\n]*"
    r"|(?:(?<!\w)(?P<prefix>[a-zA-Z]{1,2}))?"
    r"(?:'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")",
    re.DOTALL,
)
"""Comments, and strings as Python read them before f-strings became a part of the grammar (PEP 701)."""
_SIGNS = (
    ((3, 11), r"\bexcept\s*\*|[\w)\]}'\"]\s*\[\s*\*"),  # exception groups, stars in an index
    ((3, 12), r"\b(?:def|class)\s+\w+\s*\[|^\s*type\s+\w+\s*[\[=]|(?<!\w)(?:[fF][rR]?|[rR][fF])['\"]"),
    ((3, 14), r"\bexcept\b(?!\s*\*?\s*\([^()\n]*\)\s*(?:as\s+\w+\s*)?:)[^:\n]+,|(?<!\w)(?:[tT][rR]?|[rR][tT])['\"]"),
)
"""By the version that has taken them up: what of a text without its literals may be valid since then."""
_NEWER = lazy("|".join(pattern for version, pattern in _SIGNS if sys.version_info < version) or "(?!)", re.MULTILINE)
_F_STRINGS_ARE_GRAMMAR = sys.version_info >= (3, 12)
_KEPT = frozenset("tT" if _F_STRINGS_ARE_GRAMMAR else "tTfF") if sys.version_info < (3, 14) else frozenset()
"""Letters in the prefix of a string that a later Python may read in another way."""


def may_be_newer(text: str) -> bool:
    """Whether a later Python may accept ``text``, which the running one refuses.

    Strings are taken out first.  Up to the first f-string that the running Python does not read, all Pythons agree on where
    strings begin and end; if it reads every one, none is the reason.

    >>> may_be_newer("x = f'{y}' + (")
    False
    >>> may_be_newer("try: pass\\nexcept A, B: pass")
    True
    """
    return _NEWER.search(_LITERAL.sub(_without_content, text)) is not None


def _without_content(literal: re.Match[str]) -> str:
    prefix = literal["prefix"] or ""
    return f" {prefix}'' " if not _KEPT.isdisjoint(prefix) and not _is_read(literal[0]) else " 0 "


@lru_cache(maxsize=1024)
def _is_read(literal: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(literal)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
