"""Edits inside of bodies of functions: everything around them keeps its nodes.

What the top level of a file does, it does at what stands outside of these bodies, unless it calls the function.  So a run of
it that refers to these nodes need not be made again, once the functions know what their bodies are now.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import libcst as cst

from ..records import dataclass

__all__ = ["Skeleton", "Replaced", "grafted", "skeleton_of"]

Replaced: TypeAlias = "tuple[cst.CSTNode, cst.CSTNode]"
"""The definition that was there, and the one in its place."""
_KEPT = ("name", "decorators", "params", "returns", "bases", "keywords")
"""What of a definition that is made anew is that of the old one."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A statement.  ``above``: the rows between the one before and it; ``fixed``: its own but for ``body``, that of a function
    (None if it is none, or has no rows of its own)."""

    above: str
    fixed: str
    body: str | None


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A definition at the top level.  ``head``: what is above its ``parts``, which are itself if it is a function, or what is in
    the body of a class."""

    head: str
    parts: tuple[_Part, ...]

    def differs_in_bodies(self, other: Skeleton) -> bool:
        """Whether the two are the same but for bodies of functions."""
        return (
            self.head == other.head
            and len(self.parts) == len(other.parts)
            and all(
                (old.above, old.fixed, old.body is None) == (new.above, new.fixed, new.body is None)
                for old, new in zip(self.parts, other.parts, strict=True)
            )
        )


def skeleton_of(group: Sequence[ast.stmt], rows: Sequence[str], start: int) -> Skeleton | None:
    """The skeleton of a definition whose rows begin after ``start`` of them; None of other statements."""
    match group:
        case [ast.FunctionDef() | ast.AsyncFunctionDef() as node]:
            return Skeleton("", (_part([node], rows, start, start),))
        case [ast.ClassDef(body=body)]:
            groups = list(_grouped(body))
            done = _first(groups[0][0]) - 1
            head = _text(rows[start:done])
            parts = []
            for statements in groups:
                parts.append(_part(statements, rows, done, _first(statements[0]) - 1))
                done = statements[-1].end_lineno or 0
            return Skeleton(head, tuple(parts))
        case _:
            return None


def _part(statements: Sequence[ast.stmt], rows: Sequence[str], done: int, start: int) -> _Part:
    above, end = _text(rows[done:start]), statements[-1].end_lineno or 0
    within = _body_begins(statements[0], rows) if len(statements) == 1 else None
    if within is None:
        return _Part(above, _text(rows[start:end]), None)
    return _Part(above, _text(rows[start:within]), _text(rows[within:end]))


def _text(rows: Sequence[str]) -> str:
    return "".join(f"{row}\n" for row in rows)


def _body_begins(node: ast.stmt, rows: Sequence[str]) -> int | None:
    """How many rows come before the body of a function, its docstring left out; None if there is no such row."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    first, *others = node.body
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        if not others or others[0].lineno <= (first.end_lineno or 0):
            return None
        first = others[0]
    begin = _first(first) - 1
    return None if rows[begin].encode()[: first.col_offset].strip() and begin == first.lineno - 1 else begin


def _first(node: ast.stmt) -> int:
    """The row in which a statement begins, its decorators included."""
    decorators = node.decorator_list if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else []
    return min([node.lineno, *(each.lineno for each in decorators)])


def _grouped(body: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """The statements that share rows, which are one to libcst."""
    group: list[ast.stmt] = []
    for node in body:
        if group and _first(node) > (group[-1].end_lineno or 0):
            yield group
            group = []
        group.append(node)
    yield group


def grafted(old: cst.CSTNode, new: cst.CSTNode, before: Skeleton, after: Skeleton) -> tuple[Replaced, ...] | None:
    """Put into ``new``, which nobody has seen yet, the nodes of ``old`` for all that is outside of the bodies that differ.

    The definitions that are others now, each with the one that it replaces; None, and ``new`` as it was, if they do not go
    together.
    """
    if type(old) is not type(new) or not before.differs_in_bodies(after):
        return None
    if isinstance(new, cst.FunctionDef):
        return (_renewed(old, new, keep_body=False),)
    if not isinstance(old, cst.ClassDef) or not isinstance(new, cst.ClassDef):
        return None
    members = _members(old.body.body, new.body.body, before.parts, after.parts)
    if members is None:
        return None
    replaced = [_renewed(mine, made, keep_body) for mine, made, keep_body in members if made is not mine]
    kept = tuple(made for _, made, _ in members)
    object.__setattr__(new.body, "body", kept)
    return (_renewed(old, new, keep_body=False), *replaced)


def _members(
    old: Sequence[cst.CSTNode], new: Sequence[cst.CSTNode], before: Sequence[_Part], after: Sequence[_Part]
) -> list[tuple[cst.CSTNode, cst.CSTNode, bool]] | None:
    """Each member of a class with what takes its place, perhaps itself, and whether that has the same body."""
    if not len(old) == len(new) == len(before):
        return None
    found: list[tuple[cst.CSTNode, cst.CSTNode, bool]] = []
    moved = False
    for mine, made, was, part in zip(old, new, before, after, strict=True):
        same = was.body == part.body
        if same and not (moved and "#" in part.above):
            found.append((mine, mine, True))
        elif isinstance(mine, cst.FunctionDef) and isinstance(made, cst.FunctionDef):
            # Of comments above it some may belong to the end of the body before, others may have done so until now.
            found.append((mine, made, same))
        else:
            return None
        moved = not same
    return found


def _renewed(old: cst.CSTNode, new: cst.CSTNode, keep_body: bool) -> Replaced:
    for field in (*_KEPT, "body") if keep_body else _KEPT:
        value: Any = getattr(old, field, None)
        if value is not None:
            object.__setattr__(new, field, value)
    return old, new
