"""What the linter says of published packages, to be judged by hand, and what that costs.

    python bench/libraries.py FOLDER [PACKAGE ...] [--list bench/libraries.txt] [--against EARLIER] [--out RESULT]

PACKAGE is ``name==version``; without any, those of ``--list`` are taken.  Each is downloaded without its dependencies, unpacked
under FOLDER (kept there for the next time) and linted in a process of its own; nothing of it is imported or executed.  What
its authors publish runs, as a rule: a finding is true only if torch refuses what it says it refuses.

Printed are the findings, each with the line that it is about; CPU seconds and peak memory of each process; and with
``--against``, the ``--out`` of an earlier time, only the findings that are new and those that are gone.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LINT = [sys.executable, "-m", "shapelint", "check", "--isolated", "--output-format", "json", "."]


@dataclass(frozen=True)
class Linted:
    """One package: its findings as the command prints them, and what the process took."""

    package: str
    findings: list[dict[str, Any]]
    seconds: float
    megabytes: float
    failure: str | None


def main() -> None:
    options = _parser().parse_args()
    packages = options.packages or _listed(options.list)
    earlier = json.loads(options.against.read_text(encoding="utf-8")) if options.against else None
    results: dict[str, list[dict[str, Any]]] = {}
    for package in packages:
        folder = _unpacked(package, options.folder)
        if folder is None:
            print(f"{package}: cannot be had", flush=True)
            continue
        linted = _lint(package, folder, options.timeout)
        results[package] = linted.findings
        print(
            f"{package}: {linted.seconds:.1f} s CPU, {linted.megabytes:.0f} MB, {len(linted.findings)} findings",
            flush=True,
        )
        if linted.failure is not None:
            print(f"  {linted.failure}")
        _print_findings(linted, folder, None if earlier is None else earlier.get(package, []))
    if options.out is not None:
        options.out.write_text(json.dumps(results, indent=1), encoding="utf-8")


def _listed(path: Path) -> list[str]:
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def _unpacked(package: str, folder: Path) -> Path | None:
    """The folder of the package's files; downloaded where it is not there yet, None where it is not published."""
    target = folder / package.replace("==", "-")
    if target.is_dir():
        return target
    archives = folder / "archives" / package
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(archives), package]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        return None
    (archive,) = archives.iterdir()
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(target)
    else:
        with tarfile.open(archive) as packed:
            packed.extractall(target, filter="data")
    return target


def _lint(package: str, folder: Path, timeout: float) -> Linted:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # The process that waits reports the largest of its children, so each package gets one of its own.
    measured = [sys.executable, "-c", _MEASURE, str(timeout), *LINT]
    done = subprocess.run(measured, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    *errors, peak = done.stderr.strip().split("\n")
    failure = "; ".join(errors) or (f"ended with {done.returncode}" if done.returncode not in (0, 1) else None)
    findings = json.loads(done.stdout)["diagnostics"] if done.stdout else []
    return Linted(package, findings, seconds, float(peak) / 1024, failure)


_MEASURE = """
import resource, subprocess, sys
try:
    code = subprocess.run(sys.argv[2:], timeout=float(sys.argv[1])).returncode
except subprocess.TimeoutExpired:
    print(f"not done after {sys.argv[1]} s", file=sys.stderr)
    code = 2
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


def _print_findings(linted: Linted, folder: Path, earlier: list[dict[str, Any]] | None) -> None:
    if earlier is None:
        for finding in linted.findings:
            print(f"  {_told(finding)}\n      {_line(finding, folder)}")
        return
    for sign, those, others in (("+", linted.findings, earlier), ("-", earlier, linted.findings)):
        known = {_told(finding) for finding in others}
        for finding in those:
            if _told(finding) not in known:
                print(f"{sign} {_told(finding)}\n      {_line(finding, folder)}")


def _told(finding: dict[str, Any]) -> str:
    location = finding["location"]
    cell = f"cell {finding['cell']}:" if finding.get("cell") else ""
    return f"{finding['filename']}:{cell}{location['row']}: {finding['code']} {finding['message']}"


def _line(finding: dict[str, Any], folder: Path) -> str:
    """The line that the finding is about, as a judge wants to see it first."""
    return next(_numbered(folder / finding["filename"], finding["location"]["row"]), "").strip()


def _numbered(path: Path, row: int) -> Iterator[str]:
    yield from path.read_text(encoding="utf-8", errors="replace").split("\n")[row - 1 : row]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("packages", nargs="*", metavar="PACKAGE")
    parser.add_argument("--list", type=Path, default=ROOT / "bench/libraries.txt")
    parser.add_argument("--against", type=Path, help="the --out of an earlier time: print what differs from it")
    parser.add_argument("--out", type=Path, help="write the findings of all packages here")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one package")
    return parser


if __name__ == "__main__":
    main()
