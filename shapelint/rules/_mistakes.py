"""What people really did wrong where a layer is right and its input is not, each with the edit that would correct it.

None of these is a proof: several fit one refusal, and whether a repair holds is found out by linting the file with it
(:mod:`shapelint.trials`).  So they come in the order of how much must coincide for them to be possible at all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import libcst as cst

from ..diagnostic import Diagnostic, Edit, Fix, Span
from ..interp import Call
from ..records import dataclass, replace
from ..shapes import Dim, Tensor
from ._diagnose import diagnose
from ._origin import argument_node, helper_arguments
from ._proofs import Proof
from .context import Checked

__all__ = ["first_that_holds", "is_not_flattened"]

_ON_AXIS_1 = frozenset({"in_channels", "num_features", "num_channels"})
_ON_LAST_AXIS = frozenset({"in_features", "input_size", "normalized_shape"})
_PRODUCTS = frozenset({"@", "matmul", "bmm", "torch.matmul", "torch.bmm"})
_MOVES = {
    (3, 1, 2): "transpose(1, 2)",
    (3, 2, 1): "transpose(1, 2)",
    (4, 3, 1): "permute(0, 3, 1, 2)",
    (4, 1, 3): "permute(0, 2, 3, 1)",
}
"""How to move an axis: (rank, where it is, where it is wanted)."""


@dataclass(frozen=True, slots=True)
class _Mistake:
    """``label``: what is wrong at ``span``; ``fix``: what to write."""

    span: Span
    label: str
    fix: Fix


def _after_refusal(proof: Proof) -> bool:
    """Whether what is refused was made of something that PyTorch refused already: its shape is a guess, and so is any repair."""
    makers: dict[int, list[Call]] = {}
    for call in proof.run.tape.calls[: proof.call.index]:
        makers.setdefault(id(call.output), []).append(call)
    waiting, seen = [id(tensor) for tensor in proof.call.inputs], set[int]()
    while waiting:
        made = waiting.pop()
        if made in seen:
            continue
        seen.add(made)
        for call in makers.get(made, ()):
            if call.reject is not None:
                return True
            waiting += [id(tensor) for tensor in call.inputs]
    return False


def first_that_holds(
    checked: Checked, proof: Proof, usual: Diagnostic | None, code: str, name: str
) -> Diagnostic | None:
    """The finding for ``proof``, with its alternatives: a mistake in the input, the ``usual`` number, a mistake in a helper."""
    if usual is None:
        return None
    if any(proof.call.index in calls for calls in proof.run.tape.last_batches):
        return _of_last_batch(checked, proof, code, name) or replace(usual, fix=None)
    if _after_refusal(proof):
        return replace(usual, fix=None)
    before = (*_mistakes_of_input(checked, proof), *_mistakes_of_operands(checked, proof))
    found: Diagnostic | None = usual
    if usual.fix is not None:
        found = replace(usual, fix=None, help=None, label="this does not fit what arrives")
    for mistake in reversed(tuple(_mistakes_of_helpers(checked, proof))):
        found = _reported(checked, proof, mistake, found, code, name)
    if usual.fix is not None:
        found = replace(usual, otherwise=found)
    for mistake in reversed(before):
        found = _reported(checked, proof, mistake, found, code, name)
    return found


def _of_last_batch(checked: Checked, proof: Proof, code: str, name: str) -> Diagnostic | None:
    """The finding where only the last batch of a loader is refused: nothing is wrong but what was made for a whole one."""
    site = proof.call.site
    if site.source is not checked.source or not isinstance(site.node, cst.BaseExpression):
        return None
    help = "drop_last=True leaves the last batch out; or make what depends on the size of a batch for each of them"
    label = "does not fit the last batch, which is smaller"
    return diagnose(checked, proof, code, name, span=checked.source.span(site.node), label=label, help=help)


def _reported(
    checked: Checked, proof: Proof, mistake: _Mistake, otherwise: Diagnostic | None, code: str, name: str
) -> Diagnostic | None:
    found = diagnose(checked, proof, code, name, span=mistake.span, label=mistake.label, fix=mistake.fix)
    return None if found is None else replace(found, otherwise=otherwise)


def _mistakes_of_input(checked: Checked, proof: Proof) -> Iterator[_Mistake]:
    """Why the input of a layer has another width than the layer was built for, if not because of a wrong number."""
    call = proof.call
    expected = call.arguments.get(proof.argument or "")
    if not call.inputs or call.input_shapes[0].lead is not None or not isinstance(expected, int):
        return
    if proof.argument not in _ON_AXIS_1 | _ON_LAST_AXIS:
        return
    dims = call.input_shapes[0].dims
    yield from _result_dropped(checked, proof)
    yield from _no_batch(checked, proof)
    if is_not_flattened(proof):
        yield from _not_flattened(checked, proof)
    given = _given_at(checked, proof, call.inputs[0])
    if given is None:
        return
    if (
        proof.argument in _ON_AXIS_1
        and expected == 1
        and call.layer is not None
        and len(dims) == call.layer.spatial + 1
    ):
        yield _suffix(checked, given, "unsqueeze(1)", "the channel axis is missing")
    wanted = 1 if proof.argument in _ON_AXIS_1 else len(dims) - 1
    places = [axis for axis in range(1, len(dims)) if dims[axis] == expected]
    move = _MOVES.get((len(dims), places[0], wanted)) if len(places) == 1 else None
    if call.layer is not None and call.layer.spatial == 2 and len(dims) == 3:
        move = "permute(2, 0, 1)" if places == [2] else None
    if move is not None:
        yield _suffix(checked, given, move, f"the {expected} are on axis {places[0]} here")


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


def _mistakes_of_operands(checked: Checked, proof: Proof) -> Iterator[_Mistake]:
    """Why two operands do not go together: an axis of one, classes on the last axis, factors that are not transposed."""
    call, node = proof.call, proof.call.site.node
    if call.layer is not None and call.arguments.get("batch_first") is False:
        yield from _without_batch_first(checked, call)
    if call.site.source is not checked.source or len(call.inputs) < 2:
        return
    yield from _mask_of_batch(checked, proof)
    if any(shape.lead is not None for shape in call.input_shapes):
        return
    left, right = (shape.dims for shape in call.input_shapes[:2])
    operands = _operands(node)
    if call.name in _PRODUCTS and left and len(right) > 1 and left[-1] == right[-1] and operands:
        yield _suffix(checked, operands[1], "transpose(-2, -1)", "not transposed")
    if (
        not call.name.removeprefix("torch.nn.functional.")
        .lower()
        .replace("_", "")
        .endswith(("loss", "crossentropy", "withlogits"))
    ):
        return
    if operands and left[:-1] == right and left[-1:] == (1,):
        yield _suffix(checked, operands[0], f"squeeze({len(left) - 1})", "one axis more than the target")
    if operands and right[:-1] == left[: len(right) - 1] and right[-1:] == (1,) and len(right) in (2, len(left) + 1):
        yield _suffix(checked, operands[1], f"squeeze({len(right) - 1})", "one axis more than expected")
    if operands and len(left) == len(right) > 2 and right[1] == 1 and (left[0], *left[2:]) == (right[0], *right[2:]):
        yield _suffix(checked, operands[1], "squeeze(1)", "classes have no axis of their own")
    if operands and len(left) == 3 and left[:2] == right:
        yield _suffix(checked, operands[0], "transpose(1, 2)", "the classes belong on axis 1")


def _mistakes_of_helpers(checked: Checked, proof: Proof) -> Iterator[_Mistake]:
    """Another parameter of the helper in place of the one that it passes on: the error of all its callers."""
    for arg, names in helper_arguments(checked.source, proof.call, proof.argument):
        for name in names:
            if isinstance(arg.value, cst.Name) and name != arg.value.value:
                span = checked.source.span(arg.value)
                fix = Fix("unsafe", f"use {name} here", (Edit(span, name),))
                yield _Mistake(span, "this width does not arrive here", fix)


# -- the single mistakes -------------------------------------------------------------------------------------------------


def _result_dropped(checked: Checked, proof: Proof) -> Iterator[_Mistake]:
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
            yield _Mistake(
                span,
                "the result is not used",
                Fix("unsafe", f"assign it to {receiver.value}", (Edit(at, f"{receiver.value} = "),)),
            )
        elif name is not None and len(re.findall(rf"\b{name[1]}\b", source.text)) == 1:
            at = Span(span.row, name.start(1) + 1, span.row, name.end(1) + 1)
            yield _Mistake(
                at, "never read", Fix("unsafe", f"assign it to {receiver.value}", (Edit(at, receiver.value),))
            )


def _no_batch(checked: Checked, proof: Proof) -> Iterator[_Mistake]:
    """The network was called with one sample instead of a batch."""
    outer = proof.call
    while outer.parent is not None:
        outer = proof.run.tape.calls[outer.parent]
    given = _first_argument(checked, outer)
    if outer is proof.call or given is None or not proof.run.concrete or len(outer.inputs) != 1:
        return
    takers = [call for call in proof.run.tape.calls if call.leaf and call.inputs[:1] == outer.inputs]
    dims = outer.input_shapes[0].dims
    for taker in takers:
        channels = taker.arguments.get("in_channels")
        if taker.layer is None or not taker.layer.spatial or len(dims) != taker.layer.spatial + 1 or not dims:
            continue
        if channels == 1 and dims[0] != 1:
            yield _suffix(checked, given, "unsqueeze(1)", "the channel axis is missing")
        elif isinstance(dims[0], int) and channels in (None, dims[0]):
            yield _suffix(checked, given, "unsqueeze(0)", "the batch is missing")


def _not_flattened(checked: Checked, proof: Proof) -> Iterator[_Mistake]:
    call, constructor = proof.call, proof.call.constructor
    parent = None if call.parent is None else proof.run.tape.calls[call.parent]
    if parent is not None and parent.name == "Sequential":
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
        yield _Mistake(
            span,
            "what arrives is not flattened",
            Fix("unsafe", "flatten it first", (Edit(at, f"{prefix}Flatten(), "),)),
        )
        return
    given = _first_argument(checked, call)
    if given is not None:
        yield _suffix(checked, given, "flatten(1)", "this is not flattened")


def _mask_of_batch(checked: Checked, proof: Proof) -> Iterator[_Mistake]:
    """An attention mask that is as wide as there are samples in the batch, where it was made by ``x.shape[0]``."""
    dims = proof.call.input_shapes[0].dims
    if proof.call.layer is None or len(dims) != 3 or dims[0] == dims[1]:
        return
    for mask, shape in zip(proof.call.inputs, proof.call.input_shapes, strict=True):
        if len(shape.dims) != 2 or shape.dims[0] != shape.dims[1] or shape.dims[0] not in dims[:2]:
            continue
        given = next(_masks_written(checked, proof, mask), None)
        index = None if given is None else _axis_written(given)
        if index is not None and dims[int(index.value)] == shape.dims[0]:
            other = 1 - int(index.value)
            fix = Fix("unsafe", f"use axis {other}", (Edit(checked.source.span(index), str(other)),))
            span = checked.source.span(_argument_of_call(proof) or proof.call.site.node)
            yield _Mistake(span, "made for the batch, not for the length of the sequence", fix)
            return


def _argument_of_call(proof: Proof) -> cst.Arg | None:
    """The argument by which the call gives what is refused."""
    node = proof.call.site.node
    given = node.args if isinstance(node, cst.Call) else ()
    return next((arg for arg in given if arg.keyword is not None and arg.keyword.value == proof.argument), None)


def _masks_written(checked: Checked, proof: Proof, mask: Tensor) -> Iterator[cst.BaseExpression]:
    """The sizes from which a mask is made, in the call itself or in the statement that assigns it."""
    node = proof.call.site.node
    made: list[cst.CSTNode] = [arg.value for arg in node.args] if isinstance(node, cst.Call) else []
    for statement in proof.run.tape.statements:
        if statement.value is mask and statement.site.source is checked.source:
            made += [statement.site.node.value] if isinstance(statement.site.node, cst.Assign) else []
    for call in made:
        if isinstance(call, cst.Call) and call.args and "mask" in cst.Module([]).code_for_node(call.func):
            yield call.args[0].value


def _axis_written(node: cst.BaseExpression) -> cst.Integer | None:
    """The 0 of ``x.shape[0]`` and ``x.size(0)``, or the 1."""
    match node:
        case cst.Subscript(
            value=cst.Attribute(attr=cst.Name(value="shape")),
            slice=[cst.SubscriptElement(slice=cst.Index(value=cst.Integer(value="0" | "1") as index))],
        ):
            return index
        case cst.Call(
            func=cst.Attribute(attr=cst.Name(value="size")), args=[cst.Arg(value=cst.Integer(value="0" | "1") as index)]
        ):
            return index
        case _:
            return None


def _without_batch_first(checked: Checked, call: Call) -> Iterator[_Mistake]:
    constructor = call.constructor
    if constructor is None or constructor.source is not checked.source or not isinstance(constructor.node, cst.Call):
        return
    written = argument_node(call, "batch_first")
    if written is not None or not constructor.node.args or any(arg.star for arg in constructor.node.args):
        return
    span = checked.source.span(constructor.node)
    end = checked.source.span(constructor.node.args[-1])
    at = Span(end.end_row, end.end_column, end.end_row, end.end_column)
    yield _Mistake(
        span, "the batch comes first", Fix("unsafe", "set batch_first=True", (Edit(at, ", batch_first=True"),))
    )


# -- where to write it ---------------------------------------------------------------------------------------------------


def _given_at(checked: Checked, proof: Proof, tensor: Tensor) -> cst.BaseExpression | None:
    """The argument of the outermost call in this file that is given ``tensor`` itself."""
    call, found = proof.call, _first_argument(checked, proof.call)
    while call.parent is not None:
        call = proof.run.tape.calls[call.parent]
        if not call.inputs or call.inputs[0] is not tensor:
            break
        found = _first_argument(checked, call) or found
    return found


def _first_argument(checked: Checked, call: Call) -> cst.BaseExpression | None:
    node = call.site.node
    if call.site.source is not checked.source or not isinstance(node, cst.Call) or not node.args or node.args[0].star:
        return None
    return node.args[0].value


def _operands(node: cst.CSTNode) -> list[cst.BaseExpression]:
    match node:
        case cst.BinaryOperation(left=left, right=right):
            return [left, right]
        case cst.Call(args=args) if len(args) > 1 and not any(arg.star or arg.keyword for arg in args[:2]):
            return [args[0].value, args[1].value]
        case cst.Call(args=[arg], func=cst.Attribute(value=value)) if not arg.star:
            return [value, arg.value]
        case _:
            return []


def _suffix(checked: Checked, node: cst.BaseExpression, method: str, label: str) -> _Mistake:
    """The mistake of ``node``, on which ``method`` must be called."""
    span = checked.source.span(node)
    text = cst.Module([]).code_for_node(node)
    simple = isinstance(node, (cst.Name, cst.Attribute, cst.Call, cst.Subscript)) or node.lpar
    return _Mistake(
        span,
        label,
        Fix("unsafe", f"use .{method}", (Edit(span, f"{text}.{method}" if simple else f"({text}).{method}"),)),
    )


def _product(dims: tuple[Dim, ...]) -> Dim | None:
    return math.prod(dim for dim in dims if isinstance(dim, int)) if all(isinstance(dim, int) for dim in dims) else None
