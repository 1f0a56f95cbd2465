"""Applying repairs to text: whole fixes or nothing, no two that touch the same place, every other character kept."""

from __future__ import annotations

from collections.abc import Iterable

from .diagnostic import Diagnostic, Edit, Fix, Span
from .records import dataclass
from .source.lines import line_starts

__all__ = ["Applied", "apply_edits", "apply_fixes", "wanted"]


@dataclass(frozen=True, slots=True)
class Applied:
    """The changed text, the findings whose fixes were applied, and whether others had to wait for another round."""

    text: str
    fixed: tuple[Diagnostic, ...]
    postponed: bool


def wanted(finding: Diagnostic, unsafe: bool) -> Fix | None:
    """The fix of ``finding`` if it has one of the kind that was asked for."""
    fix = finding.fix
    return fix if fix is not None and fix.edits and (unsafe or fix.applicability == "safe") else None


def apply_fixes(text: str, findings: Iterable[Diagnostic], unsafe: bool) -> Applied:
    """Apply the fixes of ``findings`` in their order; of overlapping ones the first."""
    starts = line_starts(text)
    taken: list[tuple[int, int, str]] = []
    fixed: list[Diagnostic] = []
    postponed = False
    for finding in findings:
        fix = wanted(finding, unsafe)
        if fix is None:
            continue
        edits = [(*_offsets(edit.span, starts), edit.content) for edit in fix.edits]
        if all(edit in taken for edit in edits):
            fixed.append(finding)
        elif any(_overlap(edit, other) for edit in edits for other in taken):
            postponed = True
        else:
            taken += edits
            fixed.append(finding)
    return Applied(_spliced(text, taken), tuple(fixed), postponed)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with all of ``edits``, which must not overlap."""
    fix = Fix("safe", "", tuple(edits))
    return apply_fixes(text, [Diagnostic("", "", "", "", Span(1, 1, 1, 1), fix=fix)], unsafe=False).text


def _offsets(span: Span, starts: list[int]) -> tuple[int, int]:
    return starts[span.row - 1] + span.column - 1, starts[span.end_row - 1] + span.end_column - 1


def _overlap(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """Whether two edits change the same characters, or insert at the same place."""
    return (one[0] < other[1] and other[0] < one[1]) or one[0] == other[0]


def _spliced(text: str, edits: list[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end, content in sorted(edits):
        pieces += [text[done:start], content]
        done = end
    return "".join([*pieces, text[done:]])
