"""The catalogue is complete, and states signatures and attributes as torch does."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import warnings
from typing import Any

import pytest
import torch
from layer_arguments import ARGUMENTS
from oracle import our_layer, torch_layer

from shapelint import layers
from shapelint.shapes import Kind, Needs, Tensor

_PUBLIC = sorted(name for name, value in vars(torch.nn).items() if inspect.isclass(value) and not name.startswith("_"))
_VARIADIC = {"RNN", "LSTM", "GRU", "Sequential", "Identity"}  # torch writes *args where one signature is meant
_BUILT_OF = {"TransformerEncoder", "TransformerDecoder"}  # tested on their own: they take a module


def test_every_public_class_is_catalogued_or_opaque_with_a_reason() -> None:
    """No class of ``torch.nn`` is missing, none is listed twice, and none is invented."""
    catalogued, opaque = set(layers.CATALOGUE), set(layers.OPAQUE)
    assert sorted(catalogued | opaque) == _PUBLIC
    assert not catalogued & opaque
    assert all(layers.OPAQUE.values())


def test_every_layer_has_generated_arguments() -> None:
    """A layer that is declared is compared with torch."""
    compared = {name for name, layer in layers.CATALOGUE.items() if not layer.is_container} - _BUILT_OF
    assert set(ARGUMENTS) == compared


@pytest.mark.parametrize("name", sorted(layers.CATALOGUE))
def test_entry_is_documented(name: str) -> None:
    """An entry has a formula, and the page it comes from."""
    layer = layers.CATALOGUE[name]
    assert layer.formula
    assert re.fullmatch(r"https://docs\.pytorch\.org/docs/2\.13/generated/torch\.nn\.\w+\.html", layer.page)
    assert hasattr(torch.nn, layer.page.split(".")[-2])


@pytest.mark.parametrize("name", sorted(set(layers.CATALOGUE) - _VARIADIC))
def test_constructor_signature_is_the_one_of_torch(name: str) -> None:
    """Names, order, kinds and defaults of the constructor's parameters."""
    _same_signature(layers.CATALOGUE[name].signature, inspect.signature(getattr(torch.nn, name).__init__))


@pytest.mark.parametrize("name", sorted(n for n, layer in layers.CATALOGUE.items() if not layer.is_container))
def test_forward_signature_is_the_one_of_torch(name: str) -> None:
    """Names, order and defaults of the parameters of ``forward``."""
    _same_signature(layers.CATALOGUE[name].inputs, inspect.signature(getattr(torch.nn, name).forward))


def _same_signature(ours: layers.Signature, theirs: inspect.Signature) -> None:
    parameters = list(theirs.parameters.values())[1:]
    by_kind = {kind: tuple(p.name for p in parameters if p.kind is kind) for kind in {p.kind for p in parameters}}
    if not parameters or ours.positional == ours.keyword_only == ():  # torch's own catch-all of a layer without any
        return
    assert ours.positional == by_kind.get(inspect.Parameter.POSITIONAL_OR_KEYWORD, ())
    assert ours.keyword_only == by_kind.get(inspect.Parameter.KEYWORD_ONLY, ())
    defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
    assert ours.defaults.keys() == defaults.keys()
    for parameter, value in defaults.items():
        if not callable(value):  # activation=F.relu is "relu" here
            assert ours.defaults[parameter] == value, parameter


_EXAMPLES: dict[str, dict[str, Any]] = {
    "Conv2d": {"in_channels": 4, "out_channels": 6, "kernel_size": 3, "stride": (1, 2), "padding": 1, "groups": 2},
    "Conv1d": {"in_channels": 4, "out_channels": 6, "kernel_size": 3, "padding": "same"},
    "ConvTranspose3d": {"in_channels": 4, "out_channels": 6, "kernel_size": 3, "output_padding": 1, "stride": 2},
    "MaxPool2d": {"kernel_size": 2},
    "AvgPool1d": {"kernel_size": 2},
    "AvgPool2d": {"kernel_size": (2, 3), "padding": 1},
    "AdaptiveAvgPool2d": {"output_size": (None, 3)},
    "FractionalMaxPool2d": {"kernel_size": 2, "output_ratio": 0.5},
    "MaxUnpool2d": {"kernel_size": 2},
    "LPPool2d": {"norm_type": 2, "kernel_size": 2},
    "ReflectionPad2d": {"padding": 1},
    "ConstantPad1d": {"padding": (1, 2), "value": 0.5},
    "BatchNorm2d": {"num_features": 4},
    "InstanceNorm1d": {"num_features": 4},
    "GroupNorm": {"num_groups": 2, "num_channels": 4},
    "LayerNorm": {"normalized_shape": 5},
    "RMSNorm": {"normalized_shape": [2, 3]},
    "Linear": {"in_features": 4, "out_features": 5},
    "Bilinear": {"in1_features": 4, "in2_features": 3, "out_features": 5},
    "PReLU": {"num_parameters": 3},
    "Hardtanh": {"min_val": -2.0},
    "Upsample": {"scale_factor": 2},
    "UpsamplingBilinear2d": {"size": 3},
    "Embedding": {"num_embeddings": 9, "embedding_dim": 3, "padding_idx": -1},
    "EmbeddingBag": {"num_embeddings": 9, "embedding_dim": 3},
    "RNN": {"input_size": 3, "hidden_size": 4},
    "LSTM": {"input_size": 3, "hidden_size": 4, "num_layers": 2, "bidirectional": True, "proj_size": 2},
    "GRU": {"input_size": 3, "hidden_size": 4},
    "LSTMCell": {"input_size": 3, "hidden_size": 4},
    "MultiheadAttention": {"embed_dim": 6, "num_heads": 2, "kdim": 3},
    "Dropout": {"p": 0.3},
    "Flatten": {},
    "PixelShuffle": {"upscale_factor": 2},
    "Fold": {"output_size": 4, "kernel_size": 2},
    "CrossEntropyLoss": {},
    "AdaptiveLogSoftmaxWithLoss": {"in_features": 8, "n_classes": 9, "cutoffs": [2, 5]},
}


