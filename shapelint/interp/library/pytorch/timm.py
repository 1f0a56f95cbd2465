"""``timm``: the small helpers that models take from its layers, and what comes out of its models where it is not at hand.

https://github.com/huggingface/pytorch-image-models; the classifiers of its models and their features are in
``tables/timm.json``, which ``bench/heads.py`` writes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache

from shapelint.interp.library.declare import ANYTHING, Invocation, means, method, models
from shapelint.interp.library.pytorch.torch.nn.init import filled_with
from shapelint.interp.library.sizes import is_size
from shapelint.interp.library.tuples import tuple_of
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.module_tree import MODULE
from shapelint.interp.model.values import Gap
from shapelint.shapes import Shape, Tensor, Unknown, Value

_PLACES = ("timm.layers", "timm.models.layers")  # the second is where they were before timm 0.9
_DROP_PATH = Class("DropPath", (MODULE,))
_NET = Class("Module of timm", (MODULE,), unknown_base="timm")
_TABLE = os.path.join(os.path.dirname(__file__), "tables", "timm.json")
_HARMLESS = frozenset({"pretrained_cfg", "pretrained_cfg_overlay", "checkpoint_path", "in_chans", "img_size", "drop_rate",
                       "drop_path_rate"})  # fmt: skip
"""Options of a model that leave alone what comes out of it."""
_HEAD, _OWN = "_head", "_own"

for _place in _PLACES:
    models(f"{_place}.trunc_normal_ {_place}.weight_init.trunc_normal_", ANYTHING)(filled_with(None))
    means(f"{_place}.DropPath {_place}.drop.DropPath", _DROP_PATH)
    for _count in (1, 2, 3, 4):
        models(f"{_place}.to_{_count}tuple {_place}.helpers.to_{_count}tuple", "x")(tuple_of(_count, splits_text=False))


@method(_DROP_PATH, "__init__", "self, drop_prob=0.0, scale_by_keep=True")
def initialize(at: Invocation, self: Instance, drop_prob: Value, scale_by_keep: Value) -> Value:
    """It holds the probability with which a sample is dropped."""
    at.update(self, {"drop_prob": drop_prob, "scale_by_keep": scale_by_keep})
    return None


@method(_DROP_PATH, "forward", "self, x")
def forward(at: Invocation, self: Instance, x: Value) -> Value:
    """Some samples are zero, all keep their size."""
    return type(x)(x.shape, x.dtype) if isinstance(x, Tensor) else x


# -- models ---------------------------------------------------------------------------------------------------------------


@cache
def _table() -> Mapping[str, tuple[str, int]]:
    """The attribute that is the classifier of each model, and the features that go into it."""
    with open(_TABLE, encoding="utf-8") as file:
        found: Mapping[str, tuple[str, int]] = json.load(file)
    return found


@models(
    "timm.create_model timm.models.create_model", "model_name, pretrained=False, *rest, num_classes=1000, **options"
)
def create_model(
    at: Invocation, model_name: Value, pretrained: Value, rest: Value, num_classes: Value, options: Mapping[str, Value]
) -> Value:
    """A model by name; of its layers only the classifier is known."""
    known = _table().get(model_name.partition(".")[0]) if isinstance(model_name, str) else None
    net = at.call(_NET) if known is not None and not rest and options.keys() <= _HARMLESS else None
    if known is None or not isinstance(net, Instance):
        return at.unknown("a model of timm that is not followed")
    at.update(net, {_HEAD: known, "?": Gap("the other layers of a model of timm")})
    _set_classifier(at, net, num_classes)
    at.update(net, {_OWN: tuple(net.attributes)})
    return net


def _set_classifier(at: Invocation, net: Instance, classes: Value) -> None:
    facts = _facts(net)
    if facts is None:
        return
    place, width = facts
    *outer, last = place.split(".")
    holder = net
    for name in outer:
        inner = holder.attributes.get(name)
        inside = inner if isinstance(inner, Instance) else at.call(_NET)
        if not isinstance(inside, Instance):
            return
        at.update(holder, {name: inside})
        holder = inside
    kind = "Identity" if isinstance(classes, int) and classes == 0 else "Linear"
    sizes = () if kind == "Identity" else (width, classes if is_size(classes) else Unknown("the number of classes"))
    layer = at.call(at.machine.project.external(f"torch.nn.{kind}"), *sizes)
    if isinstance(layer, Instance):
        layer.built, layer.made_by, layer.made_within = None, [], ()  # no call of the program says its arguments
        at.update(holder, {last: layer})


def _facts(net: Instance) -> tuple[str, int] | None:
    """Where the classifier of a model is and how many features it takes; None of a part of one."""
    match net.attributes.get(_HEAD):
        case [str() as place, int() as width]:
            return place, width
        case _:
            return None


def _classifier(net: Instance, place: str) -> Value:
    """What stands where the classifier belongs."""
    found: Value = net
    for name in place.split("."):
        found = found.attributes.get(name) if isinstance(found, Instance) else None
    return found


@method(_NET, "get_classifier", "self")
def get_classifier(at: Invocation, self: Instance) -> Value:
    """Its last layer."""
    facts = _facts(self)
    return Unknown("the classifier of a part") if facts is None else _classifier(self, facts[0])


@method(_NET, "reset_classifier", "self, num_classes, *rest, **options")
def reset_classifier(
    at: Invocation, self: Instance, num_classes: Value, rest: Value, options: Mapping[str, Value]
) -> Value:
    """Another last layer, or none for 0 classes."""
    _set_classifier(at, self, num_classes)
    return None


@method(_NET, "forward", "self, x")
def classify(at: Invocation, self: Instance, x: Value) -> Value:
    """The features of each image, through the classifier."""
    facts, own = _facts(self), self.attributes.get(_OWN)
    if not isinstance(own, tuple) or self.attributes.keys() - {*own, _OWN, "training"}:
        return Unknown("a model of timm of which more was replaced than its classifier")
    if facts is None or not isinstance(x, Tensor) or x.shape.rank != 4:
        return Unknown("what a part of a model of timm gives")
    batch = at.machine.tape.resolve(x.shape).dims[0]
    last = _classifier(self, facts[0])
    if not isinstance(last, Instance):
        return Unknown("a model of timm with another head")
    return at.call(last, Tensor(Shape((batch, facts[1])), x.dtype))
