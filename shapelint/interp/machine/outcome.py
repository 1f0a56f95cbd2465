"""What is remembered of a call, so that the next one like it need not be worked out.

A result cannot be kept itself: tensors are compared by identity and change as the run learns their sizes.  Kept is its
form, from which each later call makes a result of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Final

from ...records import dataclass
from ...shapes import Dim, Expr, Fractions, Shape, Symbol, Tensor, Value, symbols_of
from ..model.site import Site

__all__ = ["NOTHING", "PLAIN", "Outcome", "Remembered", "form_of", "result_of"]

PLAIN: Final = frozenset({int, bool, str, float, type(None), type(...)})
"""Types whose values say everything about themselves, and do not change."""

NOTHING: Final = object()
"""The form of a result that cannot be repeated; None is the form of None."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A tensor that the call made.  ``kind``: its class, which says whether it certainly has fractions."""

    shape: Shape
    dtype: str | None
    kind: type[Tensor]


@dataclass(frozen=True, slots=True)
class _Given:
    """The operand of this number, handed back."""

    index: int


@dataclass(frozen=True, slots=True)
class _Several:
    """A tuple or list.  ``build``: makes it of a list of its parts (for a named tuple: its ``_make``)."""

    build: Callable[[list[Value]], Value]
    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a call came to.

    ``form``: of its result.  ``equalities``: the sizes that had to be equal and may be, as ``Needs`` collects them.
    """

    form: Value
    equalities: tuple[tuple[Dim, Dim], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Remembered:
    """What a function of the linted code came to.

    ``again``: makes its result once more.  ``names``: the last values of its arguments and local names.  ``unknowns``:
    what it wrote to the tape.  ``fuel``: what it took.
    """

    again: Callable[[], Value]
    names: Mapping[str, Value]
    unknowns: Sequence[tuple[Site | None, str]]
    fuel: int


def form_of(result: Value, tensors: Sequence[Tensor], operands: Iterable[Value]) -> Value:
    """What to remember of ``result``; :data:`NOTHING` if it does not follow from the operands alone.

    ``tensors``: the operands that are tensors; ``operands``: all of them.  A result that rests on elements, on an unknown
    rank or on a size that the call invented is not repeated: a second call has other elements and invents another size.
    """
    return _form(result, tensors, _symbols(operands))


def _form(result: Value, tensors: Sequence[Tensor], known: Set[Symbol]) -> Value:
    if type(result) is Tensor or type(result) is Fractions:
        for index, tensor in enumerate(tensors):
            if result is tensor:
                return _Given(index)
        shape = result.shape
        plain = shape.lead is None and result.memory is None and all(symbols_of(dim) <= known for dim in shape.dims)
        return _Made(shape, result.dtype, type(result)) if plain else NOTHING
    if type(result) in PLAIN:
        return result
    if type(result) is Expr:
        return result if symbols_of(result) <= known else NOTHING
    if isinstance(result, (tuple, list)):
        parts = tuple(_form(part, tensors, known) for part in result)
        return NOTHING if any(part is NOTHING for part in parts) else _Several(_builder(type(result)), parts)
    return NOTHING


def _builder(kind: Callable[[list[Value]], Value]) -> Callable[[list[Value]], Value]:
    make: Callable[[list[Value]], Value] = getattr(kind, "_make", kind)
    return make


def _symbols(values: Iterable[Value]) -> set[Symbol]:
    found: set[Symbol] = set()
    for value in values:
        if isinstance(value, Tensor):
            for dim in value.shape.dims:
                if type(dim) is Expr:
                    found |= symbols_of(dim)
        elif isinstance(value, Expr):
            found |= symbols_of(value)
        elif isinstance(value, (tuple, list)):
            found |= _symbols(value)
        elif isinstance(value, slice):
            found |= _symbols((value.start, value.stop, value.step))
    return found


def result_of(form: Value, tensors: Sequence[Tensor]) -> Value:
    """The result of one more such call, with tensors of its own; ``tensors`` are those among its operands."""
    if type(form) is _Made:
        return form.kind(form.shape, form.dtype)
    if type(form) is _Given:
        return tensors[form.index]
    if type(form) is _Several:
        return form.build([result_of(part, tensors) for part in form.parts])
    return form
