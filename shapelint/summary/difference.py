"""``--diff``: a model before and after, layer by layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..render.style import Style, plain
from .columns import Cell, Column, laid_out
from .table_columns import count_text, output_text, shape_text

__all__ = ["difference", "differs", "render_difference", "render_markdown"]

_COMPARED = ("layer", "arguments", "in", "out", "params", "trainable", "mult_adds")
_TOTALS = ("parameters", "trainable", "buffers", "mult_adds")
_NOTHING: Mapping[str, Any] = {"calls": (), "inputs": None, "output": None, "refused": None, "totals": {}}
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_ROLES = {"added": "add", "removed": "remove", "changed": "warning"}
_COLUMNS = (
    Column(""), Column("path", least=10, tail=True), Column("layer", least=12), Column("output", least=14, last=True),
    Column("parameters", right=True), Column("mult-adds", right=True),
)  # fmt: skip


def difference(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, target: str) -> dict[str, Any]:
    """What differs between two records of :func:`~shapelint.summary.show`; None stands for a model that is not there.

    ``changes``: for each call, found by its path and how often that was called before, ``change`` (added, removed,
    changed), the records ``before`` and ``after`` (None where there is none) and the ``fields`` that differ.
    """
    sides = [_NOTHING if side is None else side for side in (before, after)]
    old, new = (_numbered(side["calls"]) for side in sides)
    order = list(dict.fromkeys([*new, *old])) if len(new) >= len(old) else list(dict.fromkeys([*old, *new]))
    changes = []
    for key in order:
        was, now = old.get(key), new.get(key)
        fields = [] if was is None or now is None else [name for name in _COMPARED if was.get(name) != now.get(name)]
        if was is None or now is None or fields:
            change = "added" if was is None else "removed" if now is None else "changed"
            changes.append({"path": key[0], "change": change, "before": was, "after": now, "fields": fields})
    ends = {name: [side[name] for side in sides] for name in ("inputs", "output", "refused")}
    totals = {name: [side["totals"].get(name, 0) for side in sides] for name in _TOTALS}
    return {"version": 1, "target": target, "changes": changes, **ends, "totals": totals}


def differs(found: Mapping[str, Any]) -> bool:
    """Whether anything does."""
    pairs = [found["inputs"], found["output"], *found["totals"].values()]
    return bool(found["changes"]) or any(was != now for was, now in pairs)


def _numbered(calls: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], Mapping[str, Any]]:
    seen: Counter[str] = Counter()
    found = {}
    for call in calls:
        found[call["path"], seen[call["path"]]] = call
        seen[call["path"]] += 1
    return found


def render_difference(found: Mapping[str, Any], style: Style, width: int | None, ellipsis: str) -> str:
    """A table of what changed; was and is on one line, with an arrow."""
    rows = [[Cell(text, _ROLES[change["change"]]) for text in _texts(change)] for change in found["changes"]]
    lines = list(laid_out(_COLUMNS, rows, width, style, ellipsis)) if rows else ["no layer changed"]
    title = style.paint(_title(found), "bold")
    return "\n".join([title, "", *lines, "", *_ends(found)]) + "\n"


def render_markdown(found: Mapping[str, Any]) -> str:
    """A comment for a pull request."""
    counts = Counter(change["change"] for change in found["changes"])
    said = ", ".join(f"{counts[kind]} {kind}" for kind in _SIGNS if counts[kind]) or "no layer changed"
    lines = [f"### {_escaped(_title(found))}: {said}", ""]
    if found["changes"]:
        lines += [f"| {' | '.join(column.title for column in _COLUMNS)} |", "|---|---|---|---|--:|--:|"]
        lines += [f"| {' | '.join(map(_escaped, _texts(change)))} |" for change in found["changes"]]
        lines.append("")
    return "\n".join([*lines, *(f"* {_escaped(line)}" for line in _ends(found))]) + "\n"


def _title(found: Mapping[str, Any]) -> str:
    was = f", which was {plain(found['was'])}," if found["was"] else ""
    return f"{plain(found['target'])}{was} since {plain(found['revision'])}"


def _escaped(text: str) -> str:
    """Text that Markdown and HTML show as it is."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]#|~@!" else letter for letter in escaped)


def _texts(change: Mapping[str, Any]) -> list[str]:
    was, now = change["before"], change["after"]
    return [
        _SIGNS[change["change"]],
        plain(change["path"]) or "(the target)",
        _moved(was, now, lambda call: f"{plain(call['layer'])}({plain(call.get('arguments', ''))})"),
        _sizes(change),
        _moved(was, now, lambda call: count_text(call["params"])),
        _moved(was, now, lambda call: count_text(call.get("mult_adds"))),
    ]


def _sizes(change: Mapping[str, Any]) -> str:
    """The output; of a layer of which only the input changed, the input."""
    if change["fields"] and "out" not in change["fields"] and "in" in change["fields"]:
        told = [", ".join(map(shape_text, change[when]["in"])) for when in ("before", "after")]
        return f"from {told[0]} -> {told[1]}"
    return _moved(change["before"], change["after"], output_text)


def _moved(was: Any, now: Any, text: Any) -> str:
    told = [text(call) for call in (was, now) if call is not None]
    return told[0] if len(set(told)) == 1 else " -> ".join(told)


def _ends(found: Mapping[str, Any]) -> Iterator[str]:
    was, now = (shape_text(output) for output in found["output"])
    yield f"output: {was}" if was == now else f"output: {was} -> {now}"
    for name, (before, after) in found["totals"].items():
        if before != after:
            more = f" ({after - before:+,})" if isinstance(before, int) and isinstance(after, int) else ""
            yield f"{name.replace('_', '-')}: {count_text(before)} -> {count_text(after)}{more}"
    for when, refused, absence in zip(("before", "now"), found["refused"], found["absent"], strict=True):
        if refused is not None or absence is not None:
            yield f"{when}: {plain(absence or refused['reason'])}"
