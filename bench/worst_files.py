"""The most CPU time and memory that the check of one file takes, over every Python file of a folder, and internal errors.

    python bench/worst_files.py FOLDER [--add-import] [--most 10] [--limit 40] [--out RESULT]

FOLDER is copied; ``--add-import`` appends ``import torch`` to each copy, since a file that does not mention torch is not looked
at.  Each file is checked in a process of its own, which is forked when the linter has been imported: its CPU time counts from
there, its memory is the peak of the whole process.  Printed are the worst files, the number of files whose check took more
than 10 s or 500 MB, and every internal error.  The largest files come first; an interrupt ends it with what was measured so
far.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from shapelint.config import Config
from shapelint.session import Session

SECONDS, MEGABYTES = 10, 500


def measured(path: str, root: str, limit: int) -> tuple[float, float, str | None]:
    """CPU seconds and megabytes of one check, which ends after ``limit`` seconds, and what went wrong in it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        report = Session(Config(root), use_cache=False).check_file(path)
        os.write(writing, (report.error or "").encode()[:4000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        error = stream.read().decode()
    _, status, usage = os.wait4(child, 0)
    if status:
        error = f"ended with status {status}"
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, error or None


def copied(folder: Path, target: Path, add_import: bool) -> list[str]:
    """The copies of the Python files of ``folder``, relative to ``target``, the largest first."""
    shutil.copytree(folder, target, ignore=_others, dirs_exist_ok=True)
    paths = sorted(target.rglob("*.py"), key=lambda path: (-path.stat().st_size, str(path)))
    if add_import:
        for path in paths:
            with path.open("ab") as file:
                file.write(b"\nimport torch\n")
    return [str(path.relative_to(target)) for path in paths]


def _others(folder: str, names: list[str]) -> list[str]:
    """What is not copied: other files, and packages of others."""
    ignored = {"site-packages", "__pycache__"}
    return [
        name for name in names
        if name in ignored or not (name.endswith(".py") or os.path.isdir(os.path.join(folder, name)))
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--add-import", action="store_true")
    parser.add_argument("--most", type=int, default=10, help="how many of the worst files are printed")
    parser.add_argument("--limit", type=int, default=40, help="CPU seconds after which the check of a file is ended")
    parser.add_argument("--out", type=Path, help="write the figures of all files here")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background too, where a shell switches it off
    gc.disable()  # as the command does
    import_module("shapelint.engine")  # now, so that no process has to
    results: dict[str, tuple[float, float, str | None]] = {}
    with tempfile.TemporaryDirectory() as copy:
        paths = copied(options.folder, Path(copy), options.add_import)
        os.chdir(copy)
        with suppress(KeyboardInterrupt):
            for path in paths:
                results[path] = seconds, megabytes, error = measured(path, copy, options.limit)
                if error is not None or seconds > SECONDS or megabytes > MEGABYTES:
                    print(f"{path}: {seconds:.1f} s, {megabytes:.0f} MB, {error}", flush=True)
                if len(results) % 100 == 0:
                    print(f"{len(results)} of {len(paths)} files", file=sys.stderr, flush=True)
    if options.out is not None:
        options.out.write_text(json.dumps(results, indent=1), encoding="utf-8")
    print(f"{len(results)} of {len(paths)} files")
    _print(results, options.most)


def _print(results: dict[str, tuple[float, float, str | None]], most: int) -> None:
    errors = [error for _, _, error in results.values() if error is not None]
    internal = [error for error in errors if "internal error" in error]
    print(
        f"{sum(seconds for seconds, _, _ in results.values()):.0f} s CPU; {len(errors)} could not be "
        f"checked, {len(internal)} of them for internal errors"
    )
    for title, column, unit in (("CPU time", 0, "s"), ("memory", 1, "MB")):
        print(f"most {title}:")
        for path, figures in sorted(results.items(), key=lambda item: -float(item[1][column] or 0))[:most]:
            print(f"  {figures[column]:8.2f} {unit}  {path}")


if __name__ == "__main__":
    main()
