"""``EinMix``: a linear map of some axes, with a weight whose axes are named too.

The rules of its constructor are those of ``einops.layers._einmix`` in einops 0.8.2.  https://einops.rocks/api/einmix/
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Value
from .declare import op
from .einops_functions import Sizes, composed, input_dims, learn_lengths
from .einops_pattern import ELLIPSIS, Group, Pattern, axes_of, is_number, misuse, read, read_side
from .operand_values import integer, unknown_tensor

__all__ = ["einmix", "mix_misuse", "mix_parameters"]


@op(
    "einops.layers.torch.EinMix",
    "tensor, pattern, weight_shape, bias_shape=None, **axes_lengths",
    formula="'b (g i) -> b (g o)' with a weight 'g i o': a linear map of some axes",
)
def einmix(
    need: Needs,
    tensor: Value,
    pattern: Value,
    weight_shape: Value,
    bias_shape: Value,
    axes_lengths: Mapping[str, Value],
) -> Tensor:
    """The axes of the right side, whose lengths come from the input or were given for the weight."""
    said = read(pattern) if isinstance(pattern, str) else None
    if not isinstance(said, Pattern) or not isinstance(tensor, Tensor) or "**" in axes_lengths:
        return unknown_tensor("an EinMix of unknown pattern")
    title = f"EinMix '{pattern}'"
    dims = input_dims(need, "EinMix", tensor, said, str(pattern))
    if dims is None:
        return unknown_tensor("an EinMix of a tensor of unknown rank", tensor.dtype)
    given: Sizes = {axis: (integer(need, length, axis),) for axis, length in axes_lengths.items()}
    if all(len(group) == 1 for group in said.left):  # a sum of products, in which a size of 1 is broadcast
        sizes: Sizes = {}
        learn_lengths(need, said, dims, sizes, title)
        weight = read_side(weight_shape) if isinstance(weight_shape, str) else ()
        own = () if isinstance(weight, str) else axes_of(weight)  # other lengths go unread
        for axis, (length,) in given.items():
            (found,) = sizes.setdefault(axis, (length,))
            if axis not in own:
                continue
            if found != 1 and length != 1:
                need.equal(found, length, Kind.CHANNELS, f"{length} for '{axis}' of {title}, got {found}")
            sizes[axis] = (found if length == 1 else length,)
    else:
        sizes = given
        learn_lengths(need, said, dims, sizes, title)
    missing = {axis for axis in axes_of(said.right) if not is_number(axis)} - sizes.keys()
    if missing:
        return unknown_tensor(f"the lengths of {', '.join(sorted(missing))} in an EinMix", tensor.dtype)
    return Tensor(Shape(tuple(dim for group in said.right for dim in composed(group, sizes))), tensor.dtype)


def mix_misuse(pattern: Value, weight_shape: Value, bias_shape: Value, lengths: Collection[str]) -> str | None:
    """Why ``EinMix`` cannot be built so, with lengths for these axes; None also where its patterns are not known."""
    if not isinstance(pattern, str) or not isinstance(weight_shape, str):
        return None
    said, weight = read(pattern), read_side(weight_shape)
    if isinstance(said, str):
        return said
    if isinstance(weight, str):
        return f"{weight} in the weight shape '{weight_shape}'"
    left, right, own = (set(axes_of(side)) for side in (said.left, said.right, weight))
    if new := _listed(right - left - own):
        return f"{new} only on the right side"
    if ELLIPSIS in own or "(" in weight_shape:
        return f"a list of names expected for the weight shape, got '{weight_shape}'"
    if ELLIPSIS in left ^ right:
        return "an ellipsis on one side alone"
    if any(map(is_number, left | right | own)):
        return "a number as an axis"
    return _misuse_of_groups(said, lengths) or _misuse_of_lengths(weight, bias_shape, said, lengths)


def _misuse_of_groups(said: Pattern, lengths: Collection[str]) -> str | None:
    """The two steps in which dims are split before and merged after the map are rearrangements of their own."""
    before = Pattern(said.left, _each_alone(said.left), said.left_ellipsis)
    known = [name for name in lengths if name in axes_of(said.left)]
    return misuse("rearrange", before, known) if before.left != before.right else None


def _each_alone(side: tuple[Group, ...]) -> tuple[Group, ...]:
    return tuple((axis,) for group in side for axis in group)


def _misuse_of_lengths(
    weight: tuple[Group, ...], bias_shape: Value, said: Pattern, lengths: Collection[str]
) -> str | None:
    left, right, own = (axes_of(side) for side in (said.left, said.right, weight))
    if any(not group for group in weight):
        return "a weight axis of length 1"
    if missing := _listed({*own} - {*lengths}):
        return f"{missing} of the weight without a length"
    if unused := _listed({*lengths} - {*left, *own}):
        return f"no axis {unused}"
    if redundant := _listed({*own} - {*left, *right}):
        return f"{redundant} only in the weight"
    if not isinstance(bias_shape, str):
        return None
    bias = read_side(bias_shape)
    if isinstance(bias, str):
        return f"{bias} in the bias shape '{bias_shape}'"
    axes = {*axes_of(bias)}
    if absent := _listed(axes - {*right}):
        return f"{absent} of the bias not on the right side"
    if missing := _listed(axes - {*lengths}):
        return f"{missing} of the bias without a length"
    first = next((index for index, axis in enumerate(right) if axis in axes), len(right))
    return "an axis of the bias before the ellipsis" if ELLIPSIS in right[first:] else None


def _listed(axes: Collection[str]) -> str:
    return ", ".join(sorted(axes))


def mix_parameters(
    pattern: str, weight_shape: str, bias_shape: Value, lengths: Mapping[str, Dim]
) -> tuple[tuple[Dim, ...], tuple[Dim, ...] | None]:
    """The shapes of weight and bias of an ``EinMix`` that can be built so."""
    said, weight = read(pattern), read_side(weight_shape)
    assert isinstance(said, Pattern) and not isinstance(weight, str)
    bias = read_side(bias_shape) if isinstance(bias_shape, str) else None
    if bias is None or isinstance(bias, str):
        wide = None
    else:
        named = axes_of(bias)
        wide = tuple(lengths[axis] if axis in named else 1 for axis in axes_of(said.right) if axis != ELLIPSIS)
    return tuple(lengths[axis] for axis in axes_of(weight)), wide
