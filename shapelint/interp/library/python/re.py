"""``re`` on known strings: the block strings from which model factories read their widths (``"ir_k3_s2_c24"``).

Python's own ``re`` answers.  The linted file chooses pattern and text, so only patterns whose work is bounded by a small
power of the length of the text are run: no group is repeated, and few characters are.
"""

from __future__ import annotations

import re

from shapelint.interp.library.declare import Invocation, means, method, models
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.values import Thrown
from shapelint.shapes import Unknown, Value

_REPEATED_GROUP = re.compile(r"\)[*+{]")
_REPEAT = re.compile(r"[*+{]")
_CHOICE = re.compile(r"(?<!\()\?|\|")
_MOST_STEPS = 3_000_000
_MOST_CHOICES = 64
_LONGEST_PATTERN = 1000
_LONGEST_TEXT = 4096

_MATCH = Class("Match")
_PATTERN = Class("Pattern")

for _flag in ("IGNORECASE", "I", "MULTILINE", "M", "DOTALL", "S", "VERBOSE", "X", "ASCII", "A"):
    means(f"re.{_flag}", int(getattr(re, _flag)))


def _compiled(pattern: Value, flags: Value) -> re.Pattern[str] | None:
    """The pattern of a string or of a compiled one, None where it is not known."""
    if isinstance(pattern, Instance) and isinstance(known := pattern.attributes.get("_pattern"), re.Pattern):
        return known
    if not isinstance(pattern, str) or not isinstance(flags, int) or len(pattern) > _LONGEST_PATTERN:
        return None
    try:
        return re.compile(pattern, flags)
    except (re.error, ValueError, OverflowError, RecursionError):
        raise Thrown("error") from None


def _is_cheap(pattern: str, text: str) -> bool:
    if _REPEATED_GROUP.search(pattern):
        return False
    choices = 2.0 ** min(len(_CHOICE.findall(pattern)), _MOST_CHOICES)
    return choices * float(len(text) + 1) ** min(len(_REPEAT.findall(pattern)), _MOST_CHOICES) <= _MOST_STEPS


def _run(name: str, pattern: Value, flags: Value, *texts: Value, numbers: tuple[Value, ...] = ()) -> Value:
    """``pattern.name(*texts, *numbers)`` where all of it is known; the last text is the one that is searched."""
    source = _compiled(pattern, flags)
    known = [text for text in texts if isinstance(text, str) and len(text) <= _LONGEST_TEXT]
    plain = len(known) == len(texts) and all(isinstance(number, int) for number in numbers)
    if source is None or not plain or not _is_cheap(source.pattern, known[-1]):
        return Unknown("a regular expression on unknown text")
    try:
        result = getattr(source, name)(*known, *numbers)
    except (re.error, IndexError, TypeError, ValueError, OverflowError):
        raise Thrown("error") from None
    return [_found(one) for one in result] if name == "finditer" else _found(result)


def _found(result: Value) -> Value:
    """A value of the interpreter for what a function of ``re`` returned."""
    return Instance(_MATCH, {"_match": result, "string": result.string}) if isinstance(result, re.Match) else result


def _declare_search(name: str) -> None:
    @models(f"re.{name}", "pattern, string, flags=0")
    def function(at: Invocation, pattern: Value, string: Value, flags: Value) -> Value:
        return _run(name, pattern, flags, string)

    @method(_PATTERN, name, "self, string, *bounds")
    def of_pattern(at: Invocation, self: Instance, string: Value, bounds: tuple[Value, ...]) -> Value:
        return _run(name, self, 0, string, numbers=bounds)


def _declare_substitution(name: str) -> None:
    @models(f"re.{name}", "pattern, repl, string, count=0, flags=0")
    def function(at: Invocation, pattern: Value, repl: Value, string: Value, count: Value, flags: Value) -> Value:
        return _run(name, pattern, flags, repl, string, numbers=(count,))

    @method(_PATTERN, name, "self, repl, string, count=0")
    def of_pattern(at: Invocation, self: Instance, repl: Value, string: Value, count: Value) -> Value:
        return _run(name, self, 0, repl, string, numbers=(count,))


for _name in ("match", "fullmatch", "search", "findall", "finditer"):
    _declare_search(_name)
for _name in ("sub", "subn"):
    _declare_substitution(_name)


@models("re.split", "pattern, string, maxsplit=0, flags=0")
def split(at: Invocation, pattern: Value, string: Value, maxsplit: Value, flags: Value) -> Value:
    """The parts between the matches."""
    return _run("split", pattern, flags, string, numbers=(maxsplit,))


@method(_PATTERN, "split", "self, string, maxsplit=0")
def split_by(at: Invocation, self: Instance, string: Value, maxsplit: Value) -> Value:
    """The parts between the matches."""
    return _run("split", self, 0, string, numbers=(maxsplit,))


@models("re.compile", "pattern, flags=0")
def compile_pattern(at: Invocation, pattern: Value, flags: Value) -> Value:
    """A pattern."""
    compiled = _compiled(pattern, flags)
    if compiled is None:
        return Unknown("a regular expression of unknown text")
    return Instance(_PATTERN, {"_pattern": compiled, "pattern": compiled.pattern})


@models("re.escape", "pattern")
def escape(at: Invocation, pattern: Value) -> Value:
    """The pattern of this very text."""
    return re.escape(pattern) if isinstance(pattern, str) else Unknown("text")


def _declare_of_match(name: str, parameters: str) -> None:
    """A method that Python's own match answers, of groups by number or name."""

    @method(_MATCH, name, f"self, {parameters}")
    def answer(at: Invocation, self: Instance, **given: Value) -> Value:
        groups = given.get("groups", tuple(given.values()))
        match = self.attributes.get("_match")
        if not isinstance(match, re.Match) or not isinstance(groups, tuple):
            return Unknown("an unknown match")
        try:
            return getattr(match, "group" if name == "__getitem__" else name)(*groups)
        except IndexError:
            raise Thrown("IndexError") from None
        except TypeError:
            return Unknown("an unknown group of a match")


for _name, _parameters in {
    "group": "*groups", "__getitem__": "group", "groups": "default=None", "groupdict": "default=None", "start": "group=0",
    "end": "group=0", "span": "group=0",
}.items():  # fmt: skip
    _declare_of_match(_name, _parameters)
