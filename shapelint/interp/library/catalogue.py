"""What names outside the project mean: the standard library as far as models need it, and torch beside its layers.

Layers come from the catalogue in ``layers/``, operators from ``ops/``.  A name that is nowhere stays an
:class:`~shapelint.interp.values.External`; calling it gives an unknown with that reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ... import ops
from ...layers import CATALOGUE
from ..model.functions import Builtin
from ..model.values import External
from ..modules.einops_layers import EINOPS_LAYERS
from ..modules.torch_classes import torch_class
from .argparse_ import ARGPARSE
from .environment import ENVIRONMENT
from .functools_ import LIBRARY, first
from .inspect_ import INSPECT
from .math_ import MATH
from .re_ import REGULAR
from .torch_ import RETURNS_FIRST, TORCH

__all__ = ["meaning_of", "star_names"]


def meaning_of(dotted: str) -> Any:
    """The value of a full dotted name."""
    name = _canonical(dotted)
    if name in _TABLE:
        return _TABLE[name]
    head, _, last = name.rpartition(".")
    if head == "torch.nn":
        cls = torch_class(last)
        if cls is not None:
            return cls
    if name.startswith(_OF_SCRIPTS):
        found = _script_table().get(name)
        if found is not None:
            return found
    if name in ops.FUNCTIONS:
        return ops.FUNCTIONS[name]
    if name in ops.EINOPS:
        return ops.EINOPS[name]
    if name in RETURNS_FIRST or (head == "torch.nn.init" and last.endswith("_")):
        return Builtin(last, first)
    if head == "torch.Tensor" and last in ops.METHODS:
        return ops.METHODS[last]
    return External(name)


def star_names(project: Any, dotted: str) -> Mapping[str, Any]:
    """What ``from dotted import *`` binds."""
    match dotted:
        case "torch.nn":
            return {name: project.external(f"torch.nn.{name}") for name in (*CATALOGUE, "Module", "Parameter")}
        case "torch.nn.functional" | "torch":
            names = [n for n in ops.FUNCTIONS if n.rpartition(".")[0] == dotted]
            return {name.rpartition(".")[2]: project.external(name) for name in names}
        case "math":
            return {name.partition(".")[2]: value for name, value in _TABLE.items() if name.startswith("math.")}
        case "torchvision.transforms" | "torchvision.datasets" | "torch.utils.data":
            names = [name for name in _script_table() if name.rpartition(".")[0] == dotted]
            return {name.rpartition(".")[2]: project.external(name) for name in names}
        case _:
            return {}


def _canonical(dotted: str) -> str:
    if dotted.startswith("torch.nn.modules.") and not dotted.startswith("torch.nn.modules.utils."):
        return "torch.nn." + dotted.rpartition(".")[2]
    for alias, full in (
        ("torch.nn.parameter.", "torch.nn."),
        ("np.", "numpy."),
        ("torch.functional.", "torch."),
        ("torch.cuda.FloatT", "torch.FloatT"),
        ("torch.cuda.LongT", "torch.LongT"),
    ):
        if dotted.startswith(alias):
            return full + dotted.removeprefix(alias)
    if dotted.startswith("torchvision."):
        return _in_torchvision(dotted)
    return dotted


def _in_torchvision(dotted: str) -> str:
    """The name under which a class or function is known that ``v2`` or the file that defines it has too."""
    for alias, full in (("transforms.v2.", "transforms."), ("transforms.transforms.", "transforms.")):
        dotted = dotted.replace(f"torchvision.{alias}", f"torchvision.{full}", 1)
    room, _, last = dotted.rpartition(".")
    return f"torchvision.datasets.{last}" if room.startswith("torchvision.datasets.") and last[:1].isupper() else dotted


@cache
def _script_table() -> Mapping[str, Any]:
    """What scripts use and models do not: data sets, transforms, progress bars; most files have none of it."""
    from .data_sets import DATA
    from .image_files import IMAGES
    from .launchers import LAUNCH
    from .progress_bars import PROGRESS
    from .torchvision_datasets import DATASETS
    from .torchvision_transforms import TRANSFORMS

    return {**DATA, **DATASETS, **IMAGES, **LAUNCH, **PROGRESS, **TRANSFORMS}


_OF_SCRIPTS = (
    "torchvision.", "torch.utils.data.", "torch.multiprocessing.", "PIL.", "cv2.", "tqdm.", "fastprogress.", "fire.", "typer.",
)  # fmt: skip
_TABLE: Mapping[str, Any] = {
    **MATH, **LIBRARY, **REGULAR, **ENVIRONMENT, **INSPECT, **ARGPARSE, **TORCH, **EINOPS_LAYERS
}  # fmt: skip
"""Values by full dotted name."""
