"""What the interpreter knows of one tensor, and what stands for a value of which it knows nothing."""

from __future__ import annotations

from typing import TypeAlias

from ..records import dataclass
from .dim import Dim, Expr, fresh
from .shape import Shape

__all__ = ["Element", "Elements", "Fractions", "Parameter", "Tensor", "Unknown", "UnknownFloat"]

Element: TypeAlias = "float | Expr"
"""One element of a tensor: an int, a float or a bool, or an int that is an expression of unknowns."""

Elements: TypeAlias = "Element | list[Elements]"
"""The elements of a tensor in row-major order: nested lists, one level for each dimension; of a scalar, its number."""


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """A value of which nothing is known, and why.  Equal only to itself, since two unknown values may differ."""

    reason: str


class UnknownFloat(Unknown):
    """What ``float(x)`` gives of an unknown: a number in any case."""

    __slots__ = ()


class Tensor:
    """A tensor value: a shape, a kind of element, and for small ones built from known numbers the numbers themselves.

    Two tensors are equal only if they are the same object.  ``dtype`` is ``"float"``, ``"int"``, ``"bool"`` or
    ``"complex"``; None where unknown.  ``elements`` is None where they are not known.
    """

    __slots__ = ("_asked", "_made_of", "dtype", "elements", "shape")

    def __init__(self, shape: Shape, dtype: str | None = "float", elements: Elements | None = None) -> None:
        self.shape, self.dtype, self.elements = shape, dtype, elements
        self._asked: dict[int, Dim] = {}
        self._made_of: tuple[Tensor, int] | None = None

    def size(self, index: int) -> Dim | None:
        """Dimension ``index`` (negative ones count from the end); None if the rank is known and too small.

        Where the rank is unknown the answer is a fresh symbol, the same one each time.
        """
        dims = self.shape.dims
        if self.shape.lead is None:
            return dims[index] if -len(dims) <= index < len(dims) else None
        if -len(dims) <= index < 0:
            return dims[index]
        return self._asked.setdefault(index, fresh("N" if index == 0 else "D", reason=self.shape.lead))

    @property
    def asked(self) -> tuple[Dim, ...]:
        """The sizes that were asked for while the rank was not known."""
        return tuple(self._asked.values())

    def narrow(self, shape: Shape) -> None:
        """Give a tensor of unknown rank the rank of ``shape``, and its dims where they were not known before.

        So with what it was made of (:meth:`resized`), in a loop, as there may be any number of operations in between.
        """
        tensor = self
        while tensor._take(shape) and tensor._made_of is not None:
            found = tensor.shape
            tensor, changed = tensor._made_of
            tail = [size for index in range(-changed, 0) if (size := tensor.size(index)) is not None]
            shape = Shape((*found.dims[: len(found.dims) - changed], *tail), found.lead)

    def _take(self, shape: Shape) -> bool:
        """Become of the rank of ``shape``; False if it has one already."""
        if self.shape.lead is None or len(self.shape.dims) > len(shape.dims):
            return False
        dims = list(shape.dims)
        known = self.shape.dims
        dims[len(dims) - len(known) :] = known
        for index, dim in self._asked.items():
            if -len(dims) <= index < len(dims):
                dims[index] = dim
        self.shape = Shape(tuple(dims), shape.lead)
        return True

    def resized(self, shape: Shape, changed: int = 0, dtype: str | None = None) -> Tensor:
        """What an operation makes of this tensor that keeps all dims but the last ``changed`` ones: ``shape``.

        Of an unknown rank, whatever is learnt of the result later is learnt of this tensor too.
        """
        result = Tensor(shape, dtype or self.dtype)
        if self.shape.lead is not None:
            result._made_of = self, changed
        return result

    def __repr__(self) -> str:
        return f"Tensor{self.shape}"


class Fractions(Tensor):
    """A tensor that certainly has fractions for elements, since it was drawn as such: no index.

    ``"float"`` is else what a tensor is taken for of whose elements the code says nothing.  Whatever an operator makes of one
    is a plain tensor again.
    """

    __slots__ = ()


class Parameter(Tensor):
    """A tensor that is a parameter of every module it is assigned to.

    ``trainable``: ``requires_grad``; None where that depends on what is not known.
    """

    __slots__ = ("trainable",)

    def __init__(
        self,
        shape: Shape,
        dtype: str | None = "float",
        elements: Elements | None = None,
        trainable: bool | None = True,
    ) -> None:
        super().__init__(shape, dtype, elements)
        self.trainable = trainable
