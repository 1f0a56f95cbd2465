"""Elements counted or chosen: unique, bincount, multinomial, combinations."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Sequence

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Unknown, Value, fresh
from . import elements
from .axes import axis, rank_among, rank_of, size
from .declare import op
from .operand_values import integer, truth, unknown_tensor
from .split import resized


@op(
    "{torch,Tensor}.unique",
    "input, sorted=True, return_inverse=False, return_counts=False, dim=None",
    formula="(*) -> (number of different elements)",
)
def unique(
    need: Needs, input: Tensor, sorted: Value, return_inverse: Value, return_counts: Value, dim: Value
) -> Tensor | tuple[Tensor, ...] | Unknown:
    """Different elements, sorted; with ``dim`` different entries of it."""
    return _unique(need, input, dim, truth(return_inverse), truth(return_counts), _different)


@op(
    "{torch,Tensor}.unique_consecutive",
    "input, return_inverse=False, return_counts=False, dim=None",
    formula="(*) -> (number of runs)",
)
def unique_consecutive(
    need: Needs, input: Tensor, return_inverse: Value, return_counts: Value, dim: Value
) -> Tensor | tuple[Tensor, ...] | Unknown:
    """One element of each run of equal ones."""
    return _unique(need, input, dim, truth(return_inverse), truth(return_counts), _runs)


def _different(values: Sequence[float]) -> list[tuple[float, int]]:
    return sorted(Counter(values).items())


def _runs(values: Sequence[float]) -> list[tuple[float, int]]:
    return [(key, len(list(run))) for key, run in itertools.groupby(values)]


def _unique(
    need: Needs, input: Tensor, dim: Value, inverse: bool | None, counts: bool | None,
    pick: Callable[[Sequence[float]], list[tuple[float, int]]],
) -> Tensor | tuple[Tensor, ...] | Unknown:  # fmt: skip
    if inverse is None or counts is None:
        return Unknown("what a unique returns is not known")
    count: Dim = fresh("n", minimum=0, reason="the number of different elements")
    numbers: list[float] | None = None
    if dim is None:
        values = elements.numbers(input)
        found = None if values is None else pick(values)
        shape = Shape((len(found) if found is not None else count,))
        chosen = None if found is None else [value for value, _ in found]
        main = elements.made(shape, input.dtype, chosen, isinstance(input, elements.Array))
        back = Tensor(input.shape, "int")
        numbers = None if found is None else [number for _, number in found]
    else:
        at, rank = axis(need, input, dim), rank_of(input)
        need.require(rank != 0, Kind.OPERANDS, "unique along a dimension of a scalar", "dim")
        if at is None or rank is None:
            main = unknown_tensor("the dim of a unique is not known", input.dtype)
            back = unknown_tensor("unique", "int")
        else:
            main, back = resized(input, at, count), Tensor(Shape((size(input, at),)), "int")
    many = elements.made(Shape(main.shape.dims[:1] if dim is None else (count,)), "int", numbers)
    result = (main, *((back,) if inverse else ()), *((many,) if counts else ()))
    return result if len(result) > 1 else main


@op("{torch,Tensor}.{bincount}", "input, weights=None, minlength=0", formula="(n) -> (largest element + 1)")
def bincount(need: Needs, input: Tensor, weights: Value, minlength: Value) -> Tensor:
    """How often each number occurs."""
    return Tensor(Shape((fresh("n", minimum=0, reason="the largest element"),)), "int")


@op("{torch,Tensor}.{histc}", "input, bins=100, min=0, max=0, *, out=None", formula="(*) -> (bins)")
def histc(need: Needs, input: Tensor, bins: Value, min: Value, max: Value, out: Value) -> Tensor:
    """A histogram."""
    return Tensor(Shape((integer(need, bins, "bins"),)), input.dtype)


@op(
    "{torch,Tensor}.multinomial",
    "input, num_samples, replacement=False, *, generator=None, out=None",
    formula="(*, d) -> (*, num_samples)",
)
def multinomial(
    need: Needs, input: Tensor, num_samples: Value, replacement: Value, generator: Value, out: Value
) -> Tensor:
    """Random places by weight."""
    rank_among(input, 1, 2)
    count = integer(need, num_samples, "num_samples")
    need.at_least(count, 1, Kind.ARGUMENT, f"{count} is no valid num_samples: it must be positive", "num_samples")
    if truth(replacement) is False and input.shape.dims:
        message = f"{count} samples of {input.shape.dims[-1]} without replacement"
        need.at_least(input.shape.dims[-1], count, Kind.OPERANDS, message, "num_samples")
    return Tensor(Shape((*input.shape.dims[:-1], count), input.shape.lead), "int")


@op("torch.{combinations}", "input, r=2, with_replacement=False", formula="(n) -> (number of combinations, r)")
def combinations(need: Needs, input: Tensor, r: Value, with_replacement: Value) -> Tensor:
    """All choices of ``r`` elements."""
    count = None if rank_among(input, 1) is None else input.shape.dims[0]
    chosen = integer(need, r, "r")
    need.at_least(chosen, 0, Kind.ARGUMENT, f"{chosen} is no valid r: it must not be negative", "r")
    total: Dim = fresh("n", minimum=0, reason="combinations")
    if isinstance(count, int) and isinstance(chosen, int) and with_replacement is False:
        total = math.comb(count, chosen)
    if chosen == 0:
        return Tensor(Shape((0,)), input.dtype)
    return Tensor(Shape((total, chosen)), input.dtype)
