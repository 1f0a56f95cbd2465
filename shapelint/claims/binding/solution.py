"""What the open sizes of a run and the names in its comments are taken to be, and whether claimed dims then hold."""

from __future__ import annotations

from collections.abc import Mapping

from ...records import dataclass, field
from ...shapes import Dim, Symbol, substitute, symbols_of
from ...shapes.compare import Equality, compare
from ..comments.noted_names import NOTE
from .alignment import DimPair

__all__ = ["Solution", "name_of"]

_AXES = frozenset({"height", "width", "length", "depth", "time", "seqlen", "channels", "channel", "features", "dim"})


@dataclass(frozen=True, slots=True)
class Solution:
    """Sizes that the code leaves open (``sizes``) and meanings of the comments' names (``notes``).

    ``known``: the names whose meaning is the code's own.
    """

    sizes: Mapping[Symbol, Dim] = field(default_factory=dict)
    notes: Mapping[Symbol, Dim] = field(default_factory=dict)
    known: frozenset[Symbol] = frozenset()
    _at: dict[Dim, Dim] = field(default_factory=dict, compare=False, repr=False)
    _said: dict[Dim, Dim] = field(default_factory=dict, compare=False, repr=False)
    _equalities: dict[tuple[Dim, Dim], Equality] = field(default_factory=dict, compare=False, repr=False)
    _stated: dict[tuple[Dim, Dim], Equality] = field(default_factory=dict, compare=False, repr=False)

    def claimed(self, pair: DimPair) -> Dim:
        dim = pair.claimed
        if isinstance(dim, int):
            return dim
        if dim not in self._said:
            self._said[dim] = self._substituted(substitute(dim, self.notes))
        return self._said[dim]

    def computed(self, pair: DimPair) -> Dim:
        return self._substituted(pair.computed)

    def _substituted(self, dim: Dim) -> Dim:
        if isinstance(dim, int):
            return dim
        if dim not in self._at:  # the same few sizes stand behind layer after layer
            self._at[dim] = substitute(dim, self.sizes)
        return self._at[dim]

    def _compared(self, left: Dim, right: Dim) -> Equality:
        if isinstance(left, int) and isinstance(right, int):
            return Equality.ALWAYS if left == right else Equality.NEVER
        if (left, right) not in self._equalities:
            self._equalities[left, right] = compare(left, right)
        return self._equalities[left, right]

    def equality(self, pair: DimPair) -> Equality:
        """Whether the two sides of ``pair`` are equal.  A name that nobody explains decides nothing."""
        key = pair.claimed, pair.computed
        found = self._stated.get(key)
        if found is None:
            left, right = self.claimed(pair), self.computed(pair)
            unexplained = any(name.uid == NOTE for name in symbols_of(left))
            found = self._stated[key] = Equality.DEPENDS if unexplained else self._compared(left, right)
        return Equality.DEPENDS if found is Equality.NEVER and self.is_loose(pair) else found

    def differs(self, pair: DimPair) -> bool:
        """Whether the two sides are never equal, whatever the name on the left is good for."""
        return self._compared(self.claimed(pair), self.computed(pair)) is Equality.NEVER

    def agrees(self, pair: DimPair, sizes_are_open: bool) -> bool:
        """Whether the two sides are equal, or, with ``sizes_are_open``, may be at another size of the input; a width must
        be what it is."""
        if self.equality(pair) is Equality.ALWAYS or self.is_loose(pair):
            return True
        if not sizes_are_open or pair.axis is None or pair.axis < 2:
            return False
        return self._compared(substitute(pair.claimed, self.notes), pair.computed) is Equality.DEPENDS

    def is_loose(self, pair: DimPair) -> bool:
        """Whether a dimension is a bare name that may mean another size at every line it stands in: a letter (``C``,
        ``h``), the name of an axis, or a word that is nothing in the code.  So is a product of such names that was laid
        over a flat tensor."""
        if isinstance(pair.claimed, int):
            return False
        if pair.axis is None:
            return not symbols_of(pair.claimed) <= self.known
        name = pair.claimed.as_symbol
        return name is not None and (len(name.name) == 1 or name.name in _AXES or name not in self.known)


def name_of(pair: DimPair) -> Symbol | None:
    """The bare name that a dimension is stated by."""
    return None if isinstance(pair.claimed, int) else pair.claimed.as_symbol
