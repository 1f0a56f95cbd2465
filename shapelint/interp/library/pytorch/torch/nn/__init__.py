"""``torch.nn``: parameters, and what wraps a module or its weights.  Layers are in ``shapelint/layers``."""

from __future__ import annotations

from shapelint.interp.library.declare import ANYTHING, Invocation, means, modelled, models
from shapelint.interp.library.no_effect import returns_first
from shapelint.interp.library.tuples import tuple_of
from shapelint.interp.model.values import External
from shapelint.layers.argument_readers import flag
from shapelint.shapes import Parameter, Tensor, Unknown, Value, unknown_rank

_MOST_AXES = 64

means("torch.nn.UninitializedParameter", External("torch.nn.UninitializedParameter"))
models(
    "torch.nn.parallel.DistributedDataParallel torch.nn.parallel.DataParallel torch.nn.SyncBatchNorm.convert_sync_batchnorm",
    ANYTHING,
)(returns_first)


@models("torch.nn.Parameter", "data=None, requires_grad=True")
def parameter(at: Invocation, data: Value, requires_grad: Value) -> Value:
    """A tensor that belongs to the module it is assigned to."""
    trainable = flag(requires_grad)
    if isinstance(data, Tensor):
        result = Parameter(at.machine.tape.resolve(data.shape), data.dtype, trainable=trainable)
        result.share(data, data.places)
        return result
    return None if data is None else Parameter(unknown_rank("a parameter of unknown shape"), trainable=trainable)


@models("torch.nn.Buffer", "data=None, *, persistent=True")
def buffer(at: Invocation, data: Value, persistent: Value) -> Value:
    """A tensor that belongs to the module and is not trained."""
    return data


@models("torch.nn.parallel.data_parallel", "module, inputs, *rest, **options")
def data_parallel(at: Invocation, module: Value, inputs: Value, rest: Value, options: Value) -> Value:
    """The module is called with the inputs; the parts of the batch come together again."""
    return at.call(module, *(inputs if isinstance(inputs, tuple) else (inputs,)))


for _count, _name in enumerate(("_single", "_pair", "_triple", "_quadruple"), 1):
    models(f"torch.nn.modules.utils.{_name}", "x")(tuple_of(_count, splits_text=True))


@models("torch.nn.modules.utils._ntuple", "n, name='parse'")
def ntuple(at: Invocation, n: Value, name: Value) -> Value:
    """A function that makes tuples of ``n``."""
    if not isinstance(n, int) or n > _MOST_AXES:
        return Unknown("a tuple of unknown length")
    return modelled("parse", "x", tuple_of(n, splits_text=True))