@pytest.mark.parametrize("name", sorted(_EXAMPLES))
def test_public_attributes_are_those_of_torch(name: str) -> None:
    """What code reads from an instance (``conv.kernel_size``, ``bn.weight.shape``) is there, with torch's value."""
    layer = layers.CATALOGUE[name]
    ours = layer.construct(Needs(), layer.bind((), _EXAMPLES[name]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = getattr(torch.nn, name)(**_EXAMPLES[name])
    plain = {k: v for k, v in vars(module).items() if not k.startswith("_") and k != "training"}
    tensors = {**module._parameters, **module._buffers}
    assert {k: ours.get(k, "missing") for k in plain} == plain
    for attribute, tensor in tensors.items():
        given = ours[attribute]
        assert (given and given.shape.dims) == (tuple(tensor.shape) if tensor is not None else None), attribute
    assert {n for n, v in ours["_parameters"].items() if isinstance(v, Tensor)} == {
        n for n, _ in module.named_parameters()
    }


_LARGE: tuple[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]], ...] = (
    ("Conv2d", (3, 64, 7, 2, 3), {}, (8, 3, 224, 224)),
    ("ConvTranspose2d", (1024, 512, 4, 2, 1), {"bias": False}, (8, 1024, 16, 16)),
    ("MaxPool2d", (3, 2, 1), {"ceil_mode": True}, (8, 64, 112, 112)),
    ("Linear", (25088, 4096), {}, (8, 25088)),
    ("LSTM", (512, 1024, 3), {"bidirectional": True}, (40, 8, 512)),
    ("TransformerEncoderLayer", (768, 12, 3072), {"batch_first": True}, (8, 197, 768)),
    ("Transformer", (), {}, (10, 32, 512)),
    ("GroupNorm", (32, 256), {}, (8, 256, 64, 64)),
)


@pytest.mark.parametrize(("name", "args", "kwargs", "shape"), _LARGE)
def test_sizes_of_real_models_agree_on_the_meta_device(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any], shape: tuple[int, ...]
) -> None:
    """Output shapes and parameter counts of layers as large as people build them."""
    from oracle import T, shapes_of

    inputs = [T(shape)] * len(layers.CATALOGUE[name].inputs.required)
    with torch.device("meta"):
        module = getattr(torch.nn, name)(*args, **kwargs).eval()
        theirs = shapes_of(module(*(torch.empty(shape) for _ in inputs)))
    ours = our_layer(name, args, kwargs, inputs)
    assert (ours.shapes, ours.parameters) == (theirs, sum(p.numel() for p in module.parameters()))


@pytest.mark.parametrize(
    ("name", "args", "kwargs"),
    [
        ("Conv2d", (3, 8), {}),
        ("Conv2d", (3, 8, 3, 1, 0, 1, 1, True, "zeros", None, None, 1), {}),
        ("Conv2d", (3, 8, 3), {"kernel": 3}),
        ("Conv2d", (3, 8, 3), {"in_channels": 3}),
        ("Linear", (), {"out_features": 3}),
        ("ReLU", (True, 1), {}),
        ("BatchNorm2d", (3, 1e-5, 0.1, True, True, None, None, True), {}),
        ("LSTM", (3, 4), {"nonlinearity": "tanh"}),
        ("GRU", (3, 4), {"proj_size": 1}),
        ("Sigmoid", (1,), {}),
    ],
)
def test_wrong_number_or_name_of_arguments_is_rejected_as_by_torch(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    """What Python's call would not accept is an invalid argument, to both."""
    theirs, ours = torch_layer(name, args, kwargs, ()), our_layer(name, args, kwargs, ())
    assert theirs.stage == ours.stage == "construct"
    assert ours.reject is not None and ours.reject.kind is Kind.ARGUMENT


def test_importing_the_catalogue_parses_no_signature() -> None:
    """Signatures are parsed when first asked for: the linter starts on every commit."""
    code = "import shapelint.layers.signature as s, shapelint.layers; print(s.signature.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
