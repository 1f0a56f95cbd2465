"""torch as the judge of operators: the same call on both sides, with known sizes, with symbols, with less known."""

from __future__ import annotations

import contextlib
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from oracle import COMPARED, Outcome, T, _consistent, _holds, _named, in_torch, outcome_of

from shapelint import ops
from shapelint.ops.elements import Array, made
from shapelint.shapes import Needs, Reject, Shape, Symbol, Tensor, Unknown, symbol

__all__ = ["ODD", "compare_call", "compare_op", "odd_value", "our_value", "torch_function", "with_odd_arguments"]

_KINDS = {"ones": "int"}


def our_value(value: Any, dims: Callable[[tuple[int, ...]], Shape] = Shape) -> Any:
    """The value with every :class:`T` made a tensor of shapelint, its shape by ``dims``."""
    match value:
        case T(shape=shape, dtype="bool") if dims is Shape:  # a mask's result depends on its elements
            return made(Shape(shape), "bool", [False] * math.prod(shape))
        case T(shape=shape, dtype=dtype):
            return Tensor(dims(shape), "int" if dtype.startswith("=") else _KINDS.get(dtype, dtype))
        case tuple() | list():
            return type(value)(our_value(item, dims) for item in value)
        case dict():
            return {name: our_value(item, dims) for name, item in value.items()}
        case slice(start=start, stop=stop, step=step):
            return slice(our_value(start, dims), our_value(stop, dims), our_value(step, dims))
    return value


def torch_value(value: Any) -> Any:
    """The value with every :class:`T` made a tensor of torch."""
    if isinstance(value, T) and value.dtype == "complex":
        return torch.zeros(value.shape, dtype=torch.complex64)
    if isinstance(value, (tuple, list)):
        return type(value)(torch_value(item) for item in value)
    return in_torch(value)


def _odd() -> list[Any]:
    """What a linted program may pass where something else is meant; tensors are new each time, since they can be changed."""
    n, unknown, tensor = symbol("n"), Unknown("not known"), Tensor
    return [
        None, True, 2, -1, 1.5, 1j, math.inf, math.nan, 10**400, "x", "a b -> b a", b"x", object(), int, range(3), slice(0, 2),
        slice("x", 1.5), ..., (), [], {}, {"x": 1}, {1}, (1,), (0, 1), ((0,), (0,)), [None], [1.5, "x"], [10**400, 1.5], n, (n, 2),
        unknown, (unknown, 1), tensor(Shape(())), tensor(Shape(()), "int", 3), tensor(Shape(()), "int", n),
        tensor(Shape((0,)), "int"), tensor(Shape((2,)), "int", [1, 2]), tensor(Shape((2,)), "bool", [True, False]),
        tensor(Shape((2,)), "float", [math.inf, -math.inf]), tensor(Shape((2, n))), tensor(Shape((), "of unknown rank")),
        Array(Shape((2,)), "float", [1.0, 2.0]), [tensor(Shape((2,))), 3], [tensor(Shape(()))],
    ]  # fmt: skip


ODD = range(len(_odd()))
"""What :func:`odd_value` takes."""


def odd_value(place: int) -> Any:
    """One of the values that no operator expects everywhere."""
    return _odd()[place]


def with_odd_arguments(
    op: ops.Op, args: Sequence[Any], kwargs: Mapping[str, Any], odd: Mapping[int | str, int]
) -> None:
    """Calls ``op`` with some arguments, by place or name, replaced by odd ones: it may reject them, and must not fail."""
    ours: dict[int | str, Any] = {**dict(enumerate(our_value(arg) for arg in args)), **kwargs}
    ours.update({place: odd_value(index) for place, index in odd.items()})
    positional = [ours[place] for place in range(len(args))]
    named = {name: our_value(value) for name, value in ours.items() if isinstance(name, str)}
    with contextlib.suppress(Reject):
        op.apply(Needs(), positional, named)


