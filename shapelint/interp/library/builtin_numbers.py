"""Python's built-in functions of numbers and truths, of symbolic sizes too."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ...shapes import Expr, Tensor, Unknown, fresh, less
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.frame import Frame
from ..model.values import Gap, Ratio, Thrown
from ..objects.iteration import iterate
from ..objects.operators import operate

__all__ = ["NUMBERS"]


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


def _sum(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
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
    return (
        operate(machine, "FloorDivide", args[0], args[1], node, frame),
        operate(machine, "Modulo", args[0], args[1], node, frame),
    )


def _pow(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return operate(machine, "Power", args[0], args[1], node, frame) if len(args) == 2 else Unknown("a modular power")


NUMBERS: dict[str, Callable[..., Any]] = {
    "int": _number(int), "float": _number(float), "bool": _bool, "sum": _sum, "max": _extreme(True), "min": _extreme(False),
    "all": _all_any(False), "any": _all_any(True), "abs": _abs, "round": _round, "divmod": _divmod, "pow": _pow,
}  # fmt: skip
