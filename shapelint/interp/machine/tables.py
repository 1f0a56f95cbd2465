"""What values do when they are called, iterated, subscripted or searched, by their type; and how meanings are registered.

    @called(Partial)
    def _call_partial(machine: Machine, function: Partial, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value: ...

The tables are filled by the rooms above, which this one does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

import libcst as cst

from ...shapes import Value
from ..model.frame import Frame
from .machine import EXPRESSIONS, STATEMENTS, Machine

__all__ = [
    "ELEMENTS", "HOLDS", "ITEMS", "Args", "Kwargs", "Native", "Node", "call", "called", "expression", "iterated", "searched",
    "statement", "subscripted",
]  # fmt: skip

Args: TypeAlias = Sequence[Value]
"""Positional arguments; a :class:`~..model.values.Gap` stands for an unknown number of them."""
Kwargs: TypeAlias = Mapping[str, Value]
"""Arguments by name; the key ``"**"`` says that there may be more."""
Node: TypeAlias = cst.CSTNode | None
"""The expression that asks; None where the interpreter itself does."""

Native: TypeAlias = Callable[[Machine, Args, Kwargs, Node, Frame], Value]
"""What a :class:`~..model.functions.Builtin` does: ``(machine, args, kwargs, node, frame)``, ``frame`` being the caller's.

A method has its object as first argument.  LookupError, TypeError and ValueError of the function itself say that these
arguments are not followed: the result is unknown then.
"""

_Call: TypeAlias = Callable[[Machine, Any, Args, Kwargs, Node, Frame], Value]
_Iterate: TypeAlias = Callable[[Machine, Any], list[Value] | None]
_Search: TypeAlias = Callable[[Machine, Any, Value], bool | None]
_Subscript: TypeAlias = Callable[[Machine, Any, Value, Node, Frame], Value]

CALLS: dict[type, _Call] = {}
"""``function(*args, **kwargs)`` by the type of the function."""
ELEMENTS: dict[type, _Iterate] = {}
"""What iterating over a value gives, None where that is unknown: ``(machine, value)``."""
HOLDS: dict[type, _Search] = {}
"""``element in holder`` by the type of the holder, None where that depends: ``(machine, holder, element)``."""
ITEMS: dict[type, _Subscript] = {}
"""``holder[key]`` by the type of the holder: ``(machine, holder, key, node, frame)``."""

_Meaning = TypeVar("_Meaning")


class _Register(Generic[_Meaning]):
    """The decorator of one table: ``@expression(cst.Call)`` enters the function below it for nodes of that type."""

    __slots__ = ("_table",)

    def __init__(self, table: dict[type, _Meaning]) -> None:
        self._table = table

    def __call__(self, *kinds: type) -> Callable[[_Meaning], _Meaning]:
        def enter(meaning: _Meaning) -> _Meaning:
            self._table.update(dict.fromkeys(kinds, meaning))
            return meaning

        return enter


expression = _Register(EXPRESSIONS)
"""Registers what expressions of these node types evaluate to."""
statement = _Register(STATEMENTS)
"""Registers what statements of these node types do."""
called = _Register(CALLS)
"""Registers what calling values of these types does."""
iterated = _Register(ELEMENTS)
"""Registers what iterating over values of these types gives."""
searched = _Register(HOLDS)
"""Registers what ``element in holder`` is for holders of these types."""
subscripted = _Register(ITEMS)
"""Registers what ``holder[key]`` is for holders of these types."""


def call(machine: Machine, function: Value, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``function(*args, **kwargs)``, asked by ``node`` in ``frame``."""
    machine.burn()
    meaning = CALLS.get(type(function))
    if meaning is None:
        return machine.unknown("a call of an unknown value", node, frame)
    return meaning(machine, function, args, kwargs, node, frame)
