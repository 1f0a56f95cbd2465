"""Lines as Python counts them: they end with LF, CR LF or CR and nothing else."""

from __future__ import annotations

from itertools import accumulate

__all__ = ["line_starts", "split_lines"]


def line_starts(text: str) -> list[int]:
    """Offsets at which the lines of ``text`` begin; after a final line end an empty line begins."""
    if "\r" not in text:
        return _after_each(text, "\n")
    starts = sorted({*_after_each(text, "\n"), *_after_each(text, "\r")})
    return [start for start in starts if not start or text[start - 1 : start + 1] != "\r\n"]


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of ``text`` without their ends."""
    starts = line_starts(text)
    ends = [*starts[1:], len(text)]
    return tuple(text[start:end].rstrip("\r\n") for start, end in zip(starts, ends, strict=True))


def _after_each(text: str, newline: str) -> list[int]:
    return list(accumulate((len(line) + 1 for line in text.split(newline)[:-1]), initial=0))
