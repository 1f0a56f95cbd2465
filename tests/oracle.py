"""torch as the judge: what a layer or function of torch does with given shapes, beside what shapelint says.

Everything runs on the CPU with small tensors, since the meta device accepts what real kernels reject.  A case agrees
if both reject at the same stage, or neither does and every output shape is equal.
"""

from __future__ import annotations

import os
import re
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from shapelint import layers
from shapelint.shapes import Expr, Kind, Needs, Reject, Shape, Symbol, Tensor, Unknown, substitute, symbol, symbols_of

__all__ = [
    "COMPARED",
    "Ints",
    "Outcome",
    "T",
    "cases",
    "compare_layer",
    "in_ours",
    "in_torch",
    "outcome_of",
    "shapes_of",
]

torch.set_num_threads(1)
torch.backends.mkldnn.set_flags(
    False
)  # the reference kernels judge: oneDNN lets some empty outputs of grouped layers pass
torch.manual_seed(0)
warnings.filterwarnings("ignore", module="torch")

COMPARED: Counter[str] = Counter()
"""Number of comparisons made in this session, by what was compared."""

_REJECTS = (
    RuntimeError,
    ValueError,
    TypeError,
    AssertionError,
    IndexError,
    AttributeError,
    ZeroDivisionError,
    NotImplementedError,
    OverflowError,
)


def cases(number: int) -> int:
    """``number`` of generated cases, scaled by the environment variable SHAPELINT_CASES."""
    return max(1, round(number * float(os.environ.get("SHAPELINT_CASES", "1"))))


@dataclass(frozen=True)
class T:
    """A tensor to be made: its shape and kind of element (integers are zeros, which every index accepts)."""

    shape: tuple[int, ...]
    dtype: str = "float"


def Ints(*shape: int) -> T:
    """A tensor of integers."""
    return T(shape, "int")


@dataclass(frozen=True)
class Outcome:
    """What came of a case: ``stage`` that rejected it or None, the message, and the shapes (nested as the result is)."""

    stage: str | None = None
    message: str = ""
    shapes: Any = None
    parameters: int | None = None
    reject: Reject | None = None


def in_torch(value: Any) -> Any:
    """The value with every :class:`T` made a tensor of torch."""
    match value:
        case T(shape=shape, dtype="int"):
            return torch.zeros(shape, dtype=torch.long)
        case T(shape=shape, dtype="bool"):
            return torch.zeros(shape, dtype=torch.bool)
        case T(shape=shape, dtype="ones"):
            return torch.ones(shape, dtype=torch.long)
        case T(shape=shape, dtype=dtype) if dtype.startswith("="):
            return torch.full(shape, int(dtype[1:]), dtype=torch.long)
        case T(shape=shape):
            return torch.rand(shape)
        case tuple() | list():
            return type(value)(in_torch(item) for item in value)
        case dict():
            return {name: in_torch(item) for name, item in value.items()}
    return value


def in_ours(value: Any, dims: Callable[[tuple[int, ...]], Shape] = Shape) -> Any:
    """The value with every :class:`T` made a tensor of shapelint, its shape by ``dims``."""
    match value:
        case T(shape=shape, dtype=dtype):
            return Tensor(dims(shape), dtype)
        case tuple() | list():
            return type(value)(in_ours(item, dims) for item in value)
        case dict():
            return {name: in_ours(item, dims) for name, item in value.items()}
    return value


def shapes_of(value: Any) -> Any:
    """The shapes of a result of either side, nested as the result is."""
    match value:
        case torch.Tensor():
            return tuple(value.shape)
        case Tensor():
            return value.shape.dims if value.shape.lead is None else value.shape
        case tuple() | list():
            return tuple(shapes_of(item) for item in value)
    return value


def outcome_of(stage: str, run: Callable[[], Any]) -> Outcome:
    """The shapes that ``run`` gives, or how it was rejected."""
    try:
        return Outcome(shapes=shapes_of(run()))
    except Reject as reject:
        return Outcome(stage, reject.message, reject=reject)
    except _REJECTS as error:
        return Outcome(stage, f"{type(error).__name__}: {error}")


