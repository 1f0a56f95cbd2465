"""Tensors of given sizes or of the size of others: zeros, rand, full, eye, zeros_like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..shapes import Expr, Fractions, Needs, Shape, Tensor, Value
from ..shapes.broadcast import broadcast
from . import elements
from .axes import extent, listed
from .declare import ShapeFunction, op
from .operand_values import kind_of, like, operand, precise, sequence, unknown_tensor

__all__ = ["OPTIONS", "sized"]

OPTIONS = (
    "out=None, dtype=None, layout=None, device=None, pin_memory=False, requires_grad=False, memory_format=None, "
    "generator=None, names=None"
)
_SIZED = "(sizes) -> (sizes)"


def sized(need: Needs, given: Sequence[Value] | None, dtype: str | None) -> Tensor:
    """A tensor of the sizes ``given`` (None: of unknown number)."""
    if given is None:
        return unknown_tensor("the sizes of a new tensor are not known", dtype)
    return Tensor(Shape(extent(need, given)), dtype)


def _sizes(given: tuple[Value, ...]) -> tuple[Value, ...] | None:
    """As ``listed``; a single parameter without a value is one size (``ones(channels)``), unless it is called a shape."""
    only = given[0] if len(given) == 1 else None
    parameter = only.as_parameter if isinstance(only, Expr) else None
    return listed(given) if parameter is None or "shape" in parameter.name else (only,)


def _given(size: tuple[Value, ...], options: Mapping[str, Value]) -> Sequence[Value] | None:
    """The sizes as they are given, one by one, as a tuple, or as ``size=(2, 3)``; None if they are not."""
    if size:
        return _sizes(size)
    return sequence(options["size"]) if "size" in options else None


def _filled(number: float | None, method: bool) -> ShapeFunction:
    """``zeros(2, 3)``, ``zeros((2, 3))`` and ``zeros(size=(2, 3))`` are one."""

    def shape(
        need: Needs, size: tuple[Value, ...], options: Mapping[str, Value], input: Tensor | None = None
    ) -> Tensor:
        usual = input.dtype if input is not None else "float"
        dtype = options.get("dtype")
        result = sized(need, _given(size, options), kind_of(dtype) or (usual if dtype is None else None))
        if number is None or not precise(dtype) or (method and usual != "int"):
            return result
        return elements.filled(result.shape, result.dtype, number)

    return shape


@op("torch.nn.Transformer.generate_square_subsequent_mask", "sz, device=None, dtype=None", formula="-> (sz, sz)")
def subsequent_mask(need: Needs, sz: Value, device: Value, dtype: Value) -> Tensor:
    """Minus infinity above the diagonal."""
    return Tensor(Shape(extent(need, (sz, sz), name="sz")), "float")


FILLED = tuple(
    op(f"torch.{names}", "*size, **options", formula=_SIZED)(_filled(number, False))
    for names, number in (("zeros", 0), ("ones", 1), ("empty", None))
) + tuple(
    op(f"Tensor.{names}", "input, *size, **options", formula=_SIZED)(_filled(number, True))
    for names, number in (("new_zeros", 0), ("new_ones", 1), ("new_empty", None))
)


@op("torch.{rand,randn}", "*size, **options", formula=_SIZED)
def drawn(need: Needs, size: tuple[Value, ...], options: Mapping[str, Value]) -> Tensor:
    """Random fractions, unless another type is asked for."""
    dtype = options.get("dtype")
    result = sized(need, _given(size, options), kind_of(dtype) or ("float" if dtype is None else None))
    plain = result.shape.lead is not None or options.keys() & {"dtype", "out"}
    return result if plain else Fractions(result.shape, result.dtype)


@op("Tensor.new", "input, *size", formula=_SIZED)
def new(need: Needs, input: Tensor, size: tuple[Value, ...]) -> Tensor:
    """A tensor of these sizes and the dtype of ``input``; what is not written as sizes may be its data."""
    if not size or not all(isinstance(each, (int, Expr)) for each in size):
        return unknown_tensor("the size or the data of a new tensor", input.dtype)
    return sized(need, size, input.dtype)


@op("torch.full", f"size, fill_value, *, {OPTIONS}", formula=_SIZED)
def full(need: Needs, size: Value, fill_value: Value, **options: Value) -> Tensor:
    """All elements the same number."""
    result = sized(need, sequence(size), kind_of(options["dtype"]) or operand(Needs(), fill_value, "fill_value").dtype)
    if not isinstance(fill_value, (int, float)) or not precise(options["dtype"]):
        return result
    return elements.filled(result.shape, result.dtype, fill_value)


@op("Tensor.new_full", f"input, size, fill_value, *, {OPTIONS}", formula=_SIZED)
def new_full(need: Needs, input: Tensor, size: Value, fill_value: Value, **options: Value) -> Tensor:
    """All elements the same number, of the dtype of ``input``."""
    return sized(need, sequence(size), kind_of(options["dtype"]) or input.dtype)


@op("torch.randint", f"low=0, high=None, size=None, *, {OPTIONS}", formula=_SIZED)
def randint(need: Needs, low: Value, high: Value, size: Value, **options: Value) -> Tensor:
    """Random whole numbers: ``randint(high, size)`` or ``randint(low, high, size)``."""
    given = high if size is None and isinstance(high, (tuple, list)) else size
    return sized(need, sequence(given), kind_of(options["dtype"]) or "int")


@op("torch.randperm", f"n, *, {OPTIONS}", formula="-> (n)")
def randperm(need: Needs, n: Value, **options: Value) -> Tensor:
    """A random order of ``n`` numbers."""
    return Tensor(Shape(extent(need, (n,), name="n")), "int")


@op("torch.{zeros,ones,empty,rand,randn}_like", f"input, *, {OPTIONS}", formula="(*) -> (*)")
def like_(need: Needs, input: Tensor, **options: Value) -> Tensor:
    """The shape of another tensor."""
    return _retyped(input, options["dtype"])


@op("torch.full_like", f"input, fill_value, *, {OPTIONS}", formula="(*) -> (*)")
def full_like(need: Needs, input: Tensor, fill_value: Value, **options: Value) -> Tensor:
    """The shape of another tensor."""
    return _retyped(input, options["dtype"])


@op("torch.randint_like", f"input, low=0, high=None, *, {OPTIONS}", formula="(*) -> (*)")
def randint_like(need: Needs, input: Tensor, low: Value, high: Value, **options: Value) -> Tensor:
    """The shape of another tensor."""
    return _retyped(input, options["dtype"])


def _retyped(input: Tensor, dtype: Value) -> Tensor:
    result = like(input, kind_of(dtype))
    if dtype is not None and kind_of(dtype) is None:
        result.dtype = None
    return result


@op("torch.eye", f"n, m=None, *, {OPTIONS}", formula="-> (n, m)")
def eye(need: Needs, n: Value, m: Value, **options: Value) -> Tensor:
    """The identity matrix."""
    return Tensor(Shape(extent(need, (n, n if m is None else m), name="n")), kind_of(options["dtype"]) or "float")


@op("torch.{normal}", f"mean=0, std=1, size=None, *, {OPTIONS}", formula="(*), (*) -> (*) or (sizes)")
def normal(need: Needs, mean: Value, std: Value, size: Value, **options: Value) -> Tensor:
    """Random numbers of given means and deviations."""
    if size is not None:
        return sized(need, sequence(size), "float")
    one, two = operand(need, mean, "mean"), operand(need, std, "std")
    return Tensor(broadcast(need, (one.shape, two.shape), name="means and deviations"), "float")


@op(
    "torch.{complex,polar}",
    "input, other=None, *, imag=None, real=None, abs=None, angle=None, out=None",
    formula="(*), (*) -> (*)",
)
def complex_(need: Needs, input: Tensor, **others: Value) -> Tensor:
    """Complex numbers of two parts, which broadcast."""
    parts = [operand(need, part, "operand") for part in others.values() if part is not None]
    return Tensor(broadcast(need, [input.shape, *(part.shape for part in parts)]), "complex")
