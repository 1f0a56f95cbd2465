"""The shape after each element of a block, and how the code's own names spell its channels."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from ..claims.binding.names import NamedSizes
from ..claims.binding.point import Point
from ..claims.blame.argument import find_argument
from ..claims.comments.remark import canonical
from ..claims.placement.placement import Stretch
from ..interp.model.functions import Function
from ..records import dataclass, replace
from ..shapes import Dim, Expr, Shape, Symbol, Tensor, symbols_of
from ..shapes.dim import of_atom
from ..source.parse import Source
from .comment_blocks import Block
from .spelling import evaluated
from .witness_runs import Witness, Witnesses, input_of

__all__ = ["ElementState", "States", "states_of"]

_LONGEST = 20
"""Characters of a computed dim; a reader learns nothing from a longer one."""
_CHANNELS = (("out_channels", 1), ("out_features", -1))


@dataclass(frozen=True, slots=True)
class ElementState:
    """The dims after the batch, and how each is spelled."""

    dims: tuple[Dim, ...]
    spelled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class States:
    """``before``: the block's input, if known.  ``after``: the state after each element, None where it is not known.

    ``settled``: for each element, whether its state depends only on defaults that the file is known to use.
    """

    before: ElementState | None
    after: tuple[ElementState | None, ...]
    settled: tuple[bool, ...]


def states_of(block: Block, witnesses: Witnesses, source: Source) -> States | None:
    """The states of a block on the first run that knows any of them; None if no run does."""
    for witness in witnesses.of(block):
        states = _StateReader(block, witness, witnesses, source).states()
        if witness.general is not None:
            settled = _StateReader(block, Witness(witness.general, {}), witnesses, source).settled()
            states = replace(states, settled=settled)
        if any(states.after):
            return states
    return None


class _StateReader:
    """Reads the states of one block from one run."""

    def __init__(self, block: Block, witness: Witness, witnesses: Witnesses, source: Source) -> None:
        self._block, self._witness, self._witnesses, self._source = block, witness, witnesses, source
        given = input_of(witness.points.run)
        self._batch = None if given is None else given.dims[0]
        self._open = _open_sizes(witness)
        self._names: dict[cst.FunctionDef | None, NamedSizes | None] = {}
        self._spelling: dict[tuple[int, Dim], str] = {}

    def states(self) -> States:
        if self._batch is None:
            return States(None, (), ())
        after = tuple(self._after(element.index) for element in self._block.elements)
        return States(self._before(), after, (True,) * len(after))

    def settled(self) -> tuple[bool, ...]:
        """For each element, whether its state depends on nothing but the input and the constructor's parameters."""
        return tuple(
            any(
                all(map(self._is_general, point.shape.dims)) and point.shape.rank is not None
                for point in self._points(index)
            )
            for index in range(len(self._block.elements))
        )

    def _is_general(self, dim: Dim) -> bool:
        return all(name.uid == 0 or name in self._open or dim == self._batch for name in symbols_of(dim))

    def _points(self, index: int) -> Sequence[Point]:
        return self._witness.points.after(Stretch(self._block.chain, index, index)) or []

    def _before(self) -> ElementState | None:
        if self._block.is_code:
            function = self._block.function
            assert function is not None
            return self._state(self._witness.points.given(function) or [])
        return self._state(self._witness.points.before(Stretch(self._block.chain, 0, 0)) or [])

    def _after(self, index: int) -> ElementState | None:
        if self._block.is_code and not self._is_tensor(self._block.chain.elements[index]):
            return None
        points = self._points(index)
        for point in points[:1]:
            self._learn(point)
        return self._state(points)

    def _is_tensor(self, node: cst.CSTNode) -> bool:
        """Whether a statement gave one tensor each time it ran; of several a comment could not say which it means."""
        nodes = (node, *node.body) if isinstance(node, cst.SimpleStatementLine) else (node,)
        values = [s.value for s in self._witness.points.run.tape.statements if s.site.node in nodes]
        return bool(values) and all(isinstance(value, Tensor) for value in values)

    def _state(self, points: Sequence[Point]) -> ElementState | None:
        """The one shape of all ``points``, if they agree on one."""
        shapes = {point.shape.substitute(self._witness.sizes) for point in points}
        if len(shapes) != 1 or not all(point.certain for point in points):
            return None
        shape: Shape = shapes.pop()
        if shape.rank is None or shape.rank < 2 or shape.dims[0] != self._batch:
            return None
        spelled = [self._spell(axis, dim) for axis, dim in enumerate(shape.dims) if axis]
        if any(text is None for text in spelled):
            return None
        return ElementState(shape.dims[1:], tuple(text for text in spelled if text is not None))

    def _spell(self, axis: int, dim: Dim) -> str | None:
        """A dim in names that a reader knows, those of the input's sizes and of the code; None if it has others."""
        if (axis, dim) in self._spelling:
            return self._spelling[axis, dim]
        if isinstance(dim, int):
            return str(dim) if dim > 0 else None
        return str(dim) if len(str(dim)) <= _LONGEST and all(self._is_known(name) for name in symbols_of(dim)) else None

    def _is_known(self, name: Symbol) -> bool:
        if name in self._open:
            return self._open[name]
        names = self._names_around(self._block.function)
        value = None if names is None else names.get(canonical(name.name))
        return isinstance(value, Expr) and value.as_symbol == name

    # -- the code's own names -----------------------------------------------------------------------------------

    def _learn(self, point: Point) -> None:
        """Note how the constructor of the layer that gave ``point`` spells its channels, if it uses a name."""
        module = None if point.call is None else point.call.module
        layer = None if module is None else module.cls.catalogued
        built = None if module is None else module.built
        if layer is None or built is None or built.source is not self._source or not isinstance(built.node, cst.Call):
            return
        for parameter, axis in _CHANNELS:
            arg = find_argument(built.node, parameter, layer.signature.positional)
            if arg is None or point.shape.rank is None:
                continue
            key = axis % point.shape.rank, point.shape.dims[axis]
            text, value = self._written(arg.value)
            if value == key[1]:
                self._spelling[key] = text
            else:
                self._spelling.pop(key, None)

    def _written(self, node: cst.BaseExpression) -> tuple[str, Dim | None]:
        """An expression of names and numbers as a comment writes it, and its value; no value if it is just a number."""
        names = self._names_around(self._constructor())
        if names is None:
            return "", None
        text, value = evaluated(node, names)
        return (text, value) if any(map(str.isalpha, text)) else ("", None)

    def _constructor(self) -> cst.FunctionDef | None:
        if not self._block.is_code:
            return self._block.function
        module = self._witness.points.run.module
        found = None if module is None else module.cls.find("__init__")
        node = found[1].node if found is not None and isinstance(found[1], Function) else None
        return node if isinstance(node, cst.FunctionDef) else None

    def _names_around(self, function: cst.FunctionDef | None) -> NamedSizes | None:
        if function not in self._names:
            here = self._witness.points.run
            run = here if function is None else self._witnesses.entered(function, here)
            self._names[function] = None if run is None else NamedSizes(run, self._source, function)
        return self._names[function]


def _open_sizes(witness: Witness) -> dict[Symbol, bool]:
    """The names of the input's sizes after the batch; False for one that two sizes share, or that no reader would know."""
    run = witness.points.run
    names: list[Symbol] = []
    for value in run.inputs:
        shape = getattr(value, "shape", None)
        if isinstance(shape, Shape):
            dims = run.tape.resolve(shape).substitute(witness.sizes).dims[1:]
            names += [name for dim in dims for name in sorted(symbols_of(dim), key=str)]
    spelled = [name.name for name in dict.fromkeys(names)]
    given = input_of(run)
    last = None if given is None else given.dims[-1]
    usual = {name for name in names if name.name in ("H", "W") or (name.name == "L" and last == of_atom(name))}
    return {name: spelled.count(name.name) == 1 and name in usual for name in names}
