"""What layers and operators made of operands that they met before in this file.

A deep model repeats a few calls hundreds of times, and every replay repeats nearly all of them.  What a call returns
depends on its operands alone, so that it is worked out once: unless it rests on the elements of a tensor, on a rank that is
not known, or made a size of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...records import dataclass
from ...shapes import Dim, Expr, Needs, Reject, Shape, Symbol, Tensor, symbols_of
from .recording import learn

if TYPE_CHECKING:
    from ..model.tape import Call
    from .machine import Machine

__all__ = ["Outcome", "call_key", "perform"]

_PLAIN = frozenset({int, bool, str, float, type(None), type(...)})
_NOTHING: Any = object()


@dataclass(frozen=True, slots=True)
class _Made:
    """A tensor that the call made."""

    shape: Shape
    dtype: str | None


@dataclass(frozen=True, slots=True)
class _Given:
    """The operand of this number, handed back."""

    index: int


@dataclass(frozen=True, slots=True)
class _Several:
    """A tuple or list, named or not."""

    kind: Any
    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a call came to.  ``equalities``: the sizes that had to be equal and may be, as ``Needs`` collects them."""

    made: Any
    equalities: tuple[tuple[Dim, Dim], ...]


def call_key(name: Hashable, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Hashable:
    """What tells one call from another (``1`` and ``True`` too); None if an operand is not known well enough."""
    key: list[Any] = [name]
    for value in args:
        part = _part(value)
        if part is None:
            return None
        key.append(part)
    for word, value in kwargs.items():
        part = _part(value)
        if part is None or word == "out":
            return None
        key += (word, part)
    return tuple(key)


def perform(
    machine: Machine,
    entry: Call,
    key: Hashable,
    operands: Sequence[Any],
    apply: Callable[[Needs], Any],
    otherwise: Callable[[Reject], Any],
) -> None:
    """Write down what the call comes to, from memory if ``key`` is known; ``otherwise``: what a rejected one gives."""
    outcomes = machine.project.outcomes
    known = outcomes.get(key) if key is not None else None
    if known is not None:
        entry.output = _again(known.made, entry.inputs)
        learn(machine, entry, known.equalities)
        return
    need = Needs()
    try:
        entry.output = apply(need)
    except Reject as reject:
        entry.reject, entry.output = reject, otherwise(reject)
    else:
        made = _NOTHING if key is None else _form_of(entry, operands)
        if made is not _NOTHING:
            outcomes[key] = Outcome(made, tuple(need.equalities))
    learn(machine, entry, need.equalities)


def _form_of(entry: Call, operands: Iterable[Any]) -> Any:
    """What to remember of a call, ``_NOTHING`` if it changed its operands or cannot be repeated from them alone."""
    if any(tensor.shape is not shape for tensor, shape in zip(entry.inputs, entry.input_shapes, strict=True)):
        return _NOTHING
    return _form(entry.output, entry.inputs, frozenset(_symbols(operands)))


def _symbols(values: Iterable[Any]) -> Iterator[Symbol]:
    for value in values:
        if isinstance(value, Tensor):
            yield from _symbols(value.shape.dims)
        elif isinstance(value, Expr):
            yield from symbols_of(value)
        elif isinstance(value, (tuple, list)):
            yield from _symbols(value)
        elif isinstance(value, slice):
            yield from _symbols((value.start, value.stop, value.step))


def _part(value: Any) -> Any:
    kind = type(value)
    if kind is Tensor:
        shape = value.shape
        return None if shape.lead is not None or value.elements is not None else (shape.dims, value.dtype)
    if kind in _PLAIN:
        return kind, value
    if kind is Expr:
        return value
    if kind is tuple or kind is list:
        parts = tuple(map(_part, value))
        return None if any(part is None for part in parts) else (kind, parts)
    if kind is slice:
        parts = _part(value.start), _part(value.stop), _part(value.step)
        return None if any(part is None for part in parts) else (kind, parts)
    return None


def _form(output: Any, tensors: Sequence[Tensor], known: frozenset[Symbol]) -> Any:
    kind = type(output)
    if kind is Tensor:
        for index, tensor in enumerate(tensors):
            if output is tensor:
                return _Given(index)
        shape = output.shape
        plain = shape.lead is None and output.elements is None and all(symbols_of(dim) <= known for dim in shape.dims)
        return _Made(shape, output.dtype) if plain else _NOTHING
    if kind in _PLAIN:
        return output
    if kind is Expr:
        return output if symbols_of(output) <= known else _NOTHING
    if isinstance(output, (tuple, list)):
        parts = tuple(_form(part, tensors, known) for part in output)
        return _NOTHING if any(part is _NOTHING for part in parts) else _Several(kind, parts)
    return _NOTHING


def _again(made: Any, tensors: Sequence[Tensor]) -> Any:
    """The result of one more such call, with tensors of its own; ``tensors`` are its operands."""
    kind = type(made)
    if kind is _Made:
        return Tensor(made.shape, made.dtype)
    if kind is _Given:
        return tensors[made.index]
    if kind is _Several:
        parts = [_again(part, tensors) for part in made.parts]
        return made.kind(*parts) if hasattr(made.kind, "_fields") else made.kind(parts)
    return made
