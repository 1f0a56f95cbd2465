"""Which single argument of a layer is to blame for a call that PyTorch refuses: the padding that a residual branch forgot,
a kernel too wide for what is left.

Of operands that do not fit only the sizes are considered, and only the layers between the fork of the branches and the
operation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ...interp.model.tape import Call, Run
from ...records import replace
from ...shapes import Kind, Shape, Tensor
from ..binding.alignment import DimPair
from ..binding.solution import Solution
from ..comments.remark import DimText
from ..reading.replay import with_change
from .argument import repair_fix
from .chain import chain_to
from .plausibility import alike
from .repairs import SPATIAL, Repair, is_built_here, repairs, values_of
from .window_fit import gain, known_integers

__all__ = ["of_window", "refusal_repair", "with_refusal_mended"]

_JOINS = frozenset({"torch.cat", "torch.concat", "torch.concatenate", "torch.stack"})
_PRODUCTS = frozenset({"torch.bmm", "torch.matmul", "torch.baddbmm", "bmm", "matmul", "@"})
_SUMS = frozenset({"+", "-", "*", "+=", "-=", "*=", "torch.add", "torch.mul", "torch.sub", "add", "mul"})
_KINDS = frozenset({Kind.OPERANDS, Kind.EMPTY})
_MOST_REPLAYS = 16
"""Each repair that is tried executes the run again; they come in the order of what speaks for them."""
_MOST_VALUES = 2


def refusal_repair(run: Run, call: Call, solution: Solution, others: Sequence[Run] = ()) -> Repair | None:
    """The change after which ``call`` is no longer refused; None where there is none, or several are equally likely.

    Something must speak for it: other layers of the path, or else of ``others``, have just that window; or the layer then
    keeps the size; or its window then fits and does not now; or no other argument would do.
    """
    if call.leaf and call.module is not None and not _is_loss(call):
        tried = list(of_window(call, run))
    else:
        fitting = _of_branches(run, call, solution)
        tried = [replace(r, value=value) for r in fitting for value in (r.value, *r.others[:_MOST_VALUES])]
        tried = tried or list(_next_to(run, call))
    tried = [repair for repair in tried if repair_fix(repair) is not None]
    # A layer whose window fits is not spoiled for an input of an odd size.
    tried = [repair for repair in tried if gain(repair, run, solution) >= 0]
    ranked = _ranked(tried, run, solution, others)
    left = [(_refused(run.replay(repair.override)), repair) for _, repair in ranked[:_MOST_REPLAYS]]
    fewest = min((refusals for refusals, _ in left), default=0)
    best = _ranked([r for refusals, r in left if refusals == fewest < _refused(run)], run, solution, others)
    if not best:
        return None
    count, repair = best[0]
    rivals = [r for n, r in best if n == count and r.parameter == repair.parameter]
    only = all((r.place, r.parameter) == (repair.place, repair.parameter) for _, r in ranked)
    # What mends several failures at once, as nothing else does, needs no other witness.
    only = only or (_refused(run) - fewest > 1 and all(r.place is repair.place for _, r in best))
    decided = (count or only) and all(rival.place is repair.place for rival in rivals)
    return repair if decided else None


def _ranked(tried: Sequence[Repair], run: Run, solution: Solution, others: Sequence[Run]) -> list[tuple[int, Repair]]:
    """The repairs, each with how much speaks for it: layers of the path, else those of other paths, else its own window."""
    found = [(alike(repair, run) + _keeps_size(repair), repair) for repair in tried]
    if not any(count for count, _ in found):
        found = [(max((alike(repair, other) for other in others), default=0), repair) for repair in tried]
    if not any(count for count, _ in found):
        found = [(max(0, gain(repair, run, solution)), repair) for repair in tried]
    return sorted(found, key=lambda item: (not item[0], SPATIAL.index(item[1].parameter), -item[0]))


def _of_branches(run: Run, call: Call, solution: Solution) -> Iterator[Repair]:
    for pairs, chain in _branches(run, call, solution):
        yield from repairs(run, chain, pairs, solution)


def _next_to(run: Run, call: Call) -> Iterator[Repair]:
    """Where the branches cannot be followed layer by layer: each window of theirs, a number up or down."""
    if call.name not in _JOINS | _SUMS | _PRODUCTS or not all(tensor.shape.rank in (3, 4, 5) for tensor in call.inputs):
        return
    chains = [_chain(run, tensor) for tensor in call.inputs]
    shared = set.intersection(*({id(layer.output) for layer in chain} for chain in chains))
    for layer in dict.fromkeys(layer for chain in chains for layer in chain if id(layer.output) not in shared):
        for parameter in ("padding", "kernel_size", "stride") if is_built_here(layer, run) else ():
            present = layer.arguments.get(parameter)
            for value in (present - 1, present + 1) if isinstance(present, int) else ():
                if value >= (parameter != "padding"):
                    yield Repair(layer, parameter, value, present)


def of_window(call: Call, run: Run) -> Iterator[Repair]:
    """Other paddings and kernels of a layer, whatever they give."""
    if is_built_here(call, run):
        for parameter in ("padding", "kernel_size"):
            for value in values_of(call, parameter) if parameter in call.arguments else ():
                yield Repair(call, parameter, value, call.arguments[parameter])


def with_refusal_mended(run: Run, solution: Solution, settled: Collection[Call]) -> Run | None:
    """The run as it would be if the first refused call got what it needs; None if there is no such call, or no repair for it.

    ``settled``: refused calls that are explained already.
    """
    places = {call.site.node for call in settled}
    for call in run.tape.calls:
        if call.reject is None or call.reject.kind not in _KINDS or not call.certain or call.site.node in places:
            continue
        repair = refusal_repair(run, call, solution)
        return None if repair is None else with_change(run, repair.override)
    return None


def _is_loss(call: Call) -> bool:
    """Whether it is a loss that compares its input with a target, element by element."""
    return call.layer is not None and "target" in call.layer.inputs.positional


def _branches(run: Run, call: Call, solution: Solution) -> Iterator[tuple[list[DimPair], list[Call]]]:
    """For each operand that may be the wrong one: the sizes that it should have, and the layers of its branch alone."""
    shapes = [run.tape.resolve(tensor.shape).substitute(solution.sizes) for tensor in call.inputs]
    if len(shapes) < 2 or not _comparable(shapes) or not (call.name in _JOINS | _SUMS or _is_loss(call)):
        return
    sizes = [shape.dims[2:] for shape in shapes]
    for index, tensor in enumerate(call.inputs):
        others = {other for other in sizes if other != sizes[index]}
        if len(others) != 1 or (len(sizes) > 2 and sizes.count(sizes[index]) > 1):
            continue
        (wanted,) = others
        pairs = [
            DimPair(claimed, computed, axis, DimText("", 0, 0, None))
            for axis, (claimed, computed) in enumerate(zip(wanted, sizes[index], strict=True), 2)
            if claimed != computed
        ]
        shared = {
            id(other.output) for sibling in call.inputs if sibling is not tensor for other in _chain(run, sibling)
        }
        yield pairs, [layer for layer in _chain(run, tensor) if id(layer.output) not in shared]


def _comparable(shapes: Sequence[Shape]) -> bool:
    ranks = {shape.rank for shape in shapes}
    return len(ranks) == 1 and None not in ranks and len(shapes[0].dims) > 2


def _chain(run: Run, tensor: Tensor) -> list[Call]:
    return chain_to(run, tensor, frozenset())


def _keeps_size(repair: Repair) -> bool:
    """Whether it is the padding with which the layer keeps the size, or divides it by its stride."""
    given = repair.arguments
    numbers = known_integers(*(given.get(name, 1) for name in ("kernel_size", "padding", "dilation")))
    if numbers is None:
        return False
    kernel, padding, dilation = numbers
    return bool(repair.parameter == "padding" and 2 * padding == dilation * (kernel - 1))


def _refused(run: Run) -> int:
    return sum(call.reject is not None for call in run.tape.calls)
