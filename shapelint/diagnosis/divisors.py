"""Which numbers would do where one must divide another: no single one is the right one."""

from __future__ import annotations

from ..regex import lazy

__all__ = ["divisors_text"]

_DIVIDES = lazy(
    r"must be divisible by (?P<part>\d+), got (?P<whole>\d+)|(?P<part_>\d+) \w+ do not divide (?P<whole_>\d+)"
)


def divisors_text(message: str) -> str | None:
    """The next numbers that can be divided, and those that divide; None if ``message`` is about something else.

    >>> divisors_text("channels must be divisible by 16, got 63")
    '16 divides 48 and 64; 63 is divided by 1, 3, 7, 9, 21, 63'
    """
    found = _DIVIDES.search(message)
    if found is None:
        return None
    part, whole = int(found["part"] or found["part_"]), int(found["whole"] or found["whole_"])
    if not 0 < part < 100_000 or not 0 < whole < 100_000:
        return None
    below = whole // part * part
    near = f"{part} divides {below} and {below + part}" if below else f"{part} divides {part}"
    divisors = [n for n in range(1, whole + 1) if whole % n == 0]
    few = ", ".join(map(str, divisors if len(divisors) <= 8 else [*divisors[:7], "..."]))
    return f"{near}; {whole} is divided by {few}"
