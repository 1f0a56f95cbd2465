"""What arguments each operator is tried with: mostly right, often nearly right, sometimes wrong.

An entry is for all operators that share its declaration; ``draw`` is hypothesis' draw function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from oracle import T

Draw = Callable[..., Any]
Case = tuple[list[Any], dict[str, Any]]

sizes = st.integers(0, 5)
some = st.integers(1, 5)


def dims(draw: Draw, least: int = 0, most: int = 4, size: Any = sizes) -> tuple[int, ...]:
    return tuple(draw(st.lists(size, min_size=least, max_size=most)))


def maybe(draw: Draw, percent: int) -> bool:
    return bool(draw(st.integers(0, 99)) < percent)


def place(draw: Draw, rank: int, more: int = 0) -> int:
    """An index of a dimension, seldom out of range."""
    count = max(rank + more, 1)
    return (
        int(draw(st.integers(-count, count - 1)))
        if not maybe(draw, 8)
        else int(draw(st.sampled_from((-count - 1, count))))
    )


def near(draw: Draw, shape: tuple[int, ...], percent: int = 12, size: Any = sizes) -> tuple[int, ...]:
    """``shape`` with some sizes changed."""
    return tuple(draw(size) if maybe(draw, percent) else old for old in shape)


def fellow(draw: Draw, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape that may broadcast with ``shape``."""
    kept = tuple(1 if maybe(draw, 25) else size for size in near(draw, shape, 5))
    kept = kept[draw(st.integers(0, len(kept))) :] if maybe(draw, 40) else kept
    return (*dims(draw, 0, 2), *kept) if maybe(draw, 20) else kept


def unary(draw: Draw) -> Case:
    return [T(dims(draw))], {}


def integers(draw: Draw) -> Case:
    return [T(dims(draw), "ones")], {}


def binary(draw: Draw) -> Case:
    shape = dims(draw)
    return [T(shape), T(fellow(draw, shape))], {}


def binary_integers(draw: Draw) -> Case:
    shape = dims(draw)
    return [T(shape, "ones"), T(fellow(draw, shape), "ones")], {}


def ternary(draw: Draw) -> Case:
    shape = dims(draw)
    return [T(shape), T(fellow(draw, shape)), T(fellow(draw, shape))], {}


def conditional(draw: Draw) -> Case:
    shape = dims(draw)
    return [T(shape, "bool"), T(fellow(draw, shape)), T(fellow(draw, shape))], {}


def _wanted(draw: Draw, count: int) -> list[int]:
    """Sizes whose product is ``count`` or nearly, perhaps with a -1."""
    wanted: list[int] = []
    for _ in range(draw(st.integers(0, 3))):
        options = [d for d in range(1, 9) if count % d == 0] if count else [0, 1, 2]
        size = draw(st.sampled_from(options)) if not maybe(draw, 8) else draw(sizes)
        wanted.append(size)
        count = count // size if size and count % size == 0 else count
    wanted.insert(draw(st.integers(0, len(wanted))), -1 if maybe(draw, 50) else count)
    return wanted


def _product(shape: tuple[int, ...]) -> int:
    total = 1
    for size in shape:
        total *= size
    return total


def view(draw: Draw) -> Case:
    shape = dims(draw, 0, 4, some if maybe(draw, 85) else sizes)
    wanted = _wanted(draw, _product(shape))
    return ([T(shape), *wanted] if maybe(draw, 50) else [T(shape), tuple(wanted)]), {}


def view_function(draw: Draw) -> Case:
    shape = dims(draw, 0, 4, some if maybe(draw, 85) else sizes)
    return [T(shape), tuple(_wanted(draw, _product(shape)))], {}


def view_as(draw: Draw) -> Case:
    shape = dims(draw, 1, 3, some)
    other = draw(st.permutations(shape)) if maybe(draw, 60) else [_product(shape)]
    return [T(shape), T(near(draw, tuple(other), 6))], {}


def flatten(draw: Draw) -> Case:
    shape = dims(draw)
    kwargs = {}
    if maybe(draw, 70):
        kwargs["start_dim"] = place(draw, len(shape))
    if maybe(draw, 50):
        kwargs["end_dim"] = place(draw, len(shape))
    return [T(shape)], kwargs


def unflatten(draw: Draw) -> Case:
    shape = dims(draw, 0, 3, some)
    at = place(draw, len(shape))
    count = shape[at] if shape and -len(shape) <= at < len(shape) else 4
    return [T(shape), at, tuple(_wanted(draw, count))], {}


def permute(draw: Draw) -> Case:
    shape = dims(draw)
    order = list(draw(st.permutations(range(len(shape)))))
    order = [i - len(order) if maybe(draw, 30) else i for i in order]
    if maybe(draw, 10) and order:
        order[0] = place(draw, len(shape))
    if maybe(draw, 8):
        order.append(0)
    return [T(shape), tuple(order)], {}


