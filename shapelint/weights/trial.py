"""Other arguments for a target, tried out: the model is built with them, and compared again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import libcst as cst

from ..interp.model.classes import Instance
from .argument_advice import arguments_that_fit, expression_of, integer_parameters
from .comparison import CheckpointComparison

__all__ = ["with_argument", "working_arguments"]

_MOST_TRIALS = 6
_MOST_MISMATCHES = 40
"""How many mismatches are asked for their arguments: they are mostly the same few."""


def working_arguments(
    expression: str,
    module: Instance,
    comparison: CheckpointComparison,
    entries: Mapping[str, Any],
    compared: Callable[[str], CheckpointComparison | None],
) -> tuple[dict[str, int], CheckpointComparison]:
    """The arguments of the target by which fewer sizes differ, and what is left then.

    ``compared``: the comparison for another expression, None where that gives no model.  One argument at a time is
    changed, the one first by which most sizes become right.
    """
    chosen: dict[str, int] = {}
    best, room = comparison, _MOST_TRIALS
    for name, value in _candidates(expression, module, comparison, entries):
        if not best.mismatched or room == 0:
            break
        if name in chosen:
            continue
        room -= 1
        found = compared(with_argument(expression, {**chosen, name: value}))
        if found is not None and len(found.mismatched) < len(best.mismatched):
            chosen[name], best = value, found
    return chosen, best


def with_argument(expression: str, arguments: Mapping[str, int]) -> str:
    """``resnet50(pretrained=False)`` and ``{"num_classes": 21}``: ``resnet50(pretrained=False, num_classes=21)``."""
    node = cst.parse_expression(expression)
    call = node if isinstance(node, cst.Call) else cst.Call(func=node)
    kept = [arg for arg in call.args if arg.keyword is None or arg.keyword.value not in arguments]
    more = [cst.parse_expression(f"f({name}={value})").args[0] for name, value in arguments.items()]  # type: ignore[attr-defined]
    kept = [arg.with_changes(comma=cst.MaybeSentinel.DEFAULT) for arg in (*kept, *more)]
    return cst.Module(body=[]).code_for_node(call.with_changes(args=kept))


def _candidates(
    expression: str, module: Instance, comparison: CheckpointComparison, entries: Mapping[str, Any]
) -> Iterator[tuple[str, int]]:
    """Names and values worth trying, the most promising first."""
    votes: Counter[tuple[str, int]] = Counter()
    own = {**integer_parameters(module), **_given(expression)}
    for mismatch in comparison.mismatched[:_MOST_MISMATCHES]:
        for argument, value in arguments_that_fit(mismatch.entry, entries).items():
            match expression_of(mismatch.entry, argument):
                case cst.Name(name):
                    votes[name, value] += 2
        dims = mismatch.entry.tensor.shape.dims
        for dim, size in zip(dims, mismatch.saved or (), strict=False):
            # A width of which all others are multiples (``ngf * 8``), or the size itself.
            if not isinstance(dim, int) or dim in (0, size):
                continue
            for name, now in own.items():
                if now and size * now % dim == 0 and size * now // dim != now:
                    votes[name, size * now // dim] += 1
    yield from (candidate for candidate, _ in votes.most_common())


def _given(expression: str) -> dict[str, int]:
    """The integers that an expression gives by name."""
    node = cst.parse_expression(expression)
    if not isinstance(node, cst.Call):
        return {}
    return {
        arg.keyword.value: int(arg.value.value)
        for arg in node.args
        if arg.keyword is not None and isinstance(arg.value, cst.Integer) and arg.value.value.isdigit()
    }
