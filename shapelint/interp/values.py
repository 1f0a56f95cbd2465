"""Values of the abstract execution.

Known Python values are themselves: ints (or symbolic :class:`~shapelint.shapes.Expr`), floats, strings, tuples, lists,
dicts.  What has no host counterpart is one of the classes here, a :class:`~shapelint.shapes.Tensor` or an
:class:`~shapelint.shapes.Unknown` with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import libcst as cst

    from ..layers import Layer
    from ..source.parse import Source

__all__ = ["Bound", "Builtin", "Class", "Function", "Instance", "Module", "Partial", "Property", "Value"]

Value: TypeAlias = Any


@dataclass(slots=True, eq=False)
class Module:
    """A Python module (file) of the linted project, or one that is known by name only (``source`` None)."""

    name: str
    source: Source | None
    names: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Class:
    """A class of the linted code, or a built-in one of ours (``nn.Module``, ``nn.Conv2d``: then ``layer`` may be set)."""

    name: str
    bases: tuple[Value, ...]
    names: dict[str, Value]
    module: Module | None = None
    node: cst.ClassDef | None = None
    layer: Layer | None = None
    mro: tuple[Class, ...] = ()

    def find(self, name: str, after: Class | None = None) -> Value:
        """The attribute ``name`` by method resolution order (behind ``after``, for ``super()``); raises KeyError."""
        order = self.mro if after is None else self.mro[self.mro.index(after) + 1 :]
        for cls in order:
            if name in cls.names:
                return cls.names[name]
        raise KeyError(name)


@dataclass(slots=True, eq=False)
class Instance:
    """An object of a class.  ``attributes`` is its ``__dict__``; for a layer also what torch sets on it (``kernel_size``).

    ``made_by``: the call expressions that evaluated to it, the constructor call first.  ``opaque``: the reason why its
    behaviour is unknown (a hook, an unknown base class), or None.  ``children``: submodules by name, in order.
    """

    cls: Class
    attributes: dict[str, Value] = field(default_factory=dict)
    made_by: list[cst.CSTNode] = field(default_factory=list)
    opaque: str | None = None


@dataclass(slots=True, eq=False)
class Function:
    """A function or lambda of the linted code with the scope it closes over."""

    name: str
    node: cst.FunctionDef | cst.Lambda
    scope: Any
    defaults: Mapping[str, Value]
    module: Module
    owner: Class | None = None


@dataclass(slots=True, eq=False)
class Bound:
    """A function bound to its first argument."""

    function: Value
    self: Value


@dataclass(slots=True, eq=False)
class Partial:
    """``functools.partial``."""

    function: Value
    args: tuple[Value, ...]
    keywords: Mapping[str, Value]


@dataclass(slots=True, eq=False)
class Property:
    """A ``@property``."""

    getter: Function


@dataclass(slots=True, eq=False)
class Builtin:
    """A function that we model: ``call(interpreter, site, args, kwargs)``."""

    name: str
    call: Callable[..., Value]
