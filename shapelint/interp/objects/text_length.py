"""How long a string becomes that a format or a method makes, estimated before it is made: ``"%1000000000d"``, ``"x".center(n)``."""

from __future__ import annotations

from collections.abc import Iterable

from ...regex import lazy
from ...shapes import Value
from ...shapes.limits import LONGEST

__all__ = ["GROWING", "may_be_long", "may_format_long"]

GROWING = frozenset({"center", "expandtabs", "format", "join", "ljust", "replace", "rjust", "translate", "zfill"})
"""The methods of strings whose result may be longer than the string itself and each of its arguments."""

_MOST = 16 * LONGEST
"""The estimates are high: they assume that every character is replaced, and every field as wide as the widest."""
_DIGITS = lazy(r"[0-9]{1,9}")
_FIELD = lazy(r"%[^%a-zA-Z]*|\{[^{}]*:[^{}]*|[{}]")
"""The start of a field, with its width and precision: of ``%``, of ``format``, and of one inside another."""
_WIDTH_IS_GIVEN = lazy(r"%[^%a-zA-Z]*\*|\{[^{}]*:[^{}]*\{")
"""A field whose width is an argument: ``%*d``, ``{:{}}``."""


def may_be_long(text: str, args: Iterable[Value]) -> bool:
    """Whether a method of :data:`GROWING` makes a very long string of ``text``.

    >>> may_be_long("x", (80,)), may_be_long("x", (10**9, "-"))
    (False, True)
    """
    return (len(text) + 1) * (1 + _size(args)) > _MOST


def may_format_long(template: str, args: Iterable[Value]) -> bool:
    """Whether ``template.format(*args)`` or ``template % args`` is a very long string.

    >>> may_format_long("%3d of %3d", (1, 10**9)), may_format_long("{:>999999999}", (1,)), may_format_long("%*d", (10**9, 1))
    (False, True, True)
    """
    fields = _FIELD.findall(template)
    given = tuple(args)
    widths = [int(digits) for field in fields for digits in _DIGITS.findall(field)]
    if _WIDTH_IS_GIVEN.search(template):
        widths += [abs(value) for value in given if isinstance(value, int)]
    texts = sum(len(value) for value in given if isinstance(value, str))
    return len(template) + len(fields) * (texts + max(widths, default=0) + _LONGEST_NUMBER) > _MOST


_LONGEST_NUMBER = 512
"""The characters of an integer or a float within the limits, also with ``%f``."""


def _size(values: Iterable[Value]) -> int:
    """The characters of all strings in ``values``, also inside lists; a number counts as a width."""
    total = 0
    for value in values:
        if isinstance(value, str):
            total += 1 + len(value)
        elif isinstance(value, int):
            total += abs(value)
        elif isinstance(value, (list, tuple)):
            total += _size(value)
    return total
