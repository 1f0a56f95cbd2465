"""What was understood, for people: ``--coverage``."""

from __future__ import annotations

from collections.abc import Sequence

from ..coverage import Coverage
from ..report import FileReport
from .style import plain

__all__ = ["render_coverage"]

_MOST_REASONS = 20


def render_coverage(reports: Sequence[FileReport]) -> str:
    """The shares of layers and shape comments that were understood, and the reasons for the rest, most frequent first."""
    total = sum((report.coverage for report in reports), Coverage())
    text = (
        f"{total.files} file{'s' * (total.files != 1)} mention{'s' * (total.files == 1)} torch\n"
        f"{_share(total.layers_known, total.layers)} layer calls with known shapes\n"
        f"{_share(total.claims_bound, total.claims)} shape comments bound to code\n"
        f"{_share(total.claims_checked, total.claims)} shape comments checked\n"
    )
    reasons = sorted(total.reasons, key=lambda pair: -pair[1])
    width = max((len(str(count)) for _, count in reasons), default=0)
    listed = "".join(f"  {count:>{width}}  {plain(reason)}\n" for reason, count in reasons[:_MOST_REASONS])
    more = f"  and {len(reasons) - _MOST_REASONS} more reasons\n" if len(reasons) > _MOST_REASONS else ""
    return text + (f"not known, because:\n{listed}{more}" if reasons else "")


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f" ({part / whole:.0%})" if whole else "")
