"""``math`` and ``operator``, of symbolic sizes too."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ...shapes import Expr, Tensor, Unknown, fresh
from ..machine.machine import Machine
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.values import Gap, Ratio
from ..objects.iteration import iterate
from ..objects.operators import operate

__all__ = ["MATH"]


def _math(function: Callable[..., Any], whole: bool = False) -> Builtin:
    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        plain = [a.elements if isinstance(a, Tensor) and isinstance(a.elements, (int, float)) else a for a in args]
        if all(isinstance(arg, (int, float)) for arg in plain):
            try:
                return function(*plain)
            except (ValueError, OverflowError, TypeError, ZeroDivisionError):
                return Unknown(f"math.{function.__name__} has no value here")
        if whole and isinstance(plain[0], Ratio):
            return plain[0].floor if function is not math.ceil else plain[0].ceil
        if whole and isinstance(plain[0], Expr):
            return plain[0]
        return fresh("n", minimum=0, reason="an unknown number") if whole else Unknown("an unknown number")

    return Builtin(function.__name__, apply)


def _prod(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    product: Any = 1
    for element in iterate(machine, args[0], node, frame):
        if isinstance(element, Gap):
            return fresh("n", minimum=0, reason="a product of unknown numbers")
        product = operate(machine, "Multiply", product, element, node, frame)
    return product


def _modf(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return math.modf(args[0]) if isinstance(args[0], (int, float)) else Unknown("an unknown number")


def _operate(machine: Machine, operator: str, args: Sequence[Any], node: Any, frame: Frame) -> Any:
    return operate(machine, operator, args[0], args[1], node, frame)


MATH: dict[str, Any] = {
    **{f"math.{f.__name__}": _math(f) for f in (
        math.sqrt, math.log, math.log2, math.log10, math.log1p, math.exp, math.expm1, math.pow, math.sin, math.cos, math.tan,
        math.asin, math.acos, math.atan, math.atan2, math.sinh, math.cosh, math.tanh, math.hypot, math.erf, math.erfc,
        math.gcd, math.lcm, math.isclose, math.isnan, math.isinf, math.isfinite, math.fabs, math.fmod, math.copysign,
        math.isqrt, math.degrees, math.radians)},
    **{f"math.{f.__name__}": _math(f, whole=True) for f in (math.floor, math.ceil, math.trunc)},
    "math.modf": Builtin("modf", _modf), "math.nan": math.nan, "math.tau": math.tau,
    "math.prod": Builtin("prod", _prod), "math.pi": math.pi, "math.inf": math.inf, "math.e": math.e,
    "operator.mul": Builtin("mul", lambda m, a, k, n, f: _operate(m, "Multiply", a, n, f)),
    "operator.add": Builtin("add", lambda m, a, k, n, f: _operate(m, "Add", a, n, f)),
}  # fmt: skip
