"""``x.shape`` where the rank is unknown."""

from __future__ import annotations

from collections.abc import Callable

from ...shapes import Shape, Tensor, Unknown, Value, fresh

__all__ = ["ShapeOf"]


class ShapeOf:
    """``x.shape`` of a tensor of unknown rank: ``b, c, h, w = x.shape`` shows that the rank is 4."""

    __slots__ = ("tensor",)

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor

    def unpack(self, count: int, star: int | None, narrow: Callable[[Tensor, Shape], None]) -> list[Value]:
        """One size for each of ``count`` targets, the one at ``star`` excepted.

        Without a starred target the tensor is known to have ``count`` dims from now on, which ``narrow`` notes.
        """
        if star is None:
            names = "NCHW" if count == 4 else "NCDHW" if count == 5 else "NLDEFG"
            dims = (
                tuple(fresh(name) for name in names[:count]) if count <= 6 else tuple(fresh("D") for _ in range(count))
            )
            narrow(self.tensor, Shape(dims))
            if self.tensor.shape.rank == count:
                return list(self.tensor.shape.dims)
            return [Unknown("the rank is not the expected one") for _ in range(count)]
        return [
            self.tensor.size(i if i < star else i - count) if i != star else Unknown("part of an unknown shape")
            for i in range(count)
        ]

    def item(self, index: Value) -> Value:
        """``x.shape[index]``."""
        if isinstance(index, int):
            return self.tensor.size(index)
        return Unknown("a slice of an unknown shape")
