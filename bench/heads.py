"""What the models of torchvision and timm are made of, as far as a head or a rebuilt backbone needs: the tables that
``shapelint/interp/library/pytorch/tables/`` has for where the packages are not installed.

    python bench/heads.py --site SITE torchvision > shapelint/interp/library/pytorch/tables/torchvision.json
    python bench/heads.py --site SITE timm > shapelint/interp/library/pytorch/tables/timm.json

SITE is a folder with the unpacked wheels (``pip install --no-deps --target SITE torchvision==0.28.0 timm==1.0.31 pillow pyyaml
huggingface_hub safetensors``).  Models are built and run on the meta device; one that does something else than its children
one after the other is left out, as is one whose sizes no window explains.

A model of torchvision is a list of steps ``[name, kind, arguments]``: a layer of torch.nn, a "Sequential" of such, or a "Part" of
(channels in, channels out, a, b, c), which makes an image of H pixels one of ``(H + a) // b + c``; "flatten" and "pool" stand
between them.  A model of timm with the classes of ImageNet is ``[name of its classifier, features that go into it]``.
"""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from shapelint.verify.record import tolerant_imports

SIZES = tuple(range(224, 257))
"""Every rest that 32 leaves: with fewer sizes several quotients would explain what a model does to them."""
LAYERS = {
    "Conv2d": ("in_channels", "out_channels", "kernel_size", "stride", "padding"),
    "Linear": ("in_features", "out_features"),
    "BatchNorm2d": ("num_features",),
    "MaxPool2d": ("kernel_size", "stride", "padding", "dilation"),
    "AdaptiveAvgPool2d": ("output_size",),
    **dict.fromkeys(("ReLU", "Dropout", "Hardswish", "Identity", "Flatten"), ()),
}
_QUOTIENTS = [(a, b, c) for b in (1, 2, 4, 8, 16, 32) for c in (0, 1, -1, -2) for a in range(-40, 41)]


def main() -> None:
    """Print the table of one package."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--site", required=True)
    options.add_argument("package", choices=("torchvision", "timm"))
    options.add_argument("--only", nargs="*", default=["*"], help="patterns of the names of models")
    given = options.parse_args()
    sys.path.insert(0, given.site)
    torch.library.Library.impl = _quiet(torch.library.Library.impl)
    facts_of = _of_torchvision if given.package == "torchvision" else _of_timm
    with tolerant_imports(), contextlib.redirect_stdout(sys.stderr):
        lines = [f"{json.dumps(name)}: {json.dumps(facts)}" for name, facts in facts_of(given.only)]
    print("{\n" + ",\n".join(lines) + "\n}")


def _quiet(function: Any) -> Any:
    """Without the errors of operators that were compiled for another torch."""

    def attempt(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except RuntimeError:
            return None

    return attempt


def _of_timm(patterns: Sequence[str]) -> Iterator[tuple[str, list[Any]]]:
    import timm

    for name in timm.list_models(list(patterns)):
        try:
            with torch.device("meta"):
                model = timm.create_model(name)
        except Exception as error:  # noqa: BLE001  # foreign code may raise anything
            print(f"{name}: {error}", file=sys.stderr)
            continue
        head = model.get_classifier() if hasattr(model, "get_classifier") else None
        place = model.default_cfg.get("classifier")
        width = getattr(model, "head_hidden_size", None)
        named = isinstance(place, str) and all(map(str.isidentifier, place.split(".")))
        if isinstance(head, nn.Linear) and named and (head.in_features, head.out_features) == (width, 1000):
            yield name, [place, width]


def _of_torchvision(patterns: Sequence[str]) -> Iterator[tuple[str, list[Any]]]:
    from torchvision import models

    for name in models.list_models(module=models):
        if not any(fnmatch.fnmatch(name, pattern) for pattern in patterns):
            continue
        try:
            with torch.device("meta"):
                model = models.get_model(name, weights=None).eval()
        except Exception as error:  # noqa: BLE001  # foreign code may raise anything
            print(f"{name}: {error}", file=sys.stderr)
            continue
        steps = _steps(model)
        if steps is not None:
            yield name, steps


def _steps(model: nn.Module) -> list[Any] | None:
    """The children in the order in which they run, with what happens between them; None if they do not simply follow."""
    runs = [run for size in SIZES if (run := _run(model, size)) is not None]
    if len(runs) < len(SIZES) or len({tuple(name for name, _, _ in run) for run in runs}) > 1:
        return None
    names = [name for name, _, _ in runs[0]]
    if names != [name for name, _ in model.named_children()]:
        return None
    steps: list[Any] = []
    before: tuple[int, ...] = (1, 3, SIZES[0], SIZES[0])
    for index, name in enumerate(names):
        _, given, made = runs[0][index]
        if given != before:
            between = _between(before, given)
            if between is None:
                return None
            steps.append([None, between, []])
        described = _described(getattr(model, name), [run[index] for run in runs])
        if described is None:
            return None
        steps.append([name, *described])
        before = made
    return steps if before == (1, 1000) else None


def _run(model: nn.Module, size: int) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]] | None:
    """Each child that ran, in order, with the shapes of its input and output."""
    found: list[tuple[str, tuple[int, ...], tuple[int, ...]]] = []
    hooks = [
        child.register_forward_hook(
            lambda _, given, made, name=name: found.append((name, tuple(given[0].shape), tuple(made.shape)))
        )
        for name, child in model.named_children()
    ]
    try:
        output = model(torch.empty(1, 3, size, size, device="meta"))
    except Exception as error:  # noqa: BLE001
        print(f"{type(model).__name__}: {error}", file=sys.stderr)
        return None
    finally:
        for hook in hooks:
            hook.remove()
    if not isinstance(output, torch.Tensor):
        return None
    if found and tuple(output.shape) != found[-1][2]:
        found.append(("", found[-1][2], tuple(output.shape)))  # something comes after the last child
    return found


def _between(before: Sequence[int], after: Sequence[int]) -> str | None:
    if len(before) == 4 and len(after) == 2:
        if after[1] == before[1] * before[2] * before[3]:
            return "flatten"
        if after[1] == before[1]:
            return "pool"
    return None


def _described(child: nn.Module, calls: Sequence[tuple[str, tuple[int, ...], tuple[int, ...]]]) -> list[Any] | None:
    """A child as ``[kind, arguments]``; ``calls``: how it ran on images of each size."""
    kind = type(child).__name__
    _, given, made = calls[0]
    if kind in LAYERS and type(child).__module__.startswith("torch.nn"):
        return [kind, [getattr(child, word) for word in LAYERS[kind]]]
    if type(child) is nn.Sequential and len(made) == 2:
        parts = [_layer(part) for part in child]
        return ["Sequential", parts] if all(parts) else None
    if len(given) != 4 or len(made) != 4:
        return None
    pairs = [(entry[2], result[2]) for _, entry, result in calls]
    for a, b, c in _QUOTIENTS:
        if all((size + a) // b + c == result for size, result in pairs):
            return ["Part", [given[1], made[1], a, b, c]]
    return None


def _layer(part: nn.Module) -> list[Any] | None:
    kind = type(part).__name__
    if kind == "LayerNorm2d":
        return ["Identity", []]
    return [kind, [getattr(part, word) for word in LAYERS[kind]]] if kind in LAYERS else None


if __name__ == "__main__":
    main()
