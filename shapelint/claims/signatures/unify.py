"""One call of a function compared with what its signature and docstring state: one name is one size throughout.

A name means the first size it has; later ones are compared with that.  In an annotation, which is a contract, they must
be equal for every input; in a docstring a bare name may be another size each time, so that only numbers and expressions
can be contradicted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...records import dataclass, field
from ...shapes import Dim, Shape, Symbol, Tensor, substitute, symbols_of
from ...shapes.compare import Equality, compare
from ..comments.noted_names import noted
from ..comments.remark import DimText
from .stated import Stated, ValueRole

__all__ = ["Comparison", "Axis", "Sizes", "meet", "unify"]

_TYPICAL = (8, 16, 17, 20, 24, 30, 32, 33, 48, 63, 64, 65, 96, 97, 100, 127, 128, 224, 225, 256, 512)
"""Sizes that people use, odd ones among them.  Two dims that are equal for none of these are not meant to be equal."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A dimension as stated and as computed; ``verdict`` is None if nobody can tell, or if it says nothing."""

    text: DimText
    stated: Dim | None
    computed: Dim
    verdict: bool | None


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """One stated shape compared with the tensor it speaks of.  ``axes`` is None where the ranks differ."""

    stated: Stated
    tensor: Tensor
    shape: Shape
    axes: tuple[Axis, ...] | None

    def count(self, verdict: bool) -> int:
        return sum(axis.verdict is verdict for axis in self.axes or ())

    @property
    def is_false(self) -> bool:
        return self.axes is None or self.count(False) > 0


@dataclass(slots=True)
class Sizes:
    """What is known within one call: the sizes of names, of ``*names``, and of inputs for which a number is stated.

    ``free``: the sizes that the caller may choose.
    """

    free: frozenset[Symbol]
    names: dict[Symbol, Dim] = field(default_factory=dict)
    many: dict[str, tuple[Dim, ...]] = field(default_factory=dict)
    assumed: dict[Symbol, Dim] = field(default_factory=dict)

    def equal(self, left: Dim, right: Dim) -> bool | None:
        """Whether two dims are equal; also False where they are equal for no usual size of the input."""
        left, right = substitute(left, self.assumed), substitute(right, self.assumed)
        match compare(left, right):
            case Equality.ALWAYS:
                return True
            case Equality.NEVER:
                return False
        names = symbols_of(left) | symbols_of(right)
        return False if names <= self.free and not meet(left, right, names) else None

    def choose(self, left: Dim, right: Dim) -> bool:
        """Take two sizes to be equal, if the caller may choose one of them; returns whether that was so."""
        left, right = substitute(left, self.assumed), substitute(right, self.assumed)
        for one, other in ((right, left), (left, right)):
            free = None if isinstance(one, int) else one.as_symbol
            if free is not None and free in self.free and free not in symbols_of(other):
                self.assumed[free] = other
                return True
        return False


def unify(pairs: Sequence[tuple[Stated, Tensor, Shape]], sizes: Sizes) -> list[Comparison]:
    """Compare each stated shape, in order; expressions are left until all names are known.

    Tensors of unknown rank are left out.
    """
    laid = [
        (stated, tensor, shape, _lay(stated, shape))
        for stated, tensor, shape in pairs
        if shape.lead is None or any(text.many for text in stated.pattern.dims)
    ]
    judged: dict[int, Axis] = {}
    dims = [(stated, text, computed) for stated, _, _, axes in laid for text, computed in axes or ()]
    # What is passed settles what the caller chose before anything is said of results; what it leaves open, they may settle.
    given = [each for each in dims if each[0].role is ValueRole.ARGUMENT]
    for part in (given, dims):
        for later in (False, True):
            for stated, text, computed in part:
                if _is_expression(text) is later and getattr(judged.get(id(text)), "stated", None) is None:
                    judged[id(text)] = _judge(text, computed, stated, sizes)
    found = []
    for stated, tensor, shape, axes in laid:
        if axes is not None:
            found.append(
                Comparison(
                    stated, tensor, shape, (*(judged[id(text)] for text, _ in axes), *_gap(stated, shape, sizes))
                )
            )
        elif shape.lead is None:
            found.append(Comparison(stated, tensor, shape, None))
    return found


