"""The files of a run shared between processes, each with a session of its own.

Where the system can copy a process, the session is a copy of the one that was warmed up here; elsewhere it is made anew, from the
same command line.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from ..discovery import Found
from ..report import FileReport
from ..session import Session
from ..sharing import START, Died, Work, share
from .file_outcome import Outcome, Task, done, session_of
from .options import Request

if TYPE_CHECKING:
    from .progress import Progress

__all__ = ["shared"]


def shared(
    session: Session,
    found: Found,
    request: Request,
    task: Task,
    left: Sequence[int],
    jobs: int,
    progress: Progress | None,
    start: str = START,
) -> Iterator[tuple[int, Outcome]]:
    """The outcomes of the files with the indices ``left``, as they come; fewer where no more processes can be had."""
    files = [(found.files[index], found.files[index] in found.named) for index in left]
    if start == "fork":
        import_module("shapelint.engine")  # once, for all of them
        gc.freeze()  # what is here already is nobody's garbage
        build = partial(_worker, session, request, task, files)
    else:
        build = partial(_fresh_worker, request, tuple(path for path, _ in files), task, files)

    def pulse(items: Sequence[int]) -> None:
        if progress is not None and items:
            progress.in_hand = files[items[0]][0]
            progress.draw()

    try:
        with suppress(OSError), closing(share(len(left), jobs, build, pulse, start)) as results:
            for item, result in results:
                outcome = _ended(files[item][0], result) if isinstance(result, Died) else result
                if progress is not None:
                    progress.count(outcome.report)
                yield left[item], outcome
    finally:
        gc.unfreeze()


def _worker(session: Session, request: Request, task: Task, files: Sequence[tuple[str, bool]]) -> Work:
    return lambda item: done(session, *files[item], request, task)


def _fresh_worker(request: Request, expected: Sequence[str], task: Task, files: Sequence[tuple[str, bool]]) -> Work:
    gc.disable()  # as the command does
    session = session_of(request)
    session.expect(expected)
    return _worker(session, request, task, files)


def _ended(path: str, died: Died) -> Outcome:
    return Outcome(FileReport(path, error=f"internal error: {died}; please report it"))
