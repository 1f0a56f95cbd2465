"""Containers: they do what their members do, so the interpreter runs those; here are only their signatures."""

from __future__ import annotations

from ..shapes import Needs, Unknown, Value
from .declare import Args, layer


def _members(need: Needs, a: Args, **inputs: Value) -> Value:
    """Nothing is known without the members."""
    return Unknown("a container is run through its members")


sequential = layer("Sequential", "*args", formula="the members one after the other", container=True)(_members)
module_list = layer(
    "ModuleList", "modules=None", inputs="*input", formula="a list of modules; not called itself", container=True
)(_members)
module_dict = layer(
    "ModuleDict", "modules=None", inputs="*input", formula="a dict of modules; not called itself", container=True
)(_members)
parameter_list = layer(
    "ParameterList", "values=None", inputs="*input", formula="a list of parameters; not called itself", container=True
)(_members)
parameter_dict = layer(
    "ParameterDict",
    "parameters=None",
    inputs="*input",
    formula="a dict of parameters; not called itself",
    container=True,
)(_members)
container = layer(
    "Container", "**kwargs", inputs="*input", formula="deprecated; modules by name, not called itself", container=True
)(_members)
data_parallel = layer(
    "DataParallel",
    "module, device_ids=None, output_device=None, dim=0",
    inputs="*inputs, **kwargs",
    formula="what the module in it does",
    container=True,
)(_members)