def torch_function(op: ops.Op) -> Callable[..., Any]:
    """The function or method of torch that ``op`` declares."""
    if op.is_method:
        name = op.name
        return lambda first, *args, **kwargs: getattr(first, name)(*args, **kwargs)
    found: Any = torch
    for part in op.name.split(".")[1:]:
        found = getattr(found, part)
    return found  # type: ignore[no-any-return]


def compare_op(op: ops.Op, args: Sequence[Any], kwargs: Mapping[str, Any], *, relaxed: bool = True) -> None:
    """Asserts that both sides agree on the call, also where shapelint knows less than torch."""
    function = torch_function(op)
    compare_call(
        f"{'Tensor.' * op.is_method}{op.name}",
        lambda a, k: function(*a, **k),
        lambda need, a, k: op.apply(need, a, k),
        args,
        kwargs,
        relaxed=relaxed,
    )


def compare_call(
    name: str,
    theirs_run: Callable[[list[Any], dict[str, Any]], Any],
    ours_run: Callable[[Needs, list[Any], dict[str, Any]], Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    *,
    relaxed: bool = True,
) -> None:
    """Asserts equal shapes or that both reject; then that what is said of less knowledge is true as well."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ready = [torch_value(arg) for arg in args], {k: torch_value(v) for k, v in kwargs.items()}
        theirs = outcome_of("call", lambda: theirs_run(*ready))
    ours = _ours(ours_run, args, kwargs, Shape, Needs())
    case = f"{name}{tuple(args)}, {dict(kwargs)}\n  torch: {theirs}\n  shapelint: {ours}"
    COMPARED["operators: cases"] += 1
    if theirs.stage is not None:
        assert ours.stage is not None, case
        COMPARED["operators: cases that both reject"] += 1
        return
    assert ours.stage is None, case
    _consistent(ours.shapes, theirs.shapes, {}, case)
    if relaxed:
        _relaxed(ours_run, args, kwargs, theirs, case)


def _ours(run: Any, args: Sequence[Any], kwargs: Mapping[str, Any], dims: Any, need: Needs) -> Outcome:
    ready = [our_value(arg, dims) for arg in args], {k: our_value(v, dims) for k, v in kwargs.items()}
    return outcome_of("call", lambda: run(need, *ready))


def _relaxed(run: Any, args: Sequence[Any], kwargs: Mapping[str, Any], theirs: Outcome, case: str) -> None:
    values: dict[Symbol, int] = {}

    def symbolic(shape: tuple[int, ...]) -> Shape:
        return Shape(tuple(_named(size, values) for size in shape))

    def headless(shape: tuple[int, ...]) -> Shape:
        return Shape(shape[1:], "of unknown rank")

    def nothing(shape: tuple[int, ...]) -> Shape:
        return Shape((), "of unknown rank")

    weaker = (("symbolic sizes", symbolic), ("unknown leading sizes", headless), ("unknown rank", nothing))
    for what, dims in weaker[: 1 if "(0," in case or ", 0" in case else 3]:  # what is not known is at least 1
        need = Needs()
        ours = _ours(run, args, kwargs, dims, need)
        COMPARED[f"operators: accepted cases with {what}"] += 1
        text = f"{case}\n  with {what}: {ours}"
        assert ours.stage is None, text
        _consistent(ours.shapes, theirs.shapes, values, text)
        for left, right in need.equalities:
            _holds(left, right, values, lambda a, b: a == b, f"{text}\n  needs {left} == {right}")
        for left, right in need.inequalities:
            _holds(left, right, values, lambda a, b: a >= b, f"{text}\n  needs {left} >= {right}")
    for at, argument in [*enumerate(args), *kwargs.items()]:
        if isinstance(argument, T) and 0 in argument.shape:
            continue
        unknown = Unknown("not known")
        less = [unknown if i == at else a for i, a in enumerate(args)]
        named = {k: unknown if k == at else a for k, a in kwargs.items()}
        ours = _ours(run, less, named, Shape, Needs())
        COMPARED["operators: accepted cases with an unknown argument"] += 1
        text = f"{case}\n  without {at}={argument}: {ours}"
        assert ours.stage is None, text
        _consistent(ours.shapes, theirs.shapes, {}, text)
