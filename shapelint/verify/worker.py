"""The subprocess that executes linted code: imports a file, builds a module of it, runs it, prints what it saw.

``python -m shapelint.verify.worker`` reads one JSON request a line on stdin, ``{"file", "expression", "inputs"}``, and
answers each with one line: a record (see :mod:`.record`) or ``{"error": ...}``.  What the executed code prints goes to
stderr, so that it cannot be taken for an answer.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from .record import Refused, record, tolerant_imports

__all__ = ["load", "main"]

_MARKERS = (".git", "pyproject.toml", "setup.py", "setup.cfg")


def main() -> None:
    """Serve requests until stdin ends."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        for line in sys.stdin:
            answers.write(json.dumps(_answer(json.loads(line))) + "\n")
            answers.flush()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    start = time.perf_counter()
    try:
        with tolerant_imports():
            module = load(Path(request["file"]))
        answer = record(_builder(module, request["expression"]), [tuple(size) for size in request["inputs"]])
    except Refused as refusal:
        return {"error": str(refusal)}
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
    """Import a file whose name is none (``my-model.py``) or is another module's."""
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


if __name__ == "__main__":
    main()
