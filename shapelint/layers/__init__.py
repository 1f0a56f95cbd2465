"""The catalogue of ``torch.nn``: what each layer makes of the shapes it is given.

Layers that differ only in their number of axes (``Conv1d``, ``Conv2d``, ``Conv3d``) are declared once.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import (
    activation,
    adaptive_pool,
    attention,
    batch_norm,
    cell,
    container,
    conv,
    conv_transpose,
    distance,
    embedding,
    fold,
    linear,
    loss,
    loss_classes,
    loss_margin,
    norm,
    pad,
    pool,
    recurrent,
    reshaping,
    transformer,
    unpool,
    upsample,
)
from .declare import Args, Declaration, Layer, Lazy, Resizing, Window
from .fractional import of_layer
from .signature import Signature

__all__ = ["CATALOGUE", "OPAQUE", "Args", "Declaration", "Layer", "Lazy", "Resizing", "Signature", "Window", "of_layer"]

_MODULES = (
    conv, conv_transpose, pool, adaptive_pool, unpool, pad, batch_norm, norm, linear, activation, reshaping, fold, upsample,
    embedding, recurrent, cell, attention, transformer, distance, loss, loss_classes, loss_margin, container,
)  # fmt: skip

CATALOGUE: Mapping[str, Layer] = {
    layer.name: layer
    for module in _MODULES
    for declaration in vars(module).values()
    if isinstance(declaration, Declaration)
    for layer in declaration.layers
}
"""Layers by the name of their class in ``torch.nn``."""

OPAQUE: Mapping[str, str] = {
    "Module": "the base class: what it does is what its subclass says",
    "RNNBase": "the base class of RNN, LSTM and GRU; it has no forward",
    "RNNCellBase": "the base class of the cells; it has no forward",
    "Parameter": "a tensor, not a layer: the interpreter keeps its shape",
    "Buffer": "a tensor, not a layer: the interpreter keeps its shape",
    "UninitializedParameter": "a tensor without a shape until its lazy layer is called",
    "UninitializedBuffer": "a tensor without a shape until its lazy layer is called",
    "LinearCrossEntropyOptions": "settings of LinearCrossEntropyLoss that no shape depends on",
}
"""Public classes of ``torch.nn`` whose behaviour is not modelled, and why."""
