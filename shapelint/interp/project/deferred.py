"""Definitions and imports of a module that are evaluated when they are first asked for.

A file uses little of what it imports.  Most definitions of an imported file are never even parsed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from operator import is_

import libcst as cst

from ...shapes import Unknown, Value
from ...source.parse import Source, SourceError
from ...source.pieces import NamedNode, definitions_of
from ..machine.flow import OutOfFuel
from ..machine.machine import Machine
from ..machine.resolver import Resolver
from ..model.classes import Instance, Module
from ..model.frame import Frame
from ..model.values import Thrown, Waiting
from ..objects.definitions import define_class, define_function

__all__ = [
    "MODULE_FUEL",
    "Deferred",
    "defer_definitions",
    "evaluated",
    "is_registry",
    "is_waiting",
    "waiting_for",
]

MODULE_FUEL = 40_000
"""What the top level of an imported file, or one of its definitions, may use."""


class Deferred(Waiting):
    """A definition or an import that is evaluated when its name is first used.

    ``compute`` gives the value.  ``module``: the module that an import takes it from.  ``decorated``: whether it is a
    definition under a decorator, which may enter it into a registry.
    """

    __slots__ = ("_compute", "_module", "_state", "_value", "decorated")

    computed = 0
    """How many of them were ever evaluated."""

    def __init__(
        self,
        compute: Callable[[], Value],
        module: Callable[[], Module | None] = lambda: None,
        *,
        decorated: bool = False,
    ) -> None:
        self._compute, self._state, self._module, self.decorated = compute, "waiting", module, decorated
        self._value: Value = None

    @property
    def is_busy(self) -> bool:
        """Whether its value is being computed just now."""
        return self._state == "busy"

    @property
    def settled(self) -> Value:
        return self._value if self._state == "done" else self

    def comes_from(self, source: Source) -> bool:
        """Whether it is imported from the file ``source``."""
        module = self._module()
        return module is not None and module.source.path == source.path

    def value(self) -> Value:
        """The value; a definition that needs itself is unknown, as is one that fails."""
        if self._state == "waiting":
            self._state = "busy"
            Deferred.computed += 1
            try:
                self._value = self._compute()
            except (Thrown, OutOfFuel) as error:
                self._value = Unknown(f"its definition fails: {error}")
            self._state = "done"
        return self._value if self._state == "done" else Unknown("a definition that needs itself")


def evaluated(names: dict[str, Value], name: str) -> Value:
    """The value of ``name``, which is bound in ``names``; evaluated if it is deferred."""
    value = names[name]
    if isinstance(value, Deferred):
        value = names[name] = value.value()
    return value


def defer_definitions(project: Resolver[Machine], source: Source, frame: Frame) -> None:
    """Bind the functions and classes of an imported file to be evaluated later."""
    for definition in definitions_of(source):
        compute = partial(_define, project, definition, frame)
        frame.names[definition.name] = Deferred(compute, decorated=definition.decorated)


def _define(project: Resolver[Machine], definition: NamedNode, frame: Frame) -> Value:
    noted = None if project.announced is None else project.announced.by_import(frame.module, definition.name)
    machine = Machine(project, MODULE_FUEL, noted=noted)
    try:
        node = definition.node()
    except SourceError as error:
        return Unknown(error.message)
    with machine.activation(frame):
        match node:
            case cst.ClassDef():
                return define_class(machine, node, frame)
            case cst.FunctionDef():
                return define_function(machine, node, frame)
            case _:
                return Unknown("no definition")


def is_waiting(module: Module, name: str) -> bool:
    """Whether ``name`` is a decorated definition of a file that was not evaluated yet, nor is just now."""
    value = module.names.get(name)
    return isinstance(value, Deferred) and value.decorated and not value.is_busy


def waiting_for(registry: Value, modules: Collection[Module], *, only_held: bool) -> list[tuple[Module, str]]:
    """The names that are not evaluated yet and whose decorators may add something to ``registry``.

    A registry that is a global (``MODELS = {}``) may be filled by any definition, one that belongs to an object
    (``MODELS = Registry()``) only by decorated ones.  ``only_held``: whether the former is left out.
    """
    is_global = _is_global(registry, modules)
    if (is_global and only_held) or not (is_global or _is_held(registry, modules)):
        return []
    return [
        (module, name)
        for module in modules
        for name, value in module.names.items()
        if isinstance(value, Deferred) and not value.is_busy and (is_global or value.decorated)
    ]


def is_registry(value: Value, modules: Collection[Module]) -> bool:
    """Whether ``value`` is a global of a module, or an attribute of one that is an object: others may add to it."""
    return _is_global(value, modules) or _is_held(value, modules)


def _is_global(registry: Value, modules: Collection[Module]) -> bool:
    return any(any(map(partial(is_, registry), module.names.values())) for module in modules)


def _is_held(registry: Value, modules: Collection[Module]) -> bool:
    """Whether ``registry`` is an attribute of a global object."""
    # A run asks for every dict that has not got a key, of all the globals of all files; so ``any`` is not used.
    for module in modules:
        for value in module.names.values():
            if type(value) is Instance:
                for part in value.attributes.values():
                    if part is registry:
                        return True
    return False
