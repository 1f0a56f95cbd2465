"""The record of a model as a table: a line for each layer call, totals, and what is unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..render.style import Style, plain
from .columns import laid_out
from .folded_calls import total_parameters
from .rows import place_text
from .table_columns import DEFAULT, chosen, count_text, output_text, shape_text, size_text, sorted_calls
from .tree import tree_rows

__all__ = ["render_table", "shape_text"]

_MOST_HIDDEN = 8
_LONGEST = 40
_WORTH_A_MEGABYTE = 25_000


def render_table(
    record: Mapping[str, Any],
    style: Style = Style(),  # noqa: B008  # frozen
    width: int | None = None,
    ellipsis: str = "…",
    columns: Sequence[str] = DEFAULT,
    sort: str | None = None,
    tree: bool = False,
) -> str:
    """The table of one record of :func:`~shapelint.summary.show`.

    ``width``: cells in a line of the terminal, None for any number.  ``columns``: names of :data:`table_columns.NAMES`;
    ``sort``: one of them.  ``tree``: modules that hold others have a line of their own, above theirs.
    """
    shown = record.get("folded", record["calls"])
    if sort is not None:
        shown = sorted_calls(shown, sort)
    elif tree:
        shown = tree_rows(shown, record["modules"])
    target = str(record["target"])
    wanted = chosen(columns)
    rows = [[each.cell(call, target.partition("::")[0]) for each in wanted] for call in shown]
    lines = (
        list(laid_out([each.column for each in wanted], rows, width, style, ellipsis))
        if rows
        else ["no layer is called"]
    )
    title = f"{plain(target)} on {', '.join(record['given']) or 'no input'}"
    lines = [style.paint(title, "bold"), "", *lines, "", *_refusal(record, style), *_totals(record, style)]
    return "\n".join([*lines, *_reasons(record, style)]) + "\n"


def _refusal(record: Mapping[str, Any], style: Style) -> Iterator[str]:
    """Where the model refuses its input; nothing after that is told."""
    refused = record.get("refused")
    if refused is not None:
        where = _where(refused, record) or "refused: "
        yield style.paint(f"{where}{plain(refused['reason'])}; nothing is told of what comes after", "error")
        yield ""


def _where(place: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """``line 12: `` at the head of a sentence."""
    text = place_text(place, str(record["target"]).partition("::")[0])
    return f"line {text}: " if text.isdigit() else f"{text}: " if text else ""


def _totals(record: Mapping[str, Any], style: Style) -> Iterator[str]:
    calls: Sequence[Mapping[str, Any]] = record["calls"]
    layers = len({call["path"] for call in calls})
    unknown = sum("?" in output_text(call) or "..." in output_text(call) for call in calls)
    yield f"output: {shape_text(record['output'])}"
    yield f"{_plural(layers, 'layer')}, {_plural(len(calls), 'call')}"
    yield from _held(record, record.get("totals", {}).get("called", total_parameters(calls)))
    if "mult_adds" in record.get("totals", {}):
        yield from _work(record["totals"])
    if unknown:
        yield style.paint(f"unknown output: {_plural(unknown, 'call')}", "warning")


def _work(totals: Mapping[str, Any]) -> Iterator[str]:
    """Multiply-adds, and the sizes of inputs and outputs."""
    least = "" if totals["complete"] else "at least "
    work = count_text(totals["mult_adds"])
    if work != "0":
        yield (
            f"mult-adds: {least}{work}" if len(work) <= _LONGEST else "mult-adds: depend on the sizes (in full as JSON)"
        )
    given, made = totals["input_bytes"], totals["output_bytes"]
    if isinstance(given, int) and isinstance(made, int) and made:
        yield f"input: {size_text(given)}, outputs of these layers: {least}{size_text(made)}"


def _held(record: Mapping[str, Any], called: int | str) -> Iterator[str]:
    """What the whole model holds, and what of it the layers above hold, if that is less."""
    if "totals" not in record:
        yield f"parameters of these layers: {count_text(called)}"
        return
    totals, hidden = record["totals"], record["not_followed"]
    whole, trainable = totals["parameters"], totals["trainable"]
    least = "at least " if hidden else ""
    parts = [f"parameters: {least}{count_text(whole)}{_megabytes(whole)}"]
    if any(each["trainable"] is None for each in record["parameters"]):
        parts.append("trainable: depends on what is not known")
    elif trainable != whole:
        parts.append(f"trainable: {count_text(trainable)}")
    if called != whole:
        parts.append(f"of these layers: {count_text(called)}")
    yield ", ".join(parts)
    if totals["buffers"] != 0:
        yield f"buffers: {count_text(totals['buffers'])}"
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
        yield f"  {_where(unknown, record)}{plain(unknown['reason'])}"


def _plural(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"
