"""Functions of every element by itself: the shape stays."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..shapes import Needs, Tensor
from . import elements
from .declare import Family, op
from .values import kind_of, like

_SAME = "(*) -> (*)"


def _sign(value: Any) -> Any:
    return (value > 0) - (value < 0)


def _round(value: Any) -> Any:
    return value if isinstance(value, int) or not math.isfinite(value) else float(round(value))


def _whole(function: Callable[[float], int]) -> Callable[[Any], Any]:
    return lambda value: value if isinstance(value, int) or not math.isfinite(value) else float(function(value))


def _log(function: Callable[[float], float]) -> Callable[[Any], Any]:
    return lambda value: -math.inf if value == 0 else function(value)


# what keeps the kind of element
_KEEPING: dict[str, Callable[[Any], Any]] = {
    "abs": abs, "absolute": abs, "neg": lambda v: -v, "negative": lambda v: -v, "positive": lambda v: v,
    "ceil": _whole(math.ceil), "floor": _whole(math.floor), "trunc": _whole(math.trunc), "fix": _whole(math.trunc),
    "sign": _sign, "sgn": _sign, "square": lambda v: v * v, "relu": lambda v: max(v, 0),
}  # fmt: skip
# what makes floats of whole numbers
_FLOATING: dict[str, Callable[[Any], Any]] = {
    "exp": math.exp, "exp2": lambda v: 2.0**v, "expm1": math.expm1, "log": _log(math.log), "log2": _log(math.log2),
    "log10": _log(math.log10), "log1p": math.log1p, "sqrt": math.sqrt, "rsqrt": lambda v: 1 / math.sqrt(v),
    "reciprocal": lambda v: 1 / v, "sin": math.sin, "cos": math.cos, "tan": math.tan, "tanh": math.tanh,
    "sigmoid": lambda v: 1 / (1 + math.exp(-v)), "deg2rad": math.radians, "rad2deg": math.degrees,
}  # fmt: skip


def _mapping(name: str, function: Callable[[Any], Any], floating: bool) -> Family:
    def shape(need: Needs, input: Tensor, out: Any) -> Tensor:
        kind = "float" if floating and input.dtype in ("int", "bool") else input.dtype
        if input.elements is None:
            return like(input, kind)
        return elements.mapped(function, input, kind)

    functions = name if name in ("positive", "absolute", "sign", "sgn") else f"{{{name},{name}_}}"
    methods = name if name == "positive" else f"{{{name},{name}_}}"
    return op(f"torch.{functions} Tensor.{methods}", "input, *, out=None", formula=_SAME)(shape)


KEEPING = tuple(_mapping(name, function, False) for name, function in _KEEPING.items())
FLOATING = tuple(_mapping(name, function, True) for name, function in _FLOATING.items())


@op("{torch,Tensor}.{round,round_}", "input, *, decimals=0, out=None", formula=_SAME)
def to_whole(need: Needs, input: Tensor, decimals: Any, out: Any) -> Tensor:
    """To the nearest whole number, halves to the even one."""
    return like(input) if input.elements is None or decimals != 0 else elements.mapped(_round, input)


@op(
    "{torch,Tensor}.{angle,digamma,erfinv,lgamma} Tensor.{digamma_,erfinv_,lgamma_} {torch,Tensor}.{"
    "acos,acos_,acosh,acosh_,arccos,arccos_,arccosh,arccosh_,arcsin,arcsin_,arcsinh,arcsinh_,arctan,"
    "arctan_,arctanh,arctanh_,asin,asin_,asinh,asinh_,atan,atan_,atanh,atanh_,cosh,cosh_,erf,erf_,erfc,"
    "erfc_,frac,frac_,i0,i0_,logit,logit_,sinc,sinc_,sinh,sinh_"
    "}",
    "input, eps=None, *, out=None",
    formula=_SAME,
)
def special(need: Needs, input: Tensor, eps: Any, out: Any) -> Tensor:
    """Analytic functions; whole numbers give floats."""
    return like(input, "float" if input.dtype in ("int", "bool") else None)


@op(
    "{torch,Tensor}.{isfinite,isinf,isnan,isneginf,isposinf,isreal,logical_not,signbit} Tensor.logical_not_",
    "input, *, out=None", formula=_SAME,
)  # fmt: skip
def test(need: Needs, input: Tensor, out: Any) -> Tensor:
    """A question about each element."""
    return like(input, "bool")


@op("{torch,Tensor}.bitwise_not Tensor.bitwise_not_", "input, *, out=None", formula=_SAME)
def bitwise_not(need: Needs, input: Tensor, out: Any) -> Tensor:
    """``~``."""
    return like(input)


@op(
    "{torch,Tensor}.{clone,detach,conj,conj_physical,resolve_conj,resolve_neg,nan_to_num} "
    "Tensor.{contiguous,cpu,cuda,xpu,requires_grad_,detach_,nan_to_num_,conj_physical_,pin_memory,share_memory_,coalesce,"
    "to_dense,to_mkldnn,as_subclass,dequantize,module_load,retain_grad,register_hook,cauchy_,exponential_,geometric_,"
    "log_normal_,normal_,random_,uniform_,zero_}",
    "input, *args, **kwargs", formula=_SAME,
)  # fmt: skip
def preserved(need: Needs, input: Tensor, args: Any, kwargs: Any) -> Tensor:
    """The same tensor for all that shapes are concerned."""
    return like(input, None, input.elements)


@op(
    "torch.{nan_to_num_,detach_,conj_physical_} torch.{zero_,dequantize,detach_copy,alias_copy,real}",
    "input, **kwargs",
    formula=_SAME,
)
def preserved_function(need: Needs, input: Tensor, kwargs: Any) -> Tensor:
    """The same tensor for all that shapes are concerned."""
    return like(input, None, input.elements)


def _cast(kind: str) -> Callable[..., Tensor]:
    def shape(need: Needs, input: Tensor, memory_format: Any) -> Tensor:
        if input.elements is None or input.dtype is None:
            return like(input, kind)
        return elements.mapped(_CONVERSIONS[kind], input, kind)

    return shape


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {"int": int, "float": float, "bool": bool}
CASTS = (
    op("Tensor.{int,long}", "input, memory_format=None", formula=_SAME)(_cast("int")),
    op("Tensor.float", "input, memory_format=None", formula=_SAME)(_cast("float")),
    op("Tensor.bool", "input, memory_format=None", formula=_SAME)(_cast("bool")),
)


@op("Tensor.{double,half,bfloat16}", "input, memory_format=None", formula=_SAME)
def other_float(need: Needs, input: Tensor, memory_format: Any) -> Tensor:
    """Another precision: elements are no longer followed."""
    return like(input, "float")


@op("Tensor.{short,char,byte}", "input, memory_format=None", formula=_SAME)
def other_int(need: Needs, input: Tensor, memory_format: Any) -> Tensor:
    """A smaller whole number, which may overflow: elements are no longer followed."""
    return like(input, "int")


@op("Tensor.{cfloat,cdouble,chalf}", "input, memory_format=None", formula=_SAME)
def complexes(need: Needs, input: Tensor, memory_format: Any) -> Tensor:
    """A complex number each."""
    return like(input, "complex")


@op("Tensor.{to,type,type_as}", "input, *args, **kwargs", formula=_SAME)
def to(need: Needs, input: Tensor, args: Any, kwargs: Any) -> Any:
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
def dropout(need: Needs, input: Tensor, p: Any, train: Any) -> Tensor:
    """Some elements zeroed."""
    return like(input)


@op("{torch,Tensor}.{bernoulli} Tensor.bernoulli_", "input, p=None, *, generator=None, out=None", formula=_SAME)
def bernoulli(need: Needs, input: Tensor, p: Any, generator: Any, out: Any) -> Tensor:
    """Random zeros and ones."""
    return like(input)
