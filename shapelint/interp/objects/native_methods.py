"""Methods of Python's own types on known values: ``"a,b".split(",")``, ``layers.append(x)``, ``sizes.items()``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from ...regex import lazy
from ...shapes import Expr, Unknown, Value
from ...shapes.limits import TOO_LONG
from ..machine.bounds import excess, extend
from ..machine.machine import Machine
from ..machine.tables import ITEMS
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.values import DefaultDict, Gap, Thrown
from .iteration import as_list, iterate
from .parameters import Args, Kwargs
from .sorting import sort
from .text_length import GROWING, may_be_long, may_format_long

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["native_method", "type_method"]

_MUTATES: dict[type, frozenset[str]] = {
    # A queue (``collections.deque``) is a list, and has these methods of its own besides.
    list: frozenset(
        {
            "append",
            "extend",
            "insert",
            "pop",
            "remove",
            "clear",
            "reverse",
            "sort",
            "appendleft",
            "extendleft",
            "popleft",
        }
    ),
    dict: frozenset({"update", "pop", "popitem", "setdefault", "clear", "move_to_end"}),
    set: frozenset({"add", "discard", "remove", "update", "clear", "pop"}),
}
_READS: dict[type, frozenset[str]] = {
    list: frozenset({"index", "count", "copy"}),
    tuple: frozenset({"index", "count"}),
    dict: frozenset({"get", "keys", "values", "items", "copy"}),
    set: frozenset({"union", "intersection", "difference", "issubset", "issuperset", "copy"}),
    str: frozenset(name for name in dir(str) if not name.startswith("_")),
    int: frozenset({"bit_length"}),
    float: frozenset({"is_integer"}),
}
_ENTRIES = ("keys", "values", "items")
_COMPARING = frozenset({"count", "index", "remove"})
"""Methods that compare each element with another value."""
_OF_PART = lazy(r"\{[^{}:!]*[.\[]")
_LAZY: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))


def native_method(value: Value, name: str) -> Builtin | None:
    """The method ``name`` of a value of Python's own types, or None if it is not modelled."""
    for kind in type(value).__mro__:
        if name in _MUTATES.get(kind, ()) or name in _READS.get(kind, ()):
            return Builtin(name, _caller(value, name, kind), {"__self__": value})
    return None


