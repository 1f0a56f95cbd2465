"""What names outside the project mean: the standard library as far as models need it, and torch beside its layers.

Layers come from the catalogue in ``layers/``, operators from ``ops/``.  A name that is nowhere stays an
:class:`~shapelint.interp.values.External`; calling it gives an unknown with that reason.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import libcst as cst

from .. import ops
from ..layers import CATALOGUE
from ..shapes import Expr, Shape, Tensor, Unknown, fresh
from .calls import call
from .classes import dataclass_init
from .containers import torch_class
from .copying import copied
from .iteration import as_list, iterate
from .machine import Machine
from .scope import Frame
from .values import (
    Bound,
    Builtin,
    Choice,
    Class,
    ClassMethod,
    External,
    Function,
    Gap,
    Instance,
    Module,
    Parameter,
    Partial,
    Ratio,
    Thrown,
)

__all__ = ["meaning_of", "star_names"]

Method = Callable[[Machine, Sequence[Any], dict[str, Any], Any, Frame], Any]


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
    if name in ops.FUNCTIONS:
        return ops.FUNCTIONS[name]
    if name in _RETURNS_FIRST or (head == "torch.nn.init" and last.endswith("_")):
        return Builtin(last, _first)
    if name in _SUMMARIES:
        return Builtin(last, _summary)
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
        case _:
            return {}


def _canonical(dotted: str) -> str:
    if dotted.startswith("torch.nn.modules."):
        return "torch.nn." + dotted.rpartition(".")[2]
    for alias, full in (("torch.nn.parameter.", "torch.nn."), ("np.", "numpy."), ("torch.functional.", "torch.")):
        if dotted.startswith(alias):
            return full + dotted.removeprefix(alias)
    return dotted


# -- math -----------------------------------------------------------------------------------------------------------


def _math(function: Callable[..., Any], whole: bool = False) -> Builtin:
    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        plain = [a.elements if isinstance(a, Tensor) and isinstance(a.elements, (int, float)) else a for a in args]
        if all(isinstance(arg, (int, float)) for arg in plain):
            try:
                return function(*plain)
            except (ValueError, OverflowError, TypeError, ZeroDivisionError):
                return Unknown(f"math.{function.__name__} has no value here")
        if whole and isinstance(plain[0], Ratio):
            return plain[0].floor if function is not math.ceil else plain[0].ceil
        if whole and isinstance(plain[0], Expr):
            return plain[0]
        return fresh("n", minimum=0, reason="an unknown number") if whole else Unknown("an unknown number")

    return Builtin(function.__name__, apply)


def _prod(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    from .operators import operate

    product: Any = 1
    for element in iterate(machine, args[0], node, frame):
        if isinstance(element, Gap):
            return fresh("n", minimum=0, reason="a product of unknown numbers")
        product = operate(machine, "Multiply", product, element, node, frame)
    return product


# -- functools, itertools, collections, copy ------------------------------------------------------------------------


def _partial(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return Partial(args[0], tuple(args[1:]), dict(kwargs))


def _reduce(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    elements = [*args[2:], *iterate(machine, args[1], node, frame)]
    if not elements or any(isinstance(element, Gap) for element in elements):
        return Unknown("a reduction of unknown elements")
    total = elements[0]
    for element in elements[1:]:
        total = call(machine, args[0], (total, element), {}, node, frame)
    return total


def _first(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return args[0] if args else next(iter(kwargs.values()), None)


def _decorator_factory(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    if len(args) == 1 and isinstance(args[0], (Function, Class)) and not kwargs:
        return args[0]
    return Builtin("decorator", _first)


def _wraps(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``functools.wraps(f)``: the decorated function remembers ``f``, as ``inspect.signature`` does."""
    original = args[0] if args else None

    def mark(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        if isinstance(args[0], Function):
            args[0].attributes["__wrapped__"] = original
        return args[0]

    return Builtin("wraps", mark)


def _chain(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return [element for arg in args for element in iterate(machine, arg, node, frame)]


def _chain_from(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return _chain(machine, iterate(machine, args[0], node, frame), kwargs, node, frame)


def _product(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    columns = [iterate(machine, arg, node, frame) for arg in args]
    if any(isinstance(e, Gap) for column in columns for e in column):
        return [Gap("a product of unknown elements")]
    return list(itertools.islice(itertools.product(*columns), 100_000))


def _repeat(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    times = args[1] if len(args) > 1 else kwargs.get("times")
    return [args[0]] * times if isinstance(times, int) and times <= 4096 else [Gap("repeated without end")]


def _accumulate(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    from .operators import operate

    totals: list[Any] = []
    for element in iterate(machine, args[0], node, frame):
        if isinstance(element, Gap):
            return [element]
        totals.append(element if not totals else operate(machine, "Add", totals[-1], element, node, frame))
    return totals


def _ordered(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    from .builtins import BUILTINS

    return call(machine, BUILTINS["dict"], args, kwargs, node, frame)


def _deque(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return iterate(machine, args[0], node, frame) if args else []


def _namedtuple(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    fields = args[1] if len(args) > 1 else kwargs.get("field_names")
    names = fields.replace(",", " ").split() if isinstance(fields, str) else as_list(machine, fields)
    if not isinstance(args[0], str) or names is None or not all(isinstance(name, str) for name in names):
        return Unknown("a named tuple with unknown fields")
    cls = Class(args[0], (), {"__fields__": dict.fromkeys(names)}, dataclass=True)
    cls.names["__init__"] = Builtin("__init__", dataclass_init(cls))
    defaults = kwargs.get("defaults")
    if isinstance(defaults, (tuple, list)):
        cls.names.update(zip(names[len(names) - len(defaults) :], defaults, strict=False))
    return cls


def _copy(deep: bool) -> Builtin:
    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        return copied(args[0], deep)

    return Builtin("deepcopy" if deep else "copy", apply)


def _cast(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return args[1]


def _field(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return Instance(_FIELD, dict(kwargs))


_FIELD = Class("Field")


def _replace(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``dataclasses.replace(instance, field=value)``."""
    if not isinstance(args[0], Instance) or "**" in kwargs:
        return Unknown("a dataclass with unknown fields")
    clone = copied(args[0], deep=False)
    clone.attributes.update(kwargs)
    return clone


def _asdict(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return dict(args[0].attributes) if isinstance(args[0], Instance) else Unknown("the fields of an unknown dataclass")


def _nothing(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return None


def _constant(value: Any) -> Builtin:
    return Builtin("constant", lambda machine, args, kwargs, node, frame: value)


_PARAMETER_KINDS = ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL", "KEYWORD_ONLY", "VAR_KEYWORD")
_PARAMETER = Class("Parameter", names={kind: kind for kind in _PARAMETER_KINDS})
_SIGNATURE = Class("Signature")


def _signature(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``inspect.signature`` of a function of the linted code."""
    target = args[0]
    while isinstance(target, Function) and "__wrapped__" in target.attributes:
        target = target.attributes["__wrapped__"]
    if isinstance(target, Class):
        found = target.find("__init__")
        target = None if found is None else found[1]
    if not isinstance(target, Function):
        return Unknown("the signature of an unknown function")
    params = target.node.params
    listed = [(param, "POSITIONAL_ONLY") for param in params.posonly_params]
    listed += [(param, "POSITIONAL_OR_KEYWORD") for param in params.params]
    if isinstance(params.star_arg, cst.Param):
        listed.append((params.star_arg, "VAR_POSITIONAL"))
    listed += [(param, "KEYWORD_ONLY") for param in params.kwonly_params]
    if params.star_kwarg is not None:
        listed.append((params.star_kwarg, "VAR_KEYWORD"))
    if isinstance(args[0], Class):
        listed = listed[1:]
    parameters = {
        param.name.value: Instance(
            _PARAMETER,
            {"name": param.name.value, "kind": kind, "default": target.defaults.get(param.name.value, _EMPTY)},
        )
        for param, kind in listed
    }
    return Instance(_SIGNATURE, {"parameters": parameters})


_EMPTY = External("inspect.Parameter.empty")


def _is_kind(*kinds: type) -> Builtin:
    """``inspect.isfunction`` and its like."""

    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        value = args[0]
        return (
            Unknown("the kind of an unknown value")
            if isinstance(value, (Unknown, Expr, Choice))
            else isinstance(value, kinds)
        )

    return Builtin("is_kind", apply)


# -- argparse -------------------------------------------------------------------------------------------------------


def _add_argument(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    self, *flags = args
    names = [flag for flag in flags if isinstance(flag, str)]
    if not names:
        return None
    long = next((name for name in names if name.startswith("--")), names[0])
    name = kwargs.get("dest") or long.lstrip("-").replace("-", "_")
    if "default" in kwargs:
        value = kwargs["default"]
        kind = kwargs.get("type")
        if isinstance(value, str) and isinstance(kind, Builtin) and kind.name in ("int", "float"):
            value = call(machine, kind, (value,), {}, node, frame)
    elif kwargs.get("action") in ("store_true", "store_false"):
        value = kwargs["action"] == "store_false"
    else:
        value = Unknown(f"option '{name}' has no default")
    if isinstance(name, str):
        self.attributes[name] = value


def _parse_args(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return Instance(_NAMESPACE, {k: v for k, v in args[0].attributes.items() if not k.startswith("_group")})


def _parse_known(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return (_parse_args(machine, args, kwargs, node, frame), [])


def _set_defaults(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    args[0].attributes.update(kwargs)


_NAMESPACE = Class("Namespace", unknown_base="argparse.Namespace")
_PARSER = Class(
    "ArgumentParser",
    names={
        "__init__": Builtin("__init__", _nothing),
        "add_argument": Builtin("add_argument", _add_argument),
        "add_argument_group": Builtin("add_argument_group", _first),
        "add_mutually_exclusive_group": Builtin("add_mutually_exclusive_group", _first),
        "parse_args": Builtin("parse_args", _parse_args),
        "parse_known_args": Builtin("parse_known_args", _parse_known),
        "set_defaults": Builtin("set_defaults", _set_defaults),
    },
)


# -- torch ----------------------------------------------------------------------------------------------------------


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
_RETURNS_FIRST = frozenset(
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

_TABLE: dict[str, Any] = {
    **{f"math.{f.__name__}": _math(f) for f in (math.sqrt, math.log, math.log2, math.log10, math.exp, math.pow, math.sin,
                                               math.cos, math.gcd, math.isclose, math.fabs, math.isqrt, math.atan, math.tan)},
    **{f"math.{f.__name__}": _math(f, whole=True) for f in (math.floor, math.ceil, math.trunc)},
    "math.prod": Builtin("prod", _prod), "math.pi": math.pi, "math.inf": math.inf, "math.e": math.e,
    "functools.partial": Builtin("partial", _partial), "functools.reduce": Builtin("reduce", _reduce),
    "functools.wraps": Builtin("wraps", _wraps), "functools.lru_cache": Builtin("lru_cache", _decorator_factory),
    "itertools.chain": Builtin("chain", _chain, {"from_iterable": Builtin("from_iterable", _chain_from)}),
    "itertools.product": Builtin("product", _product), "itertools.repeat": Builtin("repeat", _repeat),
    "itertools.accumulate": Builtin("accumulate", _accumulate),
    "operator.mul": Builtin("mul", lambda m, a, k, n, f: _operate(m, "Multiply", a, n, f)),
    "operator.add": Builtin("add", lambda m, a, k, n, f: _operate(m, "Add", a, n, f)),
    "collections.OrderedDict": Builtin("OrderedDict", _ordered), "collections.deque": Builtin("deque", _deque),
    "typing.OrderedDict": Builtin("OrderedDict", _ordered),
    "collections.namedtuple": Builtin("namedtuple", _namedtuple),
    "copy.deepcopy": _copy(deep=True), "copy.copy": _copy(deep=False),
    "typing.cast": Builtin("cast", _cast), "typing.TYPE_CHECKING": False,
    "dataclasses.replace": Builtin("replace", _replace), "dataclasses.asdict": Builtin("asdict", _asdict),
    "dataclasses.field": Builtin("field", _field), "warnings.warn": Builtin("warn", _nothing),
    "dataclasses.dataclass": Builtin("dataclass", _decorator_factory),
    "argparse.ArgumentParser": _PARSER, "inspect.signature": Builtin("signature", _signature),
    "inspect.isfunction": _is_kind(Function), "inspect.isclass": _is_kind(Class), "inspect.ismethod": _is_kind(Bound),
    "inspect.isbuiltin": _is_kind(Builtin), "inspect.ismodule": _is_kind(Module),
    "torch.nn.Parameter": Builtin("torch.nn.Parameter", _parameter),
    "torch.autograd.Function": _FUNCTION, "torch.autograd.function.Function": _FUNCTION,
    "torch.nn.UninitializedParameter": External("torch.nn.UninitializedParameter"),
    "torch.Tensor": Builtin("torch.Tensor", _tensor_type), "torch.FloatTensor": Builtin("torch.FloatTensor", _tensor_type),
    "torch.Size": Builtin("torch.Size", _size),
    "torch.utils.checkpoint.checkpoint": Builtin("checkpoint", _checkpoint),
    "torch.utils.checkpoint.checkpoint_sequential": Builtin("checkpoint_sequential", _checkpoint_sequential),
    "torch.nn.parallel.data_parallel": Builtin("data_parallel", _data_parallel),
    "torch.jit.is_scripting": _constant(False), "torch.jit.is_tracing": _constant(False),
    "torch._assert": Builtin("_assert", _assert),
    "torch._C._log_api_usage_once": Builtin("log", _nothing),
    "torch.onnx.is_in_onnx_export": _constant(False),
    "torch.fx.is_fx_tracing": _constant(False), "torch.is_grad_enabled": _constant(False),
    "torch.no_grad": Builtin("no_grad", _decorator_factory), "torch.inference_mode": Builtin("inference_mode", _decorator_factory),
    "torch.cuda.amp.autocast": Builtin("autocast", _decorator_factory), "torch.set_grad_enabled": Builtin("grad", _nothing),
    "torch.manual_seed": Builtin("manual_seed", _nothing),
    "torch.autograd.Variable": Builtin("Variable", _variable),
}  # fmt: skip


def _operate(machine: Machine, operator: str, args: Sequence[Any], node: Any, frame: Frame) -> Any:
    from .operators import operate

    return operate(machine, operator, args[0], args[1], node, frame)
