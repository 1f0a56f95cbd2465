"""Parameters and buffers of whole models: the names and shapes that we list beside those of torch, for two model zoos.

    python bench/state.py --site SITE --truth TRUTH [--package torchvision] [--only 'resnet*'] [--verbose]

SITE is that of zoo.py.  TRUTH holds a JSON file for each model of the two packages, made here first where it is missing
(``--every``: all models of pytorchcv, not the first and the last of each file).  A model is the same if the names, shapes,
order and ``requires_grad`` of ``named_parameters()``, those of ``named_buffers()``, the keys of ``state_dict()`` and
``sum(p.numel())`` are torch's.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

PARTS = ("parameters", "buffers", "saved", "total", "trainable")


def main() -> None:
    options = _parser().parse_args()
    sys.path.insert(0, str(options.site.resolve()))
    for package in (options.package,) if options.package else ("torchvision", "pytorchcv"):
        _make_truth(options, package)
        count = same = entries = 0
        start = time.perf_counter()
        for truth in _truths(options, package):
            differing = _differing(truth, options)
            count, same = count + 1, same + (not differing)
            entries += len(truth["parameters"]) + len(truth["buffers"])
            if differing or options.verbose:
                print(f"{truth['target']:72} {'; '.join(differing) or 'same'}", flush=True)
        seconds = time.perf_counter() - start
        print(f"{package}: {same} of {count} models the same, {entries} parameters and buffers, {seconds:.0f} s")


def state(module: Any) -> dict[str, Any]:
    """What torch lists of a module."""
    return {
        "parameters": [[n, list(p.shape), p.requires_grad] for n, p in module.named_parameters()],
        "buffers": [[n, list(b.shape)] for n, b in module.named_buffers()],
        "saved": [[n, list(t.shape)] for n, t in module.state_dict().items()],
        "total": sum(p.numel() for p in module.parameters()),
        "trainable": sum(p.numel() for p in module.parameters() if p.requires_grad),
    }


def our_state(target: str) -> dict[str, Any]:
    """The same of ours; a shape that is not known is a string."""
    from shapelint.interp.model.state import state_of
    from shapelint.interp.paths.targets import construct
    from shapelint.summary.target import load

    path, _, expression = target.partition("::")
    project, file = load(path)
    found = state_of(construct(file, project, expression))
    return {
        "parameters": [[e.name, _sizes(e.tensor), e.tensor.trainable] for e in found.parameters],
        "buffers": [[e.name, _sizes(e.tensor)] for e in found.buffers],
        "saved": [[e.name, _sizes(e.tensor)] for e in found.saved],
        "total": sum(_numel(e.tensor) for e in found.parameters),
        "trainable": sum(_numel(e.tensor) for e in found.parameters if e.tensor.trainable),
    }


def _sizes(tensor: Any) -> list[int] | str:
    return list(tensor.shape.dims) if tensor.shape.is_concrete else str(tensor.shape)


def _numel(tensor: Any) -> int:
    result = 1
    for dim in tensor.shape.dims if tensor.shape.is_concrete else ():
        result *= dim
    return result


def _make_truth(options: argparse.Namespace, package: str) -> None:
    folder = options.truth / package
    if folder.exists():
        return
    from zoo_truth import build, models

    folder.mkdir(parents=True)
    for model in models(options.site.resolve(), package, every=options.every):
        try:
            found = state(build(model.make))
        except Exception as error:  # noqa: BLE001  # a model that torch cannot build (jasper needs librosa) is no truth
            found = {"error": f"{type(error).__name__}: {error}"}
        (folder / f"{model.target.replace('/', '-')}.json").write_text(
            json.dumps({"target": model.target, "name": model.name, **found})
        )


def _truths(options: argparse.Namespace, package: str) -> Iterator[Mapping[str, Any]]:
    for path in sorted((options.truth / package).glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        if not fnmatch.fnmatch(truth["name"], options.only):
            continue
        if "error" in truth:
            print(f"{truth['target']:72} torch cannot build it: {truth['error'][:60]}")
        else:
            yield truth


def _differing(truth: Mapping[str, Any], options: argparse.Namespace) -> list[str]:
    """What differs, each part with the first of its differences."""
    try:
        ours = our_state(str(options.site.resolve() / truth["target"]))
    except Exception as error:  # noqa: BLE001  # a crash is a result to print, not the end of the benchmark
        return [f"{type(error).__name__}: {error}"]
    return [f"{part}: {_first(ours[part], truth[part])}" for part in PARTS if ours[part] != truth[part]]


def _first(ours: Any, true: Any) -> str:
    if not isinstance(true, list):
        return f"ours {ours}, torch {true}"
    for one, other in zip(ours, true, strict=False):
        if one != other:
            return f"{len(ours)}/{len(true)}, ours {one}, torch {other}"
    return f"ours {len(ours)}, torch {len(true)}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--package", choices=("torchvision", "pytorchcv"))
    parser.add_argument("--only", default="*", help="a pattern of model names")
    parser.add_argument("--every", action="store_true", help="every model of pytorchcv")
    parser.add_argument("--verbose", action="store_true", help="a line for each model")
    return parser


if __name__ == "__main__":
    main()
