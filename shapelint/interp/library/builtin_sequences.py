"""Python's built-in functions that make or go through sequences and dicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...shapes import Expr, Tensor, Unknown, fresh
from ..machine.join import join
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Instance
from ..model.frame import Frame
from ..model.open_shape import ShapeOf
from ..model.values import Choice, External, Gap, Thrown
from ..objects.attributes import get_attribute
from ..objects.iteration import as_list, iterate
from ..objects.sorting import sort

__all__ = ["SEQUENCES"]


_MOST = 100_000


def _len(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    value = args[0]
    match value:
        case Tensor():
            size = value.size(0)
            return Unknown("the length of a scalar") if size is None else size
        case Instance() if value.cls.find("__len__"):
            return call(machine, get_attribute(machine, value, "__len__"), (), {}, node, frame)
        case ShapeOf() | Unknown() | Expr() | External():
            return (
                fresh("n", minimum=0, reason="an unknown length")
                if isinstance(value, Expr)
                else Unknown("an unknown length")
            )
        case Choice():
            return join([_len(machine, (option,), {}, node, frame) for option in value.options])
    elements = as_list(machine, value)
    if elements is None or any(isinstance(element, Gap) for element in elements):
        return Unknown("an unknown length")
    return len(elements)


def _range(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    if all(isinstance(arg, int) for arg in args):
        try:
            return range(*args)
        except (TypeError, ValueError):
            raise Thrown("ValueError") from None
    return Unknown("a range of unknown length")


def _sequence(kind: type) -> Callable[..., Any]:
    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        if not args:
            return kind()
        if isinstance(args[0], ShapeOf):
            return args[0]
        if isinstance(args[0], Choice):
            return join([apply(machine, (option,), kwargs, node, frame) for option in args[0].options])
        elements = iterate(machine, args[0], node, frame)
        if kind is not list and any(isinstance(element, Gap) for element in elements):
            return Unknown("a collection of unknown length")
        try:
            return kind(elements)
        except TypeError:
            return Unknown("a collection of unhashable values")

    return apply


def _dict(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    result: dict[Any, Any] = {}
    if args:
        if isinstance(args[0], dict):
            result.update(args[0])
        else:
            pairs = as_list(machine, args[0])
            try:
                result.update(pairs if pairs is not None else ())  # type: ignore[arg-type]  # what are no pairs is caught
            except (TypeError, ValueError):
                return Unknown("a dict of unknown entries")
            if pairs is None:
                return Unknown("a dict of unknown entries")
    if "**" in kwargs:
        return Unknown("a dict of unknown entries")
    result.update(kwargs)
    return result


def _enumerate(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    start = args[1] if len(args) > 1 else kwargs.get("start", 0)
    elements = iterate(machine, args[0], node, frame)
    if not isinstance(start, int):
        start = 0
    return [_numbered(e) if isinstance(e, Gap) else (i, e) for i, e in enumerate(elements, start)]


def _numbered(gap: Gap) -> Gap:
    return gap if gap.like is None else Gap(gap.reason, (fresh("i", minimum=0, reason=gap.reason), gap.like))


def _zip(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    columns = [iterate(machine, _like(arg), node, frame) for arg in args]
    rows: list[Any] = []
    for row in zip(*columns, strict=False):
        if any(isinstance(element, Gap) for element in row):
            rows.append(_row_of_gaps(row))
            break
        rows.append(row)
    if not any(isinstance(arg, Gap) for arg in args):
        return rows
    # ``zip(*samples)`` of an unknown number of samples: each row is of unknown length
    return [
        row
        if isinstance(row, Gap)
        else [Gap(a.reason, e) if isinstance(a, Gap) else e for a, e in zip(args, row, strict=True)]
        for row in rows
    ]


def _like(arg: Any) -> Any:
    return arg.like if isinstance(arg, Gap) and arg.like is not None else arg


def _row_of_gaps(row: Sequence[Any]) -> Gap:
    """Further rows of columns of which at least one has an unknown number of elements."""
    likes = [element.like if isinstance(element, Gap) else None for element in row]
    return Gap("a zip of unknown length", None if any(like is None for like in likes) else tuple(likes))


def _map(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    rows = _zip(machine, args[1:], {}, node, frame)
    return [row if isinstance(row, Gap) else call(machine, args[0], row, {}, node, frame) for row in rows]


def _filter(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    kept = []
    for element in iterate(machine, args[1], node, frame):
        verdict = element if args[0] is None else call(machine, args[0], (element,), {}, node, frame)
        known = None if isinstance(element, Gap) else machine.truth(verdict)
        if known is None:
            return [Gap("filtered by an unknown condition")]
        if known:
            kept.append(element)
    return kept


def _reversed(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return iterate(machine, args[0], node, frame)[::-1]


def _sorted(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return sort(machine, iterate(machine, args[0], node, frame), kwargs, node, frame)


def _next(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    if isinstance(args[0], list):
        if args[0] and not isinstance(args[0][0], Gap):
            machine.heap.touch(args[0])
            return args[0].pop(0)
        if args[0] and args[0][0].like is not None:
            return args[0][0].like
        if not args[0] and len(args) > 1:
            return args[1]
    return Unknown("the next element of an unknown iterator")


def _iter(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return iterate(machine, args[0], node, frame)


SEQUENCES: dict[str, Callable[..., Any]] = {
    "len": _len, "range": _range, "list": _sequence(list), "tuple": _sequence(tuple), "set": _sequence(set),
    "frozenset": _sequence(set), "dict": _dict, "enumerate": _enumerate, "zip": _zip, "map": _map, "filter": _filter,
    "reversed": _reversed, "sorted": _sorted, "next": _next, "iter": _iter,
}  # fmt: skip
