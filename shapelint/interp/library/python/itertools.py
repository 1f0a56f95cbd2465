"""``itertools``: iterators are lists, and what has no end is of unknown length."""

from __future__ import annotations

import itertools
import math

from shapelint.interp.library.declare import Invocation, modelled, models
from shapelint.interp.model.values import Gap
from shapelint.shapes import Value
from shapelint.shapes.limits import LONGEST


def _chained(at: Invocation, iterables: Value) -> Value:
    return [element for iterable in at.iterate(iterables) for element in at.iterate(iterable)]


@models("itertools.chain", "*iterables", members={"from_iterable": modelled("from_iterable", "iterables", _chained)})
def chain(at: Invocation, iterables: tuple[Value, ...]) -> Value:
    """The elements of all, one after the other."""
    return [element for iterable in iterables for element in at.iterate(iterable)]


@models("itertools.product", "*iterables, repeat=1")
def product(at: Invocation, iterables: tuple[Value, ...], repeat: Value) -> Value:
    """Every combination of elements."""
    columns = [at.iterate(iterable) for iterable in iterables]
    if any(isinstance(element, Gap) for column in columns for element in column):
        return [Gap("a product of unknown elements")]
    if not isinstance(repeat, int) or not 0 <= repeat <= LONGEST:
        return [Gap("a product of unknown width")]
    if len(columns) * repeat > LONGEST or math.prod(map(len, columns)) ** repeat > LONGEST:
        return [Gap("a product of very many elements")]
    return list(itertools.product(*columns, repeat=repeat))


@models("itertools.repeat", "object, times=None")
def repeat(at: Invocation, object: Value, times: Value) -> Value:
    """The same object again and again."""
    return [object] * times if isinstance(times, int) and times <= LONGEST else [Gap("repeated without end")]


@models("itertools.accumulate", "iterable, func=None, *, initial=None")
def accumulate(at: Invocation, iterable: Value, func: Value, initial: Value) -> Value:
    """Running totals, or running results of ``func``."""
    totals: list[Value] = [] if initial is None else [initial]
    for element in at.iterate(iterable):
        if isinstance(element, Gap):
            return [element]
        if not totals:
            totals.append(element)
        elif func is None:
            totals.append(at.operate("Add", totals[-1], element))
        else:
            totals.append(at.call(func, totals[-1], element))
    return totals
