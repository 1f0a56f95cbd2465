"""What of torch is neither layer nor operator: parameters, checkpointing, autograd functions, tensor types, summaries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ... import ops
from ...ops.elements import Array
from ...shapes import Expr, Shape, Tensor, Unknown
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class, Instance
from ..model.frame import Frame
from ..model.functions import Builtin, ClassMethod
from ..model.values import External, Parameter, Thrown
from ..objects.iteration import as_list, iterate
from .functools_ import cast, constant, decorator_factory, nothing

__all__ = ["RETURNS_FIRST", "TORCH"]


def _ntuple(count: int) -> Builtin:
    """``_pair(x)``: as many elements as there are spatial dimensions; what is iterable stays as it is, as a tuple."""

    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        value = args[0]
        if isinstance(value, (list, tuple, str, range)):
            return tuple(value)
        if isinstance(value, (int, float, Expr)) or value is None:
            return (value,) * count
        return Unknown("a size that may be a tuple")

    return Builtin("parse", apply)


def _make_ntuple(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return _ntuple(args[0]) if isinstance(args[0], int) else Unknown("a tuple of unknown length")


def _parameter(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    data = args[0] if args else kwargs.get("data")
    if isinstance(data, Tensor):
        return Parameter(machine.tape.resolve(data.shape), data.dtype, data.elements)
    return Unknown("a parameter of unknown shape") if data is not None else None


def _checkpoint(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    options = ("use_reentrant", "preserve_rng_state", "context_fn", "determinism_check", "debug")
    return call(machine, args[0], args[1:], {k: v for k, v in kwargs.items() if k not in options}, node, frame)


def _data_parallel(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    inputs = args[1] if len(args) > 1 else kwargs.get("inputs")
    return call(machine, args[0], inputs if isinstance(inputs, tuple) else (inputs,), {}, node, frame)


def _checkpoint_sequential(
    machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame
) -> Any:
    value = args[2] if len(args) > 2 else kwargs.get("input")
    functions = args[0] if args else kwargs.get("functions", Unknown("unknown functions"))
    for function in iterate(machine, functions, node, frame):
        value = call(machine, function, (value,), {}, node, frame)
    return value


def _assert(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    if machine.truth(args[0] if args else kwargs.get("condition")) is False:
        raise Thrown("AssertionError")


def _tensor_type(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``torch.Tensor(2, 3)``: a tensor of that size; of a list, its elements.

    A tuple may be a ``torch.Size``, which is a size, or numbers, which are elements.
    """
    if not args and not kwargs:
        return Tensor(Shape((0,)))
    if args and args[0] == (1,):
        return Tensor(Shape((1,)))  # the same either way
    if args and isinstance(args[0], tuple):
        return Unknown("a tensor made of a tuple")
    if len(args) == 1 and isinstance(args[0], Expr) and args[0].as_parameter is not None:
        return Unknown("a tensor made of a parameter: a size or a list")
    if args and all(isinstance(arg, (int, Expr)) for arg in args):
        return Tensor(Shape(tuple(args)))
    if args and isinstance(args[0], list):
        return call(machine, ops.FUNCTIONS["torch.tensor"], (args[0],), {}, node, frame)
    if args and isinstance(args[0], Array):
        return Tensor(machine.tape.resolve(args[0].shape), "float")
    return args[0] if args and isinstance(args[0], Tensor) else Unknown("a tensor of unknown shape")


