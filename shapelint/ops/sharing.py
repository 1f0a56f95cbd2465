"""Which operators return a view: a tensor over the memory of an operand, so that a write to one is seen in both.

Only small tensors whose elements are known have memory that matters.  ``tests/test_sharing.py`` asks torch of every operator
whether its result shares memory with an operand.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from ..shapes import Memory, Reject, Tensor, Value
from .elements import Array

__all__ = ["MAY_SHARE", "SHARE", "perhaps_shared", "settle", "viewed", "with_memory", "written"]

SHARE = frozenset({
    "adjoint", "alias", "as_strided", "atleast_1d", "broadcast_tensors", "broadcast_to", "chunk", "data", "detach", "diagonal",
    "dsplit", "expand", "expand_as", "H", "hsplit", "imag", "mH", "moveaxis", "movedim", "mT", "narrow", "permute", "positive",
    "real", "select", "split", "split_with_sizes", "squeeze", "swapaxes", "swapdims", "T", "t", "tensor_split", "transpose",
    "unbind", "unflatten", "unfold", "unsqueeze", "view", "view_as", "vsplit",
})  # fmt: skip
"""Always a view, or an error."""

MAY_SHARE = frozenset({
    "alpha_dropout", "as_subclass", "as_tensor", "asarray", "atleast_2d", "atleast_3d", "bfloat16", "block_diag", "bool",
    "byte", "cartesian_prod", "cdouble", "cfloat", "chalf", "char", "coalesce", "conj", "conj_physical", "contiguous", "cpu",
    "cuda", "dequantize", "double", "dropout", "dropout1d", "dropout2d", "dropout3d", "einsum", "feature_alpha_dropout",
    "feature_dropout", "flatten", "float", "FloatTensor", "from_numpy", "half", "int", "IntTensor", "long", "LongTensor",
    "meshgrid", "module_load", "numpy", "pin_memory", "ravel", "reshape", "reshape_as", "resolve_conj", "resolve_neg", "short",
    "sum_to_size", "Tensor", "to", "to_dense", "type", "type_as", "unsafe_chunk", "unsafe_split", "unsafe_split_with_sizes",
    "view_as_complex", "view_as_real", "xpu",
})  # fmt: skip
"""A view, a copy or the operand itself: that depends on how the operand lies in memory, on dtypes, devices or a mode."""

_FOREIGN = ("numpy.", "einops.")
"""Packages of whose functions each may return a view."""

Again: TypeAlias = Callable[[Tensor], Value]
"""What the operator makes of another tensor in the place of the one that it views."""


def with_memory(values: Iterable[Value]) -> list[Tensor]:
    """The tensors among operands, and in lists of them, whose memory matters."""
    found = []
    for value in values:
        if isinstance(value, Tensor):
            if value.memory is not None:
                found.append(value)
        elif isinstance(value, (list, tuple)):
            found += [part for part in value if isinstance(part, Tensor) and part.memory is not None]
    return found


def settle(
    name: str, of_array: bool, sources: Sequence[Tensor], viewed_one: Value, result: Value, again: Again
) -> Value:
    """``result`` of an operator that is called ``name`` and has operands with memory, as a view or a copy of theirs.

    ``viewed_one``: the operand of which it is a view if it is one.
    """
    bare = name.rpartition(".")[2]
    if bare in SHARE and isinstance(viewed_one, Tensor) and not of_array:
        return viewed(viewed_one, result, again)
    if of_array or bare in SHARE or bare in MAY_SHARE or name.startswith(_FOREIGN):
        return perhaps_shared(result, sources)
    return _rebuilt(result, lambda tensor: _copy(tensor) if any(tensor is source for source in sources) else tensor)


def viewed(source: Tensor, result: Value, again: Again) -> Value:
    """``result`` as views of ``source``: where in its memory they are is what ``again`` makes of a tensor of these places."""
    places: list[Sequence[int] | None] = []
    if source.places is not None:
        probe = Array(source.shape, "int") if isinstance(source, Array) else Tensor(source.shape, "int")
        probe.hold(source.places)
        with contextlib.suppress(Reject):  # of integers it cannot be made
            places = [_whole(tensor) for tensor in _tensors(again(probe))]
    parts = list(_tensors(result))
    if len(places) != len(parts):
        places = [None] * len(parts)
    where = iter(places)
    return _rebuilt(result, lambda tensor: _over(source, tensor, next(where)))


def _whole(tensor: Tensor) -> Sequence[int] | None:
    values = tensor.values
    return None if values is None else [value for value in values if isinstance(value, int)]


def _over(source: Tensor, tensor: Tensor, places: Sequence[int] | None) -> Tensor:
    # What has other numbers than the memory holds (a float64 seen as a float32) is a view that is not followed.
    if tensor.values is None and tensor.shape.is_concrete:
        places = None
    if tensor is not source:
        tensor.share(source, places)
    return tensor


def _perhaps(tensor: Tensor, sources: Sequence[Tensor]) -> Tensor:
    """``tensor`` with memory of its own that may be that of the operands."""
    memories = [source.memory for source in sources if source.memory is not None]
    values = tensor.values
    if any(tensor is source for source in sources):
        tensor = _like(tensor)
    tensor.memory = Memory(values, memories)
    tensor.places = None if values is None else range(len(values))
    if values is not None:
        for memory in memories:
            memory.beside.append(tensor.memory)
    return tensor


def _copy(tensor: Tensor) -> Tensor:
    values, result = tensor.values, _like(tensor)
    if values is not None:
        result.hold(values)
    return result


def _like(tensor: Tensor) -> Tensor:
    return Array(tensor.shape, tensor.dtype) if isinstance(tensor, Array) else Tensor(tensor.shape, tensor.dtype)


def _tensors(value: Value) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _tensors(part)


def _rebuilt(value: Value, change: Callable[[Tensor], Tensor]) -> Value:
    """``value`` with ``change`` made to its tensors; named tuples keep their type."""
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, (list, tuple)):
        make: Callable[[list[Value]], Value] = getattr(type(value), "_make", type(value))
        return make([_rebuilt(part, change) for part in value])
    return value


def perhaps_shared(result: Value, sources: Sequence[Tensor]) -> Value:
    """``result`` of something that may hand on the memory of its operands."""
    return _rebuilt(result, lambda tensor: _perhaps(tensor, sources))


def written(arguments: Mapping[str, Value]) -> list[Tensor]:
    """The operands that a call writes beside or instead of its input: ``out=``, and the statistics of a normalisation."""
    options = arguments.get("options")
    found = [arguments.get("out"), options.get("out") if isinstance(options, Mapping) else None]
    if arguments.get("inplace") not in (None, False):
        found.append(arguments.get("input"))
    if arguments.get("training", arguments.get("use_input_stats")) is not False:
        found += [arguments.get("running_mean"), arguments.get("running_var")]
    return with_memory(found)
