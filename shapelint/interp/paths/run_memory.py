"""Runs that are kept from one version of a file to the next, as long as nothing that they depend on has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable

from ...records import dataclass
from ..machine.machine import Machine
from ..model.tape import Run
from ..project.project import Project

__all__ = ["RunMemory"]

_Key = tuple[str | None, Hashable]


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """A run with the machine that made it.  ``spent``: the fuel of the file that it took; ``left``: what remained then."""

    run: Run
    machine: Machine
    spent: int
    left: int


class RunMemory:
    """Runs with the machines that made them, by what was run.

    ``made``: how many were asked for and had to be made.
    """

    def __init__(self) -> None:
        self.made = 0
        self._runs: dict[_Key, _Kept] = {}
        self._used: set[_Key] = set()

    def run(
        self, name: str | None, how: Hashable, project: Project, make: Callable[[], tuple[Run, Machine]]
    ) -> tuple[Run, Machine]:
        """The run of what the global ``name`` means, called as ``how`` says; made if it is not there.

        One that is there takes as much of the file's fuel as when it was made, once in each version.
        """
        key = (name, how)
        kept = self._runs.get(key)
        if kept is None or (key not in self._used and kept.spent >= project.fuel):
            self.made += 1
            before = project.fuel
            run, machine = make()
            kept = self._runs[key] = _Kept(run, machine, before - project.fuel, project.fuel)
        elif key not in self._used:
            project.fuel -= kept.spent
        self._used.add(key)
        return kept.run, kept.machine

    def after(self, affected: Collection[str] | None) -> RunMemory:
        """What is left of it when the meaning of these names, or None for any, may have changed.

        Runs that nobody has asked for since are dropped, so that their number stays that of the file's classes; so are those
        that the fuel of the file may have cut short, and those of what has no global name.
        """
        left = RunMemory()
        if affected is not None:
            left._runs = {
                key: kept
                for key, kept in self._runs.items()
                if key in self._used and key[0] is not None and key[0] not in affected and kept.left > 0
            }
        return left
