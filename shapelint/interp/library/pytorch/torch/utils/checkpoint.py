"""``torch.utils.checkpoint``: what is computed again in the backward pass is computed all the same."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import Invocation, models
from shapelint.shapes import Value

_OPTIONS = ("use_reentrant", "preserve_rng_state", "context_fn", "determinism_check", "debug")


@models("torch.utils.checkpoint.checkpoint", "function, /, *inputs, **options")
def checkpoint(at: Invocation, function: Value, inputs: tuple[Value, ...], options: Mapping[str, Value]) -> Value:
    """``function(*inputs)``, which may have options of its own."""
    return at.call(function, *inputs, **{name: value for name, value in options.items() if name not in _OPTIONS})


@models("torch.utils.checkpoint.checkpoint_sequential", "functions, segments, input, **options")
def checkpoint_sequential(
    at: Invocation, functions: Value, segments: Value, input: Value, options: Mapping[str, Value]
) -> Value:
    """One function after the other."""
    for function in at.iterate(functions):
        input = at.call(function, input)
    return input
