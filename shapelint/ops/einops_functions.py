"""The functions of einops: dimensions are split, merged, moved, repeated and reduced as a pattern says.

Axes that share a dimension (``(h p)``) multiply to it; at most one of them may have no given length.
https://einops.rocks/api/rearrange/
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ..shapes import Dim, Kind, Needs, Shape, Tensor, fresh
from .declare import op
from .einops_pattern import ELLIPSIS, Group, Pattern, read
from .einsum import einsum as _einsum
from .reshape import _inferred
from .values import integer, reason_of, sequence, unknown_tensor

__all__ = ["einops_einsum", "pack", "parse_shape", "rearrange", "reduce", "repeat", "unpack"]

Sizes = dict[str, Any]
"""Lengths of the named axes; of the ellipsis, a tuple of dims."""


@op("einops.rearrange", "tensor, pattern, **axes_lengths", formula="'b c (h p) -> b h (p c)': the axes of the pattern")
def rearrange(need: Needs, tensor: Any, pattern: Any, axes_lengths: Mapping[str, Any]) -> Tensor:
    """Axes in another order, split and merged."""
    return _transformed(need, "rearrange", tensor, pattern, axes_lengths)


@op("einops.repeat", "tensor, pattern, **axes_lengths", formula="'d -> b d': new axes of the given lengths")
def repeat(need: Needs, tensor: Any, pattern: Any, axes_lengths: Mapping[str, Any]) -> Tensor:
    """New axes, whose lengths are given."""
    return _transformed(need, "repeat", tensor, pattern, axes_lengths)


@op(
    "einops.reduce", "tensor, pattern, reduction, **axes_lengths",
    formula="'b n d -> b d': axes that are not on the right side are gone",
)  # fmt: skip
def reduce(need: Needs, tensor: Any, pattern: Any, reduction: Any, axes_lengths: Mapping[str, Any]) -> Tensor:
    """Axes that the right side lacks are reduced."""
    return _transformed(need, "reduce", tensor, pattern, axes_lengths)


def _transformed(need: Needs, name: str, tensor: Any, pattern: Any, lengths: Mapping[str, Any]) -> Tensor:
    given = _stacked(tensor)
    said = read(pattern) if isinstance(pattern, str) else None
    if given is None or said is None or "**" in lengths:
        return unknown_tensor(reason_of(pattern if given is not None else tensor, f"the pattern of {name}"))
    sizes: Sizes = {axis: integer(need, length, axis) for axis, length in lengths.items()}
    dims = _dims(need, name, given, said, pattern)
    if dims is None:
        return unknown_tensor(f"{name} of a tensor of unknown rank", given.dtype)
    _match(need, said, dims, sizes, f"{name} '{pattern}'")
    missing = {axis for group in said.right for axis in group if not axis.isdigit()} - sizes.keys()
    need.require(not missing, Kind.OPERANDS, f"axes {', '.join(sorted(missing))} of {name} '{pattern}' have no length")
    return Tensor(Shape(tuple(dim for group in said.right for dim in _composed(group, sizes))), given.dtype)


def _stacked(value: Any) -> Tensor | None:
    """A tensor; a list of tensors of one shape is stacked."""
    if isinstance(value, Tensor):
        return value
    if not isinstance(value, (list, tuple)) or not value or not all(isinstance(item, Tensor) for item in value):
        return None
    first = value[0]
    return None if first.shape.lead is not None else Tensor(Shape((len(value), *first.shape.dims)), first.dtype)


def _dims(need: Needs, name: str, given: Tensor, said: Pattern, pattern: str) -> tuple[Dim, ...] | None:
    """The dims of the input; of an unknown rank, one unknown for each of the pattern."""
    count = len(said.left) - (said.left_ellipsis is not None)
    if given.shape.lead is not None:
        if said.left_ellipsis is not None:
            return None
        return tuple(fresh(group[0] if len(group) == 1 else "D", reason=given.shape.lead) for group in said.left)
    dims = given.shape.dims
    fits = len(dims) == count if said.left_ellipsis is None else len(dims) >= count
    message = f"{count} axes of {name} '{pattern}' for {len(dims)} dimensions: {given.shape}"
    need.require(fits, Kind.OPERANDS, message)
    return dims


def _match(need: Needs, said: Pattern, dims: tuple[Dim, ...], sizes: Sizes, title: str) -> None:
    """Learn the lengths of the axes from the dims of the input."""
    ellipsis = said.left_ellipsis
    if ellipsis is not None:
        behind = len(said.left) - ellipsis - 1
        sizes[ELLIPSIS] = dims[ellipsis : len(dims) - behind]
        dims = (*dims[:ellipsis], math.prod(sizes[ELLIPSIS]), *dims[len(dims) - behind :])
    for index, (group, dim) in enumerate(zip(said.left, dims, strict=True)):
        if index == ellipsis:
            continue
        known = [int(axis) if axis.isdigit() else sizes[axis] for axis in group if axis.isdigit() or axis in sizes]
        open_axes = [axis for axis in group if not axis.isdigit() and axis not in sizes]
        whole = math.prod(known)
        if not open_axes:
            need.equal(whole, dim, Kind.OPERANDS, f"{whole} for ({' '.join(group)}) of {title}, got {dim}")
        elif len(open_axes) == 1:
            sizes[open_axes[0]] = dim if not known else _inferred(need, dim, whole, (*known, -1), "axes_lengths")
        else:
            sizes.update({axis: fresh("D", reason=f"{title} has several unknown axes") for axis in open_axes})


def _composed(group: Group, sizes: Sizes) -> tuple[Dim, ...]:
    """The dims that a group of the right side makes: one, or those of a bare ellipsis."""
    if group == (ELLIPSIS,):
        return tuple(sizes[ELLIPSIS])
    product: Dim = 1
    for axis in group:
        product = product * (
            int(axis) if axis.isdigit() else math.prod(sizes[axis]) if axis == ELLIPSIS else sizes[axis]
        )
    return (product,)


@op("einops.einsum", "*tensors_and_pattern", formula="'b i d, b j d -> b i j': as torch.einsum, names for letters")
def einops_einsum(need: Needs, tensors_and_pattern: Sequence[Any]) -> Any:
    """``torch.einsum`` with names, the pattern last."""
    *tensors, pattern = tensors_and_pattern or (None,)
    if not isinstance(pattern, str):
        return unknown_tensor(reason_of(pattern, "the pattern of an einsum"))
    names = [word for word in pattern.replace("->", " ").replace(",", " ").split() if word != ELLIPSIS]
    letters = dict(zip(dict.fromkeys(names), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", strict=False))
    spaced = pattern.replace("->", " -> ").replace(",", " , ").split()
    return _einsum.shape(need, equation="".join(letters.get(word, word) for word in spaced), operands=tuple(tensors))


@op("einops.pack", "tensors, pattern", formula="'b * d': (b, *any, d), ... -> (b, n, d), [any, ...]")
def pack(need: Needs, tensors: Any, pattern: Any) -> Any:
    """Tensors joined along the flattened dims of ``*``, and these dims of each."""
    given = sequence(tensors)
    place = _star(pattern)
    if given is None or place is None or not all(isinstance(t, Tensor) and t.shape.lead is None for t in given):
        return (unknown_tensor("a pack of unknown tensors"), unknown_tensor("the shapes of unknown tensors"))
    before, behind = place
    shapes: list[tuple[Dim, ...]] = []
    total: Dim = 0
    for tensor in given:
        dims = tensor.shape.dims
        message = f"{before + behind} axes of pack '{pattern}' for {len(dims)} dimensions: {tensor.shape}"
        need.require(len(dims) >= before + behind, Kind.OPERANDS, message)
        shapes.append(dims[before : len(dims) - behind])
        total = total + math.prod(shapes[-1])
    first = given[0].shape.dims
    return Tensor(Shape((*first[:before], total, *first[len(first) - behind :])), given[0].dtype), list(shapes)


@op("einops.unpack", "tensor, packed_shapes, pattern", formula="'b * d': (b, n, d) -> (b, *any, d), ...")
def unpack(need: Needs, tensor: Any, packed_shapes: Any, pattern: Any) -> Any:
    """What was packed: a list of tensors whose dims at ``*`` are those of ``packed_shapes``."""
    shapes, place = sequence(packed_shapes), _star(pattern)
    parts = None if shapes is None else [sequence(shape) for shape in shapes]
    if parts is None or place is None or not isinstance(tensor, Tensor) or tensor.shape.lead is not None:
        return unknown_tensor("an unpacking of unknown tensors")
    before, behind = place
    dims = tensor.shape.dims
    need.require(len(dims) == before + behind + 1, Kind.OPERANDS, f"unpack '{pattern}' of {tensor.shape}")
    return [_part(need, tensor, part, parts, before) for part in parts]


def _part(need: Needs, tensor: Tensor, part: Any, parts: Sequence[Any], before: int) -> Tensor:
    dims = tensor.shape.dims
    if part is None or (-1 in part and (len(part) > 1 or any(other is None for other in parts))):
        return unknown_tensor("a part of unknown shape", tensor.dtype)
    if -1 in part:
        others = sum(math.prod(other) for other in parts if other is not part)
        part = (dims[before] - others,)
    middle = tuple(integer(need, dim, "packed_shapes") for dim in part)
    return Tensor(Shape((*dims[:before], *middle, *dims[before + 1 :])), tensor.dtype)


def _star(pattern: Any) -> tuple[int, int] | None:
    """How many axes stand before and behind the star."""
    words = pattern.split() if isinstance(pattern, str) else []
    return (words.index("*"), len(words) - words.index("*") - 1) if words.count("*") == 1 else None


@op("einops.parse_shape", "x, pattern", formula="'b c _ w': a dict from the names to the dims")
def parse_shape(need: Needs, x: Any, pattern: Any) -> Any:
    """The sizes of the named axes; ``_`` is passed over."""
    names = pattern.split() if isinstance(pattern, str) else []
    if not isinstance(x, Tensor) or not names or ELLIPSIS in names or "(" in str(pattern):
        return unknown_tensor("the named sizes of an unknown tensor")
    message = f"{len(names)} axes of '{pattern}' for {x.shape}"
    need.require(x.shape.lead is not None or len(x.shape.dims) == len(names), Kind.OPERANDS, message)
    sizes = [x.size(index) for index in range(len(names))]
    return {name: size for name, size in zip(names, sizes, strict=True) if name != "_" and not name.isdigit()}
