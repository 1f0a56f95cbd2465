"""Leaving out the findings of baselines, recording them, and forgetting those that are gone."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence

from ..baseline import BaselineError, Known, name_in_baseline, read_baseline, record, write_baseline
from ..config import Configurations
from ..records import dataclass, replace
from ..report import FileReport
from ..rules import registry
from ..source.lines import split_lines
from .options import Request
from .output import Failure, complain

__all__ = ["apply_baselines"]

_DEFAULT = "shapelint-baseline.json"


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    """A baseline beside the findings of this run.

    ``known``: what is recorded.  ``found``: what occurs.  ``gone``: what is recorded of files and rules that were checked, or of
    files that are no more, and does not occur.
    """

    known: Known
    found: Known
    gone: Known


def apply_baselines(reports: Sequence[FileReport], configs: Configurations, request: Request) -> Sequence[FileReport]:
    """The reports without the findings that are recorded in the baselines of their files.

    With ``--write-baseline`` all findings are recorded first, with ``--update-baseline`` those are forgotten that no longer
    occur.  What is recorded of other files and of rules that were not asked for stays.
    """
    groups: dict[str | None, list[FileReport]] = {}
    for report in reports:
        config = configs.of_file(report.path)
        file = config.baseline or (os.path.join(config.root, _DEFAULT) if request.write_baseline else None)
        groups.setdefault(file, []).append(report)
    if request.update_baseline and groups and groups.keys() <= {None}:
        raise Failure("--update-baseline needs --baseline FILE, or the key baseline in the configuration")
    fresh: dict[str, FileReport] = {}
    for file, group in groups.items():
        if file is not None:
            try:
                known = _settled(file, group, configs, request)
            except BaselineError as error:
                raise Failure(str(error)) from None
            group = [_without_known(report, known, file) for report in group]
        fresh |= {report.path: report for report in group}
    return [fresh[report.path] for report in reports]


def _settled(file: str, group: Sequence[FileReport], configs: Configurations, request: Request) -> Known:
    """What is known after the baseline was brought up to date, as far as that was asked for."""
    is_first = request.write_baseline and not os.path.lexists(file)
    compared = _compared(Counter() if is_first else read_baseline(file), file, group, configs)
    shown, gone = os.path.relpath(file), compared.gone.total()
    if request.write_baseline:
        new = compared.found - compared.known
        kept = compared.known - compared.gone - compared.found
        write_baseline(file, kept + compared.found)
        parts = [f"{new.total()} new", f"{gone} gone", f"{kept.total()} of other files or rules kept"]
        complain(f"{shown}: {_findings(compared.found.total())} recorded ({', '.join(parts)})")
        if is_first and configs.of_file(group[0].path).baseline is None:
            complain(f'pass --baseline {shown}, or write baseline = "{_DEFAULT}" in the configuration')
        return kept + compared.found
    if gone and request.update_baseline:
        write_baseline(file, compared.known - compared.gone)
        complain(f"{shown}: {_findings(gone)} removed that no longer {_occur(gone)}")
    elif gone and not request.quiet:
        complain(
            f"{shown}: {_findings(gone)} no longer {_occur(gone)}; --update-baseline removes {'it' if gone == 1 else 'them'}"
        )
    return compared.known


def _compared(known: Known, file: str, group: Sequence[FileReport], configs: Configurations) -> _Compared:
    found: Known = Counter(entry for report in group for entry in _entries(report, file))
    asked: dict[str, frozenset[str]] = {}
    for report in group:
        if not report.failed:
            settings = configs.of_file(report.path).settings_of(report.path)
            asked[name_in_baseline(report.path, file)] = registry.selected(settings.select, settings.ignore)
    folder = os.path.dirname(os.path.abspath(file))
    gone: Known = Counter()
    for entry, count in (known - found).items():
        name, code = entry[:2]
        if code in asked[name] if name in asked else not os.path.lexists(os.path.join(folder, name)):
            gone[entry] = count
    return _Compared(known, found, gone)


def _entries(report: FileReport, file: str) -> Iterator[tuple[str, str, str, str]]:
    if report.parsed and report.diagnostics:
        lines = split_lines(report.text)
        yield from (record(finding, lines, file) for finding in report.diagnostics)


def _without_known(report: FileReport, known: Known, file: str) -> FileReport:
    """The report without what is known, each entry as often as it is."""
    left = Counter(known)
    fresh = []
    lines = split_lines(report.text)
    for finding in report.diagnostics:
        entry = record(finding, lines, file)
        if report.parsed and left[entry] > 0:
            left[entry] -= 1
        else:
            fresh.append(finding)
    return replace(report, diagnostics=tuple(fresh))


def _findings(count: int) -> str:
    return f"{count} finding{'s' * (count != 1)}"


def _occur(count: int) -> str:
    return "occurs" if count == 1 else "occur"
