"""``einops.layers.torch``: modules that hold a pattern and apply it to what they are called with."""

from __future__ import annotations

from collections.abc import Mapping

from ... import ops
from ...shapes import Unknown, Value
from ..machine.machine import Machine
from ..machine.tables import Args, Kwargs, Native, Node, call
from ..model.classes import Class
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.module_tree import MODULE
from ..model.values import Gap
from .method_arguments import argument, receiver

__all__ = ["EINOPS_LAYERS"]

_WORDS = ("pattern", "reduction", "weight_shape", "bias_shape")


def _initialize(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``Rearrange(pattern, **axes_lengths)``, ``Reduce(pattern, reduction, **axes_lengths)``."""
    self = receiver(args)
    if "**" in kwargs or any(isinstance(arg, Gap) for arg in args):
        self.opaque = "the arguments are unknown"
    machine.heap.touch(self.attributes)
    self.attributes.update(
        pattern=argument(args, kwargs, 1, "pattern", default=Unknown("no pattern")),
        reduction=argument(args, kwargs, 2, "reduction"),
        axes_lengths={name: length for name, length in kwargs.items() if name not in _WORDS},
    )
    return None


def _initialize_mix(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``EinMix(pattern, weight_shape, bias_shape=None, **axes_lengths)``."""
    _initialize(machine, args, kwargs, node, frame)
    weight_shape, bias_shape = argument(args, kwargs, 2, "weight_shape"), argument(args, kwargs, 3, "bias_shape")
    receiver(args).attributes.update(weight_shape=weight_shape, bias_shape=bias_shape)
    return None


def _forward(function: ops.Op, *words: str) -> Native:
    """The ``forward`` that calls ``function`` with those attributes of the layer after the tensor."""

    def apply(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
        self, tensor = receiver(args), args[1] if len(args) > 1 else next(iter(kwargs.values()), Unknown("no input"))
        lengths = self.attributes["axes_lengths"]
        given = (tensor, *(self.attributes[word] for word in words))
        return call(machine, function, given, lengths if isinstance(lengths, dict) else {}, node, frame)

    return apply


def _layer(name: str, forward: Native, initialize: Native = _initialize) -> Class:
    return Class(name, (MODULE,), {"__init__": Builtin("__init__", initialize), "forward": Builtin("forward", forward)})


EINOPS_LAYERS: Mapping[str, Class] = {
    "einops.layers.torch.Rearrange": _layer("Rearrange", _forward(ops.EINOPS["einops.rearrange"], "pattern")),
    "einops.layers.torch.EinMix": _layer(
        "EinMix",
        _forward(ops.EINOPS["einops.layers.torch.EinMix"], "pattern", "weight_shape", "bias_shape"),
        _initialize_mix,
    ),
    "einops.layers.torch.Reduce": _layer("Reduce", _forward(ops.EINOPS["einops.reduce"], "pattern", "reduction")),
}
"""What names of the module ``einops.layers.torch`` mean."""
