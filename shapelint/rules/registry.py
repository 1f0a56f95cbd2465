"""The rules, found by listing this folder: a new rule is one new file.

A rule is a module whose docstring is its documentation page, with

* ``CODE``: ``"SHP202"``, and ``NAME``: in kebab case, reads well after "allow ...";
* ``SEVERITY``: ``"error"`` or ``"warning"``;
* ``check(checked) -> Iterator[Diagnostic]``: its findings in one file;
* ``KIND``, if it reports calls that PyTorch rejects: the :class:`~shapelint.shapes.Kind` of rejection that is its business;
* ``PRECEDENCE``, if it reports layers.  One mistake in a layer often breaks several rules; of the findings about one layer
  only those with the lowest number are printed, because the others follow from the same mistake:

  ====== ==================================================================
  10-39  PyTorch rejects the arguments, whatever the input
  40-69  PyTorch rejects what certainly comes in
  70-99  the layer works, but a comment or a declared intent says otherwise
  ====== ==================================================================

  Without a precedence a rule neither hides findings nor is hidden;
* ``AFTER_SUPPRESSIONS = True``, if it runs last, on the ignore comments that turned out to be idle (``checked.unused``).

Modules whose name begins with an underscore are shared by rules.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from ..records import dataclass, replace

if TYPE_CHECKING:  # whatever a rule imports, libcst among it, is not needed to check the names in the configuration
    from ..diagnosis.checked import Checked
    from ..diagnostic import Diagnostic
    from ..shapes import Kind

__all__ = ["Rule", "UnknownRule", "graded", "is_rule", "names", "nearest", "rules", "selected", "severities"]

_FOLDER = os.path.dirname(__file__)
_DECLARED = re.compile(r'^(CODE|NAME) = "(.+)"$', re.MULTILINE)


class UnknownRule(Exception):
    """No rule has this code or name."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what its module declares.  ``page`` is its documentation, ``summary`` the first line of it."""

    code: str
    name: str
    severity: str
    page: str
    check: Callable[[Checked], Iterator[Diagnostic]]
    kind: Kind | None = None
    precedence: int | None = None
    after_suppressions: bool = False

    @property
    def summary(self) -> str:
        """One sentence that says what is wrong."""
        return self.page.split("\n", 1)[0]


@cache
def rules() -> Mapping[str, Rule]:
    """All rules by code, in order of their codes."""
    found = [_rule(import_module(f"{__package__}.{name}")) for name in _modules()]
    return {rule.code: rule for rule in sorted(found, key=lambda rule: rule.code)}


def selected(select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
    """The codes to report: all, or those of ``select``, but not those of ``ignore``.

    Both take codes, names and beginnings of codes (``SHP2``, ``ALL``); raises UnknownRule.

    >>> sorted(selected(["SHP3", "broken-same"], ["SHP303", "shp304"]))
    ['SHP101', 'SHP301', 'SHP302']
    """
    chosen = frozenset(names()) if not tuple(select) else _codes(select)
    return chosen - _codes(ignore)


def severities(overrides: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """The severities by code that ``overrides`` (pairs of a rule and "error" or "warning") give; codes and names outrank
    beginnings of codes, longer ones shorter ones.  Raises UnknownRule.

    >>> severities([("SHP202", "error"), ("SHP2", "warning")])
    {'SHP201': 'warning', 'SHP202': 'error', 'SHP203': 'warning'}
    """
    found: dict[str, str] = {}
    for codes, level in sorted(((_codes([name]), level) for name, level in overrides), key=lambda pair: -len(pair[0])):
        found.update(dict.fromkeys(sorted(codes), level))
    return found


def graded(findings: Iterable[Diagnostic], overrides: Iterable[tuple[str, str]]) -> tuple[Diagnostic, ...]:
    """The findings with the severities that ``overrides`` give."""
    levels = severities(overrides)
    return tuple(replace(each, severity=levels[each.code]) if each.code in levels else each for each in findings)


def is_rule(name: str) -> bool:
    """Whether a rule has this code or name, in any case."""
    return any(name.upper() == code or name.lower() == known for code, known in names().items())


def nearest(name: str) -> str | None:
    """The name or code of a rule that somebody who wrote ``name`` may have meant.

    >>> nearest("stale-coment")
    'stale-comment'
    """
    from difflib import get_close_matches  # only for a mistake

    words = {word.lower(): word for pair in names().items() for word in pair}
    return next((words[near] for near in get_close_matches(name.strip().lower(), words, 1)), None)


def _codes(asked: Iterable[str]) -> frozenset[str]:
    codes: set[str] = set()
    for name in asked:
        beginning = "SHP" if name.upper() == "ALL" else name.upper()
        matching = {code for code in names() if code.startswith(beginning)} if beginning.startswith("SHP") else set()
        codes |= matching or {_code(name)}
    return frozenset(codes)


def _code(name: str) -> str:
    for code, known in names().items():
        if name.upper() == code or name.lower() == known:
            return code
    near = nearest(name)
    raise UnknownRule(f"unknown rule {name!r}" + (f"; did you mean {near!r}?" if near else ""))


@cache
def names() -> Mapping[str, str]:
    """The names of all rules by their codes, read from the text of the modules: importing them takes half a second."""
    found: dict[str, str] = {}
    for module in _modules():
        with open(os.path.join(_FOLDER, f"{module}.py"), encoding="utf-8") as file:
            declared = dict(_DECLARED.findall(file.read()))
        found[declared["CODE"]] = declared["NAME"]
    return dict(sorted(found.items()))


def _modules() -> list[str]:
    """The modules of this folder that are rules."""
    found = (name.removesuffix(".py") for name in sorted(os.listdir(_FOLDER)) if name.endswith(".py"))
    return [name for name in found if name not in ("__init__", "registry")]


def _rule(module: ModuleType) -> Rule:
    return Rule(
        module.CODE,
        module.NAME,
        module.SEVERITY,
        (module.__doc__ or "").strip(),
        module.check,
        getattr(module, "KIND", None),
        getattr(module, "PRECEDENCE", None),
        getattr(module, "AFTER_SUPPRESSIONS", False),
    )
