"""``einops``: its layers.  Its functions are operators (``shapelint/ops``)."""

from __future__ import annotations

from shapelint.interp.library.declare import means
from shapelint.interp.modules.einops_layers import EINOPS_LAYERS

for _name, _layer in EINOPS_LAYERS.items():
    means(_name, _layer)