def torch_layer(name: str, args: Sequence[Any], kwargs: Mapping[str, Any], inputs: Sequence[Any]) -> Outcome:
    """What ``torch.nn.<name>(*args, **kwargs).eval()(*inputs)`` does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            module = getattr(torch.nn, name)(*in_torch(list(args)), **in_torch(dict(kwargs))).eval()
        except _REJECTS as error:
            return Outcome("construct", f"{type(error).__name__}: {error}")
        ready = in_torch(list(inputs))
        if name == "MaxPool1d":  # its kernel without gradients alone bounds the padding by the undilated kernel
            ready[0].requires_grad_()
        called = outcome_of("call", lambda: module(*ready))
        lazy = any(isinstance(p, torch.nn.UninitializedParameter) for p in module.parameters())
        count = None if lazy else sum(p.numel() for p in module.parameters())
    return Outcome(called.stage, called.message, called.shapes, count)


def our_layer(
    name: str,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    inputs: Sequence[Any],
    dims: Callable[[tuple[int, ...]], Shape] = Shape,
    need: Needs | None = None,
) -> Outcome:
    """What shapelint says of the same."""
    need = Needs() if need is None else need
    layer = layers.CATALOGUE[name]
    try:
        attributes = layer.construct(need, layer.bind(in_ours(list(args)), in_ours(dict(kwargs))))
    except Reject as reject:
        return Outcome("construct", reject.message, reject=reject)
    count = layer.parameters(attributes)
    ready = in_ours(list(inputs), dims)
    called = outcome_of("call", lambda: layer.apply(need, attributes, ready, {}))
    known = count if isinstance(count, int) else None
    return Outcome(called.stage, called.message, called.shapes, known, called.reject)


def compare_layer(name: str, args: Sequence[Any], kwargs: Mapping[str, Any], inputs: Sequence[Any]) -> Outcome:
    """Asserts that both sides agree, also where shapelint knows less than torch; gives torch's outcome."""
    theirs, ours = torch_layer(name, args, kwargs, inputs), our_layer(name, args, kwargs, inputs)
    case = f"{name}(*{tuple(args)}, **{dict(kwargs)}) on {tuple(inputs)}\n  torch: {theirs}\n  shapelint: {ours}"
    COMPARED["layers: cases"] += 1
    assert theirs.stage == ours.stage, case
    if theirs.stage is None:
        assert theirs.shapes == ours.shapes, case
        _relaxed(name, args, kwargs, inputs, theirs, case)
    else:
        COMPARED["layers: cases that both reject"] += 1
        _same_constraint(theirs, ours, case)
    if theirs.stage != "construct" and theirs.parameters is not None and ours.parameters is not None:
        assert theirs.parameters == ours.parameters, case
    return theirs


_CONSTRAINTS: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    (r"(in|out)_channels must be divisible by groups|num_channels \(\d+\) must be", (Kind.ARGUMENT,)),
    (r"not supported for strided", (Kind.STRIDED_SAME,)),
    (r"padding_mode|padding mode is supported|Invalid padding string", (Kind.PADDING,)),
    (r"pad should be at most half|smaller than.* half of kernel", (Kind.PADDING, Kind.ARGUMENT)),
    (r"wrapping around more than once|Padding size should be less than", (Kind.PADDING,)),
    (r"Kernel size can't be greater|Output size is too small|output size is too small|is too small", (Kind.EMPTY,)),
    (r"to have \d+ channels, but got|running_mean should contain", (Kind.CHANNELS,)),
    (r"mat1 and mat2 shapes|match num_features|normalized_shape=", (Kind.CHANNELS,)),
    (r"input.size\(-1\) must be equal to input_size|was expecting embedding dim", (Kind.CHANNELS,)),
    (r"embed_dim must be divisible|proj_size has to be", (Kind.ARGUMENT,)),
    (r"negative dimension", (Kind.ARGUMENT, Kind.EMPTY)),  # a size below zero: no output is left, or the number is bad
    (
        r"negative (padding|stride)|non-positive|should be greater than zero|must be greater than (0|zero)",
        (Kind.ARGUMENT,),
    ),
    (r"unexpected keyword|missing \d+ required|positional arguments? but", (Kind.ARGUMENT,)),
    (r"size of tensor a \(\d+\) must match", (Kind.OPERANDS,)),
)


