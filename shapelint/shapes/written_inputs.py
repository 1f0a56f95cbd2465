"""Inputs of a model as people write them in options: ``1x3x96x96``, ``tokens=2x7:int64``, ``Bx3xHxW``, ``(2x7, 2x5)``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias, Union

from ..records import dataclass

__all__ = ["DTYPES", "Input", "InputValue", "TensorInput", "as_inputs", "has_symbols", "read_input"]

DTYPES = {
    **dict.fromkeys(("float32", "float64", "float16", "bfloat16"), "float"),
    **dict.fromkeys(("int64", "int32", "int16", "int8", "uint8"), "int"),
    "bool": "bool",
    **dict.fromkeys(("complex64", "complex128"), "complex"),
}
"""What torch calls the types of elements, each with its kind."""

_NUMBERS = ("int", "float")
_WORD = re.compile(r"[A-WYZa-wyz_][A-WYZa-wyz_0-9]*")
_OPENING, _CLOSING = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class TensorInput:
    """A tensor: its dims, names of symbols among them, and its type; None: a float, unless the model takes integers only."""

    dims: tuple[int | str, ...]
    dtype: str | None = None


InputValue: TypeAlias = Union[
    "TensorInput", int, float, str, tuple["InputValue", ...], list["InputValue"], dict[str, "InputValue"], None
]
"""A tensor, a plain value, or a nest of them."""


@dataclass(frozen=True, slots=True)
class Input:
    """What one option gives, and for which parameter of ``forward``; None for the next."""

    name: str | None
    value: InputValue


def as_inputs(given: str | Iterable[str | Input | Sequence[int]]) -> tuple[Input | Sequence[int], ...]:
    """What a program gives: one text, or several texts and shapes.  Raises ValueError for what is neither.

    >>> as_inputs("1x3") == as_inputs(["1x3"]), as_inputs([(1, 3)])
    (True, ((1, 3),))
    """
    return tuple(map(_as_input, (given,) if isinstance(given, str) else given))


def _as_input(given: str | Input | Sequence[int]) -> Input | Sequence[int]:
    if isinstance(given, Input):
        return given
    known = read_input(given) if isinstance(given, str) else _as_shape(given)
    if known is None:
        raise ValueError(f"{given!r} is no input such as '1x3x96x96', 'tokens=2x7:int64' or (1, 3, 96, 96)")
    return known


def _as_shape(given: object) -> tuple[int, ...] | None:
    sizes = tuple(given) if isinstance(given, Iterable) else (given,)
    return sizes if all(type(size) is int and size >= 0 for size in sizes) and isinstance(given, Iterable) else None


def read_input(text: str) -> Input | None:
    """The input that ``text`` spells; None if it spells none.

    Sizes are separated by ``x`` or commas, a type follows a colon; ``4:int``, ``0.5``, ``True``, ``None`` and ``'text'``
    are plain values; parentheses, brackets and ``{name=...}`` hold several.

    >>> read_input("tokens=2x7:int64")
    Input(name='tokens', value=TensorInput(dims=(2, 7), dtype='int64'))
    >>> read_input("{image=Bx3xHxW, scale=0.5}").value
    {'image': TensorInput(dims=('B', 3, 'H', 'W'), dtype=None), 'scale': 0.5}
    >>> read_input("1xx3") is None
    True
    """
    name, equals, rest = text.strip().partition("=")
    try:
        if equals and name.strip().isidentifier():
            return Input(name.strip(), _value(rest.strip()))
        return Input(None, _value(text.strip()))
    except (ValueError, SyntaxError, RecursionError):
        return None


def has_symbols(value: InputValue) -> bool:
    """Whether a size in ``value`` is open.

    >>> has_symbols(TensorInput(("B", 3))), has_symbols({"image": TensorInput((1, 3)), "scale": 0.5})
    (True, False)
    """
    match value:
        case TensorInput(dims):
            return any(isinstance(dim, str) for dim in dims)
        case tuple() | list():
            return any(map(has_symbols, value))
        case dict():
            return any(map(has_symbols, value.values()))
        case _:
            return False


def _value(text: str) -> InputValue:
    inside = text[1:-1].strip() if text[:1] in tuple(_OPENING) and _closing(text) == len(text) - 1 else None
    if inside is not None and text[0] == "{":
        pairs = [part.partition("=") for part in _parts(inside)]
        if not all(equals and name.strip().isidentifier() for name, equals, _ in pairs):
            raise ValueError
        return {name.strip(): _value(rest.strip()) for name, _, rest in pairs}
    if inside is not None:
        parts = _parts(inside)
        if not all(_is_dim(part) for part in parts):
            values = [_value(part) for part in parts]
            return values if text[0] == "[" else tuple(values)
        return TensorInput(tuple(map(_dim, parts)))
    if text in ("True", "False", "None") or text[:1] in ("'", '"') or re.fullmatch(r"-?\d*\.\d+|-?\d+\.", text):
        plain: InputValue = ast.literal_eval(text)
        return plain
    shape, colon, kind = text.rpartition(":")
    if colon and kind in _NUMBERS:
        return int(shape) if kind == "int" else float(shape)
    if colon and kind not in DTYPES:
        raise ValueError
    if shape[:1] in ("(", "["):
        size = _value(shape)
        if not isinstance(size, TensorInput):
            raise ValueError
        return TensorInput(size.dims, kind)
    words = re.split(r"[xX,]", (shape if colon else text).rstrip(", "))
    return TensorInput(tuple(map(_dim, words)), kind if colon else None)


def _is_dim(text: str) -> bool:
    # From 19 digits on a size may overflow torch's 64 bits.
    return text.isascii() and ((text.isdigit() and len(text) < 19) or bool(_WORD.fullmatch(text)))


def _dim(text: str) -> int | str:
    text = text.strip()
    if not _is_dim(text):
        raise ValueError
    return int(text) if text.isdigit() else text


def _closing(text: str) -> int:
    """Where the bracket that ``text`` begins with is closed."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in _OPENING) - (letter in _CLOSING)
        if depth == 0:
            return place
    return -1


def _parts(text: str) -> list[str]:
    """What the commas outside of all brackets separate."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in _OPENING) - (letter in _CLOSING)
        if letter == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    last = text[start:].strip()
    return [*parts, last] if last else parts
