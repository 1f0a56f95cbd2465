"""Why the input of a layer has another width or rank than the layer takes, where the layer itself is right."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import libcst as cst

from ..diagnostic import Edit, Fix, Span
from ..shapes import Dim
from .checked import Checked
from .mistake import Mistake, first_argument, given_at, given_inside, suffix
from .mistaken_joins import joined_along_the_batch
from .mistaken_source import mistakes_on_the_way
from .proofs import Proof

__all__ = [
    "has_axes_too_many",
    "is_given_to_the_model",
    "is_not_flattened",
    "is_one_sample",
    "lacks_axes",
    "mistakes_of_input",
]

_ON_AXIS_1 = frozenset({"in_channels", "num_features", "num_channels"})
_OF_ANY_RANK = ("BatchNorm", "InstanceNorm", "MaxPool", "AvgPool", "Adaptive", "Dropout")
_ON_LAST_AXIS = frozenset({"in_features", "input_size", "normalized_shape"})
_MOVES = {
    (3, 1, 2): "transpose(1, 2)",
    (3, 2, 1): "transpose(1, 2)",
    (4, 3, 1): "permute(0, 3, 1, 2)",
    (4, 1, 3): "permute(0, 2, 3, 1)",
    (5, 2, 1): "transpose(1, 2)",
    (5, 4, 1): "permute(0, 4, 1, 2, 3)",
}
"""How to move an axis: (rank, where it is, where it is wanted)."""


def mistakes_of_input(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """Why the input of a layer has another width than the layer was built for, if not because of a wrong number."""
    call = proof.call
    if lacks_axes(proof):
        yield from _axes_missing(checked, proof)
    if has_axes_too_many(proof):
        yield from _axes_too_many(checked, proof)
    expected = call.arguments.get(proof.argument or "")
    if not call.inputs or call.input_shapes[0].lead is not None or not isinstance(expected, int):
        return
    if proof.argument not in _ON_AXIS_1 | _ON_LAST_AXIS:
        return
    dims = call.input_shapes[0].dims
    yield from mistakes_on_the_way(checked, proof)
    yield from joined_along_the_batch(checked, proof, expected)
    yield from _result_dropped(checked, proof)
    yield from _no_batch(checked, proof)
    if is_not_flattened(proof):
        yield from _not_flattened(checked, proof)
    merged = first_argument(checked, call)
    if proof.argument == "in_features" and len(dims) > 3 and _product(dims[-2:]) == expected and merged is not None:
        yield suffix(checked, merged, f"flatten({len(dims) - 2})", "the last two axes are not joined", here=True)
    given = given_at(checked, proof, call.inputs[0])
    if given is None:
        return
    if (
        proof.argument in _ON_AXIS_1
        and expected == 1
        and call.layer is not None
        and len(dims) == call.layer.spatial + 1
    ):
        yield suffix(checked, given, "unsqueeze(1)", "the channel axis is missing")
    if expected == 1 and ((proof.argument == "input_size" and len(dims) == 2) or len(dims) == 1):
        yield suffix(checked, given, "unsqueeze(-1)", "the axis of the one feature is missing", here=True)
    wanted = 1 if proof.argument in _ON_AXIS_1 else len(dims) - 1
    places = [axis for axis in range(1, len(dims)) if dims[axis] == expected]
    move = _MOVES.get((len(dims), places[0], wanted)) if len(places) == 1 else None
    if call.layer is not None and call.layer.spatial == 2 and len(dims) == 3:
        move = "permute(2, 0, 1)" if places == [2] else None
    if move is not None:
        label = f"the {expected} are on axis {places[0]} here"
        yield suffix(checked, given, move, label, here=True)
        if proof.argument == "num_features" and move == "transpose(1, 2)":
            yield from _normalized_across(checked, proof, given, label)


def _normalized_across(checked: Checked, proof: Proof, given: cst.BaseExpression, label: str) -> Iterator[Mistake]:
    """A BatchNorm1d of (N, L, C): what comes after it takes the features on the last axis again."""
    if first_argument(checked, proof.call) is not given:
        return
    inner = suffix(checked, given, "transpose(1, 2)", label)
    edits = (*inner.fix.edits, Edit(checked.source.span(proof.call.site.node).behind, ".transpose(1, 2)"))
    yield Mistake(inner.span, label, Fix("unsafe", "use .transpose(1, 2) before and after", edits), here=True)


def lacks_axes(proof: Proof) -> bool:
    """Whether a layer of images or series is refused because its input has too few axes."""
    call = proof.call
    if call.layer is None or not call.layer.spatial or not call.inputs or proof.argument is not None or call.constructs:
        return False
    return call.input_shapes[0].lead is None and len(call.input_shapes[0].dims) < call.layer.spatial + 2


def has_axes_too_many(proof: Proof) -> bool:
    """Whether a layer of images or series is refused because its input has too many axes."""
    call = proof.call
    if call.layer is None or not call.layer.spatial or not call.inputs or proof.argument is not None or call.constructs:
        return False
    return call.input_shapes[0].lead is None and len(call.input_shapes[0].dims) > call.layer.spatial + 2


def is_given_to_the_model(proof: Proof) -> bool:
    """Whether the refused layer takes what the outermost module was called with."""
    outer = proof.call
    while outer.parent is not None:
        outer = proof.run.tape.calls[outer.parent]
    return outer is not proof.call and proof.run.concrete and outer.inputs[:1] == proof.call.inputs[:1]


def _axes_too_many(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """An axis of one too many; a normalization or pool of fewer axes than the layer whose output it takes."""
    call, dims = proof.call, proof.call.input_shapes[0].dims
    assert call.layer is not None
    inner = given_inside(checked, proof, call.inputs[0])
    is_first = is_given_to_the_model(proof)
    if inner is not None and is_first and 1 not in dims[1:] and len(dims) == call.layer.spatial + 3:
        yield suffix(checked, inner, "flatten(0, 1)", "the batch has two axes here")
    given = given_at(checked, proof, call.inputs[0])
    for axis in range(1, len(dims)):
        if given is not None and dims[axis] == 1 and len(dims) == call.layer.spatial + 3:
            yield suffix(checked, given, f"squeeze({axis})", "one axis too many")
    constructor = call.constructor
    if constructor is None or constructor.source is not checked.source or not isinstance(constructor.node, cst.Call):
        return
    func = constructor.node.func
    name = func.attr if isinstance(func, cst.Attribute) else func
    other = f"{call.layer.name.removesuffix('d')[:-1]}{len(dims) - 2}d"
    if isinstance(name, cst.Name) and name.value == call.layer.name and call.layer.name.startswith(_OF_ANY_RANK):
        span = checked.source.span(name)
        yield Mistake(span, "for fewer axes than arrive", Fix("unsafe", f"use {other}", (Edit(span, other),)))


def _axes_missing(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    call, dims = proof.call, proof.call.input_shapes[0].dims
    yield from _no_batch(checked, proof)
    given = given_at(checked, proof, call.inputs[0])
    if given is None or call.layer is None:
        return
    missing = call.layer.spatial + 2 - len(dims)
    if len(dims) == 2 and dims[1] in (call.arguments.get("in_channels"), call.arguments.get("num_features")):
        yield suffix(checked, given, ".".join(["unsqueeze(-1)"] * missing), "these are channels without an image")
    if missing == 1 and call.arguments.get("in_channels") == 1:
        yield suffix(checked, given, "unsqueeze(1)", "the channel axis is missing")


def is_not_flattened(proof: Proof) -> bool:
    """Whether the axes of the input, but for the batch, multiply to the features that a Linear takes."""
    dims = proof.call.input_shapes[0].dims if proof.call.inputs else ()
    if proof.argument != "in_features" or len(dims) < 3 or _product(dims[1:]) != proof.call.arguments["in_features"]:
        return False
    return not _is_taken_by_features(proof)


def _is_taken_by_features(proof: Proof) -> bool:
    """Whether another layer takes the same tensor by its last axis: then it is meant to have several."""
    return any(
        call.reject is None and call.arguments.get("in_features") is not None and call.inputs[0] is proof.call.inputs[0]
        for call in proof.run.tape.calls
        if call.leaf and call.inputs
    )


def _result_dropped(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """``x.view(n, -1)`` on a line of its own, or assigned to a name that nobody reads."""
    source, tensor = checked.source, proof.call.inputs[0]
    for call in proof.run.tape.calls[: proof.call.index]:
        node = call.site.node
        if call.site.source is not source or not call.leaf or not call.inputs or call.inputs[0] is not tensor:
            continue
        if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
            continue
        span, receiver = source.span(node), node.func.value
        line = source.lines[span.row - 1]
        if not isinstance(receiver, cst.Name) or span.row != span.end_row:
            continue
        before, after = line[: span.column - 1], line[span.end_column - 1 :].split("#")[0]
        name = re.fullmatch(r"\s*(\w+)\s*=\s*", before)
        if after.strip():
            continue
        if not before.strip():
            at = Span(span.row, span.column, span.row, span.column)
            yield Mistake(
                span,
                "the result is not used",
                Fix("unsafe", f"assign it to {receiver.value}", (Edit(at, f"{receiver.value} = "),)),
            )
        elif name is not None and len(re.findall(rf"\b{name[1]}\b", source.text)) == 1:
            at = Span(span.row, name.start(1) + 1, span.row, name.end(1) + 1)
            yield Mistake(
                at, "never read", Fix("unsafe", f"assign it to {receiver.value}", (Edit(at, receiver.value),))
            )


def is_one_sample(proof: Proof) -> bool:
    """Whether the axes of the input, the first included, multiply to the features that a Linear takes: a sample's own."""
    dims = proof.call.input_shapes[0].dims if proof.call.inputs else ()
    if proof.argument != "in_features" or len(dims) < 2 or proof.call.input_shapes[0].lead is not None:
        return False
    return bool(_product(dims) == proof.call.arguments["in_features"]) and any(_batches_missing(proof))


