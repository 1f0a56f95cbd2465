"""Values of a run in the form of the JSON contract: shapes as lists, symbols under names of their own."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..interp.model.classes import Instance
from ..interp.model.tape import Tape
from ..interp.model.values import Choice
from ..render.style import plain
from ..shapes import Dim, Expr, Shape, Symbol, Tensor, Unknown, Value, substitute, symbols_of
from ..shapes.dim import of_atom
from .table_columns import shape_text

__all__ = ["ShownValues", "may_be_tensor"]

_BYTES = {"float": 4, "int": 8, "bool": 1, "complex": 8}


class ShownValues:
    """The values of one run.  Two symbols that happen to have one name are told apart: ``H`` and ``H2``."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._names: dict[Symbol, Expr] = {}
        self._taken: set[str] = set()

    def dim(self, dim: Dim) -> int | str:
        """A number, or text."""
        if isinstance(dim, int):
            return dim
        known = substitute(dim, {symbol: self._named(symbol) for symbol in sorted(symbols_of(dim), key=_order)})
        return str(known) if isinstance(known, Expr) else known

    def shape(self, shape: Shape) -> list[int | str] | None:
        """The dims, after ``"..."`` where there may be more before them; None where nothing is known."""
        shape = self._tape.resolve(shape)
        if shape.lead is not None and not shape.dims:
            return None
        return [*(["..."] if shape.lead is not None else []), *map(self.dim, shape.dims)]

    def value(self, value: Value) -> Value:
        """The shapes of the tensors in ``value``, nested as they are; None for anything else."""
        match value:
            case Tensor():
                return self.shape(value.shape)
            case tuple() | list():
                return [self.value(part) for part in value]
            case Mapping():
                return {str(key): self.value(part) for key, part in value.items()}
            case Instance() if value.cls.dataclass:
                return {key: self.value(part) for key, part in value.attributes.items()}
            case _:
                return None

    def text(self, value: Value) -> str:
        """An input for people: shapes, and plain values as Python writes them."""
        match value:
            case tuple() | list():
                return f"[{', '.join(map(self.text, value))}]"
            case dict():
                return f"{{{', '.join(f'{plain(str(key))}: {self.text(part)}' for key, part in value.items())}}}"
            case None | bool() | int() | float() | str():
                return plain(repr(value))
            case Expr():
                return str(self.dim(value))
            case _:
                return shape_text(self.value(value))

    def is_known(self, value: Value) -> bool:
        """Whether every null in the shapes of an output is something that is not a tensor (weights that nobody wanted)."""
        match value:
            case Tensor():
                return self._tape.resolve(value.shape).lead is None
            case Unknown() | Choice():
                return False
            case tuple() | list():
                return all(map(self.is_known, value))
            case dict():
                return all(map(self.is_known, value.values()))
            case Instance():
                return value.cls.dataclass and all(map(self.is_known, value.attributes.values()))
            case _:
                return True

    def bytes(self, value: Value) -> Dim | None:
        """What the tensors in ``value`` take, floats in 32 bits and integers in 64; None where that is not known."""
        match value:
            case Tensor():
                shape = self._tape.resolve(value.shape)
                each = _BYTES.get(value.dtype or "float")
                return None if shape.lead is not None or each is None else math.prod(shape.dims) * each
            case Unknown() | Choice():
                return None
            case tuple() | list() | dict():
                parts = [self.bytes(part) for part in (value.values() if isinstance(value, dict) else value)]
                return None if None in parts else sum(part for part in parts if part is not None)
            case _:
                return 0

    def _named(self, symbol: Symbol) -> Expr:
        if symbol not in self._names:
            name, count = symbol.name, 1
            while name in self._taken:
                count += 1
                name = f"{symbol.name}{count}"
            self._taken.add(name)
            self._names[symbol] = of_atom(Symbol(name, minimum=symbol.minimum))
        return self._names[symbol]


def _order(symbol: Symbol) -> tuple[str, int]:
    return symbol.name, symbol.uid


def may_be_tensor(value: Value) -> bool:
    """Whether there is a tensor in ``value``, or may be one."""
    match value:
        case Tensor() | Unknown() | Choice():
            return True
        case tuple() | list():
            return any(map(may_be_tensor, value))
        case dict():
            return any(map(may_be_tensor, value.values()))
        case _:
            return False
