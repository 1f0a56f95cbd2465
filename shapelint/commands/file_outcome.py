"""What becomes of one file of a run."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TypeAlias

from ..records import dataclass, replace
from ..report import FileReport
from ..session import Session
from ..source.depth import room_for_depth
from .configured import configurations
from .options import Request

__all__ = ["Outcome", "Task", "done", "session_of", "timed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    ``before`` and ``after``: its bytes before and after repairs, empty where there are none.  ``repaired``: how many findings
    were.  ``notes``: lines to be told whatever the output is.
    """

    report: FileReport
    before: bytes = b""
    after: bytes = b""
    repaired: int = 0
    notes: tuple[str, ...] = ()


Task: TypeAlias = "Callable[[Session, str, bool, Request], Outcome]"
"""What is done with a file, given its path and whether that was named itself.  A function of a module, for other processes."""


def session_of(request: Request) -> Session:
    """The session that a command line asks for; raises Failure."""
    return Session(configurations(request), not (request.isolated or request.no_cache), request.cache_dir)


def done(session: Session, path: str, named: bool, request: Request, task: Task) -> Outcome:
    """Do the task with one file; how long that took is noted if it is asked for."""
    began = perf_counter()
    with room_for_depth():
        outcome = task(session, path, named, request)
    return timed(outcome, began, request)


def timed(outcome: Outcome, began: float, request: Request) -> Outcome:
    """With a note on how long the file has taken since ``began``, if that is asked for."""
    if not request.verbose:
        return outcome
    report, took = outcome.report, (perf_counter() - began) * 1000
    found = len(report.diagnostics)
    mentions = f"{found} finding{'s' * (found != 1)}" if report.coverage.files else "does not use torch"
    note = f"{report.path}: {'not checked' if report.error else mentions}, {took:.0f} ms"
    return replace(outcome, notes=(*outcome.notes, note))
