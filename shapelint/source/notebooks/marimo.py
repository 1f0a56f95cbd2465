"""marimo's notebooks: Python files whose cells are functions that pass names on.

The parameters of a cell are names that other cells return, and it runs after those.  So its body is taken out of its
function, and the bodies are put in the order in which marimo runs them.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush

from ...records import dataclass, replace
from .cells import SKIPPED, CellLine, CodeCell, tagged, within_strings

__all__ = ["read_marimo"]


@dataclass(frozen=True, slots=True)
class _Body:
    """A cell's code, the names that it needs and the names that it gives to others.

    ``private``: names that only it has (``_x``).  ``kept``: those of them that its functions
    and classes may read later, when in one module another cell's would be in their place.
    """

    lines: tuple[CellLine, ...]
    needs: frozenset[str] = frozenset()
    gives: frozenset[str] = frozenset()
    state: str = SKIPPED
    private: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()


def read_marimo(lines: Sequence[str]) -> list[CodeCell] | None:
    """The cells of a notebook in the order in which they run, None if it is not one of marimo's."""
    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    app = next((name for statement in tree.body if (name := _app(statement)) is not None), None)
    if app is None:
        return None
    strings = within_strings(tree)
    first: list[CodeCell] = []
    bodies: list[_Body] = []
    for statement in tree.body:
        kind = _kind(statement, app)
        match statement, kind:
            case ast.With(), "setup":
                first.insert(0, CodeCell(tuple(_block(lines, statement.lineno, statement.body, strings))))
            case ((ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef()), ("function" | "class_definition")):
                rows = range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
                first.append(CodeCell(tuple(CellLine(lines[row - 1], row) for row in rows)))
            case ((ast.FunctionDef() | ast.AsyncFunctionDef()), "cell"):
                bodies.append(_body(lines, statement, strings))
            case _:
                pass
    bound = Counter(name for body in bodies for name in body.private)
    bodies = [replace(body, state=SKIPPED) if any(bound[x] > 1 for x in body.kept) else body for body in bodies]
    return [*first, *(CodeCell(body.lines, body.state) for body in _in_order(bodies))]


def _app(statement: ast.stmt) -> str | None:
    """The name of the app, if the statement makes it."""
    match statement:
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.Call(func=ast.Attribute(value=ast.Name(id="marimo" | "mo"), attr="App")),
        ):
            return name
    return None


def _kind(statement: ast.stmt, app: str) -> str | None:
    """What the app makes of a statement: ``cell``, ``function``, ``class_definition`` or ``setup``."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            marks = statement.decorator_list
        case ast.With():
            marks = [item.context_expr for item in statement.items]
        case _:
            return None
    for mark in marks:
        mark = mark.func if isinstance(mark, ast.Call) else mark
        if isinstance(mark, ast.Attribute) and isinstance(mark.value, ast.Name) and mark.value.id == app:
            return mark.attr
    return None


def _body(lines: Sequence[str], cell: ast.FunctionDef | ast.AsyncFunctionDef, strings: frozenset[int]) -> _Body:
    body = list(cell.body)
    gives: Iterable[str] = ()
    if isinstance(body[-1], ast.Return):
        gives = [node.id for node in ast.walk(body.pop()) if isinstance(node, ast.Name)]
    needs = [argument.arg for argument in (*cell.args.posonlyargs, *cell.args.args, *cell.args.kwonlyargs)]
    disabled = any("disabled=True" in ast.unparse(mark) for mark in cell.decorator_list)
    runs = bool(body) and not disabled
    inside = tuple(_block(lines, cell.lineno, cell.body, strings, len(body)))
    # Tags of a notebook that marimo has converted are in a comment.
    tags = " ".join(line.text for line in inside if line.text.startswith("# Cell tags:"))
    state = tagged(tags) if runs else SKIPPED
    scopes = [node for node in ast.walk(cell) if isinstance(node, _SCOPES) and node is not cell]
    private, kept = _private(body, ast.Store), _private(scopes, ast.Load)
    return _Body(inside, frozenset(needs), frozenset(gives), state, private, private & kept)


_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def _private(nodes: Iterable[ast.AST], context: type[ast.expr_context]) -> frozenset[str]:
    """The names with an underscore that are read, or else bound, somewhere in ``nodes``."""
    inside = [node for outer in nodes for node in ast.walk(outer)]
    names = [node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, context)]
    if context is ast.Store:
        names += [node.name for node in inside if isinstance(node, _SCOPES[:3])]
    return frozenset(name for name in names if name.startswith("_") and not name.startswith("__"))


def _block(
    lines: Sequence[str], head: int, body: Sequence[ast.stmt], strings: frozenset[int], kept: int | None = None
) -> Iterator[CellLine]:
    """The lines of a block as if it were not indented, after an empty one for the end of its head, which is at or below
    ``head``.  ``kept``: how many of its statements are Python of the cell; the others are what marimo adds."""
    indent = body[0].col_offset
    start = body[0].lineno
    if isinstance(body[0], (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and body[0].decorator_list:
        start = min(start, *(mark.lineno for mark in body[0].decorator_list))
    while start - 1 > head and lines[start - 2].lstrip()[:1] in ("", "#"):
        start -= 1
    if start <= head:
        return  # on the line of its head
    yield CellLine("", start - 1, indent=indent, opaque=True)
    last = len(body) if kept is None else kept
    until = body[last].lineno if last < len(body) else (body[-1].end_lineno or start) + 1
    for row in range(start, until):
        text = lines[row - 1]
        line = CellLine(text, row, indent=indent)
        yield line if row in strings or text[:indent].strip() or not text.strip() else line.without(0, indent)


def _in_order(bodies: Sequence[_Body]) -> Iterator[_Body]:
    """Each after those that give what it needs, otherwise as they are in the file; a circle is broken at its first."""
    givers: dict[str, list[int]] = {}
    for index, body in enumerate(bodies):
        for name in body.gives:
            givers.setdefault(name, []).append(index)
    before = [
        {giver for name in body.needs for giver in givers.get(name, ()) if giver != index}
        for index, body in enumerate(bodies)
    ]
    after: dict[int, list[int]] = {}
    for index, needed in enumerate(before):
        for giver in needed:
            after.setdefault(giver, []).append(index)
    missing = [len(needed) for needed in before]
    ready = [index for index, count in enumerate(missing) if not count]
    done: set[int] = set()
    for first in range(len(bodies)):
        while ready or first not in done:
            index = heappop(ready) if ready else first
            if index in done:
                continue
            done.add(index)
            yield bodies[index]
            for waiting in after.get(index, ()):
                missing[waiting] -= 1
                if not missing[waiting]:
                    heappush(ready, waiting)