def _same_constraint(theirs: Outcome, ours: Outcome, case: str) -> None:
    """Where torch's message names a constraint that we know, ours is of that kind."""
    for pattern, kinds in _CONSTRAINTS:
        if re.search(pattern, theirs.message):
            COMPARED["layers: rejections whose constraint was compared"] += 1
            assert ours.reject is not None, case
            twice = (
                re.search("positive|negative|(integer|numbers) expected", ours.message) is not None
            )  # a bad number is bad whatever else is
            assert ours.reject.kind in kinds or twice, case
            return


def _relaxed(
    name: str, args: Sequence[Any], kwargs: Mapping[str, Any], inputs: Sequence[Any], theirs: Outcome, case: str
) -> None:
    """What torch accepts is never rejected where less is known, and what is still said is true."""
    values: dict[Symbol, int] = {}

    def symbolic(shape: tuple[int, ...]) -> Shape:
        return Shape(tuple(_named(size, values) for size in shape))

    def headless(shape: tuple[int, ...]) -> Shape:
        return Shape(shape[1:], "of unknown rank")

    empty = any(0 in item.shape for item in inputs if isinstance(item, T))
    relaxed = (("symbolic sizes", symbolic),) if empty else (("symbolic sizes", symbolic), ("unknown rank", headless))
    for what, dims in relaxed:
        need = Needs()
        ours = our_layer(name, args, kwargs, inputs, dims, need)
        COMPARED[f"layers: accepted cases with {what}"] += 1
        text = f"{case}\n  with {what}: {ours}"
        assert ours.stage is None, text
        _consistent(ours.shapes, theirs.shapes, values, text)
        for left, right in need.equalities:
            _holds(left, right, values, lambda a, b: a == b, f"{text}\n  needs {left} == {right}")
        for left, right in need.inequalities:
            _holds(left, right, values, lambda a, b: a >= b, f"{text}\n  needs {left} >= {right}")
    spatial = layers.CATALOGUE[name].spatial
    for at, argument in [*enumerate(args), *kwargs.items()]:
        if "Pad" in name and isinstance(argument, tuple) and len(argument) != 2 * spatial:
            continue  # a padding that is not known is taken to be for the axes that the class is for
        unknown = Unknown("not known")
        less_args = [unknown if i == at else a for i, a in enumerate(args)]
        less_kwargs = {k: unknown if k == at else a for k, a in kwargs.items()}
        ours = our_layer(name, less_args, less_kwargs, inputs)
        COMPARED["layers: accepted cases with an unknown argument"] += 1
        text = f"{case}\n  without {at}={argument}: {ours}"
        assert ours.stage is None, text
        _consistent(ours.shapes, theirs.shapes, {}, text)


def _named(size: int, values: dict[Symbol, int]) -> Any:
    """A symbol that stands for ``size``; 0 stays, since free symbols are at least 1."""
    if size == 0:
        return 0
    named = symbol(f"d{len(values)}")
    values[next(iter(symbols_of(named)))] = size
    return named


def _consistent(ours: Any, theirs: Any, values: Mapping[Symbol, int], case: str) -> None:
    """Every dimension that we state is torch's, once the symbols have their values."""
    match ours:
        case Unknown():
            return
        case Shape(dims=dims):
            if dims:
                assert len(theirs) >= len(dims), case
                _consistent(dims, theirs[len(theirs) - len(dims) :], values, case)
        case tuple():
            assert isinstance(theirs, tuple) and len(ours) == len(theirs), case
            for one, other in zip(ours, theirs, strict=True):
                _consistent(one, other, values, case)
        case Expr():
            if symbols_of(ours) <= values.keys():
                assert substitute(ours, values) == theirs, case
            else:
                COMPARED["layers: dims that remain unknown"] += 1
        case _:
            assert ours == theirs, case


def _holds(left: Any, right: Any, values: Mapping[Symbol, int], test: Callable[[Any, Any], bool], case: str) -> None:
    if symbols_of(left) | symbols_of(right) <= values.keys():
        assert test(substitute(left, values), substitute(right, values)), case
