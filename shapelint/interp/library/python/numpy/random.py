"""``numpy.random``: its generators, whose methods draw as the functions of the module do."""

from __future__ import annotations

from shapelint.interp.library.declare import ANYTHING, models
from shapelint.interp.library.no_effect import returns
from shapelint.interp.model.values import External

models("numpy.random.default_rng numpy.random.RandomState", ANYTHING)(returns(External("numpy.random")))
