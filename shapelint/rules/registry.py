"""The rules, found by looking into this folder: a new rule is a new file and nothing else.

A rule is a module with ``CODE`` (``"SHP202"``), ``NAME`` (kebab-case, reads after "allow ..."), ``SEVERITY``, a docstring
that is its documentation page, and ``check(checked) -> Iterator[Diagnostic]``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from ..records import dataclass

if TYPE_CHECKING:
    from ..diagnostic import Diagnostic
    from .context import Checked

__all__ = ["Rule", "UnknownRule", "find", "rules", "selected"]


class UnknownRule(Exception):
    """No rule has this code or name."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``page`` is its documentation, ``summary`` the first line of it."""

    code: str
    name: str
    severity: str
    page: str
    check: Callable[[Checked], Iterator[Diagnostic]]

    @property
    def summary(self) -> str:
        return self.page.split("\n", 1)[0]


@cache
def rules() -> Mapping[str, Rule]:
    """All rules by code, in order of their codes."""
    modules = sorted(
        name.removesuffix(".py")
        for name in os.listdir(os.path.dirname(__file__))
        if name.endswith(".py")
        and name not in ("__init__.py", "context.py", "registry.py")
        and not name.startswith("_")
    )
    found = [_rule(import_module(f"{__package__}.{module}")) for module in modules]
    return {rule.code: rule for rule in sorted(found, key=lambda rule: rule.code)}


def find(name: str) -> Rule:
    """The rule of this code or name, in any case; raises UnknownRule."""
    for rule in rules().values():
        if name.upper() == rule.code or name.lower() == rule.name:
            return rule
    raise UnknownRule(f"unknown rule {name!r}")


def selected(select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
    """The codes to report: all, or those of ``select``, but not those of ``ignore``.

    Both take codes, names and beginnings of codes (``SHP2``, ``ALL``); raises UnknownRule.
    """
    chosen = frozenset(rules()) if not tuple(select) else _codes(select)
    return chosen - _codes(ignore)


def _codes(names: Iterable[str]) -> frozenset[str]:
    codes: set[str] = set()
    for name in names:
        beginning = "SHP" if name.upper() == "ALL" else name.upper()
        matching = {code for code in rules() if code.startswith(beginning)} if beginning.startswith("SHP") else set()
        codes |= matching or {find(name).code}
    return frozenset(codes)


def _rule(module: ModuleType) -> Rule:
    return Rule(module.CODE, module.NAME, module.SEVERITY, (module.__doc__ or "").strip(), module.check)
