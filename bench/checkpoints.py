"""Checkpoints of whole models: what ``shapelint weights`` says of them beside what ``load_state_dict`` says.

    python bench/checkpoints.py --site SITE [--package torchvision] [--only 'resnet*'] [--mutations 300] [--seed 1]

SITE is that of zoo.py, and may hold safetensors, which then reads what we wrote.  Each model's own ``state_dict`` is saved
in each format and must fit.  Then other checkpoints (another head, another model of the same file, entries renamed, cut,
dropped or added, a prefix) must give the missing, unexpected and mismatched names of torch's error message; of those with
another head also the argument that would fit.  Models are on the meta device, and tensors in files are one element that
is repeated, or a hole in a sparse file, so nothing is large.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import random
import re
import sys
import tempfile
import time
import warnings
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch
from zoo_truth import Model, build, models

from shapelint.weights import judge, open_target

State = dict[str, Any]
_CODES = {torch.float32: "F32", torch.int64: "I64", torch.bool: "BOOL", torch.float64: "F64", torch.int32: "I32"}


def main() -> None:
    options = _parser().parse_args()
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(options.site.resolve()))
    chosen = [m for m in models(options.site.resolve(), options.package) if fnmatch.fnmatch(m.name, options.only)]
    with tempfile.TemporaryDirectory() as folder:
        if not options.only_mutations:
            _own(chosen, options, Path(folder))
        _others(chosen, options, Path(folder))


def saved(module: torch.nn.Module) -> State:
    """The ``state_dict`` of a module, each tensor one element that is repeated."""
    state = module.state_dict()
    held = {n: torch.zeros((), dtype=t.dtype).expand(t.shape) for n, t in state.items()}
    return with_versions(held, state._metadata)


def with_versions(state: State, versions: Mapping[str, Any]) -> State:
    """``state`` with the versions of the modules' formats, which torch keeps beside the entries and some modules ask for."""
    result = OrderedDict(state)
    result._metadata = OrderedDict(versions)  # type: ignore[attr-defined]
    return result


def write_safetensors(state: State, path: Path) -> None:
    """A sparse file: the header is real, the tensors are a hole."""
    header, position = {}, 0
    for name, tensor in state.items():
        end = position + tensor.numel() * tensor.element_size()
        header[name] = {"dtype": _CODES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [position, end]}
        position = end
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text)
    os.truncate(path, 8 + len(text) + position)


