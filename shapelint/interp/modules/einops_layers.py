"""``einops.layers.torch``: modules that hold a pattern and apply it to what they are called with."""

from __future__ import annotations

from collections.abc import Mapping

from ... import ops
from ...ops.einmix import mix_misuse, mix_parameters
from ...ops.einops_pattern import misuse, read
from ...shapes import Expr, Kind, Parameter, Reject, Shape, Unknown, Value
from ..machine.machine import Machine
from ..machine.recording import record
from ..machine.tables import Args, Kwargs, Native, Node, call
from ..model.class_names import ClassNames
from ..model.classes import Class, Instance
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
    name = "rearrange" if self.cls.name == "Rearrange" else "reduce"
    pattern, lengths = _remember(machine, self, args, kwargs)
    reduction = self.attributes["reduction"]
    if self.opaque is None and isinstance(pattern, str) and (name == "rearrange" or isinstance(reduction, str)):
        said = read(pattern)
        fault = said if isinstance(said, str) else misuse(name, said, lengths, reduction)
        _refuse(machine, self, f"{self.cls.name} '{pattern}': {fault}" if fault else None, node, frame)
    return None


def _initialize_mix(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``EinMix(pattern, weight_shape, bias_shape=None, **axes_lengths)``."""
    self = receiver(args)
    pattern, lengths = _remember(machine, self, args, kwargs)
    weight_shape, bias_shape = argument(args, kwargs, 2, "weight_shape"), argument(args, kwargs, 3, "bias_shape")
    self.attributes.update(weight_shape=weight_shape, bias_shape=bias_shape)
    if self.opaque is not None or not isinstance(pattern, str) or not isinstance(weight_shape, str):
        return None
    fault = mix_misuse(pattern, weight_shape, bias_shape, lengths)
    _refuse(machine, self, f"EinMix '{pattern}': {fault}" if fault else None, node, frame)
    sizes = {name: length for name, length in lengths.items() if isinstance(length, (int, Expr))}
    if fault is None and len(sizes) == len(lengths) and (bias_shape is None or isinstance(bias_shape, str)):
        weight, bias = mix_parameters(pattern, weight_shape, bias_shape, sizes)
        self.attributes.update(weight=Parameter(Shape(weight)), bias=None if bias is None else Parameter(Shape(bias)))
    return None


def _remember(machine: Machine, self: Instance, args: Args, kwargs: Kwargs) -> tuple[Value, dict[str, Value]]:
    """The pattern of the layer and the lengths that it is given, which are kept among its attributes."""
    if "**" in kwargs or any(isinstance(arg, Gap) for arg in args):
        self.opaque = "the arguments are unknown"
    machine.heap.touch(self.attributes)
    lengths = {name: length for name, length in kwargs.items() if name not in _WORDS}
    pattern = argument(args, kwargs, 1, "pattern", default=Unknown("no pattern"))
    reduction = argument(args, kwargs, 2, "reduction")
    self.attributes.update(pattern=pattern, reduction=reduction, axes_lengths=lengths)
    return pattern, lengths


def _refuse(machine: Machine, self: Instance, fault: str | None, node: Node, frame: Frame) -> None:
    """einops looks at the pattern when the layer is built."""
    if fault is None:
        return
    entry = record(machine, self.cls.name, self, (), (), node, frame)
    entry.reject, entry.constructs, entry.output = Reject(Kind.OPERANDS, fault), True, self
    self.opaque = fault


def _forward(function: ops.Op, *words: str) -> Native:
    """The ``forward`` that calls ``function`` with those attributes of the layer after the tensor."""

    def apply(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
        self, tensor = receiver(args), args[1] if len(args) > 1 else next(iter(kwargs.values()), Unknown("no input"))
        lengths = self.attributes["axes_lengths"]
        given = (tensor, *(self.attributes[word] for word in words))
        return call(machine, function, given, lengths if isinstance(lengths, dict) else {}, node, frame)

    return apply


def _layer(name: str, forward: Native, initialize: Native = _initialize) -> Class:
    names = ClassNames(__init__=Builtin("__init__", initialize), forward=Builtin("forward", forward))
    return Class(name, (MODULE,), names)


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
