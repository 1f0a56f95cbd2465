"""``torchvision.models`` where the package itself is not at hand: its classifiers, child by child.

What they are made of is in ``tables/torchvision.json``, which ``bench/heads.py`` writes.  Heads and single layers are layers like
any other, so that they can be replaced; what is larger is a part of which only the sizes are known.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from shapelint.interp.library.declare import Invocation, method, models
from shapelint.interp.library.sizes import is_size
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.module_tree import MODULE
from shapelint.interp.model.values import Gap
from shapelint.interp.modules.entries import register
from shapelint.shapes import Shape, Tensor, Unknown, Value

_TABLE = os.path.join(os.path.dirname(os.path.dirname(__file__)), "tables", "torchvision.json")
_HARMLESS = frozenset({"weights", "pretrained", "progress", "num_classes"})
"""Options of a model that leave its sizes as they are, the number of classes aside."""
_NET = Class("Module of torchvision", (MODULE,), unknown_base="torchvision.models")
_PART = Class("Part", (MODULE,), unknown_base="a part of a model of torchvision")
_SIZES, _STEPS = "_sizes", "_steps"
_INSIDE = "what is inside a part of a model of torchvision is not followed"


@cache
def _table() -> Mapping[str, Any]:
    with open(_TABLE, encoding="utf-8") as file:
        found: Mapping[str, Any] = json.load(file)
    return found


def _declare(name: str) -> None:
    cls = Class(name, (_NET,))

    @models(f"torchvision.models.{name}", "*args, **options")
    def build(at: Invocation, args: tuple[Value, ...], options: Mapping[str, Value]) -> Value:
        """The model with its classes, 1000 if their number is not given."""
        if len(args) > 1 or not options.keys() <= _HARMLESS:
            return at.unknown(f"'{name}' with these options is not followed")
        net = at.call(cls)
        classes = options.get("num_classes", 1000)
        if isinstance(net, Instance):
            _fill(at, net, _table()[name], classes if is_size(classes) else Unknown("the number of classes"))
        return net


def _fill(at: Invocation, net: Instance, steps: Sequence[Any], classes: Value) -> None:
    """Give the model its children; the layer before the classes of ImageNet ends in those that are asked for."""
    for position, (name, kind, arguments) in enumerate(steps):
        if name is not None:
            is_last = position == len(steps) - 1
            register(at.machine, net, name, _child(at, kind, arguments, classes if is_last else None))
    at.update(net, {_STEPS: [kind if name is None else [name] for name, kind, _ in steps]})


def _child(at: Invocation, kind: str, arguments: Sequence[Any], classes: Value) -> Value:
    if kind == "Part":
        part = at.call(_PART)
        if isinstance(part, Instance):
            at.update(part, {_SIZES: tuple(arguments)})
            # Whoever asks for its children (`list(vgg.features.children())[:3]`) gets some, and nobody knows which.
            register(at.machine, part, Unknown(_INSIDE), Gap(_INSIDE))
        return _unwritten(part)
    if kind == "Sequential":
        ends = [None] * (len(arguments) - 1) + [classes]
        made = [_child(at, inner, given, end) for (inner, given), end in zip(arguments, ends, strict=True)]
        return _unwritten(at.call(at.machine.project.external("torch.nn.Sequential"), *made))
    given = [tuple(value) if isinstance(value, list) else value for value in arguments]
    if classes is not None and kind in ("Linear", "Conv2d"):
        given[1] = classes
    return _unwritten(at.call(at.machine.project.external(f"torch.nn.{kind}"), *given))


def _unwritten(module: Value) -> Value:
    """A module that no call of the program builds: its arguments stand nowhere that one could point to."""
    if isinstance(module, Instance):
        module.built, module.made_by, module.made_within = None, [], ()
    return module


@method(_NET, "forward", "self, x")
def forward(at: Invocation, self: Instance, x: Value) -> Value:
    """Its children one after the other, with a pooling or a flattening between them."""
    steps = self.attributes.get(_STEPS)
    if not isinstance(steps, list) or "forward" in self.attributes:
        return Unknown("another forward of a model of torchvision")
    for step in steps:
        if isinstance(step, list):
            x = at.call(self.attributes.get(step[0], Unknown("a part that was taken away")), x)
        elif isinstance(x, Tensor) and x.shape.rank == 4:
            batch, channels, height, width = at.machine.tape.resolve(x.shape).dims
            x = Tensor(Shape((batch, channels * height * width if step == "flatten" else channels)), x.dtype)
        else:
            return Unknown("an image of unknown size")
    return x


@method(_PART, "forward", "self, x")
def run_part(at: Invocation, self: Instance, x: Value) -> Value:
    """An image with other channels, and a fraction of the size."""
    sizes = self.attributes.get(_SIZES)
    if not isinstance(x, Tensor) or x.shape.rank != 4 or not isinstance(sizes, tuple):
        return Unknown("an image of unknown size")
    channels, out, a, b, c = sizes
    batch, given, height, width = at.machine.tape.resolve(x.shape).dims
    if isinstance(given, int) and given != channels:
        return Unknown("a part of a model with other channels than it has")
    return Tensor(Shape((batch, out, (height + a) // b + c, (width + a) // b + c)), x.dtype)


for _name in _table():
    _declare(_name)
