"""Images sampled at other places: grid_sample and affine_grid."""

from __future__ import annotations

from ..shapes import Kind, Needs, Shape, Tensor, Value
from .axes import extent, rank_of
from .declare import op
from .operand_values import operand, reason_of, sequence, unknown_tensor


@op(
    "F.grid_sample",
    "input, grid, mode='bilinear', padding_mode='zeros', align_corners=None",
    formula="(N, C, H, W), (N, A, B, 2) -> (N, C, A, B); with depth (N, A, B, D, 3)",
)
def grid_sample(
    need: Needs, input: Tensor, grid: Value, mode: Value, padding_mode: Value, align_corners: Value
) -> Tensor:
    """The grid gives the size; its last dimension holds coordinates."""
    places = operand(need, grid, "grid")
    one, two = rank_of(input), rank_of(places)
    for rank, tensor in ((one, input), (two, places)):
        need.require(
            rank in (4, 5, None),
            Kind.OPERANDS,
            f"4 or 5 dimensions expected in grid_sample, got {rank}: {tensor.shape}",
        )
    rank = one or two
    if rank is None:
        return unknown_tensor("a grid_sample of unknown rank", input.dtype)
    if one is not None and two is not None:
        need.require(
            one == two,
            Kind.OPERANDS,
            f"an input of {one} and a grid of {two} dimensions: {input.shape}, {places.shape}",
        )
    image, points = ([tensor.size(index) for index in range(-rank, 0)] for tensor in (input, places))
    batch, channels = image[0], image[1]
    assert batch is not None and channels is not None and points[0] is not None and points[-1] is not None
    need.equal(
        batch, points[0], Kind.OPERANDS, f"{batch} and {points[0]} samples: {input.shape}, {places.shape}", "grid"
    )
    need.equal(
        points[-1],
        rank - 2,
        Kind.OPERANDS,
        f"{rank - 2} coordinates expected, got {points[-1]}: {places.shape}",
        "grid",
    )
    for size in image[2:]:
        assert size is not None
        need.at_least(size, 1, Kind.EMPTY, f"an empty input to sample from: {input.shape}")
    return Tensor(Shape((batch, channels, *(p for p in points[1:-1] if p is not None))), input.dtype)


@op("F.affine_grid", "theta, size, align_corners=None", formula="(N, 2, 3), size (N, C, H, W) -> (N, H, W, 2)")
def affine_grid(need: Needs, theta: Value, size: Value, align_corners: Value) -> Tensor:
    """A grid for ``grid_sample``."""
    matrices = operand(need, theta, "theta")
    given = sequence(size)
    if given is None:
        return unknown_tensor(reason_of(size, "the size of a grid"))
    need.require(len(given) in (4, 5), Kind.OPERANDS, f"4 or 5 sizes expected in affine_grid, got {len(given)}", "size")
    sizes = extent(need, given)
    axes = len(sizes) - 2
    for dim in sizes:
        need.at_least(dim, 1, Kind.ARGUMENT, f"{dim} is no valid size in affine_grid: it must be positive", "size")
    if matrices.shape.rank is not None:
        message = f"matrices of shape ({sizes[0]}, {axes}, {axes + 1}) expected, got {matrices.shape}"
        need.require(len(matrices.shape.dims) == 3, Kind.OPERANDS, message, "theta")
        for have, want in zip(matrices.shape.dims, (sizes[0], axes, axes + 1), strict=True):
            need.equal(have, want, Kind.OPERANDS, message, "theta")
    return Tensor(Shape((sizes[0], *sizes[2:], axes)), matrices.dtype)
