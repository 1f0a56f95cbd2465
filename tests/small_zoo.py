"""A package of models as zoos are built: blocks shared between files, registries, settings by name, cells that refer back."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

__all__ = ["write_zoo"]

FILES = {
    "__init__.py": """
        from .resnet import *
        from .cells import CellNet
        from .registry import create_model, list_models
    """,
    "registry.py": """
        import torch
        _models, _settings = {}, {}

        def register(**settings):
            def wrap(function):
                _models[function.__name__] = function
                _settings[function.__name__] = settings
                return function
            return wrap

        def list_models(kind=None):
            return [name for name in set(_models) if kind is None or _settings[name].get("kind") == kind]

        def create_model(name, **kwargs):
            return _models[name](**{**_settings[name], **kwargs})
    """,
    "blocks.py": """
        import torch
        from torch import nn

        ACTIVATIONS = {"relu": nn.ReLU, "swish": nn.SiLU, None: nn.Identity}

        class ConvBlock(nn.Module):
            def __init__(self, inputs, outputs, kernel=3, stride=1, groups=1, act="relu", norm=nn.BatchNorm2d):
                super().__init__()
                self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=norm is None)
                if norm is not None:
                    self.norm = norm(outputs)
                self.act = act() if isinstance(act, type) else ACTIVATIONS[act]()

            def forward(self, x):
                x = self.conv(x)
                if hasattr(self, "norm"):
                    x = self.norm(x)
                return self.act(x)

        class Branches(nn.Module):
            def __init__(self, **branches):
                super().__init__()
                for name, branch in branches.items():
                    self.add_module(name, branch)

            def forward(self, x):
                return torch.cat([branch(x) for branch in self.children()], 1)
    """,
    "resnet.py": """
        import torch
        from torch import nn
        from .blocks import ConvBlock, Branches
        from .registry import register

        __all__ = ["ResNet", "resnet10", "wide10", "mixed10"]

        class Unit(nn.Module):
            def __init__(self, inputs, outputs, stride=1, groups=1, scale=None):
                super().__init__()
                self.first = ConvBlock(inputs, outputs, stride=stride)
                self.second = ConvBlock(outputs, outputs, groups=groups, act=None)
                self.skip = ConvBlock(inputs, outputs, 1, stride, act=None) if stride != 1 or inputs != outputs else None
                self.scale = scale

            def forward(self, x):
                out = self.second(self.first(x))  # (N, 64, H, W)
                if self.skip is not None:
                    x = self.skip(x)
                if self.scale:
                    out = out * self.scale
                return torch.relu(out + x)

        class ResNet(nn.Module):
            def __init__(self, depths=(1, 1, 1), widths=(64, 128, 256), classes=10, drop=0.0, unit=Unit, **options):
                super().__init__()
                self.stem = Branches(a=ConvBlock(3, 32, 7, 2), b=ConvBlock(3, 32, 5, 2))
                self.stages = nn.Sequential()
                inputs = 64
                for stage, (depth, width) in enumerate(zip(depths, widths)):
                    layers = []
                    for index in range(depth):
                        layers.append(unit(inputs, width, 2 if stage and not index else 1, **options))
                        inputs = width
                    self.stages.add_module(f"stage{stage + 1}", nn.Sequential(*layers))
                self.drop = nn.Dropout(drop) if drop else None
                self.head = nn.Linear(inputs, classes)

            def forward(self, x, mask=None, features=False):
                x = self.stem(x)  # (N, 64, H/2, W/2)
                kept = {}
                for name, stage in self.stages.named_children():
                    x = stage(x)
                    if features:
                        kept[name] = x
                if mask is not None:
                    x = x * mask
                x = x.mean((2, 3))
                if self.drop is not None:
                    x = self.drop(x)
                out = self.head(x)  # (N, 10)
                return (out, kept) if features else out

        @register(kind="plain")
        def resnet10(kind="plain", **kwargs):
            return ResNet(**kwargs)

        @register(kind="wide", widths=(128, 256, 512))
        def wide10(kind="wide", **kwargs):
            return ResNet(**kwargs)

        @register(kind="mixed", groups=4)
        def mixed10(kind, pretrained=False, **kwargs):
            net = ResNet((1, 2, 1), **kwargs)
            if pretrained:
                net.load_state_dict(torch.load("mixed10.pth"))
            return net
    """,
    "cells.py": """
        import torch
        from torch import nn
        from .blocks import ConvBlock

        OPERATIONS = {
            "max": lambda width: nn.MaxPool2d(3, 1, 1), "mean": lambda width: nn.AvgPool2d(3, 1, 1),
            "conv": lambda width: ConvBlock(width, width), "wide": lambda width: ConvBlock(width, width, 5),
        }

        class Cell(nn.Module):
            def __init__(self, last, before, width, genes=frozenset({("conv", 0), ("max", 1), ("wide", 1), ("mean", 0)})):
                super().__init__()
                self.last, self.before = ConvBlock(last, width, 1), ConvBlock(before, width, 1)
                self.genes = sorted(genes)
                self.steps = nn.ModuleList([OPERATIONS[name](width) for name, _ in self.genes])

            def forward(self, before, last, keep=None):
                states = [self.before(before), self.last(last)]
                memo = {}
                for (name, source), step in zip(self.genes, self.steps):
                    if keep is not None and name not in keep:
                        continue
                    key = id(states[source]), name
                    if key not in memo:
                        memo[key] = step(states[source])
                    states.append(memo[key] + states[0])
                return torch.cat(states[-2:], 1)

        class CellNet(nn.Module):
            def __init__(self, width=16, cells=3, classes=10):
                super().__init__()
                self.stem = ConvBlock(3, width)
                self.cells = nn.ModuleList()
                before = last = width
                for _ in range(cells):
                    self.cells.append(Cell(last, before, width))
                    before, last = last, 2 * width
                self.head = nn.Linear(last, classes)

            def forward(self, x, keep=None):
                before = last = self.stem(x)  # (N, 16, H, W)
                for cell in self.cells:
                    before, last = last, cell(before, last, keep)
                return self.head(last.mean((2, 3)))  # (N, 12)
    """,
    "test_zoo.py": """
        import torch
        from . import CellNet, create_model, list_models

        def test_all():
            for name in list_models():
                net = create_model(name)
                assert net(torch.zeros(2, 3, 64, 64)).shape == (2, 10)

        if __name__ == "__main__":
            for kind in {"plain", "wide"}:
                for name in list_models(kind):
                    y = create_model(name)(torch.zeros(2, 3, 64, 64))  # (2, 11)
            z = CellNet(32)(torch.zeros(2, 3, 32, 32))  # (2, 10)
    """,
}


def write_zoo(folder: Path) -> None:
    """Write the package into ``folder``, which is made."""
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(dedent(text).lstrip(), encoding="utf-8")
