"""What the columns of the table are: their titles, and what a call says in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..records import dataclass
from ..render.style import plain
from .columns import Cell, Column
from .rows import place_text

__all__ = [
    "DEFAULT",
    "NAMES",
    "TableColumn",
    "chosen",
    "count_text",
    "output_text",
    "shape_text",
    "size_text",
    "sorted_calls",
]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """``cell``: what it says of a call, given the file of the target.  ``key``: the field by which calls are sorted."""

    column: Column
    cell: Callable[[Mapping[str, Any], str], Cell]
    key: str


def shape_text(shape: Any, null: str = "?") -> str:
    """A shape of the record: ``(N, 64, 48, 48)``, ``null`` where there is none; lists and dicts keep their nesting."""
    match shape:
        case None:
            return null
        case Mapping():
            return f"{{{', '.join(f'{plain(str(key))}: {shape_text(part, null)}' for key, part in shape.items())}}}"
        case [] | [int() | str(), *_]:
            dims = ", ".join(plain(str(dim)) for dim in shape)
            return f"({dims}{',' if len(shape) == 1 else ''})"
        case _:
            return f"[{', '.join(shape_text(part, null) for part in shape)}]"


def output_text(call: Mapping[str, Any]) -> str:
    """What the call gives; an output that is no tensor is None."""
    if call.get("refused") or call.get("uncalled"):
        return "refused" * bool(call.get("refused"))
    return shape_text(call["out"], "None" if call.get("known") else "?")


def count_text(count: int | str | None) -> str:
    """``1,728``, an expression, or a question mark."""
    if count is None:
        return "?"
    return f"{count:,}" if isinstance(count, int) else plain(count)


def size_text(count: int | str | None) -> str:
    """Bytes as megabytes of a million each, few of them as kilobytes."""
    if not isinstance(count, int):
        return f"{count_text(count)} B"
    return f"{count / 1e6:,.2f} MB" if count >= 100_000 else f"{count / 1e3:,.1f} kB"


def _nonzero(count: int | str | None) -> str:
    return "-" if count == 0 else count_text(count)


def _output(call: Mapping[str, Any], file: str) -> Cell:
    text = output_text(call)
    role = "error" if call.get("refused") else "warning" if "?" in text or "..." in text else ""
    return Cell(text, role)


def _field(call: Mapping[str, Any], file: str) -> Cell:
    """``7`` or ``7x9``, and the stride after a slash where it is not 1."""
    sizes, steps = call.get("receptive_field"), call.get("stride")
    if sizes is None or isinstance(sizes, str):
        return Cell("-" if sizes is None else sizes)
    alike = "x".join(map(str, sizes if len(set(sizes)) > 1 else sizes[:1]))
    step = "x".join(map(str, steps if steps and len(set(map(str, steps))) > 1 else (steps or [1])[:1]))
    return Cell(alike if step == "1" else f"{alike}/{step}")


def _place(call: Mapping[str, Any], file: str) -> Cell:
    """The line of the constructor, with its file if that is not the target's."""
    return Cell(place_text(call, file) or "-", "note")


_COLUMNS: Mapping[str, TableColumn] = {
    "path": TableColumn(
        Column("path", least=11, tail=True), lambda call, _: Cell(plain(call["path"]) or "(the target)"), "path"
    ),
    "layer": TableColumn(Column("layer", least=9), lambda call, _: Cell(plain(call["layer"])), "layer"),
    "arguments": TableColumn(
        Column("arguments", least=9), lambda call, _: Cell(plain(call.get("arguments", ""))), "arguments"
    ),
    "input": TableColumn(
        Column("input", least=14, spare=True, last=True),
        lambda call, _: Cell(", ".join(map(shape_text, call["in"]))),
        "in",
    ),
    "output": TableColumn(Column("output", least=14, last=True), _output, "out"),
    "parameters": TableColumn(
        Column("parameters", right=True, least=10), lambda call, _: Cell(_nonzero(call["params"])), "params"
    ),
    "trainable": TableColumn(
        Column("trainable", right=True, least=9), lambda call, _: Cell(_nonzero(call.get("trainable"))), "trainable"
    ),
    "mult-adds": TableColumn(
        Column("mult-adds", right=True, least=9), lambda call, _: Cell(_nonzero(call.get("mult_adds"))), "mult_adds"
    ),
    "memory": TableColumn(
        Column("memory", right=True, least=9),
        lambda call, _: Cell(size_text(call["memory"]) if call.get("memory") != 0 else "-"),
        "memory",
    ),
    "receptive-field": TableColumn(Column("field/stride", right=True), _field, "receptive_field"),
    "line": TableColumn(Column("line", right=True, least=5, tail=True), _place, "line"),
}
NAMES = tuple(_COLUMNS)
DEFAULT = ("path", "layer", "input", "output", "parameters", "line")


def chosen(names: Sequence[str]) -> list[TableColumn]:
    """The columns of these names, in this order."""
    return [_COLUMNS[name] for name in names]


def sorted_calls(calls: Sequence[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    """``calls`` by what the column ``name`` says, the largest numbers first, what is not known last."""
    key = _COLUMNS[name].key

    def rank(call: Mapping[str, Any]) -> tuple[bool, Any]:
        value = call.get(key)
        if name in ("input", "output", "receptive-field"):
            value = _volume(value)
        return not isinstance(value, int), -value if isinstance(value, int) else str(value)

    if name in ("path", "layer", "arguments"):
        return sorted(calls, key=lambda call: str(call.get(key)))
    if name == "line":
        return sorted(calls, key=lambda call: (str(call["file"]), call.get("cell", 0), call["line"] or 0))
    return sorted(calls, key=rank)


def _volume(shape: Any) -> int | None:
    """How many numbers a tensor of that shape holds, or several of them; None where a size is open."""
    if not isinstance(shape, list) or not shape:
        return 1 if shape == [] else None
    if all(isinstance(part, int) for part in shape):
        total = 1
        for part in shape:
            total *= part
        return total
    parts = [_volume(part) for part in shape]
    return None if None in parts else sum(part for part in parts if part is not None)
