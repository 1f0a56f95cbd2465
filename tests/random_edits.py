"""Random edits of a program, as somebody types them: most leave a program, some break it for a while."""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Iterator

__all__ = ["Typed", "storm"]

Typed = tuple[int, int, int, int, str]
"""A part of the text (line, character, end line, end character, from 0) and what takes its place."""


def storm(text: str, number: int, seed: int) -> Iterator[tuple[Typed, str]]:
    """``number`` edits, each with the text after it.  A text that is broken is repaired by going back, most of the time."""
    rng = random.Random(seed)
    whole = text
    good = text
    for _ in range(number):
        lines = text.split("\n")
        if not _parses(text) and rng.random() < 0.7:
            yield (0, 0, len(lines) - 1, len(lines[-1]), good), good
            text = good
            continue
        good = text if _parses(text) else good
        if rng.random() < 0.02:
            yield (0, 0, len(lines) - 1, len(lines[-1]), whole), whole
            text = whole
            continue
        edit = _edit(lines, rng)
        text = _after(lines, edit)
        yield edit, text


def _parses(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "typed.py", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def _edit(lines: list[str], rng: random.Random) -> Typed:
    """A number changed, a line taken away, repeated or inserted, a letter typed or deleted, a comment added."""
    row = rng.randrange(len(lines))
    line = lines[row]
    numbers = list(re.finditer(r"\d+", line))
    match rng.randrange(8):
        case 0 | 1 if numbers:
            number = rng.choice(numbers)
            return row, number.start(), row, number.end(), str(rng.choice((1, 2, 3, 4, 5, 7, 8, 16, 64, 128)))
        case 2 if row + 1 < len(lines):
            return row, 0, row + 1, 0, ""
        case 3:
            return row, 0, row, 0, f"{rng.choice(lines)}\n"
        case 4:
            at = rng.randrange(len(line) + 1)
            return row, at, row, at, rng.choice((" ", ",", "(", ")", "x", "1", "#", "\n", "."))
        case 5 if line:
            at = rng.randrange(len(line))
            return row, at, row, at + 1, ""
        case 6:
            return row, len(line), row, len(line), rng.choice(("  # (64) x 48 x 48", "  ", "  # shapelint: ignore"))
        case _:
            return row, 0, row, 0, "\n"


def _after(lines: list[str], edit: Typed) -> str:
    row, column, end, end_column, content = edit
    return "\n".join([*lines[:row], lines[row][:column] + content + lines[end][end_column:], *lines[end + 1 :]])
