"""``torch.ao``: what marks the places of a model where it is quantized later, and until then leaves tensors as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shapelint import ops
from shapelint.interp.library.declare import ANYTHING, Invocation, means, method
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.module_tree import MODULE
from shapelint.shapes import Unknown, Value

_QUANT = Class("QuantStub", (MODULE,))
_DEQUANT = Class("DeQuantStub", (MODULE,))
_FUNCTIONAL = Class("FloatFunctional", (MODULE,))

means("torch.ao.quantization.QuantStub torch.ao.quantization.stubs.QuantStub", _QUANT)
means("torch.ao.quantization.DeQuantStub torch.ao.quantization.stubs.DeQuantStub", _DEQUANT)
means("torch.ao.nn.quantized.FloatFunctional", _FUNCTIONAL)

for _stub in (_QUANT, _DEQUANT):
    method(_stub, "__init__", ANYTHING)(lambda at, args, kwargs: None)
    method(_stub, "forward", "self, x")(lambda at, self, x: x)


@method(_FUNCTIONAL, "__init__", "self")
def initialize(at: Invocation, self: Instance) -> Value:
    """What observes the results, when there is something to observe."""
    at.update(self, {"activation_post_process": at.call(at.machine.project.external("torch.nn.Identity"))})
    return None


def _observed(function: str) -> Callable[..., Value]:
    """The model of a method that is ``function`` of its arguments, passed on to what observes it."""

    def apply(at: Invocation, self: Instance, args: tuple[Value, ...], kwargs: Mapping[str, Value]) -> Value:
        observer = self.attributes.get("activation_post_process", Unknown("a module that was not initialized"))
        return at.call(observer, at.call(ops.FUNCTIONS[function], *args, **kwargs))

    return apply


_FUNCTIONS = {
    "add add_scalar add_relu": "torch.add", "mul mul_scalar": "torch.mul", "cat": "torch.cat", "matmul": "torch.matmul",
}  # fmt: skip
for _names, _function in _FUNCTIONS.items():
    method(_FUNCTIONAL, _names, "self, *args, **kwargs")(_observed(_function))
