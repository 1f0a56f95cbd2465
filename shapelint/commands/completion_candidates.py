"""What completion offers for rules and for targets."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator

import click
from click.shell_completion import CompletionItem

from ..files import read_file

__all__ = ["complete_rules", "complete_target"]


def complete_rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Codes, names and beginnings of codes; of a list such as ``SHP2,br`` the last one."""
    from ..rules.registry import names

    before, comma, word = incomplete.rpartition(",")
    beginnings = {code[:4]: f"all rules {code[:4]}.." for code in names()}
    known = {**beginnings, **names(), **{name: code for code, name in names().items()}}
    return [
        CompletionItem(f"{before}{comma}{rule}", help=help)
        for rule, help in known.items()
        if rule.lower().startswith(word.lower())
    ]


def complete_target(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Paths, and for ``file.py::`` the classes of the file."""
    path, colons, beginning = incomplete.partition("::")
    found = [
        CompletionItem(f"{path}::{name}")
        for name in (_classes(path) if path.endswith(".py") else ())
        if name.startswith(beginning)
    ]
    return found if colons else [*found, CompletionItem(incomplete, type="file")]


def _classes(path: str) -> Iterator[str]:
    """The classes of a file that derive from another: nothing is imported, and what is wrong with the file is not told here."""
    try:
        tree = ast.parse(read_file(os.path.expanduser(path)))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return
    yield from (node.name for node in tree.body if isinstance(node, ast.ClassDef) and node.bases)
