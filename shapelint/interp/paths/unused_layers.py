"""Runs of the layers of a class that has no ``forward``: a subclass or a function will call them, in whatever order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ...layers import Resizing
from ...shapes import Tensor, Value, unknown_rank
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Instance, Module
from ..model.frame import Frame
from ..model.module_tree import children, is_module
from ..model.tape import Override, Run
from ..project.project import Project
from .attempt import attempt

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["unused_layers"]

_FUEL = 100
_PADS = re.compile(r"pad\(|Pad\(|crop", re.IGNORECASE)
"""In the lines of a class: which layer that is for shows only where both are called."""


def unused_layers(project: Project, module: Module, runs: Sequence[Run]) -> list[Run]:
    """A run on its own for each layer with a window that a class of this file builds and no run calls; a padding layer that
    is declared just before it is called before it."""
    called = {call.constructor.node for run in runs for call in run.tape.calls if call.constructor is not None}
    found: dict[cst.CSTNode, tuple[Instance, ...]] = {}
    for run in runs:
        owner = run.module
        if owner is None or run.ended is not None or owner.cls.unknown_base or owner.cls.find("forward") is not None:
            continue
        for chain in _chains(owner):
            built = chain[-1].built
            if built is not None and built.source is module.source and built.node not in called:
                found.setdefault(built.node, chain)
    return [_run(project, module, node, chain) for node, chain in found.items()]


def _chains(owner: Instance) -> Iterator[tuple[Instance, ...]]:
    """The layers with a window that are attributes of ``owner``, each after the padding layer above it."""
    layers = [
        layer for _, layer in children(owner) if is_module(layer) and layer.cls.layer is not None and not layer.opaque
    ]
    pads = [index for index, layer in enumerate(layers) if _resizing(layer) is Resizing.PADDING]
    if _mentions_pads(owner) or any(index + 1 == len(layers) or not _has_window(layers[index + 1]) for index in pads):
        return
    for index, layer in enumerate(layers):
        if _has_window(layer):
            yield (layers[index - 1], layer) if index - 1 in pads else (layer,)


def _resizing(layer: Instance) -> Resizing | None:
    return None if layer.cls.layer is None else layer.cls.layer.resizing


def _has_window(layer: Instance) -> bool:
    return layer.cls.layer is not None and layer.cls.layer.window is not None


def _mentions_pads(owner: Instance) -> bool:
    module, node = owner.cls.module, owner.cls.node
    if module is None or node is None:
        return True
    span = module.source.span(node)
    return _PADS.search("\n".join(module.source.lines[span.row - 1 : span.end_row])) is not None


def _run(
    project: Project, module: Module, node: cst.CSTNode, chain: tuple[Instance, ...], override: Override | None = None
) -> Run:
    machine = Machine(project, _FUEL, override)
    tensor = Tensor(unknown_rank("the input of a layer"))
    counts = [layer.called for layer in chain]

    def path(frame: Frame) -> Value:
        value: Value = tensor
        for layer in chain:
            value = call(machine, layer, (value,), {}, node, frame)
        return value

    try:
        made = attempt(machine, module, path)
    finally:
        for layer, count in zip(chain, counts, strict=True):
            layer.called = count  # the calls that the program makes, and these are not among them
    title = f"the layer at line {module.source.span(node).row}"
    return made.run(title, node, lambda changed: _run(project, module, node, chain, changed), inputs=(tensor,))
