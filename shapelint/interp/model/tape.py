"""What abstract execution saw: calls of modules and operators, values of statements, functions entered.

Rules and claims read tapes; they never walk syntax and never re-derive a shape.  Where something is to be tried
("what if this padding were 1?"), the path is run again with that override (:meth:`Run.replay`).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ...records import dataclass, field, replace
from ...shapes import Dim, Expr, Reject, Shape, Symbol, Tensor, substitute
from .site import Site
from .values import Instance

if TYPE_CHECKING:
    import libcst as cst

    from ...layers import Layer
    from ...source.parse import Source

__all__ = ["Call", "Cause", "Ending", "Override", "Run", "Statement", "Tape"]


@dataclass(slots=True, eq=False)
class Call:
    """One call of a module, or of a function or operator of torch.

    ``name``: ``Conv2d``, ``torch.cat``, ``view``, ``+`` or the class name of a user's module.  ``module``: the
    instance, None for operators.  ``leaf``: a catalogued layer or an operator, as opposed to a module whose
    ``forward`` was followed (its inner calls carry ``parent`` = this call's index).  ``path``: the dotted name under
    the target (``features.0``).  ``reject``: why PyTorch raises here, if it does.  ``certain``: False inside an arm
    whose condition is unknown, under ``try`` and the like: no proof may rest on it.  ``operands``: all that a module was called
    with, nesting kept.  ``constructs``: the constructor itself is rejected.  ``inner``: ``super().forward(x)`` inside the call of
    a subclass of a layer.
    """

    index: int
    name: str
    site: Site
    module: Instance | None
    leaf: bool
    parent: int | None
    path: str
    arguments: Mapping[str, Any]
    inputs: tuple[Tensor, ...]
    input_shapes: tuple[Shape, ...]
    output: Any = None
    reject: Reject | None = None
    certain: bool = True
    assumed: tuple[tuple[Dim, Dim], ...] = ()
    operands: tuple[Any, ...] = ()
    constructs: bool = False
    inner: bool = False

    @property
    def constructor(self) -> Site | None:
        """The call that gave the layer its arguments; None for operators and for modules without one."""
        return None if self.module is None else self.module.built

    @property
    def layer(self) -> Layer | None:
        """The layer of torch.nn that was called, or that the called class derives from; None for operators and other modules."""
        return None if self.module is None else self.module.cls.catalogued

    @property
    def output_shape(self) -> Shape | None:
        """The shape of the output if that is one tensor."""
        return self.output.shape if isinstance(self.output, Tensor) else None


@dataclass(slots=True, eq=False)
class Statement:
    """A statement of a function that ended; ``value`` is what it assigned or returned, ``before`` the calls so far.

    ``names`` maps each name it assigned to its value; ``space`` is the live namespace it ran in, by which it belongs to
    an :class:`Entered`.
    """

    site: Site
    value: Any
    names: Mapping[str, Any]
    function: cst.CSTNode | None
    after_call: int
    certain: bool = True
    space: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Entered:
    """A function was entered with these arguments (by parameter name).

    ``names`` is its live namespace: once the run has ended, the last values of its local names.  ``output`` is what it
    returned (None too if it never did), ``after_call`` the number of calls by then.
    """

    site: Site
    arguments: Mapping[str, Any]
    before_call: int
    names: Mapping[str, Any]
    certain: bool = True
    output: Any = None
    after_call: int = 0


@dataclass(slots=True)
class Tape:
    """The record of one run, in execution order.

    ``forks``: for each unknown condition that was followed both ways, inner ones first, what entries of ``calls`` each arm
    made (from, to) and whether it lived: one that raises is no path of a program that works.
    """

    calls: list[Call] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    entered: list[Entered] = field(default_factory=list)
    unknowns: list[tuple[Site | None, str]] = field(default_factory=list)
    bindings: dict[Symbol, Dim] = field(default_factory=dict)
    forks: list[tuple[tuple[int, int, bool], ...]] = field(default_factory=list)
    _resolved: dict[Expr, Dim] = field(default_factory=dict)

    def resolve(self, shape: Shape) -> Shape:
        """``shape`` with everything that the run learnt about its symbols."""
        if self.bindings:
            for dim in shape.dims:
                if type(dim) is not int:
                    return Shape(tuple(map(self.dim, shape.dims)), shape.lead)
        return shape

    def dim(self, dim: Dim) -> Dim:
        """``dim`` with everything that the run learnt about its symbols."""
        if isinstance(dim, int) or not self.bindings:
            return dim
        known = self._resolved.get(dim)
        if known is None:
            known = self._resolved[dim] = substitute(dim, self.bindings)
        return known

    def bind(self, free: Symbol, value: Dim) -> None:
        """``free`` turned out to be ``value``."""
        for name, earlier in self.bindings.items():
            self.bindings[name] = substitute(earlier, {free: value})
        self.bindings[free] = value
        self._resolved.clear()

    def of(self, node: cst.CSTNode) -> Iterator[Call]:
        """Calls of modules that the expression ``node`` evaluated to (``nn.Conv2d(...)``, ``spectral_norm(nn.Conv2d(...))``,
        ``make_block(...)``), and calls made by ``node`` itself (``self.conv(x)``, ``F.relu(x)``)."""
        for call in self.calls:
            if call.site.node is node or (call.module is not None and node in call.module.made_by):
                yield call


@dataclass(frozen=True, slots=True)
class Override:
    """What to change in a replay.

    ``arguments``: (constructor call node, parameter) -> value, as if the source said so.  ``outputs``: call node or
    constructor node -> shape that its output is forced to have.  ``symbols``: values for input sizes (symbols of
    ``Run.inputs``) and for parameters without default.  ``inputs``: shapes and element kinds for parameters of ``forward``.
    ``assumed``: an assignment or a parameter -> the shape to take for its value where not even the rank is known.
    """

    arguments: Mapping[tuple[cst.CSTNode, str], Any] = field(default_factory=dict)
    outputs: Mapping[cst.CSTNode, Shape] = field(default_factory=dict)
    symbols: Mapping[Symbol, Dim] = field(default_factory=dict)
    inputs: Mapping[str, tuple[Shape, str | None]] = field(default_factory=dict)
    assumed: Mapping[cst.CSTNode, Shape] = field(default_factory=dict)

    @property
    def key(self) -> Hashable:
        """Equal for overrides that change the same."""
        arguments = frozenset((place, type(value), repr(value)) for place, value in self.arguments.items())
        return arguments, *(frozenset(part.items()) for part in (self.outputs, self.symbols, self.inputs, self.assumed))


class Cause(enum.Enum):
    """What ended a run too early."""

    EXCEPTION = "an exception of the program"
    FUEL = "no fuel left"
    DEPTH = "nested too deeply"


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a run did not come to its end; its text tells people.  ``detail``: the exception's class name, or what gave out."""

    cause: Cause
    detail: str

    @property
    def is_exception(self) -> bool:
        """Whether the program itself raised, as opposed to being given up."""
        return self.cause is Cause.EXCEPTION

    def __str__(self) -> str:
        return f"{self.detail} is raised" if self.is_exception else self.detail


@dataclass(slots=True, eq=False)
class Run:
    """One path that was executed: a module called on a symbolic or a concrete input.

    ``title``: ``NetD()``, ``Sequential at line 12``, ``NetD(3, 64) on (1, 3, 96, 96)``.  ``node``: the class, the
    Sequential call or the witness call.  ``concrete``: a call that stands in the file, not a default of ours.
    ``inputs``: the tensors it was called with.  ``ended``: why it did not come to its end, or None.  ``assumed``: the shapes
    that this run and its replays take for values of unknown rank (:attr:`Override.assumed`).
    """

    title: str
    node: cst.CSTNode
    source: Source
    tape: Tape
    concrete: bool
    inputs: tuple[Any, ...]
    output: Any
    module: Instance | None
    ended: Ending | None
    _again: Callable[[Override], Run]
    assumed: Mapping[cst.CSTNode, Shape] = field(default_factory=dict)
    _replays: dict[Hashable, Run] = field(default_factory=dict)

    def replay(self, override: Override) -> Run:
        """Execute the same path again with something changed; exact, since everything downstream is recomputed."""
        if self.assumed and not override.assumed:
            override = replace(override, assumed=self.assumed)
        key = override.key
        if key not in self._replays:  # readings that differ elsewhere ask for the same
            self._replays[key] = self._again(override)
            self._replays[key].assumed = override.assumed
        return self._replays[key]
