"""docs/layers.md is made from the declarations, and current."""

from __future__ import annotations

import importlib.util
import pathlib
from types import ModuleType

from shapelint import layers, ops

_GENERATOR = pathlib.Path(__file__).parent.parent / "docs" / "generate_layers.py"


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_layers", _GENERATOR)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_page_is_current() -> None:
    """Whoever changes a declaration runs ``python docs/generate_layers.py``."""
    generator = _generator()
    assert generator.PAGE.read_text(encoding="utf-8") == generator.render(), "run python docs/generate_layers.py"


def test_page_names_every_layer_and_operator() -> None:
    """Nothing that is declared is missing, and the opaque ones stand there with their reasons."""
    page = _generator().render()
    missing = [name for name in layers.CATALOGUE if f"[{name}](" not in page]
    missing += [name for name in (*layers.OPAQUE, *ops.FUNCTIONS, *ops.METHODS, *ops.OPAQUE) if f"`{name}`" not in page]
    assert not missing
