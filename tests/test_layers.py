"""Every layer agrees with torch: equal shapes and parameter counts, or both reject."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layer_arguments import ARGUMENTS
from oracle import cases, compare_layer

from shapelint import layers

_GENERATED = sorted(set(ARGUMENTS) & set(layers.CATALOGUE))


@pytest.mark.slow
@pytest.mark.parametrize("name", _GENERATED)
def test_generated_arguments_and_inputs_agree_with_torch(name: str) -> None:
    """Whatever arguments and inputs: equal shapes and parameter counts, or both reject at the same stage."""
    spatial = layers.CATALOGUE[name].spatial

    @settings(max_examples=cases(40))
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        kwargs, inputs = ARGUMENTS[name](data.draw, spatial)
        compare_layer(name, (), kwargs, inputs)

    agree()
