"""The script of a file that is edited, kept as it ended, so that an edit inside of a function that it did not call need not run
it again.

Nothing else may have changed what it left: whatever the runs after it announced to their heaps is not part of that.  Functions
and classes are told what their definitions are now; all other nodes are what they were (``source/live_bodies.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from ...shapes import Value
from ...source.live_bodies import Replaced
from ...source.parse import Source
from ..machine.announced import Announced
from ..model.classes import Class, Instance, Module
from ..model.functions import Function
from ..model.site import Site
from ..model.tape import Cause
from ..objects.definitions import yields
from ..project.conventional_names import is_for_torch
from ..project.deferred import Deferred
from ..project.project import Project
from .reached_values import reached
from .script import Script, fuel_of

__all__ = ["KeptScript"]

_DEFINITIONS = (cst.FunctionDef, cst.ClassDef)


class KeptScript:
    """A script that has ended, and what tells whether the runs after it have changed what it left, and whether it may stand for a
    run of a later text."""

    def __init__(self, script: Script, project: Project, announced: Announced, spent: int) -> None:
        """``announced``: where changes are noted since it began; ``spent``: the fuel that it took."""
        self.script, self.spent = script, spent
        self._project, self._announced = project, announced
        self._computed, self._searches = Deferred.computed, project.searches
        self._held, sure = reached((script.module, *project.executed))
        announced.clear()
        self._may_serve = sure and _leaves_no_places(script)
        self._fuel = None if script.run.ended is None else fuel_of(script.module.source)
        self._is_for_torch = is_for_torch(script.module.source.text)
        self._entered = {id(entry.site.node) for entry in script.machine.tape.entered}
        self._definitions: dict[int, list[Function | Class]] = {}
        for value in self._held.values():
            if isinstance(value, (Function, Class)) and value.module is script.module:
                self._definitions.setdefault(id(value.node), []).append(value)

    def serves(self, source: Source, project: Project) -> bool:
        """Whether what it left is what a run of the present text would leave."""
        fuel = fuel_of(source)
        return (
            project is self._project
            and project.announced is self._announced
            and (self.spent < fuel if self._fuel is None else self._fuel == fuel)
            and is_for_torch(source.text) == self._is_for_torch
        )

    @property
    def is_searched(self) -> bool:
        """Whether registries were looked into since for what imports may enter into them: the imports of the runs of earlier
        versions are still there, which those of this one perhaps never make."""
        return self._project.searches != self._searches

    @property
    def is_touched(self) -> bool:
        """Whether a run has changed what it left, so that the runs after that one depend on it."""
        noted = self._announced
        if self._project.announced is not noted:
            return False  # another file was executed, and nothing of this one
        if any(not self._held.keys().isdisjoint(changed) for changed, _, _ in noted.by_imports):
            return True
        if Deferred.computed != self._computed:  # what was evaluated since belongs to it as well
            if any(_is_of_others(*each, self._project.executed) for each in noted.by_imports):
                return True
            self._held, sure = reached((self.script.module, *self._project.executed))
            self._computed, self._may_serve = Deferred.computed, self._may_serve and sure
            noted.forget_imports()
        return not self._held.keys().isdisjoint(noted.by_runs)

    def goes_on(self, replaced: Sequence[Replaced]) -> bool:
        """Whether it can be kept for the next version, in which some definitions are others; they are known to it then."""
        noted = self._announced
        if self.is_touched or not self._may_serve or self._project.announced is not noted:
            return False
        if noted.is_broken or self.is_searched or not self._take(replaced):
            return False
        noted.clear()
        return True

    def _take(self, replaced: Sequence[Replaced]) -> bool:
        """Have functions and classes know their definitions of now; False, and nothing done, if the script has looked at those."""
        if any(isinstance(old, cst.FunctionDef) and self._was_seen(old) for old, _ in replaced):
            return False
        source = self.script.module.source
        for old, new in replaced:
            known = self._definitions.pop(id(old), [])
            self._definitions[id(new)] = known
            for value in known:
                if isinstance(value, Class) and isinstance(new, cst.ClassDef):
                    value.node = new
                elif isinstance(value, Function) and isinstance(new, cst.FunctionDef):
                    value.node, value.site, value.is_generator = new, Site(source, new), yields(new.body)
        self.script.module.may_yield = "yield" in source.text
        return True

    def _was_seen(self, node: cst.FunctionDef) -> bool:
        known = self._definitions.get(id(node), ())
        return id(node) in self._entered or any(isinstance(each, Function) and each.looked_into for each in known)


def _is_of_others(changed: dict[int, object], module: Module, name: str | None, modules: Sequence[Module]) -> bool:
    """Whether an import has changed a registry that is not its own, which it then has only if somebody asks for what is imported.

    ``name``: the definition that was all that was executed, if so.
    """
    if not changed:
        return False
    own = None if name is None else module.names.get(name)
    others = modules if name is not None else [each for each in modules if each is not module]
    return any(id(part) in changed for other in others for part in _globals_of(other, own))


def _globals_of(module: Module, besides: Value) -> Iterator[object]:
    """What belongs to a module, or to an object or class that does."""
    yield module.names
    for value in module.names.values():
        yield value
        if isinstance(value, (Instance, Class)) and value is not besides:
            names = value.attributes if isinstance(value, Instance) else value.names
            yield names
            yield from names.values()


def _leaves_no_places(script: Script) -> bool:
    """Whether nothing on its tape is spoken of by places in definitions; one that raised or called layers is never sure."""
    tape, ended = script.machine.tape, script.run.ended
    return (
        (ended is None or ended.cause is Cause.FUEL)
        and not script.machine.sequentials
        and all(call.module is None for call in tape.calls)
        and not any(site is not None and isinstance(site.node, _DEFINITIONS) for site, _ in tape.unknowns)
    )
