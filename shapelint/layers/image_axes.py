"""A tensor taken apart into batch, channels and spatial axes, and put together again."""

from __future__ import annotations

from ..records import dataclass
from ..shapes import Dim, Kind, Needs, Shape, Tensor, fresh
from .declare import Args

__all__ = ["Image", "batched", "expects_image", "image", "nonempty", "ranks", "width"]

_SPATIAL_NAMES = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}


@dataclass(frozen=True, slots=True)
class Image:
    """``(N, C, H, W)``, or ``(C, H, W)`` with an empty ``batch``.  ``lead``: why it is not known which of them; None if it is."""

    batch: tuple[Dim, ...]
    channels: Dim
    size: tuple[Dim, ...]
    lead: str | None
    dtype: str | None

    def tensor(self, channels: Dim, size: tuple[Dim, ...]) -> Tensor:
        """The same batch with other channels and another size."""
        return Tensor(Shape((*self.batch, channels, *size), self.lead), self.dtype)


def image(need: Needs, input: Tensor, spatial: int, *, unbatched: bool = True, name: str = "input") -> Image:
    """``input`` as channels and ``spatial`` axes; ``Reject`` if it has another number of dimensions."""
    rank = input.shape.rank
    allowed = (spatial + 1, spatial + 2) if unbatched else (spatial + 2,)
    text = " or ".join(map(str, allowed))
    if rank is not None:
        need.require(rank in allowed, Kind.OPERANDS, lambda: f"{text} dimensions expected, got {rank}: {input.shape}")
    else:
        known = len(input.shape.dims)
        need.require(known <= allowed[-1], Kind.OPERANDS, f"{text} dimensions expected, got {known} or more")
    tail = tuple(_size(input, index) for index in range(-spatial - 1, 0))
    batch = input.shape.dims[: len(input.shape.dims) - spatial - 1] if len(input.shape.dims) > spatial + 1 else ()
    lead = None if len(batch) == 1 else input.shape.lead
    return Image(batch, tail[0], tail[1:], lead, input.dtype)


def nonempty(need: Needs, taken: Image, *, channels: bool = True) -> None:
    """No axis but the batch may be 0."""

    def message() -> str:
        return f"no channels or axes of 0 expected, got {taken.tensor(taken.channels, taken.size).shape}"

    for n in (taken.channels, *taken.size) if channels else taken.size:
        need.at_least(n, 1, Kind.EMPTY, message)


def batched(channels: Dim | None, spatial: int) -> Shape:
    """``(N, channels, H, W)`` with fresh symbols for what is not known."""
    wide = fresh("C") if channels is None else channels
    return Shape((fresh("N"), wide, *(fresh(name) for name in _SPATIAL_NAMES[spatial])))


def expects_image(a: Args) -> tuple[Shape, ...]:
    """What a layer expects that takes images of any number of channels."""
    return (batched(None, a.spatial),)


def ranks(need: Needs, input: Tensor, least: int, most: int | None, name: str = "") -> None:
    """``input`` must have ``least`` to ``most`` dimensions; None: any number from ``least``."""
    rank, known = input.shape.rank, len(input.shape.dims)
    wanted = f"{least} or more" if most is None else str(least) if least == most else f"{least} or {most}"
    need.require(
        (rank is None or rank >= least) and (most is None or known <= most),
        Kind.OPERANDS,
        lambda: f"{wanted} dimensions expected{f' for {name}' if name else ''}, got {known}: {input.shape}",
    )


def width(need: Needs, input: Tensor, expected: Dim, what: str = "features", argument: str | None = None) -> Shape:
    """The shape of ``input`` without its last dimension, which must be ``expected``."""
    need.require(input.shape.rank != 0, Kind.OPERANDS, "at least 1 dimension expected, got 0")
    last = _size(input, -1)
    need.equal(last, expected, Kind.CHANNELS, lambda: f"{expected} {what} expected, got {last}", argument)
    return Shape(input.shape.dims[:-1], input.shape.lead)


def _size(tensor: Tensor, index: int) -> Dim:
    size = tensor.size(index)
    assert size is not None
    return size
