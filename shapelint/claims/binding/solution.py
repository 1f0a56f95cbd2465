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

    ``known``: the names whose meaning is taken from the code.
    """

    sizes: Mapping[Symbol, Dim] = field(default_factory=dict)
    notes: Mapping[Symbol, Dim] = field(default_factory=dict)
    known: frozenset[Symbol] = frozenset()
    _at: dict[Dim, Dim] = field(default_factory=dict, compare=False, repr=False)
    _said: dict[Dim, Dim] = field(default_factory=dict, compare=False, repr=False)
    _equalities: dict[tuple[Dim, Dim], Equality] = field(default_factory=dict, compare=False, repr=False)
    _stated: dict[tuple[Dim, Dim], Equality] = field(default_factory=dict, compare=False, repr=False)

    def claimed(self, pair: DimPair) -> Dim:
        """The claimed side with all sizes and names put in."""
        dim = pair.claimed
        if isinstance(dim, int):
            return dim
        if dim not in self._said:
            self._said[dim] = self._substituted(substitute(dim, self.notes))
        return self._said[dim]

    def computed(self, pair: DimPair) -> Dim:
        """The computed side with all sizes put in."""
        return self._substituted(pair.computed)

    def _substituted(self, dim: Dim) -> Dim:
        if isinstance(dim, int):
            return dim
        if dim not in self._at:  # the same few sizes come up after layer upon layer
            self._at[dim] = substitute(dim, self.sizes)
        return self._at[dim]

    def _compared(self, left: Dim, right: Dim) -> Equality:
        if isinstance(left, int) and isinstance(right, int):
            return Equality.ALWAYS if left == right else Equality.NEVER
        if (left, right) not in self._equalities:
            self._equalities[left, right] = compare(left, right)
        return self._equalities[left, right]

    def equality(self, pair: DimPair) -> Equality:
        """Whether the two sides of ``pair`` are equal.  A name that nothing explains decides nothing."""
        key = pair.claimed, pair.computed
        found = self._stated.get(key)
        if found is None:
            left, right = self.claimed(pair), self.computed(pair)
            unexplained = any(name.uid == NOTE for name in symbols_of(left))
            found = self._stated[key] = Equality.DEPENDS if unexplained else self._compared(left, right)
        return Equality.DEPENDS if found is Equality.NEVER and self.is_loose(pair) else found

    def differs(self, pair: DimPair) -> bool:
        """Whether the two sides are never equal, even if the claimed name may mean anything."""
        return self._compared(self.claimed(pair), self.computed(pair)) is Equality.NEVER

    def agrees(self, pair: DimPair, sizes_are_open: bool) -> bool:
        """Whether the two sides are equal, or, with ``sizes_are_open``, may be for another size of the input.

        The latter holds for heights and widths only: the number of channels does not follow from the input.
        """
        if self.equality(pair) is Equality.ALWAYS or self.is_loose(pair):
            return True
        if not sizes_are_open or pair.axis is None or pair.axis < 2:
            return False
        return self._compared(substitute(pair.claimed, self.notes), pair.computed) is Equality.DEPENDS

    def is_loose(self, pair: DimPair) -> bool:
        """Whether a dimension is a bare name that may mean another size on every line.

        That is a letter (``C``, ``h``), the name of an axis, or a word that is nothing in the code; also a product of such
        names that is laid over a flat tensor.  Authors write ``C`` for whatever the channels are at that line, so a
        different size there is not a contradiction.
        """
        if isinstance(pair.claimed, int):
            return False
        if pair.axis is None:
            return not symbols_of(pair.claimed) <= self.known
        name = pair.claimed.as_symbol
        return name is not None and (len(name.name) == 1 or name.name in _AXES or name not in self.known)


def name_of(pair: DimPair) -> Symbol | None:
    """The bare name that a dimension is stated by."""
    return None if isinstance(pair.claimed, int) else pair.claimed.as_symbol
