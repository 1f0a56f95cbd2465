"""Functions of each element alone: the shape stays the same."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from ..shapes import Needs, Tensor, Value
from . import elements
from .declare import Declared, op
from .operand_values import WHOLE, kind_of, like

__all__ = ["CONVERSIONS", "logarithm", "nearest", "whole"]

_SAME = "(*) -> (*)"


def whole(function: Callable[[float], int]) -> elements.Unary:
    """``math.floor``, ``math.ceil`` or ``round`` as torch has it: of a float a float, of an infinity itself."""
    return lambda value: value if isinstance(value, int) or not math.isfinite(value) else float(function(value))


def logarithm(function: elements.Unary) -> elements.Unary:
    """A logarithm as torch has it: of 0 minus infinity."""
    return lambda value: -math.inf if value == 0 else function(value)


nearest = whole(round)
"""The nearest whole number, halves to the even one."""


# functions that keep the kind of element
_KEEPING: dict[str, elements.Unary] = {
    "abs": abs, "absolute": abs, "neg": lambda v: -v, "negative": lambda v: -v, "positive": lambda v: v,
    "ceil": whole(math.ceil), "floor": whole(math.floor), "trunc": whole(math.trunc), "fix": whole(math.trunc),
    "sign": lambda v: (v > 0) - (v < 0), "sgn": lambda v: (v > 0) - (v < 0), "square": lambda v: v * v, "relu": lambda v: max(v, 0),
}  # fmt: skip
# functions that make floats of whole numbers
_FLOATING: dict[str, elements.Unary] = {
    "exp": math.exp, "exp2": lambda v: 2.0**v, "expm1": math.expm1, "log": logarithm(math.log), "log2": logarithm(math.log2),
    "log10": logarithm(math.log10), "log1p": math.log1p, "sqrt": math.sqrt, "rsqrt": lambda v: 1 / math.sqrt(v),
    "reciprocal": lambda v: 1 / v, "sin": math.sin, "cos": math.cos, "tan": math.tan, "tanh": math.tanh,
    "sigmoid": lambda v: 1 / (1 + math.exp(-v)), "deg2rad": math.radians, "rad2deg": math.degrees,
}  # fmt: skip


def _mapping(name: str, function: elements.Unary, floating: bool) -> Declared:
    def shape(need: Needs, input: Tensor, out: Value) -> Tensor:
        kind = "float" if floating and input.dtype in WHOLE else input.dtype
        if name == "square" and kind == "bool":
            kind = "int"  # a power, of which torch counts truths
        if not input.is_known:
            return like(input, kind)
        return elements.mapped(function, input, kind)

    functions = name if name in ("positive", "absolute", "sign", "sgn") else f"{{{name},{name}_}}"
    methods = name if name == "positive" else f"{{{name},{name}_}}"
    return op(f"torch.{functions} Tensor.{methods}", "input, *, out=None", formula=_SAME)(shape)


KEEPING = tuple(_mapping(name, function, False) for name, function in _KEEPING.items())
FLOATING = tuple(_mapping(name, function, True) for name, function in _FLOATING.items())


@op("{torch,Tensor}.{round,round_}", "input, *, decimals=0, out=None", formula=_SAME)
def towhole(need: Needs, input: Tensor, decimals: Value, out: Value) -> Tensor:
    """To the nearest whole number, halves to the even one."""
    return like(input) if not input.is_known or decimals != 0 else elements.mapped(nearest, input)


@op(
    "{torch,Tensor}.{angle,digamma,erfinv,lgamma} Tensor.{digamma_,erfinv_,lgamma_} {torch,Tensor}.{"
    "acos,acos_,acosh,acosh_,arccos,arccos_,arccosh,arccosh_,arcsin,arcsin_,arcsinh,arcsinh_,arctan,"
    "arctan_,arctanh,arctanh_,asin,asin_,asinh,asinh_,atan,atan_,atanh,atanh_,cosh,cosh_,erf,erf_,erfc,"
    "erfc_,frac,frac_,i0,i0_,logit,logit_,sinc,sinc_,sinh,sinh_"
    "}",
    "input, eps=None, *, out=None",
    formula=_SAME,
)
def special(need: Needs, input: Tensor, eps: Value, out: Value) -> Tensor:
    """Analytic functions; whole numbers give floats."""
    return like(input, "float" if input.dtype in WHOLE else None)


@op(
    "{torch,Tensor}.{isfinite,isinf,isnan,isneginf,isposinf,isreal,logical_not,signbit} Tensor.logical_not_",
    "input, *, out=None", formula=_SAME,
)  # fmt: skip
def test(need: Needs, input: Tensor, out: Value) -> Tensor:
    """A question about each element."""
    return like(input, "bool")


@op("{torch,Tensor}.bitwise_not Tensor.bitwise_not_", "input, *, out=None", formula=_SAME)
def bitwise_not(need: Needs, input: Tensor, out: Value) -> Tensor:
    """``~``."""
    return like(input)


@op(
    "{torch,Tensor}.{clone,detach,conj,conj_physical,resolve_conj,resolve_neg} "
    "Tensor.{contiguous,cpu,cuda,xpu,requires_grad_,detach_,conj_physical_,pin_memory,share_memory_,coalesce,"
    "to_dense,to_mkldnn,as_subclass,dequantize,module_load,retain_grad,register_hook}",
    "input, *args, **kwargs", formula=_SAME,
)  # fmt: skip
def preserved(need: Needs, input: Tensor, args: tuple[Value, ...], kwargs: Mapping[str, Value]) -> Tensor:
    """As far as shapes are concerned, the same tensor."""
    return elements.carried(like(input), input)


@op(
    "torch.{detach_,conj_physical_} torch.{dequantize,detach_copy,alias_copy,real}",
    "input, **kwargs",
    formula=_SAME,
)
def preserved_function(need: Needs, input: Tensor, kwargs: Mapping[str, Value]) -> Tensor:
    """As far as shapes are concerned, the same tensor."""
    return elements.carried(like(input), input)


@op(
    "{torch,Tensor}.{nan_to_num,nan_to_num_} Tensor.{cauchy_,exponential_,geometric_,log_normal_,normal_,random_,uniform_}",
    "input, *args, **kwargs",
    formula=_SAME,
)
def overwritten(need: Needs, input: Tensor, args: tuple[Value, ...], kwargs: Mapping[str, Value]) -> Tensor:
    """Elements replaced by others, which are not known."""
    return like(input)


@op("{torch,Tensor}.zero_", "input, *args, **kwargs", formula=_SAME)
def zero_(need: Needs, input: Tensor, args: tuple[Value, ...], kwargs: Mapping[str, Value]) -> Tensor:
    """All elements zero."""
    return like(input) if input.memory is None else elements.filled(input.shape, input.dtype, 0)


def _cast(kind: str) -> Callable[..., Tensor]:
    def shape(need: Needs, input: Tensor, memory_format: Value) -> Tensor:
        if not input.is_known or input.dtype is None:
            return like(input, kind)
        return elements.mapped(CONVERSIONS[kind], input, kind)

    return shape


CONVERSIONS: Mapping[str, elements.Unary] = {"int": int, "float": float, "bool": bool}
"""How an element becomes one of another type."""

CASTS = (
    op("Tensor.{int,long}", "input, memory_format=None", formula=_SAME)(_cast("int")),
    op("Tensor.float", "input, memory_format=None", formula=_SAME)(_cast("float")),
    op("Tensor.bool", "input, memory_format=None", formula=_SAME)(_cast("bool")),
)


@op("Tensor.{double,half,bfloat16}", "input, memory_format=None", formula=_SAME)
def other_float(need: Needs, input: Tensor, memory_format: Value) -> Tensor:
    """Another precision: elements are no longer followed."""
    return like(input, "float")


@op("Tensor.byte", "input, memory_format=None", formula=_SAME)
def byte(need: Needs, input: Tensor, memory_format: Value) -> Tensor:
    """A whole number below 256: elements are no longer followed."""
    return like(input, "byte")


@op("Tensor.{short,char}", "input, memory_format=None", formula=_SAME)
def other_int(need: Needs, input: Tensor, memory_format: Value) -> Tensor:
    """A smaller whole number, which may overflow: elements are no longer followed."""
    return like(input, "int")


@op("Tensor.{cfloat,cdouble,chalf}", "input, memory_format=None", formula=_SAME)
def complexes(need: Needs, input: Tensor, memory_format: Value) -> Tensor:
    """A complex number each."""
    return like(input, "complex")


@op("Tensor.{to,type,type_as}", "input, *args, **kwargs", formula=_SAME)
def to(need: Needs, input: Tensor, args: tuple[Value, ...], kwargs: Mapping[str, Value]) -> Tensor:
    """Another device, dtype or layout; the shape stays.  ``type()`` gives a name."""
    given = [*args, *(kwargs.get(name) for name in ("dtype", "other"))]
    kinds = [value.dtype if isinstance(value, Tensor) else kind_of(value) for value in given]
    kind = next((kind for kind in kinds if kind), None)
    # an argument that is neither a device nor a dtype we know may be either
    vague = any(
        not isinstance(value, (str, bool, int, type(None))) and known is None
        for value, known in zip(given, kinds, strict=True)
    )
    return Tensor(input.shape, None) if kind is None and vague else like(input, kind)


@op(
    "torch.{dropout,alpha_dropout,feature_dropout,feature_alpha_dropout} "
    "torch.{dropout_,alpha_dropout_,feature_dropout_,feature_alpha_dropout_}",
    "input, p=0.5, train=True",
    formula=_SAME,
)
def dropout(need: Needs, input: Tensor, p: Value, train: Value) -> Tensor:
    """Some elements zeroed."""
    return like(input)


@op("{torch,Tensor}.{bernoulli} Tensor.bernoulli_", "input, p=None, *, generator=None, out=None", formula=_SAME)
def bernoulli(need: Needs, input: Tensor, p: Value, generator: Value, out: Value) -> Tensor:
    """Random zeros and ones."""
    return like(input)
