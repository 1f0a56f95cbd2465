"""Files with one number broken: a layer's padding, kernel, stride or in_channels, or a size in a comment."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sizes import size_comments

__all__ = ["KINDS", "Mutant", "mutants"]

KINDS = ("padding", "kernel_size", "stride", "in_channels", "comment")

_CONV = {"in_channels": 0, "kernel_size": 2, "stride": 3, "padding": 4}
_POOL = {"kernel_size": 0, "stride": 1, "padding": 2}
_LAYER = re.compile(r"(?P<conv>Conv(Transpose)?[123]d)|(?P<pool>(Max|Avg)Pool[123]d)")


@dataclass(frozen=True)
class Mutant:
    """``text`` is the broken file; ``rows`` those of the layer's constructor call or of the comment that was broken."""

    kind: str
    text: str
    rows: tuple[int, int]
    change: str


def mutants(text: str, confirmed: frozenset[int]) -> Iterator[Mutant]:
    """All mutants of a file; comments are broken only at the rows that torch confirmed."""
    lines = io.StringIO(text).readlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            for kind, number in _numbers(node):
                rows = (node.lineno, node.end_lineno or node.lineno)
                for value in _broken(kind, number.value):
                    yield _mutant(kind, lines, number.lineno, _columns(lines, number), value, rows)
    for comment in size_comments(text):
        if comment.row in confirmed:
            for (start, end), size in zip(comment.numbers, comment.spatial, strict=True):
                for value in sorted({size + 1, size * 2, max(1, size // 2)} - {size}):
                    yield _mutant("comment", lines, comment.row, (start, end), value, (comment.row, comment.row))


def _numbers(call: ast.Call) -> Iterator[tuple[str, ast.Constant]]:
    """The integer literals among the arguments of a layer, with what they are."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    match = _LAYER.fullmatch(name)
    if match is None:
        return
    for kind, position in (_CONV if match["conv"] else _POOL).items():
        given = [keyword.value for keyword in call.keywords if keyword.arg == kind]
        given += call.args[position : position + 1]
        for node in given:
            for number in ast.walk(node) if kind in ("in_channels", "padding", "kernel_size", "stride") else ():
                if isinstance(number, ast.Constant) and type(number.value) is int:
                    yield kind, number
                    break


def _broken(kind: str, value: int) -> list[int]:
    lowest = 0 if kind == "padding" else 1
    near = [value * 2, value + 1] if kind == "in_channels" else [value + 1, value - 1]
    return [other for other in near if other >= lowest and other != value]


def _columns(lines: list[str], number: ast.Constant) -> tuple[int, int]:
    """Columns in code points: ast counts bytes."""
    line = lines[number.lineno - 1].encode()
    return len(line[: number.col_offset].decode()), len(line[: number.end_col_offset].decode())


def _mutant(
    kind: str, lines: list[str], row: int, columns: tuple[int, int], value: int, rows: tuple[int, int]
) -> Mutant:
    line = lines[row - 1]
    changed = line[: columns[0]] + str(value) + line[columns[1] :]
    text = "".join([*lines[: row - 1], changed, *lines[row:]])
    return Mutant(kind, text, rows, f"{row}: {line[columns[0] : columns[1]]} -> {value} in {line.strip()}")
