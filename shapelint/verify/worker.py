"""Inside the subprocess that executes linted code: imports a file, builds a module of it, runs it, tells what it saw.

:mod:`.process` starts it and writes one JSON request to its standard input, ``{"file", "expression", "inputs", "word",
"memory"}``.  It answers on what was its standard output with one line: the word, and a record (see :mod:`.record`) or
``{"error": ..., "calls": ...}`` (those before the module refused; null if it was not even run).  ``inputs`` are texts of
:mod:`~shapelint.shapes.written_inputs`.  What the executed code prints goes to standard error, and it has no standard input.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from ..shapes.written_inputs import read_input
from .record import Refused, record, tolerant_imports

__all__ = ["load", "main"]

_MARKERS = (".git", "pyproject.toml", "setup.py", "setup.cfg")


def main() -> None:
    """Answer one request; never returns."""
    answers = os.dup(1)  # which programs that the target starts do not inherit
    os.dup2(2, 1)
    request = json.loads(sys.stdin.buffer.readline())
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    word = request.pop("word")
    sys.argv[:] = [request["file"]]
    _limit_memory(request["memory"])
    line = word + json.dumps(_answer(request)) + "\n"
    with os.fdopen(answers, "wb") as stream:
        stream.write(line.encode())
    # Threads and exit handlers of the target have no part in the answer.
    os._exit(0)


def _limit_memory(gigabytes: float) -> None:
    """Let this process take so much more than it has; torch alone reserves several times what it uses."""
    try:
        import resource
    except ImportError:  # Windows
        return
    taken = 0
    with suppress(OSError), open("/proc/self/statm", encoding="ascii") as status:
        taken = int(status.read().split()[0]) * resource.getpagesize()
    _, highest = resource.getrlimit(resource.RLIMIT_AS)
    limit = taken + int(gigabytes * 1e9)
    if highest != resource.RLIM_INFINITY:
        limit = min(limit, highest)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    start = time.perf_counter()
    try:
        with tolerant_imports():
            module = load(Path(request["file"]))
        inputs = [given for text in request["inputs"] if (given := read_input(text)) is not None]
        answer = record(_builder(module, request["expression"]), inputs, judged=True)
    except Refused as refusal:
        return {"error": str(refusal), "calls": refusal.calls}
    except (Exception, SystemExit) as error:  # noqa: BLE001  # foreign code may raise anything, and exit
        return {"error": f"{type(error).__name__}: {error}"}
    return {**answer, "seconds": round(time.perf_counter() - start, 3)}


def load(path: Path) -> ModuleType:
    """Import the file ``path`` as Python would from its project's root, so that its own imports work."""
    path = path.resolve()
    root = _package_root(path)
    for folder in reversed((root, *_ancestors(root))):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
    if all(part.isidentifier() for part in name.split(".")):
        module = importlib.import_module(name)
        if module.__file__ is not None and Path(module.__file__).resolve() == path:
            return module
    return _load_file(path)


def _load_file(path: Path) -> ModuleType:
    """Import a file whose name is not that of a module (``my-model.py``) or is another module's."""
    spec = importlib.util.spec_from_file_location(f"_shapelint_target_{abs(hash(path))}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _package_root(path: Path) -> Path:
    """The folder that the file's absolute imports start from."""
    folder = path.parent
    while (folder / "__init__.py").exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _ancestors(folder: Path) -> list[Path]:
    """The folders between ``folder`` and the project's root, if there is a mark of one."""
    chain = list(folder.parents)
    for depth, parent in enumerate(chain):
        if any((parent / marker).exists() for marker in _MARKERS):
            return chain[: depth + 1]
    return []


def _builder(module: ModuleType, expression: str) -> Callable[[], Any]:
    """What makes the target: ``Net``, ``Net(3, 64)``, ``resnet50()``; a class or a function is called."""

    def build() -> Any:
        value = eval(expression, vars(module))  # the command's purpose: it says that it executes code
        made = not isinstance(value, type) and hasattr(value, "forward")
        return value() if callable(value) and not made else value

    return build
