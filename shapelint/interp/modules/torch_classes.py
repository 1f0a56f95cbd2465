"""The classes that ``torch.nn`` provides, by name."""

from __future__ import annotations

from ...layers import CATALOGUE
from ...ops import FUNCTIONS
from ..model.class_names import ClassNames
from ..model.classes import Class
from ..model.functions import Builtin, StaticMethod
from ..model.module_tree import MODULE
from .construction import init_layer
from .containers import CONTAINERS
from .module_calls import run_layer

__all__ = ["torch_class"]

_STATIC = {"Transformer": ("generate_square_subsequent_mask",)}
"""Functions that are attributes of a layer's class."""
_CLASSES = {"Module": MODULE, **CONTAINERS}


def torch_class(name: str) -> Class | None:
    """The class ``torch.nn.<name>``, one object however often it is asked for; None if there is none that is known."""
    if name not in _CLASSES and name in CATALOGUE:
        names = ClassNames(__init__=Builtin(name, init_layer), forward=Builtin("forward", run_layer))
        static = {word: StaticMethod(FUNCTIONS[f"torch.nn.{name}.{word}"]) for word in _STATIC.get(name, ())}
        names.update(static)
        _CLASSES[name] = Class(name, (MODULE,), names, layer=CATALOGUE[name])
    return _CLASSES.get(name)
