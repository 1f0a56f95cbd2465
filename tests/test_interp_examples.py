"""What the docstrings of the interpreter show is what it does."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest

from shapelint.interp import objects, paths, project, syntax


def _files_with_examples() -> list[ModuleType]:
    rooms = (objects, paths, project, syntax)
    names = [found.name for room in rooms for found in pkgutil.iter_modules(room.__path__, f"{room.__name__}.")]
    return [file for file in map(importlib.import_module, names) if ">>>" in inspect.getsource(file)]


@pytest.mark.parametrize("file", _files_with_examples(), ids=lambda file: file.__name__)
def test_examples_are_true(file: ModuleType) -> None:
    """Every example of a file gives what the docstring says."""
    failed, tried = doctest.testmod(file)
    assert tried and not failed


def test_a_project_shows_how_it_is_used() -> None:
    """The class that other packages make has an example."""
    assert ">>>" in (project.project.Project.__doc__ or "")
