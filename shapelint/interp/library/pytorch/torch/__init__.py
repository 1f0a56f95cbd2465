"""``torch`` itself: what of it is neither a layer nor an operator, and modules of it of which a model needs next to nothing."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint import ops
from shapelint.interp.library.declare import ANYTHING, Invocation, models
from shapelint.interp.library.no_effect import decorates, returns, returns_first
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.values import External, Thrown
from shapelint.interp.objects.iteration import as_list
from shapelint.ops.elements import Array
from shapelint.shapes import Expr, Shape, Tensor, Unknown, UnknownFloat, Value

models("torch.no_grad torch.inference_mode torch.cuda.amp.autocast", ANYTHING)(decorates)
models("torch.set_grad_enabled torch.manual_seed torch._C._log_api_usage_once", ANYTHING)(returns(None))
models(
    "torch.is_grad_enabled torch.compiler.is_compiling torch.jit.is_scripting torch.jit.is_tracing torch.fx.is_fx_tracing "
    "torch.onnx.is_in_onnx_export torch.compiler.is_exporting torch.compiler.is_dynamo_compiling torch._dynamo.is_compiling "
    "torch._C._is_tracing",
    ANYTHING,
)(returns(False))
models("torch.compile torch._dynamo.disable torch.fx.wrap", ANYTHING)(returns_first)


@models("torch._assert", "condition, message=''")
def check(at: Invocation, condition: Value, message: Value) -> Value:
    """``assert condition``."""
    if at.machine.truth(condition) is False:
        raise Thrown("AssertionError")
    return None


@models("torch.Tensor torch.FloatTensor", "*data, **options")
def tensor(at: Invocation, data: tuple[Value, ...], options: Mapping[str, Value]) -> Value:
    """``torch.Tensor(2, 3)``: a tensor of that size; of a list, its elements.

    A tuple may be a ``torch.Size``, which is a size, or numbers, which are elements.
    """
    if not data:
        return Unknown("a tensor of unknown shape") if options else Tensor(Shape((0,)))
    sizes = tuple(size for size in data if isinstance(size, (int, Expr)))
    match data[0]:
        case tuple() as given:
            # of (1,) both are the same size
            return Tensor(Shape((1,))) if given == (1,) else Unknown("a tensor made of a tuple")
        case Expr() as size if len(data) == 1 and size.as_parameter is not None:
            return Unknown("a tensor made of a parameter: a size or a list")
        case _ if len(sizes) == len(data):
            return Tensor(Shape(sizes))
        case list() as elements:
            return at.call(ops.FUNCTIONS["torch.tensor"], elements)
        case Array() as array:
            return Tensor(at.machine.tape.resolve(array.shape), "float")
        case Tensor() as given:
            return given
        case _:
            return Unknown("a tensor of unknown shape")


@models("torch.Size", "elements=()")
def size(at: Invocation, elements: Value) -> Value:
    """A tuple."""
    known = as_list(at.machine, elements)
    return Unknown("a size of unknown length") if known is None else tuple(known)


_LIMITS = Class("finfo")
_SIGNED = {"int8": 8, "int16": 16, "short": 16, "int32": 32, "int": 32, "int64": 64, "long": 64}


@models("torch.finfo", "type=None")
def limits_of_floats(at: Invocation, type: Value) -> Value:
    """The limits of a type of floats are numbers, on which no shape depends."""
    names = ("min", "max", "eps", "tiny", "smallest_normal", "resolution")
    return Instance(_LIMITS, dict.fromkeys(names, UnknownFloat("a limit of a type of numbers")))


@models("torch.iinfo", "type")
def limits_of_integers(at: Invocation, type: Value) -> Value:
    """The limits of a type of whole numbers, where the code names it."""
    name = type.dotted.rpartition(".")[2] if isinstance(type, External) else ""
    if name == "uint8":
        return Instance(_LIMITS, {"min": 0, "max": 255, "bits": 8})
    if name not in _SIGNED:
        return Unknown("the limits of a type of numbers")
    bits = _SIGNED[name]
    return Instance(_LIMITS, {"min": -(2 ** (bits - 1)), "max": 2 ** (bits - 1) - 1, "bits": bits})
