"""What ``check`` prints when the work is done: each output, a closing line, and the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from ..config import Configurations
from ..coverage import Coverage
from ..files import reason
from ..records import dataclass
from ..render import FORMATS, renderer
from ..render.style import Style, wants_color
from ..replacing import replace_file
from ..report import FileReport
from .options import Request
from .output import Failure, complain, write

__all__ = ["outputs_of", "present", "without_known"]

_FOR_PEOPLE = ("concise", "full", "statistics")


@dataclass(frozen=True, slots=True)
class _Output:
    """A format and where it goes: a file, or the terminal."""

    format: str
    file: str | None


def outputs_of(request: Request) -> list[_Output]:
    """What to print where; raises Failure for a format that there is not, and for two on the terminal."""
    outputs = [_output(text) for text in request.outputs]
    if request.output_format or request.output_file or request.statistics or not outputs:
        first = "statistics" if request.statistics else "full"
        if request.statistics and request.output_format not in (None, *_FOR_PEOPLE):
            raise Failure(f"--statistics is a format of its own and cannot be combined with {request.output_format}")
        outputs.insert(0, _Output(first if request.statistics else request.output_format or first, request.output_file))
    if sum(output.file is None for output in outputs) > 1:
        raise Failure("only one output can go to the terminal: name a file for the others, as in sarif:shapelint.sarif")
    return outputs


def _output(text: str) -> _Output:
    name, separator, file = text.partition(":")
    if name not in FORMATS:
        raise Failure(f"--output {text!r}: no such format (known: {', '.join(FORMATS)})")
    if separator and not file:
        raise Failure(f"--output {text!r}: no file after the colon")
    return _Output(name, file or None)


def present(reports: Sequence[FileReport], request: Request, configs: Configurations, err: bool = False) -> int:
    """Print the reports, to standard error if ``err`` says so, and return the exit code."""
    before = _findings(reports)
    reports = without_known(reports, request, configs)
    hidden = before - _findings(reports)
    stream = sys.stderr if err else sys.stdout
    for output in outputs_of(request):
        if output.file is not None:
            text = renderer(output.format)(reports, Style(unsafe_fixes=request.unsafe_fixes))
            _write_file(output.file, text)
            continue
        style = Style(wants_color(request.color, stream), request.unsafe_fixes)
        write(renderer(output.format)(reports, style), stream)
        if output.format in _FOR_PEOPLE and not request.quiet:
            write(_all_passed(reports, hidden), stream)
        if request.coverage and output.format in _FOR_PEOPLE:
            from ..render.coverage_table import render_coverage

            write(render_coverage(reports), stream)
    for report in reports:
        if report.error is not None:
            complain(f"{report.path}: {report.error}")
    if not request.quiet and not any(report.error or report.coverage.files for report in reports):
        complain(_nothing_checked(request.targets, len(reports)))
    if any(report.failed for report in reports):
        return 2
    counted = [
        d
        for report in reports
        for d in report.diagnostics
        if d.severity != "warning" or not request.exit_zero_on_warning
    ]
    return int(not request.exit_zero and bool(counted))


def without_known(reports: Sequence[FileReport], request: Request, configs: Configurations) -> Sequence[FileReport]:
    """The reports without the findings that are in a baseline; raises Failure for one that cannot be used."""
    changes = request.write_baseline or request.update_baseline
    if not changes and not any(configs.of_file(report.path).baseline for report in reports):
        return reports
    from .baselines import apply_baselines

    return apply_baselines(reports, configs, request)


def _findings(reports: Sequence[FileReport]) -> int:
    return sum(len(report.diagnostics) for report in reports)


def _all_passed(reports: Sequence[FileReport], hidden: int) -> str:
    """The closing line of a run that found nothing; it says how much that means.  Empty if it is not such a run."""
    total = sum((report.coverage for report in reports), Coverage())
    if not total.files or any(report.failed or report.diagnostics for report in reports):
        return ""
    parts = [f"{total.files} file{'s' * (total.files != 1)}"]
    if total.layers:
        parts.append(f"{total.layers_known} of {total.layers} layer calls understood")
    if total.claims:
        parts.append(f"{total.claims_checked} of {total.claims} shape comments checked")
    if hidden:
        parts.append(f"{hidden} known finding{'s' * (hidden != 1)} left out")
    return f"all checks passed: {', '.join(parts)}\n"


def _nothing_checked(targets: Sequence[str], files: int) -> str:
    shown = ", ".join(targets[:3]) + (f" and {len(targets) - 3} more" if len(targets) > 3 else "")
    return f"no Python files that use torch under {shown} ({files} file{'s' * (files != 1)} looked at)"


def _write_file(file: str, text: str) -> None:
    """Write an output, making its folder, so that there is never half of one; raises Failure."""
    content = text.encode("utf-8", "backslashreplace")
    try:
        os.makedirs(os.path.dirname(file) or ".", exist_ok=True)
        try:
            replace_file(file, content)
        except OSError:  # a pipe, a file with several names, one in a folder in which nothing can be made
            with open(file, "wb") as opened:
                opened.write(content)
    except OSError as error:
        raise Failure(f"{file}: cannot be written: {reason(error)}") from None
    except ValueError:  # a null character
        raise Failure(f"{file!r}: not the name of a file") from None
