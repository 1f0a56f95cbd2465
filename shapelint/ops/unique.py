"""Elements counted or chosen: unique, bincount, multinomial, combinations."""

from __future__ import annotations

import itertools
import math
from typing import Any

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Unknown, fresh
from . import elements
from .axes import axis, rank_of, size
from .declare import op
from .split import resized
from .values import integer, truth, unknown_tensor


@op(
    "{torch,Tensor}.unique",
    "input, sorted=True, return_inverse=False, return_counts=False, dim=None",
    formula="(*) -> (number of different elements)",
)
def unique(need: Needs, input: Tensor, sorted: Any, return_inverse: Any, return_counts: Any, dim: Any) -> Any:
    """Different elements, sorted; with ``dim`` different entries of it."""
    return _unique(need, input, dim, truth(return_inverse), truth(return_counts), _different)


@op(
    "{torch,Tensor}.unique_consecutive",
    "input, return_inverse=False, return_counts=False, dim=None",
    formula="(*) -> (number of runs)",
)
def unique_consecutive(need: Needs, input: Tensor, return_inverse: Any, return_counts: Any, dim: Any) -> Any:
    """One element of each run of equal ones."""
    return _unique(need, input, dim, truth(return_inverse), truth(return_counts), _runs)


def _different(values: list[Any]) -> list[Any]:
    return sorted(set(values))


def _runs(values: list[Any]) -> list[Any]:
    return [key for key, _ in itertools.groupby(values)]


def _unique(need: Needs, input: Tensor, dim: Any, inverse: bool | None, counts: bool | None, pick: Any) -> Any:
    if inverse is None or counts is None:
        return Unknown("what a unique returns is not known")
    count: Dim = fresh("n", minimum=0, reason="the number of different elements")
    values = elements.flat(input)
    if dim is None:
        found = pick(values) if values is not None and all(isinstance(v, (int, float)) for v in values) else None
        shape = Shape((len(found) if found is not None else count,))
        main = elements.made(shape, input.dtype, found, isinstance(input, elements.Array))
        back = Tensor(input.shape, "int")
    else:
        at = axis(need, input, dim)
        if at is None or rank_of(input) is None:
            main, back = (
                unknown_tensor("the dim of a unique is not known", input.dtype),
                unknown_tensor("unique", "int"),
            )
        else:
            main, back = resized(input, at, count), Tensor(Shape((size(input, at),)), "int")
    many = Tensor(Shape(main.shape.dims[:1] if dim is None else (count,)), "int")
    result = (main, *((back,) if inverse else ()), *((many,) if counts else ()))
    return result if len(result) > 1 else main


@op("{torch,Tensor}.{bincount}", "input, weights=None, minlength=0", formula="(n) -> (largest element + 1)")
def bincount(need: Needs, input: Tensor, weights: Any, minlength: Any) -> Tensor:
    """How often each number occurs."""
    return Tensor(Shape((fresh("n", minimum=0, reason="the largest element"),)), "int")


@op("{torch,Tensor}.{histc}", "input, bins=100, min=0, max=0, *, out=None", formula="(*) -> (bins)")
def histc(need: Needs, input: Tensor, bins: Any, min: Any, max: Any, out: Any) -> Tensor:
    """A histogram."""
    return Tensor(Shape((integer(need, bins, "bins"),)), input.dtype)


@op(
    "{torch,Tensor}.multinomial",
    "input, num_samples, replacement=False, *, generator=None, out=None",
    formula="(*, d) -> (*, num_samples)",
)
def multinomial(need: Needs, input: Tensor, num_samples: Any, replacement: Any, generator: Any, out: Any) -> Tensor:
    """Random places by weight."""
    rank = rank_of(input)
    need.require(rank in (1, 2, None), Kind.OPERANDS, f"1 or 2 dimensions expected, got {rank}: {input.shape}")
    count = integer(need, num_samples, "num_samples")
    need.at_least(count, 1, Kind.ARGUMENT, f"{count} is no valid num_samples: it must be positive", "num_samples")
    return Tensor(Shape((*input.shape.dims[:-1], count), input.shape.lead), "int")


@op("torch.{combinations}", "input, r=2, with_replacement=False", formula="(n) -> (number of combinations, r)")
def combinations(need: Needs, input: Tensor, r: Any, with_replacement: Any) -> Tensor:
    """All choices of ``r`` elements."""
    rank = rank_of(input)
    need.require(rank in (1, None), Kind.OPERANDS, f"1 dimension expected, got {rank}: {input.shape}")
    count = input.shape.dims[0] if rank else None
    known = isinstance(count, int) and isinstance(r, int) and with_replacement is False
    total: Dim = math.comb(count, r) if known else fresh("n", minimum=0, reason="combinations")  # type: ignore[arg-type]
    return Tensor(Shape((total, integer(need, r, "r"))), input.dtype)
