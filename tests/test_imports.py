"""The package has no import circle, whatever kind of import would close it."""

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest


def _order(graph: grimp.ImportGraph) -> list[str]:
    """The modules, imported ones first; raises CycleError where there is no such order."""
    importers = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    return list(TopologicalSorter(importers).static_order())


def test_the_package_has_no_circle():
    """Imports inside functions and under TYPE_CHECKING count: a reader has to follow them, too."""
    graph = grimp.build_graph("shapelint", exclude_type_checking_imports=False, cache_dir=None)
    assert len(_order(graph)) == len(graph.modules) > 300


def test_a_lazy_import_would_be_seen(tmp_path, monkeypatch):
    """A circle closed by an import in a function and one under TYPE_CHECKING is one."""
    package = tmp_path / "circular"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "one.py").write_text("def later():\n    from . import two\n    return two\n")
    (package / "two.py").write_text(
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from .one import later\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(CycleError):
        _order(grimp.build_graph("circular", exclude_type_checking_imports=False, cache_dir=None))