def two_places(draw: Draw) -> Case:
    shape = dims(draw)
    return [T(shape), place(draw, len(shape)), place(draw, len(shape))], {}


def movedim(draw: Draw) -> Case:
    shape = dims(draw, 1)
    if maybe(draw, 50):
        return [T(shape), place(draw, len(shape)), place(draw, len(shape))], {}
    count = draw(st.integers(1, len(shape)))
    return [T(shape), *(tuple(place(draw, len(shape)) for _ in range(count)) for _ in range(2))], {}


def new_place(draw: Draw) -> Case:
    shape = dims(draw)
    return [T(shape), place(draw, len(shape), 1)], {}


def squeeze(draw: Draw) -> Case:
    shape = dims(draw, 0, 4, st.sampled_from((1, 1, 2, 3)))
    match draw(st.integers(0, 2)):
        case 0:
            return [T(shape)], {}
        case 1:
            return [T(shape), place(draw, len(shape))], {}
    return [T(shape), tuple(place(draw, len(shape)) for _ in range(draw(st.integers(1, 2))))], {}


def expand(draw: Draw) -> Case:
    target = dims(draw, 0, 4)
    shape = tuple(1 if maybe(draw, 40) else size for size in near(draw, target, 5))[draw(st.integers(0, len(target))) :]
    kept = len(target) - len(shape)
    odd = 0 if 0 in target else 3  # beside a size of 0 torch lets -1 stand
    wanted = [-1 if maybe(draw, 25 if i >= kept else odd) else size for i, size in enumerate(target)]
    return [T(shape), tuple(wanted)], {}


def repeat(draw: Draw) -> Case:
    shape = dims(draw, 0, 3)
    times = draw(
        st.lists(st.integers(-1 if maybe(draw, 5) else 0, 3), min_size=max(0, len(shape) - maybe(draw, 10)), max_size=4)
    )
    return [T(shape), tuple(times)], {}


def repeat_interleave(draw: Draw) -> Case:
    shape = dims(draw, 0, 3)
    times = draw(st.integers(-1 if maybe(draw, 5) else 0, 3))
    return [T(shape), times], {"dim": place(draw, len(shape))} if maybe(draw, 70) else {}


def cat(draw: Draw) -> Case:
    shape = dims(draw, 0 if maybe(draw, 5) else 1)
    at = place(draw, len(shape))
    parts = []
    for _ in range(draw(st.integers(0 if maybe(draw, 5) else 1, 3))):
        part = list(near(draw, shape, 4))
        if shape and -len(shape) <= at < len(shape):
            part[at] = draw(sizes)
        if maybe(draw, 5):
            part = [0] if maybe(draw, 50) else part[1:]
        parts.append(T(tuple(part)))
    return [parts, at], {}


def stack(draw: Draw) -> Case:
    shape = dims(draw, 0, 3)
    parts = [T(near(draw, shape, 4)) for _ in range(draw(st.integers(0 if maybe(draw, 5) else 1, 3)))]
    return [parts, place(draw, len(shape), 1)], {}


def several(draw: Draw) -> Case:
    shape = dims(draw, 0, 4)
    return [[T(near(draw, shape, 6)) for _ in range(draw(st.integers(1, 3)))]], {}


def spread(draw: Draw) -> Case:
    shape = dims(draw, 0, 3)
    return [T(fellow(draw, shape)) for _ in range(draw(st.integers(1, 3)))], {}


def vectors(draw: Draw) -> Case:
    return [T(dims(draw, 0 if maybe(draw, 10) else 1, 1)) for _ in range(draw(st.integers(1, 3)))], {}


def meshgrid(draw: Draw) -> Case:
    return vectors(draw)[0], {"indexing": draw(st.sampled_from(("ij", "xy")))}


def matrices(draw: Draw) -> Case:
    return [T(dims(draw, 0, 2)) for _ in range(draw(st.integers(1, 3)))], {}


def split(draw: Draw) -> Case:
    shape = dims(draw, 0 if maybe(draw, 5) else 1)
    at = place(draw, len(shape))
    total = shape[at] if shape and -len(shape) <= at < len(shape) else 3
    if maybe(draw, 50):
        return [T(shape), max(int(0 in shape), draw(st.integers(-1 if maybe(draw, 5) else 0, 6))), at], {}
    cut = draw(st.integers(0, total))
    return [T(shape), [cut, total - cut + maybe(draw, 10)], at], {}


def chunk(draw: Draw) -> Case:
    shape = dims(draw, 0 if maybe(draw, 5) else 1, 4, st.integers(0, 9))
    return [T(shape), draw(st.integers(0, 5)), place(draw, len(shape))], {}


