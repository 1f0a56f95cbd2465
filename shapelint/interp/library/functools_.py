"""``functools``, ``itertools``, ``collections``, ``copy``, ``dataclasses`` and ``typing``, as far as models need them."""

from __future__ import annotations

import itertools
import keyword
from collections.abc import Sequence
from typing import Any

from ...shapes import Unknown
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class, Instance
from ..model.copies import copied, copied_instance
from ..model.frame import Frame
from ..model.functions import Builtin, Function, Partial
from ..model.values import Gap
from ..objects.classes import dataclass_init
from ..objects.iteration import as_list, iterate
from ..objects.named_tuples import add_methods
from ..objects.operators import operate

__all__ = ["LIBRARY", "cast", "constant", "decorator_factory", "first", "nothing"]


def _partial(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return Partial(args[0], tuple(args[1:]), dict(kwargs))


def _reduce(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    elements = [*args[2:], *iterate(machine, args[1], node, frame)]
    if not elements or any(isinstance(element, Gap) for element in elements):
        return Unknown("a reduction of unknown elements")
    total = elements[0]
    for element in elements[1:]:
        total = call(machine, args[0], (total, element), {}, node, frame)
    return total


def first(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return args[0] if args else next(iter(kwargs.values()), None)


def decorator_factory(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    if len(args) == 1 and isinstance(args[0], (Function, Class)) and not kwargs:
        return args[0]
    return Builtin("decorator", first)


def _wraps(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``functools.wraps(f)``: the decorated function remembers ``f``, as ``inspect.signature`` does."""
    original = args[0] if args else None

    def mark(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        if isinstance(args[0], Function):
            args[0].attributes["__wrapped__"] = original
        return args[0]

    return Builtin("wraps", mark)


def _chain(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return [element for arg in args for element in iterate(machine, arg, node, frame)]


def _chain_from(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return _chain(machine, iterate(machine, args[0], node, frame), kwargs, node, frame)


def _product(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    columns = [iterate(machine, arg, node, frame) for arg in args]
    if any(isinstance(e, Gap) for column in columns for e in column):
        return [Gap("a product of unknown elements")]
    return list(itertools.islice(itertools.product(*columns), 100_000))


def _repeat(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    times = args[1] if len(args) > 1 else kwargs.get("times")
    return [args[0]] * times if isinstance(times, int) and times <= 4096 else [Gap("repeated without end")]


def _accumulate(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    totals: list[Any] = []
    for element in iterate(machine, args[0], node, frame):
        if isinstance(element, Gap):
            return [element]
        totals.append(element if not totals else operate(machine, "Add", totals[-1], element, node, frame))
    return totals


def _ordered(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return call(machine, machine.project.builtin("dict"), args, kwargs, node, frame)


def _deque(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return iterate(machine, args[0], node, frame) if args else []


def _namedtuple(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    fields = args[1] if len(args) > 1 else kwargs.get("field_names")
    given = fields.replace(",", " ").split() if isinstance(fields, str) else as_list(machine, fields)
    names = [name for name in given or () if isinstance(name, str)]
    if not isinstance(args[0], str) or given is None or len(names) < len(given):
        return Unknown("a named tuple with unknown fields")
    cls = Class(args[0], (), {"__fields__": dict.fromkeys(names)}, dataclass=True)
    cls.names["__init__"] = Builtin("__init__", dataclass_init(cls))
    defaults = kwargs.get("defaults")
    if isinstance(defaults, (tuple, list)):
        cls.names.update(zip(names[len(names) - len(defaults) :], defaults, strict=False))
    add_methods(cls, names)
    return cls


def _copy(deep: bool) -> Builtin:
    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        return copied(args[0], deep)

    return Builtin("deepcopy" if deep else "copy", apply)


def _is_keyword(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return keyword.iskeyword(args[0]) if isinstance(args[0], str) else Unknown("an unknown word")


def cast(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return args[1]


def _field(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return Instance(_FIELD, dict(kwargs))


_FIELD = Class("Field")


def _replace(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``dataclasses.replace(instance, field=value)``."""
    if not isinstance(args[0], Instance) or "**" in kwargs:
        return Unknown("a dataclass with unknown fields")
    clone = copied_instance(args[0], deep=False)
    clone.attributes.update(kwargs)
    return clone


def _asdict(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return dict(args[0].attributes) if isinstance(args[0], Instance) else Unknown("the fields of an unknown dataclass")


def nothing(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return None


def constant(value: Any) -> Builtin:
    return Builtin("constant", lambda machine, args, kwargs, node, frame: value)


LIBRARY: dict[str, Any] = {
    "functools.partial": Builtin("partial", _partial), "functools.reduce": Builtin("reduce", _reduce),
    "functools.wraps": Builtin("wraps", _wraps), "functools.lru_cache": Builtin("lru_cache", decorator_factory),
    "itertools.chain": Builtin("chain", _chain, {"from_iterable": Builtin("from_iterable", _chain_from)}),
    "itertools.product": Builtin("product", _product), "itertools.repeat": Builtin("repeat", _repeat),
    "itertools.accumulate": Builtin("accumulate", _accumulate),
    "collections.OrderedDict": Builtin("OrderedDict", _ordered), "collections.deque": Builtin("deque", _deque),
    "typing.OrderedDict": Builtin("OrderedDict", _ordered),
    "collections.namedtuple": Builtin("namedtuple", _namedtuple),
    "copy.deepcopy": _copy(deep=True), "copy.copy": _copy(deep=False),
    "keyword.iskeyword": Builtin("iskeyword", _is_keyword),
    "typing.cast": Builtin("cast", cast), "typing.TYPE_CHECKING": False,
    "dataclasses.replace": Builtin("replace", _replace), "dataclasses.asdict": Builtin("asdict", _asdict),
    "dataclasses.field": Builtin("field", _field), "warnings.warn": Builtin("warn", nothing),
    "dataclasses.dataclass": Builtin("dataclass", decorator_factory),
}  # fmt: skip
