"""The functions of einops: dimensions are split, merged, moved, repeated and reduced as a pattern says.

Axes that share a dimension (``(h p)``) multiply to it; at most one of them may have no given length.
https://einops.rocks/api/rearrange/
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Value, fresh
from .axes import size
from .declare import op
from .einops_pattern import ELLIPSIS, Group, Pattern, is_number, misuse, read, read_side, star
from .einsum import einsum as _einsum
from .join import joined, stack
from .operand_values import integer, plain_sizes, promote, reason_of, sequence, unknown_tensor
from .reshape import filled, inferred

__all__ = [
    "Sizes",
    "composed",
    "einops_einsum",
    "input_dims",
    "learn_lengths",
    "pack",
    "parse_shape",
    "rearrange",
    "reduce",
    "repeat",
    "unpack",
]

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

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
    return _transformed(need, "reduce", tensor, pattern, axes_lengths, reduction)


def _transformed(
    need: Needs, name: str, tensor: Value, pattern: Value, lengths: Mapping[str, Value], reduction: Value = None
) -> Tensor:
    given = _stacked(need, tensor)
    if not isinstance(pattern, str) or "**" in lengths:
        return unknown_tensor(reason_of(pattern, f"the pattern of {name}"))
    said = read(pattern)
    fault = said if isinstance(said, str) else misuse(name, said, lengths, reduction)
    need.require(fault is None, Kind.OPERANDS, f"{name} '{pattern}': {fault}")
    if given is None or isinstance(said, str):
        return unknown_tensor(reason_of(tensor, f"the tensor of {name}"))
    sizes: Sizes = {axis: (integer(need, length, axis),) for axis, length in lengths.items()}
    dims = input_dims(need, name, given, said, pattern)
    if dims is None:
        return unknown_tensor(f"{name} of a tensor of unknown rank", given.dtype)
    learn_lengths(need, said, dims, sizes, f"{name} '{pattern}'")
    return Tensor(Shape(tuple(dim for group in said.right for dim in composed(group, sizes))), given.dtype)


def _stacked(need: Needs, value: Value) -> Tensor | None:
    """A tensor; a list of tensors of one shape is stacked, and a tuple is refused."""
    if isinstance(value, Tensor):
        return value
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, Tensor) for item in value):
        return None
    need.require(isinstance(value, list) and bool(value), Kind.OPERANDS, "a tensor or a list of tensors expected")
    return stack.shape(need, value, 0, None)


def input_dims(need: Needs, name: str, given: Tensor, said: Pattern, pattern: str) -> tuple[Dim, ...] | None:
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


def learn_lengths(need: Needs, said: Pattern, dims: tuple[Dim, ...], sizes: Sizes, title: str) -> None:
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


def composed(group: Group, sizes: Sizes) -> tuple[Dim, ...]:
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
    parts = pattern.split("->")
    need.require(len(parts) == 2, Kind.OPERANDS, f"einsum '{pattern}': one -> expected, got {len(parts) - 1}")
    terms = [read_side(term, underscore=True, repeated=True) for term in parts[0].split(",")]
    letters: dict[str, str] = {}
    spelled = [_lettered(need, pattern, side, letters) for side in (*terms, read_side(parts[1], underscore=True))]
    return _einsum.shape(need, f"{','.join(spelled[:-1])}->{spelled[-1]}", tuple(tensors))


def _lettered(need: Needs, pattern: str, side: tuple[Group, ...] | str, letters: dict[str, str]) -> str:
    """One term of an einsum with a letter for each name."""
    need.require(not isinstance(side, str), Kind.OPERANDS, f"einsum '{pattern}': {side}")
    found = []
    for group in side:
        plain = len(group) == 1 and not is_number(group[0])
        need.require(plain, Kind.OPERANDS, f"einsum '{pattern}': one name for each dimension expected, got {group}")
        dots = group in ((ELLIPSIS,), ("\u2026",))  # the character is an ellipsis in an einsum only
        found.append(ELLIPSIS if dots else letters.setdefault(group[0], _LETTERS[len(letters) % 52]))
    return "".join(found)


@op("einops.pack", "tensors, pattern", formula="'b * d': (b, *any, d), ... -> (b, n, d), [any, ...]")
def pack(need: Needs, tensors: Value, pattern: Value) -> tuple[Tensor, Value]:
    """Tensors joined along the flattened dims of ``*``, and these dims of each."""
    members, place = sequence(tensors) or (), _star(need, "pack", pattern)
    given = [member for member in members if isinstance(member, Tensor) and member.shape.lead is None]
    if not members or len(given) < len(members) or place is None:
        return (unknown_tensor("a pack of unknown tensors"), unknown_tensor("the shapes of unknown tensors"))
    before, behind = place
    shapes: list[tuple[Dim, ...]] = []
    flat = []
    for tensor in given:
        dims = tensor.shape.dims
        message = f"{before + behind} axes of pack '{pattern}' for {len(dims)} dimensions: {tensor.shape}"
        need.require(len(dims) >= before + behind, Kind.OPERANDS, message)
        end = len(dims) - behind
        shapes.append(dims[before:end])
        flat.append(Tensor(Shape((*dims[:before], math.prod(shapes[-1]), *dims[end:])), tensor.dtype))
    return joined(need, flat, before, promote(tensor.dtype for tensor in flat)), shapes


@op("einops.unpack", "tensor, packed_shapes, pattern", formula="'b * d': (b, n, d) -> (b, *any, d), ...")
def unpack(need: Needs, tensor: Value, packed_shapes: Value, pattern: Value) -> Tensor | list[Tensor]:
    """What was packed: a list of tensors whose dims at ``*`` are those of ``packed_shapes``."""
    shapes, place = sequence(packed_shapes), _star(need, "unpack", pattern)
    parts = None if shapes is None else [sequence(shape) for shape in shapes]
    if parts is None or place is None or not isinstance(tensor, Tensor) or tensor.shape.lead is not None:
        return unknown_tensor("an unpacking of unknown tensors")
    before, behind = place
    dims = tensor.shape.dims
    need.require(len(dims) == before + behind + 1, Kind.OPERANDS, f"unpack '{pattern}' of {tensor.shape}")
    sizes = [None if part is None else plain_sizes(part) for part in parts]
    known = [part for part in sizes if part is not None]
    open_parts = [part for part in known if -1 in part]
    message = f"unpack '{pattern}' of {tensor.shape} into {packed_shapes}"
    need.require(len(open_parts) <= 1, Kind.OPERANDS, message)
    if len(known) < len(sizes):
        settled = [None if part is None or -1 in part else part for part in sizes]
        return [_part(tensor, before, whole) for whole in settled]
    rest = dims[before] - sum((math.prod(part) for part in known if -1 not in part), 0)
    if open_parts:
        need.at_least(rest, 0, Kind.OPERANDS, message)
    elif known:
        need.equal(rest, 0, Kind.OPERANDS, message)
    wholes = [filled(need, rest, part, "packed_shapes") if -1 in part else part for part in known]
    return [_part(tensor, before, whole) for whole in wholes]


def _part(tensor: Tensor, at: int, middle: tuple[Dim, ...] | None) -> Tensor:
    """A part of an unpacked tensor, with the dims ``middle`` in place of dimension ``at``."""
    dims = tensor.shape.dims
    if middle is None:
        return unknown_tensor("a part of unknown shape", tensor.dtype)
    return Tensor(Shape((*dims[:at], *middle, *dims[at + 1 :])), tensor.dtype)


def _star(need: Needs, name: str, pattern: Value) -> tuple[int, int] | None:
    """How many axes come before and after the star."""
    if not isinstance(pattern, str):
        return None
    found = star(pattern)
    need.require(not isinstance(found, str), Kind.OPERANDS, f"{name} '{pattern}': {found}")
    return None if isinstance(found, str) else found


@op("einops.parse_shape", "x, pattern", formula="'b c _ w': a dict from the names to the dims")
def parse_shape(need: Needs, x: Value, pattern: Value) -> Tensor | dict[str, Dim]:
    """The sizes of the named axes; ``_`` is passed over, and numbers must be the sizes that they name."""
    if not isinstance(x, Tensor) or not isinstance(pattern, str):
        return unknown_tensor("the named sizes of an unknown tensor")
    side = read_side(pattern, underscore=True)
    title = f"parse_shape '{pattern}'"
    need.require(not isinstance(side, str), Kind.OPERANDS, f"{title}: {side}")
    if isinstance(side, str) or (x.shape.lead is not None and (ELLIPSIS,) in side):
        return unknown_tensor("the named sizes of a tensor of unknown rank")
    need.require(all(len(group) <= 1 for group in side), Kind.OPERANDS, f"{title}: several axes in one dimension")
    count, rank = len(side), x.shape.rank
    message = f"{count} axes of '{pattern}' for {x.shape}"
    if (ELLIPSIS,) in side and rank is not None:
        need.require(rank >= count - 1, Kind.OPERANDS, message)
        at = side.index((ELLIPSIS,))
        side = (*side[:at], *[("_",)] * (rank - count + 1), *side[at + 1 :])
    else:
        need.require(rank is None or rank == count, Kind.OPERANDS, message)
    sizes: dict[str, Dim] = {}
    for index, group in enumerate(side):
        axis, dim = group[0] if group else "1", size(x, index)
        if is_number(axis):
            need.equal(dim, int(axis), Kind.OPERANDS, f"{title}: {axis} expected, got {dim}")
        elif axis != "_":
            sizes[axis] = dim
    return sizes
