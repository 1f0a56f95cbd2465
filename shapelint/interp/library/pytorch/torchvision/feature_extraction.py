"""``torchvision.models.feature_extraction``: what parts of a model give, by the names of the parts.

https://docs.pytorch.org/vision/stable/feature_extraction.html
"""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import Invocation, method, models
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.module_tree import MODULE, is_module
from shapelint.interp.objects.iteration import as_list
from shapelint.shapes import Unknown, Value

_GRAPH = Class("GraphModule", (MODULE,), unknown_base="torch.fx.GraphModule")
_MODEL, _NODES = "_model", "_nodes"


@models(
    "torchvision.feature_extraction.create_feature_extractor",
    "model, return_nodes=None, train_return_nodes=None, eval_return_nodes=None, **options",
)
def create_feature_extractor(
    at: Invocation,
    model: Value,
    return_nodes: Value,
    train_return_nodes: Value,
    eval_return_nodes: Value,
    options: Mapping[str, Value],
) -> Value:
    """A module that gives a dict of what the nodes give; nodes are named by a dict or a list of paths."""
    nodes = return_nodes if isinstance(return_nodes, dict) else _by_path(as_list(at.machine, return_nodes))
    if not isinstance(model, Instance) or not is_module(model) or nodes is None:
        return at.unknown("a feature extractor with unknown nodes")
    graph = at.call(_GRAPH)
    if isinstance(graph, Instance):
        # In a tuple, since the graph has the parts of the model and not the model.
        at.update(graph, {_MODEL: (model,), _NODES: dict(nodes)})
    return graph


def _by_path(paths: list[Value] | None) -> dict[Value, Value] | None:
    known = None if paths is None else [path for path in paths if isinstance(path, str)]
    return {path: path for path in known} if known and len(known) == len(paths or ()) else None


@method(_GRAPH, "forward", "self, *args, **kwargs")
def extract(at: Invocation, self: Instance, args: tuple[Value, ...], kwargs: Mapping[str, Value]) -> Value:
    """What the model's own run gives; in doubt, since what comes after the last of the nodes is not run."""
    held, nodes = self.attributes.get(_MODEL), self.attributes.get(_NODES)
    if not isinstance(held, tuple) or not isinstance(nodes, dict):
        return Unknown("a graph of unknown nodes")
    calls = at.machine.tape.calls
    first = len(calls)
    with at.machine.doubted():
        at.call(held[0], *args, **kwargs)
    made = {id(call.module): call.output for call in calls[first:] if call.module is not None and not call.inner}
    return {
        name: made.get(id(_part(held[0], path)), Unknown("a node that is not a module")) for path, name in nodes.items()
    }


def _part(model: Value, path: Value) -> Value:
    """The submodule at ``path``, None where there is none."""
    for name in path.split(".") if isinstance(path, str) else ():
        model = model.attributes.get(name) if isinstance(model, Instance) else None
    return model
