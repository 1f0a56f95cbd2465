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
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from ..records import dataclass

if TYPE_CHECKING:
    from ..diagnostic import Diagnostic
    from ..shapes import Kind
    from .context import Checked

__all__ = ["Rule", "UnknownRule", "find", "rules", "selected"]


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
