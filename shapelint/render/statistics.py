"""How often each rule was broken, the most frequent first: ``3  SHP202  [*]  stale-comment``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..report import FileReport
from .style import Style

__all__ = ["render"]


def render(reports: Sequence[FileReport], style: Style) -> str:
    """A line for each rule; ``[*]`` marks those all of whose findings ``--fix`` repairs, ``[-]`` those with some."""
    counts: Counter[tuple[str, str]] = Counter()
    repairs: Counter[tuple[str, str]] = Counter()
    for report in reports:
        for finding in report.diagnostics:
            rule = (finding.code, finding.name)
            counts[rule] += 1
            repairs[rule] += style.repairs(finding)
    width = max((len(str(count)) for count in counts.values()), default=0)
    return "".join(
        f"{counts[rule]:>{width}}  {style.paint(rule[0], 'error')}  {_mark(repairs[rule], counts[rule])}  {rule[1]}\n"
        for rule in sorted(counts, key=lambda rule: (-counts[rule], rule))
    )


def _mark(repaired: int, count: int) -> str:
    return "[*]" if repaired == count else "[-]" if repaired else "[ ]"