def _no_batch(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """The network was called with one sample instead of a batch: here, and perhaps in other calls of it."""
    outer = proof.run.tape.calls[_outermost(proof)]
    given = first_argument(checked, outer)
    if given is None:
        return
    for method in _batches_missing(proof):
        label = "the channel axis is missing" if method == "unsqueeze(1)" else "the batch is missing"
        mistake = suffix(checked, given, method, label, here=is_one_sample(proof))
        yield mistake
        alike = [
            suffix(checked, other, method, label).fix.edits
            for call in proof.run.tape.calls
            if call.parent is None and call.module is outer.module and call.input_shapes[:1] == outer.input_shapes[:1]
            if (other := first_argument(checked, call)) is not None
        ]
        edits = tuple(dict.fromkeys(edit for each in alike for edit in each))
        if len(edits) > 1:
            yield Mistake(mistake.span, label, Fix("unsafe", mistake.fix.message, edits), mistake.here)


def _batches_missing(proof: Proof) -> Iterator[str]:
    """The axes that the layers of images lack that take the network's own input, as methods that add them."""
    outer = proof.run.tape.calls[_outermost(proof)]
    if outer is proof.call or not proof.run.concrete or len(outer.inputs) != 1:
        return
    takers = [call for call in proof.run.tape.calls if call.leaf and call.inputs[:1] == outer.inputs]
    dims = proof.run.tape.resolve(outer.input_shapes[0]).dims  # the channels of a photo are those that a layer took
    for taker in takers:
        channels = taker.arguments.get("in_channels")
        if taker.layer is None or not taker.layer.spatial or len(dims) != taker.layer.spatial + 1 or not dims:
            continue
        if channels == 1 and dims[0] != 1:
            yield "unsqueeze(1)"
        elif isinstance(dims[0], int) and channels in (None, dims[0]):
            yield "unsqueeze(0)"


def _outermost(proof: Proof) -> int:
    """The number of the call from which the refused one is reached."""
    call = proof.call
    while call.parent is not None:
        call = proof.run.tape.calls[call.parent]
    return call.index


def _not_flattened(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    call, constructor = proof.call, proof.call.constructor
    parent = None if call.parent is None else proof.run.tape.calls[call.parent]
    if parent is not None and parent.name == "Sequential":
        taken = first_argument(checked, parent)
        if taken is not None and parent.parent is not None and parent.inputs[:1] == call.inputs[:1]:
            yield suffix(checked, taken, "flatten(1)", "this is not flattened")
        if (
            constructor is None
            or constructor.source is not checked.source
            or not isinstance(constructor.node, cst.Call)
        ):
            return
        if len(call.module.made_by if call.module is not None else ()) > 2:
            return
        span, func = checked.source.span(constructor.node), constructor.node.func
        prefix = f"{cst.Module([]).code_for_node(func.value)}." if isinstance(func, cst.Attribute) else ""
        at = Span(span.row, span.column, span.row, span.column)
        yield Mistake(
            span,
            "what arrives is not flattened",
            Fix("unsafe", "flatten it first", (Edit(at, f"{prefix}Flatten(), "),)),
        )
        return
    given = first_argument(checked, call)
    if given is not None:
        yield suffix(checked, given, "flatten(1)", "this is not flattened")


def _product(dims: tuple[Dim, ...]) -> Dim | None:
    return math.prod(dim for dim in dims if isinstance(dim, int)) if all(isinstance(dim, int) for dim in dims) else None
