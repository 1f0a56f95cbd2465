"""``torch.nn.init``: weights keep their size, whatever they are filled with."""

from __future__ import annotations

from shapelint.interp.library.declare import ANYTHING, models
from shapelint.interp.library.no_effect import returns_first

for _name in (
    "uniform_", "normal_", "trunc_normal_", "constant_", "ones_", "zeros_", "eye_", "dirac_", "xavier_uniform_",
    "xavier_normal_", "kaiming_uniform_", "kaiming_normal_", "orthogonal_", "sparse_",
):  # fmt: skip
    models(f"torch.nn.init.{_name}", ANYTHING)(returns_first)