def type_method(kind: str, name: str) -> Builtin | None:
    """``str.lower``, ``dict.fromkeys``: a method of a type, its object the first argument; None if it is not modelled."""
    if (kind, name) == ("dict", "fromkeys"):
        return Builtin(name, _fromkeys)
    methods = next((_MUTATES.get(t, frozenset()) | _READS[t] for t in _READS if t.__name__ == kind), frozenset())

    def apply(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
        found = native_method(args[0], name) if args else None
        if found is None:
            return Unknown("a method of another type")
        return found.call(machine, args[1:], kwargs, node, frame)

    return Builtin(name, apply) if name in methods else None


def _fromkeys(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    keys = as_list(machine, args[0])
    try:
        return Unknown("a dict of unknown keys") if keys is None else dict.fromkeys(keys, *args[1:])
    except TypeError:
        return Unknown("a dict with unhashable keys")


def _caller(value: Value, name: str, kind: type) -> Callable[..., Value]:
    special = _SPECIAL.get((kind, name))

    def apply(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
        if isinstance(value, (list, dict, set)) and name in _MUTATES.get(kind, ()):
            machine.heap.touch(value)
        if isinstance(value, dict) and name in _ENTRIES and not machine.heap.is_countable(value):
            return [Gap("a dict of unknown keys")]
        if special is not None:
            return special(machine, value, args, kwargs, node, frame)
        given = (*args, *kwargs.values())
        if isinstance(value, str):
            if not all(map(_is_plain, given)):
                return Unknown("a string of unknown content")
            if name in GROWING and may_be_long(value, given):
                return Unknown(TOO_LONG)
        elif name in _COMPARING and (excess(machine, value) or any(excess(machine, arg) for arg in given)):
            return Unknown(TOO_LONG)
        try:
            result = getattr(value, name)(*args, **kwargs)
        except (LookupError, TypeError, ValueError, OverflowError, AttributeError) as error:
            raise Thrown(type(error).__name__) from None
        # Views of a dict would change with it, and the interpreter iterates lists.
        return list(result) if type(result) in _LAZY else result

    return apply


def _is_plain(value: Value) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return isinstance(value, (str, int, float, bytes)) or value is None


def _extend(
    machine: Machine, value: list[Value], args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> None:
    extend(machine, value, iterate(machine, args[0], node or frame.module.source.root, frame))


def _update(
    machine: Machine,
    value: dict[Value, Value] | set[Value],
    args: Args,
    kwargs: Kwargs,
    node: cst.CSTNode | None,
    frame: Frame,
) -> None:
    for given in args:
        if isinstance(given, dict):
            value.update(given)
        elif (pairs := as_list(machine, given)) is not None:
            try:
                value.update(pairs)  # type: ignore[arg-type]  # elements that are not pairs raise, as in Python
            except (TypeError, ValueError):
                value.clear()
    if isinstance(value, dict):
        value.update(kwargs)


def _get(
    machine: Machine, value: dict[Value, Value], args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> Value:
    try:
        if isinstance(value, DefaultDict):
            return value.get(*args)
        return ITEMS[dict](machine, value, args[0], node, frame)
    except Thrown:
        return args[1] if len(args) > 1 else kwargs.get("default")


def _pop(
    machine: Machine, value: dict[Value, Value], args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> Value:
    try:
        return value.pop(*args)
    except KeyError:
        raise Thrown("KeyError") from None
    except TypeError:
        return Unknown("an entry with an unknown key")


def _pop_list(
    machine: Machine, value: list[Value], args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> Value:
    indices = [arg for arg in args if isinstance(arg, int)]
    if any(isinstance(element, Gap) for element in value) or len(indices) < len(args):
        value[:] = [Gap("an element was taken out")]
        return Unknown("an element of a list of unknown length")
    try:
        return value.pop(*indices)
    except IndexError:
        raise Thrown("IndexError") from None


def _pop_set(
    machine: Machine, value: set[Value], args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> Value:
    """An element, whichever comes first in the order of :func:`~.iteration.as_list`."""
    elements = as_list(machine, value)
    if elements == []:
        raise Thrown("KeyError")
    if elements is None or isinstance(elements[0], Gap):
        return Unknown("an element of a set without order")
    value.remove(elements[0])
    return elements[0]


def _append_left(
    machine: Machine, value: list[Value], args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> None:
    value.insert(0, args[0])


def _extend_left(
    machine: Machine, value: list[Value], args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> None:
    value[:0] = reversed(iterate(machine, args[0], node, frame))


def _pop_left(
    machine: Machine, value: list[Value], args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> Value:
    return _pop_list(machine, value, (0,), {}, node, frame)


def _insert(
    machine: Machine, value: list[Value], args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> None:
    if isinstance(args[0], int):
        try:
            value.insert(args[0], args[1])
        except OverflowError:
            raise Thrown("OverflowError") from None
    else:
        value[:] = [Gap("an element was inserted at an unknown place")]


def _sort(
    machine: Machine, value: list[Value], args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> None:
    value[:] = sort(machine, list(value), kwargs, node, frame)


def _add(
    machine: Machine, value: set[Value], args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> None:
    with contextlib.suppress(TypeError):
        value.add(args[0])


def _format(machine: Machine, value: str, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    parts = [*args, *kwargs.values()]
    # ``{0.name}`` and ``{0[1]}`` are of the value that stands for the argument here, not of the program's.
    if not all(isinstance(part, (str, int, float, Expr)) for part in parts) or _OF_PART.search(value):
        return Unknown("a formatted string")
    if may_format_long(value, [str(part) if isinstance(part, Expr) else part for part in parts]):
        return Unknown(TOO_LONG)
    try:
        return value.format(*args, **kwargs)
    except (LookupError, ValueError, TypeError, OverflowError):
        return Unknown("a formatted string")


_Method: TypeAlias = Callable[[Machine, Any, Args, Kwargs, "cst.CSTNode | None", Frame], Value]
_SPECIAL: dict[tuple[type, str], _Method] = {
    (list, "appendleft"): _append_left, (list, "extendleft"): _extend_left, (list, "popleft"): _pop_left,
    (list, "extend"): _extend, (list, "pop"): _pop_list, (list, "insert"): _insert, (list, "sort"): _sort,
    (dict, "update"): _update, (dict, "get"): _get, (dict, "pop"): _pop, (set, "update"): _update, (set, "add"): _add,
    (set, "pop"): _pop_set,
    (str, "format"): _format,
}  # fmt: skip
"""Methods whose arguments or object may be partly unknown, by type and name; the second argument is the object."""
