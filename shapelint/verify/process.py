"""The process that executes a target: asked once, held to a time and to an amount of memory, and killed afterwards.

Its answer is a line that begins with a random word, on a pipe that only :mod:`.worker` holds.  So nothing that the target
prints, to whatever descriptor, is taken for an answer.  This is no sandbox: code that looks through the worker's frames,
or changes torch, can still make torch say what it likes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from threading import Thread
from typing import IO, Any

from ..extras import remedy

__all__ = ["Cannot", "ask_worker"]

# The worker has our search path, not the current folder: the target brings its own folders.
_START = "import sys; sys.path[:] = sys.argv[1:]; from shapelint.verify.worker import main; main()"
_LONGEST_ANSWER = 100_000_000
_KEPT = 4_096
_PAUSE = 0.05
_GRACE = 2.0


class Cannot(Exception):
    """Torch could not be asked: it is not installed, the file fails on import, the module refuses the inputs."""


def ask_worker(request: Mapping[str, Any], timeout: float, memory: float) -> Mapping[str, Any]:
    """The worker's answer to ``request``; raises Cannot if it ends without one or takes longer than ``timeout`` seconds.

    ``memory``: gigabytes that the target may take besides torch itself.  No process of the worker's group is left.
    """
    word = os.urandom(16).hex()
    answers: list[bytes] = []
    complaints = bytearray()
    worker = subprocess.Popen(
        [sys.executable, "-c", _START, *sys.path],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert worker.stdin is not None and worker.stdout is not None and worker.stderr is not None
    reading = Thread(target=_find_answer, args=(worker.stdout, word.encode(), answers), daemon=True)
    draining = Thread(target=_keep_end, args=(worker.stderr, complaints), daemon=True)
    try:
        reading.start()
        draining.start()
        _send(worker.stdin, json.dumps({**request, "word": word, "memory": memory}).encode() + b"\n")
        code = _wait(worker, reading, answers, timeout)
    finally:
        _kill_group(worker)
        for thread, stream in ((reading, worker.stdout), (draining, worker.stderr)):
            thread.join(_GRACE)
            # A process that left the group may hold the other end; closing under the reader would wait for it.
            if not thread.is_alive():
                stream.close()
    if answers:
        return _decoded(answers[0])
    raise Cannot(f"not done after {timeout:g} seconds" if code is None else _ended(code, complaints))


def _send(stream: IO[bytes], line: bytes) -> None:
    try:
        stream.write(line)
        stream.close()
    except OSError:  # it ended before it asked; its exit code and complaint will be told
        return


def _wait(worker: subprocess.Popen[bytes], reading: Thread, answers: list[bytes], timeout: float) -> int | None:
    """Wait for the answer or the end; the exit code, None if the time is over first or there is no code yet.

    The end of the pipe says nothing: a child of the worker may hold it open, or the target close it.
    """
    until = time.monotonic() + timeout
    while not answers and time.monotonic() < until:
        code = worker.poll()
        if code is not None:
            reading.join(_GRACE)
            return code
        time.sleep(_PAUSE) if not reading.is_alive() else reading.join(_PAUSE)
    return None


def _find_answer(stream: IO[bytes], word: bytes, answers: list[bytes]) -> None:
    while line := stream.readline(_LONGEST_ANSWER):
        if line.startswith(word) and line.endswith(b"\n"):
            answers.append(line[len(word) :])
            return


def _keep_end(stream: IO[bytes], end: bytearray) -> None:
    while line := stream.readline(_KEPT):
        end += line
        del end[:-_KEPT]


def _kill_group(worker: subprocess.Popen[bytes]) -> None:
    """End the worker and what it started, whether or not it is still there itself."""
    try:
        os.killpg(worker.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError, AttributeError):  # gone; or a system without groups
        worker.kill()
    worker.wait()


def _decoded(answer: bytes) -> Mapping[str, Any]:
    try:
        decoded = json.loads(answer)
    except (ValueError, RecursionError):
        decoded = None
    if not isinstance(decoded, dict):
        raise Cannot("the run gave an answer that cannot be read")
    return decoded


def _ended(code: int, complaints: bytearray) -> str:
    lines = complaints.decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    hint = f" ({remedy('torch', 'torch')})" if "No module named 'torch'" in last else ""
    return f"the run ended early ({how}){': ' * bool(last)}{last}{hint}"
