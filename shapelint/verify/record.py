"""What torch computes: every call of a leaf module with its shapes, in execution order.

The only part of shapelint that imports torch.  A module is built and run on the meta device, where neither weights nor
arithmetic exist; where it refuses (it reads a number out of a tensor, say), it is built on the CPU and moved to meta;
where that fails too, it is run on the CPU.  ``verify`` runs what is small on the CPU at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeAlias

import torch
from torch import nn
from torch.nn.utils.parametrize import type_before_parametrizations

from ..shapes.written_inputs import Input, TensorInput

__all__ = ["Refused", "Size", "build", "nested_shape", "record", "tolerant_imports"]

Size: TypeAlias = tuple[int, ...]


_COMPOSITES = {
    layer.forward
    for layer in (
        nn.MultiheadAttention, nn.TransformerEncoderLayer, nn.TransformerDecoderLayer, nn.TransformerEncoder,
        nn.TransformerDecoder, nn.Transformer, nn.AdaptiveLogSoftmaxWithLoss,
    )
}  # fmt: skip


_MOST_PARAMETERS = 60_000_000
_MOST_ELEMENTS = 2_000_000
"""What runs on the CPU within seconds and a gigabyte; what is larger runs on the meta device."""


class Refused(Exception):
    """The module could not be built or run: on no device, with inputs of no dtype.

    ``calls``: what it called before; None if it could not even be built, or broke off for lack of memory, files or packages.
    """

    def __init__(self, message: str, calls: list[dict[str, Any]] | None = None) -> None:
        super().__init__(message)
        self.calls = calls


def record(maker: Callable[[], Any], inputs: Sequence[Input | Size], *, judged: bool = False) -> dict[str, Any]:
    """The record of one run in eval mode, in the form of ``shapelint show --output-format json`` plus ``device``.

    ``maker`` makes the module anew at each try.  Inputs without a dtype are floats; where these are refused, integers (token
    ids).  ``judged``: the CPU has the last word where module and inputs are small enough for it, since the meta device
    accepts what it refuses.  Raises Refused with the CPU's own error.
    """
    given = [each if isinstance(each, Input) else Input(None, TensorInput(tuple(each))) for each in inputs]
    ways = [("meta", _on_meta), ("meta", _moved_to_meta), ("cpu", _checked)]
    refusal = Refused("there is no device")
    for device, make in ways[2:] if judged and _is_small(maker, given) else ways:
        try:
            module = make(maker)
        except Exception as error:  # noqa: BLE001  # foreign code may raise anything: it is reported, not hidden
            refusal = Refused(f"{type(error).__name__}: {error}")
            continue
        for index, dtype in enumerate((torch.float32, torch.int64)):
            args, keywords = _arguments(given, device, dtype)
            calls: list[dict[str, Any]] = []
            try:
                output = _run(module, args, keywords, calls)
            except Exception as error:  # noqa: BLE001
                if index == 0 or refusal.calls is None:
                    lacking = isinstance(error, (MemoryError, ImportError, OSError, NotImplementedError))
                    refusal = Refused(f"{type(error).__name__}: {error}", None if lacking else calls)
                continue
            sizes = [nested_shape(value) for value in (*args, *keywords.values())]
            return {"version": 1, "inputs": sizes, "output": nested_shape(output), "calls": calls, "device": device}
    raise refusal


def _is_small(maker: Callable[[], Any], inputs: Sequence[Input]) -> bool:
    try:
        module = _on_meta(maker)
    except Exception:  # noqa: BLE001  # then the CPU is the only one that may build it
        return True
    tensors, keywords = _arguments(inputs, "meta", torch.float32)
    elements = sum(tensor.numel() for tensor in _tensors((tensors, keywords)))
    return elements <= _MOST_ELEMENTS and sum(p.numel() for p in module.parameters()) <= _MOST_PARAMETERS


def _arguments(inputs: Sequence[Input], device: str, dtype: torch.dtype) -> tuple[list[Any], dict[str, Any]]:
    """Positional and named arguments; ``dtype``: of tensors for which none is stated."""
    made = [(each.name, _made(each.value, device, dtype)) for each in inputs]
    return [value for name, value in made if name is None], {name: value for name, value in made if name is not None}


def _made(value: Any, device: str, dtype: torch.dtype) -> Any:
    match value:
        case TensorInput(dims, stated):
            sizes = tuple(dim for dim in dims if isinstance(dim, int))
            if len(sizes) < len(dims):
                raise Refused(f"torch needs the size of every input: {dims}")
            kind = dtype if stated is None else getattr(torch, stated)
            if kind.is_floating_point:
                return torch.rand(sizes, device=device).to(kind)
            return torch.zeros(sizes, dtype=kind, device=device)
        case tuple() | list():
            return type(value)(_made(part, device, dtype) for part in value)
        case Mapping():
            return {key: _made(part, device, dtype) for key, part in value.items()}
        case _:
            return value


def _tensors(value: Any) -> Iterator[torch.Tensor]:
    match value:
        case torch.Tensor():
            yield value
        case Mapping():
            for part in value.values():
                yield from _tensors(part)
        case tuple() | list():
            for part in value:
                yield from _tensors(part)


def nested_shape(value: Any) -> Any:
    """The shapes of the tensors in ``value`` with their nesting kept; None for anything else."""
    match value:
        case torch.Tensor() if value.is_nested:
            return [int(dim) for dim in torch.nested.to_padded_tensor(value, 0.0).shape]
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


def _run(module: nn.Module, args: Sequence[Any], keywords: Mapping[str, Any], calls: list[dict[str, Any]]) -> Any:
    """Call ``module`` and note in ``calls`` each call of a leaf under its first name."""
    leaves = list(_leaves(module))
    hooks = [leaf.register_forward_hook(partial(_note, calls, name), with_kwargs=True) for name, leaf in leaves]
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(
        False
    )  # it makes nested tensors of masked sequences, which have other shapes
    try:
        with torch.no_grad():
            return module(*args, **keywords)
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
        for hook in hooks:
            hook.remove()


def _leaves(module: nn.Module, name: str = "", seen: set[nn.Module] | None = None) -> Iterator[tuple[str, nn.Module]]:
    """The modules without children, and torch's composite layers as a whole: what is in them may not even be called."""
    seen = set() if seen is None else seen
    if module in seen:
        return
    seen.add(module)
    # A layer whose weight is parametrized is a layer still, and calls what makes its weight whenever that is read.
    inside = [(child, inner) for child, inner in module.named_children() if child != "parametrizations"]
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
            "layer": type_before_parametrizations(leaf).__name__,
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