def _variable(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return args[0] if args else Unknown("a variable")


def _size(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    elements = as_list(machine, args[0]) if args else []
    return Unknown("a size of unknown length") if elements is None else tuple(elements)


def _summary(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``summary(model, (3, 96, 96))`` of torchsummary runs the model on a batch of that size; torchinfo's has the batch."""
    model = args[0] if args else kwargs.get("model")
    size = kwargs.get("input_size", args[1] if len(args) > 1 else None)
    sizes = size if isinstance(size, (list, tuple)) and size and isinstance(size[0], (list, tuple)) else [size]
    inputs = []
    for one in sizes:
        if not isinstance(one, (list, tuple)) or not all(isinstance(d, (int, Expr)) for d in one):
            return None
        batch = () if len(one) in (4, 2, 5) else (2,)
        inputs.append(Tensor(Shape((*batch, *one))))
    if isinstance(model, Instance):
        call(machine, model, tuple(inputs), {}, node, frame)
    return None


def _apply_function(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``MyFunction.apply(x)`` of an autograd function: its ``forward``, the context first unless it is set up apart."""
    cls, *rest = args
    found = cls.find("forward")
    if found is None:
        return Unknown(f"{cls.name} has no forward")
    context = () if cls.find("setup_context") else (Instance(_CONTEXT),)
    return call(machine, found[1], (*context, *rest), kwargs, node, frame)


_CONTEXT = Class("FunctionCtx", unknown_base="torch.autograd.function.FunctionCtx")


_FUNCTION = Class("Function", names={"apply": ClassMethod(Builtin("apply", _apply_function))})


_SUMMARIES = frozenset({"torchsummary.summary", "torchinfo.summary", "torchsummaryX.summary", "torchscan.summary"})


RETURNS_FIRST = frozenset(
    {
        "torch.nn.utils.spectral_norm", "torch.nn.utils.weight_norm", "torch.nn.utils.remove_weight_norm",
        "torch.nn.utils.remove_spectral_norm", "torch.nn.utils.parametrizations.spectral_norm",
        "torch.nn.utils.parametrizations.weight_norm", "torch.nn.utils.parametrizations.orthogonal",
        "torch.nn.utils.fuse_conv_bn_eval", "torch.fx.wrap", "torch.jit.export", "torch.jit.ignore", "torch.jit.unused",
        "torch.jit.script", "torch.jit.script_method", "torch.jit.interface", "torch.compile", "torch.nn.DataParallel",
        "torch.nn.parallel.DistributedDataParallel", "torch.nn.parallel.DataParallel",
        "torch.nn.SyncBatchNorm.convert_sync_batchnorm",
        "typing.final", "typing.overload", "abc.abstractmethod", "atexit.register", "contextlib.contextmanager",
        "torch.jit._overload_method", "torch._dynamo.disable", "functools.cache", "functools.total_ordering",
        "dataclasses.dataclass", "copy.replace", "weakref.proxy", "torch.autograd.Variable", "enum.unique",
    }
)  # fmt: skip


TORCH: dict[str, Any] = {
    **{name: Builtin(name.rpartition(".")[2], _summary) for name in _SUMMARIES},
    "torch.nn.Parameter": Builtin("torch.nn.Parameter", _parameter),
    "torch.autograd.Function": _FUNCTION, "torch.autograd.function.Function": _FUNCTION,
    "torch.nn.UninitializedParameter": External("torch.nn.UninitializedParameter"),
    "torch.Tensor": Builtin("torch.Tensor", _tensor_type), "torch.FloatTensor": Builtin("torch.FloatTensor", _tensor_type),
    "torch.Size": Builtin("torch.Size", _size),
    **{f"torch.nn.modules.utils.{name}": _ntuple(i + 1) for i, name in enumerate(("_single", "_pair", "_triple", "_quadruple"))},
    "torch.nn.modules.utils._ntuple": Builtin("_ntuple", _make_ntuple), "torch.compiler.is_compiling": constant(False),
    "torch.utils.checkpoint.checkpoint": Builtin("checkpoint", _checkpoint),
    "torch.utils.checkpoint.checkpoint_sequential": Builtin("checkpoint_sequential", _checkpoint_sequential),
    "torch.nn.parallel.data_parallel": Builtin("data_parallel", _data_parallel),
    "torch.jit.annotate": Builtin("annotate", cast),
    "torch.jit.is_scripting": constant(False), "torch.jit.is_tracing": constant(False),
    "torch._assert": Builtin("_assert", _assert),
    "torch._C._log_api_usage_once": Builtin("log", nothing),
    "torch.onnx.is_in_onnx_export": constant(False),
    "torch.fx.is_fx_tracing": constant(False), "torch.is_grad_enabled": constant(False),
    "torch.no_grad": Builtin("no_grad", decorator_factory), "torch.inference_mode": Builtin("inference_mode", decorator_factory),
    "torch.cuda.amp.autocast": Builtin("autocast", decorator_factory), "torch.set_grad_enabled": Builtin("grad", nothing),
    "torch.manual_seed": Builtin("manual_seed", nothing),
    "torch.autograd.Variable": Builtin("Variable", _variable),
}  # fmt: skip
