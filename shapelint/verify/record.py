"""What torch computes: every call of a leaf module with its shapes, in execution order.

The only part of shapelint that imports torch.  A module is built and run on the meta device, where neither weights nor
arithmetic exist; where it refuses (it reads a number out of a tensor, say), it is built on the CPU and moved to meta;
where that fails too, it is run on the CPU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeAlias

import torch
from torch import nn

__all__ = ["Refused", "Size", "build", "nested_shape", "record", "tolerant_imports"]

Size: TypeAlias = tuple[int, ...]


_COMPOSITES = {
    layer.forward
    for layer in (
        nn.MultiheadAttention, nn.TransformerEncoderLayer, nn.TransformerDecoderLayer, nn.TransformerEncoder,
        nn.TransformerDecoder, nn.Transformer, nn.AdaptiveLogSoftmaxWithLoss,
    )
}  # fmt: skip


class Refused(Exception):
    """The module could not be built or run: on no device, with inputs of no dtype."""


def record(maker: Callable[[], Any], inputs: Sequence[Size]) -> dict[str, Any]:
    """The record of one run in eval mode, in the form of ``shapelint show --output-format json`` plus ``device``.

    ``maker`` makes the module anew at each try.  Inputs are floats; where these are refused, integers (token ids).
    Raises Refused with the CPU's own error.
    """
    error: Exception | None = None
    for device, make in (("meta", _on_meta), ("meta", _moved_to_meta), ("cpu", _checked)):
        try:
            module = make(maker)
        except Exception as refusal:  # noqa: BLE001  # foreign code may raise anything: it is reported, not hidden
            error = refusal
            continue
        for dtype in (torch.float32, torch.int64):
            tensors = [_tensor(size, device, dtype) for size in inputs]
            try:
                calls, output = _run(module, tensors)
            except Exception as refusal:  # noqa: BLE001
                error = refusal if dtype is torch.float32 or error is None else error
                continue
            sizes = [list(size) for size in inputs]
            return {"version": 1, "inputs": sizes, "output": nested_shape(output), "calls": calls, "device": device}
    raise Refused(f"{type(error).__name__}: {error}") from error


def nested_shape(value: Any) -> Any:
    """The shapes of the tensors in ``value`` with their nesting kept; None for anything else."""
    match value:
        case torch.Tensor():
            return [int(dim) for dim in value.shape]
        case Mapping():
            return {str(key): nested_shape(item) for key, item in value.items()}
        case tuple() | list():
            return [nested_shape(item) for item in value]
        case _:
            return None


@contextmanager
def tolerant_imports() -> Iterator[None]:
    """Let packages be imported whose compiled operators do not fit this torch: their shapes do not need them."""
    original = torch.library.register_fake

    def ignore(*_args: Any, **_keywords: Any) -> Callable[[Any], Any]:
        return lambda function: function

    torch.library.register_fake = ignore
    try:
        yield
    finally:
        torch.library.register_fake = original


def build(maker: Callable[[], Any]) -> nn.Module:
    """What ``maker`` makes, on the meta device if it can be made there, in eval mode."""
    try:
        return _on_meta(maker)
    except Exception:  # noqa: BLE001  # the CPU says what is really wrong
        return _checked(maker)


def _on_meta(maker: Callable[[], Any]) -> nn.Module:
    with torch.device("meta"):
        return _checked(maker)


def _moved_to_meta(maker: Callable[[], Any]) -> nn.Module:
    return _checked(maker).to("meta")


def _checked(maker: Callable[[], Any]) -> nn.Module:
    module = maker()
    if not isinstance(module, nn.Module):
        raise TypeError(f"a torch.nn.Module is needed, this is a {type(module).__name__}")
    return module.eval()


def _tensor(size: Size, device: str, dtype: torch.dtype) -> torch.Tensor:
    if dtype is torch.int64:
        return torch.zeros(size, dtype=dtype, device=device)
    return torch.rand(size, dtype=dtype, device=device)


def _run(module: nn.Module, inputs: Sequence[torch.Tensor]) -> tuple[list[dict[str, Any]], Any]:
    """Call ``module`` and note each call of a leaf under its first name."""
    calls: list[dict[str, Any]] = []
    leaves = list(_leaves(module))
    hooks = [leaf.register_forward_hook(partial(_note, calls, name), with_kwargs=True) for name, leaf in leaves]
    try:
        with torch.no_grad():
            output = module(*inputs)
    finally:
        for hook in hooks:
            hook.remove()
    return calls, output


def _leaves(module: nn.Module, name: str = "", seen: set[nn.Module] | None = None) -> Iterator[tuple[str, nn.Module]]:
    """The modules without children, and torch's composite layers as a whole: what is in them may not even be called."""
    seen = set() if seen is None else seen
    if module in seen:
        return
    seen.add(module)
    inside = list(module.named_children())
    if not inside or type(module).forward in _COMPOSITES:
        yield name, module
        return
    for child, inner in inside:
        yield from _leaves(inner, f"{name}.{child}" if name else child, seen)


def _note(calls: list[dict[str, Any]], path: str, leaf: nn.Module, args: Any, keywords: Any, output: Any) -> None:
    given = [*args, *keywords.values()]
    calls.append(
        {
            "path": path,
            "layer": type(leaf).__name__,
            "in": [nested_shape(value) for value in given if _has_tensor(value)],
            "out": nested_shape(output),
            "params": sum(parameter.numel() for parameter in leaf.parameters()),
        }
    )


def _has_tensor(value: Any) -> bool:
    match value:
        case torch.Tensor():
            return True
        case Mapping():
            return any(_has_tensor(item) for item in value.values())
        case tuple() | list():
            return any(_has_tensor(item) for item in value)
        case _:
            return False
