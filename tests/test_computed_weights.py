"""Weights that are computed of others: what ``weight_norm`` and its kind make of the parameters of a layer is torch's."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from shapelint.interp.model.state import state_of
from shapelint.interp.paths.targets import construct
from shapelint.summary import show
from shapelint.summary.target import load

HEAD = """
from torch import nn
from torch.nn.utils import parametrizations, parametrize, weight_norm, spectral_norm
from torch.nn.utils import remove_weight_norm, remove_spectral_norm


class Symmetric(nn.Module):
    def forward(self, x):
        return x + x.T


"""
LAYERS = (
    "parametrizations.weight_norm(nn.Linear(3, 4))", "weight_norm(nn.Conv1d(3, 4, 5))", "spectral_norm(nn.Linear(3, 4))",
    "parametrizations.spectral_norm(nn.Conv2d(3, 4, 3))", "parametrizations.orthogonal(nn.Linear(3, 4))",
    "weight_norm(nn.Conv1d(3, 4, 5), dim=None)", "weight_norm(nn.ConvTranspose1d(3, 4, 5), 'weight', 1)",
    "weight_norm(nn.LSTM(3, 4), name='weight_hh_l0')", "remove_weight_norm(weight_norm(nn.Linear(3, 4)))",
    "spectral_norm(nn.ConvTranspose2d(3, 4, 3))", "spectral_norm(nn.BatchNorm1d(4))", "nn.Sequential(weight_norm(nn.Conv1d(3, 8, 1)))",
    "parametrizations.spectral_norm(nn.ConvTranspose2d(3, 4, 3, bias=False))", "parametrizations.spectral_norm(nn.BatchNorm1d(4))",
    "parametrizations.orthogonal(nn.Linear(3, 5), use_trivialization=False)", "remove_spectral_norm(spectral_norm(nn.Conv2d(3, 4, 3)))",
    "parametrize.register_parametrization(nn.Linear(3, 3), 'weight', Symmetric())",
    "parametrizations.weight_norm(nn.Linear(3, 5), dim=1).requires_grad_(False)",
    "parametrize.remove_parametrizations(parametrizations.weight_norm(nn.Conv2d(3, 4, 3)), 'weight')",
)  # fmt: skip


@pytest.mark.parametrize("layer", LAYERS)
def test_names_shapes_and_order_are_torch_s(layer: str, tmp_path: Path) -> None:
    """Of the ``state_dict``, the parameters with their ``requires_grad``, and the buffers."""
    text = f"{HEAD}net = {layer}\n"
    path = tmp_path / "net.py"
    path.write_text(text)
    names: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(text, names)
    theirs = names["net"]
    project, file = load(str(path))
    ours = state_of(construct(file, project, "net"))
    assert not ours.unfollowed
    saved = [(name, tuple(tensor.shape)) for name, tensor in theirs.state_dict().items()]
    assert [(each.name, tuple(each.tensor.shape.dims)) for each in ours.saved] == saved
    trainable = [(name, parameter.requires_grad) for name, parameter in theirs.named_parameters()]
    assert [(each.name, getattr(each.tensor, "trainable", None)) for each in ours.parameters] == trainable
    assert [each.name for each in ours.buffers] == [name for name, _ in theirs.named_buffers()]


@pytest.mark.parametrize(
    ("layer", "size"),
    [
        ("weight_norm(nn.Conv1d(3, 4, 3))", (2, 3, 8)),
        ("parametrizations.weight_norm(nn.Linear(6, 3))", (2, 6)),
        ("spectral_norm(nn.ConvTranspose2d(3, 4, 3)).eval()", (1, 3, 5, 5)),
        ("parametrize.register_parametrization(nn.Linear(3, 3), 'weight', Symmetric())", (2, 3)),
        ("remove_weight_norm(weight_norm(nn.Linear(3, 4)))", (2, 3)),
    ],
)
def test_multiply_adds_are_those_of_the_weight(layer: str, size: tuple[int, ...], tmp_path: Path) -> None:
    """What is computed is multiplied with as any weight."""
    text = f"{HEAD}net = {layer}\n"
    path = tmp_path / "net.py"
    path.write_text(text)
    names: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(text, names)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        names["net"](torch.zeros(size))
    assert show(f"{path}::net", [size])["totals"]["mult_adds"] == counter.get_total_flops() // 2