def even_chunk(draw: Draw) -> Case:
    """Sizes large enough that symbols cannot stand for fewer chunks than asked."""
    count = draw(st.integers(1, 3))
    shape = dims(draw, 1, 3, st.integers(count * count, 12))
    return [T(shape), count, place(draw, len(shape))], {}


def tensor_split(draw: Draw) -> Case:
    shape = dims(draw, 0 if maybe(draw, 5) else 1, 4, st.integers(0, 9))
    given = draw(st.integers(0, 4)) if maybe(draw, 60) else tuple(draw(st.lists(st.integers(-3, 9), max_size=3)))
    return [T(shape), given, place(draw, len(shape))], {}


def even_split(draw: Draw) -> Case:
    shape = dims(draw, 0, 3, st.integers(0, 8))
    return [T(shape), draw(st.integers(1, 3))], {}


def one_place(draw: Draw) -> Case:
    shape = dims(draw)
    return [T(shape), place(draw, len(shape))], {}


def narrow(draw: Draw) -> Case:
    shape = dims(draw, 0 if maybe(draw, 5) else 1, 3)
    return [
        T(shape),
        place(draw, len(shape)),
        draw(st.integers(-2, 4)),
        draw(st.integers(-1 if maybe(draw, 5) else 0, 4)),
    ], {}


def select(draw: Draw) -> Case:
    shape = dims(draw, 0 if maybe(draw, 5) else 1, 3)
    return [T(shape), place(draw, len(shape)), draw(st.integers(-4, 4))], {}


def reduction(draw: Draw) -> Case:
    shape = dims(draw, 0, 4, some)
    kwargs: dict[str, Any] = {}
    if maybe(draw, 80):
        several = tuple(place(draw, len(shape)) for _ in range(draw(st.integers(0, 3))))
        kwargs["dim"] = place(draw, len(shape)) if maybe(draw, 50) else several
        if maybe(draw, 50):
            kwargs["keepdim"] = draw(st.booleans())
    return [T(shape)], kwargs


def reduction_of_one(draw: Draw) -> Case:
    shape = dims(draw, 0, 4, some)
    return [T(shape)], {"dim": place(draw, len(shape)), "keepdim": draw(st.booleans())} if maybe(draw, 75) else {}


def reduction_with_place(draw: Draw) -> Case:
    shape = dims(draw, 0, 4, some)
    return [T(shape), place(draw, len(shape))], {"keepdim": draw(st.booleans())} if maybe(draw, 50) else {}


def kept_mode(draw: Draw) -> Case:
    args, kwargs = reduction_of_one(draw)
    return args, kwargs or {"dim": -1}


def positive_size(draw: Draw) -> Case:
    return [draw(st.integers(1, 9))], {}


def extreme(draw: Draw) -> Case:
    return binary(draw) if maybe(draw, 30) else reduction_of_one(draw)


def counted(draw: Draw) -> Case:
    shape = dims(draw, 0, 4, some)
    return [T(shape)], {"dim": place(draw, len(shape))} if maybe(draw, 75) else {}


def kthvalue(draw: Draw) -> Case:
    shape = dims(draw, 0, 3, some)
    return [T(shape), 1, place(draw, len(shape)), draw(st.booleans())], {}


def norm(draw: Draw) -> Case:
    shape = dims(draw, 0, 4, some)
    return [T(shape), 2], {"dim": place(draw, len(shape)), "keepdim": draw(st.booleans())} if maybe(draw, 75) else {}


def linear_norm(draw: Draw) -> Case:
    shape = dims(draw, 0, 4, some)
    return [T(shape)], {"dim": place(draw, len(shape)), "keepdim": draw(st.booleans())} if maybe(draw, 75) else {}


def quantile(draw: Draw) -> Case:
    shape = dims(draw, 0, 3, some)
    return [T(shape), 0.5], {"dim": place(draw, len(shape)), "keepdim": draw(st.booleans())} if maybe(draw, 75) else {}


def made_of_sizes(draw: Draw) -> Case:
    wanted = [(-1 if maybe(draw, 3) else size) for size in dims(draw, 1, 3)]
    return (wanted if maybe(draw, 50) else [tuple(wanted)]), {}


def new_of_sizes(draw: Draw) -> Case:
    args, kwargs = made_of_sizes(draw)
    return [T((2,)), *args], kwargs


def new(draw: Draw) -> Case:
    return [T((2,)), *dims(draw, 1, 3)], {}


def made_of_tuple(draw: Draw) -> Case:
    return [dims(draw, 0, 3), 2.5], {}


def new_full(draw: Draw) -> Case:
    return [T((2,)), dims(draw, 0, 3), 2.5], {}


def randint(draw: Draw) -> Case:
    return ([5, dims(draw)] if maybe(draw, 50) else [1, 5, dims(draw)]), {}


