"""What is written through one tensor is seen in, or forgotten of, all that share its memory; torch is the judge."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from interp_support import result
from ops_oracle import torch_function, torch_value
from oracle import cases
from test_ops import STRATEGIES, declarations_of

from shapelint import ops
from shapelint.shapes import Needs, Reject, Shape, Tensor

_KINDS = {torch.float32: "float", torch.int64: "int", torch.bool: "bool"}


@pytest.mark.parametrize("pattern", STRATEGIES)
def test_what_any_operator_shares_with_its_operands_is_torch_s(pattern: str) -> None:
    """After the call, and after a write through its result, the elements that we know of the operands are those of torch."""

    @settings(max_examples=cases(40))
    @given(st.data())
    def compare(data: Any) -> None:
        op = data.draw(st.sampled_from(declarations_of(pattern)))
        args, kwargs = STRATEGIES[pattern](data.draw)
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            _compare(op, [torch_value(arg) for arg in args], {name: torch_value(arg) for name, arg in kwargs.items()})

    compare()


def _compare(op: ops.Op, args: list[Any], kwargs: dict[str, Any]) -> None:
    ours: dict[int, Tensor] = {}
    positional = [_ours(arg, ours) for arg in args]
    named = {name: _ours(arg, ours) for name, arg in kwargs.items()}
    operands = list(_tensors([*args, *kwargs.values()]))
    try:
        found = op.apply(Needs(), positional, named)
        theirs = torch_function(op)(*args, **kwargs)
    except (Reject, RuntimeError, IndexError, TypeError, ValueError, NotImplementedError):
        return
    _agree(op, operands, ours, "the call")
    _same_elements(op, found, theirs)
    for mine, other in zip(_tensors(found), _tensors(theirs), strict=False):
        try:
            other.fill_(1)
        except RuntimeError:  # several of its elements share a place
            continue
        ops.METHODS["fill_"].apply(Needs(), [mine, 1], {})
        _agree(op, operands, ours, "a write to the result")


def _ours(value: Any, made: dict[int, Tensor]) -> Any:
    """The value with each tensor as one of ours that has the same elements."""
    if isinstance(value, torch.Tensor):
        if id(value) not in made:
            kind = _KINDS.get(value.dtype)
            known = None if kind is None or value.numel() > 4096 else value.tolist()
            made[id(value)] = Tensor(Shape(tuple(value.shape)), kind, known)
        return made[id(value)]
    if isinstance(value, (list, tuple)):
        return type(value)(_ours(part, made) for part in value)
    return value


def _tensors(value: Any) -> Iterator[Any]:
    if isinstance(value, (torch.Tensor, Tensor)):
        yield value
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _tensors(part)


def _agree(op: ops.Op, operands: list[torch.Tensor], ours: dict[int, Tensor], after: str) -> None:
    for tensor in operands:
        known = ours[id(tensor)].values
        assert known is None or _close(known, tensor), f"{op.name}: {known} after {after}, not {tensor}"


def _same_elements(op: ops.Op, found: Any, theirs: Any) -> None:
    for mine, other in zip(_tensors(found), _tensors(theirs), strict=False):
        known = mine.values
        assert known is None or _close(known, other), f"{op.name} gives {known}, not {other}"


def _close(known: Any, tensor: torch.Tensor) -> bool:
    expected = tensor.double()
    given = torch.tensor(known, dtype=torch.float64)
    return given.numel() == expected.numel() and torch.allclose(
        given.reshape(expected.shape), expected, rtol=1e-4, atol=1e-5, equal_nan=True
    )


PROGRAM = """
import missing
options = missing.options()
known, told, kept, looped = torch.ones(4), torch.ones(4), torch.ones(4), torch.ones(4)
{}
r = [len(each.nonzero()) for each in (known, told, kept, looped)]
"""


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("known[1:3] = 0", (2, 4, 4, 4)),
        ("known.view(2, 2)[0].zero_(); told.T[0] += 1; kept.data[3] = 0", (2, 4, 3, 4)),
        ("missing.fill(told)", (4, None, 4, 4)),
        ("missing.fill([told, kept])", (4, None, None, 4)),
        ("options['x'][0] = 0", (None, None, None, None)),
        ("missing.register(lambda: told.fill_(0))", (None, None, None, None)),
        ("missing.register(lambda: told)", (4, 4, 4, 4)),
        ("nn.ReLU(inplace=True)(told)", (4, None, 4, 4)),
        ("told.unheard_of()", (4, None, 4, 4)),
        ("[row.fill_(0) for row in looped.view(4, 1)[:2]]", (4, 4, 4, 2)),
        ("torch.mul(known, 0, out=told)", (4, None, 4, 4)),
    ],
)
def test_what_may_have_been_written_is_forgotten(line: str, counts: tuple[int | None, ...]) -> None:
    """By code that is not followed, or through what is not known; and nothing else is."""
    found = result(PROGRAM.format(line))
    assert [count if isinstance(count, int) else None for count in found] == list(counts)
