"""Runs that are kept from one version of a file to the next, as long as nothing that they depend on has changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING

from ...records import dataclass
from ...source.live import Change
from ...source.parse import Source
from ..machine.announced import Announced
from ..machine.machine import Machine
from ..model.tape import Run
from ..project.project import Project
from .kept_script import KeptScript
from .script import Script, run_script

if TYPE_CHECKING:
    import libcst as cst

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

    ``made``: how many were asked for and had to be made.  ``announced``: where changes are noted while another version is
    tried, the script of which is not kept.
    """

    def __init__(self, announced: Announced | None = None) -> None:
        self.made = 0
        self._announced = announced
        self._script: KeptScript | None = None
        self._reuses = self._is_earlier = self._is_touched = False
        self._runs: dict[_Key, _Kept] = {}
        self._used: set[_Key] = set()
        self._functions: set[_Key] = set()

    def script(self, source: Source, project: Project, fuel: int) -> Script:
        """The script of ``source``, executed with the ``fuel`` of the file unless it is there."""
        kept = self._script
        if kept is not None and kept.serves(source, project):
            self._reuses = self._is_earlier = True
            project.go_on(fuel - kept.spent)
            return kept.script
        self._script, self._is_earlier = None, False
        self._drop(self._functions)
        if self._announced is None and project.announced is not None:
            project.announced.clear()  # machines that are kept know it, but nobody will ask it again
        project.begin(fuel, self._announced or Announced())
        script = run_script(source, project)
        if self._announced is None and project.announced is not None:
            self._script = KeptScript(script, project, project.announced, fuel - project.fuel)
        return script

    def is_misled(self) -> bool:
        """Whether runs of earlier versions stand beside those of this one although some depend on others, or found what earlier
        versions have left; then all is to be made again."""
        script = self._script
        if script is None or not self._reuses:
            return False
        if not script.is_touched and not (self._is_earlier and script.is_searched):
            return False
        self.made, self._script, self._reuses = 0, None, False
        self._runs.clear()
        self._used.clear()
        return True

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
            self._reuses = True
            project.fuel -= kept.spent
        self._used.add(key)
        return kept.run, kept.machine

    def called(
        self, name: str, node: cst.FunctionDef, project: Project, make: Callable[[], tuple[Run, Machine]]
    ) -> tuple[Run, Machine]:
        """The run of a function of the file that is called as it stands; as long as the script is kept, for which nothing that
        is called may have changed what others see."""
        key = name, node
        self._functions.add(key)
        return self.run(*key, project, make)

    def after(self, change: Change | None) -> RunMemory:
        """What is left of it after a change, None for one of which nothing is known.

        Runs that nobody has asked for since are dropped, so that their number stays that of the file's classes; so are those
        that the fuel of the file may have cut short, and those of what has no global name.
        """
        left = RunMemory()
        script = self._script
        if change is None or change.affected is None or (script is not None and script.is_touched):
            return left
        left._runs = self._left(change)
        if script is not None and change.replaced is not None and script.goes_on(change.replaced):
            left._script = script
            left._functions = self._functions & left._runs.keys()
        else:
            left._drop(self._functions)
        return left

    def set_aside(self, project: Project) -> Callable[[], None]:
        """Keep what was executed while other versions are tried; what is returned brings it back."""
        self._is_touched = self._script is not None and self._script.is_touched
        return project.set_aside()

    def trying(self, change: Change, project: Project) -> RunMemory:
        """The same for a version that is only tried: the script of it is executed."""
        left = RunMemory(project.announced or Announced())
        if change.affected is not None and not self._is_touched:
            left._runs = self._left(change)
            left._drop(self._functions)
        return left

    def _drop(self, keys: Iterable[_Key]) -> None:
        for key in keys:
            self._runs.pop(key, None)

    def _left(self, change: Change) -> dict[_Key, _Kept]:
        affected = change.affected or frozenset()
        return {
            key: kept
            for key, kept in self._runs.items()
            if key in self._used and key[0] is not None and key[0] not in affected and kept.left > 0
        }
