"""The functions of einops: dimensions are split, merged, moved, repeated and reduced as a pattern says.

Axes that share a dimension (``(h p)``) multiply to it; at most one of them may have no given length.
https://einops.rocks/api/rearrange/
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Value, fresh
from .axes import size
from .declare import op
from .einops_pattern import ELLIPSIS, Group, Pattern, read
from .einsum import einsum as _einsum
from .reshape import inferred
from .values import integer, plain_sizes, reason_of, sequence, unknown_tensor

__all__ = ["einops_einsum", "pack", "parse_shape", "rearrange", "reduce", "repeat", "unpack"]

Sizes: TypeAlias = dict[str, tuple[Dim, ...]]
"""What the names of a pattern stand for: an axis for its length alone, the ellipsis for any number of dims."""


@op("einops.rearrange", "tensor, pattern, **axes_lengths", formula="'b c (h p) -> b h (p c)': the axes of the pattern")
def rearrange(need: Needs, tensor: Value, pattern: Value, axes_lengths: Mapping[str, Value]) -> Tensor:
    """Axes in another order, split and merged."""
    return _transformed(need, "rearrange", tensor, pattern, axes_lengths)


@op("einops.repeat", "tensor, pattern, **axes_lengths", formula="'d -> b d': new axes of the given lengths")
def repeat(need: Needs, tensor: Value, pattern: Value, axes_lengths: Mapping[str, Value]) -> Tensor:
    """New axes, whose lengths are given."""
    return _transformed(need, "repeat", tensor, pattern, axes_lengths)


@op(
    "einops.reduce", "tensor, pattern, reduction, **axes_lengths",
    formula="'b n d -> b d': axes that are not on the right side are gone",
)  # fmt: skip
def reduce(need: Needs, tensor: Value, pattern: Value, reduction: Value, axes_lengths: Mapping[str, Value]) -> Tensor:
    """Axes that the right side lacks are reduced."""
    return _transformed(need, "reduce", tensor, pattern, axes_lengths)


def _transformed(need: Needs, name: str, tensor: Value, pattern: Value, lengths: Mapping[str, Value]) -> Tensor:
    given = _stacked(tensor)
    text = pattern if isinstance(pattern, str) else ""
    said = read(text)
    if given is None or said is None or "**" in lengths:
        return unknown_tensor(reason_of(pattern if given is not None else tensor, f"the pattern of {name}"))
    sizes: Sizes = {axis: (integer(need, length, axis),) for axis, length in lengths.items()}
    dims = _dims(need, name, given, said, text)
    if dims is None:
        return unknown_tensor(f"{name} of a tensor of unknown rank", given.dtype)
    _match(need, said, dims, sizes, f"{name} '{text}'")
    missing = {axis for group in said.right for axis in group if not axis.isdecimal()} - sizes.keys()
    need.require(not missing, Kind.OPERANDS, f"axes {', '.join(sorted(missing))} of {name} '{text}' have no length")
    return Tensor(Shape(tuple(dim for group in said.right for dim in _composed(group, sizes))), given.dtype)


def _stacked(value: Value) -> Tensor | None:
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
        known = [_length(axis, sizes) for axis in group if axis.isdecimal() or axis in sizes]
        open_axes = [axis for axis in group if not axis.isdecimal() and axis not in sizes]
        whole: Dim = math.prod(known)
        if not open_axes:
            need.equal(whole, dim, Kind.OPERANDS, f"{whole} for ({' '.join(group)}) of {title}, got {dim}")
        elif len(open_axes) == 1:
            length = dim if not known else inferred(need, dim, whole, (*known, -1), "axes_lengths")
            sizes[open_axes[0]] = (length,)
        else:
            sizes.update({axis: (fresh("D", reason=f"{title} has several unknown axes"),) for axis in open_axes})


def _composed(group: Group, sizes: Sizes) -> tuple[Dim, ...]:
    """The dims that a group of the right side makes: one, or those of a bare ellipsis."""
    if group == (ELLIPSIS,):
        return sizes[ELLIPSIS]
    if len(group) == 1:  # the usual one, for which there is nothing to multiply
        return (_length(group[0], sizes),)
    return (math.prod(_length(axis, sizes) for axis in group),)


def _length(axis: str, sizes: Sizes) -> Dim:
    """The length of an axis, which may be a number itself; of the ellipsis, the product of its dims."""
    if axis.isdecimal():
        return int(axis)
    dims = sizes[axis]
    return dims[0] if len(dims) == 1 else math.prod(dims)


@op("einops.einsum", "*tensors_and_pattern", formula="'b i d, b j d -> b i j': as torch.einsum, names for letters")
def einops_einsum(need: Needs, tensors_and_pattern: tuple[Value, ...]) -> Tensor:
    """``torch.einsum`` with names, the pattern last."""
    *tensors, pattern = tensors_and_pattern or (None,)
    if not isinstance(pattern, str):
        return unknown_tensor(reason_of(pattern, "the pattern of an einsum"))
    names = [word for word in pattern.replace("->", " ").replace(",", " ").split() if word != ELLIPSIS]
    letters = dict(zip(dict.fromkeys(names), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", strict=False))
    spaced = pattern.replace("->", " -> ").replace(",", " , ").split()
    return _einsum.shape(need, "".join(letters.get(word, word) for word in spaced), tuple(tensors))


@op("einops.pack", "tensors, pattern", formula="'b * d': (b, *any, d), ... -> (b, n, d), [any, ...]")
def pack(need: Needs, tensors: Value, pattern: Value) -> tuple[Tensor, Value]:
    """Tensors joined along the flattened dims of ``*``, and these dims of each."""
    members, place = sequence(tensors) or (), _star(pattern)
    given = [member for member in members if isinstance(member, Tensor) and member.shape.lead is None]
    if not members or len(given) < len(members) or place is None:
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
    return Tensor(Shape((*first[:before], total, *first[len(first) - behind :])), given[0].dtype), shapes


@op("einops.unpack", "tensor, packed_shapes, pattern", formula="'b * d': (b, n, d) -> (b, *any, d), ...")
def unpack(need: Needs, tensor: Value, packed_shapes: Value, pattern: Value) -> Tensor | list[Tensor]:
    """What was packed: a list of tensors whose dims at ``*`` are those of ``packed_shapes``."""
    shapes, place = sequence(packed_shapes), _star(pattern)
    parts = None if shapes is None else [sequence(shape) for shape in shapes]
    if parts is None or place is None or not isinstance(tensor, Tensor) or tensor.shape.lead is not None:
        return unknown_tensor("an unpacking of unknown tensors")
    before, behind = place
    dims = tensor.shape.dims
    need.require(len(dims) == before + behind + 1, Kind.OPERANDS, f"unpack '{pattern}' of {tensor.shape}")
    return [_part(need, tensor, index, parts, before) for index in range(len(parts))]


def _part(need: Needs, tensor: Tensor, index: int, parts: Sequence[tuple[Value, ...] | None], before: int) -> Tensor:
    """The part ``index``, whose dims ``parts[index]`` stand in for dimension ``before``; a lone -1 is what the others leave."""
    dims, part = tensor.shape.dims, parts[index]
    if part is None:
        return unknown_tensor("a part of unknown shape", tensor.dtype)
    middle = tuple(integer(need, dim, "packed_shapes") for dim in part)
    if -1 in middle:
        others = [None if other is None else plain_sizes(other) for other in (*parts[:index], *parts[index + 1 :])]
        known = [math.prod(sizes) for sizes in others if sizes is not None]
        if len(middle) > 1 or len(known) < len(others):
            return unknown_tensor("a part of unknown shape", tensor.dtype)
        middle = (dims[before] - sum(known, 0),)
    return Tensor(Shape((*dims[:before], *middle, *dims[before + 1 :])), tensor.dtype)


def _star(pattern: Value) -> tuple[int, int] | None:
    """How many axes come before and after the star."""
    words = pattern.split() if isinstance(pattern, str) else []
    return (words.index("*"), len(words) - words.index("*") - 1) if words.count("*") == 1 else None


@op("einops.parse_shape", "x, pattern", formula="'b c _ w': a dict from the names to the dims")
def parse_shape(need: Needs, x: Value, pattern: Value) -> Tensor | dict[str, Dim]:
    """The sizes of the named axes; ``_`` is passed over."""
    names = pattern.split() if isinstance(pattern, str) else []
    if not isinstance(x, Tensor) or not names or ELLIPSIS in names or "(" in str(pattern):
        return unknown_tensor("the named sizes of an unknown tensor")
    message = f"{len(names)} axes of '{pattern}' for {x.shape}"
    need.require(x.shape.lead is not None or len(x.shape.dims) == len(names), Kind.OPERANDS, message)
    sizes = [size(x, index) for index in range(len(names))]
    return {name: dim for name, dim in zip(names, sizes, strict=True) if name != "_" and not name.isdecimal()}
