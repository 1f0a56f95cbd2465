"""``tqdm`` and its like: what they show the progress of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...shapes import Unknown
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.values import Gap
from ..objects.iteration import iterate
from .arguments import given
from .builtins import BUILTINS
from .functools_ import constant

__all__ = ["PROGRESS"]

_FEW = 8


def _initialize(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> None:
    machine.heap.touch(args[0].attributes)
    args[0].attributes.update(given("iterable desc total", args[1:], kwargs))


def _elements(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """What it was given; of many, the first and an unknown number of others: who shows progress does the same each time."""
    shown = args[0].attributes.get("iterable", Unknown("a progress bar of nothing"))
    elements = iterate(machine, shown, node, frame)
    return elements if len(elements) <= _FEW else [elements[0], Gap("further rounds that show their progress")]


def _length(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    shown = args[0].attributes.get("iterable", Unknown("a progress bar of nothing"))
    return call(machine, BUILTINS["len"], (shown,), {}, node, frame)


_BAR = Class(
    "tqdm",
    names={
        "__init__": Builtin("__init__", _initialize), "__iter__": Builtin("__iter__", _elements),
        "__len__": Builtin("__len__", _length), "__bool__": constant(True),
    },
    unknown_base="tqdm.tqdm",
)  # fmt: skip


def _range(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``trange(n)`` is ``tqdm(range(n))``."""
    return call(machine, _BAR, (call(machine, BUILTINS["range"], args, {}, node, frame),), {}, node, frame)


PROGRESS: dict[str, Any] = {
    **dict.fromkeys(
        ("tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.autonotebook.tqdm", "tqdm.notebook.tqdm", "tqdm.tqdm_notebook", "tqdm.std.tqdm",
         "tqdm.rich.tqdm", "fastprogress.progress_bar"), _BAR),
    **dict.fromkeys(("tqdm.trange", "tqdm.auto.trange", "tqdm.notebook.trange"), Builtin("trange", _range)),
}  # fmt: skip
