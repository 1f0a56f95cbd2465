"""``transformers``: the bases of models and of their configurations (https://huggingface.co/docs/transformers/main_classes/model)."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import Invocation, means, method
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.module_tree import MODULE
from shapelint.shapes import Value

_CONFIG = Class("PreTrainedConfig", unknown_base="transformers.PreTrainedConfig")
_MODEL = Class("PreTrainedModel", (MODULE,), unknown_base="transformers.PreTrainedModel")

for _name in ("PretrainedConfig", "PreTrainedConfig"):  # version 5 spells it like the model
    means(f"transformers.{_name} transformers.configuration_utils.{_name}", _CONFIG)
means("transformers.PreTrainedModel transformers.modeling_utils.PreTrainedModel", _MODEL)


@method(_CONFIG, "__init__", "self, **options")
def configure(at: Invocation, self: Instance, options: Mapping[str, Value]) -> Value:
    """What a subclass does not take itself becomes an attribute too; most others have defaults that are not known here."""
    at.update(self, {name: value for name, value in options.items() if name != "**"})
    return None


@method(_MODEL, "__init__", "self, config=None, *rest, **options")
def initialize(at: Invocation, self: Instance, config: Value, rest: Value, options: Mapping[str, Value]) -> Value:
    """``self.config`` is what it was given."""
    at.update(self, {"config": config})
    return None
