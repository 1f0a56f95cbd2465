"""Runs that are kept from one version of a file to the next, as long as nothing that they depend on has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable

from ..machine.machine import Machine
from ..model.tape import Run

__all__ = ["RunMemory"]


class RunMemory:
    """Runs with the machines that made them, by what was run.

    ``made``: how many were asked for and had to be made.

    >>> memory = RunMemory()
    >>> memory.run("Net", "on its defaults", make)  # doctest: +SKIP
    """

    def __init__(self) -> None:
        self.made = 0
        self._runs: dict[tuple[str, Hashable], tuple[Run, Machine]] = {}
        self._used: set[tuple[str, Hashable]] = set()

    def run(self, name: str, how: Hashable, make: Callable[[], tuple[Run, Machine]]) -> tuple[Run, Machine]:
        """The run of what the global ``name`` means, called as ``how`` says; made if it is not there."""
        key = (name, how)
        self._used.add(key)
        if key not in self._runs:
            self.made += 1
            self._runs[key] = make()
        return self._runs[key]

    def after(self, affected: Collection[str] | None) -> RunMemory:
        """What is left of it when the meaning of these names, or None for any, may have changed.

        Runs that nobody has asked for since are dropped, so that their number stays that of the file's classes.
        """
        left = RunMemory()
        if affected is not None:
            left._runs = {key: run for key, run in self._runs.items() if key in self._used and key[0] not in affected}
        return left
