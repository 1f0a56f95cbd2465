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
from ..replacing import replace_file
from ..report import FileReport
from ..session import Session, internal_error
from ..source.guard import SourceError
from .options import Request
from .output import complain, write
from .present import present

if TYPE_CHECKING:
    from ..notebook_modules import NotebookModules
    from ..source.text import FileText

__all__ = ["OUTSIDE", "repair_files", "repair_stdin", "write_back"]

OUTSIDE = "it links to a file outside of the folder; name it to have it changed"

_TOO_LONG = Result((), Coverage(), parsed=False)


def repair_files(session: Session, found: Found, missing: Sequence[FileReport], request: Request) -> int:
    """Repair files in place, or show what would be changed; returns the exit code.  ``missing``: what was not found."""
    reports = [*missing]
    changed = repaired = 0
    for file in found.files:
        report, before, after, count = _repaired_file(session, file, request)
        if after != before:
            failure = None
            if file in found.outside - found.named:
                failure = f"not repaired: {OUTSIDE}"
            elif request.diff:
                write(difference(before, after, file))
            else:
                failure = write_back(file, after)
            if failure is None:
                changed += 1
                repaired += count
            else:
                report = replace(session.check_content(before, file), error=failure)
        reports.append(report)
    if request.diff:
        return max(_failure_code(reports), int(changed > 0))
    code = _failure_code(reports) if request.fix_only else present(reports, request, session.configs)
    if repaired and request.exit_non_zero_on_fix:
        code = max(code, 1)
    if repaired:
        complain(f"repaired {repaired} finding{'s' * (repaired != 1)} in {changed} file{'s' * (changed != 1)}")
    return code


def _repaired_file(session: Session, file: str, request: Request) -> tuple[FileReport, bytes, bytes, int]:
    """As :func:`_repaired`, with the bytes before it; nothing that goes wrong with one file ends the run."""
    content = b""
    try:
        content = read_file(file)
        report, after, count = _repaired(session, content, file, request)
    except OSError as error:
        return FileReport(file, error=reason(error)), content, content, 0
    except Exception as error:  # noqa: BLE001  # the guard
        return FileReport(file, error=internal_error(error)), content, content, 0
    return report, content, after, count


def write_back(file: str, content: bytes) -> str | None:
    """Write the file; what went wrong, or None."""
    try:
        replace_file(file, content)
    except OSError as error:
        return f"cannot be written: {reason(error)}"
    return None


def repair_stdin(session: Session, content: bytes, name: str, request: Request) -> int:
    """Write the repaired text to standard output and what remains to standard error; returns the exit code."""
    report, after, _ = _repaired(session, content, name, request)
    if request.diff:
        write(difference(content, after, name))
        return max(_failure_code([report]), int(after != content))
    sys.stdout.flush()
    sys.stdout.buffer.write(after)
    sys.stdout.buffer.flush()
    code = _failure_code([report]) if request.fix_only else present([report], request, session.configs, err=True)
    return max(code, int(request.exit_non_zero_on_fix and after != content))


def _failure_code(reports: Sequence[FileReport]) -> int:
    """Tell what could not be checked, where findings are not reported; the exit code for that."""
    for report in reports:
        if report.error is not None:
            complain(f"{report.path}: {report.error}")
        elif not report.parsed:
            complain(f"{report.path}: {report.diagnostics[0].message}")
    return 2 * any(report.failed for report in reports)


def _repaired(session: Session, content: bytes, path: str, request: Request) -> tuple[FileReport, bytes, int]:
    """What is still to be reported, the bytes of the file after all repairs, and how many findings were repaired."""
    before = session.check_content(content, path)
    if before.failed or not before.diagnostics:
        return before, content, 0
    try:
        file, notebook = open_text(content, path)
    except SourceError:
        return before, content, 0
    if notebook is not None:
        from ..notebook_modules import NotebookModules

        return _repaired_notebook(session, before, content, NotebookModules(session, notebook, path), file, request)
    fixed = _fixed(file.text, path, lambda text: session.lint(text, path), request)
    if isinstance(fixed, str):
        return FileReport(path, error=fixed), content, 0
    try:
        after = file.encode(fixed.text, content) if fixed.repaired else content
    except ValueError as error:
        return replace(before, error=f"not repaired: {error}"), content, 0
    remaining = fixed.remaining
    report = FileReport(path, remaining.diagnostics, remaining.coverage, remaining.parsed, text=fixed.text)
    return report, after, len(fixed.repaired)


def _repaired_notebook(
    session: Session, before: FileReport, content: bytes, modules: NotebookModules, file: FileText, request: Request
) -> tuple[FileReport, bytes, int]:
    """As :func:`_repaired`; what is still to be reported is asked of the file as it is afterwards."""
    texts: list[str] = []
    count = 0
    for index, excerpt in enumerate(modules.notebook.excerpts):
        fixed = _fixed(excerpt.text, before.path, partial(modules.lint, index), request)
        if isinstance(fixed, str):
            return FileReport(before.path, error=fixed), content, 0
        texts.append(fixed.text)
        count += len(fixed.repaired)
    if not count:
        return before, content, 0
    try:
        after = file.encode(modules.notebook.with_texts(texts), content)
    except ValueError as error:
        return replace(before, error=f"not repaired: {error}"), content, 0
    return session.check_content(after, before.path), after, count


def _fixed(
    text: str, path: str, lint: Callable[[str], tuple[Result | None, str | None]], request: Request
) -> Fixed | str:
    """A text after all repairs, or a line on why it could not be repaired."""
    failure: list[str] = []

    def check(text: str) -> Result:
        result, error = lint(text)
        if error is not None:
            failure.append(error)
        return _TOO_LONG if result is None else result

    fixed = fix_text(text, check, request.unsafe_fixes)
    if failure:
        return failure[0]
    if fixed.refused:
        complain(f"{path}: a repair would leave a syntax error and was not made")
    return fixed
