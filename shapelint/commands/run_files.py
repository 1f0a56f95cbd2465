"""The files of a run, one after the other or shared between processes: what became of each, in the order of the files."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from time import perf_counter
from typing import TYPE_CHECKING

from ..discovery import Found
from ..records import dataclass, replace
from ..report import FileReport
from ..session import Session
from .file_outcome import Outcome, Task, done, timed
from .options import Request
from .output import complain

if TYPE_CHECKING:
    from .progress import Progress

__all__ = ["Ran", "check_file", "run_files", "without_promises"]

_HANDFUL = 8
"""Files from which on more processes are used unasked: to start them takes as long as to lint two or three."""
_FILES_EACH = 4


@dataclass(frozen=True, slots=True)
class Ran:
    """The outcomes of a run in the order of the files; ``total``: how many there are if no interrupt comes between."""

    outcomes: Sequence[Outcome]
    total: int

    @property
    def is_whole(self) -> bool:
        """Whether every file has one."""
        return len(self.outcomes) == self.total

    def code(self, code: int) -> int:
        """The exit code of the run, which says if it was interrupted."""
        if self.is_whole:
            return code
        complain(f"interrupted: {len(self.outcomes)} of {self.total} files done")
        return 130


def without_promises(request: Request, ran: Ran) -> Request:
    """The request as far as a run may fulfil it: of one that was interrupted nothing is recorded, and nothing said of all."""
    return request if ran.is_whole else replace(request, quiet=True, write_baseline=False, update_baseline=False)


def check_file(session: Session, path: str, named: bool, request: Request) -> Outcome:
    """Lint a file."""
    return Outcome(session.check_file(path, named))


def run_files(
    session: Session,
    found: Found,
    request: Request,
    task: Task = check_file,
    is_done: Callable[[FileReport], bool] = lambda report: True,
) -> Ran:
    """Do the task with each file.

    ``is_done``: whether a report that is at hand, since nothing has to be executed for it, is all that the task makes of a file.
    """
    session.expect(found.files)
    outcomes: list[Outcome | None] = [None] * len(found.files)
    told = 0
    with suppress(KeyboardInterrupt), closing(_results(session, found, request, task, is_done)) as results:
        for index, outcome in results:
            outcomes[index] = outcome
            while told < len(outcomes) and (ready := outcomes[told]) is not None:
                for note in ready.notes:
                    complain(note)
                told += 1
    return Ran([outcome for outcome in outcomes if outcome is not None], len(found.files))


def _results(
    session: Session, found: Found, request: Request, task: Task, is_done: Callable[[FileReport], bool]
) -> Generator[tuple[int, Outcome]]:
    """The outcome of each file with its index, as they come."""
    left: list[int] = []
    findings = 0
    for index, path in enumerate(found.files):
        began = perf_counter()
        report = session.at_hand(path, path in found.named)
        if report is None or not is_done(report):
            left.append(index)
            continue
        findings += len(report.diagnostics)
        yield index, timed(Outcome(report), began, request)
    if not left:
        return
    session.expect(found.files[index] for index in left)
    jobs = min(request.jobs or _default_jobs(len(left)), len(left))
    progress = _progress(found, left, findings, jobs, request)
    try:
        if jobs > 1:
            from .shared_files import shared

            for index, outcome in shared(session, found, request, task, tuple(left), jobs, progress):
                left.remove(index)
                yield index, outcome
        for index in left:
            path = found.files[index]
            if progress is not None:
                progress.in_hand = path
            outcome = done(session, path, path in found.named, request, task)
            if progress is not None:
                progress.count(outcome.report)
            yield index, outcome
    finally:
        if progress is not None:
            progress.end()


def _progress(found: Found, left: Sequence[int], findings: int, jobs: int, request: Request) -> Progress | None:
    """The line on the terminal, if there is one and nothing else is written to it."""
    if request.quiet or request.verbose or not sys.stderr.isatty():
        return None
    from .progress import Progress, is_watched

    if not is_watched(sys.stderr):
        return None
    return Progress(len(found.files), len(found.files) - len(left), findings, is_ticking=jobs == 1)


def _default_jobs(files: int) -> int:
    return 1 if files < _HANDFUL else min(_cores(), files // _FILES_EACH)


def _cores() -> int:
    """The processors that this process may use: those of its container, if that has fewer than the machine."""
    allowed = getattr(os, "sched_getaffinity", None)
    count = len(allowed(0)) if allowed is not None else os.cpu_count() or 1
    with suppress(OSError, ValueError):
        with open("/sys/fs/cgroup/cpu.max", encoding="ascii") as file:
            quota, period = map(int, file.read().split())
        count = min(count, max(1, quota // period))
    return count
