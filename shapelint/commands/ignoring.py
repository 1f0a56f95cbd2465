"""``check --add-ignore``: ignore comments for what is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ..coverage import Coverage
from ..discovery import Found
from ..engine import Result
from ..files import read_file, reason
from ..fixes.file_diff import difference
from ..fixes.suppressing import suppress
from ..opening import open_text
from ..records import dataclass, replace
from ..report import FileReport
from ..session import Session, internal_error
from .fixing import OUTSIDE, write_back
from .options import Request
from .output import Failure, complain, write
from .present import present, without_known
from .run_files import run_files, without_promises

if TYPE_CHECKING:
    from ..notebook_modules import NotebookModules

__all__ = ["ignore_findings"]


@dataclass(frozen=True, slots=True)
class _Written:
    """A file's report after the comments, its bytes before and after, and how many comments there are."""

    report: FileReport
    before: bytes = b""
    after: bytes = b""
    comments: int = 0


def ignore_findings(session: Session, found: Found, missing: Sequence[FileReport], request: Request) -> int:
    """Write a comment for each finding that is not in a baseline, or show it with ``--diff``; returns the exit code."""
    why = " ".join((request.add_ignore or "").split())
    if not why:
        raise Failure("--add-ignore needs a reason: it is for whoever reads the comment next year")
    if request.fix or request.fix_only:
        raise Failure("--add-ignore cannot be combined with --fix: repair first what can be repaired")
    ran = run_files(session, found, request)
    all_reports = [outcome.report for outcome in ran.outcomes]
    if not ran.is_whole:
        return ran.code(present([*missing, *all_reports], without_promises(request, ran), session.configs))
    # What has gone from a baseline is told when the findings are printed.
    reports = without_known(all_reports, replace(request, quiet=True), session.configs)
    written = [  # with what is in a baseline, which is left out when the findings are printed
        _written(session, new, why) if new.diagnostics and new.parsed else _Written(report)
        for report, new in zip(all_reports, reports, strict=True)
    ]
    comments = files = 0
    results = [*missing]
    for each in written:
        failure = None
        if each.comments:
            if each.report.path in found.outside - found.named:
                failure = f"not changed: {OUTSIDE}"
            elif request.diff:
                write(difference(each.before, each.after, each.report.path))
            else:
                failure = write_back(each.report.path, each.after)
            files += failure is None
            comments += each.comments if failure is None else 0
        results.append(each.report if failure is None else replace(each.report, error=failure))
    code = 2 * any(report.failed for report in results) if request.diff else present(results, request, session.configs)
    if comments:
        verb = "would add" if request.diff else "added"
        complain(f"{verb} {comments} ignore comment{'s' * (comments != 1)} in {files} file{'s' * (files != 1)}")
    return max(code, int(request.diff and comments > 0))


def _written(session: Session, report: FileReport, why: str) -> _Written:
    path = report.path
    try:
        content = read_file(path)
        file, notebook = open_text(content, path)
        if notebook is not None:
            from ..notebook_modules import NotebookModules

            texts, comments = _suppressed(NotebookModules(session, notebook, path), report, why)
            after = file.encode(notebook.with_texts(texts), content) if comments else content
            return _Written(session.check_content(after, path), content, after, comments)
        done = suppress(file.text, report.diagnostics, why, _checker(lambda text: session.lint(text, path)))
        after = file.encode(done.text, content)
    except (OSError, ValueError) as error:
        return _Written(replace(report, error=f"not changed: {reason(error) if isinstance(error, OSError) else error}"))
    except Exception as error:  # noqa: BLE001  # the guard
        return _Written(replace(report, error=internal_error(error)))
    remaining = replace(report, diagnostics=done.remaining.diagnostics, text=done.text)
    return _Written(remaining, content, after if done.comments else content, done.comments)


def _suppressed(modules: NotebookModules, report: FileReport, why: str) -> tuple[list[str], int]:
    """The modules of a notebook with comments for what is reported of it, and how many comments there are."""
    asked = {(finding.span, finding.code) for finding in report.diagnostics}
    texts, comments = [], 0
    for index, (excerpt, place) in enumerate(zip(modules.notebook.excerpts, modules.paths, strict=True)):
        check = _checker(partial(modules.lint, index))
        findings = [
            finding
            for finding in check(excerpt.text).diagnostics
            if finding.filename == place
            and not excerpt.is_quoted(finding.span.row)
            and (modules.located(finding, index).span, finding.code) in asked
        ]
        done = suppress(excerpt.text, findings, why, check)
        texts.append(done.text)
        comments += done.comments
    return texts, comments


def _checker(lint: Callable[[str], tuple[Result | None, str | None]]) -> Callable[[str], Result]:
    """``lint``, for which a text that makes it fail is one that cannot be parsed."""

    def check(text: str) -> Result:
        result, _ = lint(text)
        return Result((), Coverage(), parsed=False) if result is None else result

    return check
