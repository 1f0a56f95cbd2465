"""What can be done at a place: repairs, ignoring a finding, annotating a class, a padding that keeps the size."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from lsprotocol import types

from ...diagnostic import Diagnostic, Edit, Fix, Span
from ...edits import apply_edits
from ...source.lines import split_lines
from ..document_service import Known
from ..open_documents import Text
from ..position_units import Units
from .diagnostics import diagnostics_of

__all__ = ["ANNOTATE", "code_actions", "workspace_edit"]

ANNOTATE = "shapelint.annotate"
_REASON = "say why"


def code_actions(known: Known, uri: str, rows: range, keeping: Fix | None, units: Units) -> list[types.CodeAction]:
    """The actions for ``rows`` of the whole text.  ``keeping``: the padding with which the layer there keeps the size."""
    analysis, text = known.analysis, known.text
    found = [finding for finding in analysis.diagnostics if _touches(finding.span, rows)]
    actions = [action for finding in found for action in _of_finding(finding, text, units)]
    if keeping is not None:
        title = f'"same": {keeping.message}, which keeps the size'
        edit = workspace_edit(keeping.edits, text, units)
        actions.append(types.CodeAction(title, types.CodeActionKind.RefactorRewrite, edit=edit))
    for shown in analysis.classes:
        if _touches(shown.span, rows) and not analysis.broken:
            title = f"write shape comments into {shown.name}"
            command = types.Command(title, ANNOTATE, arguments=[uri, shown.name])
            actions.append(types.CodeAction(title, types.CodeActionKind.RefactorRewrite, command=command))
    return actions


def _touches(span: Span, rows: range) -> bool:
    return span.row < rows.stop and rows.start <= span.end_row


def _of_finding(finding: Diagnostic, text: Text, units: Units) -> Iterator[types.CodeAction]:
    shown = [diagnostic for _, diagnostic in diagnostics_of((finding,), text, units)]
    if finding.fix is not None and finding.fix.edits:
        safe = finding.fix.applicability == "safe"
        yield types.CodeAction(
            finding.fix.message if safe else f"{finding.fix.message} (unsafe: changes code)",
            types.CodeActionKind.QuickFix,
            diagnostics=shown,
            is_preferred=safe or None,
            edit=workspace_edit(finding.fix.edits, text, units),
        )
    ignoring = _ignoring(finding, text)
    if ignoring is not None:
        yield types.CodeAction(
            f"ignore {finding.name} in this line, with a reason",
            types.CodeActionKind.QuickFix,
            diagnostics=shown,
            edit=workspace_edit((ignoring,), text, units),
        )


def _ignoring(finding: Diagnostic, text: Text) -> Edit | None:
    """The edit that adds an ignore comment to one of the lines of a finding; None where all end within a string, or go on
    after a backslash."""
    for row in range(finding.span.end_row, finding.span.row - 1, -1):
        part, line = text.place(row)
        row_in_code = text.row_in_code(row)
        if finding.code == "SHP001" or row_in_code is None:
            continue
        content = f"  # shapelint: ignore[{finding.name}] {_REASON}"
        code = text.code
        tried = _at_the_end(row_in_code, split_lines(code)[row_in_code - 1], content)
        if _is_same_program(code, apply_edits(code, (tried,))):
            return _at_the_end(row, part.lines[line], content)
    return None


def _at_the_end(row: int, line: str, content: str) -> Edit:
    return Edit(Span(row, len(line.rstrip()) + 1, row, len(line) + 1), content)


def _is_same_program(before: str, after: str) -> bool:
    try:
        return ast.dump(ast.parse(before)) == ast.dump(ast.parse(after))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def workspace_edit(edits: Iterable[Edit], text: Text, units: Units) -> types.WorkspaceEdit:
    """Edits of the whole text as those of the documents that it consists of, for the versions that were analysed."""
    by_uri: dict[str, list[types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit]] = {}
    versions = {part.uri: part.version for part in text.parts}
    for edit in edits:
        part, place = units.range(text, edit.span)
        by_uri.setdefault(part.uri, []).append(types.TextEdit(place, edit.content))
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, versions[uri]), changes)
            for uri, changes in by_uri.items()
        ]
    )
