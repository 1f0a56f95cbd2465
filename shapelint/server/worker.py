"""The thread that does the work, so that the one that reads requests is free; what is newer goes first, what is older is
given up."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from time import monotonic
from typing import Any, TypeVar

from ..source.depth import room_for_depth

__all__ = ["Abandoned", "Worker"]

_T = TypeVar("_T")
_STACK = 64 * 1024 * 1024
"""Bytes.  The recursion over the deepest tree that is admitted needs what the main thread has, and C calls in between."""


class Abandoned(Exception):
    """The work has become pointless: the text has changed again."""


class Worker:
    """Runs jobs one after the other.  A job with a key takes the place of one that waits under the same key.

    ``after``: called after each job.  ``pauses``: what is done when there was no job for so many seconds, the shortest first.

    >>> worker = Worker()
    >>> worker.ask(lambda: 6 * 7).result()
    42
    >>> worker.stop()
    """

    def __init__(
        self, after: Callable[[], None] | None = None, pauses: Sequence[tuple[float, Callable[[], None]]] = ()
    ) -> None:
        self._after, self._pauses = after, pauses
        self._paused, self._free_since = len(pauses), monotonic()
        """How many of the pauses were used since the last job."""
        self._changed = threading.Condition()
        self._asked: deque[Callable[[], None]] = deque()
        self._due: dict[str, tuple[float, Callable[[], None]]] = {}
        self._running: str | None = None
        self._answering: Future[Any] | None = None
        self._unwanted: Future[Any] | None = None
        self._stopped = False
        size = threading.stack_size(_STACK)
        self._thread = threading.Thread(target=self._work, name="shapelint", daemon=True)
        self._thread.start()
        threading.stack_size(size)

    def submit(self, key: str, job: Callable[[], None], delay: float) -> None:
        """Do ``job`` after ``delay`` seconds, unless another one with this key is submitted by then."""
        with self._changed:
            self._due[key] = (monotonic() + delay, job)
            self._changed.notify()

    def hurry(self, key: str) -> None:
        """Somebody waits for the job with this key: do it as soon as the thread is free."""
        with self._changed:
            if key in self._due:
                self._due[key] = (0.0, self._due[key][1])
                self._changed.notify()

    def ask(self, job: Callable[[], _T]) -> Future[_T]:
        """Do ``job`` before all that is submitted; the future is done when it is, and may be cancelled until it begins."""
        future: Future[_T] = Future()

        def run() -> None:
            if future.set_running_or_notify_cancel():
                self._answering = future
                try:
                    future.set_result(job())
                except BaseException as error:  # noqa: BLE001  # whoever asked is told
                    future.set_exception(error)
                finally:
                    self._answering = None

        with self._changed:
            self._asked.append(run)
            self._changed.notify()
        return future

    def forsake(self, future: Future[Any]) -> None:
        """Nobody wants the result of this job any more, which :meth:`ask` was given."""
        if not future.cancel():
            self._unwanted = future

    def pulse(self) -> None:
        """Raise Abandoned if the job that runs has been submitted anew, or is an unwanted one; jobs call it now and then."""
        if self._answering is not None:
            if self._answering is self._unwanted or self._stopped:
                raise Abandoned
        elif self._running is not None and (self._running in self._due or self._stopped):
            raise Abandoned

    def stop(self) -> None:
        """Do nothing more."""
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def _work(self) -> None:
        sys.setswitchinterval(0.001)  # the thread that reads must not wait long for its turn
        with room_for_depth():
            while True:
                job = self._next()
                if job is None:
                    return
                job()

    def _next(self) -> Callable[[], Any] | None:
        """The next job or what is done in a pause, waited for; None when there will be none."""
        with self._changed:
            while not self._stopped:
                job, wait = self._at_once()
                if job is not None:
                    return job
                self._changed.wait(wait)
        return None

    def _at_once(self) -> tuple[Callable[[], Any] | None, float | None]:
        """What can be done now, or the seconds until there is something; None for both if nothing is waited for."""
        if self._asked:
            return self._job(self._asked.popleft()), 0
        now = monotonic()
        key = min(self._due, key=lambda key: self._due[key][0], default=None)
        wait = None if key is None else self._due[key][0] - now
        if key is not None and wait is not None and wait <= 0:
            self._running = key
            return self._job(self._due.pop(key)[1]), 0
        if self._paused < len(self._pauses):
            seconds, action = self._pauses[self._paused]
            left = self._free_since + seconds - now
            if left <= 0:
                self._paused += 1
                return action, 0
            wait = left if wait is None else min(wait, left)
        return None, wait

    def _job(self, job: Callable[[], Any]) -> Callable[[], None]:
        def do() -> None:
            job()
            self._running = None
            if self._after is not None:
                self._after()
            self._paused, self._free_since = 0, monotonic()

        return do


# Threads have blocks of frames of their own: see ``__main__.py``.
Worker._work.__code__ = Worker._work.__code__.replace(co_stacksize=66_000)
