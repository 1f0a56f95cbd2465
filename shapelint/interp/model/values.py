"""Values of the abstract execution.

Known Python values are themselves: ints (or symbolic :class:`~shapelint.shapes.Expr`), floats, strings, tuples, lists,
dicts.  What has no host counterpart is one of the classes here, a :class:`~shapelint.shapes.Tensor` or an
:class:`~shapelint.shapes.Unknown` with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from ...records import dataclass, field
from ...shapes import Dim, Expr, Tensor, Unknown
from .site import Site

if TYPE_CHECKING:
    import libcst as cst

    from ...layers import Layer
    from ...source.parse import Source

__all__ = [
    "Bound", "Builtin", "Choice", "Class", "ClassMethod", "External", "Function", "Gap", "Instance", "Loaded", "Module", "OneOf",
    "Parameter", "Parameters", "Partial", "Property", "Ratio", "StaticMethod", "Super", "Thrown", "Value",
]  # fmt: skip

Value: TypeAlias = Any


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


@dataclass(slots=True, eq=False)
class Module:
    """A Python file of the linted project, executed up to where ``names`` says.

    ``may_yield``: whether generators are to be looked for.
    """

    name: str
    source: Source
    names: dict[str, Value] = field(default_factory=dict)
    may_yield: bool = field(init=False)

    def __post_init__(self) -> None:
        self.may_yield = "yield" in self.source.text


@dataclass(frozen=True, slots=True)
class External:
    """A name outside the project (``torch.nn``, ``math.pi``): what it means is looked up when it is used."""

    dotted: str


@dataclass(slots=True, eq=False, repr=False)
class Class:
    """A class of the linted code, or a built-in one of ours (``nn.Module``, ``nn.Conv2d``: then ``layer`` may be set).

    ``unknown_base``: the name of a base class that was not found, or None.  ``catalogued``: the layer of torch.nn that
    this class is or derives from.
    """

    name: str
    bases: tuple[Class, ...] = ()
    names: dict[str, Value] = field(default_factory=dict)
    module: Module | None = None
    node: cst.ClassDef | None = None
    layer: Layer | None = None
    unknown_base: str | None = None
    dataclass: bool = False
    mro: tuple[Class, ...] = ()
    catalogued: Layer | None = field(init=False)

    def __post_init__(self) -> None:
        self.mro = (self, *_merge([list(base.mro) for base in self.bases] + [list(self.bases)]))
        self.catalogued = next((cls.layer for cls in self.mro if cls.layer is not None), None)
        if self.unknown_base is None:
            self.unknown_base = next((b.unknown_base for b in self.bases if b.unknown_base), None)

    def find(self, name: str, after: Class | None = None) -> tuple[Class, Value] | None:
        """The class that defines ``name``, and its value, by method resolution order (behind ``after``: ``super()``)."""
        order = self.mro
        if after is not None and after in order:
            order = order[order.index(after) + 1 :]
        for cls in order:
            if name in cls.names:
                return cls, cls.names[name]
        return None

    @property
    def entry(self) -> tuple[Class, Value] | None:
        """What a call of an instance enters: ``forward``, or a ``__call__`` that stands in for it."""
        return self.find("forward") or self.find("__call__")

    def derives(self, other: Class) -> bool:
        """Whether this is ``other`` or a subclass of it."""
        return other in self.mro

    def __repr__(self) -> str:
        return f"<class {self.name}>"


@dataclass(slots=True, eq=False, repr=False)
class Instance:
    """An object of a class.  ``attributes`` is its ``__dict__``; for a layer also what torch sets on it (``kernel_size``).

    ``made_by``: the call expressions that evaluated to it, the constructor call first.  ``made_within``: those that were
    being evaluated when it was made (a helper that adds layers to a container).  ``opaque``: the reason why its
    behaviour is unknown (a hook, an unknown base class), or None.  ``built``: the call that gave a layer its arguments
    (``nn.Conv2d(...)``, or ``super().__init__(...)`` in a subclass).  ``called``: how often it was called;
    ``taken``: how often it was iterated, indexed, asked for its children or given to another module.  ``owner``: the
    module in one of whose methods it was made.
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
    items: Any = None

    def __repr__(self) -> str:
        return f"<{self.cls.name}>"


@dataclass(slots=True, eq=False, repr=False)
class Function:
    """A function or lambda of the linted code with the scope it closes over.

    ``parameters``: what its signature says, read at the first call.  ``site``: where it stands.  ``is_wrapped``: whether a
    decorator that is not known may give it arguments (``@hydra.main(...)``).
    """

    name: str
    node: cst.FunctionDef | cst.Lambda
    scope: Any
    defaults: Mapping[str, Value]
    module: Module
    owner: Class | None = None
    is_generator: bool = False
    attributes: dict[str, Value] = field(default_factory=dict)
    is_wrapped: bool = False
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
    """``functools.partial``."""

    function: Value
    args: tuple[Value, ...]
    keywords: Mapping[str, Value]


@dataclass(frozen=True, slots=True, eq=False)
class Property:
    """A ``@property``."""

    getter: Value


@dataclass(frozen=True, slots=True, eq=False)
class StaticMethod:
    """A ``@staticmethod``."""

    function: Value


@dataclass(frozen=True, slots=True, eq=False)
class ClassMethod:
    """A ``@classmethod``."""

    function: Value


@dataclass(frozen=True, slots=True, eq=False)
class Super:
    """``super()``: attributes of ``self`` looked up behind ``after``."""

    after: Class
    self: Value


@dataclass(frozen=True, slots=True, eq=False)
class Builtin:
    """A function that we model: ``call(machine, args, kwargs, node, frame)``; ``members``: its attributes."""

    name: str
    call: Callable[..., Value]
    members: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of several values, depending on a condition that is unknown."""

    options: tuple[Value, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OneOf(Unknown):
    """One of several dicts, depending on a condition that is unknown.  ``options`` is emptied when it may have changed."""

    options: list[dict[Any, Value]]


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """An unknown number of elements inside a list or among arguments, and why.

    ``like``: a value that stands for each of them (further batches of a loader), None where nothing is known of them.
    """

    reason: str
    like: Value = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """``numerator / divisor`` of a symbolic dimension, until ``int``, ``floor``, ``ceil`` or ``round`` makes it whole."""

    numerator: Expr
    divisor: int

    @property
    def floor(self) -> Dim:
        return self.numerator // self.divisor

    @property
    def ceil(self) -> Dim:
        return -((-self.numerator) // self.divisor)


class Parameter(Tensor):
    """A tensor that is a parameter of the module it is assigned to."""

    __slots__ = ()


class Loaded(Tensor):
    """An image or a batch of a data set: nothing computed it, and with another data set it is another."""

    __slots__ = ()


class Thrown(Exception):
    """An exception of the linted program.  ``name``: its class name."""

    def __init__(self, name: str, value: Value = None) -> None:
        super().__init__(name)
        self.name, self.value = name, value


def _merge(orders: list[list[Class]]) -> list[Class]:
    """The C3 linearization; a hierarchy that has none keeps the order of appearance."""
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
