"""Comments that switch findings off.

``# shapelint: ignore[stale-comment, SHP201] reason``, ``# shapelint: ignore``, ``# noqa: SHP202`` and a bare ``# noqa``
apply to their line, ``# shapelint: off`` and ``# shapelint: on`` to the lines between them, and
``# shapelint: ignore-file`` of the file.  The marker may follow other text in the same comment: the finding is often
the comment itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from ..diagnostic import Diagnostic, Edit, Span
from ..records import dataclass
from ..regex import lazy
from .comments import Comment
from .parse import Source

__all__ = ["OPEN_LIST", "Directive", "Suppressions", "suppressions_of"]

_OURS = lazy(
    r"#\s*shapelint\s*:\s*(?P<verb>ignore-file|ignore|off|on)\b(?!-)(?:\s*\[(?P<codes>[^\]]*)\])?", re.IGNORECASE
)
_NOQA = lazy(r"#\s*(?P<verb>noqa)\b(?:\s*:\s*(?P<codes>[A-Z]+[0-9]+(?:(?:\s*,\s*|\s+)[A-Z]+[0-9]+)*))?", re.IGNORECASE)
OPEN_LIST = lazy(r"#\s*shapelint\s*:\s*ignore\s*\[[^\]#]*[^\]#\s](?=\s*\])", re.IGNORECASE)
"""An ignore comment up to the end of the last name in its list."""
_SEPARATOR = lazy(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class Directive:
    """One ignore comment.  ``codes``: lower-case codes and names as written, None for all.  ``span``: its marker."""

    verb: str
    codes: tuple[str, ...] | None
    span: Span
    comment: Comment

    def names(self, finding: Diagnostic) -> bool:
        """Whether it applies to findings of this rule.  A bare ``ignore`` does not suppress the report that it is unused."""
        if self.codes is None:
            return self.verb != "ignore" or finding.code != "SHP002"
        return finding.code.lower() in self.codes or finding.name in self.codes

    @property
    def must_be_used(self) -> bool:
        """A ``noqa`` without codes, or with other linters' codes, may be meant for them."""
        return self.verb == "ignore" or (self.verb == "noqa" and any(c.startswith("shp") for c in self.codes or ()))

    def removal(self, lines: tuple[str, ...]) -> Edit:
        """The edit that takes the marker away, with its reason; the whole line if it holds nothing else."""
        row, line = self.span.row, lines[self.span.row - 1]
        before = line[: self.span.column - 1].rstrip()
        following = line.find("#", self.span.end_column - 1)
        if following >= 0:
            return Edit(Span(row, self.span.column, row, following + 1), "")
        if before or row == len(lines):
            return Edit(Span(row, len(before) + 1, row, len(line) + 1), "")
        return Edit(Span(row, 1, row + 1, 1), "")


class Suppressions:
    """The directives of a file.  Decides which findings they silence, and remembers which directives did."""

    def __init__(self, directives: Iterable[Directive]) -> None:
        self._directives = tuple(directives)
        self._off = tuple(_regions(self._directives))
        self._whole_file = any(d.verb == "ignore-file" and d.codes is None for d in self._directives)
        self._used: set[tuple[Directive, str]] = set()

    def silence(self, finding: Diagnostic) -> bool:
        """Whether ``finding`` is suppressed; any row of its primary span counts."""
        span = finding.span
        if self._whole_file or any(first <= span.end_row and span.row <= last for first, last in self._off):
            return True
        silent = False
        for directive in self._directives:
            if directive.verb in ("off", "on") or not directive.names(finding):
                continue
            if directive.verb != "ignore-file" and not span.row <= directive.span.row <= span.end_row:
                continue
            words = ("", finding.code.lower(), finding.name)
            self._used |= {(directive, word) for word in directive.codes or ("",) if word in words}
            silent = True
        return silent

    def unused(self, known: Collection[str], asked: Collection[str]) -> Iterator[tuple[Directive, tuple[str, ...]]]:
        """Directives that suppressed nothing, with those of their codes that did not (empty: it had none).

        ``known``: lower-case codes and names of all rules, ``asked`` those of the rules that were asked.  The code
        of a rule that was not asked is not reported; one in our style that no rule has is.
        """
        if self._whole_file:
            return
        for directive in self._directives:
            if not directive.must_be_used or any(a <= directive.span.row <= b for a, b in self._off):
                continue
            if directive.codes is None:
                if (directive, "") not in self._used:
                    yield directive, ()
                continue
            candidates = [c for c in directive.codes if directive.verb == "ignore" or c.startswith("shp")]
            idle = tuple(c for c in candidates if c not in known or (c in asked and (directive, c) not in self._used))
            if idle:
                yield directive, idle


def suppressions_of(source: Source) -> Suppressions:
    """The ignore comments of a file; files that hold the words nowhere are not looked through."""
    lowered = source.text.lower()
    if "shapelint" not in lowered and "noqa" not in lowered:
        return Suppressions(())
    return Suppressions(d for comment in source.comments_with(_may_direct) for d in _directives(comment))


def _may_direct(text: str) -> bool:
    lowered = text.lower()
    return "shapelint" in lowered or "noqa" in lowered


def _directives(comment: Comment) -> Iterator[Directive]:
    for pattern in (_OURS, _NOQA):
        for match in pattern.finditer(comment.text):
            codes = match["codes"]
            words = None if codes is None else tuple(w.lower() for w in _SEPARATOR.split(codes) if w)
            column = comment.column + match.start()
            span = Span(comment.row, column, comment.row, comment.column + len(match[0].rstrip()) + match.start())
            yield Directive(match["verb"].lower(), words, span, comment)


def _regions(directives: Iterable[Directive]) -> Iterator[tuple[int, int]]:
    """First and last row of each stretch that is switched off; the last one may reach the end of the file."""
    start: int | None = None
    for directive in directives:
        if directive.verb == "off" and start is None:
            start = directive.span.row
        elif directive.verb == "on" and start is not None:
            yield start, directive.span.row
            start = None
    if start is not None:
        yield start, 1 << 60
