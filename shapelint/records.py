"""``dataclass``, ``field`` and ``replace``, as far as this project uses them, at a tenth of the cost of a declaration.

The standard decorator compiles six functions for each class when the module is imported: with a hundred classes that was
half of the time in which one file is linted.  Here a class gets its ``__init__`` when its first instance is made, and
shares everything else.  Type checkers see the standard library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter, ge, gt, le, lt
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass", "field", "replace"]

_NOTHING: Any = object()
_FIELDS = "__record_fields__"


class _Field:
    __slots__ = ("compare", "default", "factory", "init", "repr")

    def __init__(self, default: Any, factory: Any, init: bool, compare: bool, repr: bool) -> None:
        self.default, self.factory, self.init, self.compare, self.repr = default, factory, init, compare, repr


def _field(
    *,
    default: Any = _NOTHING,
    default_factory: Any = _NOTHING,
    init: bool = True,
    compare: bool = True,
    repr: bool = True,
) -> Any:
    return _Field(default, default_factory, init, compare, repr)


def _dataclass(
    *, frozen: bool = False, slots: bool = True, eq: bool = True, order: bool = False, repr: bool = True
) -> Any:
    assert slots
    shared: dict[str, Any] = {}
    if frozen:
        shared = {"__setattr__": _refuse, "__delattr__": _refuse, "__reduce__": _reduce}
    if eq:
        shared |= {"__eq__": _equal, "__hash__": _hash if frozen else None}
    if order:
        shared |= {f"__{compare.__name__}__": _ordering(compare) for compare in (lt, le, gt, ge)}
    if repr:
        shared["__repr__"] = _repr
    return lambda cls: _declared(cls, shared)


def _declared(cls: type, shared: Mapping[str, Any]) -> type:
    """The class with slots, and with what it shares with all others unless it has its own."""
    body = dict(vars(cls))
    own = {name: _as_field(body.pop(name, _NOTHING)) for name in body.get("__annotations__", ())}
    fields: dict[str, _Field] = {**getattr(cls, _FIELDS, {}), **own}
    body.pop("__dict__", None)
    body.pop("__weakref__", None)
    body.setdefault("__match_args__", tuple(name for name, field in fields.items() if field.init))
    compared = [name for name, field in fields.items() if field.compare]
    names = {"__slots__": tuple(own), _FIELDS: fields, "__record_key__": attrgetter(*compared) if compared else type}
    made: Any = type(cls)(cls.__name__, cls.__bases__, {**shared, **body, **names})
    made.__qualname__ = cls.__qualname__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        made.__init__ = _initializer(made, fields, "__setattr__" in shared)
        made.__init__(self, *args, **kwargs)

    made.__init__ = __init__
    return made  # type: ignore[no-any-return]


def _as_field(value: Any) -> _Field:
    return value if type(value) is _Field else _Field(value, _NOTHING, True, True, True)


def _initializer(made: Any, fields: Mapping[str, _Field], frozen: bool) -> Any:
    """``__init__`` with the fields as parameters; slots are written past a frozen class's ``__setattr__``."""
    names: dict[str, Any] = {"_nothing": _NOTHING}
    parameters, lines = ["_made"], []
    for name, field in fields.items():
        names[f"_set_{name}"] = getattr(made, name).__set__
        value = name
        if field.factory is not _NOTHING:
            names[f"_new_{name}"] = field.factory
            parameters.append(f"{name}=_nothing")
            value = f"_new_{name}() if {name} is _nothing else {name}"
        elif field.default is not _NOTHING:
            names[f"_default_{name}"] = field.default
            parameters.append(f"{name}=_default_{name}")
        elif field.init:
            parameters.append(name)
        if not field.init:
            if field.default is _NOTHING:
                continue
            parameters.pop()
            value = f"_default_{name}"
        lines.append(f"    _set_{name}(_made, {value})" if frozen else f"    _made.{name} = {value}")
    if hasattr(made, "__post_init__"):
        lines.append("    _made.__post_init__()")
    text = f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines or ["    pass"])
    exec(compile(text, f"<{made.__qualname__}>", "exec"), names)
    return names["__init__"]


def _refuse(self: Any, name: str, *value: Any) -> None:
    raise AttributeError(f"{type(self).__name__}.{name} is frozen")


def _reduce(self: Any) -> tuple[Any, ...]:
    """For ``pickle``, which would set what cannot be set: the record is made anew."""
    fields: Mapping[str, _Field] = getattr(self, _FIELDS)
    return type(self), tuple(getattr(self, name) for name, field in fields.items() if field.init)


def _equal(self: Any, other: Any) -> Any:
    if self is other:
        return True
    if type(self) is not type(other):
        return NotImplemented
    return self.__record_key__(self) == self.__record_key__(other)


def _ordering(compare: Callable[[Any, Any], bool]) -> Any:
    def ordered(self: Any, other: Any) -> Any:
        return (
            compare(self.__record_key__(self), other.__record_key__(other))
            if type(self) is type(other)
            else NotImplemented
        )

    return ordered


def _hash(self: Any) -> int:
    return hash(self.__record_key__(self))


def _repr(self: Any) -> str:
    shown = (f"{name}={getattr(self, name)!r}" for name, field in getattr(self, _FIELDS).items() if field.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _replace(record: Any, /, **changes: Any) -> Any:
    kept = {name: getattr(record, name) for name, field in getattr(record, _FIELDS).items() if field.init}
    return type(record)(**{**kept, **changes})


if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    dataclass: Callable[..., Any] = _dataclass
    field, replace = _field, _replace
