"""``check --fix`` and ``--diff``, with or without ``--unsafe-fixes``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ..coverage import Coverage
from ..discovery import Found
from ..engine import Result
from ..files import read_file, reason
from ..fixes.file_diff import difference
from ..fixes.rounds import Fixed, fix_text
from ..opening import open_text
from ..records import replace
from ..render.full import counted
from ..render.style import Style
from ..replacing import replace_file
from ..report import FileReport
from ..session import Session, internal_error
from ..source.guard import SourceError
from .file_outcome import Outcome
from .options import Request
from .output import complain, write
from .present import present, without_known
from .run_files import run_files, without_promises

if TYPE_CHECKING:
    from ..notebook_modules import NotebookModules
    from ..source.text import FileText

__all__ = ["OUTSIDE", "repair_files", "repair_stdin", "write_back"]

OUTSIDE = "it links to a file outside of the folder; name it to have it changed"

_TOO_LONG = Result((), Coverage(), parsed=False)


def repair_files(session: Session, found: Found, missing: Sequence[FileReport], request: Request) -> int:
    """Repair files in place, or show what would be changed; returns the exit code.  ``missing``: what was not found."""
    ran = run_files(session, found, request, _repair_file, lambda report: not report.diagnostics)
    reports = [*missing]
    changed = repaired = 0
    for outcome in ran.outcomes:
        report, file = outcome.report, outcome.report.path
        if outcome.after != outcome.before:
            failure = None
            if file in found.outside - found.named:
                failure = f"not repaired: {OUTSIDE}"
            elif request.diff:
                write(difference(outcome.before, outcome.after, file))
            else:
                failure = write_back(file, outcome.after)
            if failure is None:
                changed += 1
                repaired += outcome.repaired
            else:
                report = replace(session.check_content(outcome.before, file), error=failure)
        reports.append(report)
    if request.diff:
        if not changed and not request.quiet:
            complain(_nothing_to_repair(without_known(reports, request, session.configs)))
        return ran.code(max(_failure_code(reports), int(changed > 0)))
    asked = without_promises(request, ran)
    code = _failure_code(reports) if request.fix_only else present(reports, asked, session.configs)
    if repaired and request.exit_non_zero_on_fix:
        code = max(code, 1)
    if repaired:
        complain(f"repaired {repaired} finding{'s' * (repaired != 1)} in {changed} file{'s' * (changed != 1)}")
    return ran.code(code)


def _nothing_to_repair(reports: Sequence[FileReport]) -> str:
    """What a difference that is empty does not say."""
    findings = [finding for report in reports for finding in report.diagnostics]
    return "nothing to repair" + (f" ({counted(findings, Style())})" if findings else "")


def _repair_file(session: Session, path: str, named: bool, request: Request) -> Outcome:
    """What becomes of a file by repairs; nothing that goes wrong with one ends the run."""
    try:
        return _repaired(session, read_file(path), path, named, request)
    except OSError as error:
        return Outcome(FileReport(path, error=reason(error)))
    except Exception as error:  # noqa: BLE001  # the guard
        return Outcome(FileReport(path, error=internal_error(error)))


def write_back(file: str, content: bytes) -> str | None:
    """Write the file; what went wrong, or None."""
    try:
        replace_file(file, content)
    except OSError as error:
        return f"cannot be written: {reason(error)}"
    return None


def repair_stdin(session: Session, content: bytes, name: str, request: Request) -> int:
    """Write the repaired text to standard output and what remains to standard error; returns the exit code."""
    outcome = _repaired(session, content, name, True, request)
    for note in outcome.notes:
        complain(note)
    report, after = outcome.report, outcome.after if outcome.repaired else content
    if request.diff:
        write(difference(content, after, name))
        return max(_failure_code([report]), int(outcome.repaired > 0))
    sys.stdout.flush()
    sys.stdout.buffer.write(after)
    sys.stdout.buffer.flush()
    code = _failure_code([report]) if request.fix_only else present([report], request, session.configs, err=True)
    return max(code, int(request.exit_non_zero_on_fix and outcome.repaired > 0))


def _failure_code(reports: Sequence[FileReport]) -> int:
    """Tell what could not be checked, where findings are not reported; the exit code for that."""
    for report in reports:
        if report.error is not None:
            complain(f"{report.path}: {report.error}")
        elif not report.parsed:
            complain(f"{report.path}: {report.diagnostics[0].message}")
    return 2 * any(report.failed for report in reports)


def _repaired(session: Session, content: bytes, path: str, named: bool, request: Request) -> Outcome:
    """What is still to be reported and, if something was repaired, the bytes of the file before and after all repairs."""
    before = session.check_content(content, path, named)
    if before.failed or not before.diagnostics:
        return Outcome(before)
    try:
        file, notebook = open_text(content, path)
    except SourceError:
        return Outcome(before)
    if notebook is not None:
        from ..notebook_modules import NotebookModules

        return _repaired_notebook(session, before, content, NotebookModules(session, notebook, path), file, request)
    fixed = _fixed(file.text, lambda text: session.lint(text, path), request)
    if isinstance(fixed, str):
        return Outcome(FileReport(path, error=fixed))
    notes = _refused(path) if fixed.refused else ()
    try:
        after = file.encode(fixed.text, content) if fixed.repaired else content
    except ValueError as error:
        return Outcome(replace(before, error=f"not repaired: {error}"), notes=notes)
    remaining = fixed.remaining
    report = FileReport(path, remaining.diagnostics, remaining.coverage, remaining.parsed, text=fixed.text)
    return Outcome(report, content, after, len(fixed.repaired), notes)


def _repaired_notebook(
    session: Session, before: FileReport, content: bytes, modules: NotebookModules, file: FileText, request: Request
) -> Outcome:
    """As :func:`_repaired`; what is still to be reported is asked of the file as it is afterwards."""
    texts: list[str] = []
    notes: tuple[str, ...] = ()
    count = 0
    for index, excerpt in enumerate(modules.notebook.excerpts):
        fixed = _fixed(excerpt.text, partial(modules.lint, index), request)
        if isinstance(fixed, str):
            return Outcome(FileReport(before.path, error=fixed), notes=notes)
        texts.append(fixed.text)
        count += len(fixed.repaired)
        notes += _refused(before.path) if fixed.refused else ()
    if not count:
        return Outcome(before, notes=notes)
    try:
        after = file.encode(modules.notebook.with_texts(texts), content)
    except ValueError as error:
        return Outcome(replace(before, error=f"not repaired: {error}"), notes=notes)
    return Outcome(session.check_content(after, before.path), content, after, count, notes)


def _refused(path: str) -> tuple[str, ...]:
    return (f"{path}: a repair would leave a syntax error and was not made",)


def _fixed(text: str, lint: Callable[[str], tuple[Result | None, str | None]], request: Request) -> Fixed | str:
    """A text after all repairs, or a line on why it could not be repaired."""
    failure: list[str] = []

    def check(text: str) -> Result:
        result, error = lint(text)
        if error is not None:
            failure.append(error)
        return _TOO_LONG if result is None else result

    fixed = fix_text(text, check, request.unsafe_fixes)
    return failure[0] if failure else fixed
