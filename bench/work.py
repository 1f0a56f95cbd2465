"""Multiply-adds of whole models: the total that ``shapelint show`` states beside that of torch's own counter, for two model zoos.

    python bench/work.py --site SITE [--package torchvision] [--only 'resnet*'] [--verbose]

SITE is that of zoo.py.  Each model runs on the meta device under ``torch.utils.flop_counter`` (two FLOPs for each
multiply-add); what it refuses there is counted as such.  A total is the same, at least that (some part is not known and said not
to be), or wrong.
"""

from __future__ import annotations

import argparse
import fnmatch
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main() -> None:
    options = _parser().parse_args()
    site = options.site.resolve()
    sys.path.insert(0, str(site))
    from zoo_truth import models

    for package in (options.package,) if options.package else ("torchvision", "pytorchcv"):
        came: Counter[str] = Counter()
        start = time.perf_counter()
        for model in models(site, package):
            if not fnmatch.fnmatch(model.name, options.only):
                continue
            how, said = _compared(model, str(site / model.target))
            came[how] += 1
            if options.verbose or how != "same":
                print(f"{model.target:72} {how}: {said}", flush=True)
        told = ", ".join(f"{count} {how}" for how, count in came.most_common())
        print(f"{package}: {came.total()} models: {told}; {time.perf_counter() - start:.0f} s", flush=True)


def _compared(model: Any, target: str) -> tuple[str, str]:
    from zoo_truth import inputs

    from shapelint.summary import show

    try:
        sizes = inputs(model)
        theirs = _counted(model.make, sizes)
    except Exception as error:  # noqa: BLE001  # a model that torch cannot run there is no truth
        return "not run by torch", f"{type(error).__name__}: {error}"[:100]
    try:
        record = show(target, sizes)
        totals = record["totals"]
    except Exception as error:  # noqa: BLE001  # a crash is a result to print, not the end of the benchmark
        return "failed", f"{type(error).__name__}: {error}"
    ours, complete = totals["mult_adds"], totals["complete"]
    if ours == theirs:
        return "same", f"{ours:,}"
    least = isinstance(ours, str) or (not complete and ours < theirs)
    reasons = "; ".join(str(each["reason"]) for each in record["unknown"][:2])
    return ("at least" if least else "wrong"), f"ours {ours}, torch {theirs} ({'complete' if complete else reasons})"


def _counted(make: Any, sizes: Any) -> int:
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from shapelint.verify.record import build

    module = build(make).to("meta")
    with warnings.catch_warnings(), torch.no_grad(), FlopCounterMode(display=False) as counter:
        warnings.simplefilter("ignore")
        module(*(torch.rand(size, device="meta") for size in sizes))
    return int(counter.get_total_flops()) // 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--package", choices=("torchvision", "pytorchcv"))
    parser.add_argument("--only", default="*", help="a pattern of model names")
    parser.add_argument("--verbose", action="store_true", help="a line for each model")
    return parser


if __name__ == "__main__":
    main()
