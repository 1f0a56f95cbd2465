"""How the tests of the interpreter run small sources: values of names, the shape of a model's output, its calls."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from shapelint.interp import Exploration, Project, Run
from shapelint.interp.paths.exploration import explore
from shapelint.interp.project.deferred import Deferred
from shapelint.shapes import Tensor
from shapelint.source.parse import parse

HEADER = """
import copy, functools, itertools, math, operator
from collections import OrderedDict, namedtuple
from functools import partial
import torch
import torch.nn as nn
import torch.nn.functional as F
"""


def explored(body: str, files: Mapping[str, str] | None = None, path: str = "models/main.py") -> Exploration:
    """``body`` behind the usual imports, explored; ``files``: what it may import, text by path."""
    texts = {name: textwrap.dedent(text) for name, text in (files or {}).items()}
    return explore(parse(HEADER + textwrap.dedent(body), path), Project(texts.get))


def values(body: str, files: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the names of a script are bound to when it has ended."""
    names = explored(body, files).module.names
    return {name: value.value() if isinstance(value, Deferred) else value for name, value in names.items()}


def result(body: str, files: Mapping[str, str] | None = None) -> Any:
    """The value of the name ``r``; a tensor as its shape."""
    return plain(values(body, files).get("r"))


def plain(value: Any) -> Any:
    """Tensors as the text of their shapes, also inside collections."""
    match value:
        case Tensor():
            return str(value.shape)
        case tuple() | list():
            return type(value)(plain(part) for part in value)
        case dict():
            return {key: plain(part) for key, part in value.items()}
        case _:
            return value


def run_of(exploration: Exploration, name: str) -> Run:
    """The run of the class ``name`` with its default arguments."""
    return next(run for run in exploration.runs if run.title == f"{name}()")


def output(body: str, name: str = "Net", files: Mapping[str, str] | None = None) -> str:
    """The shape of what the class ``name`` returns for a symbolic input."""
    run = run_of(explored(body, files), name)
    assert run.ended is None, run.ended
    assert isinstance(run.output, Tensor), run.output
    return str(run.tape.resolve(run.output.shape))


def calls(run: Run) -> list[tuple[str, str]]:
    """Path and shape of the output of every call of a layer, in order."""
    return [
        (call.path, str(run.tape.resolve(call.output.shape)))
        for call in run.tape.calls
        if call.module is not None and call.leaf and isinstance(call.output, Tensor)
    ]


def rejections(exploration: Exploration) -> list[str]:
    """The messages of what certainly fails, once each."""
    runs = [*exploration.runs, *exploration.alone()]
    found = [call.reject.message for run in runs for call in run.tape.calls if call.reject and call.certain]
    return list(dict.fromkeys(found))
