"""Multiply-adds of a function, method or operator of torch, as ``torch.utils.flop_counter`` counts them on the meta device.

Products with a vector on the right, outer products and ``addbmm`` run kernels that the counter does not know: 0, as there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from ..interp.model.tape import Call, Tape
from ..shapes import Dim, Shape, Tensor, Value

__all__ = ["of_operator"]


class _Operands:
    """The operands of an operator: by position or by name, tensors as their shapes."""

    def __init__(self, call: Call, tape: Tape) -> None:
        self._arguments, self._tape = call.arguments, tape
        self.output = self._read(call.output)

    def get(self, index: int, *names: str) -> Value:
        for name in (str(index), *names):
            if name in self._arguments:
                return self._read(self._arguments[name])
        return None

    def shape(self, index: int, *names: str) -> tuple[Dim, ...]:
        """The sizes of a tensor; LookupError if they are not known."""
        return _sizes(self.get(index, *names))

    def rest(self, first: int) -> list[tuple[Dim, ...]]:
        """The sizes of all tensors from ``first`` on, given one by one or in a list."""
        values = [self._arguments[str(i)] for i in range(first, len(self._arguments)) if str(i) in self._arguments]
        if len(values) == 1 and isinstance(values[0], list | tuple):
            values = list(values[0])
        return [_sizes(self._read(value)) for value in values]

    def _read(self, value: Value) -> Value:
        return self._tape.resolve(value.shape) if isinstance(value, Tensor) else value


def _sizes(value: Value) -> tuple[Dim, ...]:
    if not isinstance(value, Shape) or value.lead is not None:
        raise LookupError
    return value.dims


def of_operator(call: Call, tape: Tape) -> Dim | None:
    """The multiply-adds of one call; None where a size is not known."""
    formula = _FORMULAS.get(call.name.removeprefix("torch.").removeprefix("nn.functional.").removeprefix("linalg."))
    if formula is None:
        return 0
    try:
        return formula(_Operands(call, tape))
    except LookupError:
        return None


def _matmul(given: _Operands) -> Dim:
    """``mm_flop``, ``bmm_flop``: each number of the result is a sum of ``k`` products; by a vector, torch runs ``mv``."""
    left, right = given.shape(0, "input"), given.shape(1, "other", "mat2")
    return math.prod(_sizes(given.output)) * left[-1] if len(right) > 1 else 0


def _inner(given: _Operands) -> Dim:
    """As ``_matmul``, of two vectors ``dot``, by a number ``mul``."""
    ranks = len(given.shape(0, "input")), len(given.shape(1, "other"))
    return math.prod(_sizes(given.output)) * given.shape(0, "input")[-1] if min(ranks) > 0 and max(ranks) > 1 else 0


def _added(given: _Operands) -> Dim:
    """``addmm_flop``, ``baddbmm_flop``: the sum costs nothing."""
    left = given.shape(1, "mat1", "batch1")
    return math.prod(_sizes(given.output)) * left[-1]


def _linear(given: _Operands) -> Dim:
    weight = given.shape(1, "weight")
    return math.prod(given.shape(0, "input")) * weight[0] if len(weight) == 2 else 0


def _convolution(at_output: bool) -> Callable[[_Operands], Dim]:
    def counted(given: _Operands) -> Dim:
        """``conv_flop_count``: the whole weight at each place of the output, of the input if transposed."""
        weight = given.shape(1, "weight")
        dims = _sizes(given.output) if at_output else given.shape(0, "input")
        batch = dims[0] if len(dims) == len(weight) else 1
        return batch * math.prod(dims[2 - len(weight) :]) * math.prod(weight)

    return counted


def _attention(given: _Operands) -> Dim:
    """``sdpa_flop_count``: a score for each query and key, then a sum of the values for each query."""
    query, key, value = given.shape(0, "query"), given.shape(1, "key"), given.shape(2, "value")
    return math.prod(query[:-1]) * key[-2] * (query[-1] + value[-1])


def _attention_forward(given: _Operands) -> Dim:
    """``F.multi_head_attention_forward``: projections in and out, and the attention itself."""
    query, key, value = given.shape(0, "query"), given.shape(1, "key"), given.shape(2, "value")
    wide = query[-1]
    extra = sum(1 for index, name in ((7, "bias_k"), (9, "add_zero_attn")) if given.get(index, name))
    batch, source = (key[1] if len(key) == 3 else 1), key[0] + extra
    projected = (2 * math.prod(query) + math.prod(key) + math.prod(value)) * wide
    return projected + 2 * batch * query[0] * source * wide


def _tensordot(given: _Operands) -> Dim:
    """One product of matrices: the result times what is summed away; to a number it is ``dot``."""
    left, right = given.shape(0, "input"), given.shape(1, "other", "b")
    dims = given.get(2, "dims")
    match 2 if dims is None else dims:
        case int(count):
            pairs = list(zip(left[len(left) - count :], right, strict=False))
        case [[*one], [*other]]:
            pairs = [
                (left[i], right[j])
                for i, j in zip(one, other, strict=True)
                if isinstance(i, int) and isinstance(j, int)
            ]
        case _:
            raise LookupError
    # Where one of two sizes is 1 the other is summed beforehand.
    summed = (0 if 0 in pair else 1 if 1 in pair else pair[0] for pair in pairs)
    output = _sizes(given.output)
    return math.prod(output) * math.prod(summed) if output else 0


def _chain(given: _Operands) -> Dim:
    """The order of products that needs the fewest (``torch.linalg.multi_dot`` looks for it); ends may be vectors."""
    shapes = given.rest(0)
    if any(len(shape) != 2 for shape in shapes):
        raise LookupError
    sizes = [shapes[0][0], *(shape[1] for shape in shapes)]
    if len(shapes) > 2 and not all(isinstance(size, int) for size in sizes):
        raise LookupError
    best: dict[tuple[int, int], Dim] = {(i, i): 0 for i in range(len(shapes))}
    for length in range(1, len(shapes)):
        for i in range(len(shapes) - length):
            j = i + length
            costs = [best[i, k] + best[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1] for k in range(i, j)]
            best[i, j] = costs[0] if len(costs) == 1 else min(costs)  # type: ignore[type-var]
    return best[0, len(shapes) - 1]


def _power(given: _Operands) -> Dim:
    """``torch.linalg.matrix_power``: the binary digits of the exponent say how often it multiplies."""
    power, size = given.get(1, "n"), given.shape(0, "input", "A")
    if not isinstance(power, int) or power < 0:  # a negative power inverts the matrix first
        raise LookupError
    times = power.bit_length() + power.bit_count() - 2
    return max(times, 0) * math.prod(size) * size[-1]


def _einsum(given: _Operands) -> Dim:
    """From left to right, two operands at a time: a ``bmm`` where a letter is summed away that both have.

    What only one of them has is summed beforehand, and what is not summed at all is multiplied: neither counts.  (With
    ``opt_einsum`` installed torch may take another order.)
    """
    equation = given.get(0)
    if not isinstance(equation, str):
        raise LookupError
    inputs, arrow, output = equation.replace(" ", "").partition("->")
    terms, shapes = inputs.split(","), given.rest(1)
    if len(terms) != len(shapes):
        raise LookupError
    if not arrow:
        output = "..." * ("." in inputs) + "".join(
            sorted(c for c in set(inputs) if c.isalpha() and inputs.count(c) == 1)
        )
    named = [_lettered(term, shape) for term, shape in zip(terms, shapes, strict=True)]
    wide = max((len(shape) - len(term.replace(".", "")) for term, shape in zip(terms, shapes, strict=True)), default=0)
    kept = {*output.replace(".", ""), *(f".{i}" for i in range(wide) if "." in output)}
    total: Dim = 0
    left = named[0]
    for index, right in enumerate(named[1:], start=1):
        later = kept.union(*named[index + 1 :])
        both = {name for name in left.keys() & right.keys() if left[name] != 1 and right[name] != 1}
        alone = {name for name in left.keys() | right.keys() if name not in later} - both
        sides = [{name: size for name, size in side.items() if name not in alone} for side in (left, right)]
        joined = {name: size for side in sides for name, size in side.items() if size != 1}
        if any(name not in later for name in both):
            total = total + math.prod(joined.values())
        left = {name: size for name, size in {**sides[0], **sides[1], **joined}.items() if name in later}
    return total


def _lettered(term: str, shape: tuple[Dim, ...]) -> dict[str, Dim]:
    """Each letter with its size; the dims of an ellipsis are numbered from behind."""
    before, dots, behind = term.partition("...")
    middle = len(shape) - len(before) - len(behind)
    names = [*before, *(f".{i}" for i in reversed(range(middle if dots else 0))), *behind]
    return dict(zip(names, shape, strict=True))


_FORMULAS: Mapping[str, Callable[[_Operands], Dim]] = {
    **dict.fromkeys(("@", "@=", "matmul", "__matmul__", "mm", "bmm"), _matmul),
    "inner": _inner,
    **dict.fromkeys(("addmm", "addmm_", "baddbmm", "baddbmm_"), _added),
    "linear": _linear,
    **dict.fromkeys(("conv1d", "conv2d", "conv3d"), _convolution(at_output=True)),
    **dict.fromkeys(("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"), _convolution(at_output=False)),
    "scaled_dot_product_attention": _attention,
    "multi_head_attention_forward": _attention_forward,
    "tensordot": _tensordot,
    **dict.fromkeys(("chain_matmul", "multi_dot"), _chain),
    "matrix_power": _power,
    "einsum": _einsum,
}