def write_sharded(state: State, path: Path) -> None:
    """An index and two files beside it."""
    names = list(state)
    halves = {"one.safetensors": names[: len(names) // 2], "two.safetensors": names[len(names) // 2 :]}
    for shard, part in halves.items():
        write_safetensors({name: state[name] for name in part}, path.parent / shard)
    path.write_text(json.dumps({"weight_map": {n: shard for shard, part in halves.items() for n in part}}))


FORMATS: Mapping[str, Callable[[State, Path], object]] = {
    "torch": lambda state, path: torch.save(state, path),
    "torch, legacy": lambda state, path: torch.save(state, path, _use_new_zipfile_serialization=False),
    "torch, nested": lambda state, path: torch.save({"epoch": 3, "state_dict": state, "optimizer": {}}, path),
    "safetensors": write_safetensors,
    "safetensors, sharded": write_sharded,
}


def _own(chosen: list[Model], options: argparse.Namespace, folder: Path) -> None:
    fits: Counter[str] = Counter()
    count, seconds = 0, 0.0
    for model in chosen:
        try:
            state = saved(build(model.make))
        except Exception as error:  # noqa: BLE001  # torch cannot build it without further packages
            print(f"{model.target:72} torch cannot build it: {type(error).__name__}")
            continue
        count += 1
        target = open_target(str(options.site.resolve() / model.target))
        for name, write in FORMATS.items():
            path = folder / "own"
            write(state, path)
            start = time.perf_counter()
            verdict = judge(target, str(path))["verdict"]
            seconds += time.perf_counter() - start
            fits[name] += verdict == "fits"
            if verdict != "fits":
                print(f"{model.target:72} {name}: {verdict}", flush=True)
    print(f"\n{count} models, their own state_dict")
    for name in FORMATS:
        print(f"  {name:24} {fits[name]} fit")
    print(f"  {1000 * seconds / max(1, count * len(FORMATS)):.0f} ms a file")


def _others(chosen: list[Model], options: argparse.Namespace, folder: Path) -> None:
    """``options.mutations`` checkpoints that are not the model's own."""
    draw, counts, same = random.Random(options.seed), Counter[str](), Counter[str]()
    by_file: dict[str, list[Model]] = defaultdict(list)
    for model in chosen:
        by_file[model.file].append(model)
    right = heads = 0
    for kind, model, state, classes in _mutated(chosen, by_file, draw, options.mutations):
        path = folder / "other"
        torch.save(state, path)
        target = open_target(str(options.site.resolve() / model.target))
        for as_is in (False, True) if kind == "prefix" else (True,):
            record = judge(target, str(path), as_is=as_is)
            given = renamed(state, lambda name, prefix=record["prefix"]: name.removeprefix(prefix))
            found = {part: {each["name"] for each in record[part]} for part in ("missing", "unexpected", "mismatched")}
            true = torchs(build(model.make), given)
            if true is None:
                print(f"{model.target:72} {kind}: it refuses the file itself, before torch compares")
                continue
            counts[kind] += 1
            same[kind] += found == true
            if found != true:
                print(f"{model.target:72} {kind}: {_first(found, true)}", flush=True)
        if classes is not None and record["mismatched"]:
            heads += 1
            right += all(each["argument"] == f"num_classes={classes}" for each in record["mismatched"])
    print(f"\n{sum(counts.values())} other checkpoints, seed {options.seed}: the three lists are torch's")
    for kind in counts:
        print(f"  {kind:24} {same[kind]} of {counts[kind]}")
    print(f"  heads whose argument is named: {right} of {heads}")


def _mutated(
    chosen: list[Model], by_file: Mapping[str, list[Model]], draw: random.Random, count: int
) -> Iterator[tuple[str, Model, State, int | None]]:
    """Kind, model, a ``state_dict``, and the number of classes where it is another."""
    kinds = ("head", "relative", "edited", "prefix")
    made = 0
    while made < count:
        model, kind, classes = draw.choice(chosen), kinds[made % len(kinds)], None
        try:
            if kind == "head":
                classes = draw.choice([2, 10, 21, 100, 365])
                state = saved(build(lambda m=model, n=classes: m.make(num_classes=n)))
            elif kind == "relative":
                others = [other for other in by_file[model.file] if other is not model]
                if not others:
                    continue
                state = saved(build(draw.choice(others).make))
            else:
                state = saved(build(model.make))
        except Exception:  # noqa: BLE001  # no such argument, or not to be built: another one is drawn
            continue
        if kind == "edited":
            state = edited(state, draw)
        if kind == "prefix":
            prefix = draw.choice(["module.", "model.", "_orig_mod.", "model.module."])
            state = renamed(state, lambda name, prefix=prefix: f"{prefix}{name}")
        made += 1
        yield kind, model, state, classes


def renamed(state: State, rename: Callable[[str], str]) -> State:
    """``state`` under other names, the versions of modules too."""
    kept = state._metadata.items()  # type: ignore[attr-defined]
    versions = {rename(f"{name}." if name else "").removesuffix("."): version for name, version in kept}
    return with_versions({rename(name): tensor for name, tensor in state.items()}, versions)


def edited(state: State, draw: random.Random) -> State:
    """Some entries renamed, some of another size, some dropped, some added."""
    result = with_versions(state, state._metadata)  # type: ignore[attr-defined]
    for name in draw.sample(list(state), min(len(state), draw.randint(1, 8))):
        tensor = result.pop(name)
        match draw.randrange(4):
            case 0:
                result[f"{name}_old"] = tensor
            case 1:
                result[name] = torch.zeros(()).expand(
                    *tensor.shape[:-1], (tensor.shape or (1,))[-1] + draw.randint(1, 9)
                )
            case 2:
                result[name] = torch.zeros(()).expand(*tensor.shape, 2)
    if draw.random() < 0.3:
        result["extra.weight"] = torch.zeros(3)
    return result


def torchs(module: torch.nn.Module, state: State) -> dict[str, set[str]] | None:
    """The names in the message of ``load_state_dict``; None if a ``_load_from_state_dict`` of the model raises first."""
    try:
        module.load_state_dict(state)
    except RuntimeError as error:
        text = str(error)
    except ValueError:
        return None
    else:
        text = ""
    quoted = {
        kind: re.search(rf"{words} key\(s\) in state_dict: (.*?)\. $", text, re.MULTILINE)
        for kind, words in (("missing", "Missing"), ("unexpected", "Unexpected"))
    }
    return {
        **{kind: set(re.findall(r'"([^"]*)"', found[1])) if found else set() for kind, found in quoted.items()},
        "mismatched": set(re.findall(r"size mismatch for (\S+):", text)),
    }


def _first(ours: Mapping[str, set[str]], true: Mapping[str, set[str]]) -> str:
    for part in true:
        if ours[part] != true[part]:
            less, more = sorted(true[part] - ours[part]), sorted(ours[part] - true[part])
            return f"{part}: only torch {less[:3]}, only ours {more[:3]}, {len(true[part])} of torch"
    return ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--package", choices=("torchvision", "pytorchcv"))
    parser.add_argument("--only", default="*", help="a pattern of model names")
    parser.add_argument("--mutations", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only-mutations", action="store_true")
    return parser


if __name__ == "__main__":
    main()
