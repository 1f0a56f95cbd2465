"""Edits of a model file as somebody makes them, each of another kind and in another place."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator

__all__ = ["edits_of_kinds"]


def edits_of_kinds(text: str, rounds: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """So many edits of each kind that ``text`` has a place for, in turn: the kind, and the text after the edit."""
    rng = random.Random(seed)
    tree, rows = ast.parse(text), text.split("\n")
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    methods = [node for cls in classes for node in cls.body if isinstance(node, ast.FunctionDef)]
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    constructors = [each for each in methods if each.name == "__init__"]
    forwards = [each for each in methods if each.name == "forward"]
    places = {
        "a number in a constructor": [place for each in constructors for place in _numbers(each, rows)],
        "a statement in forward": [_inserted(s, "x = x * 2") for each in forwards for s in each.body[1:]],
        "a statement in a function": [_inserted(each.body[-1], "pass") for each in functions],
        "a default": [(d.lineno, d.col_offset, d.end_col_offset, _other(d.value)) for d in _defaults(methods)],
        "a comment": [(s.lineno, len(rows[s.lineno - 1]), None, "  # why") for each in methods for s in each.body[:1]],
        "a shape comment": [
            (s.lineno, len(rows[s.lineno - 1]), None, "  # (64) x 48 x 48") for each in forwards for s in each.body[-1:]
        ],
        "a new line": [_inserted(s, "") for each in methods for s in each.body[1:2]],
        "a line half typed": [_inserted(s, "x = self.conv(") for each in methods for s in each.body[-1:]],
        "a class deleted": [(cls.lineno, cls.end_lineno) for cls in classes],
    }
    for _ in range(rounds):
        for kind, found in places.items():
            if found:
                yield kind, _after(rows, rng.choice(found))


def _numbers(node: ast.FunctionDef, rows: list[str]) -> Iterator[tuple[int, int, int, str]]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and type(inner.value) is int and re.match(r"\d+$", _written(inner, rows)):
            yield inner.lineno, inner.col_offset, inner.end_col_offset or 0, str(inner.value + 1)


def _written(node: ast.Constant, rows: list[str]) -> str:
    return rows[node.lineno - 1][node.col_offset : node.end_col_offset]


def _defaults(functions: list[ast.FunctionDef]) -> Iterator[ast.Constant]:
    for function in functions:
        for default in function.args.defaults:
            if isinstance(default, ast.Constant) and type(default.value) in (bool, int, float):
                yield default


def _other(value: object) -> str:
    return str(not value) if isinstance(value, bool) else repr(value + 1)  # type: ignore[operator]  # a number


def _inserted(statement: ast.stmt, code: str) -> tuple[int, int, int, str]:
    """The place before ``statement`` for a line of code."""
    return statement.lineno, 0, 0, " " * (statement.col_offset if code else 0) + f"{code}\n"


def _after(rows: list[str], place: tuple[object, ...]) -> str:
    match place:
        case (int(first), int(last)):
            return "\n".join([*rows[: first - 1], *rows[last:]])
        case (int(row), int(start), end, str(code)):
            line = rows[row - 1]
            assert end is None or isinstance(end, int)
            return "\n".join([*rows[: row - 1], line[:start] + code + line[end or start :], *rows[row:]])
        case _:
            raise AssertionError(place)
