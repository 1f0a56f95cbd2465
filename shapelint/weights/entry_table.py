"""The record of a comparison as text: a table of what differs, lists of what is missing and unexpected, one last line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..render.style import Style, plain
from ..summary.columns import Cell, Column, laid_out
from ..summary.rows import place_text
from ..summary.table import shape_text

__all__ = ["render_table"]

_COLUMNS = (
    Column("size mismatch", least=10, tail=True),
    Column("model", least=8),
    Column("file", least=8),
    Column("made at", least=8, tail=True),
    Column("fits with", least=10),
)
_MOST_LISTED = 40
_WORDS = {"fits": "it fits", "differs": "it does not fit", "unknown": "it fits as far as the model is known"}


def render_table(
    record: Mapping[str, Any],
    style: Style = Style(),  # noqa: B008  # frozen
    width: int | None = None,
    ellipsis: str = "…",
) -> str:
    """The text of one record of :func:`~shapelint.weights.judge`.

    ``width``: cells in a line of the terminal, None for any number.
    """
    lines = [style.paint(f"{plain(record['target'])} and {plain(record['file'])} ({_what(record)})", "bold"), ""]
    if record["mismatched"]:
        rows = [_row(each) for each in record["mismatched"]]
        lines += [*laid_out(_COLUMNS, rows, width, style, ellipsis), ""]
    for title, key in (("missing", "missing"), ("unexpected", "unexpected")):
        lines += _listed(title, record[key], style)
    lines += [*_notes(record), _summary(record, style)]
    return "\n".join(lines) + "\n"


def _what(record: Mapping[str, Any]) -> str:
    parts = [record["format"], _plural(record["entries"], "tensor")]
    if record["key"]:
        parts.append(f"in '{plain(record['key'])}'")
    if record["prefix"]:
        parts.append(f"without '{plain(record['prefix'])}'")
    return ", ".join(parts)


def _row(mismatch: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (
        Cell(plain(mismatch["name"])),
        Cell(shape_text(mismatch["shape"])),
        Cell("no tensor" if mismatch["saved"] is None else shape_text(mismatch["saved"]), "warning"),
        Cell(place_text(mismatch, "") or "-", "note"),
        Cell(plain(mismatch["argument"] or "-")),
    )


def _listed(title: str, entries: Sequence[Mapping[str, Any]], style: Style) -> Iterator[str]:
    if not entries:
        return
    yield style.paint(f"{title} ({len(entries):,})", "bold")
    for entry in entries[:_MOST_LISTED]:
        shape = "" if entry["shape"] is None else f"  {shape_text(entry['shape'])}"
        yield f"  {plain(entry['name'])}{shape}"
    if len(entries) > _MOST_LISTED:
        yield f"  and {len(entries) - _MOST_LISTED:,} more (all of them: --output-format json)"
    yield ""


def _notes(record: Mapping[str, Any]) -> Iterator[str]:
    if record["arguments"]:
        yield f"with {', '.join(f'{plain(name)} = {value}' for name, value in record['arguments'].items())}"
    if record["fits_with"]:
        left = {kind: count for kind, count in record["left"].items() if count}
        then = f"leaves {', '.join(f'{count:,} {kind}' for kind, count in left.items())}" if left else "fits"
        yield f"{plain(record['fits_with'])} {then}"
    if record["undecided"]:
        names = ", ".join(map(plain, record["undecided"][:3]))
        more = ", ..." if len(record["undecided"]) > 3 else ""
        yield f"not decided: {_plural(len(record['undecided']), 'name')} ({names}{more})"
    for place in record["not_followed"][:_MOST_LISTED]:
        yield f"not known: {plain(place['name']) or 'the whole model'}: {plain(place['reason'])}"


def _summary(record: Mapping[str, Any], style: Style) -> str:
    counts = ", ".join(f"{len(record[key]):,} {key}" for key in ("mismatched", "missing", "unexpected"))
    loose = "" if record["strict"] else " with strict=False"
    words = f"{_WORDS[record['verdict']]}{loose}: {counts}"
    return style.paint(words, {"fits": "bold", "differs": "error"}.get(record["verdict"], "warning"))


def _plural(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"
