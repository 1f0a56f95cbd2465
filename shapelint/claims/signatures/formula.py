"""Expressions of axes, ``h//2``, ``min(a,b)``, ``2*{n}``, which jaxtyping gives to Python's ``eval``.

A formula is worth a :class:`~shapelint.shapes.Dim` for every size of its names if it is made of sums, products and floor
quotients; beyond that it is worked out once all of its names are numbers.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from ...records import dataclass
from ...shapes import Dim, symbol
from ..comments.dim_values import apply
from ..comments.not_a_shape import NotAShape

__all__ = ["Formula", "formula_of"]

_SIGNS: Mapping[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
}  # fmt: skip
_NUMERIC: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "//": lambda a, b: Fraction(a // b), "%": operator.mod,
}  # fmt: skip
_CALLS: Mapping[str, Callable[..., Fraction]] = {
    "min": min, "max": max, "abs": abs, "int": lambda a: Fraction(int(a)), "round": lambda a: Fraction(round(a)),
}  # fmt: skip
_FIELD = re.compile(r"\{([^{}]*)\}")
_ARGUMENT = "argument "  # no name of an axis has a space
_LARGEST = 64  # exponents and bits: sizes are small


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression of the names of axes, and of arguments of the function where it has fields: ``{n}``."""

    root: ast.expr
    fields: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The axes that it is made of."""
        found = {node.id for node in ast.walk(self.root) if isinstance(node, ast.Name)}
        return frozenset(found - set(_CALLS) - {f"_{place}" for place in range(len(self.fields))})

    @property
    def dim(self) -> Dim | None:
        """What it is worth for every size of its names, ``/`` read as floor; None if that is no polynomial."""
        try:
            return None if self.fields else _dim(self.root)
        except NotAShape:
            return None

    def value(self, axes: Mapping[str, int], arguments: Mapping[str, object]) -> Fraction | None:
        """Its number for these sizes and arguments; None if one of them is missing, or nobody can tell."""
        known = {name: Fraction(size) for name, size in axes.items()}
        for place, name in enumerate(self.fields):
            given = arguments.get(name)
            if type(given) is int:
                known[f"_{place}"] = Fraction(given)
            else:
                known.pop(f"_{place}", None)
        try:
            return _number(self.root, known)
        except (ArithmeticError, KeyError, TypeError, NotAShape):
            return None


def formula_of(text: str) -> Formula | None:
    """The formula that is written in ``text``; None if it is none, has a comment, or calls what nobody knows.

    >>> formula_of("h//2+1").dim
    h//2 + 1
    >>> formula_of("min(h,{n})").value({"h": 8}, {"n": 3})
    Fraction(3, 1)
    """
    fields = tuple(field.strip() for field in _FIELD.findall(text))
    numbers = iter(range(len(fields)))
    try:
        root = ast.parse(_FIELD.sub(lambda found: f"(_{next(numbers)})", text), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if "#" in text or not all(map(str.isidentifier, fields)) or not all(map(_is_known, ast.walk(root))):
        return None
    return Formula(root, fields)


def _is_known(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=value):
            return type(value) is int and value.bit_length() <= _LARGEST
        case ast.Call(func=ast.Name(id=name), keywords=[]):
            return name in _CALLS
        case ast.BinOp(op=sign):
            return type(sign) in _SIGNS
        case ast.UnaryOp(op=sign):
            return isinstance(sign, (ast.USub, ast.UAdd))
        case _:
            return isinstance(node, (ast.Name, ast.operator, ast.unaryop, ast.expr_context))


def _dim(node: ast.expr) -> Dim | None:
    match node:
        case ast.Constant(value=int() as number):
            return number
        case ast.Name(id=name):
            return symbol(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return apply("-", 0, _dim(operand))
        case ast.UnaryOp(operand=operand):
            return _dim(operand)
        case ast.BinOp(left=left, op=sign, right=right):
            return apply(_SIGNS[type(sign)], _dim(left), _dim(right))
        case _:
            return None


def _number(node: ast.expr, known: Mapping[str, Fraction]) -> Fraction:
    match node:
        case ast.Constant(value=int() as number):
            return Fraction(number)
        case ast.Name(id=name):
            return known[name]
        case ast.UnaryOp(op=sign, operand=operand):
            inner = _number(operand, known)
            return -inner if isinstance(sign, ast.USub) else inner
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            base, power = _number(left, known), _number(right, known)
            if power.denominator != 1 or abs(power) > _LARGEST or base.numerator.bit_length() > _LARGEST:
                raise NotAShape("a power that is no size")
            return base ** int(power)
        case ast.BinOp(left=left, op=sign, right=right):
            return _NUMERIC[_SIGNS[type(sign)]](_number(left, known), _number(right, known))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _CALLS[name](*_numbers(args, known))
    raise NotAShape("no expression of sizes")


def _numbers(nodes: list[ast.expr], known: Mapping[str, Fraction]) -> Iterator[Fraction]:
    for node in nodes:
        yield _number(node, known)
