"""What a reader must know where operands do not fit and no single number is to blame: where each of them gets its size,
and the size of an image with which they would.

A size that is named here was tried: the run was replayed with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from ..diagnostic import Diagnostic, Label
from ..interp import Call
from ..interp.model.tape import Override
from ..records import replace
from ..shapes import Dim, Kind, Shape, Tensor
from .checked import Checked
from .diagnose import span_of_argument
from .mistake import first_argument
from .proofs import Proof

__all__ = ["explained"]

_SUMS = frozenset({"+", "-", "*", "/", "torch.add", "torch.mul", "torch.sub", "add", "mul"})
_PRODUCTS = frozenset({"@", "matmul", "mm", "bmm", "torch.matmul", "torch.mm", "torch.bmm"})
_DIFFERENCES = frozenset({"MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss"})
_GIVES = ("out_channels", "out_features", "num_features")
_STEPS = (2, 4, 8, 16, 32, 64)
"""What networks divide an image by: it is rounded up to a multiple of these."""
_USUAL = (28, 32, 64, 96, 112, 128, 160, 192, 224, 227, 256, 299, 384, 512)
"""The sides of the images that networks are built for."""


def explained(checked: Checked, proof: Proof, found: Diagnostic) -> Diagnostic:
    """The finding with where its operands come from, and with an image that would fit; as it is where it has other advice."""
    if found.fix is not None or found.help is not None or proof.call.constructs:
        return found
    taken = {found.span, *(label.span for label in found.labels)}
    labels = tuple(label for label in _origins(checked, proof) if label.span not in taken)
    help = _loss_of_classes(proof) or _other_image(checked, proof)
    return replace(found, labels=(*found.labels, *labels), help=help)


def _loss_of_classes(proof: Proof) -> str | None:
    """What a loss of differences does not know: a row of scores against the number of a class."""
    call = proof.call
    if call.name not in _DIFFERENCES or len(call.inputs) != 2:
        return None
    scores, target = (shape.dims for shape in call.input_shapes)
    if len(scores) != 2 or target != scores[:1] or call.inputs[1].dtype != "int":
        return None
    return "a score for each class is compared with numbers of classes: that is what CrossEntropyLoss takes"


def _origins(checked: Checked, proof: Proof) -> Iterator[Label]:
    """Where each of two operands gets the size that does not fit the other."""
    call = proof.call
    if call.name not in _SUMS | _PRODUCTS or len(call.inputs) != 2:
        return
    axes = _differing(call)
    for tensor, axis in zip(call.inputs, axes, strict=True) if axes is not None else ():
        label = _origin(checked, proof, tensor, axis)
        if label is not None:
            yield label


def _differing(call: Call) -> tuple[int, int] | None:
    """Which axis of either operand does not fit the other, counted from behind; None if there is not just one."""
    left, right = (shape.dims for shape in call.input_shapes)
    if any(shape.lead is not None for shape in call.input_shapes) or not left or not right:
        return None
    if call.name in _PRODUCTS:
        return (-1, -2) if len(left) > 1 and len(right) > 1 and left[-1] != right[-2] else None
    pairs = list(zip(reversed(left), reversed(right), strict=False))
    wrong = [-index for index, (one, other) in enumerate(pairs, 1) if one != other and 1 not in (one, other)]
    return (wrong[0], wrong[0]) if len(wrong) == 1 else None


def _origin(checked: Checked, proof: Proof, tensor: Tensor, axis: int) -> Label | None:
    """The layer that gives a tensor its width, or the statement that makes it, if it is a parameter or a buffer."""
    size = proof.run.tape.resolve(tensor.shape).dims[axis]
    for call in reversed(proof.run.tape.calls[: proof.call.index]):
        if not call.leaf or call.output is not tensor:
            continue
        if call.module is not None:
            given = next((name for name in _GIVES if name in call.arguments), None)
            if given is None or call.arguments[given] != size:
                return None
            span = span_of_argument(checked, call, given)
            return None if span is None else Label(span, f"{size} comes from here")
        if len(call.inputs) != 1 or call.input_shapes[0].dims[axis:][:1] != (size,):
            return None
        tensor = call.inputs[0]
    made = _made_by(checked, proof, tensor)
    if made is None or tensor in proof.run.inputs:
        return None
    return Label(checked.source.span(made), f"{proof.run.tape.resolve(tensor.shape)} is made here")


def _made_by(checked: Checked, proof: Proof, tensor: Tensor) -> cst.Call | None:
    """The call of the file whose result is assigned, where it is that tensor."""
    for statement in proof.run.tape.statements:
        node = statement.site.node
        if statement.value is tensor and statement.site.source is checked.source and isinstance(node, cst.Assign):
            return node.value if isinstance(node.value, cst.Call) else None
    return None


def _other_image(checked: Checked, proof: Proof) -> str | None:
    """The nearest larger image whose sides can be halved as often as it takes, or a usual one for which a Linear was built."""
    call, made = proof.call, _image(checked, proof)
    if made is None or call.reject is None:
        return None
    maker, shape = made
    sides = shape.dims[2:]
    if not all(isinstance(side, int) for side in sides):
        return None
    for other in _candidates(call, [side for side in sides if isinstance(side, int)]):
        changed = Shape((*shape.dims[:2], *other))
        if _fits(proof, maker, changed):
            return f"{changed} in place of {shape} fits"
    return None


def _candidates(call: Call, sides: Sequence[int]) -> Iterator[tuple[Dim, ...]]:
    assert call.reject is not None
    if call.reject.kind is Kind.OPERANDS and call.name in {*_SUMS, "torch.cat", "torch.concat"}:
        for step in _STEPS:
            rounded = tuple(-(-side // step) * step for side in sides)
            if rounded != tuple(sides):
                yield rounded
    elif len(set(sides)) == 1 and (call.reject.argument == "in_features" or call.name in ("view", "reshape")):
        yield from ((side,) * len(sides) for side in _USUAL if side != sides[0])


def _image(checked: Checked, proof: Proof) -> tuple[cst.CSTNode, Shape] | None:
    """The call of the file that makes the one image that the network is given, and its shape."""
    outer = proof.call
    while outer.parent is not None:
        outer = proof.run.tape.calls[outer.parent]
    if outer is proof.call or len(outer.inputs) != 1 or not proof.run.concrete:
        return None
    shape, given = outer.input_shapes[0], first_argument(checked, outer)
    if shape.lead is not None or len(shape.dims) != 4:
        return None
    maker = given if isinstance(given, cst.Call) else _made_by(checked, proof, outer.inputs[0])
    return None if maker is None else (maker, shape)


def _fits(proof: Proof, maker: cst.CSTNode, shape: Shape) -> bool:
    """Whether nothing is refused in the run any more, if its image has this shape."""
    other = proof.run.replay(Override(outputs={maker: shape}))
    outer = next((call for call in other.tape.calls if call.parent is None and not call.leaf), None)
    if outer is None or outer.input_shapes[:1] != (shape,):
        return False
    places = [call.site.node for call in other.tape.calls]
    return proof.call.site.node in places and all(call.reject is None for call in other.tape.calls)
