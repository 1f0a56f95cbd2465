"""The record of a model as a table: a line for each layer call, totals, and what is unknown."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..render.style import Style, plain
from .columns import Cell, Column, laid_out
from .folded_calls import total_parameters

__all__ = ["render_table", "shape_text"]

_MOST_HIDDEN = 8
_WORTH_A_MEGABYTE = 25_000
_COLUMNS = (
    Column("path", least=10, tail=True),
    Column("layer", least=9),
    Column("input", least=14, spare=True),
    Column("output", least=14),
    Column("parameters", right=True, least=10),
    Column("line", right=True, least=5, tail=True),
)


def render_table(
    record: Mapping[str, Any],
    style: Style = Style(),  # noqa: B008  # frozen
    width: int | None = None,
    ellipsis: str = "…",
) -> str:
    """The table of one record of :func:`~shapelint.summary.show`.

    ``width``: cells in a line of the terminal, None for any number.
    """
    shown = record.get("folded", record["calls"])
    target = str(record["target"])
    rows = [_row(call, target.partition("::")[0]) for call in shown]
    lines = list(laid_out(_COLUMNS, rows, width, style, ellipsis)) if rows else ["no layer is called"]
    title = f"{plain(target)} on {', '.join(map(shape_text, record['inputs'])) or 'no input'}"
    lines = [style.paint(title, "bold"), "", *lines, "", *_totals(record, style), *_reasons(record, style)]
    return "\n".join(lines) + "\n"


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


def _output_text(call: Mapping[str, Any]) -> str:
    return shape_text(call["out"], "None" if call.get("known") else "?")


def _row(call: Mapping[str, Any], file: str) -> tuple[Cell, ...]:
    output = _output_text(call)
    return (
        Cell(plain(call["path"]) or "(the target)"),
        Cell(plain(call["layer"])),
        Cell(", ".join(map(shape_text, call["in"]))),
        Cell(output, "warning" if "?" in output else ""),
        Cell(_count(call["params"]) if call["params"] != 0 else "-"),
        Cell(_place(call, file), "note"),
    )


def _place(call: Mapping[str, Any], file: str) -> str:
    """The line of the constructor, with its file if that is not the target's."""
    if call["line"] is None:
        return "-"
    if call["file"] is None or os.path.normpath(call["file"]) == os.path.normpath(file):
        return str(call["line"])
    return f"{plain(os.path.basename(call['file']))}:{call['line']}"


def _count(params: int | str) -> str:
    return f"{params:,}" if isinstance(params, int) else plain(params)


def _totals(record: Mapping[str, Any], style: Style) -> Iterator[str]:
    calls: Sequence[Mapping[str, Any]] = record["calls"]
    layers = len({call["path"] for call in calls})
    unknown = sum("?" in _output_text(call) for call in calls)
    yield f"output: {shape_text(record['output'])}"
    yield f"{_plural(layers, 'layer')}, {_plural(len(calls), 'call')}"
    yield from _held(record, total_parameters(calls))
    if unknown:
        yield style.paint(f"unknown output: {_plural(unknown, 'call')}", "warning")


def _held(record: Mapping[str, Any], called: int | str) -> Iterator[str]:
    """What the whole model holds, and what of it the layers above hold, if that is less."""
    if "totals" not in record:
        yield f"parameters of these layers: {_count(called)}"
        return
    totals, hidden = record["totals"], record["not_followed"]
    whole, trainable = totals["parameters"], totals["trainable"]
    least = "at least " if hidden else ""
    parts = [f"parameters: {least}{_count(whole)}{_megabytes(whole)}"]
    if any(each["trainable"] is None for each in record["parameters"]):
        parts.append("trainable: depends on what is not known")
    elif trainable != whole:
        parts.append(f"trainable: {_count(trainable)}")
    if called != whole:
        parts.append(f"of these layers: {_count(called)}")
    yield ", ".join(parts)
    if totals["buffers"] != 0:
        yield f"buffers: {_count(totals['buffers'])}"
    for place in hidden[:_MOST_HIDDEN]:
        yield f"not known: {plain(place['name']) or 'the whole model'}: {plain(place['reason'])}"


def _megabytes(count: int | str) -> str:
    """What they take as 32-bit floats, which is what torch makes; small models are not measured in megabytes."""
    return f" ({count * 4 / 1e6:,.1f} MB)" if isinstance(count, int) and count >= _WORTH_A_MEGABYTE else ""


def _reasons(record: Mapping[str, Any], style: Style) -> Iterator[str]:
    if not record["unknown"]:
        return
    yield ""
    yield style.paint("notes:", "bold")
    for unknown in record["unknown"]:
        where = "" if unknown["line"] is None else f"line {unknown['line']}: "
        yield f"  {where}{plain(unknown['reason'])}"


def _plural(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"
