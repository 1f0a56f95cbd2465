"""Arithmetic, comparison and logic of two tensors, which broadcast; the operators of Python among them."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import TypeAlias

from ..shapes import Kind, Needs, Reject, Shape, Tensor, Unknown, Value, unknown_rank
from ..shapes.broadcast import broadcast
from . import elements
from .declare import Declared, keep_shape, op
from .fractional import of_numbers
from .linear_algebra import product
from .operand_values import WHOLE, like, operand, promote, term, unpacked
from .select import nonzero

__all__ = ["binary", "operate"]

_BROADCAST = "(*), (*) -> (*), broadcast"
_ADDITIVE = ("+", "-")


def _floor_divide(left: float, right: float) -> float:
    return left // right if isinstance(left, int) and isinstance(right, int) else float(math.floor(left / right))


def _power(left: float, right: float) -> float:
    if left < 0 and not float(right).is_integer():
        raise ValueError("the root of a negative number")  # in Python a complex number
    result: float = left**right if not isinstance(left, int) or right >= 0 else float(left) ** right
    return result


_FUNCTIONS: dict[str, elements.Binary] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": _floor_divide,
    "%": operator.mod, "**": _power, "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge, "max": max, "min": min, "&": operator.and_, "|": operator.or_, "^": operator.xor,
}  # fmt: skip
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=", "and", "or", "xor", "isclose")

_Read: TypeAlias = Callable[[Needs, Value, str], Tensor]


def _kind(symbol: str, left: Tensor, right: Tensor) -> str | None:
    if symbol in _COMPARISONS:
        return "bool"
    kind = promote((left.dtype, right.dtype))
    return "float" if symbol in ("/", "floating") and kind in WHOLE else kind


def binary(need: Needs, symbol: str, left: Tensor, right: Tensor) -> Tensor:
    """``left symbol right`` with broadcasting; ``Reject(OPERANDS)`` where the shapes never go together."""
    kind = _kind(symbol, left, right)
    if left.shape == right.shape or (not right.shape.dims and right.shape.lead is None):
        shape, result = left.shape, like(left, kind)
    else:
        shape = broadcast(need, (left.shape, right.shape), additive=symbol in _ADDITIVE, name=f"operands of {symbol}")
        result = Tensor(shape, kind)
    if kind is None:
        result.dtype = None
    if not left.is_known or not right.is_known or symbol not in _FUNCTIONS:
        return result
    return elements.combined(_FUNCTIONS[symbol], left, right, shape, kind)


def operate(need: Needs, symbol: str, left: Value, right: Value) -> Value:
    """An operator of Python on tensors: ``"+"``, ``"@"``, ``"=="``, ``"+="``; ``right`` is None for a unary one."""
    result = _operated(need, symbol, left, right)
    if isinstance(left, elements.Array) or isinstance(right, elements.Array):
        return elements.arrayed(result)
    return of_numbers(symbol, left, right, result)


def _operated(need: Needs, symbol: str, left: Value, right: Value) -> Value:
    """The first rule that applies: those for what is not arithmetic come before it, and None is an operand only in ``==``."""
    if symbol.endswith("=") and symbol not in _COMPARISONS:
        result = _operated(need, symbol[:-1], left, right)
        if isinstance(left, Tensor):
            keep_shape(need, left, result)
            if left.memory is not None:
                elements.write(left, result.values if isinstance(result, Tensor) else None)
                result = Tensor(left.shape, left.dtype)
                result.share(left, left.places)
        return result
    if right is None and symbol in _UNARY:
        return _UNARY[symbol](operand(need, left, "operand"))
    # Python compares a tensor with None or a string by identity
    if (left is None or right is None or isinstance(right, str)) and symbol in ("==", "!="):
        return symbol == "!="
    if any(isinstance(side, elements.Array) for side in (left, right)) and any(
        isinstance(side, (list, tuple)) for side in (left, right)
    ):
        return elements.Array(unknown_rank("an array and a list"), None)  # numpy makes an array of the list
    if symbol == "+" and (_may_be_list(left, right) or _may_be_list(right, left)):
        return Unknown("a tensor or a list")
    if symbol == "@":  # a parameter without a value is a matrix here, not a number
        return product(need, _side(left, operand), _side(right, operand))
    one, other = _side(left, _reading(right)), _side(right, _reading(left))
    if symbol == "/" and not isinstance(left, Tensor) and not isinstance(right, elements.Array):
        # torch divides a number by a tensor in two steps, and rounds twice
        kind = "float" if other.dtype in WHOLE else other.dtype
        inverse = elements.mapped(lambda value: 1 / value, other, kind) if other.is_known else other
        return binary(need, "*" if inverse is not other else "/", one, inverse)
    return binary(need, symbol, one, other)


def _may_be_list(value: Value, other: Value) -> bool:
    """Whether an input of which nothing is known is added to a list, and so is one itself (``states += [h]``)."""
    return (
        isinstance(other, (list, tuple))
        and isinstance(value, Tensor)
        and value.shape.lead is not None
        and not value.shape.dims
    )


def _reading(other: Value) -> _Read:
    """How to read the operand on the other side of ``other``.

    A parameter that nobody gave a value broadcasts as a number does, but beside a tensor without dimensions it decides the
    shape, and may be a weight.
    """
    decides = isinstance(other, Tensor) and not other.shape.dims and other.shape.lead is None
    return operand if decides else term


def _side(value: Value, read: _Read) -> Tensor:
    """An operand; a tuple, list or None on one side of a tensor raises TypeError in torch, which is not about shapes."""
    try:
        return read(Needs(), value, "operand")
    except Reject as problem:
        message = f"{type(value).__name__} as operand of a tensor"
        raise Reject(Kind.OPERANDS, message, got_none=value is None) from problem


def _negative(value: Tensor) -> Tensor:
    return like(value) if not value.is_known else elements.mapped(operator.neg, value)


def _inverted(value: Tensor) -> Tensor:
    if value.values is None or value.dtype not in ("bool", "int"):
        return like(value)
    return elements.mapped(lambda element: not element if value.dtype == "bool" else ~int(element), value)


_UNARY: dict[str, Callable[[Tensor], Tensor]] = {
    "-": _negative,
    "+": lambda value: value,
    "~": _inverted,
}


def _declared(symbol: str, names: str, text: str, swapped: bool = False) -> Declared:
    def shape(need: Needs, input: Tensor, other: Value, **others: Value) -> Tensor:
        mode = others.get("rounding_mode")
        valid = not isinstance(mode, str) or mode in ("trunc", "floor")
        need.require(
            valid, Kind.ARGUMENT, f"rounding_mode must be None, 'trunc' or 'floor', got {mode!r}", "rounding_mode"
        )
        # `alpha=2`, `rounding_mode="floor"` change the numbers
        plain = all(others.get(name) in (None, 1) for name in ("alpha", "rounding_mode", "value"))
        second = _reading(input)(need, other, "other")
        result = binary(need, symbol, second, input) if swapped else binary(need, symbol, input, second)
        return result if plain or not result.is_known else like(result)

    return op(names, text, formula=_BROADCAST)(shape)


_TWO = "input, other, *, out=None"
_ALPHA = "input, other, *, alpha=1, out=None"
_ROUNDING = "input, other, *, rounding_mode=None, out=None"
FAMILIES = (
    _declared("+", "{torch,Tensor}.add Tensor.{add_,__add__,__radd__}", _ALPHA),
    _declared("-", "{torch,Tensor}.{sub,subtract} Tensor.{sub_,subtract_,__sub__}", _ALPHA),
    _declared("-", "torch.rsub Tensor.__rsub__", _ALPHA, swapped=True),
    _declared("*", "{torch,Tensor}.{mul,multiply} Tensor.{mul_,multiply_,__mul__,__rmul__}", _TWO),
    _declared("/", "{torch,Tensor}.{div,divide} Tensor.{div_,divide_,__truediv__}", _ROUNDING),
    _declared("/", "{torch,Tensor}.true_divide Tensor.true_divide_", _TWO),
    _declared("//", "{torch,Tensor}.floor_divide Tensor.{floor_divide_,__floordiv__}", _TWO),
    _declared("%", "{torch,Tensor}.remainder Tensor.{remainder_,__mod__}", _TWO),
    _declared("==", "{torch,Tensor}.eq Tensor.{eq_,__eq__}", _TWO),
    _declared("!=", "{torch,Tensor}.{ne,not_equal} Tensor.{ne_,not_equal_,__ne__}", _TWO),
    _declared("<", "{torch,Tensor}.{lt,less} Tensor.{lt_,less_,__lt__}", _TWO),
    _declared("<=", "{torch,Tensor}.{le,less_equal} Tensor.{le_,less_equal_,__le__}", _TWO),
    _declared(">", "{torch,Tensor}.{gt,greater} Tensor.{gt_,greater_,__gt__}", _TWO),
    _declared(">=", "{torch,Tensor}.{ge,greater_equal} Tensor.{ge_,greater_equal_,__ge__}", _TWO),
    _declared("max", "{torch,Tensor}.{maximum,fmax}", _TWO),
    _declared("min", "{torch,Tensor}.{minimum,fmin}", _TWO),
    _declared("and", "{torch,Tensor}.{logical_and} Tensor.logical_and_", _TWO),
    _declared("or", "{torch,Tensor}.{logical_or} Tensor.logical_or_", _TWO),
    _declared("xor", "{torch,Tensor}.{logical_xor} Tensor.logical_xor_", _TWO),
    _declared("bitwise", "{torch,Tensor}.bitwise_{and,or,xor,left_shift,right_shift} Tensor.{__and__,__or__,__xor__}", _TWO),
    _declared("bitwise", "Tensor.bitwise_{and,or,xor,left_shift,right_shift}_", _TWO),
    _declared("floating", "{torch,Tensor}.{atan2,arctan2,xlogy,logaddexp,logaddexp2,nextafter,copysign,hypot,ldexp}", _TWO),
    _declared("floating", "Tensor.{atan2_,arctan2_,xlogy_,nextafter_,copysign_,hypot_,ldexp_}", _TWO),
    _declared("bitwise", "{torch,Tensor}.{fmod,gcd,lcm} Tensor.{fmod_,gcd_,lcm_}", _TWO),
)  # fmt: skip


@op("{torch,Tensor}.pow Tensor.{pow_,__pow__}", "input, exponent, *, out=None", formula=_BROADCAST)
def power(need: Needs, input: Tensor, exponent: Value, out: Value) -> Tensor:
    """``input ** exponent``."""
    return binary(need, "**", input, term(need, exponent, "exponent"))


@op("{torch,Tensor}.float_power Tensor.float_power_", "input, exponent, *, out=None", formula=_BROADCAST)
def float_power(need: Needs, input: Tensor, exponent: Value, out: Value) -> Tensor:
    """``input ** exponent`` in double precision."""
    return binary(need, "floating", input, term(need, exponent, "exponent"))


@op("{torch,Tensor}.heaviside Tensor.heaviside_", "input, values, *, out=None", formula=_BROADCAST)
def heaviside(need: Needs, input: Tensor, values: Value, out: Value) -> Tensor:
    """The step function."""
    return binary(need, "floating", input, term(need, values, "values"))


@op("{torch,Tensor}.isclose", "input, other, rtol=1e-5, atol=1e-8, equal_nan=False", formula=_BROADCAST)
def isclose(need: Needs, input: Tensor, other: Value, rtol: Value, atol: Value, equal_nan: Value) -> Tensor:
    """Equality up to a tolerance."""
    return binary(need, "isclose", input, term(need, other, "other"))


@op(
    "{torch,Tensor}.{clamp,clip} Tensor.{clamp_,clip_} torch.{clamp_,clip_}",
    "input, min=None, max=None, *, out=None",
    formula=_BROADCAST,
)
def clamp(need: Needs, input: Tensor, min: Value, max: Value, out: Value) -> Tensor:
    """Elements within limits, which may be tensors."""
    need.require(min is not None or max is not None, Kind.ARGUMENT, "at least one of min and max expected in clamp")
    result = input
    for limit, symbol in ((min, "max"), (max, "min")):
        if limit is not None:
            result = binary(need, symbol, result, term(need, limit, "limit"))
    return result


@op(
    "{torch,Tensor}.clamp_{min,max} Tensor.clamp_{min,max}_ torch.clamp_{min,max}_",
    "input, min=None, *, max=None, out=None",
    formula=_BROADCAST,
)
def clamp_one(need: Needs, input: Tensor, min: Value, max: Value, out: Value) -> Tensor:
    """Elements within one limit."""
    return like(binary(need, "bitwise", input, term(need, min if max is None else max, "limit")))


@op(
    "{torch,Tensor}.where",
    "input, self=None, other=None, *, condition=None, out=None",
    formula="(*), (*), (*) -> (*), broadcast",
)
def where(
    need: Needs, input: Tensor, self: Value, other: Value, condition: Value, out: Value
) -> Tensor | tuple[Tensor, ...] | Unknown:
    """``torch.where(condition, a, b)`` broadcasts all three; ``torch.where(condition)`` gives a tensor of indices per dimension."""
    if self is None and other is None and condition is None:
        return nonzero.shape(need, input, None, True)
    tensors = [term(need, value, "operand") for value in (input, self, other, condition) if value is not None]
    if condition is not None:
        return Tensor(broadcast(need, [tensor.shape for tensor in tensors]), None)
    return Tensor(broadcast(need, [tensor.shape for tensor in tensors]), promote(t.dtype for t in tensors[1:]))


@op("{torch,Tensor}.{lerp} Tensor.lerp_", "input, end, weight, *, out=None", formula="(*), (*), (*) -> (*), broadcast")
def lerp(need: Needs, input: Tensor, end: Value, weight: Value, out: Value) -> Tensor:
    """``input + weight * (end - input)``."""
    others = (term(need, end, "end").shape, term(need, weight, "weight").shape)
    return Tensor(broadcast(need, (input.shape, *others)), input.dtype)


@op(
    "{torch,Tensor}.{addcmul,addcdiv} Tensor.{addcmul_,addcdiv_}",
    "input, tensor1, tensor2, *, value=1, out=None",
    formula="(*), (*), (*) -> (*), broadcast",
)
def addcmul(need: Needs, input: Tensor, tensor1: Value, tensor2: Value, value: Value, out: Value) -> Tensor:
    """``input + value * tensor1 * tensor2`` and its quotient."""
    others = (term(need, tensor1, "tensor1"), term(need, tensor2, "tensor2"))
    kind = promote((input.dtype, *(other.dtype for other in others)))
    return Tensor(broadcast(need, (input.shape, *(other.shape for other in others))), kind)


@op("torch.broadcast_tensors", "*tensors", formula="every tensor expanded to the common shape")
def broadcast_tensors(need: Needs, tensors: tuple[Value, ...]) -> tuple[Tensor, ...]:
    """All expanded to the common shape."""
    found = [operand(need, item, "tensors") for item in unpacked(tensors)]
    if not found:
        return ()
    common: Shape = broadcast(need, [tensor.shape for tensor in found])
    return tuple(Tensor(common, tensor.dtype) for tensor in found)


@op("{torch,Tensor}.equal", "input, other", formula="(*), (*) -> a bool")
def equal(need: Needs, input: Tensor, other: Value) -> Unknown:
    """A bool of Python, which is not known; tensors of different sizes are merely not equal."""
    return Unknown("the elements are not known")


@op("{torch,Tensor}.allclose", "input, other, rtol=1e-5, atol=1e-8, equal_nan=False", formula="(*), (*) -> a bool")
def allclose(need: Needs, input: Tensor, other: Value, rtol: Value, atol: Value, equal_nan: Value) -> Unknown:
    """A bool of Python, which is not known; the operands broadcast."""
    binary(need, "isclose", input, term(need, other, "other"))
    return Unknown("the elements are not known")
