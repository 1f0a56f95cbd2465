"""Containers: what they do is what their members do, so the interpreter runs them; here are their signatures."""

from __future__ import annotations

from ..shapes import Needs, Unknown, Value
from .declare import Args, layer


def _members(need: Needs, a: Args, **inputs: Value) -> Value:
    """Nothing is known without the members."""
    return Unknown("a container is run through its members")


_MARKER = "container"
sequential = layer("Sequential", "*args", formula="the members one after the other", marker=_MARKER)(_members)
module_list = layer(
    "ModuleList", "modules=None", inputs="*input", formula="a list of modules; not called itself", marker=_MARKER
)(_members)
module_dict = layer(
    "ModuleDict", "modules=None", inputs="*input", formula="a dict of modules; not called itself", marker=_MARKER
)(_members)
parameter_list = layer(
    "ParameterList", "values=None", inputs="*input", formula="a list of parameters; not called itself", marker=_MARKER
)(_members)
parameter_dict = layer(
    "ParameterDict",
    "parameters=None",
    inputs="*input",
    formula="a dict of parameters; not called itself",
    marker=_MARKER,
)(_members)
container = layer(
    "Container", "**kwargs", inputs="*input", formula="deprecated; modules by name, not called itself", marker=_MARKER
)(_members)
data_parallel = layer(
    "DataParallel",
    "module, device_ids=None, output_device=None, dim=0",
    inputs="*inputs, **kwargs",
    formula="what the module in it does",
    marker=_MARKER,
)(_members)