def one_size(draw: Draw) -> Case:
    return [draw(st.integers(-1 if maybe(draw, 5) else 0, 9))], {}


def eye(draw: Draw) -> Case:
    return [draw(st.integers(0, 5)) for _ in range(draw(st.integers(1, 2)))], {}


def filled_like(draw: Draw) -> Case:
    return [T(dims(draw)), 2], {}


def arange(draw: Draw) -> Case:
    number = st.integers(-5, 9) if maybe(draw, 70) else st.sampled_from((-1.5, 0.0, 0.5, 3.25, 7.0))
    match draw(st.integers(0, 2)):
        case 0:
            return [draw(number)], {}
        case 1:
            return [draw(number), draw(number)], {}
    return [draw(number), draw(number), draw(st.sampled_from((1, 2, 3, -1, -2, 0, 0.5)))], {}


def linspace(draw: Draw) -> Case:
    return [draw(st.sampled_from((0, -1.5, 3))), draw(st.sampled_from((0, 2.5, 10))), draw(st.integers(-1, 9))], {}


def nested(draw: Draw) -> Case:
    rows = draw(st.sampled_from((1, 2.5, [], [1, 2], [[1.5, 2], [3, 4]], [[], []], [[[1]], [[2]]], True)))
    return [rows], {}


def sampled(draw: Draw) -> Case:
    return [T(dims(draw)), T(())], {}


def multiplied(draw: Draw) -> Case:
    inner, batch = draw(some), dims(draw, 0, 2)
    left = (*fellow(draw, batch), *dims(draw, 0, 1), inner)
    right = (*fellow(draw, batch), inner + maybe(draw, 10), *dims(draw, 0, 1))
    if maybe(draw, 40):
        left, right = (*batch, draw(sizes), inner), (*batch, inner, draw(sizes))
    return [T(left), T(right)], {}


def _chain(draw: Draw, batch: tuple[int, ...]) -> tuple[T, T, tuple[int, ...]]:
    n, k, m = (draw(some) for _ in range(3))
    left = near(draw, (*batch, n, k), 4)
    right = near(draw, (*batch, k, m), 4)
    return T(left[maybe(draw, 4) :]), T(right), (*batch, n, m)


def mm(draw: Draw) -> Case:
    left, right, _ = _chain(draw, ())
    return [left, right], {}


def bmm(draw: Draw) -> Case:
    left, right, _ = _chain(draw, (draw(some),))
    return [left, right], {}


def addmm(draw: Draw) -> Case:
    left, right, result = _chain(draw, ())
    return [T(fellow(draw, result)), left, right], {}


def baddbmm(draw: Draw) -> Case:
    left, right, result = _chain(draw, (draw(some),))
    return [T(fellow(draw, result)), left, right], {}


def addbmm(draw: Draw) -> Case:
    left, right, result = _chain(draw, (draw(some),))
    return [T(fellow(draw, result[1:])), left, right], {}


def addmv(draw: Draw) -> Case:
    n, k = draw(some), draw(some)
    return [T(fellow(draw, (n,))), T((n, k)), T((k + maybe(draw, 10),))], {}


def mv(draw: Draw) -> Case:
    n, k = draw(some), draw(some)
    return [T((n, k)), T((k + maybe(draw, 10),)[maybe(draw, 5) :])], {}


def dot(draw: Draw) -> Case:
    k = draw(some)
    return [T((k,)), T((k + maybe(draw, 20),))], {}


def outer(draw: Draw) -> Case:
    return [T(dims(draw, 1, 1 + maybe(draw, 10))), T(dims(draw, 1, 1))], {}


def tensordot(draw: Draw) -> Case:
    shared = dims(draw, 0, 2, some)
    left, right = (*dims(draw, 0, 2), *shared), (*near(draw, shared, 8), *dims(draw, 0, 2))
    if maybe(draw, 60):
        return [T(left), T(right), len(shared) + maybe(draw, 5)], {}
    count = len(shared)
    return [T(left), T(right), (list(range(len(left) - count, len(left))), list(range(count)))], {}


def cross(draw: Draw) -> Case:
    shape = (*dims(draw, 0, 2), 3)
    return [T(shape), T(shape)], {"dim": -1}


def cdist(draw: Draw) -> Case:
    width = draw(some)
    return [T((*dims(draw, 0, 2, some), draw(some), width)), T((draw(some), width + maybe(draw, 10)))], {}


def matrix(draw: Draw) -> Case:
    return [T(dims(draw, 0 if maybe(draw, 10) else 2, 4, some))], {}


def plain_matrix(draw: Draw) -> Case:
    return [T(dims(draw, 2, 2 + maybe(draw, 10)))], {}


def square(draw: Draw) -> Case:
    n = draw(some)
    return [T((*dims(draw, 0, 2, some), n, n))], {}


