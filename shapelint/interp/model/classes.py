"""Files, classes and objects of the linted program, and the order in which a name is looked up in base classes."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...records import dataclass, field
from ...shapes import Value
from .class_names import ClassNames
from .site import Site

if TYPE_CHECKING:
    import libcst as cst

    from ...layers import Layer
    from ...source.parse import Source

__all__ = ["Class", "Container", "Instance", "Module", "Super"]


class Container(enum.Enum):
    """How a container of torch.nn holds what is in it."""

    SEQUENTIAL = enum.auto()
    MODULE_LIST = enum.auto()
    MODULE_DICT = enum.auto()
    PARAMETER_LIST = enum.auto()
    PARAMETER_DICT = enum.auto()

    @property
    def is_dict(self) -> bool:
        """Whether its elements are found by name, and iteration gives the names."""
        return self in (Container.MODULE_DICT, Container.PARAMETER_DICT)

    @property
    def holds_parameters(self) -> bool:
        """Whether its elements are tensors instead of modules."""
        return self in (Container.PARAMETER_LIST, Container.PARAMETER_DICT)


@dataclass(slots=True, eq=False)
class Module:
    """A Python file of the linted project, executed up to where ``names`` says.

    ``name``: what the program knows as ``__name__``.  ``names``: its globals.  ``may_yield``: whether the file has a
    ``yield`` at all; where it has none, no function body is searched for one.  ``born``: its classes, with the globals when
    they were defined.  ``shadowed``: those whose names another class was given since, with the globals that they had.
    """

    name: str
    source: Source
    names: dict[str, Value] = field(default_factory=dict)
    born: dict[Class, dict[str, Value]] = field(default_factory=dict)
    shadowed: dict[Class, dict[str, Value]] = field(default_factory=dict)
    may_yield: bool = field(init=False)

    def __post_init__(self) -> None:
        self.may_yield = self.source.mentions("yield")


@dataclass(slots=True, eq=False, repr=False)
class Class:
    """A class of the linted code, or one of torch and Python that the interpreter provides.

    ``names``: what its body binds.  ``module`` and ``node``: where it is defined; None for a provided class.
    ``layer``: the layer of torch.nn that this very class is.  ``unknown_base``: the name of a base class that was not
    found, its own or a base's, or None.  ``dataclass``: whether ``@dataclass`` wrote its constructor.
    ``container``: the container of torch.nn that it is or derives from.  ``mro``: itself and its bases in method
    resolution order.  ``catalogued``: the layer of torch.nn that it is or derives from.
    """

    name: str
    bases: tuple[Class, ...] = ()
    names: ClassNames = field(default_factory=ClassNames)
    module: Module | None = None
    node: cst.ClassDef | None = None
    layer: Layer | None = None
    unknown_base: str | None = None
    dataclass: bool = False
    container: Container | None = None
    mro: tuple[Class, ...] = ()
    catalogued: Layer | None = field(init=False)
    _owners: dict[str, Class | None] = field(init=False)
    _remembered_at: int = field(init=False, default=-1)

    def __post_init__(self) -> None:
        if len(self.bases) == 1:
            # There is nothing to merge, which would take the square of the depth for each class of a chain.
            (base,) = self.bases
            self.mro = (self, *base.mro)
            self.catalogued, self.container = self.layer or base.catalogued, self.container or base.container
        else:
            self.mro = (self, *_merge([list(base.mro) for base in self.bases] + [list(self.bases)]))
            self.catalogued = next((cls.layer for cls in self.mro if cls.layer is not None), None)
            self.container = next((cls.container for cls in self.mro if cls.container is not None), None)
        if self.unknown_base is None:
            self.unknown_base = next((b.unknown_base for b in self.bases if b.unknown_base), None)

    def find(self, name: str, after: Class | None = None) -> tuple[Class, Value] | None:
        """The class that defines ``name``, and its value, by method resolution order (only after ``after``: ``super()``)."""
        if after is self and len(self.bases) == 1:
            return self.bases[0].find(name)
        if after is not None and after in self.mro:
            return _first(self.mro[self.mro.index(after) + 1 :], name)
        if name in self.names:
            return self, self.names[name]
        if self.node is None or not self.bases:  # those that are provided have short orders, and live for ever
            return _first(self.mro, name)
        owner = self._owner(name)
        return None if owner is None else (owner, owner.names[name])

    def _owner(self, name: str) -> Class | None:
        """Which base has ``name``.  Where each class has one base, what was found for the one below holds for those above."""
        passed, cls = [], self
        while cls.node is not None and len(cls.bases) == 1 and name not in cls.names:
            if cls._remembered_at != ClassNames.changes:
                cls._owners, cls._remembered_at = {}, ClassNames.changes
            if name in cls._owners:
                owner = cls._owners[name]
                break
            passed.append(cls)
            cls = cls.bases[0]
        else:
            found = _first(cls.mro, name)
            owner = None if found is None else found[0]
            for asked in cls.mro if passed else ():
                asked.names.asked = True
        for other in passed:
            other.names.asked = True
            other._owners[name] = owner
        return owner

    @property
    def entry(self) -> tuple[Class, Value] | None:
        """What a call of an instance enters: ``forward``, or a ``__call__`` in its place."""
        return self.find("forward") or self.find("__call__")

    @property
    def members(self) -> dict[str, Value] | None:
        """The members of an enumeration by name; None of any other class."""
        members = self.names.get("__members__")
        return members if isinstance(members, dict) else None

    @property
    def fields(self) -> tuple[str, ...]:
        """The names that its own body annotates, in order: the fields of a dataclass or a named tuple."""
        fields = self.names.get("__fields__")
        return tuple(fields) if isinstance(fields, dict) else ()

    def derives(self, other: Class) -> bool:
        """Whether this is ``other`` or a subclass of it."""
        return other in self.mro

    def __repr__(self) -> str:
        return f"<class {self.name}>"


@dataclass(slots=True, eq=False, repr=False)
class Instance:
    """An object of a class.

    ``attributes``: its ``__dict__``; for a layer also what torch sets on it (``kernel_size``).  ``made_by``: the call
    expressions that evaluated to it, the constructor call first.  ``made_within``: those that were being evaluated when
    it was made (a helper that adds layers to a container).  ``built``: the call that gave a layer its arguments
    (``nn.Conv2d(...)``, or ``super().__init__(...)`` in a subclass).  These three are how comments between the elements
    of a list, ``append`` calls and helper functions find the layer they speak of, and how a wrong number is blamed where
    it is written and not inside the helper that passes it on.

    ``owner``: the module in one of whose methods it was made.  ``opaque``: why its behaviour is unknown (a hook, an
    unknown base class), or None.  ``called``: how often it was called; ``taken``: how often it was iterated, indexed,
    asked for its children or given to another module.  ``set_elsewhere``: the attributes that callbacks set, at times that
    nobody sees.
    """

    cls: Class
    attributes: dict[str, Value] = field(default_factory=dict)
    made_by: list[cst.CSTNode] = field(default_factory=list)
    made_within: tuple[cst.CSTNode, ...] = ()
    built: Site | None = None
    owner: Instance | None = None
    opaque: str | None = None
    called: int = 0
    taken: int = 0
    set_elsewhere: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"<{self.cls.name}>"


@dataclass(frozen=True, slots=True, eq=False)
class Super:
    """``super()``: attributes of ``self`` (a class inside a class method), looked up in the classes after ``after``."""

    after: Class
    self: Class | Instance


def _first(order: Sequence[Class], name: str) -> tuple[Class, Value] | None:
    """The first class that defines ``name``, and its value."""
    for cls in order:
        if name in cls.names:
            return cls, cls.names[name]
    return None


def _merge(orders: list[list[Class]]) -> list[Class]:
    """The C3 linearization (https://docs.python.org/3/howto/mro.html); without one, the bases in order of appearance.

    Python refuses a hierarchy that has none, so such a one was read from bases that are only partly known.
    """
    result: list[Class] = []
    orders = [order for order in orders if order]
    while orders:
        for order in orders:
            head = order[0]
            if not any(head in other[1:] for other in orders):
                break
        else:
            head = orders[0][0]
        result.append(head)
        orders = [rest for order in orders if (rest := [cls for cls in order if cls is not head])]
    return result
