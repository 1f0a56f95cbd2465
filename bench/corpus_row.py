"""One repository to one row: linted by the command line in a process of its own, whatever it is and whatever it does.

A repository is a folder or an archive (.tar, .tar.gz, .tgz, .tar.bz2, .tar.xz, .zip, .whl).  Nothing of it is imported or executed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
COMMAND = (
    sys.executable,
    "-m",
    "shapelint",
    "check",
    "--isolated",
    "--jobs",
    "1",
    "--coverage",
    "--output-format",
    "json",
    ".",
)
COUNTS = ("files", "layers", "layers_known", "claims", "claims_bound", "claims_checked")
_LARGEST = 4_000_000_000
"""Bytes of what is in an archive."""


class NoRepository(Exception):
    """There is nothing to lint; the message says why."""


def row(repository: str, timeout: float = 600, command: tuple[str, ...] = COMMAND) -> dict[str, Any]:
    """The row of a repository: findings, what could not be checked, and coverage; or ``error``, and nothing else."""
    began = time.perf_counter()
    made: dict[str, Any] = {"repository": repository, "version": version(), "error": None, **values({})}
    try:
        with opened(repository) as folder:
            made |= values(linted(folder, timeout, command))
    except NoRepository as error:
        made["error"] = str(error)
    except Exception as error:  # noqa: BLE001  # an archive may make its reader raise anything
        made["error"] = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    return {**made, "seconds": round(time.perf_counter() - began, 3)}


def version() -> str:
    """Which linter this is."""
    sys.path.insert(0, str(ROOT))
    from shapelint.version import __version__

    return __version__


def linted(folder: Path, timeout: float = 600, command: tuple[str, ...] = COMMAND) -> Mapping[str, Any]:
    """What the command line says of a folder, as it prints it; raises NoRepository if it says nothing."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHAPELINT_")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):  # what is installed on this machine is not what the repository needs
        environment.pop(name, None)
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise NoRepository(f"not done after {timeout:g} s") from None
    try:
        found: Mapping[str, Any] = json.loads(done.stdout)
    except ValueError:
        last = done.stderr.strip().splitlines()[-1:] or ["nothing printed"]
        raise NoRepository(f"the linter ended with {done.returncode}: {last[0][:300]}") from None
    return found


def values(found: Mapping[str, Any]) -> dict[str, Any]:
    """What the command line prints, as the columns of the table."""
    coverage = found.get("coverage", {})
    return {
        **{name: coverage.get(name, 0) for name in COUNTS},
        "reasons": coverage.get("reasons", []),
        "unchecked": found.get("errors", []),
        "findings": [_finding(each) for each in found.get("diagnostics", [])],
    }


def _finding(diagnostic: Mapping[str, Any]) -> dict[str, Any]:
    start, end = diagnostic["location"], diagnostic["end_location"]
    kept = {name: diagnostic[name] for name in ("filename", "code", "name", "severity", "message", "help", "trace")}
    return {
        **kept, "cell": diagnostic.get("cell"), "row": start["row"], "column": start["column"],
        "end_row": end["row"], "end_column": end["column"], "fix": diagnostic["fix"] and diagnostic["fix"]["message"],
    }  # fmt: skip


@contextmanager
def opened(repository: str) -> Iterator[Path]:
    """The folder of a repository, that of an archive for as long as it is needed; raises NoRepository."""
    path = Path(repository)
    if path.is_dir():
        yield path
        return
    if not path.is_file():
        raise NoRepository("no such file or folder")
    with tempfile.TemporaryDirectory(prefix="corpus-") as folder:
        _unpack(path, Path(folder))
        yield Path(folder)


def _unpack(archive: Path, folder: Path) -> None:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as packed:
            _refuse_large(sum(member.file_size for member in packed.infolist()))
            packed.extractall(folder)  # keeps what it writes within the folder
    elif tarfile.is_tarfile(archive):
        with tarfile.open(archive) as opened_archive:
            members = opened_archive.getmembers()
            _refuse_large(sum(member.size for member in members))
            opened_archive.extractall(folder, members, filter="data")
    else:
        raise NoRepository("neither a folder nor an archive")


def _refuse_large(size: int) -> None:
    if size > _LARGEST:
        raise NoRepository(f"larger than {_LARGEST // 1_000_000_000} GB")
