"""What came of the imports of the file that is executed, and what was found out on the way."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable

from ...shapes import Value
from ...source.parse import Source
from ..machine.announced import Announced
from ..machine.outcome import Outcome, Remembered
from ..model.classes import Module

__all__ = ["ExecutedImports"]

_EXECUTED = ("_modules", "_external", "_imports", "_noted", "_only_forced", "_told", "searches")
"""What came of the imports of the file that is executed."""


class ExecutedImports:
    """Modules that were executed for one file, and what is remembered of its runs; begun anew for the next file."""

    def __init__(self) -> None:
        self._modules: dict[str, Module | None] = {}
        self._external: dict[str, Value] = {}
        self._noted: list[tuple[Source, int, str, str]] = []
        self._imports: dict[tuple[str, int, str], Source] = {}
        self._only_forced: set[str] = set()
        self._told: set[str] = set()
        self.searches = 0
        """How often imports were searched for what a registry has not got."""
        self.outcomes: dict[Hashable, Outcome] = {}
        """Of calls, by what they were called with, as long as one file is executed."""
        self.remembered: dict[Hashable, Remembered] = {}
        """Of functions of the linted code that look at their arguments alone, for as long."""
        self.fuel = sys.maxsize
        """Of all paths of the file that is executed, but for replays."""
        self.announced: Announced | None = None

    def begin(self, fuel: int, announced: Announced | None = None) -> None:
        """Another file is to be executed, or another version of one, with that much ``fuel``: what was executed before it must
        not change what is said of it.  Only what is parsed is kept, and what depends on the arguments of a layer alone.

        ``announced``: where it is noted what is changed from now on.
        """
        for known in (self._modules, self._external, self._imports, self.outcomes, self.remembered):
            known.clear()
        self._noted.clear()
        self._only_forced.clear()
        self._told.clear()
        self.searches = 0
        self.fuel, self.announced = fuel, announced

    def go_on(self, fuel: int) -> None:
        """The file is to be executed from where its script has ended, with that much ``fuel`` left."""
        self.outcomes.clear()
        self.remembered.clear()
        self.fuel = fuel

    def set_aside(self) -> Callable[[], None]:
        """Keep what was executed while other versions of the file are tried; what is returned brings it back."""
        kept = [(name, getattr(self, name)) for name in _EXECUTED]
        for name, value in kept:
            setattr(self, name, type(value)())

        def bring_back() -> None:
            for name, value in kept:
                setattr(self, name, value)

        return bring_back

    @property
    def executed(self) -> list[Module]:
        """The modules of the imported files that were executed."""
        return [module for module in self._modules.values() if module is not None]
