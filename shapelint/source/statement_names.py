"""Which global names a statement binds, mentions and may change: what has to be run again after an edit.

By names alone, and generously: a name counts as mentioned wherever it stands, in a string too, since code may look itself
up by name (``globals()["Net"]``).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

from ..records import dataclass

__all__ = ["Names", "names_of", "reached"]

_WORD = re.compile(r"[^\W\d]\w*")
_BEYOND_NAMES = frozenset({"globals", "eval", "exec", "__import__", "__init_subclass__"})
"""Names by which a statement may reach others that it does not mention, or be reached by those that do not mention it."""
_ANY = "*"


@dataclass(frozen=True, slots=True)
class Names:
    """``bound``: what the statement gives a value at the top level, ``*`` for who knows what.  ``mentioned``: every name in it.

    ``changed``: what it may change besides: an import binds only, a definition changes what its decorators are given, and
    any other statement that calls something may change every variable in it.  ``wild``: it may reach names that it does not
    mention.
    """

    bound: frozenset[str]
    mentioned: frozenset[str]
    changed: frozenset[str]
    wild: bool
    imports: bool


def names_of(statements: Sequence[ast.stmt]) -> Names:
    """The names of the statements of one row."""
    bound = frozenset(name for statement in statements for name in _bound(statement))
    mentioned = frozenset(name for statement in statements for name in _mentioned(statement))
    changed = frozenset(name for statement in statements for name in _changed(statement))
    wild = any(_is_wild(node) for statement in statements for node in ast.walk(statement))
    return Names(bound, mentioned, changed, wild, all(isinstance(s, (ast.Import, ast.ImportFrom)) for s in statements))


def reached(edited: Iterable[Names | None], present: Iterable[Names | None]) -> frozenset[str] | None:
    """The names whose meaning may have changed after statements with the names ``edited`` came or went; None for all.

    ``present``: those of all statements of the new text.
    """
    edited, present = list(edited), list(present)
    if not edited:
        return frozenset()
    statements = [names for names in present if names is not None]
    if None in edited or len(statements) < len(present) or any(names.wild for names in statements):
        return None
    imported = frozenset(name for names in statements if names.imports for name in names.bound)
    affected: set[str] = set()
    for names in edited:
        if names is not None:
            affected |= names.bound | (names.changed - imported)
    waiting = statements
    while True:
        hit = [not names.imports and not names.mentioned.isdisjoint(affected) for names in waiting]
        if not any(hit):
            return None if _ANY in affected else frozenset(affected)
        for names in compress(waiting, hit):
            affected |= names.bound | (names.changed - imported)
        waiting = [names for names, is_hit in zip(waiting, hit, strict=True) if not is_hit]


def _is_wild(node: ast.AST) -> bool:
    match node:
        case ast.Global() | ast.Attribute(value=ast.Name(id="sys"), attr="modules"):
            return True
        case ast.Name(id=name) | ast.FunctionDef(name=name):
            return name in _BEYOND_NAMES
        case _:
            return False


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
        return
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.alias(name=name, asname=asname):
                yield asname or name.partition(".")[0]


def _mentioned(statement: ast.AST) -> Iterator[str]:
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Constant(value=str(text)) if len(text) < 200:
                yield from _WORD.findall(text)


def _changed(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.Import() | ast.ImportFrom():
            return
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            for decorator in statement.decorator_list:
                yield from _used(decorator)
            for keyword in statement.keywords if isinstance(statement, ast.ClassDef) else ():
                yield from _used(keyword)
        case _ if any(isinstance(node, ast.Call) for node in ast.walk(statement)):
            yield from _used(statement)
        case _:
            for node in ast.walk(statement):
                if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
                    yield from _used(node)


def _used(node: ast.AST) -> Iterator[str]:
    """The variables in a part of a program: what it is given, and may change."""
    return (inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))
