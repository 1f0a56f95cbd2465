"""What is known of a value that is one of several, because a condition is unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from ...ops.elements import Array
from ...shapes import Expr, Memory, Shape, Tensor, Unknown, Value, fresh, unknown_rank
from ..model.classes import Class, Instance
from ..model.functions import Bound, Builtin, Function, Partial
from ..model.values import Choice, External, Gap, Loaded, OneOf

__all__ = ["alike", "join", "join_shapes", "same"]

_REASON = "differs between branches"
_MOST_OPTIONS = 4
_MOST_ALIKE = 64


def join(values: Sequence[Value]) -> Value:
    """What is known of a value that is one of ``values`` (at least one).

    ``join([3, 3])`` is 3, ``join([3, 5])`` a fresh size, ``join([a, b])`` of two layers a :class:`Choice`.
    """
    first = values[0]
    # Before the rules, which would make equal numbers a fresh size and one object a Choice of itself.
    for value in values:
        if value is not first and not same(first, value):
            break
    else:
        return first
    rule = _rule_of(type(first))
    for value in values:
        if _rule_of(type(value)) is not rule:
            return Unknown(_REASON)
    return Unknown(_REASON) if rule is None else rule(values)


def alike(elements: Sequence[Value]) -> Value:
    """What tensors, or tuples that begin with one, have in common; None of anything else."""
    likes = [element.like if isinstance(element, Gap) else element for element in elements]
    if not likes or len(likes) > _MOST_ALIKE or not all(map(_is_sample, likes)):
        return None
    return join(likes)


def same(left: Value, right: Value) -> bool:
    """Whether two values need not be distinguished; ``1`` and ``True`` are two."""
    if left is right:
        return True
    if type(left) is not type(right):
        return False
    if isinstance(left, (int, float, str, Expr, External)):
        return bool(left == right)
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, Tensor) and isinstance(right, Tensor):
        # Two unknown ranks may be two different ranks, even if nothing more is known of either.
        return left.shape == right.shape and left.shape.lead is None and _same_elements(left, right)
    return False


def _same_elements(left: Tensor, right: Tensor) -> bool:
    """Whether what is written to one is written to the other."""
    return left.memory is right.memory and left.places == right.places


def _is_sample(value: Value) -> bool:
    return isinstance(value[0] if isinstance(value, tuple) and value else value, Tensor)


# -- the rules: how values of one kind are joined, once they are not all the same ---------------------------------------


def _join_gaps(gaps: Sequence[Gap]) -> Value:
    return Gap(gaps[0].reason, alike(gaps))


def _join_tensors(tensors: Sequence[Tensor]) -> Value:
    # Only arrays are an array, and only images an image: of a mixture holds what holds of every tensor.
    kinds = {type(tensor) for tensor in tensors}
    made = kinds.pop() if kinds in ({Array}, {Loaded}) else Tensor
    result = made(join_shapes([tensor.shape for tensor in tensors]), tensors[0].dtype)
    memories = [tensor.memory for tensor in tensors if tensor.memory is not None]
    if memories:
        result.memory = Memory(None, memories)  # whichever it is, a write to it is one to that
    return result


def join_shapes(shapes: Sequence[Shape]) -> Shape:
    """The shape of a tensor that has one of these."""
    ranks = {shape.rank for shape in shapes}
    if len(ranks) > 1 or None in ranks:
        return unknown_rank("the rank differs between branches")
    dims = [
        column[0] if all(dim == column[0] for dim in column) else fresh("q", reason=_REASON)
        for column in zip(*(shape.dims for shape in shapes), strict=True)
    ]
    return Shape(tuple(dims))


def _join_numbers(numbers: Sequence[int | Expr]) -> Value:
    return fresh("q", minimum=0, reason=_REASON)


def _join_tuples(tuples: Sequence[tuple[Value, ...]]) -> Value:
    """Field by field: ``return x, None`` and ``return x, mask``.  A list is not a record, so lists have another rule."""
    if any(len(other) != len(tuples[0]) for other in tuples):
        return Unknown(_REASON)
    return tuple(join(column) for column in zip(*tuples, strict=True))


def _join_alternatives(values: Sequence[Value]) -> Value:
    """Objects of which one is called or compared later; every option is followed there, so there may only be a few."""
    options: list[Value] = []
    for value in values:
        for option in value.options if isinstance(value, Choice) else (value,):
            if not any(same(option, other) for other in options):
                options.append(option)
    return Choice(tuple(options)) if len(options) <= _MOST_OPTIONS else Unknown(_REASON)


def _join_lists(lists: Sequence[list[Value]]) -> Value:
    # Not of subclasses (a deque with its length), which would be lists afterwards.
    like = alike([element for each in lists for element in each]) if _exactly(list, lists) else None
    return Unknown(_REASON) if like is None else [Gap("the elements differ between branches", like)]


def _join_dicts(dicts: Sequence[dict[Value, Value]]) -> Value:
    return OneOf(_REASON, [dict(each) for each in dicts]) if _exactly(dict, dicts) else Unknown(_REASON)


def _exactly(kind: type, values: Sequence[Value]) -> bool:
    return all(type(value) is kind for value in values)


_Rule: TypeAlias = Callable[[Sequence[Any]], Value]

_RULES: dict[type, _Rule | None] = {
    **dict.fromkeys((Tensor, Array, Loaded), _join_tensors),
    **dict.fromkeys((int, Expr), _join_numbers),
    # bool with the objects, though Python's bools are ints: a flag chooses a path, it is not a size between 0 and 1.
    **dict.fromkeys(
        (Instance, Function, Class, Bound, Builtin, Partial, External, Choice, str, type(None), bool),
        _join_alternatives,
    ),
    Gap: _join_gaps,
    tuple: _join_tuples,
    list: _join_lists,
    dict: _join_dicts,
}
"""The rule for values that all have it, by type; values of two rules, and those of none (floats, sets), are unknown."""


def _rule_of(kind: type) -> _Rule | None:
    """The rule of a type, or of the first of its bases that has one (named tuples, parameters)."""
    if kind not in _RULES:
        _RULES[kind] = next((_RULES[base] for base in kind.__mro__ if base in _RULES), None)
    return _RULES[kind]
