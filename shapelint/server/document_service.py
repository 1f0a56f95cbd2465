"""From changes of open documents to analyses: what is scheduled, what is published, and who waits for what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from ..records import dataclass, field
from ..session import internal_error
from .analysis.document_analysis import Analysis
from .open_documents import Text
from .worker import Abandoned, Worker
from .workspace_files import WorkspaceFiles

__all__ = ["DocumentService", "Known"]

_T = TypeVar("_T")


@dataclass(slots=True)
class Known:
    """The last analysis of a document, and of which text.  ``failure``: a defect of ours, in one line.  ``number``: of the
    request that led to it; ``waiting``: who wants a later one."""

    analysis: Analysis
    text: Text
    failure: str | None = None
    number: int = 0
    waiting: list[asyncio.Future[Known]] = field(default_factory=list)


class DocumentService:
    """Everything here runs on the thread of the event loop but the jobs that it gives to the worker.

    ``publish``: called with each new analysis.  ``worker``: does the work.
    """

    def __init__(self, publish: Callable[[Known], None], worker: Worker) -> None:
        self.worker = worker
        self.files = WorkspaceFiles(self.worker.pulse)
        self._publish = publish
        self._known: dict[str, Known] = {}
        self._asked: dict[str, int] = {}
        """How often each document was scheduled; the analysis of the last time is the one that counts."""
        self._dirty: set[str] = set()
        """The documents of whose change those that depend on them have not been told."""

    def put(self, text: Text, delay: float | None = None) -> None:
        """A document has this text now.  ``delay``: seconds until it is analysed, None for what the settings say."""
        text_before = self.files.text(text.path)
        self.files.put(text)
        if text.path not in self._known:
            self._known[text.path] = Known(Analysis(text.path, ""), Text(text.path, "", ()))
        changed = text_before is None or text_before.text != text.text
        self._schedule(text.path, self.files.configurations.client.delay if delay is None else delay, changed)

    def close(self, path: str) -> None:
        """A document is no longer open; what depends on it sees the file on the disk."""
        known = self._known.pop(path, None)
        for future in () if known is None else known.waiting:
            if known is not None and not future.done():
                future.set_result(known)
        self._spread(path, lambda: self.files.close(path))

    def saved(self, path: str) -> None:
        """A file on the disk has changed."""
        if self.files.text(path) is None:
            self._spread(path, lambda: None)

    def configure(self) -> None:
        """Settings have changed: analyse everything anew."""
        self.worker.ask(self.files.configure)
        for path in self.files.paths():
            self._schedule(path, 0.0, changed=False)

    def again(self, path: str) -> None:
        """Something about how this document is to be shown has changed."""
        self._schedule(path, 0.0, changed=False)

    async def current(self, path: str) -> Known | None:
        """The analysis of the present text; waited for if it is not there yet.  None for a document that is not open."""
        known = self._known.get(path)
        if known is None or known.number == self._asked[path]:
            return known
        future: asyncio.Future[Known] = asyncio.get_running_loop().create_future()
        known.waiting.append(future)
        self.worker.hurry(path)
        return await future

    def latest(self, path: str) -> Known | None:
        """The last analysis that there is."""
        return self._known.get(path)

    async def ask(self, job: Callable[[], _T]) -> _T:
        """The result of a job of the worker; a request that is cancelled ends it."""
        future = self.worker.ask(job)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            self.worker.forsake(future)
            raise

    # -- jobs ---------------------------------------------------------------------------------------------------

    def _schedule(self, path: str, delay: float, changed: bool) -> None:
        loop = asyncio.get_running_loop()
        number = self._asked[path] = self._asked.get(path, 0) + 1
        self._dirty |= {path} if changed else set()

        def job() -> None:
            text = self.files.text(path)
            if text is None:
                return
            others: list[str] = []
            failure = None
            try:
                others += self.files.changed(path) if path in self._dirty else ()
                self._dirty.discard(path)
                analysis = self.files.analyse(text)
            except Abandoned:
                self._dirty.add(path)
                return
            except RecursionError:
                analysis, failure = self.files.file(path).last, "nested too deeply"
            except Exception as error:  # noqa: BLE001  # the guard: a defect must not end the server
                analysis, failure = self.files.file(path).last, internal_error(error)
            loop.call_soon_threadsafe(self._finish, Known(analysis, text, failure, number), others)

        self.worker.submit(path, job, delay)

    def _finish(self, now: Known, others: list[str]) -> None:
        path = now.text.path
        known = self._known.get(path)
        if known is None:
            return
        self._known[path] = now
        if now.number < self._asked[path]:
            now.waiting += known.waiting  # a later analysis is scheduled already
        else:
            for future in known.waiting:
                if not future.done():
                    future.set_result(now)
        self._publish(now)
        for other in others:
            self._schedule(other, 0.0, changed=False)

    def _spread(self, path: str, first: Callable[[], None]) -> None:
        """Analyse what depends on ``path`` again, after something is done about that file."""
        loop = asyncio.get_running_loop()

        def job() -> None:
            first()
            for other in list(self.files.changed(path)):
                loop.call_soon_threadsafe(self._schedule, other, 0.0, False)

        self.worker.ask(job)
