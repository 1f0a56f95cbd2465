"""For programs: the shape that a model gives, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeAlias

from ..interp import Instance
from ..interp.model.tape import Tape
from ..interp.paths.targets import Executed, NoSuchTarget, execute
from ..shapes import Expr, Tensor
from ..shapes.value import Value
from ..shapes.written_inputs import as_inputs
from ..source.depth import room_for_depth
from .target import load

__all__ = ["InferredShapes", "ShapeError", "infer"]

InferredShapes: TypeAlias = tuple[int | str, ...] | list["InferredShapes"] | dict[str, "InferredShapes"] | None
"""A shape is a tuple of numbers, or of text for a size that depends on a symbol (``"H // 2"``); several outputs are a list or a
dict of them; None is what is unknown, or no tensor."""


class ShapeError(Exception):
    """PyTorch would raise: the message says in which layer, and why."""


def infer(target: str | os.PathLike[str], *inputs: str | Sequence[int]) -> InferredShapes:
    """The shapes that ``target`` gives for inputs of these shapes, or for symbolic ones; nothing is executed.

    ``target``: a class of a file, or an expression there, and inputs written as for ``shapelint show``.  Raises
    NoSuchTarget for what is no module, ShapeError where PyTorch would raise, and ValueError for an input that is none.

    >>> import os, tempfile
    >>> file = os.path.join(tempfile.mkdtemp(), "net.py")
    >>> text = "from torch import nn\\nclass Net(nn.Sequential):\\n    def __init__(self, k=5):\\n"
    >>> with open(file, "w") as opened:
    ...     _ = opened.write(f"{text}        super().__init__(nn.Conv2d(3, 8, k))\\n")
    >>> infer(f"{file}::Net", "1x3x32x32"), infer(f"{file}::Net(k=3)", (1, 3, 32, 32)), infer(f"{file}::Net")
    ((1, 8, 28, 28), (1, 8, 30, 30), ('N', 8, 'H - 4', 'W - 4'))
    >>> infer(f"{file}::Net", "1x4x32x32")
    Traceback (most recent call last):
    ...
    shapelint.summary.inference.ShapeError: 0 (Conv2d): 3 channels expected, got 4
    """
    target = os.fspath(target)
    path, separator, expression = target.partition("::")
    if not separator:
        raise NoSuchTarget(f"{target}: name what is in it, as in {target}::Net")
    given = as_inputs(inputs)
    with room_for_depth():
        try:
            project, module = load(path)
            executed = execute(module, project, expression, given)
        except RecursionError:
            raise NoSuchTarget(f"{target}: nested too deeply") from None
    _raise_refusal(executed)
    return _shapes(executed.output, executed.tape)


def _raise_refusal(executed: Executed) -> None:
    """Raise ShapeError if the call certainly ends in one."""
    for call in executed.tape.calls[executed.first :]:
        if call.reject is not None and call.certain:
            layer = f"{call.path} ({call.name})" if call.path else call.name
            raise ShapeError(f"{layer}: {call.reject.message}")
    if executed.ended is not None and executed.ended.is_exception:
        raise ShapeError(str(executed.ended))


def _shapes(value: Value, tape: Tape) -> InferredShapes:
    match value:
        case Tensor():
            shape = tape.resolve(value.shape)
            dims = tuple(str(dim) if isinstance(dim, Expr) else dim for dim in shape.dims)
            return None if shape.lead is not None else dims
        case tuple() | list():
            return [_shapes(part, tape) for part in value]
        case dict():
            return {str(key): _shapes(part, tape) for key, part in value.items()}
        case Instance() if value.cls.dataclass:
            return {key: _shapes(part, tape) for key, part in value.attributes.items()}
        case _:
            return None
