"""Writing ignore comments for findings: where one can stand, what it says, and whether it does what it is for."""

from __future__ import annotations

import io
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from ..diagnostic import Diagnostic, Edit, Span
from ..edits import apply_edits
from ..engine import Result
from ..records import dataclass
from ..source.lines import split_lines
from ..source.suppress import OPEN_LIST

__all__ = ["Suppressed", "suppress"]

_NEVER = frozenset({"SHP001", "SHP002"})
"""A file that cannot be parsed has no comments, and an idle ignore comment is to be removed."""
_ENDS = (tokenize.NEWLINE, tokenize.NL)


@dataclass(frozen=True, slots=True)
class Suppressed:
    """``text`` with the comments, how many there are, and what is still found in it."""

    text: str
    comments: int
    remaining: Result


def suppress(text: str, findings: Sequence[Diagnostic], reason: str, check: Callable[[str], Result]) -> Suppressed:
    """Write an ignore comment on a line of each of the ``findings``.

    ``check``: lints another text.  A comment is kept only if its findings are gone and no other has come: a shape in the
    reason may be read as a claim, and what stands in a string cannot be ignored by a comment.
    """
    before = check(text)
    names = _names_by_row(text, findings)
    edits = {row: _edit(split_lines(text)[row - 1], row, rules, reason) for row, rules in names.items()}
    everywhere = apply_edits(text, edits.values()) if edits else text
    after = check(everywhere) if edits else before
    if _holds(before, after, names):
        return Suppressed(everywhere, len(edits), after)
    kept: list[Edit] = []
    after = before
    for row, edit in edits.items():
        tried = check(apply_edits(text, [*kept, edit]))
        if _holds(after, tried, {row: names[row]}):
            kept.append(edit)
            after = tried
    return Suppressed(apply_edits(text, kept) if kept else text, len(kept), after)


def _holds(before: Result, after: Result, names: Mapping[int, Sequence[str]]) -> bool:
    """Whether comments that name these rules on these rows took findings away, and did nothing else."""
    if not after.parsed:
        return False
    old, new = (Counter((d.span.row, d.name, d.message) for d in result.diagnostics) for result in (before, after))
    still = {(row, name) for finding in after.diagnostics for row in _rows(finding) for name in (finding.name,)}
    return not new - old and not any((row, name) in still for row, rules in names.items() for name in rules)


def _rows(finding: Diagnostic) -> range:
    return range(finding.span.row, finding.span.end_row + 1)


def _names_by_row(text: str, findings: Sequence[Diagnostic]) -> dict[int, list[str]]:
    """The names of the rules to ignore on each row: the first of a finding's rows that can have a comment."""
    ends = frozenset(_rows_that_end(text))
    found: dict[int, list[str]] = {}
    for finding in findings:
        row = next((row for row in _rows(finding) if row in ends), None)
        if row is not None and finding.code not in _NEVER:
            rules = found.setdefault(row, [])
            if finding.name not in rules:
                rules.append(finding.name)
    return found


def _rows_that_end(text: str) -> Iterator[int]:
    """The rows behind which a comment can stand: not those that end within a string or with a backslash."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in _ENDS:
                yield token.start[0]
    except (tokenize.TokenError, SyntaxError):
        return


def _edit(line: str, row: int, rules: Sequence[str], reason: str) -> Edit:
    """One more name in the list of an ignore comment, or a comment."""
    found = OPEN_LIST.search(line)
    if found is not None:
        return Edit(Span(row, found.end() + 1, row, found.end() + 1), f", {', '.join(rules)}")
    end = len(line.rstrip())
    comment = f"# shapelint: ignore[{', '.join(rules)}] {reason}".rstrip()
    return Edit(Span(row, end + 1, row, len(line) + 1), f"{'  ' if line.strip() else ''}{comment}")
