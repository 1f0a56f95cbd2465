"""Whether a list of numbers and names is a shape, or a kernel, a value range, a list of channels, a tuple of code.

The words around it decide most (:class:`Context`); a list without any is believed only if it looks like nothing else.
The thresholds come from a survey of comments in real files, where most pairs of small numbers were kernels.  In doubt a
list is not a shape: one that is missed costs less than a false alarm.
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Sequence

from ...regex import lazy
from .dims import DimList
from .not_a_shape import NotAShape
from .remark import DimText, without_worth
from .tokens import tokenize
from .vocabulary import is_axis, is_batch, is_size_name

__all__ = ["Context", "is_weak", "judge"]


class Context(enum.Enum):
    """What the comment says around the shape, from the surest to the least sure."""

    STATED = "stated"  # "state size", "output shape", torch.Size(...): it is a shape, if it can be one
    LABEL = "label"  # "input", "out": may still be a value range or a kernel
    ARROW = "arrow"
    SUBJECT = "subject"  # "x: ...", "mask (...)"
    ASSIGNED = "assigned"  # "x = (...)": perhaps code
    BARE = "bare"


_BETWEEN_WORDS = lazy(r"(?<=[A-Za-z]) +(?=[A-Za-z]{2})")
"""Within a name of several words: ``key len``."""
_HIGHEST_RANK = 8  # longer lists are data, not dims
_WILDCARDS = frozenset({"None", "none", "?", "-1", "*", "...", "…"})
_RANGE_ENDS = frozenset({1, 255, 256})  # "(-1, 1)": where -1 would otherwise be a wildcard
_ALL_SMALL = 7  # the largest common kernel: a list of numbers up to this may be one


def judge(reading: DimList, context: Context) -> None:
    """Raises :class:`NotAShape`, with the reason, if ``reading`` is not a shape in this context."""
    dims = reading.dims
    if not 0 < len(dims) <= _HIGHEST_RANK:
        raise NotAShape("too many dims")
    sizes = [dim.dim for dim in dims]
    if all(size is None for size in sizes) and (len(sizes) > 1 or context is not Context.STATED):
        raise NotAShape("nothing but wildcards")
    if any(isinstance(size, int) and size <= 0 for size in sizes):
        raise NotAShape("a size of 0")
    if reading.bracket and len(dims) == 2 and dims[0].text == "-1" and sizes[1] in _RANGE_ENDS:
        raise NotAShape("value range")
    kinds = [_kind(dim) for dim in dims]
    if False in kinds:
        raise NotAShape("names that are no sizes")
    if all(_is_small_letter(dim) for dim in dims) and (len(dims) < 3 and context is not Context.ARROW):
        raise NotAShape("letters")
    match context:
        case Context.STATED:
            _judge_stated(reading, kinds)
        case Context.LABEL:
            _judge_labelled(reading, kinds)
        case Context.ARROW:
            _judge_arrow(reading, kinds)
        case Context.SUBJECT | Context.ASSIGNED if reading.separator == "*" and not reading.bracket:
            raise NotAShape("a product")
        case _ if all(isinstance(size, int) for size in sizes):
            _judge_numbers(reading, [size for size in sizes if isinstance(size, int)], context)
        case _:
            _judge_names(reading, kinds, context)


def is_weak(reading: DimList) -> bool:
    """Whether the shape by itself might just as well be a kernel or a patch: ``4x4``, ``7 x 7``, ``(1, 1, 1)``."""
    sizes = [dim.dim for dim in reading.dims]
    return len(sizes) in (2, 3) and all(isinstance(size, int) and size <= _ALL_SMALL for size in sizes)


def _kind(dim: DimText) -> bool | None:
    """True: a number, a wildcard or the name of a size; False: some name in it is not a size; None: one cannot tell."""
    names = _names(dim)
    if not names:
        return True
    verdicts = [is_size_name(name) for name in names]
    return False if False in verdicts else None if None in verdicts else True


def _names(dim: DimText) -> Sequence[str]:
    """The names as written, without divisors; ``opt.ngf`` and ``params['ngf']`` give their last part."""
    if isinstance(dim.dim, int) or (dim.dim is None and dim.text.strip("()[] ") in _WILDCARDS):
        return ()
    if dim.text.isidentifier():
        return (dim.text,)
    tokens = tokenize("," + _BETWEEN_WORDS.sub("_", without_worth(dim.text)))
    return [
        token.text
        for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if token.kind == "name" and not (after.glued and after.kind in (".", "[")) and before.kind not in ("/", "//")
    ]


def _judge_stated(reading: DimList, kinds: Sequence[bool | None]) -> None:
    """It is called a shape, but "size (min, max)" and "size of 1024 and" are not shapes."""
    dims = reading.dims
    numbers = [dim.dim for dim in dims if isinstance(dim.dim, int)]
    loose = not reading.bracket
    if loose and reading.separator == "," and None in kinds:
        raise NotAShape("a list of names")
    vague = None in kinds and (len(dims) == 1 or loose)
    if not numbers and not dims[0].batch and (vague or (loose and reading.separator == "," and len(dims) < 3)):
        raise NotAShape("names that may be no sizes")
    if len(numbers) == len(dims) > 4 and numbers[0] != 1 and reading.separator == ",":
        raise NotAShape("a list of numbers")


def _judge_labelled(reading: DimList, kinds: Sequence[bool | None]) -> None:
    sizes = [dim.dim for dim in reading.dims]
    numbers = [size for size in sizes if isinstance(size, int)]
    if len(sizes) == 1 and (not reading.bracket or (numbers and numbers[0] <= _ALL_SMALL) or None in kinds):
        raise NotAShape("one small number")
    if len(numbers) == len(sizes) == 2 and max(numbers) <= 3:
        raise NotAShape("kernel")
    if None in kinds and not numbers and not reading.dims[0].batch and (len(sizes) < 3 or reading.separator != "x"):
        raise NotAShape("names that may be no sizes")


def _judge_arrow(reading: DimList, kinds: Sequence[bool | None]) -> None:
    sizes = [dim.dim for dim in reading.dims]
    numbers = [size for size in sizes if isinstance(size, int)]
    if len(sizes) == 1 and (not reading.bracket or None in kinds):
        raise NotAShape("one number")
    if len(numbers) == len(sizes) == 2 and max(numbers) <= 3:
        raise NotAShape("kernel")
    if None in kinds and not numbers and not reading.dims[0].batch:
        raise NotAShape("names that may be no sizes")


def _judge_numbers(reading: DimList, sizes: Sequence[int], context: Context) -> None:
    """Numbers alone, without a word that says shape."""
    if context is Context.ASSIGNED:
        raise NotAShape("code")
    if len(sizes) == 1:
        raise NotAShape("one number")
    listed = reading.separator == ","
    if listed and not reading.bracket:
        raise NotAShape("a list of numbers")
    if len(sizes) == 2:
        if not (sizes == [1, 1] and _is_spaced(reading)):
            _judge_pair(sizes, listed)
    elif max(sizes) <= _ALL_SMALL and (len(sizes) > 3 or sizes[0] > 1 or not reading.bracket):
        raise NotAShape("kernel")
    elif listed and max(sizes) > _ALL_SMALL:
        steps = [b - a for a, b in itertools.pairwise(sizes)]
        if all(step > 0 for step in steps) and sizes[0] > 3:
            raise NotAShape("a list of numbers")
        if all(step < 0 for step in steps) and (len(sizes) > 3 or sizes[0] == 2 * sizes[1] == 4 * sizes[2]):
            raise NotAShape("a list of numbers")
        if len(sizes) > 4 and sizes[0] != 1 and (min(steps) >= 0 or max(steps) <= 0):
            raise NotAShape("a list of numbers")


def _is_spaced(reading: DimList) -> bool:
    """``1 x 1`` is written as sizes are; ``1x1`` is a kernel."""
    first, second = reading.dims
    return reading.separator == "x" and second.start - first.end > 1


def _judge_pair(sizes: Sequence[int], listed: bool) -> None:
    if listed:
        if min(sizes) < 2 or max(sizes) <= _ALL_SMALL:
            raise NotAShape("a pair of numbers")
    elif max(sizes) <= 3 or (max(sizes) <= _ALL_SMALL and 1 in sizes) or tuple(sizes) == (5, 5):
        raise NotAShape("kernel")


def _judge_names(reading: DimList, kinds: Sequence[bool | None], context: Context) -> None:
    """Names among the dims, without a word that says shape."""
    dims, rank = reading.dims, len(reading.dims)
    listed = reading.separator == "," and not reading.bracket
    numbered = any(isinstance(dim.dim, int) for dim in dims)
    lettered = any(_is_capital_axis(dim) for dim in dims)
    if reading.separator == "*" and not reading.bracket and not (numbered or dims[0].batch):
        raise NotAShape("a product")
    if reading.separator == " ":
        _judge_letters(dims)
    elif dims[0].batch:
        if rank == 1 and not reading.bracket:
            raise NotAShape("one name")
        if listed and (None in kinds or (rank == 2 and not numbered and len(dims[0].text) == 1)):
            raise NotAShape("a list of names")
        if rank == 1 and dims[0].dim is None:
            raise NotAShape("one wildcard")
    elif None in kinds:
        raise NotAShape("names that may be no sizes")
    elif rank == 1:
        raise NotAShape("one name")
    elif listed and (rank == 2 or not (numbered or any(map(_is_spatial, dims)) or _holds_batch(dims[0]))):
        raise NotAShape("a list of names")
    elif rank == 2 and context is Context.BARE and not (numbered or lettered or reading.separator == "x"):
        raise NotAShape("a pair of names")


def _judge_letters(dims: Sequence[DimText]) -> None:
    """``B C H W`` and ``b c h w``, not ``a b c``."""
    texts = [dim.text.rstrip("'") for dim in dims]
    letters = [text for text in texts if not text.isdigit()]
    one_case = all(letter.isupper() for letter in letters) or all(letter.islower() for letter in letters)
    if len(texts) < 3 or not one_case or not all(is_axis(letter) for letter in letters):
        raise NotAShape("letters")
    if not is_batch(texts[0]) and not {"H", "W"} <= {letter.upper() for letter in letters}:
        raise NotAShape("letters")


def _holds_batch(dim: DimText) -> bool:
    """``num_windows * B``, ``bs * 64``; not ``n - 1``."""
    return any(is_batch(name) and not (len(name) == 1 and name.islower()) for name in _names(dim))


def _is_spatial(dim: DimText) -> bool:
    """``H``, ``Wh*Ww``."""
    return any(name[0] in "HW" and is_axis(name) for name in _names(dim))


def _is_small_letter(dim: DimText) -> bool:
    return len(dim.text) == 1 and dim.text.islower() and not dim.batch


def _is_capital_axis(dim: DimText) -> bool:
    return any(is_axis(name) and name[0].isupper() for name in _names(dim))
