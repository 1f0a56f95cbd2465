"""Built-in functions that make or go through sequences and dicts.  Iterators are lists."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.machine.value_join import join
from shapelint.interp.model.classes import Instance
from shapelint.interp.model.open_shape import ShapeOf
from shapelint.interp.model.state import first_parameter
from shapelint.interp.model.values import Choice, External, Gap, ParametersOf, Thrown
from shapelint.interp.objects.calls import call_method
from shapelint.interp.objects.dict_classes import DICT, entries_of_dict
from shapelint.interp.objects.iteration import as_list
from shapelint.interp.objects.sorting import sort
from shapelint.shapes import Expr, Tensor, Unknown, Value, fresh


@models("builtins.len", "obj")
def length(at: Invocation, obj: Value) -> Value:
    """The number of elements."""
    match obj:
        case Tensor():
            size = obj.size(0)
            return Unknown("the length of a scalar") if size is None else size
        case Instance() if obj.cls.find("__len__"):
            return call_method(at.machine, obj, "__len__", (), at.node, at.frame)
        case Expr():
            return fresh("n", minimum=0, reason="an unknown length")
        case ShapeOf() | Unknown() | External():
            return Unknown("an unknown length")
        case Choice():
            return join([length(at, option) for option in obj.options])
    elements = as_list(at.machine, obj)
    if elements is None or any(isinstance(element, Gap) for element in elements):
        return Unknown("an unknown length")
    return len(elements)


@models("builtins.range", "start, stop=..., step=1")
def numbers(at: Invocation, start: Value, stop: Value, step: Value) -> Value:
    """Known numbers only; a single argument is where it stops."""
    start, stop = (0, start) if stop is ... else (start, stop)
    if not isinstance(start, int) or not isinstance(stop, int) or not isinstance(step, int):
        return Unknown("a range of unknown length")
    if step == 0:
        raise Thrown("ValueError")
    if max(abs(start), abs(stop)) > sys.maxsize:  # no length that Python could count
        return Unknown("a range of unknown length")
    return range(start, stop, step)


def _collection(name: str, kind: Callable[[Sequence[Value]], Value]) -> None:
    """Declares a type that is made of the elements of something."""

    @models(f"builtins.{name}", "iterable=()")
    def collect(at: Invocation, iterable: Value) -> Value:
        if isinstance(iterable, ShapeOf):
            return iterable
        if isinstance(iterable, Choice):
            return join([collect(at, option) for option in iterable.options])
        elements = at.iterate(iterable)
        if kind is not list and any(isinstance(element, Gap) for element in elements):
            return Unknown("a collection of unknown length")
        try:
            return kind(elements)
        except TypeError:
            return Unknown("a collection of unhashable values")


_collection("list", list)
_collection("tuple", tuple)
_collection("set", set)
_collection("frozenset", set)


@models("builtins.dict", "entries=(), /, **items")
def dictionary(at: Invocation, entries: Value, items: Mapping[str, Value]) -> Value:
    """The entries of another one, or pairs; and what is given by name."""
    if isinstance(entries, Instance) and entries.cls.find("keys") and entries.cls.find("__getitem__"):
        found = _of_mapping(at, entries)
    else:
        found = entries if isinstance(entries, dict) else _of_pairs(as_list(at.machine, entries))
    if found is None or "**" in items:
        return Unknown("a dict of unknown entries")
    return dict([*found.items(), *items.items()])


def _of_mapping(at: Invocation, mapping: Instance) -> dict[Value, Value] | None:
    """The entries of an object with keys; those of a dict as they are, whatever its class makes of ``[]``."""
    if DICT in mapping.cls.mro:
        return entries_of_dict(at.machine, mapping)
    keys = as_list(at.machine, call_method(at.machine, mapping, "keys", (), at.node, at.frame))
    if keys is None or not all(isinstance(key, (str, int)) for key in keys):
        return None
    return {key: call_method(at.machine, mapping, "__getitem__", (key,), at.node, at.frame) for key in keys}


def _of_pairs(pairs: Sequence[Value] | None) -> dict[Value, Value] | None:
    found: dict[Value, Value] = {}
    for pair in [None] if pairs is None else pairs:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            return None
        try:
            found[pair[0]] = pair[1]
        except TypeError:  # a key that has no hash
            return None
    return found


@models("builtins.enumerate", "iterable, start=0")
def numbered(at: Invocation, iterable: Value, start: Value) -> Value:
    """Pairs of a number and an element."""
    first = start if isinstance(start, int) else 0
    return [_any_number(e) if isinstance(e, Gap) else (i, e) for i, e in enumerate(at.iterate(iterable), first)]


def _any_number(gap: Gap) -> Gap:
    if gap.like is None:
        return gap
    number = fresh("i", minimum=0, reason=gap.reason)
    return Gap(gap.reason, (number, gap.like), tuple((number, each) for each in gap.ending))


@models("builtins.zip", "*iterables, strict=False")
def zipped(at: Invocation, iterables: tuple[Value, ...], strict: Value) -> Value:
    """Tuples of the first elements, of the second, and so on; where one of them is unknown, an unknown number of tuples."""
    return _rows(at, iterables)


@models("builtins.map", "function, *iterables")
def mapped(at: Invocation, function: Value, iterables: tuple[Value, ...]) -> Value:
    """The function of every element."""
    return [row if isinstance(row, Gap) else at.call(function, *row) for row in _rows(at, iterables)]


def _rows(at: Invocation, iterables: Sequence[Value]) -> list[Gap | Sequence[Value]]:
    columns = [at.iterate(_like(iterable)) for iterable in iterables]
    rows: list[Gap | Sequence[Value]] = []
    for row in zip(*columns, strict=False):
        if any(isinstance(element, Gap) for element in row):
            rows.append(_row_of_gaps(row))
            break
        rows.append(row)
    if not any(isinstance(iterable, Gap) for iterable in iterables):
        return rows
    # ``zip(*samples)`` of an unknown number of samples: each row is of unknown length
    return [row if isinstance(row, Gap) else _vague_row(iterables, row) for row in rows]


def _like(iterable: Value) -> Value:
    return iterable.like if isinstance(iterable, Gap) and iterable.like is not None else iterable


def _vague_row(iterables: Sequence[Value], row: Sequence[Value]) -> list[Value]:
    pairs = zip(iterables, row, strict=True)
    return [Gap(it.reason, element) if isinstance(it, Gap) else element for it, element in pairs]


def _row_of_gaps(row: Sequence[Value]) -> Gap:
    """Further rows of columns of which at least one has an unknown number of elements."""
    likes = [element.like if isinstance(element, Gap) else None for element in row]
    return Gap("a zip of unknown length", None if any(like is None for like in likes) else tuple(likes))


@models("builtins.filter", "function, iterable")
def filtered(at: Invocation, function: Value, iterable: Value) -> Value:
    """The elements for which the function is true."""
    kept: list[Value] = []
    for element in at.iterate(iterable):
        verdict = element if function is None else at.call(function, element)
        known = None if isinstance(element, Gap) else at.machine.truth(verdict)
        if known is None:
            return [Gap("filtered by an unknown condition")]
        if known:
            kept.append(element)
    return kept


@models("builtins.reversed", "sequence")
def turned(at: Invocation, sequence: Value) -> Value:
    """The elements, the last first."""
    return at.iterate(sequence)[::-1]


@models("builtins.sorted", "iterable, *, key=None, reverse=False")
def in_order(at: Invocation, iterable: Value, key: Value, reverse: Value) -> Value:
    """The elements in order."""
    return sort(at.machine, at.iterate(iterable), {"key": key, "reverse": reverse}, at.node, at.frame)


@models("builtins.next", "iterator, default=...")
def following(at: Invocation, iterator: Value, default: Value) -> Value:
    """The first element, which the iterator then no longer has."""
    if isinstance(iterator, ParametersOf):
        entry = first_parameter(iterator.module)
        if entry is not None:
            return (entry.name, entry.tensor) if iterator.named else entry.tensor
    if not isinstance(iterator, list):
        return Unknown("the next element of an unknown iterator")
    if not iterator:
        return Unknown("the next element of an unknown iterator") if default is ... else default
    first = iterator[0]
    if not isinstance(first, Gap):
        at.machine.heap.touch(iterator)
        return iterator.pop(0)
    return Unknown("the next element of an unknown iterator") if first.like is None else first.like


@models("builtins.iter", "iterable")
def iterator(at: Invocation, iterable: Value) -> Value:
    """A list of the elements."""
    return at.iterate(iterable)
