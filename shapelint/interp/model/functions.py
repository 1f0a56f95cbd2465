"""Values that can be called, other than classes: functions of the linted code, bound and decorated ones, native ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ...records import dataclass, field
from ...shapes import Value
from .classes import Class, Module
from .frame import Frame
from .site import Site

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["Bound", "Builtin", "ClassMethod", "Function", "Parameters", "Partial", "Property", "StaticMethod"]


@dataclass(frozen=True, slots=True)
class Parameters:
    """The names of a signature.

    ``positional``: those that an argument without a name can fill, in order.  ``named``: those that can be given by
    name.  ``every``: all but ``star`` and ``keywords``, the names of ``*args`` and ``**kwargs``.
    """

    positional: tuple[str, ...]
    named: frozenset[str]
    every: tuple[str, ...]
    star: str | None
    keywords: str | None


@dataclass(slots=True, eq=False, repr=False)
class Function:
    """A function or lambda of the linted code.

    ``scope``: the frame it closes over.  ``defaults``: by parameter name, evaluated where it is defined.  ``owner``: the
    class in whose body it is defined.  ``attributes``: what was set on it (``f.calls = 0``).  ``is_wrapped``: whether a
    decorator that is not known may give it arguments (``@hydra.main(...)``).  ``parameters``: what its signature says,
    read at the first call.  ``site``: where it is defined.
    ``looked_into``: whether something was made of its body without a call.
    """

    name: str
    node: cst.FunctionDef | cst.Lambda
    scope: Frame | None
    defaults: Mapping[str, Value]
    module: Module
    owner: Class | None = None
    is_generator: bool = False
    attributes: dict[str, Value] = field(default_factory=dict)
    is_wrapped: bool = False
    looked_into: bool = field(init=False, default=False)
    parameters: Parameters | None = field(init=False, default=None)
    site: Site = field(init=False)

    def __post_init__(self) -> None:
        self.site = Site(self.module.source, self.node)

    def __repr__(self) -> str:
        return f"<function {self.name}>"


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A function bound to its first argument."""

    function: Value
    self: Value


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """``functools.partial(function, *args, **keywords)``."""

    function: Value
    args: tuple[Value, ...]
    keywords: Mapping[str, Value]


@dataclass(frozen=True, slots=True, eq=False)
class Property:
    """A ``@property``; ``setter``: what ``@name.setter`` decorates, None where nothing does."""

    getter: Value
    setter: Value = None


@dataclass(frozen=True, slots=True, eq=False)
class StaticMethod:
    """A ``@staticmethod``."""

    function: Value


@dataclass(frozen=True, slots=True, eq=False)
class ClassMethod:
    """A ``@classmethod``."""

    function: Value


@dataclass(frozen=True, slots=True, eq=False)
class Builtin:
    """A function of Python, torch or another library that the interpreter provides.

    ``name``: what a message calls it.  ``call``: what it does, a ``Native`` of ``interp/machine/tables.py`` (which this
    room cannot import).  ``members``: its attributes (``chain.from_iterable``).
    """

    name: str
    call: Callable[..., Value]
    members: Mapping[str, Value] = field(default_factory=dict)
