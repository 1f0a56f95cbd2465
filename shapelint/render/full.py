"""For people: each finding with its lines of source, what the labels point at, the chain of shapes and the fix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..diagnostic import Diagnostic, Edit, Label, Span
from ..report import FileReport
from .advice import advice
from .concise import line as one_line
from .excerpt import Marked, excerpt
from .place import Places
from .style import Style, plain

__all__ = ["counted", "render"]

_CONTEXT = 2


def render(reports: Sequence[FileReport], style: Style) -> str:
    """All findings, then how many there are and how many can be fixed; nothing if there are none."""
    places = Places.of(reports)
    # A file that could not be parsed gets one line: its source cannot be relied on for an excerpt.
    failures = [one_line(d, places, style) for report in reports if not report.parsed for d in report.diagnostics]
    findings = [finding for report in reports if report.parsed for finding in report.diagnostics]
    blocks = ["".join(f"{line}\n" for line in _block(finding, places, style)) for finding in findings]
    summary = [f"{counted(findings, style)}\n"] if findings else []
    return "\n".join([*(["".join(failures)] if failures else []), *blocks, *summary])


def _block(finding: Diagnostic, places: Places, style: Style) -> Iterator[str]:
    role = "warning" if finding.severity == "warning" else "error"
    yield f"{style.paint(f'{finding.code} {finding.name}', role)}{style.paint(f': {plain(finding.message)}', 'bold')}"
    width = _gutter(finding, places)
    bar = style.paint("|", "gutter")
    margin = " " * width
    labels = [label for label in finding.labels if _is_here(label, finding, places)]
    here = [Marked(finding.span, finding.label, role, "^"), *(Marked(at.span, at.text, "note", "-") for at in labels)]
    yield f"{margin}{style.paint('-->', 'gutter')} {places.start(finding.filename, finding.span)}"
    yield f"{margin} {bar}"
    yield from excerpt(finding.filename, here, places, style, width, _CONTEXT)
    for label in finding.labels:
        if not _is_here(label, finding, places):
            yield f"{margin} {bar}"
            yield from _elsewhere(label, label.filename or finding.filename, places, style, width)
    notes = list(_notes(finding))
    if notes:
        yield f"{margin} {bar}"
    for title, lines in notes:
        for index, text in enumerate(lines):
            head = f"{style.paint('=', 'gutter')} {style.paint(title, 'bold')}:"
            yield f"{margin} {' ' * (len(title) + 3) if index else head} {plain(text)}"
    if finding.fix is not None:
        yield from _repair(finding.filename, finding.fix.edits, places, style, width)


def _elsewhere(label: Label, filename: str, places: Places, style: Style, width: int) -> Iterator[str]:
    """A label in another file or cell; only its text where the source cannot be read."""
    lines = list(excerpt(filename, [Marked(label.span, label.text, "note", "-")], places, style, width, 0))
    where = f"{' ' * width}{style.paint(':::', 'gutter')} {places.start(filename, label.span)}"
    yield where if lines else f"{where} {style.paint(plain(label.text), 'note')}"
    yield from lines


def _is_here(label: Label, finding: Diagnostic, places: Places) -> bool:
    same_file = label.filename in (None, finding.filename)
    return same_file and places.same_cell(finding.filename, finding.span.row, label.span.row)


def _notes(finding: Diagnostic) -> Iterator[tuple[str, Sequence[str]]]:
    if finding.trace:
        yield "trace", finding.trace
    if helps := advice(finding):
        yield "help", helps


def _repair(filename: str, edits: Sequence[Edit], places: Places, style: Style, width: int) -> Iterator[str]:
    """The lines as they would be, if each edit stays within one line."""
    if any(edit.span.row != edit.span.end_row or "\n" in edit.content for edit in edits):
        return
    lines = places.lines(filename)
    if any(edit.span.row > len(lines) for edit in edits):  # at the very end of the file
        return
    bar = style.paint("|", "gutter")
    yield f"{' ' * width} {bar}"
    for row in sorted({edit.span.row for edit in edits}):
        old = new = lines[row - 1]
        for edit in sorted((e for e in edits if e.span.row == row), key=lambda e: e.span, reverse=True):
            new = new[: edit.span.column - 1] + edit.content + new[edit.span.end_column - 1 :]
        number = f"{places.shown_row(filename, row):>{width}}"
        for sign, text, role in (("-", old, "remove"), ("+", new, "add")):
            shown = plain(text.replace("\t", "    "))
            yield f"{style.paint(number, 'gutter')} {style.paint(f'{sign} {shown}'.rstrip(), role)}"


def _gutter(finding: Diagnostic, places: Places) -> int:
    """The width of the largest row number to be printed."""
    spans: list[tuple[str, Span]] = [(finding.filename, finding.span)]
    spans += [(label.filename or finding.filename, label.span) for label in finding.labels]
    spans += [(finding.filename, edit.span) for edit in (finding.fix.edits if finding.fix else ())]
    return max(len(str(places.shown_row(filename, span.end_row) + _CONTEXT)) for filename, span in spans)


def counted(findings: Sequence[Diagnostic], style: Style) -> str:
    """How many findings there are, and how many of them can be repaired."""
    fixable = sum(style.repairs(finding) for finding in findings)
    more = sum(finding.fix is not None for finding in findings) - fixable
    parts = [f"{len(findings)} finding{'s' * (len(findings) != 1)}"]
    if fixable:
        parts.append(f"{fixable} fixable with --fix")
    if more:
        parts.append(f"{more} {'more ' * bool(fixable)}with --unsafe-fixes")
    return ", ".join(parts)
