"""One number broken in files that were clean: is it detected, on that line, by one finding, and is it mended?

    python bench/mutate.py REPOSITORIES TRUTH [--limit 300] [--seconds 1200] [--seed 0] [--verbose]

REPOSITORIES and TRUTH as for comments.py.  Of each file that shapelint finds clean and in which torch confirms shape
comments (points.py), layers' padding, kernel_size, stride, in_channels and the sizes of confirmed comments are broken,
one at a time.  A mutant counts only if torch then confirms fewer of the comments that it confirmed before, whatever the
input size: a floor may swallow a change.  Mended: padding and comment mutants byte for byte; of the others any edit
after which torch confirms the comments again.
"""

from __future__ import annotations

import argparse
import json
import random
import select
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mutants import KINDS, Mutant, mutants

from shapelint.engine import Result, check_source
from shapelint.fixes.rounds import fix_text

SECONDS = 30


@dataclass(frozen=True)
class Outcome:
    """What became of one mutant that torch shows to be broken."""

    detected: bool
    located: bool
    single: bool
    mended: bool


class Torch:
    """The worker that executes classes; it is started anew when it dies or takes too long."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        script = Path(__file__).with_name("points.py")
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            [sys.executable, str(script), "--worker"], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
        )

    def points(self, text: str, near: dict[str, Any] | None = None) -> dict[str, Any]:
        """The points of a file, see points.py; empty where torch does not come to an end."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"text": text, "near": near}) + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], SECONDS)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            self.close()
            self._start()
            return {}
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


def main() -> None:
    options = _parser().parse_args()
    torch = Torch()
    chosen = random.Random(options.seed)
    outcomes: dict[str, list[Outcome]] = defaultdict(list)
    queues = [_candidates(path, torch, chosen) for path in _files(options)]
    chosen.shuffle(queues)
    end = time.monotonic() + options.seconds
    while queues and sum(map(len, outcomes.values())) < options.limit and time.monotonic() < end:
        queue = queues.pop(0)
        for path, mutant, near, confirmed in queue:
            if not _falsified(torch, mutant.text, near, confirmed):
                continue
            outcome = _outcome(path, mutant, torch, near, confirmed)
            outcomes[mutant.kind].append(outcome)
            if options.verbose and not (outcome.located and outcome.single and outcome.mended):
                print(f"{path}:{mutant.change}\n    {mutant.kind}: {outcome}", flush=True)
            queues.append(queue)
            break
    torch.close()
    _print(outcomes)


def _files(options: argparse.Namespace) -> list[Path]:
    truth = json.loads(options.truth.read_text(encoding="utf-8"))
    return [
        options.repositories / repository.replace("/", "+") / name
        for repository, entry in truth.items()
        for name, file in entry["files"].items()
        if name.endswith(".py") and not file.get("contradictions")
    ]


def _candidates(path: Path, torch: Torch, chosen: random.Random) -> Iterator[Any]:
    """Mutants of a file that is clean and whose comments torch confirms, kinds in turn; nothing of others."""
    text = path.read_text(encoding="utf-8", errors="replace")
    found = {name: points for name, points in torch.points(text).items() if points.get("confirmed")}
    if not found or _checked(text, path).diagnostics:
        return
    near = {name: points["input"] for name, points in found.items()}
    confirmed = frozenset(row for points in found.values() for row in points["confirmed"])
    by_kind: dict[str, list[Mutant]] = {kind: [] for kind in KINDS}
    for mutant in mutants(text, confirmed):
        by_kind[mutant.kind].append(mutant)
    for kind in KINDS:
        chosen.shuffle(by_kind[kind])
    for turn in range(max(map(len, by_kind.values()))):
        for kind in chosen.sample(KINDS, len(KINDS)):
            if turn < len(by_kind[kind]):
                yield path, by_kind[kind][turn], near, confirmed


def _checked(text: str, path: Path) -> Result:
    """What shapelint says of ``text`` in the place of the file at ``path``: what that imports is read from beside it."""
    return check_source(text, str(path), files=_read)


def _read(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None


def _falsified(torch: Torch, text: str, near: dict[str, Any], confirmed: frozenset[int]) -> bool:
    found = torch.points(text, near)
    return bool(found) and not confirmed <= {row for points in found.values() for row in points.get("confirmed", ())}


def _outcome(path: Path, mutant: Mutant, torch: Torch, near: dict[str, Any], confirmed: frozenset[int]) -> Outcome:
    findings = _checked(mutant.text, path).diagnostics
    first, last = mutant.rows
    located = any(finding.span.row <= last and finding.span.end_row >= first for finding in findings)
    if not findings:
        return Outcome(False, False, False, False)
    fixed = fix_text(mutant.text, lambda text: _checked(text, path), unsafe=True).text
    if mutant.kind in ("padding", "comment"):
        mended = fixed == path.read_text(encoding="utf-8", errors="replace")
    else:
        mended = fixed != mutant.text and not _falsified(torch, fixed, near, confirmed)
    return Outcome(True, located, len(findings) == 1, mended)


def _print(outcomes: dict[str, list[Outcome]]) -> None:
    names = ("detected", "located", "single", "mended")
    print(f"{'mutants':14}{'count':>7}" + "".join(f"{name:>10}" for name in names))
    everything = [outcome for kind in KINDS for outcome in outcomes[kind]]
    for kind, some in [*((kind, outcomes[kind]) for kind in KINDS), ("all", everything)]:
        shares = [sum(getattr(outcome, name) for outcome in some) / max(1, len(some)) for name in names]
        print(f"{kind:14}{len(some):7}" + "".join(f"{share:10.1%}" for share in shares))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--limit", type=int, default=300, help="how many mutants to count")
    parser.add_argument("--seconds", type=float, default=1200, help="when to stop whatever the count")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true", help="print the mutants that did not come out as they should")
    return parser


if __name__ == "__main__":
    main()