def diagonal(draw: Draw) -> Case:
    shape = dims(draw, 1, 4)
    return [T(shape), draw(st.integers(-3, 3)), place(draw, len(shape)), place(draw, len(shape))], {}


def diag(draw: Draw) -> Case:
    return [T(dims(draw, 0 if maybe(draw, 10) else 1, 2)), draw(st.integers(-3, 3))], {}


def diag_embed(draw: Draw) -> Case:
    return [T(dims(draw, 0 if maybe(draw, 5) else 1, 3)), draw(st.integers(-2, 2))], {}


def offset(draw: Draw) -> Case:
    return [T(dims(draw, 0, 3)), draw(st.integers(-2, 2))], {}


def chain(draw: Draw) -> Case:
    widths = [draw(some) for _ in range(4)]
    return [[T((widths[i], widths[i + 1] + maybe(draw, 3))) for i in range(3)]], {}


def along(draw: Draw) -> Case:
    shape = dims(draw, 0, 4, some)
    return [T(shape), place(draw, len(shape))], {}


def sort(draw: Draw) -> Case:
    shape = dims(draw, 0, 4, some)
    return [T(shape)], {"dim": place(draw, len(shape))} if maybe(draw, 70) else {}


def topk(draw: Draw) -> Case:
    shape = dims(draw, 0, 3, some)
    return [T(shape), draw(st.integers(-1 if maybe(draw, 5) else 0, 4))], {"dim": place(draw, len(shape))} if maybe(
        draw, 70
    ) else {}


def flip(draw: Draw) -> Case:
    shape = dims(draw)
    return [T(shape), tuple(place(draw, len(shape)) for _ in range(draw(st.integers(0, 2))))], {}


def roll(draw: Draw) -> Case:
    shape = dims(draw, 0, 3)
    count = draw(st.integers(1, 2))
    shifts = tuple(draw(st.integers(-3, 3)) for _ in range(count))
    return [T(shape), shifts, tuple(place(draw, len(shape)) for _ in range(count + maybe(draw, 5)))], {}


def rot90(draw: Draw) -> Case:
    shape = dims(draw, 2, 4)
    return [T(shape), draw(st.integers(-3, 3)), draw(st.sampled_from(((0, 1), (1, 0), (-1, 0))))], {}


def unfold(draw: Draw) -> Case:
    shape = dims(draw, 1, 3, st.integers(0, 9))
    return [T(shape), place(draw, len(shape)), draw(st.integers(0, 5)), draw(st.integers(0, 3))], {}


def diff(draw: Draw) -> Case:
    shape = dims(draw, 0 if maybe(draw, 5) else 1, 3)
    return [T(shape), draw(st.integers(1, 3)), place(draw, len(shape))], {}


def combinations(draw: Draw) -> Case:
    return [T(dims(draw, 1, 1 + maybe(draw, 5))), draw(st.integers(1, 3))], {}


def multinomial(draw: Draw) -> Case:
    return [T(dims(draw, 1, 3, st.integers(3, 5))), draw(st.integers(0 if maybe(draw, 10) else 1, 3))], {}


def gathered(draw: Draw) -> Case:
    shape = dims(draw, 0, 3, some)
    index = tuple(draw(st.integers(1, size)) for size in shape) if maybe(draw, 60) else near(draw, shape, 20)
    return [T(shape), place(draw, len(shape)), T(index[maybe(draw, 4) :], "int")], {}


def scattered(draw: Draw) -> Case:
    args, _ = gathered(draw)
    source = args[2].shape if maybe(draw, 60) else near(draw, args[0].shape, 10)
    return [*args, T(tuple(source))], {}


def scattered_reduced(draw: Draw) -> Case:
    args, kwargs = scattered(draw)
    args[3] = T(args[2].shape)
    return [*args, "sum"], kwargs


def picked(draw: Draw) -> Case:
    shape = dims(draw, 0, 3, some)
    return [T(shape), place(draw, len(shape)), T(dims(draw, 0, 1 + maybe(draw, 5)), "int")], {}


def filled_places(draw: Draw) -> Case:
    args, kwargs = picked(draw)
    return [*args, 2.0], kwargs


def added_places(draw: Draw) -> Case:
    shape = dims(draw, 1, 3, some)
    at, count = draw(st.integers(0, len(shape) - 1)), draw(some)
    source = (*shape[:at], count, *shape[at + 1 :])
    return [T(shape), at, T((count,), "int"), T(source)], {}


def masked(draw: Draw) -> Case:
    shape = dims(draw)
    return [T(shape), T(fellow(draw, shape), "bool"), 2.0], {}


def masked_select(draw: Draw) -> Case:
    shape = dims(draw)
    return [T(shape), T(fellow(draw, shape), "bool")], {}


