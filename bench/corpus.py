"""Lint a corpus: a map over repositories, on one machine or on many, by Ray Data.

    python bench/corpus.py OUT [REPOSITORY ...] [--list FILE] [--workers N] [--address ADDRESS] [--timeout 600]
    python bench/corpus.py OUT --compare

REPOSITORY is a folder or an archive; ``--list`` names a file with one path in each line.  OUT becomes a folder of Parquet
files with one row for each repository (``SCHEMA``): its findings, its coverage with the reasons for what was not understood, and
what could not be checked.  A repository that cannot be linted at all is a row with an ``error``.

A run that was ended goes on where it was: repositories that have a row by this version are left out, and a file that was only begun
is removed.  ``--address`` is that of a Ray cluster whose machines see the same paths; without it the run starts workers here.

``--compare`` lints every repository of OUT once more by the command line and compares: the rows must say the same.

Needs the extra ``corpus``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parent))

from corpus_row import COUNTS, ROOT, linted, opened, row, values, version

_FINDING = {
    "filename": pa.string(), "cell": pa.int64(), "row": pa.int64(), "column": pa.int64(), "end_row": pa.int64(),
    "end_column": pa.int64(), "code": pa.string(), "name": pa.string(), "severity": pa.string(), "message": pa.string(),
    "help": pa.string(), "trace": pa.list_(pa.string()), "fix": pa.string(),
}  # fmt: skip
SCHEMA = pa.schema(
    {
        "repository": pa.string(),
        "version": pa.string(),
        "error": pa.string(),
        "seconds": pa.float64(),
        **dict.fromkeys(COUNTS, pa.int64()),
        "reasons": pa.list_(pa.struct({"reason": pa.string(), "count": pa.int64()})),
        "unchecked": pa.list_(pa.struct({"filename": pa.string(), "error": pa.string()})),
        "findings": pa.list_(pa.struct(_FINDING)),
    }
)
_ROWS_IN_A_FILE = 32
"""At most: a run that is ended loses no more than the file that each worker is at."""


def main() -> None:
    options = _parser().parse_args()
    if options.compare:
        sys.exit(compare(options.out))
    asked = [*options.repositories, *(_listed(options.list) if options.list else ())]
    asked = list(dict.fromkeys(str(Path(path).resolve()) for path in asked))
    known = finished(options.out)
    todo = [repository for repository in asked if repository not in known]
    print(f"{len(asked)} repositories, {len(asked) - len(todo)} of them have a row", flush=True)
    began = time.perf_counter()
    if todo:
        lint(todo, options)
    _tell(options.out, set(todo), time.perf_counter() - began)


def lint(repositories: Sequence[str], options: argparse.Namespace) -> None:
    """Write the row of each repository, on all workers."""
    import ray
    from ray.data import DataContext

    local = {} if options.address else {"num_cpus": options.workers, "include_dashboard": False}
    ray.init(address=options.address, log_to_driver=False, runtime_env={"env_vars": {"PYTHONPATH": _path()}}, **local)
    DataContext.get_current().enable_progress_bars = False
    timeout = options.timeout

    class Linter:
        """Makes a table of repositories one of rows."""

        def __call__(self, batch: pa.Table) -> pa.Table:
            """The rows of a batch."""
            rows = [row(repository, timeout) for repository in batch["repository"].to_pylist()]
            return pa.Table.from_pylist(rows, schema=SCHEMA)

    files = max(-(-len(repositories) // _ROWS_IN_A_FILE), min(len(repositories), 8 * options.workers))
    items = [{"repository": repository} for repository in repositories]
    corpus = ray.data.from_items(items, override_num_blocks=files)
    # A class makes actors, which all start at once: tasks are started one by one, as Ray Data learns what they take.
    corpus = corpus.map_batches(
        Linter, batch_format="pyarrow", batch_size=1, num_cpus=1, concurrency=options.workers
    )  # fmt: skip
    # Writing waits for the actors to hand something over, and must not wait for a processor as well.
    corpus.write_parquet(str(options.out.resolve()), ray_remote_args={"num_cpus": 0})
    ray.shutdown()


def finished(out: Path) -> set[str]:
    """The repositories that have a row by this version; a file that a run left unfinished is removed."""
    known: set[str] = set()
    for path, rows in _tables(out, ["repository", "version"]):
        if rows is None:
            path.unlink()
        else:
            known |= {each["repository"] for each in rows.to_pylist() if each["version"] == version()}
    return known


def rows_of(out: Path) -> Iterator[dict[str, Any]]:
    """All rows by this version."""
    for _, table in _tables(out, None):
        if table is not None:
            yield from (each for each in table.to_pylist() if each["version"] == version())


def _tables(out: Path, columns: list[str] | None) -> Iterator[tuple[Path, pa.Table | None]]:
    for path in sorted(out.glob("**/*.parquet")):
        try:
            yield path, pq.ParquetFile(path).read(columns=columns)
        except (pa.ArrowInvalid, OSError):
            yield path, None


def compare(out: Path) -> int:
    """Lint again by the command line; the exit code says whether any row says something else."""
    differing = total = 0
    for each in rows_of(out):
        if each["error"] is not None:
            continue
        with opened(each["repository"]) as folder:
            again = values(linted(folder))
        total += 1
        if {name: each[name] for name in again} != again:
            differing += 1
            print(f"{each['repository']}: the command line says something else")
    print(f"{total} repositories linted again, {differing} differ")
    return int(differing > 0 or not total)


def _tell(out: Path, repositories: set[str], seconds: float) -> None:
    """What the run came to, as a line of JSON."""
    rows = [each for each in rows_of(out) if each["repository"] in repositories]
    print(
        json.dumps(
            {
                "repositories": len(rows),
                "errors": sum(each["error"] is not None for each in rows),
                "findings": sum(len(each["findings"]) for each in rows),
                "files": sum(each["files"] for each in rows),
                "worker seconds": round(sum(each["seconds"] for each in rows), 1),
                "seconds": round(seconds, 1),
            }
        )
    )


def _path() -> str:
    return f"{ROOT / 'bench'}:{ROOT}"


def _listed(path: Path) -> Iterable[str]:
    return (line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("repositories", nargs="*", metavar="REPOSITORY")
    parser.add_argument("--list", type=Path)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="how many lint at a time")
    parser.add_argument("--address", help="of a Ray cluster")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one repository")
    parser.add_argument("--compare", action="store_true", help="compare the rows of OUT with the command line")
    return parser


if __name__ == "__main__":
    main()
