"""What the interpreter knows of one tensor, and what stands for a value of which it knows nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..records import dataclass
from .dim import Dim, Expr, births, fresh
from .memory import Element, Elements, Memory, flattened, nested
from .shape import Shape
from .value import Value

__all__ = ["Fractions", "Parameter", "Tensor", "Unknown", "UnknownFloat", "tensors_in"]


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
    ``"complex"``; None where unknown.  ``memory``: where its numbers are, None where none of them ever was known.  ``places``:
    where in it each element is, in row-major order; None where that is not known.  Views share the memory, so what is
    written through one of them all others see.  ``born``: which tensor it is, counted among those of unknown rank.
    """

    __slots__ = ("_asked", "_made_of", "_shown", "born", "dtype", "memory", "places", "shape")

    def __init__(self, shape: Shape, dtype: str | None = "float", elements: Elements | None = None) -> None:
        self.shape, self.dtype = shape, dtype
        self.memory: Memory | None = None
        self.places: Sequence[int] | None = None
        if elements is not None:
            self.hold(flattened(elements))
        self._asked: dict[int, Dim] = {}
        self._made_of: tuple[Tensor, int] | None = None
        self._shown: dict[int, Dim] = {}
        self.born = 0 if shape.lead is None else births()

    def hold(self, values: Sequence[Element]) -> None:
        """Get memory of its own, with these elements."""
        self.memory, self.places = Memory(values), range(len(values))

    def share(self, other: Tensor, places: Sequence[int] | None) -> None:
        """Become a view of ``other``, with the elements at these places of the same memory; None: not known which."""
        self.memory, self.places = other.memory, places

    @property
    def is_known(self) -> bool:
        """Whether the elements are known."""
        return self.memory is not None and self.places is not None and self.memory.values is not None

    @property
    def values(self) -> tuple[Element, ...] | None:
        """The elements in row-major order, None where they are not known."""
        if self.memory is None or self.places is None:
            return None
        known = self.memory.values
        if known is None or (type(self.places) is range and self.places == range(len(known))):
            return known
        return tuple([known[place] for place in self.places])

    @property
    def elements(self) -> Elements | None:
        """The elements as nested lists, None where they are not known."""
        values = self.values
        return None if values is None else nested(values, [dim for dim in self.shape.dims if isinstance(dim, int)])

    def write(self, values: Sequence[Element] | None) -> None:
        """Write to all elements; None: what is not known."""
        if self.memory is None:
            return
        if values is None or self.places is None or len(set(self.places)) < len(self.places):
            self.memory.forget()  # of elements that share a place it depends which comes last
        else:
            self.memory.put(self.places, values)

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

    def narrow(self, shape: Shape) -> list[tuple[Tensor, Shape]]:
        """Give a tensor of unknown rank the rank of ``shape``, and its dims where they were not known before.

        So with what it was made of (:meth:`resized`), in a loop, as there may be any number of operations in between.
        Returns each that changed, with the shape that it had: in an arm of an unknown branch that is undone (``Heap.narrow``).
        """
        tensor, before, changes = self, self.shape, []
        while tensor._take(shape):
            changes.append((tensor, before))
            if tensor._made_of is None:
                break
            found = tensor.shape
            tensor, changed = tensor._made_of
            before = tensor.shape
            tail = [size for index in range(-changed, 0) if (size := tensor.size(index)) is not None]
            shape = Shape((*found.dims[: len(found.dims) - changed], *tail), found.lead)
        return changes

    def _take(self, shape: Shape) -> bool:
        """Become of the rank of ``shape``; False if it has one already."""
        if self.shape.lead is None or len(self.shape.dims) > len(shape.dims):
            return False
        dims = list(shape.dims)
        known = self.shape.dims
        for index, dim in enumerate(dims[: len(dims) - len(known)]):
            if isinstance(dim, Expr) and dim.as_symbol is not None and dim.as_symbol.uid:
                # In another arm of a branch too it is the same size of the same tensor.
                dims[index] = self._shown.setdefault(index, dim)
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


def tensors_in(value: Value) -> Iterator[Tensor]:
    """All tensors in a value: itself, those of a list, a tuple or a dict, and those inside of these, in order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from tensors_in(part)


class Fractions(Tensor):
    """A tensor that certainly has fractions for elements, real or complex: no index.

    ``"float"`` is else what a tensor is taken for of whose elements the code says nothing.  What operators and layers make of
    one is a plain tensor again, unless ``ops/fractional.py`` and ``layers/fractional.py`` say otherwise.
    """

    __slots__ = ()

    @classmethod
    def of(cls, tensor: Tensor) -> Fractions:
        """The same tensor, of which that is known."""
        made = cls(tensor.shape, tensor.dtype)
        made.memory, made.places = tensor.memory, tensor.places
        made._asked, made._made_of, made._shown = tensor._asked, tensor._made_of, tensor._shown
        return made


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
