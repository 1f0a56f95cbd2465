"""Fixing until nothing is left to fix: one repair may bring another finding to light, or make room for one."""

from __future__ import annotations

from collections.abc import Callable

from ..diagnostic import Diagnostic
from ..edits import apply_fixes
from ..engine import Result
from ..records import dataclass
from ..source.guard import SourceError, guard

__all__ = ["Fixed", "fix_text"]

_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Fixed:
    """``text`` after all repairs, what is still found in it, and what was repaired.

    ``refused``: a repair would have left the file unparsable and was not made.
    """

    text: str
    remaining: Result
    repaired: tuple[Diagnostic, ...] = ()
    refused: bool = False


def fix_text(text: str, check: Callable[[str], Result], unsafe: bool) -> Fixed:
    """Check and repair ``text`` in rounds."""
    repaired: list[Diagnostic] = []
    seen = {text}
    for _ in range(_MOST_ROUNDS):
        result = check(text)
        applied = apply_fixes(text, result.diagnostics, unsafe)
        if not result.parsed or applied.text in seen:
            break
        try:
            guard(applied.text)
        except SourceError:
            return Fixed(text, result, tuple(repaired), refused=True)
        text = applied.text
        seen.add(text)
        repaired += applied.fixed
    else:
        result = check(text)
    return Fixed(text, result, tuple(repaired))
