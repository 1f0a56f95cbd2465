"""What names outside the project mean: those that a library here models, layers (``layers/``) and operators (``ops/``).

A name that is nowhere stays an :class:`~shapelint.interp.model.values.External`; calling it gives an unknown with that reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ... import ops
from ...layers import CATALOGUE
from ...shapes import Value
from ..machine.machine import Machine
from ..machine.resolver import Resolver
from ..model.values import External
from ..modules.torch_classes import torch_class
from .declare import MEANINGS
from .shelves import load

__all__ = ["builtins", "meaning_of", "star_names"]


@cache
def builtins() -> Mapping[str, Value]:
    """Python's built-in names."""
    load("builtins")
    return _declared_in("builtins")


def meaning_of(dotted: str) -> Value:
    """The value of a full dotted name."""
    name = _canonical(dotted)
    load(name)
    if name in MEANINGS:
        return MEANINGS[name]
    module, _, last = name.rpartition(".")
    if module == "torch.nn":
        cls = torch_class(last)
        if cls is not None:
            return cls
    if name in ops.FUNCTIONS:
        return ops.FUNCTIONS[name]
    if name in ops.EINOPS:
        return ops.EINOPS[name]
    if module == "torch.Tensor" and last in ops.METHODS:
        return ops.METHODS[last]
    return External(name)


def star_names(project: Resolver[Machine], dotted: str) -> Mapping[str, Value]:
    """What ``from dotted import *`` binds."""
    load(dotted)
    match dotted:
        case "torch.nn":
            return {name: project.external(f"torch.nn.{name}") for name in (*CATALOGUE, "Module", "Parameter")}
        case "torch.nn.functional" | "torch":
            names = [name for name in ops.FUNCTIONS if name.rpartition(".")[0] == dotted]
            return {name.rpartition(".")[2]: project.external(name) for name in names}
        case _:
            return _declared_in(dotted)


def _declared_in(module: str) -> Mapping[str, Value]:
    """The names that are declared directly in ``module``."""
    return {name[len(module) + 1 :]: value for name, value in MEANINGS.items() if name.rpartition(".")[0] == module}


_ALIASES = (
    ("torch.nn.parameter.", "torch.nn."),
    ("np.", "numpy."),
    ("torch.functional.", "torch."),
    ("torch.cuda.FloatT", "torch.FloatT"),
    ("torch.cuda.LongT", "torch.LongT"),
    ("torch.utils.data.dataset.", "torch.utils.data."),
    ("torch.utils.data.dataloader.", "torch.utils.data."),
    ("torch.utils.data._utils.collate.", "torch.utils.data."),
    ("torch.quantization.", "torch.ao.quantization."),
    ("torch.nn.quantized.", "torch.ao.nn.quantized."),
    ("lightning.pytorch.", "pytorch_lightning."),
    ("lightning.", "pytorch_lightning."),
    ("pytorch_lightning.core.lightning.", "pytorch_lightning."),
    ("torchvision.models.feature_extraction.", "torchvision.feature_extraction."),
    ("torchvision.transforms.v2.", "torchvision.transforms."),
    ("torchvision.transforms.transforms.", "torchvision.transforms."),
)
"""Beginnings of names, and those under which the same things are known."""


def _canonical(dotted: str) -> str:
    """The name under which something is known that can be imported from several places."""
    if dotted.startswith("torch.nn.modules.") and not dotted.startswith("torch.nn.modules.utils."):
        return "torch.nn." + dotted.rpartition(".")[2]
    for alias, full in _ALIASES:
        if dotted.startswith(alias):
            dotted = full + dotted[len(alias) :]
            break
    module, _, last = dotted.rpartition(".")
    if module.startswith("torchvision.datasets.") and last[:1].isupper():  # ``torchvision.datasets.mnist.MNIST``
        return f"torchvision.datasets.{last}"
    if module.startswith("torchvision.models.") and last[:1].islower():  # ``torchvision.models.resnet.resnet18``
        return f"torchvision.models.{last}"
    return dotted
