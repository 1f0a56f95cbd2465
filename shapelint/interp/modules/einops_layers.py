"""``einops.layers.torch``: modules that hold a pattern and apply it to what they are called with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ... import ops
from ..machine.machine import Machine, call
from ..model.frame import Frame
from ..model.module_tree import MODULE
from ..model.values import Builtin, Class, Gap

__all__ = ["EINOPS_LAYERS"]


def _initialize(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    self, *given = args
    if "**" in kwargs or any(isinstance(arg, Gap) for arg in given):
        self.opaque = "the arguments are unknown"
    lengths = {name: length for name, length in kwargs.items() if name not in ("pattern", "reduction")}
    said = [*given, *(kwargs[name] for name in ("pattern", "reduction") if name in kwargs)]
    machine.heap.touch(self.attributes)
    self.attributes.update(pattern=said[0], reduction=said[1] if len(said) > 1 else None, axes_lengths=lengths)


def _forward(name: str) -> Builtin:
    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        self, tensor = args[0], args[1] if len(args) > 1 else next(iter(kwargs.values()))
        held = self.attributes
        said = [held["pattern"]] if name == "rearrange" else [held["pattern"], held["reduction"]]
        return call(machine, ops.EINOPS[f"einops.{name}"], (tensor, *said), held["axes_lengths"], node, frame)

    return Builtin("forward", apply)


def _layer(name: str) -> Class:
    methods = {"__init__": Builtin("__init__", _initialize), "forward": _forward(name.lower())}
    return Class(name, (MODULE,), methods)


EINOPS_LAYERS: Mapping[str, Any] = {f"einops.layers.torch.{name}": _layer(name) for name in ("Rearrange", "Reduce")}
"""What names of the module ``einops.layers.torch`` mean."""
