"""Imports libcst, whose declarations of nodes take most of the time in which a small file is linted.

The standard ``dataclass`` compiles five functions for each of its two hundred classes of nodes.  It drops ``__repr__`` and
``__eq__``, as every node has those of ``CSTNode``; what refuses to change a node is the same for all; and few classes ever get
an instance, which is when ``__init__`` is compiled here.  So libcst is the same, a third sooner.
"""

from __future__ import annotations

import dataclasses  # noqa: TID251  # the one that libcst asks for
import sys
from collections.abc import Callable
from typing import Any

__all__: list[str] = []

_declare: Any = dataclasses.dataclass
_nodes: list[Any] = []


def _declare_node(cls: type | None = None, /, **options: Any) -> type | Callable[[type], type]:
    """``dataclass``, for nodes without what they would not keep or need not have of their own."""
    if cls is None:
        return lambda declared: _declare_node(declared, **options)  # type: ignore[return-value]
    is_node = {"__repr__", "__eq__"} <= vars(cls).keys() and any(base.__name__ == "CSTNode" for base in cls.__mro__)
    if not is_node or options != {"frozen": True} or "__init__" in vars(cls):
        return _declare(cls, **options)  # type: ignore[no-any-return]
    declared: Any = _declare(cls, init=False, repr=False, eq=False)
    declared.__init__ = _late_initializer()
    declared.__setattr__, declared.__delattr__ = _refuse_to_set, _refuse_to_delete
    _nodes.append(declared)
    return declared  # type: ignore[no-any-return]


def _late_initializer() -> Any:
    def __init__(self: Any, *args: Any, **values: Any) -> None:
        # libcst makes the class anew to give it slots, and that one is meant.
        made: Any = next(cls for cls in type(self).__mro__ if vars(cls).get("__init__") is __init__)
        made.__init__ = _initializer(made)
        made.__init__(self, *args, **values)

    return __init__


def _initializer(made: Any) -> Any:
    """What ``dataclass`` gives a frozen class; slots are written past ``__setattr__``."""
    names: dict[str, Any] = {"_missing": dataclasses.MISSING}
    parameters, lines = ["_node"], []
    for field in dataclasses.fields(made):
        name, given = field.name, field.name
        names[f"_set_{name}"] = getattr(made, name).__set__
        if field.default_factory is not dataclasses.MISSING:
            names[f"_new_{name}"] = field.default_factory
            parameters.append(f"{name}=_missing")
            given = f"_new_{name}() if {name} is _missing else {name}"
        elif field.default is not dataclasses.MISSING:
            names[f"_default_{name}"] = field.default
            parameters.append(f"{name}=_default_{name}")
        else:
            parameters.append(name)
        lines.append(f"    _set_{name}(_node, {given})")
    lines.append("    _node.__post_init__()")
    text = f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines)
    exec(compile(text, f"<{made.__qualname__}>", "exec"), names)
    names["__init__"].__qualname__ = f"{made.__qualname__}.__init__"
    return names["__init__"]


def _refuse_to_set(self: Any, name: str, value: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


if "libcst" not in sys.modules:
    dataclasses.dataclass = _declare_node  # type: ignore[assignment]
    try:
        import libcst  # noqa: F401  # for all who import it later
    finally:
        dataclasses.dataclass = _declare
        for _node in _nodes:  # only now, for what is not frozen may not be derived from what is
            _node.__dataclass_params__.init = _node.__dataclass_params__.frozen = True
