"""From the values of a configuration to what they mean, or to what is wrong with them."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

from .key_table import KEYS, SEVERITIES

__all__ = ["NAMED", "Wrong", "did_you_mean", "read_key"]

NAMED = r"^[^\s\d.\[][^\s.\[]*([.\[].*)?$"
"""How names of sizes begin; also a pattern of the JSON schema."""
_LONGEST = 60
"""Characters of a wrong value that still fit into one line that says so."""


class Wrong(Exception):
    """A value that cannot be used.  ``path``: the keys below the one that was read; ``word``: the text that is wrong."""

    def __init__(self, message: str, path: tuple[str, ...] = (), word: str | None = None) -> None:
        super().__init__(message)
        self.message, self.path, self.word = message, path, word


def did_you_mean(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """``; did you mean 'select'?``, or nothing if no known word is near.

    >>> did_you_mean("selekt", ("select", "ignore")), did_you_mean("zzz", ("select",))
    ("; did you mean 'select'?", '')
    """
    from difflib import get_close_matches  # only for a mistake

    by_lower = {each.lower().replace("_", "-"): each for each in known}
    for near in get_close_matches(word.lower().replace("_", "-"), by_lower, 1):
        return f"; did you mean {by_lower[near]!r}?"
    return ""


def read_key(name: str, value: Any) -> Any:
    """The value of the key ``name`` as a string, a flag, a tuple, or for tables a dict; raises Wrong."""
    if name not in KEYS:
        # Other linters have keys that add to others; here a table or list is what it says.
        meant = name.removeprefix("extend-")
        raise Wrong(f"unknown key {{key}}{did_you_mean(meant if meant in KEYS else name, KEYS)}")
    return _READERS[KEYS[name].kind](value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong("{key} is not true or false")
    return value


def _file(value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong("{key} is not a string")
    if not value or "\0" in value:
        raise Wrong("{key} is not the name of a file")
    return value


def _patterns(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Wrong("{key} is not a list of strings")
    return tuple(value)


def _rules(value: Any) -> tuple[str, ...]:
    names = _patterns(value)
    for name in names:
        _known_rule(name)
    return names


def _known_rule(name: str) -> None:
    from ..rules.registry import UnknownRule, selected

    try:
        selected((name,), ())
    except UnknownRule as error:
        raise Wrong(f"{{key}}: {error}", word=name) from None


def _table(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Wrong("{key} is not a table")
    return value


def _each(read: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    """A reader of a table all of whose values are read by ``read``."""

    def entries(value: Any) -> dict[str, Any]:
        found = {}
        for name, item in _table(value).items():
            try:
                found[name] = read(item)
            except Wrong as error:
                raise Wrong(error.message, (name, *error.path), error.word) from None
        return found

    return entries


def _rules_by_pattern(value: Any) -> dict[str, tuple[str, ...]]:
    for pattern in _table(value):
        if pattern.startswith("!"):
            raise Wrong("{key}: a pattern says where rules are ignored, and cannot be negated", (pattern,))
    return _each(_rules)(value)


def _severities(value: Any) -> dict[str, str]:
    for rule in _table(value):
        try:
            _known_rule(rule)
        except Wrong as error:
            raise Wrong(error.message, (rule,)) from None
    return _each(_severity)(value)


def _severity(value: Any) -> str:
    if value not in SEVERITIES:
        advice = did_you_mean(value, SEVERITIES) if isinstance(value, str) else ""
        raise Wrong(f"{{key}} is not {' or '.join(map(repr, SEVERITIES))}{advice}")
    return str(value)


def _size(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 10**18:
        raise Wrong("{key} is not a size")
    return value


def _sizes(value: Any) -> dict[str, int]:
    for name in _table(value):
        if not re.match(NAMED, name) or not _is_expression(name):
            raise Wrong("{key} is not what code can be given, such as 'ngf' or 'opt.nz'", (name,))
    return _each(_size)(value)


def _is_expression(name: str) -> bool:
    try:
        ast.parse(name, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


def _inputs(value: Any) -> tuple[str, ...]:
    from ..shapes.written_inputs import read_input

    written = value if isinstance(value, list) else [value]
    for text in written:
        if not isinstance(text, str) or read_input(text) is None:
            shown = repr(text) if len(str(text)) <= _LONGEST else "this"
            raise Wrong(
                f"{{key}}: {shown} is no input such as '1x3x96x96', 'tokens=2x7:int64' or '(2x7, 2x5)'", word=str(text)
            )
    return tuple(written)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "file": _file,
    "flag": _flag,
    "inputs": _each(_inputs),
    "patterns": _patterns,
    "rules": _rules,
    "rules by pattern": _rules_by_pattern,
    "severities": _severities,
    "sizes": _sizes,
}
