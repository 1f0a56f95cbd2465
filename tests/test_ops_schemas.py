"""Every operator called as torch's own signatures allow: what torch takes is taken here, with its shape."""

from __future__ import annotations

import functools
import inspect
import random
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from operator_schemas import Overload, call, overloads
from ops_oracle import our_value, torch_function, torch_value
from oracle import COMPARED, T, _consistent, cases, outcome_of

from shapelint import ops
from shapelint.ops import Op
from shapelint.ops.declare import ALIASES
from shapelint.shapes import Needs

_STORAGE = (
    "backward", "resize_", "set_", "item", "tolist", "data_ptr", "numpy", "requires_grad_", "retain_grad", "register_hook",
    "share_memory_", "cuda", "to", "pin_memory", "new", "type",
)  # fmt: skip
"""Methods that are about memory, devices or gradients."""

_ODD = {
    "torch.split": "an overload for strings",
    "torch.fft.rfftfreq": "-1 gives one frequency",
    "torch.unique_consecutive": "return_inverse, when positional, is taken for return_counts",
    "torch.nn.functional.scaled_dot_product_attention": "an empty attention checks nothing",
    "torch.nn.functional.pixel_unshuffle": "an empty input is returned as it is",
    "torch.pixel_unshuffle": "an empty input is returned as it is",
    "torch.cummax": "any dim of an empty tensor",
    "torch.cummin": "any dim of an empty tensor",
    "cummax": "any dim of an empty tensor",
    "cummin": "any dim of an empty tensor",
    "torch.broadcast_to": "a new dimension of -1 beside one of 0",
    "torch.nn.functional.adaptive_max_pool1d_with_indices": "no channels are taken as an empty batch",
    "torch.nn.functional.adaptive_max_pool2d_with_indices": "no channels are taken as an empty batch",
    "torch.nn.functional.adaptive_max_pool2d": "no channels are taken as an empty batch",
    "torch.nn.functional.adaptive_max_pool3d": "no channels are taken as an empty batch",
    "torch.nn.functional.fractional_max_pool2d": "no channels are taken as an empty batch",
    "torch.nn.functional.max_unpool2d": "no channels are taken as an empty batch",
    "torch.nn.functional.max_unpool3d": "no channels are taken as an empty batch",
    "torch.hstack": "an empty vector first makes it join rows",
    "torch.cholesky": "a vector without entries",
    "torch.scatter": "a source that is empty is not looked at",
    "torch.scatter_add": "a source that is empty is not looked at",
    "scatter": "a source that is empty is not looked at",
}
"""What torch takes against its own rules, mostly where there are no elements; here it is refused, or said otherwise."""


def _swept() -> Iterator[tuple[Op, int, Overload]]:
    for op in (*ops.FUNCTIONS.values(), *ops.METHODS.values()):
        if not op.name.startswith("numpy.") and op.name not in ops.ARRAY_METHODS and op.name not in _STORAGE:
            for number, overload in enumerate(overloads(op)):
                yield op, number, overload


def _disagreement(op: Op, args: list[Any], kwargs: dict[str, Any]) -> str | None:
    """What is wrong with our answer to a call that torch takes; None if nothing is, or if torch refuses it."""
    function = torch_function(op)
    try:
        given, named = [torch_value(arg) for arg in args], {name: torch_value(value) for name, value in kwargs.items()}
    except RuntimeError:  # a negative size
        return None
    theirs = outcome_of("call", lambda: function(*given, **named))
    ours = outcome_of(
        "call",
        lambda: op.apply(Needs(), [our_value(arg) for arg in args], {n: our_value(v) for n, v in kwargs.items()}),
    )
    COMPARED["operators: calls made from torch's signatures"] += 1
    if theirs.stage is not None:
        COMPARED[f"operators: such calls that {'both reject' if ours.stage else 'only torch rejects'}"] += 1
        return None
    case = f"{op.name}{tuple(args)}, {kwargs}\n  torch: {theirs.shapes}\n  shapelint: {ours}"
    try:
        assert ours.stage is None, case
        _consistent(ours.shapes, theirs.shapes, {}, case)
    except AssertionError:
        return case
    return None


@pytest.mark.parametrize("prefix", ["torch.nn", "torch.linalg", "torch.fft", "torch.", ""])
def test_calls_made_from_torchs_signatures_are_taken(prefix: str) -> None:
    """Every overload; arguments positional, named, None, or left out."""
    wrong = []
    prefixes = ("torch.nn", "torch.linalg", "torch.fft", "torch.", "")
    for op, number, overload in _swept():
        if next(p for p in prefixes if op.name.startswith(p)) != prefix or op.name in _ODD:
            continue
        chance = random.Random(f"{op.name} {number}")
        for _ in range(cases(6)):
            args, kwargs = call(overload, chance)
            if op.is_method and not (args and isinstance(args[0], T)):
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = _disagreement(op, args, kwargs)
            wrong += [found] if found is not None else []
    assert not wrong, "\n".join(wrong[:10])


def test_what_torch_takes_against_its_rules_is_an_operator() -> None:
    """The list of exceptions names only what is declared."""
    assert {*_ODD} <= {*ops.FUNCTIONS, *ops.METHODS}


def test_names_of_parameters_of_torchs_python_functions_are_taken() -> None:
    """What torch wraps in Python has signatures that can be asked: ``torch.split(tensor=...)``."""
    asked = 0
    for dotted, op in ops.FUNCTIONS.items():
        function = functools.reduce(lambda found, part: getattr(found, part, None), dotted.split(".")[1:], torch)
        if not dotted.startswith("torch.") or not inspect.isfunction(function):
            continue
        declared = op.signature
        names = {*declared.positional, *declared.keyword_only}
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
                asked += 1
                assert parameter.name in names or ALIASES.get(parameter.name) in names, (dotted, parameter.name)
    assert asked > 400
