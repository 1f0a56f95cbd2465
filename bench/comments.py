"""Shape comments of real repositories: how many are understood, which proven errors are found, what else is reported.

    python bench/comments.py REPOSITORIES TRUTH [--all] [--time] [--list]

REPOSITORIES holds a folder ``owner+name`` for each repository of TRUTH, checked out at TRUTH's commit; TRUTH is a JSON
file ``{"owner/name": {"commit", "files": {path: {"shape_comments", "contradictions": [...]}}}}`` whose contradictions
(``line``, ``says``, ``true``, ``why``; in notebooks ``cell``, counted from 0 over all cells, and the line within it)
were proven with torch.  Only TRUTH's files are read, with ``--all`` every ``.py`` and ``.ipynb`` of the repositories.

A contradiction counts as found if a finding stands at its line.  A cascade (further contradictions of the same file and
cell, from the same cause) counts as found with its first.  Findings elsewhere are listed for judgement by hand.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from families import print_families

PARSE = """
import pathlib, sys, libcst
from shapelint.opening import page_of
for path in map(pathlib.Path, sys.argv[1:]):
    try:
        libcst.parse_module(page_of(path.read_bytes(), str(path))[0])
    except libcst.ParserSyntaxError:
        pass
"""


@dataclass(frozen=True)
class Error:
    """A comment that torch proves wrong; ``line`` counts in the file, or in the code cell ``cell`` (from 1) of it."""

    path: Path
    cell: int | None
    line: int
    says: str
    true: str


def main() -> None:
    options = _parser().parse_args()
    truth = json.loads(options.truth.read_text(encoding="utf-8"))
    paths = list(_paths(options, truth))
    start = time.perf_counter()
    report = _check(paths)
    seconds = time.perf_counter() - start
    print(f"{len(paths)} files in {len(truth)} repositories; shapelint {seconds:.1f} s, one process")
    if options.time:
        parse = _parse_seconds(paths)
        print(f"libcst.parse_module on the same files {parse:.1f} s: {seconds / parse:.2f} times")
    print_families(paths, options.list)
    _print_errors(list(_errors(options.repositories, truth)), report["diagnostics"])


def _paths(options: argparse.Namespace, truth: dict[str, Any]) -> Iterator[Path]:
    for repository, entry in truth.items():
        root = options.repositories / repository.replace("/", "+")
        wanted = sorted(root.rglob("*")) if options.all else [root / name for name in entry["files"]]
        yield from (path for path in wanted if path.suffix in (".py", ".ipynb") and path.is_file())


def _check(paths: list[Path]) -> dict[str, Any]:
    """What the command prints for all files at once, as its users get it."""
    command = [sys.executable, "-m", "shapelint", "check", "--isolated", "--output-format", "json"]
    done = subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, check=False)
    if done.stderr:
        print(done.stderr.rstrip())
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _parse_seconds(paths: list[Path]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", PARSE, *map(str, paths)], check=True)
    return time.perf_counter() - start


def _errors(repositories: Path, truth: dict[str, Any]) -> Iterator[Error]:
    for repository, entry in truth.items():
        for name, file in entry["files"].items():
            path = repositories / repository.replace("/", "+") / name
            for error in file.get("contradictions", ()):
                cell = _code_cell(path, error["cell"]) if "cell" in error else None
                yield Error(path, cell, error["line"], error["says"], error["true"])


def _code_cell(path: Path, index: int) -> int:
    """The number, from 1 over code cells, of the cell with this index, from 0 over all cells."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return sum(cell["cell_type"] == "code" for cell in cells[: index + 1])


def _print_errors(errors: list[Error], findings: list[dict[str, Any]]) -> None:
    at = {_place(finding): finding for finding in findings}
    found = [(str(error.path), error.cell, error.line) in at for error in errors]
    with_cascades = [
        hit or any(found[other] for other in range(index) if _one_cascade(errors[other], error))
        for index, (error, hit) in enumerate(zip(errors, found, strict=True))
    ]
    print(f"\nproven errors: {len(errors)} lines, {sum(found)} found at their line")
    print(f"  cascades counted by their first: {sum(with_cascades)} of {len(errors)}, {_share(with_cascades)}")
    for error, hit in zip(errors, with_cascades, strict=True):
        if not hit:
            cell = "" if error.cell is None else f"cell {error.cell}:"
            print(f"  missed {error.path}:{cell}{error.line}: says {error.says}, is {error.true}")
    known = {(str(error.path), error.cell, error.line) for error in errors}
    others = [finding for finding in findings if _place(finding) not in known]
    print(f"\nother findings: {len(others)}, to be judged by hand")
    for finding in others:
        path, cell, row = _place(finding)
        where = f"{path}:{row}" if cell is None else f"{path}:cell {cell}:{row}"
        print(f"  {where}: {finding['code']} {finding['message']}")


def _one_cascade(first: Error, later: Error) -> bool:
    return (first.path, first.cell) == (later.path, later.cell)


def _place(finding: dict[str, Any]) -> tuple[str, int | None, int]:
    location = finding["location"]
    return finding["filename"], location.get("cell", finding.get("cell")), location["row"]


def _share(hits: list[bool]) -> str:
    return f"{sum(hits) / max(1, len(hits)):.0%}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--all", action="store_true", help="every file of the repositories, not only those of TRUTH")
    parser.add_argument("--time", action="store_true", help="time libcst.parse_module on the same files too")
    parser.add_argument("--list", action="store_true", help="list the comments that are not checked, with the reason")
    return parser


if __name__ == "__main__":
    main()
