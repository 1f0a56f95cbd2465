"""What is refused before libcst sees it.

libcst's parser ends the whole process with a segmentation fault on source that is nested too deeply, and takes
quadratic time on long chains.  CPython's own parser is ten times faster, has its limits built in, and goes first.
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator
from itertools import islice

from ..regex import lazy
from .depth import DEEPEST
from .lines import line_starts

__all__ = ["MOST_TOKENS", "SourceError", "guard", "refused_template"]

# On half of the stack that is there, so that what it can parse does not exhaust ours.
_JUDGE = """
import sys
sys.path[:] = sys.argv[1:]
import libcst
try:
    import resource
    resource.setrlimit(resource.RLIMIT_STACK, (4_000_000, resource.getrlimit(resource.RLIMIT_STACK)[1]))
except (ImportError, ValueError):
    pass
libcst.parse_module(sys.stdin.buffer.read())
"""
_JUDGE_SECONDS = 10
_LEAVES = frozenset({ast.Constant, ast.Name, ast.Load, ast.Store, ast.arg})
_TOKEN = lazy(r"#[^\n]*|\"[^\"\n]*\"|'[^'\n]*'|\w+|[^\w\s]")
MOST_TOKENS = 110_000
"""The tree of libcst takes up to 4 KB for each: more would take more than 500 MB."""


class SourceError(Exception):
    """The text is not something that can be linted.  ``row`` and ``column`` count from 1."""

    def __init__(self, message: str, row: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message, self.row, self.column = message, row, column


def guard(text: str, *, newer: bool = True) -> ast.Module | None:
    """Check that libcst can be trusted with ``text``; raises SourceError if it is not Python or is nested too deeply.

    A text of very many tokens is refused as well.  ``newer``: whether to accept syntax that only a later Python knows.
    Returns Python's tree, None for newer syntax.
    """
    null = text.find("\0")
    if null >= 0:
        row = text.count("\n", 0, null) + 1
        raise SourceError("the file contains a null byte", row, null - text.rfind("\n", 0, null))
    if _has_too_many_tokens(text):
        raise SourceError(f"more than {MOST_TOKENS:,} tokens, which are not linted")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as error:
        if _is_nesting(error):
            raise SourceError("nested too deeply", error.lineno or 1, error.offset or 1) from None
        if not (newer and _newer_python_accepts(text, error)):
            raise (refused_template(text, error) if newer else None) or SourceError(
                error.msg.lower(), error.lineno or 1, max(error.offset or 1, 1)
            ) from None
        return None
    except (RecursionError, MemoryError):
        raise SourceError("nested too deeply") from None
    except ValueError as error:
        raise SourceError(str(error)) from None
    _refuse_depth(tree, line_starts(text))
    return tree


def _has_too_many_tokens(text: str) -> bool:
    if len(text) <= MOST_TOKENS or _many(_TOKEN.finditer(text)) <= MOST_TOKENS:
        return False
    # The words of docstrings were counted too, which takes a tenth of the time.  Few files come here.
    import io
    import tokenize

    no_nodes = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    try:
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        return _many(token for token in tokens if token.type not in no_nodes) > MOST_TOKENS
    except (tokenize.TokenError, SyntaxError):
        return True


def _many(found: Iterator[object]) -> int:
    """How many there are, counted to one more than what is too many."""
    return sum(1 for _ in islice(found, MOST_TOKENS + 1))


def refused_template(text: str, error: SyntaxError | None = None) -> SourceError | None:
    """The error that names a template string which libcst refuses; None if there is none.

    ``error``: why the running Python refuses the text; without one it knows template strings, and takes it.
    """
    from .templates import without_refused_templates  # a file that is right has no use for it

    found = without_refused_templates(text)
    if found is None or (error is not None and not _newer_python_accepts(found[0], error)):
        return None
    _, what, at = found
    row = text.count("\n", 0, at) + 1
    return SourceError(f"{what}: valid, but not supported by libcst", row, at - text.rfind("\n", 0, at))


def _is_nesting(error: SyntaxError) -> bool:
    return error.msg.startswith("too many") or "too complex" in error.msg


def _newer_python_accepts(text: str, error: SyntaxError) -> bool:
    """Whether libcst, which knows newer syntax than the running Python may, parses ``text``.

    Asked in a separate process, because the answer may be a crash, and only where the text holds something of the kind:
    starting a process takes longer than linting many files.
    """
    if isinstance(error, TabError):
        return False
    from .newer_syntax import may_be_newer  # which few files need

    if not may_be_newer(text):
        return False
    import subprocess

    try:
        judge = subprocess.run(
            [sys.executable, "-I", "-c", _JUDGE, *sys.path],
            input=text.encode("utf-8", "surrogatepass"),
            capture_output=True,
            timeout=_JUDGE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return judge.returncode == 0


def _refuse_depth(tree: ast.Module, starts: list[int]) -> None:
    """Raise SourceError if the syntax tree has too many levels.

    A statement of fewer characters than that cannot, so hardly any is looked into.
    """
    pending: list[tuple[ast.AST, int]] = [(tree, 0)]
    while pending:
        node, depth = pending.pop()
        if depth > DEEPEST:
            raise SourceError("nested too deeply", getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt) and _characters(child, starts) < DEEPEST:
                continue
            if depth < DEEPEST and type(child) in _LEAVES:
                continue  # most of a table of names, of which every element has a context
            pending.append((child, depth + 1))


def _characters(statement: ast.stmt, starts: list[int]) -> int:
    last = statement.end_lineno or statement.lineno
    if last == statement.lineno:
        return (statement.end_col_offset or 0) - statement.col_offset
    until = starts[last] if last < len(starts) else starts[-1] + (statement.end_col_offset or 0)
    return until - starts[statement.lineno - 1]
