"""What torch computes for model zoos: every leaf-layer call of every model, one JSON file a model.

    python bench/zoo_truth.py --site SITE --truth TRUTH [--package torchvision] [--only 'resnet*']

SITE is a folder that holds the unpacked wheels (``pip install --no-deps --target SITE torchvision==0.28.0
pytorchcv==0.0.74 pillow``).  Models: all classification models of torchvision; the first and the last model of each
source file of pytorchcv and timm, by the order in which they are entered; of other packages the rows of zoo_rows.py.
A file that exists is kept; a model that torch cannot run (jasper needs librosa, propainter operators that are no part of
torch) leaves its error in place of the calls.
"""

from __future__ import annotations

import argparse
import fnmatch
import functools
import importlib
import inspect
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from zoo_rows import ROWS
from zoo_rows_unseen import Given

from shapelint.shapes.written_inputs import as_inputs
from shapelint.verify.record import Refused, build, record, tolerant_imports

Size = tuple[int, ...]

# What a file's models are called with where it is not one image of the model's own size: from the files' own tests.
INPUTS: dict[str, tuple[Size, ...]] = {
    "nvpattexp": ((1, 8, 16, 29), (1,)),
    "raft": ((1, 3, 240, 432), (1, 3, 240, 432)),
    "visemenet": ((34, 8, 195), (34, 76)),
    "voca": ((1, 1, 16, 29), (1,)),
}


@dataclass(frozen=True)
class Model:
    """One model of a zoo: its maker, and the file and expression by which shapelint is told of it."""

    package: str
    name: str
    make: Callable[[], Any]
    file: str
    expression: str
    inputs: Given = ()

    @property
    def target(self) -> str:
        return f"{self.file}::{self.expression}"


def main() -> None:
    options = _parser().parse_args()
    sys.path.insert(0, str(options.site.resolve()))
    for model in models(options.site.resolve(), options.package):
        path = options.truth / model.package / f"{model.name}.json"
        if fnmatch.fnmatch(model.name, options.only) and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(_truth(model)), encoding="utf-8")


def models(site: Path, package: str | None, every: bool = False) -> Iterator[Model]:
    """The models to look at, in a fixed order; with ``every`` all that the package names."""
    with tolerant_imports():
        makers = {name: list(lister(every)) for name, lister in _LISTERS.items() if package in (None, name)}
    for name, functions in makers.items():
        for function in functions:
            file = inspect.getsourcefile(inspect.unwrap(function))
            assert file is not None
            place = Path(file).relative_to(site).as_posix()
            if "weights_backbone" in inspect.signature(function).parameters:  # else it downloads those of ImageNet
                make = functools.partial(function, weights_backbone=None)
                yield Model(name, function.__name__, make, place, f"{function.__name__}(weights_backbone=None)")
            else:
                yield Model(name, function.__name__, function, place, f"{function.__name__}()")
    for name, rows in ROWS.items() if package is None or package in ROWS else ():
        for number, (file, expression, sizes) in enumerate(rows if package in (None, name) else ()):
            label = f"{number:02}_{expression.partition('(')[0]}"
            yield Model(name, label, functools.partial(_evaluated, file, expression), file, expression, sizes)


def _evaluated(file: str, expression: str) -> Any:
    """The value of an expression in the module that a file is."""
    module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    with tolerant_imports():
        return eval(expression, vars(importlib.import_module(module)))  # of the table beside this script


def _torchvision(every: bool) -> Iterator[Callable[[], Any]]:
    zoo = importlib.import_module("torchvision.models")
    for name in zoo.list_models(module=None if every else zoo):
        yield zoo.get_model_builder(name)


def _pytorchcv(every: bool) -> Iterator[Callable[[], Any]]:
    provider = importlib.import_module("pytorchcv.model_provider")
    if every:
        yield from dict.fromkeys(provider._models.values())
        return
    by_file: dict[str, list[Callable[[], Any]]] = defaultdict(list)
    for function in provider._models.values():
        by_file[function.__module__].append(function)
    for functions in by_file.values():
        yield from dict.fromkeys((functions[0], functions[-1]))


def _timm(every: bool) -> Iterator[Callable[[], Any]]:
    importlib.import_module("timm")
    registry = importlib.import_module("timm.models._registry")
    by_file: dict[str, list[Callable[[], Any]]] = defaultdict(list)
    for name, function in registry._model_entrypoints.items():
        if name not in registry._deprecated_models:
            by_file[function.__module__].append(function)
    for functions in by_file.values():
        yield from dict.fromkeys(functions if every else (functions[0], functions[-1]))


_LISTERS = {"torchvision": _torchvision, "pytorchcv": _pytorchcv, "timm": _timm}


def _truth(model: Model) -> dict[str, Any]:
    start = time.perf_counter()
    try:
        given = inputs(model)
        truth = {**record(model.make, as_inputs(given)), "given": given}
    except Refused as refusal:
        truth = {"error": str(refusal)}
    seconds = round(time.perf_counter() - start, 2)
    said = truth.get("error") or f"{len(truth['calls'])} calls on {truth['device']}"
    print(f"{model.target:70} {said} ({seconds} s)", flush=True)
    return {**truth, "target": model.target, "package": model.package, "name": model.name, "seconds": seconds}


def inputs(model: Model) -> Given:
    """The sizes to call ``model`` with: its own (``in_size``), or the usual 224 (299 for Inception)."""
    if model.inputs:
        return model.inputs
    stem = Path(model.file).stem
    if stem in INPUTS:
        return INPUTS[stem]
    if model.package == "torchvision":
        side = 299 if stem == "inception" else 224
        return ((1, 3, side, side),)
    built = build(model.make)
    if model.package == "timm":
        return ((1, *built.default_cfg["input_size"]),)
    channels = inspect.signature(type(built)).parameters.get("in_channels")
    size = getattr(built, "in_size", (224, 224))
    return ((1, 3 if channels is None else channels.default, *size),)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--package", choices=sorted((*_LISTERS, *ROWS)))
    parser.add_argument("--only", default="*", help="a pattern of model names")
    return parser


if __name__ == "__main__":
    main()
