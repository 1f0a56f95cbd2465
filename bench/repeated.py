"""Whether the same files give the same output, whatever the order, the addresses, the hashes of strings and the cache.

    python bench/repeated.py FOLDER [--runs 5]
    python bench/repeated.py FOLDER --processes

All Python files and notebooks of a copy of FOLDER are linted together, several times: named in another order and with another
``PYTHONHASHSEED`` each time, at last with an empty cache and with a full one.  All that the command says is compared: findings
with their traces and fixes, errors, coverage and its reasons.  Ends with 1 and the differing lines if a run says something else.

With ``--processes`` the runs differ in nothing but the number of processes and the cache: one and two without it, two with an
empty one, two and one with a full one.  Then the very bytes are compared.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def output(folder: Path, seed: int, cache: bool) -> str:
    """All that one run says of the files in ``folder``, as lines of JSON in an order of their own."""
    paths = sorted(str(path.relative_to(folder)) for kind in ("*.py", "*.ipynb") for path in folder.rglob(kind))
    random.Random(seed).shuffle(paths)
    options = ["--coverage", "--output-format", "json", *([] if cache else ["--no-cache"])]
    done = subprocess.run(
        [sys.executable, "-m", "shapelint", "check", *options, *paths], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": str(seed)}, check=False,
    )  # fmt: skip
    found = json.loads(done.stdout)
    found["diagnostics"].sort(key=json.dumps)
    found["coverage"]["reasons"].sort(key=json.dumps)
    found["messages"] = sorted(done.stderr.splitlines())
    return json.dumps(found, indent=1)


def outputs(folder: Path, runs: int) -> list[str]:
    """What ``runs`` runs say, the last two of them with a cache."""
    return [output(folder, seed, cache=seed >= runs - 2) for seed in range(runs)]


def shared_outputs(folder: Path) -> list[str]:
    """The exit code and all that is printed by one process and by two, without a cache and with one."""
    command = [sys.executable, "-m", "shapelint", "check", "--coverage", "--output-format", "json"]
    said = []
    for jobs, options in ((1, ["-n"]), (2, ["-n"]), (2, []), (2, []), (1, [])):
        done = subprocess.run(
            [*command, "--jobs", str(jobs), *options, "."], cwd=folder, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
        )  # fmt: skip
        said.append(f"{done.stdout}{done.stderr}exit code {done.returncode}")
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--processes", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(options.folder, copy, dirs_exist_ok=True)
        (Path(copy) / "pyproject.toml").write_text("[tool.shapelint]\n")
        first, *others = shared_outputs(Path(copy)) if options.processes else outputs(Path(copy), options.runs)
    differing = [other for other in others if other != first]
    found, _ = json.JSONDecoder().raw_decode(first)
    print(
        f"{len(others) + 1} runs, {len(differing)} differ; {len(found['diagnostics'])} findings, {found['coverage']}"[
            :400
        ]
    )
    if differing:
        print(*difflib.unified_diff(first.splitlines(), differing[0].splitlines(), lineterm="", n=0), sep="\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
