"""``torch.einsum``: the subscripts tell which sizes must agree and which remain."""

from __future__ import annotations

from ..shapes import Dim, Equality, Kind, Needs, Shape, Tensor, Value, compare, fresh
from ..shapes.broadcast import broadcast
from .axes import rank_of
from .declare import op
from .operand_values import operand, promote, reason_of, sequence, unknown_tensor


@op("torch.einsum", "equation, *operands", formula="'ij,jk->ik': (i, j), (j, k) -> (i, k)")
def einsum(need: Needs, equation: Value, operands: tuple[Value, ...]) -> Tensor:
    """Sizes of one letter agree or are 1; without ``->`` letters that occur once remain, sorted."""
    given = sequence(operands[0]) if len(operands) == 1 and isinstance(operands[0], (tuple, list)) else operands
    if not isinstance(equation, str) or given is None:
        return unknown_tensor(reason_of(equation, "the equation of an einsum"))
    tensors = [operand(need, item, "operands") for item in given]
    inputs, arrow, output = equation.replace(" ", "").partition("->")
    terms = inputs.split(",")
    need.require(
        len(terms) == len(tensors),
        Kind.OPERANDS,
        f"{len(terms)} terms in einsum '{equation}' for {len(tensors)} operands",
    )
    letters: dict[str, Dim] = {}
    ellipses: list[Shape] = []
    for term, tensor in zip(terms, tensors, strict=True):
        dots = _assigned(need, equation, term, tensor, letters)
        if dots is not None:
            ellipses.append(dots)
    common = broadcast(need, ellipses, name=f"ellipses of '{equation}'") if ellipses else Shape(())
    if not arrow:
        output = ("..." if ellipses else "") + "".join(
            sorted(letter for letter in set(inputs) if letter.isalpha() and inputs.count(letter) == 1)
        )
    return _built(need, equation, output, letters, common, promote(tensor.dtype for tensor in tensors))


def _assigned(need: Needs, equation: str, term: str, tensor: Tensor, letters: dict[str, Dim]) -> Shape | None:
    """Sizes of the letters of one term; what its ellipsis stands for, if it has one."""
    before, dots, behind = term.partition("...")
    rank = rank_of(tensor)
    count = len(before) + len(behind)
    if rank is not None:
        fits = rank >= count if dots else rank == count
        message = f"{count} letters of '{term}' in einsum '{equation}' for {rank} dimensions: {tensor.shape}"
        need.require(fits, Kind.OPERANDS, message)
    elif dots and before:
        for letter in term.replace("...", ""):
            letters.setdefault(letter, fresh(letter, minimum=0, reason=tensor.shape.lead))
        return Shape((), tensor.shape.lead)
    first = 0 if rank is not None or dots else -count
    sizes = [tensor.size(index) for index in range(first, first + len(before))]
    tail = [tensor.size(index) for index in range(-len(behind), 0)]
    own: dict[str, Dim] = {}
    for letter, size in zip(before + behind, [*sizes, *tail], strict=True):
        if size is not None:
            # a letter that recurs in one term takes a diagonal, and no size is broadcast there
            message = f"{own.get(letter)} and {size} for '{letter}' in '{term}' of einsum '{equation}'"
            need.equal(own.setdefault(letter, size), size, Kind.OPERANDS, message)
            letters[letter] = _agreed(need, equation, letter, letters.get(letter), size)
    if not dots:
        return None
    dims = tensor.shape.dims
    return Shape(dims[len(before) : len(dims) - len(behind)], tensor.shape.lead)


def _agreed(need: Needs, equation: str, letter: str, old: Dim | None, new: Dim) -> Dim:
    if old is None or old == 1 or old == new:
        return new
    if new == 1:
        return old
    message = f"{old} and {new} for '{letter}' in einsum '{equation}'"
    old_may, new_may = (compare(size, 1, need.bounds) is not Equality.NEVER for size in (old, new))
    if not old_may and not new_may:
        need.equal(old, new, Kind.OPERANDS, message)
        return new if isinstance(new, int) else old
    if old_may and new_may:
        return fresh("D", minimum=0, reason=message)
    return new if old_may else old


def _built(
    need: Needs, equation: str, output: str, letters: dict[str, Dim], common: Shape, dtype: str | None
) -> Tensor:
    before, dots, behind = output.partition("...")
    for letter in before + behind:
        need.require(
            letter in letters, Kind.OPERANDS, f"'{letter}' of the output in einsum '{equation}' is in no operand"
        )
    if common.lead is not None and dots:
        tail = (*common.dims, *(letters[letter] for letter in behind))
        return Tensor(Shape(tail, common.lead), dtype)
    middle = common.dims if dots else ()
    return Tensor(Shape((*(letters[c] for c in before), *middle, *(letters[c] for c in behind))), dtype)