def nonzero(draw: Draw) -> Case:
    return [T(dims(draw))], {}


def taken(draw: Draw) -> Case:
    return [T(dims(draw, 1, 3, some)), T(dims(draw, 0, 3), "int")], {}


def taken_along(draw: Draw) -> Case:
    shape = dims(draw, 1, 3, some)
    index = tuple(1 if maybe(draw, 30) else size for size in near(draw, shape, 5))
    return [T(shape), T(index, "int"), place(draw, len(shape))], {}


def copied(draw: Draw) -> Case:
    shape = dims(draw)
    return [T(shape), T(fellow(draw, shape))], {}


def filled(draw: Draw) -> Case:
    return [T(dims(draw)), 3.0], {}


def sized(draw: Draw) -> Case:
    shape = dims(draw)
    return [T(shape)], {"dim": place(draw, len(shape))} if maybe(draw, 60) else {}


_EQUATIONS = (
    ("ij,jk->ik", "ij", "jk"), ("bij,bjk->bik", "bij", "bjk"), ("bhid,bhjd->bhij", "bhid", "bhjd"), ("ij->ji", "ij"),
    ("...ij,...jk->...ik", "abij", "bjk"), ("ii->i", "ii"), ("i,j", "i", "j"), ("bn,anm,bm->ba", "bn", "anm", "bm"),
    ("ijk", "ijk"), ("ij,ij->", "ij", "ij"), ("b...d->bd...", "bxyd"), ("nctkv,kvw->nctw", "nctkv", "kvw"),
)  # fmt: skip


def einsum(draw: Draw) -> Case:
    equation, *terms = draw(st.sampled_from(_EQUATIONS))
    size = {letter: draw(some) for term in terms for letter in term}
    shapes = [near(draw, tuple(size[letter] for letter in term), 3) for term in terms]
    return [equation, *(T(shape[maybe(draw, 2) :]) for shape in shapes)], {}


def fourier(draw: Draw) -> Case:
    shape = dims(draw, 0 if maybe(draw, 5) else 1, 3, some)
    kwargs: dict[str, Any] = {"dim": place(draw, len(shape))} if maybe(draw, 50) else {}
    if maybe(draw, 40):
        kwargs["n"] = draw(st.integers(0 if maybe(draw, 10) else 1, 6))
    return [T(shape)], kwargs


def fourier_many(draw: Draw) -> Case:
    shape = dims(draw, 2, 4, some)
    kwargs: dict[str, Any] = {}
    if maybe(draw, 40):
        kwargs["s"] = tuple(draw(st.integers(1, 6)) for _ in range(2))
    if maybe(draw, 40):
        kwargs["dim"] = (-2, -1) if maybe(draw, 50) else (0, 1)
    return [T(shape)], kwargs


def pairs(draw: Draw) -> Case:
    return [T((*dims(draw), 2))], {}


def normalized(draw: Draw) -> Case:
    shape = dims(draw, 0, 3, some)
    return [T(shape), 2.0, place(draw, len(shape))], {}


def similar(draw: Draw) -> Case:
    shape = dims(draw, 1, 3, some)
    return [T(shape), T(fellow(draw, shape)), draw(st.sampled_from((0, -1, 1)))], {}


def distance(draw: Draw) -> Case:
    shape = dims(draw, 1, 3, some)
    return [T(shape), T(fellow(draw, shape))], {"keepdim": draw(st.booleans())}


def pdist(draw: Draw) -> Case:
    return [T(dims(draw, 2, 2 + maybe(draw, 10)))], {}


def one_hot(draw: Draw) -> Case:
    return [T(dims(draw, 0, 3, some), "int")], {"num_classes": draw(st.sampled_from((-1, 1, 5)))} if maybe(
        draw, 70
    ) else {}


def pad(draw: Draw) -> Case:
    mode = draw(st.sampled_from(("constant", "constant", "reflect", "replicate", "circular")))
    shape = dims(draw, 0 if mode == "constant" else 2, 5, some)
    count = draw(st.integers(0 if mode == "constant" else 1, 3))
    around = [draw(st.integers(-2 if mode == "constant" else 0, 3)) for _ in range(2 * count + maybe(draw, 4))]
    return [T(shape), tuple(around)], {"mode": mode} if mode != "constant" else {}


def constant_pad(draw: Draw) -> Case:
    shape = dims(draw, 0, 4, some)
    return [T(shape), [draw(st.integers(-2, 3)) for _ in range(2 * draw(st.integers(0, 3)))]], {}


def attention(draw: Draw) -> Case:
    batch, length, source, width, value = dims(draw, 0, 2, some), *(draw(some) for _ in range(4))
    shapes = ((*batch, length, width), (*batch, source, width), (*batch, source, value))
    return [T(near(draw, shape, 3, some)) for shape in shapes], {}