def _lay(stated: Stated, shape: Shape) -> list[tuple[DimText, Dim]] | None:
    """Stated dims beside computed ones, without what a gap stands for; None if the ranks differ or one cannot tell."""
    texts, dims = stated.pattern.dims, shape.dims
    gap = next((index for index, text in enumerate(texts) if text.many), None)
    if gap is None:
        return list(zip(texts, dims, strict=True)) if len(texts) == len(dims) else None
    tail = len(texts) - gap - 1
    if len(dims) < tail + (gap if shape.lead is None else 0):
        return None
    after = list(zip(texts[gap + 1 :], dims[len(dims) - tail :], strict=True))
    return after if shape.lead is not None else [*zip(texts[:gap], dims, strict=False), *after]


def _gap(stated: Stated, shape: Shape, sizes: Sizes) -> Iterator[Axis]:
    """The dims that ``*batch`` stands for must be the same wherever it does."""
    texts = stated.pattern.dims
    gap = next((index for index, text in enumerate(texts) if text.many), None)
    if gap is None or not stated.exact or shape.lead is not None or texts[gap].text in ("...", "*"):
        return
    dims = shape.dims[gap : len(shape.dims) - (len(texts) - gap - 1)]
    before = sizes.many.setdefault(texts[gap].text, dims)
    if len(before) == len(dims) and all(sizes.equal(a, b) is True for a, b in zip(before, dims, strict=True)):
        return
    if len(before) != len(dims) or any(sizes.equal(a, b) is False for a, b in zip(before, dims, strict=True)):
        yield Axis(texts[gap], None, dims[0] if dims else 1, False)


def _is_expression(text: DimText) -> bool:
    return text.dim is not None and not isinstance(text.dim, int) and text.dim.as_symbol is None


def _judge(text: DimText, computed: Dim, said: Stated, sizes: Sizes) -> Axis:
    computed = substitute(computed, sizes.assumed)
    if text.dim is None:
        return Axis(text, None, computed, None)
    if isinstance(text.dim, int):
        return Axis(text, text.dim, computed, _number(text.dim, computed, said, sizes))
    stated = noted(text.dim)
    name = None if isinstance(stated, int) else stated.as_symbol
    if name is not None and name not in sizes.names:
        sizes.names[name] = computed
        mine = None if isinstance(computed, int) else computed.as_symbol
        return Axis(text, computed, computed, True if mine is not None and mine.name == name.name else None)
    meant = substitute(stated, sizes.names)
    if symbols_of(meant) & symbols_of(stated):
        return Axis(text, None, computed, None)
    if said.role is ValueRole.ARGUMENT and sizes.choose(meant, computed):
        return Axis(text, meant, computed, None)
    verdict = sizes.equal(meant, computed)
    # prose uses one letter for several of the widths that the code fixes
    fixed = all(isinstance(sizes.names.get(symbol), int) for symbol in symbols_of(stated))
    loose = (name is not None or fixed) and not said.exact
    return Axis(text, meant, computed, None if loose and verdict is False else verdict)


def _number(stated: int, computed: Dim, said: Stated, sizes: Sizes) -> bool | None:
    """A number for a size that the caller may choose says which one to choose, unless a contract leaves it open."""
    if isinstance(computed, int):
        return stated == computed
    free = computed.as_symbol
    if free is not None and free in sizes.free:
        if said.exact and said.role is not ValueRole.ARGUMENT and computed in sizes.names.values():
            return False
        sizes.assumed[free] = stated
        return None
    return {Equality.ALWAYS: True, Equality.NEVER: False, Equality.DEPENDS: None}[compare(stated, computed)]


def meet(left: Dim, right: Dim, names: frozenset[Symbol]) -> bool:
    """Whether two dims are equal for some usual sizes, each symbol having its own."""
    order = sorted(names, key=lambda name: name.key)
    for shift in range(len(_TYPICAL)):
        values: Mapping[Symbol, Dim] = {
            name: _TYPICAL[(shift + 5 * place) % len(_TYPICAL)] for place, name in enumerate(order)
        }
        if substitute(left, values) == substitute(right, values):
            return True
    return False
