"""Whole models: the shapes that ``shapelint show`` computes beside those that torch computes, for model zoos.

    python bench/zoo.py --site SITE --truth TRUTH [--package torchvision] [--only 'resnet*'] [--process] [--verbose]

The truth is built first where it is missing (see zoo_truth.py, which also says what SITE is); after that no torch is
needed.  A call is exact if torch made it at that place with that output shape, wrong if we state another shape or a
call that torch never makes, else unknown.  A model is perfect if paths, layers, inputs, outputs and numbers of
parameters of all its calls are torch's, in its order.  ``--process`` runs the command in a process of its own for each
model, as a user does, and so times whole processes.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from zoo_rows import ROWS

from shapelint.verify.agreement import Agreement, agreement

PACKAGES = ("torchvision", "pytorchcv", "timm")


@dataclass(frozen=True)
class Result:
    """One model: how its calls came out, in how many seconds, and what was not understood."""

    target: str
    agreement: Agreement
    seconds: float
    reasons: tuple[str, ...]
    failure: str | None

    @property
    def perfect(self) -> bool:
        return self.failure is None and self.agreement.perfect


def main() -> None:
    options = _parser().parse_args()
    for package in [options.package] if options.package else PACKAGES:
        truths = list(_truths(options, package))
        results = []
        for truth in truths:
            results.append(_result(truth, options))
            if options.verbose or results[-1].failure:
                _print_model(results[-1], options.verbose)
        if results:
            _print_summary(package, results)


def _truths(options: argparse.Namespace, package: str) -> Iterator[dict[str, Any]]:
    """The recorded models of a package, built first if there are none, but for those that torch cannot run."""
    if not any((options.truth / package).glob("*.json")):
        script = Path(__file__).with_name("zoo_truth.py")
        command = [sys.executable, str(script), "--site", options.site, "--truth", options.truth, "--package", package]
        subprocess.run(list(map(str, command)), check=True)
    for path in sorted((options.truth / package).glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        if "error" not in truth and fnmatch.fnmatch(truth["name"], options.only):
            yield truth


def _result(truth: Mapping[str, Any], options: argparse.Namespace) -> Result:
    target = str(options.site.resolve() / truth["target"])
    start = time.perf_counter()
    try:
        given = truth.get("given", truth["inputs"])
        shown = (_shown_by_command if options.process else _shown)(target, given)
        failure = shown.get("error")
    except Exception as error:  # noqa: BLE001  # a crash is a result to print, not the end of the benchmark
        shown, failure = {}, f"{type(error).__name__}: {error}"
    seconds = time.perf_counter() - start
    reasons = tuple(unknown["reason"] for unknown in shown.get("unknown", ()))
    return Result(truth["target"], agreement(shown.get("calls", ()), truth["calls"]), seconds, reasons, failure)


def _shown(target: str, inputs: Any) -> Mapping[str, Any]:
    from shapelint.summary import show

    result: Mapping[str, Any] = show(target, [size if isinstance(size, str) else tuple(size) for size in inputs])
    return result


def _shown_by_command(target: str, inputs: Any) -> Mapping[str, Any]:
    command = [sys.executable, "-m", "shapelint", "show", target, "--output-format", "json"]
    for size in inputs:
        command += ["--input", size if isinstance(size, str) else "x".join(map(str, size))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout:
        return {"error": done.stderr.strip()[-300:]}
    result: Mapping[str, Any] = json.loads(done.stdout)
    return result


def _print_model(result: Result, verbose: bool) -> None:
    counts = {kind: result.agreement.count(kind) for kind in ("exact", "wrong", "unknown")}
    state = "perfect" if result.perfect else result.failure or counts
    print(f"{result.target:72} {state} ({result.seconds:.2f} s)", flush=True)
    if verbose and not result.perfect:
        for pair in [pair for pair in result.agreement.pairs if pair.relation != "exact"][:3]:
            ours, true = pair.ours or {}, pair.true or {}
            path, layer = (true or ours)["path"], (true or ours)["layer"]
            print(f"    {pair.relation}: {path} {layer}: ours {ours.get('out')}, torch {true.get('out')}")
        for reason, count in Counter(result.reasons).most_common(3):
            print(f"    {count} x {reason}")


def _print_summary(package: str, results: list[Result]) -> None:
    counts = {kind: sum(result.agreement.count(kind) for result in results) for kind in ("exact", "wrong", "unknown")}
    calls = sum(pair.true is not None for result in results for pair in result.agreement.pairs)
    perfect = sum(result.perfect for result in results)
    seconds = [result.seconds for result in results]
    print(f"\n{package}: {len(results)} models, {calls} leaf-layer calls")
    for kind, count in counts.items():
        print(f"  {kind:8} {count:7} {count / calls:8.2%}")
    print(f"  perfect  {perfect:7} {perfect / len(results):8.2%} of the models; {_crashed(results)} failed")
    print(f"  seconds a model: median {statistics.median(seconds):.2f}, most {max(seconds):.2f}")
    print("  why unknown (models: reason)")
    reasons = Counter(reason for result in results for reason in set(result.reasons))
    for reason, count in reasons.most_common(25):
        print(f"    {count:4}: {reason}")


def _crashed(results: list[Result]) -> int:
    return sum(result.failure is not None for result in results)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--package", choices=(*PACKAGES, *ROWS), help="one of these, instead of the first three")
    parser.add_argument("--only", default="*", help="a pattern of model names")
    parser.add_argument("--process", action="store_true", help="one process a model")
    parser.add_argument("--verbose", action="store_true", help="a line a model, and what is wrong with it")
    return parser


if __name__ == "__main__":
    main()