def grid_sample(draw: Draw) -> Case:
    axes = draw(st.integers(2, 3))
    image = dims(draw, axes + 2, axes + 2, some)
    grid = (image[0] + maybe(draw, 4), *dims(draw, axes, axes, some), axes + maybe(draw, 4))
    return [T(image[maybe(draw, 4) :]), T(grid)], {"align_corners": False}


def affine_grid(draw: Draw) -> Case:
    axes = draw(st.integers(2, 3))
    size = dims(draw, axes + 2, axes + 2, some)
    return [T((size[0] + maybe(draw, 4), axes, axes + 1 + maybe(draw, 4))), size], {"align_corners": False}


def convolution(spatial: int, transposed: bool = False) -> Callable[[Draw], Case]:
    def case(draw: Draw) -> Case:
        groups = draw(st.integers(1, 2))
        inner, outer = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
        kernel = dims(draw, spatial, spatial, st.integers(1, 3))
        image = (draw(some), inner + maybe(draw, 5), *dims(draw, spatial, spatial, st.integers(2, 6)))
        weight = (inner, outer // groups) if transposed else (outer, inner // groups)
        kwargs = {"groups": groups, "stride": draw(st.integers(1, 3)), "dilation": draw(st.integers(1, 2))}
        kwargs["padding"] = draw(st.integers(0, 2))
        bias = T((outer + maybe(draw, 5),)) if maybe(draw, 40) else None
        return [T(image[maybe(draw, 20) :]), T((*weight, *kernel)), bias], kwargs

    return case


def pool(spatial: int) -> Callable[[Draw], Case]:
    def case(draw: Draw) -> Case:
        image = (draw(some), draw(some), *dims(draw, spatial, spatial, st.integers(1, 7)))
        kwargs = {"stride": draw(st.integers(1, 3))} if maybe(draw, 50) else {}
        kwargs |= {"padding": draw(st.integers(0, 2))} if maybe(draw, 50) else {}
        kwargs |= {"ceil_mode": draw(st.booleans())} if maybe(draw, 50) else {}
        return [T(image[maybe(draw, 20) :]), draw(st.integers(1, 4))], kwargs

    return case


def power_pool(spatial: int) -> Callable[[Draw], Case]:
    def case(draw: Draw) -> Case:
        image = (draw(some), draw(some), *dims(draw, spatial, spatial, st.integers(1, 7)))
        return [T(image), 2, draw(st.integers(1, 4))], {"ceil_mode": draw(st.booleans())}

    return case


def adaptive(spatial: int) -> Callable[[Draw], Case]:
    def case(draw: Draw) -> Case:
        image = (draw(some), draw(some), *dims(draw, spatial, spatial, some))
        size = tuple(draw(some) for _ in range(spatial)) if maybe(draw, 60) else draw(some)
        return [T(image[maybe(draw, 20) :]), size], {}

    return case


def interpolate(draw: Draw) -> Case:
    spatial = draw(st.integers(1, 3))
    image = (draw(some), draw(some), *dims(draw, spatial, spatial, st.integers(2, 6)))
    mode = draw(st.sampled_from(("nearest", ("linear", "bilinear", "trilinear")[spatial - 1], "bilinear", "area")))
    if maybe(draw, 50):
        return [T(image)], {"size": draw(some) if maybe(draw, 50) else dims(draw, spatial, spatial, some), "mode": mode}
    return [T(image)], {"scale_factor": draw(st.sampled_from((0.5, 1, 2, 1.5))), "mode": mode}


def shuffled(draw: Draw) -> Case:
    return [T((draw(some), draw(st.sampled_from((4, 8, 9, 6))), draw(some), draw(some))), draw(st.integers(1, 3))], {}


def unshuffled(draw: Draw) -> Case:
    return [T((draw(some), draw(some), draw(st.integers(2, 6)), draw(st.integers(2, 6)))), draw(st.integers(1, 3))], {}


def linear(draw: Draw) -> Case:
    inner, outer = draw(some), draw(some)
    bias = T((outer + maybe(draw, 5),)) if maybe(draw, 50) else None
    return [T((*dims(draw, 0, 3, some), inner + maybe(draw, 8))), T((outer, inner)), bias], {}


def bilinear(draw: Draw) -> Case:
    one, two, batch = draw(some), draw(some), dims(draw, 1, 2, some)
    return [T((*batch, one + maybe(draw, 5))), T((*batch, two)), T((draw(some), one, two))], {}


def embedding(draw: Draw) -> Case:
    return [T(dims(draw, 0, 3), "int"), T((draw(some), draw(some)))], {}


def layer_norm(draw: Draw) -> Case:
    shape = dims(draw, 1, 4, some)
    return [T(shape), near(draw, shape[draw(st.integers(0, len(shape) - 1)) :], 5)], {}


def group_norm(draw: Draw) -> Case:
    return [
        T((draw(st.integers(2, 4)), draw(st.integers(1, 6)), *dims(draw, 0, 2, st.integers(2, 4)))),
        draw(st.integers(1, 3)),
    ], {}


def batch_norm(draw: Draw) -> Case:
    channels = draw(some)
    return [
        T((draw(some), channels, *dims(draw, 0, 2, some))),
        *(T((channels + maybe(draw, 4),)) for _ in range(2)),
    ], {}


def prelu(draw: Draw) -> Case:
    shape = dims(draw, 1, 4, some)
    return [T(shape), T((draw(st.sampled_from((1, shape[1] if len(shape) > 1 else 1, 3))),))], {}


def loss(draw: Draw) -> Case:
    shape = dims(draw, 1, 3, some)
    return [T(shape), T(near(draw, shape, 4))], {"reduction": draw(st.sampled_from(("none", "mean", "sum")))}


def classes(draw: Draw) -> Case:
    n, c, rest = draw(some), draw(some), dims(draw, 0, 2, some)
    target = (n + maybe(draw, 4), *near(draw, rest, 4))
    return [T((n, c, *rest)), T(target, "int")], {"reduction": draw(st.sampled_from(("none", "mean")))}


def lowered(draw: Draw) -> Case:
    return [T(dims(draw, 0, 4), draw(st.sampled_from(("float", "int", "bool"))))], {}


def dropped(draw: Draw) -> Case:
    return [T(dims(draw, 2, 4, some)), 0.5, False], {}


def same_shapes(count: int, percent: int = 4) -> Callable[[Draw], Case]:
    def case(draw: Draw) -> Case:
        shape = (draw(some), draw(some))
        return [T(near(draw, shape, percent, some)) for _ in range(count)], {}

    return case


def labelled_pairs(draw: Draw) -> Case:
    n, width = draw(some), draw(some)
    return [T((n, width)), T((n, width)), T((n + maybe(draw, 5),))], {}


def unpooled(spatial: int) -> Callable[[Draw], Case]:
    def case(draw: Draw) -> Case:
        image = (draw(some), draw(some), *dims(draw, spatial, spatial, some))
        return [T(image), T(near(draw, image, 2, some), "int"), draw(st.integers(2, 3))], {}

    return case


def fractional(spatial: int) -> Callable[[Draw], Case]:
    def case(draw: Draw) -> Case:
        image = (draw(some), draw(some), *dims(draw, spatial, spatial, st.integers(4, 7)))
        return [T(image), draw(st.integers(1, 3))], {"output_size": draw(st.integers(1, 3))}

    return case


def folded(draw: Draw) -> Case:
    kernel, height, width = draw(st.integers(1, 2)), draw(st.integers(2, 4)), draw(st.integers(2, 4))
    blocks = (height - kernel + 1) * (width - kernel + 1) + maybe(draw, 8)
    return [T((draw(some), draw(some) * kernel * kernel, blocks)), (height, width), kernel], {}


def response(draw: Draw) -> Case:
    return [T((draw(some), draw(some), *dims(draw, 1, 2, some))), draw(st.integers(1, 3))], {}


def upsampled(draw: Draw) -> Case:
    image = (draw(some), draw(some), draw(some), draw(some))
    return [T(image)], {"scale_factor": draw(st.integers(1, 3))} if maybe(draw, 50) else {
        "size": (draw(some), draw(some))
    }


def instance_norm(draw: Draw) -> Case:
    return [T((draw(some), draw(some), draw(st.integers(2, 4)), draw(st.integers(2, 4))))], {}


def renormed(draw: Draw) -> Case:
    shape = dims(draw, 2, 3, some)
    return [T(shape), 2, place(draw, len(shape)), 1.0], {}


def row(draw: Draw) -> Case:
    return [T(dims(draw, 1, 1), "int")], {}


def bounded(draw: Draw) -> Case:
    return [T(dims(draw)), T((draw(some),))], {}


def sorted_first(draw: Draw) -> Case:
    return [T((draw(some),)), T(dims(draw))], {}


def bag(draw: Draw) -> Case:
    return [T((draw(some), draw(some)), "int"), T((draw(some), draw(some)))], {}


def one_element(draw: Draw) -> Case:
    return [T(dims(draw, 0, 2, st.sampled_from((1, 1, 1, 2))))], {}


def dense_classes(draw: Draw) -> Case:
    n, c = draw(some), draw(some)
    return [T((n, c)), T((n + maybe(draw, 5),), "int")], {}


def multi_labels(draw: Draw) -> Case:
    shape = (draw(some), draw(some))
    return [T(shape), T(near(draw, shape, 4, some), "int")], {}
