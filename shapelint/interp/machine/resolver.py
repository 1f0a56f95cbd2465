"""What a machine asks of the files around the one it executes, stated here so that this room need not import them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Protocol, TypeVar

from ...shapes import Value
from ..model.blueprint import Blueprint
from ..model.classes import Module
from ..model.frame import Frame
from .announced import Announced
from .outcome import Outcome, Remembered

if TYPE_CHECKING:
    import libcst as cst

    from ...source.parse import Source

__all__ = ["Resolver"]

MachineT = TypeVar("MachineT", contravariant=True)
"""The machine; a variable, since the machine itself holds a resolver."""


class Resolver(Protocol[MachineT]):
    """Names and imports; :class:`~shapelint.interp.project.imports.Project` is the one there is.

    ``blueprints``: what constructors of layers made of arguments met before, by :func:`~..model.blueprint.blueprint_key`.
    ``outcomes``: what calls came to, by :func:`~.memo.call_key`.
    ``remembered``: what functions of the linted code came to.  ``fuel``: how much all paths of the file may still use.
    They live here because many machines run one file.  ``sizes``: what the user says of names that have no value in the
    code.  ``pulse``: called before each path is followed, and now and then on it; whoever wants to give up the work raises
    an exception there.  ``announced``: where it is noted what is changed; None if nobody wants to know.
    """

    pulse: Callable[[], None]
    blueprints: dict[Hashable, Blueprint]
    outcomes: dict[Hashable, Outcome]
    remembered: dict[Hashable, Remembered]
    fuel: int
    sizes: Mapping[str, int]
    announced: Announced | None

    def look_up(self, machine: MachineT, name: str, node: cst.CSTNode, frame: Frame) -> Value:
        """The value of a plain name."""

    def name_in(self, machine: MachineT, module: Module, name: str) -> Value:
        """``module.name``, a submodule included."""

    def force_named(self, machine: MachineT, name: str) -> bool:
        """Evaluate the decorated definitions of this name, which may be their key in a registry; False if there is none."""

    def note_import(self, importer: Source, level: int, dotted: str, name: str = "") -> None:
        """An import statement was executed, the module of which is when it is asked for."""

    def force_imports(self, machine: MachineT, registry: dict[Value, Value], key: Value) -> bool:
        """Execute modules that were imported until ``registry`` has got ``key``; False if it has not."""

    def force_all(self, machine: MachineT, registry: Value, *, only_held: bool = False) -> bool:
        """Evaluate the definitions that may add to ``registry``; False if that adds nothing."""

    def builtin(self, name: str) -> Value:
        """Python's built-in function ``name``."""

    def external(self, dotted: str) -> Value:
        """What a name outside the project means."""

    def star_names(self, dotted: str) -> Mapping[str, Value]:
        """What ``from dotted import *`` binds, of a module outside the project."""

    def find(self, importer: Source, level: int, dotted: str) -> Module | None:
        """The module that ``dotted`` means in ``importer`` (``level`` leading dots); None if it is not in the project."""
