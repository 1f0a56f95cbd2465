"""What abstract execution saw: calls of modules and operators, values of statements, functions entered.

Rules and claims read tapes; they never walk syntax and never re-derive a shape.  To try something ("what if this padding
were 1?"), they run the path again with that override (:meth:`Run.replay`).  A tape that could be recomputed from the
middle would have to be an interpreter of its own, since sizes flow through arithmetic, ``view`` and branches; a run is
deterministic and takes milliseconds.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from ...records import dataclass, field, replace
from ...shapes import Dim, Expr, Reject, Shape, Symbol, Tensor, Value, substitute
from .classes import Instance
from .site import Site

if TYPE_CHECKING:
    import libcst as cst

    from ...layers import Layer
    from ...source.parse import Source

__all__ = ["Call", "Cause", "Ending", "Override", "Run", "Statement", "Tape"]


@dataclass(slots=True, eq=False)
class Call:
    """One call of a module, or of a function or operator of torch.

    ``index``: its place in ``Tape.calls``.  ``name``: ``Conv2d``, ``torch.cat``, ``view``, ``+`` or the class name of a
    user's module.  ``site``: the expression that calls.  ``module``: the instance, None for operators.  ``leaf``: a layer
    of torch.nn or an operator, as opposed to a module whose ``forward`` was followed; the calls inside that one have its
    index as ``parent``.  ``path``: the dotted name under the module that is run (``features.0``).

    ``arguments``: those of the layer's constructor by parameter name, or of the operator by position and name.
    ``operands``: everything a module was called with, nesting kept; ``keywords``: the names of the last of them.
    ``inputs``: the tensors among its operands;
    ``input_shapes``: their shapes before the call.  ``output``: what it returned.  ``reject``: why PyTorch raises here,
    if it does.  ``assumed``: the sizes that had to be equal for it to work, and may be.

    ``certain``: False inside an arm whose condition is unknown, under ``try`` and the like: no proof may rest on it.
    ``constructs``: it is the constructor itself that is rejected.  ``inner``: ``super().forward(x)`` inside the call of a
    subclass of a layer.
    """

    index: int
    name: str
    site: Site
    module: Instance | None
    leaf: bool
    parent: int | None
    path: str
    arguments: Mapping[str, Value]
    inputs: tuple[Tensor, ...]
    input_shapes: tuple[Shape, ...]
    output: Value = None
    reject: Reject | None = None
    certain: bool = True
    assumed: tuple[tuple[Dim, Dim], ...] = ()
    operands: tuple[Value, ...] = ()
    keywords: tuple[str, ...] = ()
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
    """A statement that ended.

    ``value``: what it assigned, returned or printed.  ``names``: each name it assigned, with its value.  ``function``: the
    function it is in, None at the top level.  ``after_call``: how many calls there were by then.  ``certain``: as of a
    call.  ``space``: the live namespace it ran in, by which it belongs to an :class:`Entered`.
    """

    site: Site
    value: Value
    names: Mapping[str, Value]
    function: cst.CSTNode | None
    after_call: int
    certain: bool = True
    space: Mapping[str, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Entered:
    """A function was entered.

    ``site``: its definition.  ``arguments``: by parameter name.  ``before_call``: how many calls there were by then.
    ``names``: its live namespace; once the run has ended, the last values of its local names.  ``certain``: as of a call.
    ``output``: what it returned, None too if it never did; ``after_call``: how many calls there were at its end.
    """

    site: Site
    arguments: Mapping[str, Value]
    before_call: int
    names: Mapping[str, Value]
    certain: bool = True
    output: Value = None
    after_call: int = 0

    def tensor(self, name: str) -> Tensor:
        """The argument ``name``, which is known to be a tensor; raises TypeError if it is not."""
        value = self.arguments[name]
        if not isinstance(value, Tensor):
            raise TypeError(f"'{name}' is not a tensor")
        return value


FoundAt: TypeAlias = "tuple[cst.CSTNode, str]"


@dataclass(slots=True)
class Tape:
    """The record of one run, in execution order.

    ``unknowns``: where a value was lost, and why.  ``bindings``: the symbols of unknown sizes that turned out to be a
    certain size (the channels of an input under ``Conv2d(3, ...)``).  ``forks``: for each unknown condition that was
    followed both ways, inner ones first, which entries of ``calls`` each arm made (from, to) and whether it lived: a
    program that works does not take an arm that raises.  ``supposed``: the batched shapes that tensors of unknown rank
    were given because a layer takes them, which perhaps takes one without a batch as well.  ``found``: the same by where the
    layer was called and the name of its input, one for each time.  ``last_batches``: which entries of ``calls`` the rounds
    of smaller last batches made.
    """

    calls: list[Call] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    entered: list[Entered] = field(default_factory=list)
    unknowns: list[tuple[Site | None, str]] = field(default_factory=list)
    bindings: dict[Symbol, Dim] = field(default_factory=dict)
    forks: list[tuple[tuple[int, int, bool], ...]] = field(default_factory=list)
    supposed: list[Shape] = field(default_factory=list)
    found: dict[FoundAt, list[Shape]] = field(default_factory=dict)
    last_batches: list[range] = field(default_factory=list)
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
        """``free`` turned out to be ``value``, for the rest of the run or of the arm of an unknown branch."""
        self.know(
            {**{name: substitute(earlier, {free: value}) for name, earlier in self.bindings.items()}, free: value}
        )

    def know(self, bindings: dict[Symbol, Dim]) -> None:
        """Take these for what is known of sizes: what another arm has learnt, or all arms have."""
        if bindings is not self.bindings:
            self.bindings = bindings
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
    ``unbatched``: tensors of unknown rank have no batch, as far as the layers that are called on them allow.
    ``found``: the shapes that layers gave tensors of unknown rank in the run that is replayed (:attr:`Tape.found`), so that
    their sizes are the same symbols, or the values of these.
    """

    arguments: Mapping[tuple[cst.CSTNode, str], Value] = field(default_factory=dict)
    outputs: Mapping[cst.CSTNode, Shape] = field(default_factory=dict)
    symbols: Mapping[Symbol, Dim] = field(default_factory=dict)
    inputs: Mapping[str, tuple[Shape, str | None]] = field(default_factory=dict)
    assumed: Mapping[cst.CSTNode, Shape] = field(default_factory=dict)
    unbatched: bool = False
    found: Mapping[FoundAt, Sequence[Shape]] = field(default_factory=dict)

    @property
    def key(self) -> Hashable:
        """Equal for overrides that change the same."""
        arguments = frozenset((place, type(value), repr(value)) for place, value in self.arguments.items())
        parts = (frozenset(part.items()) for part in (self.outputs, self.symbols, self.inputs, self.assumed))
        return arguments, self.unbatched, *parts


class Cause(enum.Enum):
    """What ended a run too early."""

    EXCEPTION = "an exception of the program"
    FUEL = "no fuel left, or calls nested deeper than we follow"
    DEPTH = "recursion that Python itself stops"


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a run did not come to its end; its text tells people.

    ``detail``: the exception's class name, or what gave out.  ``site``: the statement that raised the exception, if any did.
    """

    cause: Cause
    detail: str
    site: Site | None = None

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
    Sequential call or the witness call, in ``source``.  ``tape``: what was seen.  ``concrete``: the file itself makes this
    call, as opposed to one that was made up from defaults.  ``inputs``: what the module was called with; ``output``: what
    it returned.  ``module``: the one that was called, None for a script.  ``ended``: why the path broke off, or None.
    ``assumed``: the shapes that this run and its replays take for values of unknown rank (:attr:`Override.assumed`).
    """

    title: str
    node: cst.CSTNode
    source: Source
    tape: Tape
    concrete: bool
    inputs: tuple[Value, ...]
    output: Value
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
        if key not in self._replays:  # readings that differ elsewhere ask for the same replay
            self._replays[key] = self._again(override)
            self._replays[key].assumed = override.assumed
        return self._replays[key]
