"""Max unpooling."""

from __future__ import annotations

from collections.abc import Mapping

from ..shapes import Dim, Kind, Needs, Tensor, Value, fresh
from .argument_readers import entries, ntuple, sizes
from .declare import Args, layer
from .image_axes import batched, image, nonempty
from .pool import exactly


def _unpool_construct(need: Needs, a: Args) -> Mapping[str, Value]:
    stride = a.kernel_size if a.stride is None else a.stride
    given = {"kernel_size": a.kernel_size, "stride": stride, "padding": a.padding}
    return {name: ntuple(value, a.spatial) for name, value in given.items()}


def _first(need: Needs, a: Args, name: str, kind: Kind = Kind.ARGUMENT) -> tuple[Dim, ...]:
    """One number for each axis; torch never looks at further ones, except in three dimensions."""
    given = getattr(a, name)
    if isinstance(given, (tuple, list)):
        message = f"{a.spatial} numbers expected for {name}, got {len(given)}"
        need.require(len(given) >= a.spatial, kind, message, name)
    if a.spatial < 3 and isinstance(given, (tuple, list)):
        given = given[: a.spatial]
    return entries(need, given, a.spatial, name, kind)


@layer(
    "MaxUnpool{1,2,3}d",
    "kernel_size, stride=None, padding=0",
    inputs="input, indices, output_size=None",
    formula="(N, C, H) -> (N, C, (H - 1)*stride - 2*padding + kernel_size), or output_size",
    construct=_unpool_construct,
    expects=lambda a: (batched(None, a.spatial), batched(None, a.spatial)),
)
def max_unpool(need: Needs, a: Args, input: Tensor, indices: Tensor, output_size: Value = None) -> Tensor:
    """``(N, C, H, W) -> (N, C, H', W')``, batch optional; ``output_size`` may be off by less than a stride."""
    taken = image(need, input, a.spatial)
    _same_shape(need, input, indices)
    nonempty(need, taken)
    if isinstance(a.kernel_size, (tuple, list)):
        exactly(need, a, a.kernel_size, "kernel_size")
    kernel, stride = sizes(need, a, "kernel_size"), _first(need, a, "stride")
    padding = _first(need, a, "padding", Kind.PADDING)
    size = tuple((n - 1) * s - 2 * p + k for n, s, p, k in zip(taken.size, stride, padding, kernel, strict=True))
    if output_size is not None:
        size = _asked(need, a, size, stride, output_size)
    for n in size:
        need.at_least(n, 0, Kind.EMPTY, f"{n} wide output: no output left", "padding")
    return taken.tensor(taken.channels, size)


def _same_shape(need: Needs, input: Tensor, indices: Tensor) -> None:
    if input.shape.lead is not None or indices.shape.lead is not None:
        return
    message = f"indices of shape {input.shape} expected, got {indices.shape}"
    need.require(len(input.shape.dims) == len(indices.shape.dims), Kind.OPERANDS, message)
    for left, right in zip(input.shape.dims, indices.shape.dims, strict=True):
        need.equal(left, right, Kind.OPERANDS, message)


def _asked(
    need: Needs, a: Args, default: tuple[Dim, ...], stride: tuple[Dim, ...], output_size: Value
) -> tuple[Dim, ...]:
    """``output_size``, which must lie within a stride of the ``default`` size."""
    if not isinstance(output_size, (tuple, list)):
        return tuple(fresh("H", reason="output_size is not known") for _ in default)
    need.require(
        len(output_size) in (a.spatial, a.spatial + 2),
        Kind.ARGUMENT,
        f"{a.spatial} numbers expected for output_size, got {len(output_size)}",
    )
    wanted = entries(need, tuple(output_size[-a.spatial :]), a.spatial, "output_size")
    for want, n, s in zip(wanted, default, stride, strict=True):
        message = f"output_size {want} is not in {n - s + 1}..{n + s - 1}"
        need.at_least(want, n - s + 1, Kind.ARGUMENT, message)
        need.at_least(n + s - 1, want, Kind.ARGUMENT, message)
    return wanted
