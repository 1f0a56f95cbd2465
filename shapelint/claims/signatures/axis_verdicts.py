"""One stated dimension, or one run of them, beside the size that the code computes: right, wrong, or nobody can tell.

A name means the first size it has; later ones are compared with that.  In an annotation, which is a contract, they must
be equal for every input; in a docstring a bare name may be another size each time, so that only numbers and expressions
can be contradicted.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING

from ...records import dataclass, field
from ...shapes import Dim, Symbol, substitute, symbols_of
from ...shapes.compare import Equality, compare
from ..comments.noted_names import NOTE, noted
from ..comments.remark import DimText
from .axis_text import AxisText
from .stated import Stated, ValueRole

if TYPE_CHECKING:
    from .formula import Formula

__all__ = ["Axis", "Sizes", "judge", "meet", "same_group"]

_TYPICAL = (8, 16, 17, 20, 24, 30, 32, 33, 48, 63, 64, 65, 96, 97, 100, 127, 128, 224, 225, 256, 512)
"""Sizes that people use, odd ones among them.  Two dims that are equal for none of these are not meant to be equal."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A dimension as stated and as computed; ``verdict`` is None if nobody can tell, or if it says nothing."""

    text: DimText
    stated: Dim | None
    computed: Dim
    verdict: bool | None


@dataclass(slots=True)
class Sizes:
    """What is known within one call: the sizes of names, of ``*names``, and of inputs for which a number is stated.

    ``free``: the sizes that the caller may choose.  ``arguments``: what the function was given, for ``{n}``.  ``groups``:
    the dims of each variadic name, and whether the last that used it lets them broadcast.
    """

    free: frozenset[Symbol]
    arguments: Mapping[str, object] = field(default_factory=dict)
    names: dict[Symbol, Dim] = field(default_factory=dict)
    groups: dict[str, tuple[bool, tuple[Dim, ...]]] = field(default_factory=dict)
    assumed: dict[Symbol, Dim] = field(default_factory=dict)

    def copied(self) -> Sizes:
        """The same knowledge, to be tried out."""
        return Sizes(self.free, self.arguments, dict(self.names), dict(self.groups), dict(self.assumed))

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


def judge(text: DimText, computed: Dim, said: Stated, sizes: Sizes) -> Axis:
    """One dimension of ``said`` beside the computed one; what it shows of names is kept in ``sizes``."""
    computed = substitute(computed, sizes.assumed)
    if isinstance(text, AxisText):
        if text.broadcasts:
            return _broadcast(text, computed, sizes)
        number = _worked_out(text.formula, sizes)
        if number is not None:
            return Axis(text, number, computed, _number(number, computed, said, sizes))
        if text.also is not None and _named(text, text.also, computed, said, sizes).verdict is False:
            return Axis(text, None, computed, False)
    if text.dim is None:
        return Axis(text, None, computed, None)
    if isinstance(text.dim, int):
        return Axis(text, text.dim, computed, _number(text.dim, computed, said, sizes))
    return _named(text, text.dim, computed, said, sizes)


def _named(text: DimText, dim: Dim, computed: Dim, said: Stated, sizes: Sizes) -> Axis:
    """A name or an expression of names."""
    stated = noted(dim)
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


def _worked_out(formula: Formula | None, sizes: Sizes) -> int | None:
    """The number that an expression comes to; -1, which no size is, for a fraction; None if a name in it is no number."""
    if formula is None:
        return None
    known = {name: sizes.names.get(Symbol(name, uid=NOTE)) for name in formula.names}
    value = formula.value({name: size for name, size in known.items() if isinstance(size, int)}, sizes.arguments)
    return None if value is None else value.numerator if value.denominator == 1 else -1


def _broadcast(text: AxisText, computed: Dim, sizes: Sizes) -> Axis:
    """``#b``: a 1 fits, and says nothing of ``b``; so does a size that may be 1."""
    number = _worked_out(text.formula, sizes)
    asked = text.asked if number is None else number
    stated = None if asked is None else noted(asked)
    if computed == 1 or stated is None:
        return Axis(text, None, computed, None)
    name = None if isinstance(stated, int) else stated.as_symbol
    if name is not None and name not in sizes.names:
        if isinstance(computed, int):
            sizes.names[name] = computed
        return Axis(text, None, computed, None)
    meant = substitute(stated, sizes.names)
    if symbols_of(meant) & symbols_of(stated):
        return Axis(text, None, computed, None)
    verdict = sizes.equal(meant, computed)
    unsure = verdict is False and compare(computed, 1) is not Equality.NEVER
    return Axis(text, meant, computed, None if unsure else verdict)


def same_group(text: AxisText, dims: tuple[Dim, ...], sizes: Sizes) -> bool | None:
    """Whether the dims that ``*batch`` stands for are the same as elsewhere, or broadcast where a ``#`` allows it."""
    assert text.group is not None
    broadcasts, before = sizes.groups.setdefault(text.group, (text.broadcasts, dims))
    if not broadcasts and not text.broadcasts:
        if len(before) != len(dims):
            return False
        verdicts = [sizes.equal(one, other) for one, other in zip(before, dims, strict=True)]
        return False if False in verdicts else None if None in verdicts else True
    if not all(isinstance(dim, int) for dim in (*before, *dims)):
        return None
    pairs = list(zip_longest(reversed(before), reversed(dims), fillvalue=1))
    if any(one != other and 1 not in (one, other) for one, other in pairs):
        return False
    common = tuple(other if one == 1 else one for one, other in reversed(pairs))
    if not broadcasts:
        return common == before
    if not text.broadcasts and common != dims:
        return False
    sizes.groups[text.group] = (text.broadcasts, common)
    return True


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
