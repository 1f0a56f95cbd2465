"""Numbered items of work, shared between processes.

Each process begins with a stretch of the items, since neighbours need the same things, and takes half of what another has left
when it is done with its own.  Imported where more than one process is wanted, and nowhere else: it takes as long as linting a
small file.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeAlias

__all__ = ["START", "Died", "Work", "share"]

START = "fork" if "fork" in get_all_start_methods() else "spawn"
"""How processes are started: as a copy of this one where the system can, so that they need not import anything."""

Work: TypeAlias = "Callable[[int], Any]"
"""Does the item of a number; what it returns is sent to the process that asked."""


class Died(Exception):
    """What an item has instead of a result if its process ended while it was at work.

    >>> str(Died(-11))
    'its process was ended by signal 11'
    """

    def __init__(self, code: int | None) -> None:
        how = f"was ended by signal {-code}" if code is not None and code < 0 else f"ended with code {code}"
        super().__init__(f"its process {how}")


def share(
    count: int, jobs: int, build: Callable[[], Work], pulse: Callable[[Sequence[int]], None], start: str = START
) -> Generator[tuple[int, Any]]:
    """The result of each item below ``count`` with its number, as they come; a :class:`Died` where there is none.

    ``build`` makes, in each process, what does the work; where processes are spawned it must be one that can be pickled.
    ``pulse`` is called several times in a second with the items that are in hand.  All processes end with the iterator: close it.
    Raises OSError where a process cannot be started.
    """
    team = _Team(build, start)
    with _termination_raises():
        try:
            for number in range(jobs):
                team.start(range(count * number // jobs, count * (number + 1) // jobs))
            yield from team.results(pulse)
        finally:
            team.end()


class _Worker:
    """A process, the item that it has in hand, and those that it has before it."""

    __slots__ = ("connection", "item", "left", "process")

    def __init__(self, process: BaseProcess, connection: Connection, left: range) -> None:
        self.process, self.connection, self.left = process, connection, left
        self.item: int | None = None


class _Team:
    """The processes that work."""

    def __init__(self, build: Callable[[], Work], start: str) -> None:
        self._build, self._start = build, start
        self._context: Any = get_context(start)
        self._workers: list[_Worker] = []

    def start(self, left: range) -> None:
        """Start a process with these items before it."""
        ours, theirs = self._context.Pipe()
        # A process that is a copy of this one has our ends too, and would keep the others from seeing that we are gone.
        inherited = [ours, *(worker.connection for worker in self._workers)] if self._start == "fork" else []
        process = self._context.Process(target=_serve, args=(theirs, inherited, self._build), daemon=True)
        try:
            with _signals_wait():
                process.start()
                self._workers.append(_Worker(process, ours, left))
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        self._hand_out(self._workers[-1])

    def results(self, pulse: Callable[[Sequence[int]], None]) -> Iterator[tuple[int, Any]]:
        """What comes from the processes, until nothing is left to do."""
        while busy := {worker.connection: worker for worker in self._workers if worker.item is not None}:
            for connection in wait(list(busy), timeout=0.2):
                worker = busy[connection]  # type: ignore[index]
                item, result = worker.item, self._received(worker)
                if isinstance(result, Died):
                    self._replace(worker)
                else:
                    self._hand_out(worker)
                assert item is not None
                yield item, result
            pulse([worker.item for worker in self._workers if worker.item is not None])

    def end(self) -> None:
        """End all processes, whatever they are doing."""
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()
            worker.connection.close()

    def _received(self, worker: _Worker) -> Any:
        try:
            return worker.connection.recv()
        except (EOFError, OSError):
            worker.process.join()
            return Died(worker.process.exitcode)

    def _replace(self, worker: _Worker) -> None:
        """Have a new process do what one that died would have done."""
        self._workers.remove(worker)
        worker.connection.close()
        if self._workers or worker.left:
            self.start(worker.left)

    def _hand_out(self, worker: _Worker) -> None:
        """Give a process its next item, if there is one."""
        if not worker.left:
            most = max(self._workers, key=lambda other: len(other.left))
            kept = len(most.left) // 2
            most.left, worker.left = most.left[:kept], most.left[kept:]
        worker.item = worker.left[0] if worker.left else None
        worker.left = worker.left[1:]
        if worker.item is not None:
            with suppress(OSError):  # one that has died says so when we read
                worker.connection.send(worker.item)


@contextmanager
def _signals_wait() -> Iterator[None]:
    """Within it no signal becomes an exception; a process that is started there sees none until it is at work."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _termination_raises() -> Iterator[None]:
    """Within it a request to terminate is an exception, so that this process does not go before the others."""
    try:
        before = signal.signal(signal.SIGTERM, _terminated)
    except ValueError:  # only the main thread may say what a signal does
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _terminated(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


def _serve(connection: Connection, inherited: Sequence[Connection], build: Callable[[], Work]) -> None:
    """Do what is asked for, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process decides what an interrupt ends
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    for other in inherited:
        other.close()
    work = build()
    with suppress(EOFError, OSError):
        while True:
            connection.send(work(connection.recv()))
