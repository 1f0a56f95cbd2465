"""``shapelint show``: the shapes of a whole model, layer by layer.

In: a target such as ``models/netd.py::NetD`` and the sizes of its inputs.  Out: a record (the JSON contract, which
``verify`` compares with torch's own) and from it a table.  The run is the interpreter's; nothing is linted here.
"""

from .inference import InferredShapes, ShapeError, infer
from .model import NoSuchTarget, show
from .since_revision import compare

__all__ = ["InferredShapes", "NoSuchTarget", "ShapeError", "compare", "infer", "show"]
