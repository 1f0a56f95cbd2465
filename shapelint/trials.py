"""Only repairs that hold are offered: each is made in the text, and the file is linted again, unless it is known to hold.

A repair holds if its finding is gone then, no other finding has come, and PyTorch refuses nothing that it took before.  What
several layers read (a parameter of a helper, a list of widths) is thereby changed only where all of them profit, and repeated
repairs end: each round leaves fewer findings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from .diagnostic import Diagnostic, Edit, Fix
from .edits import apply_fixes
from .records import dataclass, field, replace

__all__ = ["Linted", "settled"]

_MOST = 16
"""How often one file is linted again; repairs that were not tried by then are not offered."""


@dataclass(frozen=True, slots=True)
class Linted:
    """What linting a text gives.  ``refused``: rows of calls that PyTorch refuses and of runs that raise, with what it is."""

    diagnostics: tuple[Diagnostic, ...]
    refused: frozenset[tuple[int, str]]


def settled(
    text: str, before: Linted, lint: Callable[[str], Linted | None], sure: frozenset[str] = frozenset()
) -> tuple[Diagnostic, ...]:
    """The findings ``before``, each with the first of its repairs that holds, or with none.

    ``lint``: what another text gives; None if it is not a program.  ``sure``: codes whose repairs cannot change what the
    program does or says, such as those that take an idle comment away.
    """
    fixable = [d for d in before.diagnostics if d.code not in sure and (d.fix or d.otherwise) is not None]
    if not fixable or [d.fix is not None and d.fix.holds for d in before.diagnostics] == [True]:
        return before.diagnostics
    trials = _Trials(text, before, lint)
    comments = [d for d in fixable if d.fix is not None and d.fix.applicability == "safe"]
    decided = dict(trials.decide(comments)) if comments else {}
    decided |= {d: last for d in fixable if d not in decided for _, last in trials.decide([d])}
    following = trials.following(decided)
    return tuple(replace(decided.get(d, d), otherwise=None) for d in before.diagnostics if d not in following)


@dataclass(slots=True)
class _Trials:
    text: str
    before: Linted
    lint: Callable[[str], Linted | None]
    left: int = _MOST
    known: dict[str, Linted | None] = field(default_factory=dict)

    def decide(self, group: Sequence[Diagnostic]) -> Iterator[tuple[Diagnostic, Diagnostic]]:
        """Each finding with how it is to be reported.  Repairs of comments, which do not need each other, are tried all at
        once, then in halves; those of code one by one, since two that are wrong may go together."""
        if self._hold(group, group):
            yield from zip(group, group, strict=True)
        elif len(group) > 1:
            middle = len(group) // 2
            yield from self.decide(group[:middle])
            yield from self.decide(group[middle:])
        else:
            yield group[0], self._alternative(group[0])

    def following(self, decided: Mapping[Diagnostic, Diagnostic]) -> set[Diagnostic]:
        """The findings that are gone with the repair of another one: they follow from it.

        So does the later of two that go with each other's repair, which is not tried together with the first.
        """
        found: set[Diagnostic] = set()
        for finding, last in decided.items():
            fix = last.fix
            if finding in found or fix is None or fix.applicability == "safe" or len(self.before.diagnostics) < 2:
                continue
            after = self._linted(apply_fixes(self.text, [last], unsafe=True).text)
            if after is not None:
                left = set(_places(after.diagnostics, ()))
                others = (other for other in self.before.diagnostics if other is not finding)
                gone = [other for other in others if left.isdisjoint(_places([other], fix.edits))]
                found |= {other for other in gone if _follows(decided.get(other, other).fix, fix)}
        return found

    def _alternative(self, finding: Diagnostic) -> Diagnostic:
        """How to report ``finding``, whose first repair does not hold."""
        other = finding
        while other.otherwise is not None:
            other = other.otherwise
            if other.fix is None or self._hold([finding], [other]):
                return other
        return replace(other, fix=None, help=None)

    def _hold(self, findings: Sequence[Diagnostic], repaired: Sequence[Diagnostic]) -> bool:
        """Whether no more than ``findings`` are gone once the repairs of ``repaired`` are made together."""
        edits = [edit for finding in repaired if finding.fix is not None for edit in finding.fix.edits]
        applied = apply_fixes(self.text, repaired, unsafe=True)
        if len(applied.fixed) < len(findings) or applied.text == self.text:
            return False
        after = self._linted(applied.text)
        if after is None or not after.refused <= {(_moved(row, edits), what) for row, what in self.before.refused}:
            return False
        stay = Counter(_places(self.before.diagnostics, edits))
        stay.subtract(_places(findings, edits))
        return all(count <= stay[place] for place, count in Counter(_places(after.diagnostics, ())).items())

    def _linted(self, text: str) -> Linted | None:
        if text not in self.known and self.left:
            self.left -= 1
            self.known[text] = self.lint(text)
        return self.known.get(text)


def _follows(own: Fix | None, other: Fix) -> bool:
    """Whether a finding that is gone with ``other`` is not told.  A comment may become true, and is yet what its author must
    read; two findings that one edit corrects are two places that somebody got wrong."""
    return own is None or (own.applicability != "safe" and own.edits != other.edits)


def _places(findings: Sequence[Diagnostic], edits: Sequence[Edit]) -> Iterator[tuple[int, str]]:
    """The row and the rule of each finding, where they are after ``edits``: columns and numbers may change."""
    for finding in findings:
        yield _moved(finding.span.row, edits), finding.code


def _moved(row: int, edits: Sequence[Edit]) -> int:
    """Where the line ``row`` is after ``edits``, which may add lines or take some away."""
    before = {edit for edit in edits if edit.span.end_row < row}
    return row + sum(edit.content.count("\n") - (edit.span.end_row - edit.span.row) for edit in before)
