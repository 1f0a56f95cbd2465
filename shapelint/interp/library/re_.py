"""Regular expressions on known strings: the block strings from which model factories read their widths (``"ir_k3_s2_c24"``).

Python's own ``re`` answers.  The linted file chooses pattern and text, so only patterns whose work is bounded by a small
power of the length of the text are run: no group is repeated, and few characters are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...shapes import Unknown
from ..machine.machine import Machine
from ..model.classes import Class, Instance
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.values import Thrown

__all__ = ["REGULAR"]

_REPEATED_GROUP = re.compile(r"\)[*+{]")
_REPEAT = re.compile(r"[*+{]")
_MOST_STEPS = 3_000_000
_FLAGS = ("IGNORECASE", "I", "MULTILINE", "M", "DOTALL", "S", "VERBOSE", "X", "ASCII", "A")
_FUNCTIONS = ("match", "fullmatch", "search", "split", "findall", "finditer", "sub", "subn")

_MATCH_METHODS = ("group", "groups", "groupdict", "start", "end", "span")


def _found(result: Any) -> Any:
    """A value of the interpreter for what a function of ``re`` returned."""
    if isinstance(result, re.Match):
        return Instance(_MATCH, {"_match": result, "string": result.string})
    return result


def _is_cheap(pattern: str, text: str) -> bool:
    return (
        not _REPEATED_GROUP.search(pattern)
        and len(text) <= 4096
        and float(len(text) + 1) ** len(_REPEAT.findall(pattern)) <= _MOST_STEPS
    )


def _run(name: str, pattern: Any, given: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    pattern = pattern.attributes["_pattern"] if isinstance(pattern, Instance) and pattern.cls is _PATTERN else pattern
    flags = kwargs.get("flags", 0)
    text = given[-1] if given and name in ("sub", "subn") else given[0] if given else kwargs.get("string")
    plain = all(isinstance(value, (str, int)) for value in (*given, *kwargs.values()))
    source = pattern.pattern if isinstance(pattern, re.Pattern) else pattern
    if not plain or not isinstance(source, str) or not isinstance(text, str) or not _is_cheap(source, text):
        return Unknown("a regular expression on unknown text")
    try:
        compiled = re.compile(pattern, flags)
        result = getattr(compiled, name)(*given, **{key: value for key, value in kwargs.items() if key != "flags"})
    except (re.error, TypeError, ValueError, OverflowError):
        raise Thrown("error") from None
    return [_found(one) for one in result] if name == "finditer" else _found(result)


def _function(name: str) -> Builtin:
    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        named = dict(kwargs)
        pattern, *given = [*args] if args else [named.pop("pattern", None)]
        if name in ("match", "fullmatch", "search", "findall", "finditer") and len(given) > 1:
            named["flags"] = given.pop()
        elif name in ("sub", "subn") and len(given) > 2:
            return Unknown("a regular expression with a count")
        return _run(name, pattern, given, named)

    return Builtin(name, apply)


def _method(name: str) -> Builtin:
    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        return _run(name, args[0], args[1:], kwargs)

    return Builtin(name, apply)


def _compile(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    source = args[0] if args else kwargs.get("pattern")
    flags = args[1] if len(args) > 1 else kwargs.get("flags", 0)
    if not isinstance(source, str) or not isinstance(flags, int) or len(source) > 1000:
        return Unknown("a regular expression of unknown text")
    try:
        return Instance(_PATTERN, {"_pattern": re.compile(source, flags), "pattern": source})
    except (re.error, OverflowError):
        raise Thrown("error") from None


def _of_match(name: str) -> Builtin:
    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        self, *given = args
        try:
            return getattr(self.attributes["_match"], name)(*given, **kwargs)
        except IndexError:
            raise Thrown("IndexError") from None
        except TypeError:
            return Unknown("an unknown group of a match")

    return Builtin(name, apply)


def _item(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    call: Callable[..., Any] = _of_match("group").call
    return call(machine, args, kwargs, node, frame)


_MATCH = Class("Match", names={name: _of_match(name) for name in _MATCH_METHODS})
_MATCH.names["__getitem__"] = Builtin("__getitem__", _item)
_PATTERN = Class("Pattern", names={name: _method(name) for name in _FUNCTIONS})

REGULAR: Mapping[str, Any] = {
    **{f"re.{name}": _function(name) for name in _FUNCTIONS},
    **{f"re.{name}": int(getattr(re, name)) for name in _FLAGS},
    "re.compile": Builtin("compile", _compile),
    "re.escape": Builtin("escape", lambda m, a, k, n, f: re.escape(a[0]) if isinstance(a[0], str) else Unknown("text")),
}
"""What names of the module ``re`` mean."""
