"""Python's built-in functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..ops.elements import Array
from ..shapes import Expr, Tensor, Unknown, fresh, less
from .attributes import get_attribute, has_attribute, set_attribute
from .calls import call
from .heap import join
from .iteration import ShapeOf, as_list, iterate
from .machine import Machine
from .scope import Frame
from .values import (
    Bound,
    Builtin,
    Choice,
    Class,
    External,
    Function,
    Gap,
    Instance,
    Parameter,
    Partial,
    Ratio,
    Super,
    Thrown,
)  # fmt: skip

__all__ = ["BUILTINS", "sort"]

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


def _isinstance(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    value, kinds = args
    kinds = _flatten(kinds)
    if isinstance(value, (Unknown, Expr)) and not _is_size(value):
        return machine.comparison(("isinstance", id(value) if isinstance(value, Unknown) else value, str(kinds)))
    if isinstance(value, Choice):
        answers = {_one_of(option, kind) for option in value.options for kind in kinds}
        return answers.pop() if len(answers) == 1 and None not in answers else Unknown("a condition on unknown values")
    answers = {_one_of(value, kind) for kind in kinds}
    return True if True in answers else Unknown("a condition on unknown types") if None in answers else False


def _is_size(value: Any) -> bool:
    return isinstance(value, Expr) and not (value.as_symbol is not None and not value.as_symbol.uid)


def _flatten(kinds: Any) -> list[Any]:
    return [k for kind in kinds for k in _flatten(kind)] if isinstance(kinds, tuple) else [kinds]


_HOST_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int, Expr), "float": (float,), "str": (str,), "bool": (bool,), "tuple": (tuple, ShapeOf), "list": (list,),
    "dict": (dict,), "set": (set,), "Iterable": (list, tuple, dict, set, str, range), "Sequence": (list, tuple, str, range),
    "Mapping": (dict,), "OrderedDict": (dict,), "Number": (int, float, Expr), "Integral": (int, Expr), "Real": (int, float, Expr),
    "Callable": (Function, Bound, Builtin, Class, Partial), "FunctionType": (Function,), "Size": (tuple, ShapeOf),
    "complex": (complex,), "bytes": (bytes,), "Hashable": (int, str, tuple), "Iterator": (),
}  # fmt: skip


def _may_be_a_tensor(value: Any) -> bool:
    """Whether it is unknown, or a parameter that nobody gave a value."""
    return isinstance(value, Unknown) or (isinstance(value, Expr) and value.as_parameter is not None)


def _one_of(value: Any, kind: Any) -> bool | None:
    match kind:
        case Class():
            if isinstance(value, Instance):
                known = value.cls.derives(kind)
                return None if not known and value.cls.unknown_base else known
            return None if _may_be_a_tensor(value) else False
        case Builtin() | External():
            name = kind.name if isinstance(kind, Builtin) else kind.dotted
            if name in ("torch.Tensor", "torch.nn.Parameter", "torch.FloatTensor", "torch.nn.parameter.Parameter"):
                return None if _may_be_a_tensor(value) else isinstance(value, Tensor) and not isinstance(value, Array)
            short = name.rpartition(".")[2]
            if short == "NoneType":
                return value is None
            if isinstance(value, Instance) or value is None or isinstance(value, Tensor):
                return False if short in _HOST_TYPES and not _iterable(value, short) else None
            if short in _HOST_TYPES:
                return isinstance(value, _HOST_TYPES[short])
            return False if isinstance(value, (int, float, str, list, tuple, dict, set, Expr)) else None
        case None:
            return value is None
        case _:
            return None


def _iterable(value: Any, short: str) -> bool:
    return isinstance(value, Instance) and short in ("Iterable", "Callable", "Sequence", "Mapping", "Iterator")


def _issubclass(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    if not isinstance(args[0], Class):
        return Unknown("a condition on unknown types")
    kinds = [kind for kind in _flatten(args[1]) if isinstance(kind, Class)]
    return any(args[0].derives(kind) for kind in kinds) or (Unknown("unknown base") if args[0].unknown_base else False)


def _type(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    value = args[0]
    if len(args) == 1:
        if isinstance(value, Instance):
            return value.cls
        if isinstance(value, Tensor):
            return machine.project.external("torch.nn.Parameter" if isinstance(value, Parameter) else "torch.Tensor")
        name = next(
            (n for n in ("bool", "int", "float", "str", "list", "tuple", "dict", "set") if type(value).__name__ == n),
            None,
        )
        return BUILTINS[name] if name else Unknown("an unknown type")
    return Unknown("a class made at run time")


def _super(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    owner, self = frame.owner, frame.self
    if len(args) == 2:
        self = args[1]
        if isinstance(args[0], Class):
            owner = args[0]
    here: Frame | None = frame
    while self is None and here is not None:
        owner, self, here = here.owner, here.self, here.outer
    if owner is None or not isinstance(self, (Instance, Class)):
        return Unknown("super() outside a class")
    cls = self if isinstance(self, Class) else self.cls
    # The wrong class name in super(_NetD, self) is a slip that the class statement above corrects.
    return Super(owner if owner in cls.mro else cls, self)


def _number(convert: Callable[[Any], Any]) -> Callable[..., Any]:
    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        if not args:
            return convert(0)
        value = args[0]
        match value:
            case int() | float() | str():
                try:
                    return convert(*args)
                except (TypeError, ValueError, OverflowError):
                    raise Thrown("ValueError") from None
            case Expr():
                return value if convert is int else Unknown("a float of an unknown size")
            case Ratio():
                return value.floor if convert is int else value
            case Tensor() if isinstance(value.elements, (bool, int, float)):
                return convert(value.elements)
            case _:
                return (
                    fresh("n", minimum=0, reason="an unknown number")
                    if convert is int
                    else Unknown("an unknown number")
                )

    return apply


def _bool(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    known = machine.truth(args[0]) if args else False
    return Unknown("an unknown truth") if known is None else known


def _str(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return (
        str(args[0])
        if args and isinstance(args[0], (str, int, float, Expr))
        else ""
        if not args
        else Unknown("a string")
    )


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
                result.update(pairs if pairs is not None else ())
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
    return [e if isinstance(e, Gap) else (i, e) for i, e in enumerate(elements, start)]


def _zip(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    columns = [iterate(machine, arg, node, frame) for arg in args]
    if any(isinstance(element, Gap) for column in columns for element in column):
        return [Gap("a zip of unknown length")]
    return list(zip(*columns, strict=False))


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


def sort(machine: Machine, elements: list[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> list[Any]:
    """``sorted(elements, key=..., reverse=...)``; unknown order gives a list of unknown content."""
    key = kwargs.get("key")
    keys = [call(machine, key, (e,), {}, node, frame) for e in elements] if key is not None else list(elements)
    if not all(isinstance(k, (int, float, str, tuple)) for k in keys):
        return [Gap("sorted by unknown keys")]
    try:
        order = sorted(range(len(elements)), key=lambda i: keys[i], reverse=kwargs.get("reverse") is True)
    except TypeError:
        return [Gap("sorted by unknown keys")]
    return [elements[i] for i in order]


def _sorted(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return sort(machine, iterate(machine, args[0], node, frame), kwargs, node, frame)


def _sum(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    from .operators import operate

    total: Any = args[1] if len(args) > 1 else kwargs.get("start", 0)
    for element in iterate(machine, args[0], node, frame):
        if isinstance(element, Gap):
            return Unknown("a sum of unknown numbers")
        total = (
            element if total == 0 and isinstance(total, int) else operate(machine, "Add", total, element, node, frame)
        )
    return total


def _extreme(largest: bool) -> Callable[..., Any]:
    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        values = list(args) if len(args) > 1 else iterate(machine, args[0], node, frame)
        if not values:
            if "default" in kwargs:
                return kwargs["default"]
            raise Thrown("ValueError")
        key = kwargs.get("key")
        keys = [call(machine, key, (v,), {}, node, frame) for v in values] if key is not None else values
        best = 0
        for i in range(1, len(values)):
            smaller = _less(keys[best], keys[i]) if largest else _less(keys[i], keys[best])
            if smaller is None:
                sizes = all(isinstance(v, (int, Expr)) for v in values)
                return (
                    fresh("m", minimum=0, reason="an extreme of unknown sizes")
                    if sizes
                    else Unknown("an unknown extreme")
                )
            best = i if smaller else best
        return values[best]

    return apply


def _less(left: Any, right: Any) -> bool | None:
    if isinstance(left, (int, Expr)) and isinstance(right, (int, Expr)):
        return less(left, right)
    try:
        return bool(left < right)
    except TypeError:
        return None


def _all_any(stop: bool) -> Callable[..., Any]:
    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        doubt = False
        for element in iterate(machine, args[0], node, frame):
            known = None if isinstance(element, Gap) else machine.truth(element)
            if known is stop:
                return stop
            doubt = doubt or known is None
        return Unknown("a condition on unknown values") if doubt else not stop

    return apply


def _abs(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    value = args[0]
    if isinstance(value, (int, float)):
        return abs(value)
    if isinstance(value, Expr):
        return value if less(value, 0) is False else -value if less(value, 0) else Unknown("an unknown size")
    return Unknown("an unknown number")


def _round(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    value, *digits = args
    if isinstance(value, (int, float)) and all(isinstance(d, int) for d in digits):
        return round(value, *digits) if math.isfinite(value) else value
    if isinstance(value, Expr):
        return value
    return fresh("n", minimum=0, reason="an unknown number") if not digits else Unknown("an unknown number")


def _divmod(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    from .operators import operate

    return (
        operate(machine, "FloorDivide", args[0], args[1], node, frame),
        operate(machine, "Modulo", args[0], args[1], node, frame),
    )


def _pow(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    from .operators import operate

    return operate(machine, "Power", args[0], args[1], node, frame) if len(args) == 2 else Unknown("a modular power")


def _getattr(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    if not isinstance(args[1], str):
        return Unknown("an attribute of unknown name")
    try:
        return get_attribute(machine, args[0], args[1])
    except Thrown:
        if len(args) > 2:
            return args[2]
        raise


def _setattr(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    if isinstance(args[1], str):
        set_attribute(machine, args[0], args[1], args[2])
    elif isinstance(args[0], Instance):
        args[0].opaque = "an attribute of unknown name was set"


def _hasattr(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    known = has_attribute(machine, args[0], args[1]) if isinstance(args[1], str) else None
    return machine.comparison(("hasattr", id(args[0]), str(args[1]))) if known is None else known


def _callable(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    if isinstance(args[0], (Function, Class, Builtin, Bound, Partial)):
        return True
    return (
        False if isinstance(args[0], (int, str, float, list, tuple, dict)) or args[0] is None else Unknown("callable")
    )


def _next(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    if isinstance(args[0], list):
        if args[0] and not isinstance(args[0][0], Gap):
            machine.heap.touch(args[0])
            return args[0].pop(0)
        if not args[0] and len(args) > 1:
            return args[1]
    return Unknown("the next element of an unknown iterator")


def _iter(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return iterate(machine, args[0], node, frame)


def _nothing(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return None


def _unknown(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return Unknown("a built-in function that is not modelled")


def _identity(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return id(args[0])


def _dir(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """The names that are known of a module of torch, and an unknown number of others."""
    from .externals import star_names

    if not args or not isinstance(args[0], External):
        return Unknown("the names of an object")
    return [*star_names(machine.project, args[0].dotted), Gap("further names")]


def _slice(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return slice(*args)


_EXCEPTIONS = (
    "Exception", "BaseException", "ValueError", "TypeError", "KeyError", "IndexError", "RuntimeError", "AssertionError",
    "NotImplementedError", "ImportError", "ModuleNotFoundError", "AttributeError", "StopIteration", "OSError",
    "FileNotFoundError", "ZeroDivisionError", "KeyboardInterrupt", "UserWarning", "DeprecationWarning", "RuntimeWarning",
    "FutureWarning", "LookupError",
)  # fmt: skip

_TABLE: dict[str, Callable[..., Any]] = {
    "len": _len, "range": _range, "isinstance": _isinstance, "issubclass": _issubclass, "type": _type, "super": _super,
    "int": _number(int), "float": _number(float), "bool": _bool, "str": _str, "repr": _str, "list": _sequence(list),
    "tuple": _sequence(tuple), "set": _sequence(set), "frozenset": _sequence(set), "dict": _dict,
    "enumerate": _enumerate, "zip": _zip, "map": _map, "filter": _filter, "reversed": _reversed, "sorted": _sorted,
    "sum": _sum, "max": _extreme(True), "min": _extreme(False), "all": _all_any(False), "any": _all_any(True),
    "abs": _abs, "round": _round, "divmod": _divmod, "pow": _pow, "getattr": _getattr, "setattr": _setattr,
    "hasattr": _hasattr, "callable": _callable, "next": _next, "iter": _iter, "print": _nothing, "id": _identity,
    "slice": _slice, "dir": _dir, "format": _str,
    **dict.fromkeys(("open", "input", "eval", "exec", "vars", "globals", "locals", "hash", "delattr", "chr", "ord",
                     "bytes", "complex", "object", "memoryview", "bytearray", "hex", "bin", "__import__", "compile",
                     "staticmethod", "classmethod", "property", "exit", "quit"), _unknown),
}  # fmt: skip

BUILTINS: dict[str, Any] = {
    **{name: Builtin(name, function) for name, function in _TABLE.items()},
    **{name: Class(name) for name in _EXCEPTIONS},
    "object": Class("object"),
    "NotImplemented": Unknown("NotImplemented"),
    "True": True,
    "False": False,
    "None": None,
    "Ellipsis": ...,
    "__debug__": True,
}
