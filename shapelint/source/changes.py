"""Which lines of a text changed into which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

__all__ = ["SAME", "changed_lines"]

SAME = "\0"
"""Represents the line as it was."""


def changed_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """For each row of ``old`` (from 1) that is not what it was, the lines that replace it.

    A line that was added belongs to the row before it; a row that was removed has no lines.
    """
    if len(old) == len(new):
        for row, (before, after) in enumerate(zip(old, new, strict=True), 1):
            if before != after:
                yield row, [after]
        return
    changed: dict[int, list[str]] = {}
    for kind, start, end, first, last in _steps(old, new):
        common = 0 if kind == "insert" else min(end - start, last - first)
        for index in range(end - start):
            changed[start + index + 1] = [new[first + index]] if index < common else []
        extra = list(new[first + common : last])
        if not extra:
            continue
        if start + common:
            changed.setdefault(start + common, [SAME]).extend(extra)
        else:
            changed.setdefault(1, [SAME])[:0] = extra
    yield from sorted(changed.items())


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    from difflib import SequenceMatcher

    for step in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if step[0] != "equal":
            yield step
