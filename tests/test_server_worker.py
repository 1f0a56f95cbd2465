"""The thread that works for the server: what it gives up, and what it does in pauses."""

from __future__ import annotations

import gc
import threading

import pytest

from shapelint.server.collector import Collector
from shapelint.server.worker import Abandoned, Worker


def test_a_job_that_nobody_wants_ends():
    """A request is cancelled while its job runs: the job is told so when it asks, and the next one is done."""
    worker = Worker()
    begun = threading.Event()

    def endless() -> None:
        begun.set()
        while True:
            worker.pulse()

    future = worker.ask(endless)
    assert begun.wait(10)
    worker.forsake(future)
    with pytest.raises(Abandoned):
        future.result(10)
    assert worker.ask(lambda: 42).result(10) == 42
    worker.stop()


def test_pauses_are_used_when_there_is_nothing_to_do():
    """Each once after a job, the longer one later; what is asked for meanwhile goes first."""
    done: list[str] = []
    rested = threading.Event()
    pauses = ((0.01, lambda: done.append("short")), (0.02, lambda: (done.append("long"), rested.set())[0]))
    worker = Worker(lambda: done.append("after"), pauses)
    assert not rested.wait(0.1)
    assert worker.ask(lambda: 42).result(10) == 42
    assert rested.wait(10)
    worker.stop()
    assert done == ["after", "short", "long"]


def test_garbage_is_collected_when_there_is_much_of_it(monkeypatch: pytest.MonkeyPatch):
    """In a short pause where there is some, after a job where there is too much, in a long pause after some analyses."""
    collected: list[str] = []
    objects = 1
    before = gc.get_threshold()
    collector = Collector()
    monkeypatch.setattr("shapelint.server.collector.gc.collect", lambda: collected.append("all"))
    monkeypatch.setattr("shapelint.server.collector.gc.get_count", lambda: (objects, 0, 0))
    try:
        (_, breathe), (_, rest) = collector.pauses
        breathe()
        objects = 150_000
        collector.worked()
        assert not collected
        breathe()
        assert len(collected) == 1
        objects = 400_000
        collector.worked()
        assert len(collected) == 2
        objects = 1
        rest()
        assert len(collected) == 2
        for _ in range(10):
            collector.worked()
        rest()
        assert len(collected) == 3
    finally:
        collector.stop()
    assert gc.get_threshold() == before
